//! Posts, topics, read markers, following: what works on a conversation's log.

use std::sync::Arc;

use chat_core::command::{Follow, Post, Read, Topic};
use chat_core::event::{Announced, Posted, ReadMarker};
use chat_core::{Body, Code, ConversationId, Entry, Event, PostId, Refusal, Seq, Text};

use super::about::{Say, Searched};
use super::output::Output;
use super::{Answer, By, Effects, HELD_BACK_MS, HeldBack, Hub, Kind, Lane, Record};

impl Hub {
    pub(super) fn post(
        &mut self,
        by: By,
        c: Post,
        searched: Option<Searched>,
        effects: &mut Effects,
    ) -> Answer {
        if let Some((conversation, seq)) = self.state.recent.made_by(by.account, c.post) {
            return Ok(Some(Event::Posted(Posted {
                request: by.request,
                conversation,
                seq,
            })));
        }
        let post = c.post;
        let lane = match c.body {
            Body::Draw(_) => Lane::Strokes,
            _ => Lane::Posts,
        };
        let answer = self.new_post(by, c, (lane, searched), effects);
        self.hold_back(by, post, lane, &answer);
        answer
    }

    fn new_post(
        &mut self,
        by: By,
        c: Post,
        (lane, searched): (Lane, Option<Searched>),
        effects: &mut Effects,
    ) -> Answer {
        let covers = |s: &Searched| self.state.recent.covers_behind(s.up_to);
        if !searched.as_ref().is_none_or(covers) {
            let text = "the server is too busy to look that up: try again";
            return Err(Refusal::new(Code::TooFast, text).retry_after(200));
        }
        self.may_overtake(by, c.post, lane)?;
        self.member_of(by, c.conversation)?;
        if self.board(c.conversation).is_some() {
            return self.draw(by, c, effects);
        }
        self.may_say(by, &c.body)?;
        let body = match self.may_say_about(by, c.conversation, c.body, searched.as_ref())? {
            Say::Add(body) => body,
            Say::Already(seq) => {
                return Ok(Some(Event::Posted(Posted {
                    request: by.request,
                    conversation: c.conversation,
                    seq,
                })));
            }
        };
        self.writable(by.now)?;
        self.meter(by)?;
        Ok(Some(self.append(
            by,
            c.conversation,
            Some(c.post),
            body,
            effects,
        )))
    }

    /// Whether a post may have this body.
    fn may_say(&self, by: By, body: &Body) -> Result<(), Refusal> {
        match body {
            Body::Post(text) | Body::Action(text) => self.may_say_text(text),
            Body::File(file) => self.may_post_file(by.account, file),
            Body::Topic(_) => Err(Refusal::new(Code::NotPossible, "topics are set with Topic")),
            // What they are about decides the rest.
            Body::Edit { .. }
            | Body::Deletion { .. }
            | Body::Reaction { .. }
            | Body::Unreaction { .. } => Ok(()),
            Body::Malformed { .. } => Err(self.malformed(body)),
            Body::Draw(_) => Err(Refusal::new(
                Code::NotPossible,
                "one draws on the canvas of a conversation: open it first",
            )),
            Body::Removed => Err(Refusal::new(
                Code::NotPossible,
                "that is said by the server only",
            )),
            _ => Err(Refusal::new(
                Code::UnknownCommand,
                "the server doesn't take that kind of post: it may be older than your client",
            )),
        }
    }

    pub(super) fn may_say_text(&self, text: &Text) -> Result<(), Refusal> {
        if text.is_empty() {
            return Err(Refusal::new(
                Code::EmptyText,
                "there is nothing in that message: type something",
            ));
        }
        self.fits(text)
    }

    /// Whether a text is not too long.
    pub(super) fn fits(&self, text: &Text) -> Result<(), Refusal> {
        let max = self.rules.limits.text_bytes;
        if text.len() > max {
            let text = format!(
                "that message has {} bytes, and {max} is the limit: send it in parts",
                text.len()
            );
            return Err(Refusal::new(Code::TextTooLong, text));
        }
        Ok(())
    }

    /// Refuses a post that was sent behind one that was refused as too fast: an author's posts keep
    /// their order, also those that were under way when the first of them was refused.
    fn may_overtake(&self, by: By, post: PostId, lane: Lane) -> Result<(), Refusal> {
        let session = self.sessions.get(&by.session);
        let held_back = session.and_then(|s| s.held_back[lane as usize]);
        match held_back {
            Some(first) if first.post != post && first.is_awaited(by.now) => {
                let text = "an earlier message of yours was too fast: send that again first";
                // When the first may come again, or soon, where it may already.
                let ms = first.until.since(by.now.plus(HELD_BACK_MS)).max(50);
                Err(Refusal::new(Code::TooFast, text).retry_after(ms))
            }
            _ => Ok(()),
        }
    }

    /// Remembers the first post that is refused as too fast until it is taken, or given up.
    fn hold_back(&mut self, by: By, post: PostId, lane: Lane, answer: &Answer) {
        let Some(session) = self.sessions.get_mut(&by.session) else {
            return;
        };
        let held_back = &mut session.held_back[lane as usize];
        let waits = held_back.filter(|first| first.is_awaited(by.now));
        if waits.is_some_and(|first| first.post != post) {
            return;
        }
        *held_back = match answer {
            Err(refusal) if refusal.code == Code::TooFast => Some(HeldBack {
                post,
                since: by.now,
                until: by
                    .now
                    .plus(refusal.retry_after_ms.unwrap_or_default() + HELD_BACK_MS),
            }),
            _ => None,
        };
    }

    pub(super) fn set_topic(&mut self, by: By, c: Topic, effects: &mut Effects) -> Answer {
        self.member_of(by, c.conversation)?;
        if matches!(
            self.state.conversations[&c.conversation].kind,
            Kind::Direct(..)
        ) {
            return Err(Refusal::new(
                Code::NotPossible,
                "a direct conversation has no topic: rooms have",
            ));
        }
        self.refuse_on_canvas(c.conversation, "a canvas has no topic: rooms have")?;
        let topic = Text::line(c.text.as_str(), chat_core::limits::LINE_BYTES);
        self.writable(by.now)?;
        self.meter(by)?;
        Ok(Some(self.append(
            by,
            c.conversation,
            None,
            Body::Topic(topic),
            effects,
        )))
    }

    /// What a post is refused with that is not as its kind has to be.
    pub(super) fn malformed(&self, body: &Body) -> Refusal {
        let Body::Malformed { kind, why } = body else {
            return Refusal::new(Code::NotPossible, "that post is not one");
        };
        let code = match kind {
            5 | 6 => Code::BadEmoji,
            9..=12 => Code::BadStroke,
            _ => Code::NotPossible,
        };
        Refusal::new(code, format!("that post is not one: {why}"))
    }

    /// Appends the next entry of a conversation.
    pub(super) fn append(
        &mut self,
        by: By,
        id: ConversationId,
        post: Option<PostId>,
        body: Body,
        effects: &mut Effects,
    ) -> Event {
        let seq = self.state.conversations[&id].head.next();
        if seq == Seq(1) {
            self.announce_to_peer(by, id, effects);
        }
        let entry = Arc::new(Entry {
            conversation: id,
            seq,
            at: by.now,
            author: by.account,
            nick: self.state.nick(by.account),
            post,
            body,
        });
        self.record(Record::Entry(entry.clone()), effects);
        effects.outputs.push(Output::Entry(entry));
        Event::Posted(Posted {
            request: by.request,
            conversation: id,
            seq,
        })
    }

    /// The other person of a direct conversation learns of it with its first entry.
    fn announce_to_peer(&self, by: By, id: ConversationId, effects: &mut Effects) {
        let Some(peer) = self.state.conversations[&id].kind.peer_of(by.account) else {
            return;
        };
        for account in [peer, by.account] {
            let Some(here) = self.here.get(&account) else {
                continue;
            };
            let Some(conversation) = self.describe(account, id) else {
                continue;
            };
            for session in here.sessions.iter().filter(|s| **s != by.session) {
                effects.push(
                    *session,
                    Event::Announced(Announced {
                        conversation: conversation.clone(),
                    }),
                );
            }
        }
    }

    pub(super) fn read(&mut self, by: By, c: &Read, effects: &mut Effects) -> Answer {
        self.member_of(by, c.conversation)?;
        self.refuse_on_canvas(c.conversation, "a canvas has no read marker")?;
        let seq = c.seq.min(self.state.conversations[&c.conversation].head);
        let read = self.state.accounts[&by.account].memberships[&c.conversation];
        // What can't be stored now is said again with the next entry that is read.
        if seq > read && self.writable(by.now).is_ok() {
            let record = Record::Read {
                conversation: c.conversation,
                account: by.account,
                seq,
            };
            self.record(record, effects);
            let marker = ReadMarker {
                conversation: c.conversation,
                seq,
            };
            for session in &self.here[&by.account].sessions {
                if *session != by.session {
                    effects.push(*session, Event::ReadMarker(marker.clone()));
                }
            }
        }
        by.done()
    }

    pub(super) fn follow(&mut self, by: By, c: &Follow, effects: &mut Effects) -> Answer {
        self.member_of(by, c.conversation)?;
        let head = self.state.conversations[&c.conversation].head;
        let after = c.after.unwrap_or(head);
        if after > head {
            let text = "the server holds fewer entries than you do (its store may be an older copy): drop what \
                        you hold of this conversation and follow it anew";
            return Err(Refusal::new(Code::NotPossible, text));
        }
        if let Some(board) = self.board(c.conversation)
            && after < board.marks.base()
        {
            let text = "those strokes have become part of the picture: open the canvas anew";
            return Err(Refusal::new(Code::Gone, text));
        }
        effects.outputs.push(Output::Follow {
            session: by.session,
            request: by.request,
            conversation: c.conversation,
            after,
            head,
        });
        Ok(None)
    }

    /// Refuses unless the account is in the conversation.
    pub(super) fn member_of(&self, by: By, conversation: ConversationId) -> Result<(), Refusal> {
        if self.state.is_in(by.account, conversation) {
            return Ok(());
        }
        let of = self.board(conversation).map_or(conversation, |b| b.parent);
        let text = match self.state.conversations.get(&of).map(|c| &c.kind) {
            Some(Kind::Room { name, .. }) => format!("you are not in {name}: /join {name} first"),
            _ => "you are not in that conversation: /join a room or /msg a person first".to_owned(),
        };
        Err(Refusal::new(Code::NotAMember, text))
    }
}
