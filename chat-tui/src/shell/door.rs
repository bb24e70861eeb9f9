//! Between the connection and everybody who listens to it: remembers what was proved (certificates,
//! the last server and nick) and answers what needs no person (the nick of a first visit).

use chat_client::{Client, Config, Event, FollowPolicy, Pending, Resume};
use chat_core::{Code, Fingerprint, Link, Millis, Nick};

use crate::app::security::{Security, Vouched};
use crate::app::servers::KnownServer;
use crate::shell::data::dirs::DataDir;
use crate::shell::data::home::Home;
use crate::shell::data::known::{KnownError, KnownServers, Last};
use crate::shell::data::servers::{self, Visited};

/// Program and version, for the server's log.
const AGENT: &str = concat!("chat-tui ", env!("CARGO_PKG_VERSION"));

/// How a client reaches one server.
#[derive(Debug)]
pub struct Door {
    data: DataDir,
    known: KnownServers,
    base: Config,
    visit: Visit,
    /// The nick to take where there is no account yet; offered once.
    offer: Option<Nick>,
    /// Of the connection there is.
    security: Security,
    /// What went wrong while remembering, to be said.
    failed: Option<KnownError>,
}

/// What kind of visit it is: whether it is worth remembering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visit {
    /// The next start goes there again.
    Remembered,
    /// To a server in this process, which the next start has to run again.
    Hosted,
    /// `send`, `tail`: leaves no trace.
    Passing,
}

impl Door {
    /// A door to the server at `link`.
    #[must_use]
    pub fn new(home: &Home, link: Link, visit: Visit) -> Door {
        let base = Config {
            link,
            identity: home.identity.clone(),
            nick: home.nick.as_ref().map(Nick::to_string),
            pin: None,
            agent: AGENT.to_owned(),
            resume: None,
            catch_up_max: home.settings.connection.catch_up_max,
            pending: Vec::new(),
            follow: match visit {
                Visit::Remembered | Visit::Hosted => FollowPolicy::All,
                Visit::Passing => FollowPolicy::Asked,
            },
        };
        Door {
            data: home.data.clone(),
            known: home.known.clone(),
            base,
            visit,
            offer: Some(home.offered_nick()),
            security: Security::Unsettled,
            failed: None,
        }
    }

    /// A door to another server than the one that was named on the command line: the account there
    /// keeps its nick, and where there is none yet, `offer` is proposed.
    #[must_use]
    pub fn elsewhere(home: &Home, link: Link, visit: Visit, offer: Option<Nick>) -> Door {
        let door = Door::new(home, link, visit);
        Door {
            base: Config {
                nick: None,
                ..door.base
            },
            offer: offer.or(door.offer),
            ..door
        }
    }

    /// Everything that is known of servers.
    ///
    /// # Errors
    /// [`KnownError`].
    pub fn servers(&self) -> Result<Vec<KnownServer>, KnownError> {
        servers::all(&self.data, &self.known)
    }

    /// The same server is reached with another link from now on.
    pub fn relink(&mut self, link: Link) {
        self.base.link = link;
    }

    /// Forgets a server.
    ///
    /// # Errors
    /// [`KnownError`].
    pub fn forget(&self, address: &str) -> Result<(), KnownError> {
        self.known.forget(address)?;
        servers::forget(&self.data, address)
    }

    /// The address that everything kept belongs to.
    #[must_use]
    pub fn address(&self) -> String {
        self.base.link.address().to_lowercase()
    }

    /// Where it leads.
    #[must_use]
    pub fn link(&self) -> &Link {
        &self.base.link
    }

    /// What a connection begins with: how far an earlier one came, and what was posted then and not
    /// acknowledged.
    ///
    /// # Errors
    /// When it can't be read what was accepted: then nothing may be taken for unknown.
    pub fn config(
        &self,
        resume: Option<Resume>,
        pending: Vec<Pending>,
    ) -> Result<Config, KnownError> {
        Ok(Config {
            pin: self.known.pin(&self.address())?,
            resume,
            pending,
            ..self.base.clone()
        })
    }

    /// A person, or a link, vouches for this certificate.
    pub fn accept(&mut self, fingerprint: Fingerprint) {
        let address = self.address();
        let kept = self.known.accept(&address, fingerprint);
        self.remembered(kept);
    }

    /// Takes an event in and passes it on, unless it is answered here.
    pub fn pass(&mut self, event: Event, client: &Client, now: Millis) -> Option<Event> {
        match &event {
            // The link said what to expect, so that the next visit needs no link.
            Event::Secured {
                fingerprint: Some(fingerprint),
            } if self.base.link.fingerprint == Some(*fingerprint) => {
                self.accept(*fingerprint);
                self.security = self.judge(Some(*fingerprint));
            }
            // An account that is new and was given no nick.
            Event::LoginRefused(refusal) if refusal.code == Code::NameNotAllowed => {
                if let Some(nick) = self.offer.take() {
                    client.login_as(nick.to_string(), self.base.link.invite.clone());
                    return None;
                }
            }
            Event::Secured { fingerprint } => self.security = self.judge(*fingerprint),
            Event::Online { welcome, .. } => {
                self.offer = None;
                // What the account is called from here on is up to the chat.
                self.base.nick = None;
                self.keep_last(&welcome.nick);
                self.keep_server(Some(welcome.server.as_str()), &welcome.nick, now);
            }
            Event::Me(person) => {
                self.keep_last(&person.nick);
                self.keep_server(None, &person.nick, now);
            }
            _ => {}
        }
        Some(event)
    }

    /// Whether the connection is private, and who says with whom.
    #[must_use]
    pub fn security(&self) -> Security {
        self.security
    }

    /// What a certificate that was found to be the right one is known by.
    fn judge(&self, fingerprint: Option<Fingerprint>) -> Security {
        let Some(fingerprint) = fingerprint else {
            return Security::Plain;
        };
        let address = self.address();
        let pinned = || self.known.pin(&address).ok().flatten();
        let before = || servers::vouched(&self.data, &address);
        let vouched = if self.base.link.fingerprint == Some(fingerprint) {
            Vouched::Link
        } else if pinned() == Some(fingerprint) {
            // A link that was used before, or a person.
            match before() {
                Some(Vouched::Link) => Vouched::Link,
                _ => Vouched::Person,
            }
        } else {
            Vouched::Authority
        };
        Security::Tls {
            fingerprint,
            vouched,
        }
    }

    /// What could not be remembered since this was last asked.
    pub fn failure(&mut self) -> Option<KnownError> {
        self.failed.take()
    }

    fn keep_last(&mut self, nick: &Nick) {
        if self.visit != Visit::Passing {
            let kept = Last::write(&self.data, &self.base.link, nick.as_str(), self.visit);
            self.remembered(kept);
        }
    }

    fn keep_server(&mut self, name: Option<&str>, nick: &Nick, now: Millis) {
        if self.visit == Visit::Passing {
            return;
        }
        let visited = Visited {
            link: &self.base.link,
            name,
            nick: nick.as_str(),
            now,
            vouched: match self.security {
                Security::Tls { vouched, .. } => Some(vouched),
                Security::Plain | Security::Unsettled => None,
            },
            hosted: self.visit == Visit::Hosted,
        };
        let kept = servers::remember(&self.data, &visited);
        self.remembered(kept);
    }

    fn remembered(&mut self, kept: Result<(), KnownError>) {
        if let Err(error) = kept {
            tracing::warn!(%error, "not remembered");
            self.failed = Some(error);
        }
    }
}
