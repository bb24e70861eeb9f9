//! Between the connection and everybody who listens to it: remembers what was proved (certificates,
//! the last server and nick) and answers what needs no person (the nick of a first visit).

use chat_client::{Client, Config, Event, FollowPolicy, Pending, Resume};
use chat_core::{Code, Fingerprint, Link, Nick};

use crate::app::security::{Security, Vouched};
use crate::shell::data::dirs::DataDir;
use crate::shell::data::home::Home;
use crate::shell::data::known::{KnownError, KnownServers, Last};

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
            failed: None,
        }
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
    pub fn pass(&mut self, event: Event, client: &Client) -> Option<Event> {
        match &event {
            // The link said what to expect, so that the next visit needs no link.
            Event::Secured {
                fingerprint: Some(fingerprint),
            } if self.base.link.fingerprint == Some(*fingerprint) => self.accept(*fingerprint),
            // An account that is new and was given no nick.
            Event::LoginRefused(refusal) if refusal.code == Code::NameNotAllowed => {
                if let Some(nick) = self.offer.take() {
                    client.login_as(nick.to_string(), self.base.link.invite.clone());
                    return None;
                }
            }
            Event::Online { welcome, .. } => {
                self.offer = None;
                // What the account is called from here on is up to the chat.
                self.base.nick = None;
                self.keep_last(&welcome.nick);
            }
            Event::Me(person) => self.keep_last(&person.nick),
            _ => {}
        }
        Some(event)
    }

    /// What a certificate that was found to be the right one is known by.
    #[must_use]
    pub fn security(&self, fingerprint: Option<Fingerprint>) -> Security {
        let Some(fingerprint) = fingerprint else {
            return Security::Plain;
        };
        let pinned = || self.known.pin(&self.address()).ok().flatten();
        let vouched = if self.base.link.fingerprint == Some(fingerprint) {
            Vouched::Link
        } else if pinned() == Some(fingerprint) {
            Vouched::Person
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

    fn remembered(&mut self, kept: Result<(), KnownError>) {
        if let Err(error) = kept {
            tracing::warn!(%error, "not remembered");
            self.failed = Some(error);
        }
    }
}
