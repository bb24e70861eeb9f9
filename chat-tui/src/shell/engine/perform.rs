//! Effects, one by one, as far as they need no terminal. Nothing is decided here.

use chat_client::{Pending, Resume, Transfer, TransferDirection, TransferState};
use chat_core::Body;
use chat_core::limits::FILE_NAME_BYTES;
use chat_core::{ConversationId, Text};

use super::{Ask, Engine};
use crate::app::conversation::{ConversationView, Outgoing, OutgoingState};
use crate::app::event::CachedPage;
use crate::app::{Effect, Event};
use crate::shell::cache::{PageWanted, SearchWanted};
use crate::shell::opener;

impl Engine {
    /// Performs an effect; nothing is decided here.
    pub(super) fn perform(&mut self, effect: Effect) -> Option<Ask> {
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
            Effect::Open(url) => {
                if let Err(why) = opener::open(&url, |name| std::env::var(name).ok()) {
                    self.own.push_back(Event::Failed(why));
                }
            }
            Effect::AcceptCertificate(fingerprint) => {
                self.door.accept(fingerprint);
                self.client.accept_certificate(fingerprint);
            }
            Effect::LoginAs { nick, invite } => self.client.login_as(nick, invite),
            Effect::OpenCanvas(conversation) => self.client.canvas(conversation),
            Effect::CloseCanvas(conversation) => self.client.close_canvas(conversation),
            Effect::Save { path, bytes } => self.files.write(&path, bytes),
            Effect::Reconnect => self.reconnect(),
            Effect::SendFile {
                path,
                conversation,
                caption,
            } => {
                let path = self.files.path(&path);
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let name = Text::line(&name, FILE_NAME_BYTES);
                let id = self.client.send_file(path, conversation, caption);
                // It is under way from now on, though the connection has not told so yet.
                let begun = Transfer {
                    id,
                    conversation,
                    name,
                    direction: TransferDirection::Upload,
                    bytes: 0,
                    done: 0,
                    state: TransferState::Hashing,
                };
                let begun = chat_client::Event::Transfer(begun);
                self.own.push_back(Event::Net(begun));
            }
            Effect::SendText {
                name,
                text,
                conversation,
            } => self.send_text(name, &text, conversation),
            Effect::SaveFile {
                conversation,
                seq,
                file,
            } => {
                let dir = self.files.downloads();
                let id = self.client.save_file(conversation, seq, file, dir);
                self.own.push_back(Event::Saving {
                    id,
                    conversation,
                    seq,
                });
            }
            Effect::ShowPicture {
                conversation,
                seq,
                file,
            } => {
                if let Some(surface) = self.app.pictures.surface {
                    let client = self.client.clone();
                    self.darkroom
                        .begin(client, (conversation, seq), file, surface);
                }
            }
            Effect::DropPicture { conversation, seq } => self.darkroom.stop(conversation, seq),
            Effect::CancelTransfer(id) => self.client.cancel(id),
            Effect::CompletePath(typed) => self.files.complete(typed),
            Effect::Probe { typed, path } => self.files.probe(typed, path),
            Effect::Copy(text) => return Some(Ask::Copy(text)),
            Effect::Notify { title, body } => return Some(Ask::Notify { title, body }),
            Effect::Connect(link) => return Some(Ask::Connect(link)),
            Effect::ForgetServer(address) => self.forget(&address),
            Effect::Redraw => return Some(Ask::Redraw),
            Effect::Suspend => return Some(Ask::Suspend),
            Effect::Quit { text } => return Some(Ask::Quit { text }),
        }
        None
    }

    fn send_text(&mut self, name: &str, text: &str, conversation: ConversationId) {
        match self.files.text(name, text) {
            Ok((dir, path)) => {
                let id = self.client.send_file(path, conversation, Text::default());
                self.files.keep(id, dir);
            }
            Err(error) => self.own.push_back(Event::Failed(format!(
                "the text can't be sent as a file, there is no place to write it: {error}"
            ))),
        }
    }

    fn forget(&mut self, address: &str) {
        if let Some(cache) = &self.cache {
            cache.forget(address.to_owned());
        }
        if let Err(error) = self.door.forget(address) {
            self.own.push_back(Event::Failed(error.to_string()));
        }
        self.tell_servers();
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

    /// Connects now, or anew if the connection has ended for good.
    pub(super) fn reconnect(&mut self) {
        if self.events.is_some() {
            return self.client.reconnect();
        }
        match self.door.config(self.resume(), self.unacknowledged()) {
            Ok(config) => {
                let (client, events) = chat_client::connect(config);
                (self.client, self.events) = (client, Some(events));
            }
            Err(error) => self.own.push_back(Event::Failed(error.to_string())),
        }
    }

    /// What the application holds: what the cache held, and what came since.
    fn resume(&self) -> Option<Resume> {
        let held = |view: &ConversationView| (view.id(), view.log.last());
        Some(Resume {
            epoch: self.epoch?,
            cursors: self.app.conversations.iter().map(held).collect(),
        })
    }

    /// Posts that are on their way.
    fn unacknowledged(&self) -> Vec<Pending> {
        let of = |view: &ConversationView| {
            let conversation = view.id();
            let sending = |post: &&Outgoing| post.state == OutgoingState::Sending;
            let pending = move |post: &Outgoing| Pending {
                post: post.post,
                conversation,
                body: post.body.clone(),
            };
            let posts = view.outbox.iter().filter(sending).map(pending);
            posts.collect::<Vec<_>>()
        };
        let drawn = self.app.easel.own.iter().filter(|own| own.is_sent());
        let drawn = drawn.filter_map(|own| {
            Some(Pending {
                post: own.post()?,
                conversation: own.canvas,
                body: Body::Draw(own.act.clone()),
            })
        });
        let posts = self.app.conversations.iter().flat_map(of);
        posts.chain(drawn).collect()
    }
}
