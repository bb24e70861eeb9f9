//! What a client makes of answers to its requests, and what is checked of them.

use chat_core::event::{Posted, Refused};
use chat_core::{Body, Code, ConversationId, PostId, Seq, Text};

use super::{Asked, Client};
use crate::store::Store;
use crate::violation::{Checked, Violation, ensure};

/// What nobody is told to wait for longer than, in milliseconds.
const RETRY_MS_MAX: u64 = 60_000;

impl Client {
    /// A post is stored.
    pub(super) fn posted(&mut self, posted: &Posted, asked: &Asked, store: &Store) -> Checked {
        let (id, seq) = (posted.conversation, posted.seq);
        let head = store.head(id);
        ensure!(
            seq <= head,
            "durable before visible: posted {seq} of {head} in {id}"
        );
        let Asked::Post(post) = asked else {
            return Ok(());
        };
        let account = self.account.expect("it is welcome");
        let made = store.made_by(account, *post);
        // A reaction that stands already makes no entry, however often it is sent.
        ensure!(
            made == Some((id, seq)) || (made.is_none() && self.reactions.contains(post)),
            "exactly once: {post} is {made:?}, not {seq} of {id}"
        );
        if made.is_none() {
            self.seen.count("a reaction changes nothing");
        } else {
            self.acknowledged.push((*post, id, seq));
            self.check_order(*post, id, seq)?;
        }
        self.unacknowledged.retain(|outgoing| outgoing.id != *post);
        Ok(())
    }

    /// What was sent once on one connection and never refused stands in the order in which it was sent.
    fn check_order(&mut self, post: PostId, id: ConversationId, seq: Seq) -> Checked {
        let connection = self.on();
        let Some(sent) = connection.sent.get(&post).copied() else {
            return Ok(());
        };
        let placed = &mut connection.placed;
        placed.insert((id, sent), seq);
        let of_this = placed.range((id, 0)..=(id, u64::MAX));
        let places: Vec<Seq> = of_this.map(|(_, seq)| *seq).collect();
        ensure!(
            places.is_sorted(),
            "order: client {} finds its posts in {id} in the order {places:?}",
            self.number
        );
        Ok(())
    }

    /// A request is refused.
    pub(super) fn refused(&mut self, refused: &Refused, asked: Asked, store: &Store) -> Checked {
        self.refusal = format!("{}: {}", refused.code, refused.text);
        let wait = refused.retry_after_ms.unwrap_or_default();
        ensure!(
            wait <= RETRY_MS_MAX,
            "bounded: {asked:?} is to wait for {wait} ms"
        );
        if let Asked::Post(post) = &asked {
            self.on().sent.remove(post);
            self.given_up(*post);
        }
        let passing = matches!(refused.code, Code::Storage | Code::TooFast);
        match (&asked, refused.code) {
            (Asked::Upload(post) | Asked::Chunk((post, _), _), code) => {
                self.file_refused(*post, code);
            }
            (Asked::Post(post), code @ Code::NotUploaded) => self.file_refused(*post, code),
            (Asked::Once(_), Code::Storage | Code::TooFast | Code::QuotaFull) => {}
            (_, _) if passing => self.on().refused.push(asked),
            (
                Asked::Post(post),
                Code::NotAMember
                | Code::NotYours
                | Code::NoSuchEntry
                | Code::NotPossible
                | Code::BadEmoji,
            ) => {
                self.unacknowledged.retain(|outgoing| outgoing.id != *post);
            }
            (Asked::Follow(id) | Asked::Again(id, _), Code::NotAMember) => {
                self.places.remove(id);
            }
            (Asked::Roster(_) | Asked::Page(..), Code::NotAMember) => {}
            (Asked::Canvas(id), Code::NotAMember) => self.canvas_left(*id),
            (Asked::FollowCanvas(..) | Asked::Snapshot(_), Code::NotAMember) => {}
            (Asked::FollowCanvas(id, _), Code::Gone) => self.canvas_gone(*id),
            (Asked::Fetch(..) | Asked::Peek(..), Code::NotAMember) => {}
            (Asked::Fetch((id, seq), ..), Code::NoSuchFile) => {
                ensure!(
                    store.file(*id, *seq).is_none(),
                    "durable: the file in {seq} of {id} is gone"
                );
            }
            (
                Asked::Once(_),
                Code::NotAMember
                | Code::NotPossible
                | Code::NoSuchPerson
                | Code::NickTaken
                | Code::TooManyRooms,
            ) => {}
            (asked, code) => {
                return Err(Violation(format!(
                    "durable: {asked:?} is refused, {code}: {}",
                    refused.text
                )));
            }
        }
        Ok(())
    }

    /// A reaction is not what it was to be: what stands in the end may be something else.
    pub(super) fn given_up(&mut self, post: PostId) {
        let outgoing = self.unacknowledged.iter().find(|other| other.id == post);
        let about = outgoing.and_then(|outgoing| {
            let (of, emoji, _) = reaction(&outgoing.body)?;
            Some((outgoing.conversation, of, emoji.clone()))
        });
        if let Some(about) = about {
            self.wishes.insert(about, None);
        }
    }

    /// Reactions are as this person wished last. `alone` says that nobody else has its account.
    pub(super) fn check_reactions(&self, store: &Store, alone: bool) -> Checked {
        let account = self.account.expect("it is settled");
        for ((id, of, emoji), wish) in &self.wishes {
            let Some(wish) = wish.filter(|_| alone) else {
                continue;
            };
            let own = store.behind(*id, Seq(0)).into_iter();
            let own = own.filter(|entry| entry.author == account);
            let said = own.filter_map(|entry| reaction(&entry.body));
            let mut of_this = said.filter(|(to, known, _)| (to, *known) == (of, emoji));
            let stands = of_this.next_back().is_some_and(|(_, _, reacts)| reacts);
            ensure!(
                stands == wish,
                "order: client {} wished {emoji} on {of} of {id} last: {wish}",
                self.number
            );
        }
        Ok(())
    }
}

/// Which entry a reaction is about, which one it is, and whether it is one or takes one back.
pub(super) fn reaction(body: &Body) -> Option<(Seq, &Text, bool)> {
    match body {
        Body::Reaction { of, emoji } => Some((*of, emoji, true)),
        Body::Unreaction { of, emoji } => Some((*of, emoji, false)),
        _ => None,
    }
}
