//! The model of the store: the records that are committed, and what follows from them. It is what
//! everything else is checked against. Some seeds have the real store beside it.
//!
//! | file | owns |
//! |---|---|
//! | `mod.rs` | what is committed, and what holds of every commit |
//! | `read.rs` | what is read from it |
//! | `quotas.rs` | files, counted once more |
//! | `sqlite.rs` | the real store, compared with the model |

mod quotas;
mod read;
mod sqlite;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chat_core::canvas::{Board, Picture};
use chat_core::{AccountId, Body, ContentHash, ConversationId, Entry, Millis, PostId, Seq, Text};
use chat_server::hub::{About, FileRecord, Kind, Record, State, Subject};
use chat_server::journal::{Found, Wanted};
use chat_server::painter::Stored;

use crate::fault::Fault;
use crate::violation::{Checked, ensure};
use quotas::Quotas;
use sqlite::Sqlite;

/// Whether the real store is there, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beside {
    /// Only the model.
    Nothing,
    /// The real one, in a directory that goes with it.
    Sqlite,
}

/// An entry that is committed, and how many were before it.
#[derive(Debug)]
struct Kept {
    entry: Arc<Entry>,
    payload: Vec<u8>,
    position: u64,
    /// Its payload says nothing any more.
    removed: bool,
}

/// What of a canvas is merged.
#[derive(Debug)]
struct Merged {
    base: Seq,
    picture: Arc<[u8]>,
    /// What was merged before the last time: those entries are not kept.
    gone: Seq,
}

/// An entry whose content is gone.
pub(crate) fn taken_back(entry: &Entry) -> Entry {
    Entry {
        body: entry.body.taken_back(),
        ..entry.clone()
    }
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Store {
    fault: Fault,
    records: Vec<Record>,
    /// How many records there were before the last commit.
    before: usize,
    state: State,
    logs: BTreeMap<ConversationId, Vec<Kept>>,
    posts: HashMap<(AccountId, PostId), (ConversationId, Seq)>,
    entries: u64,
    /// How many entries there were when an account left a conversation for the last time.
    left: HashMap<(AccountId, ConversationId), u64>,
    merged: BTreeMap<ConversationId, Merged>,
    /// What each canvas shows, of its whole log.
    boards: BTreeMap<ConversationId, Board>,
    quotas: Quotas,
    account_bytes_max: u64,
    /// The latest time that a clock has ever shown.
    latest: Millis,
    sqlite: Option<Sqlite>,
}

impl Store {
    /// An empty store, for accounts that may have this many bytes of files.
    pub(crate) fn new(fault: Fault, beside: Beside, account_bytes_max: u64) -> Store {
        Store {
            fault,
            records: Vec::new(),
            before: 0,
            state: State::default(),
            logs: BTreeMap::new(),
            posts: HashMap::new(),
            entries: 0,
            left: HashMap::new(),
            merged: BTreeMap::new(),
            boards: BTreeMap::new(),
            quotas: Quotas::default(),
            account_bytes_max,
            latest: Millis(0),
            sqlite: (beside == Beside::Sqlite).then(Sqlite::new),
        }
    }

    /// A clock shows this.
    pub(crate) fn clock(&mut self, now: Millis) {
        self.latest = self.latest.max(now);
    }

    /// The latest time that a clock has ever shown.
    pub(crate) fn latest(&self) -> Millis {
        self.latest
    }

    /// Commits all of `records`. Gives the payloads of the entries among them, in order.
    pub(crate) fn commit(&mut self, records: &[Record]) -> Checked<Vec<Vec<u8>>> {
        let mut payloads = Vec::new();
        let mut files = false;
        self.before = self.records.len();
        for record in records {
            files |= self.quotas.apply(record);
            if self.fault == Fault::ForgetDropped
                && matches!(record, Record::File(FileRecord::UploadDropped { .. }))
            {
                continue;
            }
            match record {
                Record::Entry(entry) => payloads.push(self.keep(entry)?),
                Record::Parted {
                    conversation,
                    account,
                } => {
                    self.left.insert((*account, *conversation), self.entries);
                }
                Record::Canvas { id, .. } => {
                    self.boards.insert(*id, Board::default());
                }
                Record::Merged {
                    canvas,
                    base,
                    picture,
                } => self.merge(*canvas, *base, picture)?,
                _ => {}
            }
            self.state.apply(record);
            self.records.push(record.clone());
        }
        if files {
            self.quotas
                .check(&self.state.files, self.account_bytes_max)?;
        }
        if let Some(sqlite) = &mut self.sqlite {
            sqlite.commit(records, &payloads)?;
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
        if let Some(board) = self.boards.get_mut(&entry.conversation) {
            let Body::Draw(act) = &entry.body else {
                ensure!(false, "canvas: {entry:?} is not drawn");
                return Ok(Vec::new());
            };
            board.apply(entry.seq, entry.author, entry.at, act.clone());
        }
        let log = self.logs.entry(entry.conversation).or_default();
        let payload = entry.to_payload();
        log.push(Kept {
            entry: entry.clone(),
            payload: payload.clone(),
            position: self.entries,
            removed: false,
        });
        if let Body::Deletion { of } = entry.body
            && self.fault != Fault::KeepDeleted
        {
            self.remove(entry.conversation, of);
        }
        self.entries += 1;
        Ok(payload)
    }

    /// A picture shows what its entries do, and nothing that anybody could still have changed.
    fn merge(&mut self, canvas: ConversationId, base: Seq, picture: &Arc<[u8]>) -> Checked {
        let mut board = self.boards[&canvas].clone();
        let point = board.merge_point(self.latest);
        ensure!(
            Some(base) <= point,
            "canvas: {canvas} is merged up to {base}, and {point:?} is as far as nothing can change"
        );
        board.merge_to(base);
        ensure!(
            Picture::from_snapshot(picture).as_ref() == Ok(board.base_picture()),
            "canvas: the picture of {canvas} up to {base} is not what its log shows"
        );
        let gone = self.base(canvas);
        let picture = picture.clone();
        self.merged.insert(
            canvas,
            Merged {
                base,
                picture,
                gone,
            },
        );
        Ok(())
    }

    /// What an entry says about another changes something.
    fn check_about(&self, entry: &Entry) -> Checked {
        let Some(of) = entry.body.of() else {
            return Ok(());
        };
        let about = self.about(entry.author, entry.conversation, of);
        let changes = about.as_ref().is_some_and(|about| {
            let stands = |emoji| about.reactions.iter().any(|(known, _)| known == emoji);
            matches!(about.subject, Subject::Text | Subject::File)
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

    /// What the hub goes on from after a commit that failed.
    pub(crate) fn reload(&self) -> State {
        let mut state = self.state.clone();
        // Of a canvas only what is not merged is read.
        for id in self.boards.keys() {
            let base = self.base(*id);
            state.set_base(*id, base);
            let log = self.logs.get(id).map_or(&[][..], Vec::as_slice);
            for kept in &log[base.0 as usize..] {
                state.draw(&kept.entry);
            }
        }
        state
    }

    /// What a server starts with.
    pub(crate) fn restart(&mut self) -> Checked<State> {
        self.state.away.clear();
        let state = self.reload();
        if let Some(sqlite) = &mut self.sqlite {
            sqlite.reopen(&state)?;
        }
        Ok(state)
    }

    /// The same without the last commit.
    pub(crate) fn without_last(&self) -> Checked<Store> {
        let mut store = Store::new(self.fault, Beside::Nothing, self.account_bytes_max);
        store.latest = self.latest;
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

    /// The real store, where it is there, reads the same.
    pub(crate) fn check_read(&mut self, wanted: Wanted, found: &Found) -> Checked {
        match &mut self.sqlite {
            Some(sqlite) => sqlite.read(wanted, found),
            None => Ok(()),
        }
    }

    /// The real store, where it is there, holds the same of a canvas.
    pub(crate) fn check_canvas(&mut self, canvas: ConversationId, stored: &Stored) -> Checked {
        match &mut self.sqlite {
            Some(sqlite) => sqlite.canvas(canvas, stored),
            None => Ok(()),
        }
    }

    /// What an author's post about an entry is decided on.
    fn about(&self, author: AccountId, id: ConversationId, of: Seq) -> Option<About> {
        let kept = self.kept(id, of)?;
        let mut about = About {
            author: kept.entry.author,
            subject: Subject::Removed,
            edits: 0,
            reactions: Vec::new(),
        };
        if kept.removed {
            return Some(about);
        }
        about.subject = Subject::of(&kept.entry.body);
        for entry in self.logs[&id].iter().map(|kept| &kept.entry) {
            match &entry.body {
                Body::Edit { of: edited, .. } if *edited == of => about.edits += 1,
                Body::Reaction { of: to, emoji } if *to == of && entry.author == author => {
                    about.reactions.push((emoji.clone(), entry.seq));
                }
                Body::Unreaction { of: to, emoji } if *to == of && entry.author == author => {
                    about.reactions.retain(|(known, _)| known != emoji);
                }
                _ => {}
            }
        }
        Some(about)
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
    pub(crate) fn may_read(&self, account: AccountId, id: ConversationId, seq: Seq) -> bool {
        let position = self.kept(id, seq).map_or(0, |kept| kept.position);
        let of = match self.state.conversations.get(&id).map(|c| &c.kind) {
            Some(Kind::Canvas(board)) => board.parent,
            _ => id,
        };
        self.state.is_in(account, of)
            || self
                .left
                .get(&(account, of))
                .is_some_and(|there| position < *there)
    }

    /// What a canvas shows.
    pub(crate) fn board(&self, canvas: ConversationId) -> &Board {
        &self.boards[&canvas]
    }

    /// What somebody has uploaded and not posted.
    pub(crate) fn idle(&self) -> Option<(AccountId, ContentHash)> {
        self.quotas.idle()
    }

    /// What was taken back is in no row, and in no file of the real store.
    pub(crate) fn check_taken_back(&self) -> Checked {
        let gone = |kept: &&Kept| kept.removed;
        let removed = self.logs.values().flatten().filter(gone);
        let texts: Vec<&str> = removed
            .filter_map(|kept| marker(&kept.entry.body))
            .collect();
        match &self.sqlite {
            Some(sqlite) => sqlite.check_gone(texts.into_iter()),
            None => Ok(()),
        }
    }
}

/// What tells a text from all others: models' texts begin with it.
fn marker(body: &Body) -> Option<&str> {
    let text: &Text = match body {
        Body::Post(text) | Body::Action(text) | Body::Edit { text, .. } => text,
        Body::File(file) => &file.caption,
        _ => return None,
    };
    text.as_str().split_inclusive('>').next()
}
