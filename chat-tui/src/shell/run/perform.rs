//! Effects, one by one. Nothing is decided here.

use super::{Next, Shell, Visited};
use crate::app::event::CachedPage;
use crate::app::{Effect, Event};
use crate::shell::cache::{PageWanted, SearchWanted, Snapshot};
use crate::shell::opener;
use crate::shell::terminal::sequences;

impl Shell<'_> {
    pub(super) fn perform_one(&mut self, effect: Effect) -> Next {
        match effect {
            Effect::Send(command) => self.client.send(command),
            Effect::Post(pending) => self.client.post(pending),
            Effect::Store(store) => {
                if let Some(cache) = &self.cache {
                    cache.keep(store);
                }
            }
            Effect::LoadPage {
                conversation,
                from,
                direction,
                entries_max,
            } => self.load(PageWanted {
                conversation,
                from,
                direction,
                entries_max,
            }),
            Effect::Search {
                conversation,
                query,
                entries_max,
            } => self.search(SearchWanted {
                conversation,
                query,
                entries_max,
            }),
            Effect::Copy(text) => self.copy(&text),
            Effect::Open(url) => {
                if let Err(why) = opener::open(&url, |name| std::env::var(name).ok()) {
                    self.own.push_back(Event::Failed(why));
                }
            }
            Effect::Notify { title, body } => self.alert(&title, &body),
            Effect::AcceptCertificate(fingerprint) => {
                self.door.accept(fingerprint);
                self.client.accept_certificate(fingerprint);
            }
            Effect::LoginAs { nick, invite } => self.client.login_as(nick, invite),
            Effect::Reconnect => self.reconnect(),
            Effect::Redraw => self.screen.forget(),
            Effect::Suspend => {
                // Only keys ask for it, and those are performed where it can be waited for.
                tracing::warn!("suspending was asked for out of place");
            }
            Effect::Quit { text } => return Next::Leave { text },
        }
        Next::GoOn
    }

    fn load(&mut self, wanted: PageWanted) {
        match &self.cache {
            Some(cache) => cache.page(wanted),
            None => self.own.push_back(Event::CachedPage(CachedPage {
                conversation: wanted.conversation,
                from: wanted.from,
                entries: Vec::new(),
            })),
        }
    }

    fn search(&mut self, wanted: SearchWanted) {
        match &self.cache {
            Some(cache) => cache.search(wanted),
            None => self.own.push_back(Event::Found {
                query: wanted.query,
                entries: Vec::new(),
            }),
        }
    }

    fn copy(&mut self, text: &str) {
        let written = match sequences::copy(text, self.look.between) {
            Ok(sequence) => self.screen.write(&sequence).map_err(|e| e.to_string()),
            Err(why) => Err(why),
        };
        if let Err(why) = written {
            self.own.push_back(Event::Failed(why));
        }
    }

    fn alert(&self, title: &str, body: &str) {
        let alerts = &self.home.settings.alerts;
        let sequence = sequences::alert(title, body, alerts, self.look.between);
        if let Err(error) = self.screen.write(&sequence) {
            tracing::info!(%error, "no alert");
        }
    }

    /// Connects now, or anew if the connection has ended for good.
    fn reconnect(&mut self) {
        if self.events.is_some() {
            return self.client.reconnect();
        }
        // What the application holds is what the cache held, and more: it asks for what is missing.
        let snapshot = Snapshot {
            resume: self.resume(),
            ..Snapshot::default()
        };
        match self.door.config(self.home, &snapshot) {
            Ok(config) => {
                let (client, events) = chat_client::connect(config);
                (self.client, self.events) = (client, Some(events));
                self.visited = Visited::Yes;
            }
            Err(error) => self.own.push_back(Event::Failed(error.to_string())),
        }
    }

    fn resume(&self) -> Option<chat_client::Resume> {
        let cursors = self
            .app
            .conversations
            .iter()
            .map(|view| (view.id(), view.log.last()))
            .collect();
        Some(chat_client::Resume {
            epoch: self.epoch?,
            cursors,
        })
    }
}
