//! Join links: `chat://host:port/#fp=…&invite=…`.
//!
//! | part | meaning |
//! |---|---|
//! | `host` | a name, an IPv4 address, or an IPv6 address in brackets |
//! | `port` | optional, [`PORT`] without it |
//! | `fp` | SHA-256 of the server's certificate, URL-safe base64 without padding |
//! | `invite` | a word that the server asks of new accounts |
//! | `tls=off` | the server speaks plain TCP |
//!
//! What follows `#` is never sent to anybody. Unknown parameters are skipped.

use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

use crate::identity::Fingerprint;
use crate::limits::{LINE_BYTES, PORT};

/// Where a server is and how to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// A name or an address, without brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// The certificate to expect.
    pub fingerprint: Option<Fingerprint>,
    /// What the server asks of new accounts.
    pub invite: Option<String>,
    /// Whether the server speaks plain TCP.
    pub plaintext: bool,
}

/// Why a link can't be used. The message says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// No host.
    #[error("the address has no host: write HOST, HOST:PORT or the whole chat:// link")]
    NoHost,
    /// A host with characters that no host has.
    #[error("'{0}' is not a host: write HOST, HOST:PORT or the whole chat:// link")]
    Host(String),
    /// Not a port.
    #[error("'{0}' is not a port: write a number from 1 to 65535")]
    Port(String),
    /// A fingerprint that was cut or mistyped.
    #[error("the link's fingerprint is damaged: copy the whole link again, up to its end")]
    Fingerprint,
    /// Some other scheme.
    #[error("'{0}://' is not a chat link: it starts with chat://")]
    Scheme(String),
}

impl Link {
    /// A link to `host` and `port` that says nothing else.
    #[must_use]
    pub fn to(host: impl Into<String>, port: u16) -> Link {
        Link {
            host: host.into(),
            port,
            fingerprint: None,
            invite: None,
            plaintext: false,
        }
    }

    /// `host:port`, with brackets where an IPv6 address needs them.
    #[must_use]
    pub fn address(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

impl FromStr for Link {
    type Err = LinkError;

    /// Reads a whole link, or `HOST`, `HOST:PORT`, `[V6]:PORT`.
    fn from_str(raw: &str) -> Result<Link, LinkError> {
        let raw = raw.trim();
        let rest = match raw.split_once("://") {
            Some(("chat", rest)) => rest,
            Some((other, _)) => return Err(LinkError::Scheme(crate::text::line(other, 20))),
            None => raw,
        };
        let (address, parameters) = rest.split_once('#').unwrap_or((rest, ""));
        let (host, port) = split_address(address.trim_end_matches('/'))?;
        let mut link = Link::to(host, port);
        for parameter in parameters.split('&') {
            match parameter.split_once('=') {
                Some(("fp", fp)) => {
                    link.fingerprint = Some(Fingerprint::parse(fp).ok_or(LinkError::Fingerprint)?);
                }
                Some(("invite", word)) => {
                    let word = crate::text::line(word, LINE_BYTES);
                    link.invite = Some(word).filter(|word| !word.is_empty());
                }
                Some(("tls", "off")) => link.plaintext = true,
                _ => {}
            }
        }
        Ok(link)
    }
}

fn split_address(address: &str) -> Result<(String, u16), LinkError> {
    let (host, port) = if let Some(rest) = address.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or_else(|| bad_host(address))?;
        host.parse::<Ipv6Addr>().map_err(|_| bad_host(address))?;
        let port = after.strip_prefix(':');
        if port.is_none() && !after.is_empty() {
            return Err(bad_host(address));
        }
        (host, port)
    } else if address.parse::<Ipv6Addr>().is_ok() {
        (address, None)
    } else {
        match address.rsplit_once(':') {
            Some((host, _)) if host.contains(':') => return Err(bad_host(address)),
            Some((host, port)) => (host, Some(port)),
            None => (address, None),
        }
    };
    if host.is_empty() {
        return Err(LinkError::NoHost);
    }
    let name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    if !host.chars().all(name) || host.len() > 255 {
        return Err(bad_host(host));
    }
    let port = match port {
        None => PORT,
        Some(port) => match port.parse() {
            Ok(number) if number > 0 => number,
            _ => return Err(LinkError::Port(crate::text::line(port, 20))),
        },
    };
    Ok((host.to_owned(), port))
}

fn bad_host(host: &str) -> LinkError {
    LinkError::Host(crate::text::line(host, 80))
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "chat://{}/", self.address())?;
        let mut parameters = Vec::new();
        parameters.extend(self.fingerprint.map(|fp| format!("fp={fp}")));
        parameters.extend(self.invite.as_ref().map(|word| format!("invite={word}")));
        parameters.extend(self.plaintext.then(|| "tls=off".to_owned()));
        if !parameters.is_empty() {
            write!(f, "#{}", parameters.join("&"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, want: &str) {
        let got = match raw.parse::<Link>() {
            Ok(link) => link.to_string(),
            Err(error) => error.to_string(),
        };
        assert!(
            got.contains(want),
            "{raw:?}: {got:?} does not contain {want:?}"
        );
    }

    #[test]
    fn links_are_read_and_written() {
        let fp = Fingerprint([9; 32]);
        let whole = format!("chat://chat.example:9000/#fp={fp}&invite=abc");
        check(&whole, &whole);
        check(&format!("{whole}&later=1"), &whole);
        check("localhost", "chat://localhost:7878/");
        check("localhost:80", "chat://localhost:80/");
        check("[::1]:80", "chat://[::1]:80/");
        check("::1", "chat://[::1]:7878/");
        check("chat://10.0.0.1/#tls=off", "chat://10.0.0.1:7878/#tls=off");
    }

    #[test]
    fn wrong_links_say_what_to_do() {
        check("", "no host");
        check("chat://", "no host");
        check("https://x", "'https://' is not a chat link");
        check("host:0", "not a port");
        check("host:x", "not a port");
        check("host:99999", "not a port");
        check("ho st", "is not a host");
        check("[::1", "is not a host");
        check("g::1", "is not a host");
        check("chat://h/#fp=abc", "fingerprint is damaged");
    }
}
