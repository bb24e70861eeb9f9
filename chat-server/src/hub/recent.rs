//! The ids of the last posts, so that sending one again yields the entry that it made.
//!
//! The window covers every entry from a position on, where an entry's position counts all entries
//! of the store: 1, 2, 3, …. What is older stands in the store; a session looks there first and
//! says up to which position it looked, so that nothing falls between the two.

use std::collections::{HashMap, VecDeque};

use chat_core::{AccountId, ConversationId, PostId, Seq};

/// Entries in the window: some seconds of posts at the highest rate a store takes, which is far
/// more than a look-up needs, at 100 bytes each.
pub const WINDOW: usize = 16_384;

/// The ids of the posts in the window.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RecentPosts {
    /// Position of the last entry.
    last: u64,
    /// What stands at each position, oldest first.
    order: VecDeque<Option<(AccountId, PostId)>>,
    made: HashMap<(AccountId, PostId), (ConversationId, Seq)>,
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

    /// Adds the next entry: its author and post id, where it has one, and its place.
    pub fn add(&mut self, id: Option<(AccountId, PostId)>, made: (ConversationId, Seq)) {
        self.last += 1;
        if let Some(id) = id {
            self.made.entry(id).or_insert(made);
        }
        self.order.push_back(id);
        if self.order.len() > WINDOW
            && let Some(Some(old)) = self.order.pop_front()
        {
            self.made.remove(&old);
        }
    }

    /// The entry that a post made, if it lies in the window.
    #[must_use]
    pub fn made_by(&self, author: AccountId, post: PostId) -> Option<(ConversationId, Seq)> {
        self.made.get(&(author, post)).copied()
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
