//! The model of the store: the records that are committed, and what follows from them. It is what
//! everything else is checked against.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chat_core::command::Direction;
use chat_core::{AccountId, ConversationId, Entry, PostId, Seq};
use chat_server::hub::{Record, State};
use chat_server::journal::{Found, Page, Wanted};

use crate::violation::{Checked, ensure};

/// An entry that is committed, and how many were before it.
#[derive(Debug)]
struct Kept {
    entry: Arc<Entry>,
    payload: Vec<u8>,
    position: u64,
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
        let payload = entry.to_payload();
        let position = self.entries;
        log.push(Kept {
            entry: entry.clone(),
            payload: payload.clone(),
            position,
        });
        self.entries += 1;
        Ok(payload)
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
            Wanted::Post { author, post } => Found::Post {
                made: self.posts.get(&(author, post)).copied(),
                searched: self.entries,
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

    /// Whether exactly this entry is committed.
    pub(crate) fn holds(&self, entry: &Entry) -> bool {
        let log = self.logs.get(&entry.conversation);
        let at = entry
            .seq
            .0
            .checked_sub(1)
            .and_then(|n| log?.get(n as usize));
        at.is_some_and(|kept| *kept.entry == *entry)
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
