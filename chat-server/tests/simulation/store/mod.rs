//! The model of the store: the records that are committed, and what follows from them. It is what
//! everything else is checked against.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chat_core::command::Direction;
use chat_core::{AccountId, Body, ConversationId, Entry, PostId, Seq, Text};
use chat_server::hub::{About, Record, Searched, State, Subject};
use chat_server::journal::{Found, Page, Wanted};

use crate::violation::{Checked, ensure};

/// An entry that is committed, and how many were before it.
#[derive(Debug)]
struct Kept {
    entry: Arc<Entry>,
    payload: Vec<u8>,
    position: u64,
    /// Its payload says nothing any more.
    removed: bool,
}

/// An entry whose content is gone.
fn taken_back(entry: &Entry) -> Entry {
    Entry {
        body: entry.body.taken_back(),
        ..entry.clone()
    }
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Store {
    records: Vec<Record>,
    /// How many records there were before the last commit.
    before: usize,
    state: State,
    logs: BTreeMap<ConversationId, Vec<Kept>>,
    posts: HashMap<(AccountId, PostId), (ConversationId, Seq)>,
    entries: u64,
    /// How many entries there were when an account left a conversation for the last time.
    left: HashMap<(AccountId, ConversationId), u64>,
}

impl Store {
    /// Commits all of `records`. Gives the payloads of the entries among them, in order.
    pub(crate) fn commit(&mut self, records: &[Record]) -> Checked<Vec<Vec<u8>>> {
        let mut payloads = Vec::new();
        self.before = self.records.len();
        for record in records {
            match record {
                Record::Entry(entry) => payloads.push(self.keep(entry)?),
                Record::Parted {
                    conversation,
                    account,
                } => {
                    self.left.insert((*account, *conversation), self.entries);
                }
                _ => {}
            }
            self.state.apply(record);
            self.records.push(record.clone());
        }
        Ok(payloads)
    }

    fn keep(&mut self, entry: &Arc<Entry>) -> Checked<Vec<u8>> {
        let log = self.logs.entry(entry.conversation).or_default();
        let last = log.len() as u64;
        ensure!(
            entry.seq == Seq(last + 1),
            "order: {entry:?} is committed behind {last}"
        );
        if let Some(post) = entry.post {
            let made = (entry.conversation, entry.seq);
            let before = self.posts.insert((entry.author, post), made);
            ensure!(
                before.is_none(),
                "exactly once: {before:?} and {made:?} are the same post"
            );
        }
        self.check_about(entry)?;
        let log = self.logs.entry(entry.conversation).or_default();
        let payload = entry.to_payload();
        let position = self.entries;
        log.push(Kept {
            entry: entry.clone(),
            payload: payload.clone(),
            position,
            removed: false,
        });
        if let Body::Deletion { of } = entry.body {
            self.remove(entry.conversation, of);
        }
        self.entries += 1;
        Ok(payload)
    }

    /// What an entry says about another changes something.
    fn check_about(&self, entry: &Entry) -> Checked {
        let Some(of) = entry.body.of() else {
            return Ok(());
        };
        let about = self.about(entry.author, entry.conversation, of);
        let changes = about.as_ref().is_some_and(|about| {
            let stands = |emoji| about.reactions.iter().any(|(known, _)| known == emoji);
            about.subject == Subject::Text
                && match &entry.body {
                    Body::Reaction { emoji, .. } => !stands(emoji),
                    Body::Unreaction { emoji, .. } => stands(emoji),
                    _ => about.author == entry.author,
                }
        });
        ensure!(changes, "about: {entry:?} is said of {about:?}");
        Ok(())
    }

    /// Takes out what an entry and its edits say.
    fn remove(&mut self, id: ConversationId, of: Seq) {
        let log = self.logs.entry(id).or_default();
        let edits = |body: &Body| matches!(body, Body::Edit { of: edited, .. } if *edited == of);
        for kept in log.iter_mut() {
            if kept.entry.seq == of || edits(&kept.entry.body) {
                kept.removed = true;
                kept.payload = taken_back(&kept.entry).to_payload();
            }
        }
    }

    /// What a server starts with that finds these records.
    pub(crate) fn reload(&self) -> State {
        let mut state = State::default();
        self.records.iter().for_each(|record| state.apply(record));
        state
    }

    /// The same without the last commit.
    pub(crate) fn without_last(&self) -> Checked<Store> {
        let mut store = Store::default();
        store.commit(&self.records[..self.before])?;
        Ok(store)
    }

    /// The state as of the last commit.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// How many entries there are.
    pub(crate) fn entries(&self) -> u64 {
        self.entries
    }

    /// Answers a session.
    pub(crate) fn read(&self, wanted: Wanted) -> Found {
        match wanted {
            Wanted::Piece { .. } => Found::Piece(None),
            Wanted::Picture { .. } => Found::Picture(None),
            Wanted::Post {
                author,
                post,
                about,
            } => Found::Post {
                made: post.and_then(|post| self.made_by(author, post)),
                searched: Searched {
                    up_to: self.entries,
                    about: about.and_then(|(id, of)| self.about(author, id, of)),
                },
            },
            Wanted::Page {
                conversation,
                from,
                direction,
                entries_max,
                bytes_max,
            } => {
                let log = self.logs.get(&conversation).map_or(&[][..], Vec::as_slice);
                let from = (from.0 as usize).min(log.len());
                let size = |kept: &&Kept| kept.payload.len();
                let mut page = match direction {
                    Direction::After => page(log[from..].iter(), entries_max, bytes_max, size),
                    Direction::Before => {
                        let before = log[..from.saturating_sub(1)].iter().rev();
                        page(before, entries_max, bytes_max, size)
                    }
                };
                if direction == Direction::Before {
                    page.entries.reverse();
                }
                Found::Page(page)
            }
        }
    }

    /// What an author's post about an entry is decided on.
    fn about(&self, author: AccountId, id: ConversationId, of: Seq) -> Option<About> {
        let kept = self.kept(id, of)?;
        let mut edits = 0;
        let mut reactions: Vec<(Text, Seq)> = Vec::new();
        for entry in self.logs[&id].iter().map(|kept| &kept.entry) {
            match &entry.body {
                Body::Edit { of: about, .. } if *about == of => edits += 1,
                Body::Reaction { of: about, emoji } if *about == of && entry.author == author => {
                    reactions.push((emoji.clone(), entry.seq));
                }
                Body::Unreaction { of: about, emoji } if *about == of && entry.author == author => {
                    reactions.retain(|(known, _)| known != emoji);
                }
                _ => {}
            }
        }
        Some(About {
            author: kept.entry.author,
            subject: match kept.removed {
                true => Subject::Removed,
                false => Subject::of(&kept.entry.body),
            },
            edits,
            reactions,
        })
    }

    fn kept(&self, id: ConversationId, seq: Seq) -> Option<&Kept> {
        let place = seq.0.checked_sub(1)?;
        self.logs.get(&id)?.get(place as usize)
    }

    /// Whether this entry is committed, and said this or, where it was taken back, nothing.
    pub(crate) fn holds(&self, entry: &Entry) -> bool {
        self.kept(entry.conversation, entry.seq)
            .is_some_and(|kept| {
                *kept.entry == *entry || (kept.removed && taken_back(&kept.entry) == *entry)
            })
    }

    /// The last sequence number of a conversation.
    pub(crate) fn head(&self, conversation: ConversationId) -> Seq {
        Seq(self
            .logs
            .get(&conversation)
            .map_or(0, |log| log.len() as u64))
    }

    /// The entries of a conversation behind `after`.
    pub(crate) fn behind(&self, conversation: ConversationId, after: Seq) -> Vec<&Entry> {
        let log = self.logs.get(&conversation).map_or(&[][..], Vec::as_slice);
        log.iter()
            .skip(after.0 as usize)
            .map(|kept| &*kept.entry)
            .collect()
    }

    /// The entry that a post made.
    pub(crate) fn made_by(&self, author: AccountId, post: PostId) -> Option<(ConversationId, Seq)> {
        self.posts.get(&(author, post)).copied()
    }

    /// Whether an account may have been sent an entry: it is in the conversation, or was when the
    /// entry was there already.
    pub(crate) fn may_read(&self, account: AccountId, entry: &Entry) -> bool {
        let id = entry.conversation;
        let position = self.logs[&id][entry.seq.0 as usize - 1].position;
        self.state.is_in(account, id)
            || self
                .left
                .get(&(account, id))
                .is_some_and(|there| position < *there)
    }
}

fn page<'a>(
    entries: impl Iterator<Item = &'a Kept>,
    entries_max: u64,
    bytes_max: usize,
    size: impl Fn(&&'a Kept) -> usize,
) -> Page {
    let mut page = Page::default();
    let mut bytes = 0;
    for kept in entries {
        bytes += size(&kept);
        let full = page.entries.len() as u64 == entries_max;
        if full || (bytes > bytes_max && !page.entries.is_empty()) {
            page.more = true;
            break;
        }
        page.entries.push((kept.entry.seq, kept.payload.clone()));
    }
    page
}
