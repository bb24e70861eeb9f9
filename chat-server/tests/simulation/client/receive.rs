//! What a client makes of each event, and what is checked of it.

use chat_core::command::Login;
use chat_core::event::{Challenge, Event, Page, Pong, Welcome};
use chat_core::limits::{FRAME_BYTES, LENGTH_BYTES};
use chat_core::wire::Received;
use chat_core::{Body, Code, Command, Conversation, ConversationId, Entry, RequestId, Seq, frame};

use super::roster::{RosterCopy, Then};
use super::{Asked, Client, Connection, Log};
use crate::server::EPOCH;
use crate::store::{Store, taken_back};
use crate::violation::{Checked, Violation, ensure};

impl Client {
    /// Takes `bytes` from its connection; `store` is what may be seen.
    pub(crate) fn receive(&mut self, bytes: &[u8], store: &Store) -> Checked {
        let Some(connection) = &mut self.connection else {
            return Ok(());
        };
        connection.received.extend_from_slice(bytes);
        loop {
            let Some(connection) = &mut self.connection else {
                return Ok(());
            };
            let broken = |error: &dyn std::fmt::Display| Violation(format!("frames: {error}"));
            let body = match frame::split(&connection.received, FRAME_BYTES) {
                Ok(Some(body)) => body.to_vec(),
                Ok(None) => return Ok(()),
                Err(error) => return Err(broken(&error)),
            };
            connection.received.drain(..LENGTH_BYTES + body.len());
            ensure!(!connection.over, "something was said after goodbye");
            match Event::decode(&body).map_err(|error| broken(&error))? {
                Received::Message(event) => self.event(event, store)?,
                Received::Unknown { kind, .. } => return Err(Violation(format!("kind {kind}"))),
            }
        }
    }

    pub(super) fn on(&mut self) -> &mut Connection {
        self.connection
            .as_mut()
            .expect("it receives over a connection")
    }

    fn event(&mut self, event: Event, store: &Store) -> Checked {
        self.seen.count(&name(&event));
        let asked = match event.answers() {
            Some(request) => Some(self.answered(request)?),
            None => None,
        };
        match (event, asked) {
            (Event::Challenge(challenge), _) => self.log_in(&challenge),
            (Event::LoginRefused(refused), _) => {
                // The model's nicks don't collide, and who was welcome once is known.
                return Err(Violation(format!(
                    "durable: a login is refused: {}",
                    refused.text
                )));
            }
            (Event::Welcome(welcome), _) => return self.welcome(&welcome, store),
            (Event::Announced(announced), _) => {
                return self.enter(announced.conversation, store);
            }
            (Event::Ready(_), _) => self.ready(),
            (Event::Entry(entry), _) => return self.entry(entry, store),
            (Event::Posted(posted), Some(asked)) => return self.posted(&posted, &asked, store),
            (Event::Refused(refused), Some(asked)) => return self.refused(&refused, asked, store),
            (Event::Done(_), Some(Asked::Follow(id))) => {
                let after = self.on().from.remove(&id).flatten();
                self.follows(id, after);
            }
            (Event::Done(_), Some(Asked::Again(id, after))) => self.follows(id, Some(after)),
            (Event::Done(_), Some(Asked::FollowCanvas(id, after))) => {
                self.canvas_followed(id, after);
            }
            (Event::Done(_), Some(Asked::Chunk((post, _), (_, end)))) => {
                self.chunk_taken(post, end);
            }
            (Event::Done(_), Some(Asked::Once(Command::Read(read)))) => {
                let own = self.on().own_read.entry(read.conversation).or_default();
                *own = read.seq.max(*own);
            }
            (Event::Done(_), Some(Asked::Once(_))) => {}
            (Event::Opened(opened), Some(Asked::Canvas(parent))) => {
                self.canvas_opened(parent, &opened.conversation);
            }
            (Event::Picture(picture), Some(Asked::Snapshot(_))) => {
                return self.picture(picture, store);
            }
            (Event::Uploading(uploading), Some(Asked::Upload(post))) => {
                self.uploading(post, &uploading);
            }
            (Event::Uploading(uploading), Some(Asked::Once(Command::Upload(upload)))) => {
                self.on().granted.insert(upload.hash, uploading.upload);
            }
            (Event::Piece(_), Some(Asked::Peek(id, seq))) => {
                ensure!(
                    false,
                    "key, not name: the file in {seq} of {id} is for members"
                );
            }
            (Event::Piece(piece), Some(Asked::Fetch(entry, file, _))) => {
                return self.piece(&piece, entry, file, store);
            }
            (Event::Opened(opened), Some(_)) => return self.enter(opened.conversation, store),
            (Event::Page(page), Some(Asked::Page(id, from, held))) => {
                return self.page(page, (id, from, held), store);
            }
            (Event::RosterPage(page), Some(Asked::Roster(_))) => {
                ensure!(!page.more, "the model's rosters fit a page");
                if let Some(copy) = self.on().rosters.get_mut(&page.conversation) {
                    copy.page(page);
                }
            }
            (Event::RosterChanges(changes), _) => {
                let id = changes.conversation;
                ensure!(
                    self.on().rosters.contains_key(&id),
                    "key, not name: the roster of {id}, which is not followed"
                );
                let then = match self.on().rosters.get_mut(&id) {
                    Some(copy) => Some(copy.change(changes)?),
                    None => None,
                };
                self.ask_roster(id, then);
            }
            (Event::RosterStale(stale), _) => {
                let id = stale.conversation;
                let then = self.on().rosters.get_mut(&id).map(RosterCopy::stale);
                self.ask_roster(id, then);
            }
            (Event::Left(left), _) => {
                self.places.remove(&left.conversation);
                self.on().following.remove(&left.conversation);
                self.on().rosters.remove(&left.conversation);
                self.canvas_left(left.conversation);
            }
            (Event::ReadMarker(marker), _) => {
                let (id, seq, head) = (
                    marker.conversation,
                    marker.seq,
                    store.head(marker.conversation),
                );
                ensure!(seq <= head, "durable before visible: read {seq} of {head}");
                let before = self.on().read.insert(id, seq);
                ensure!(
                    before < Some(seq),
                    "read markers: {id} goes from {before:?} to {seq}"
                );
            }
            (Event::Ping(ping), _) => self.say(&Pong { token: ping.token }.into()),
            (Event::Bye(bye), _) => {
                // The model violates nothing.
                let expected = [
                    Code::Left,
                    Code::Storage,
                    Code::TooSlow,
                    Code::Dead,
                    Code::LoginTimeout,
                ];
                ensure!(
                    expected.contains(&bye.code),
                    "bye {}: {}",
                    bye.code,
                    bye.text
                );
                let missing = bye.text.as_str().contains("missing");
                ensure!(!missing, "order: {}", bye.text);
                self.on().over = true;
            }
            (Event::Pong(_) | Event::Me(_) | Event::RoomList(_) | Event::Profile(_), _) => {}
            (event, asked) => {
                return Err(Violation(format!("answers: {event:?} answers {asked:?}")));
            }
        }
        Ok(())
    }

    /// Every request gets exactly one answer.
    fn answered(&mut self, request: RequestId) -> Checked<Asked> {
        let asked = self.on().pending.remove(&request);
        asked.ok_or_else(|| Violation(format!("answers: {request} was not asked or is answered")))
    }

    fn log_in(&mut self, challenge: &Challenge) {
        let nick = self.account.is_none().then(|| self.name.clone());
        let login = Login {
            key: self.identity.public(),
            signature: self.identity.sign_login(&challenge.nonce, &[0; 32]),
            nick,
            invite: None,
        };
        self.say(&login.into());
    }

    fn welcome(&mut self, welcome: &Welcome, store: &Store) -> Checked {
        ensure!(welcome.epoch == EPOCH, "another epoch");
        let kept = store.state().accounts.get(&welcome.account);
        let own = kept.is_some_and(|account| account.key == self.identity.public());
        ensure!(
            own,
            "key, not name: {} is not the account of this key",
            welcome.account
        );
        let before = self.account.replace(welcome.account);
        ensure!(
            before.is_none_or(|b| b == welcome.account),
            "key, not name: another account"
        );
        Ok(())
    }

    /// It is told of a conversation.
    fn enter(&mut self, conversation: Conversation, store: &Store) -> Checked {
        let (id, head) = (conversation.id, store.head(conversation.id));
        let known = store.state().conversations.contains_key(&id);
        ensure!(
            known,
            "durable before visible: conversation {id} is not committed"
        );
        ensure!(
            conversation.head <= head && conversation.read <= conversation.head,
            "durable before visible: {id} has {} and {} are committed",
            conversation.head,
            head
        );
        let connection = self.on();
        if connection.ready {
            self.places.insert(id, conversation);
            self.follow(id);
        } else {
            connection.announced.insert(id, conversation);
        }
        Ok(())
    }

    /// It knows where it is in: follows all of it, and sends what is not acknowledged.
    fn ready(&mut self) {
        let connection = self.on();
        connection.ready = true;
        self.places = std::mem::take(&mut connection.announced);
        let places: Vec<ConversationId> = self.places.keys().copied().collect();
        places.into_iter().for_each(|id| self.follow(id));
        let posts: Vec<_> = self.unacknowledged.iter().map(|post| post.id).collect();
        posts.into_iter().for_each(|id| self.ask(self.next_of(id)));
        self.reopen_canvases();
    }

    fn follows(&mut self, id: ConversationId, after: Option<Seq>) {
        if let Some(base) = after {
            self.logs.entry(id).or_insert(Log {
                base,
                entries: Vec::new(),
            });
        }
        let kind = self.places.get(&id).map(|c| c.kind);
        let connection = self.on();
        connection.following.insert(id, after);
        if let Some(kind) = kind
            && !connection.rosters.contains_key(&id)
        {
            connection.rosters.insert(id, RosterCopy::new(kind));
            self.ask(Asked::Roster(id));
        }
    }

    fn ask_roster(&mut self, id: ConversationId, then: Option<Then>) {
        let asked = Asked::Roster(id);
        let waits = self.on().pending.values().any(|a| *a == asked);
        if then == Some(Then::Ask) && !waits {
            self.ask(asked);
        }
    }

    fn entry(&mut self, entry: Entry, store: &Store) -> Checked {
        let (id, seq) = (entry.conversation, entry.seq);
        self.check_readable(&entry, store)?;
        let connection = self.on();
        let Some(last) = connection.following.get_mut(&id) else {
            return Err(Violation(format!(
                "order: {seq} of {id}, which is not followed"
            )));
        };
        let next = last.map_or(seq, Seq::next);
        ensure!(seq == next, "order: {seq} of {id} comes instead of {next}");
        *last = Some(seq);
        if self.drawn(&entry)? {
            return Ok(());
        }
        let base = Seq(seq.0 - 1);
        let log = self.logs.entry(id).or_insert(Log {
            base,
            entries: Vec::new(),
        });
        if seq <= log.last() {
            // It asked for it again.
            let held = &log.entries[(seq.0 - log.base.0) as usize - 1];
            let taken_back = Entry {
                body: held.body.taken_back(),
                ..held.clone()
            };
            ensure!(
                *held == entry || taken_back == entry,
                "order: {held:?} is now {entry:?}"
            );
            return Ok(());
        }
        let end = log.last();
        ensure!(end.next() == seq, "order: {seq} of {id} behind {end}");
        log.entries.push(entry);
        Ok(())
    }

    fn check_readable(&self, entry: &Entry, store: &Store) -> Checked {
        let (id, seq) = (entry.conversation, entry.seq);
        ensure!(
            store.holds(entry),
            "durable before visible: {seq} of {id} is not committed"
        );
        let account = self.account.expect("it is welcome");
        ensure!(
            store.may_read(account, id, seq),
            "key, not name: {seq} of {id} is not for account {account}"
        );
        let known = |connection: &Connection| connection.taken_back.contains(&(id, seq));
        ensure!(
            !self.connection.as_ref().is_some_and(known) || *entry == taken_back(entry),
            "taken back: {entry:?} is still said"
        );
        Ok(())
    }

    fn page(
        &mut self,
        page: Page,
        (id, from, held): (ConversationId, Seq, Seq),
        store: &Store,
    ) -> Checked {
        ensure!(page.conversation == id, "a page of another conversation");
        for entry in &page.entries {
            self.check_readable(entry, store)?;
        }
        let numbers: Vec<u64> = page.entries.iter().map(|entry| entry.seq.0).collect();
        ensure!(
            numbers.windows(2).all(|pair| pair[0] + 1 == pair[1])
                && numbers.last().is_none_or(|last| *last < from.0),
            "order: a page of {id} before {from} has {numbers:?}"
        );
        let end = numbers.last().copied().unwrap_or_default();
        ensure!(
            end >= held.0.min(from.0.saturating_sub(1)),
            "order: a page of {id} before {from} ends with {end}, and {held} was sent"
        );
        let first = page.entries.first().map_or(Seq(1), |e| e.seq);
        ensure!(
            page.more == (first > Seq(1)),
            "order: a page from {first} says more: {}",
            page.more
        );
        Ok(())
    }
}

/// What is counted of an event.
fn name(event: &Event) -> String {
    match event {
        Event::Refused(refused) => format!("refused {}", refused.code),
        Event::Bye(bye) => format!("bye {}", bye.code),
        Event::Entry(entry) if entry.body == Body::Removed => "an entry that was taken back".into(),
        Event::Entry(_) => "an entry".into(),
        Event::Page(_) => "a page".into(),
        Event::Posted(_) => "posted".into(),
        Event::RosterStale(_) => "a roster is stale".into(),
        Event::ReadMarker(_) => "another session has read".into(),
        Event::Left(_) => "another session has left".into(),
        other => format!("event {}", other.kind()),
    }
}
