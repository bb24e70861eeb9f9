//! The last posts: their ids, so that sending one again yields the entry that it made, and what
//! they say about other entries, so that a second deletion or reaction is known as one.
//!
//! The window covers every entry from a position on, where an entry's position counts all entries
//! of the store: 1, 2, 3, …. What is older stands in the store; a session looks there first and
//! says up to which position it looked, so that nothing falls between the two.

use std::collections::{HashMap, VecDeque};

use chat_core::{AccountId, Body, ConversationId, Entry, PostId, Seq, Text};

/// Entries in the window: some seconds of posts at the highest rate a store takes, which is far
/// more than a look-up needs, at 100 to 200 bytes each.
pub const WINDOW: usize = 16_384;

/// An entry that others are about.
type Place = (ConversationId, Seq);

/// The posts in the window.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RecentPosts {
    /// Position of the last entry.
    last: u64,
    /// What stands at each position, oldest first.
    order: VecDeque<Slot>,
    made: HashMap<(AccountId, PostId), Place>,
    /// What was said about an entry, oldest first.
    about: HashMap<Place, VecDeque<Noted>>,
}

/// What is to be forgotten with a position.
#[derive(Debug, Clone, PartialEq, Default)]
struct Slot {
    post: Option<(AccountId, PostId)>,
    about: Option<Place>,
}

/// An entry about another.
#[derive(Debug, Clone, PartialEq)]
struct Noted {
    position: u64,
    note: Note,
}

/// What an entry says about another, as far as later ones depend on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Whose it is.
    pub author: AccountId,
    /// Its own place.
    pub seq: Seq,
    /// What it does.
    pub does: Does,
}

/// What an entry does to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Does {
    /// Takes it back.
    Remove,
    /// Reacts to it.
    React(Text),
    /// Takes a reaction back.
    Unreact(Text),
}

impl Does {
    /// What a body does, where that matters for later ones.
    #[must_use]
    pub fn of(body: &Body) -> Option<(Seq, Does)> {
        match body {
            Body::Deletion { of } => Some((*of, Does::Remove)),
            Body::Reaction { of, emoji } => Some((*of, Does::React(emoji.clone()))),
            Body::Unreaction { of, emoji } => Some((*of, Does::Unreact(emoji.clone()))),
            _ => None,
        }
    }
}

impl RecentPosts {
    /// A window that starts behind the entry at position `last`.
    #[must_use]
    pub fn behind(last: u64) -> RecentPosts {
        RecentPosts {
            last,
            ..RecentPosts::default()
        }
    }

    /// Adds the next entry.
    pub fn add_entry(&mut self, entry: &Entry) {
        let place = (entry.conversation, entry.seq);
        let post = entry.post.map(|post| (entry.author, post));
        self.add(post, place);
        if let Some((of, does)) = Does::of(&entry.body) {
            let note = Note {
                author: entry.author,
                seq: entry.seq,
                does,
            };
            self.note((entry.conversation, of), note);
        }
    }

    /// Adds the next entry: its author and post id, where it has one, and its place.
    pub fn add(&mut self, post: Option<(AccountId, PostId)>, made: Place) {
        self.last += 1;
        if let Some(post) = post {
            self.made.entry(post).or_insert(made);
        }
        self.order.push_back(Slot { post, about: None });
        if self.order.len() > WINDOW
            && let Some(old) = self.order.pop_front()
        {
            self.forget(&old);
        }
    }

    /// Keeps what the entry that was added last says about the one at `about`.
    fn note(&mut self, about: Place, note: Note) {
        if let Some(slot) = self.order.back_mut() {
            slot.about = Some(about);
            let position = self.last;
            let noted = self.about.entry(about).or_default();
            noted.push_back(Noted { position, note });
        }
    }

    fn forget(&mut self, old: &Slot) {
        if let Some(post) = &old.post {
            self.made.remove(post);
        }
        if let Some(about) = &old.about
            && let Some(noted) = self.about.get_mut(about)
        {
            // Positions leave in the order in which they came.
            noted.pop_front();
            if noted.is_empty() {
                self.about.remove(about);
            }
        }
    }

    /// The entry that a post made, if it lies in the window.
    #[must_use]
    pub fn made_by(&self, author: AccountId, post: PostId) -> Option<Place> {
        self.made.get(&(author, post)).copied()
    }

    /// What the entries behind position `looked_up_to` say about the one at `place`, in order.
    pub fn notes_behind(&self, place: Place, looked_up_to: u64) -> impl Iterator<Item = &Note> {
        let noted = self.about.get(&place).into_iter().flatten();
        noted
            .filter(move |noted| noted.position > looked_up_to)
            .map(|noted| &noted.note)
    }

    /// Whether the window reaches back to the entry behind position `looked_up_to`.
    #[must_use]
    pub fn covers_behind(&self, looked_up_to: u64) -> bool {
        self.last - self.order.len() as u64 <= looked_up_to
    }

    /// The position of the last entry.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.last
    }
}
