//! The servers that are known, in `servers.toml`: where one has been, when, as whom, and who said
//! that the certificate is the right one. Of several processes that write at once, the last one
//! counts; what that loses comes back with the next visit.

use std::fs;
use std::io;

use chat_core::{Link, Millis};
use serde::{Deserialize, Serialize};

use super::dirs::DataDir;
use super::known::{KnownError, KnownServers, replace};
use crate::app::security::Vouched;
use crate::app::servers::{Hosted, KnownServer};

/// Servers that are remembered: more than anybody goes to. The one that was not used for longest
/// goes first.
const SERVERS_MAX: usize = 200;

/// The file.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct File {
    server: Vec<Row>,
}

/// A server in the file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
struct Row {
    link: String,
    name: String,
    nick: String,
    used_ms: u64,
    vouched: Option<Voucher>,
    hosted: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Voucher {
    Link,
    Person,
    Authority,
}

/// A visit that is to be remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visited<'a> {
    /// The server; what is secret in it is left out.
    pub link: &'a Link,
    /// What it calls itself; none: as it is known.
    pub name: Option<&'a str>,
    /// What one is called there.
    pub nick: &'a str,
    /// Now.
    pub now: Millis,
    /// Who vouched for it; none on plain TCP.
    pub vouched: Option<Vouched>,
    /// Whether it runs in this process.
    pub hosted: bool,
}

/// Everything that is known, the last used first.
///
/// # Errors
/// [`KnownError`] when what was accepted can't be read. A damaged list is as good as none.
pub fn all(data: &DataDir, known: &KnownServers) -> Result<Vec<KnownServer>, KnownError> {
    let mut servers: Vec<KnownServer> = read(data).iter().filter_map(known_server).collect();
    for (address, fingerprint) in known.all()? {
        match servers.iter_mut().find(|known| known.address() == address) {
            Some(server) => server.pin = Some(fingerprint),
            // From before there was a list.
            None => servers.extend(address.parse().ok().map(|link| KnownServer {
                link,
                name: String::new(),
                nick: String::new(),
                used: Millis(0),
                pin: Some(fingerprint),
                vouched: None,
                hosted: Hosted::No,
            })),
        }
    }
    servers.sort_by_key(|server| (std::cmp::Reverse(server.used), server.address()));
    Ok(servers)
}

/// Who vouched for the server with this address, if that is known.
#[must_use]
pub fn vouched(data: &DataDir, address: &str) -> Option<Vouched> {
    let rows = read(data);
    let servers = rows.iter().filter_map(known_server);
    let mut servers = servers.filter(|server| server.address() == address);
    servers.next()?.vouched
}

/// Remembers a visit.
///
/// # Errors
/// [`KnownError`].
pub fn remember(data: &DataDir, visit: &Visited<'_>) -> Result<(), KnownError> {
    let bare = bare(visit.link);
    let mut rows = read(data);
    let at = rows.iter().position(|row| is_of(row, &bare.address()));
    let before = at.map(|at| rows.remove(at)).unwrap_or_default();
    rows.insert(
        0,
        Row {
            link: bare.to_string(),
            name: visit.name.map_or(before.name, ToOwned::to_owned),
            nick: visit.nick.to_owned(),
            used_ms: visit.now.0,
            vouched: visit.vouched.map(|vouched| match vouched {
                Vouched::Link => Voucher::Link,
                Vouched::Person => Voucher::Person,
                Vouched::Authority => Voucher::Authority,
            }),
            hosted: visit.hosted,
        },
    );
    rows.sort_by_key(|row| std::cmp::Reverse(row.used_ms));
    rows.truncate(SERVERS_MAX);
    write(data, rows)
}

/// Forgets a server.
///
/// # Errors
/// [`KnownError`].
pub fn forget(data: &DataDir, address: &str) -> Result<(), KnownError> {
    let mut rows = read(data);
    rows.retain(|row| !is_of(row, address));
    write(data, rows)
}

fn bare(link: &Link) -> Link {
    Link {
        fingerprint: None,
        invite: None,
        ..link.clone()
    }
}

fn is_of(row: &Row, address: &str) -> bool {
    let link = row.link.parse::<Link>();
    link.is_ok_and(|link| link.address().eq_ignore_ascii_case(address))
}

fn known_server(row: &Row) -> Option<KnownServer> {
    let clean = |text: &str| chat_core::text::line(text, chat_core::limits::LINE_BYTES);
    Some(KnownServer {
        link: bare(&row.link.parse().ok()?),
        name: clean(&row.name),
        nick: clean(&row.nick),
        used: Millis(row.used_ms),
        pin: None,
        vouched: row.vouched.map(|voucher| match voucher {
            Voucher::Link => Vouched::Link,
            Voucher::Person => Vouched::Person,
            Voucher::Authority => Vouched::Authority,
        }),
        hosted: if row.hosted { Hosted::Once } else { Hosted::No },
    })
}

fn read(data: &DataDir) -> Vec<Row> {
    let text = match fs::read_to_string(data.servers()) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            tracing::warn!(%error, "known servers not read");
            return Vec::new();
        }
    };
    let file: File = toml::from_str(&text).unwrap_or_else(|error| {
        tracing::warn!(%error, "known servers not understood");
        File::default()
    });
    file.server
}

fn write(data: &DataDir, server: Vec<Row>) -> Result<(), KnownError> {
    replace(&data.servers(), &File { server })
}

#[cfg(test)]
mod tests {
    use chat_core::Fingerprint;

    use super::*;

    fn data() -> (tempfile::TempDir, DataDir, KnownServers) {
        let dir = tempfile::tempdir().expect("a directory");
        let data = DataDir::open(Some(dir.path())).expect("made");
        let known = KnownServers::open(&data);
        (dir, data, known)
    }

    fn visit(data: &DataDir, link: &str, nick: &str, now: u64) {
        let link = link.parse().expect("a link");
        let visited = Visited {
            link: &link,
            name: Some("Chat"),
            nick,
            now: Millis(now),
            vouched: Some(Vouched::Link),
            hosted: false,
        };
        remember(data, &visited).expect("written");
    }

    #[test]
    fn servers_are_known_the_last_used_first_and_without_their_secrets() {
        let (_dir, data, known) = data();
        let fp = Fingerprint([1; 32]);
        visit(&data, "chat://a:1/#invite=secret", "ann", 10);
        visit(&data, "chat://b:1/#tls=off", "bea", 20);
        visit(&data, &format!("chat://A:1/#fp={fp}"), "anna", 30);
        known.accept("a:1", fp).expect("written");
        known.accept("old:1", fp).expect("written");
        let all = all(&data, &known).expect("read");
        let shown = |known: &KnownServer| format!("{} {}", known.address(), known.nick);
        let shown: Vec<_> = all.iter().map(shown).collect();
        assert_eq!(shown, ["a:1 anna", "b:1 bea", "old:1 "]);
        assert_eq!((all[0].pin, all[1].pin), (Some(fp), None));
        assert!(all[1].link.plaintext);
        let text = fs::read_to_string(data.servers()).expect("written");
        assert!(!text.contains("secret"), "{text}");
        assert_eq!(vouched(&data, "a:1"), Some(Vouched::Link));
    }

    #[test]
    fn what_is_forgotten_is_not_known_any_more() {
        let (_dir, data, known) = data();
        let fp = Fingerprint([1; 32]);
        visit(&data, "a:1", "ann", 10);
        known.accept("a:1", fp).expect("written");
        known.accept("b:1", fp).expect("written");
        forget(&data, "a:1").expect("written");
        known.forget("a:1").expect("written");
        assert_eq!(known.pin("a:1").expect("read"), None);
        assert_eq!(known.pin("b:1").expect("read"), Some(fp));
        assert_eq!(all(&data, &known).expect("read").len(), 1);
        known.accept("a:1", fp).expect("written");
        assert_eq!(known.pin("a:1").expect("read"), Some(fp));
    }

    #[test]
    fn bounded_the_servers_used_longest_ago_go() {
        let (_dir, data, known) = data();
        for n in 0..SERVERS_MAX + 5 {
            let now = u64::try_from(n).expect("a number");
            visit(&data, &format!("h{n}:1"), "ann", now);
        }
        let all = all(&data, &known).expect("read");
        assert_eq!(all.len(), SERVERS_MAX);
        assert_eq!(all[SERVERS_MAX - 1].address(), "h5:1");
    }

    #[test]
    fn a_damaged_list_is_none() {
        let (_dir, data, known) = data();
        fs::write(data.servers(), "\u{0}damaged").expect("written");
        assert_eq!(all(&data, &known).expect("read"), []);
    }
}
