//! What happened while one was away: what came past the read markers from others, looked through
//! for what one has to know.

use std::collections::BTreeMap;

use chat_core::{ConversationId, Entry, Seq};

/// Entries of each kind that are listed; with more, one reads the conversation.
pub const LISTED_MAX: usize = 50;

/// Entries of one conversation that are fetched only to be looked through: ten pages.
pub const LOOKED_THROUGH_MAX: u64 = 2_000;

/// Entries that are fetched for that in all, so that a return costs some seconds of a bad line.
pub const LOOKED_THROUGH_ALL_MAX: u64 = 10_000;

/// One's absence, and what came of it.
#[derive(Debug, Clone, Default)]
pub struct Away {
    /// How far looking through what was missed has come.
    pub stage: Stage,
    /// Whether that was done once in this run.
    pub visit: Visit,
    /// What was missed, per conversation.
    pub ranges: Vec<Range>,
    /// What of it has to be fetched to be looked through, the next one last.
    pub gaps: Vec<Unseen>,
    /// Whether somebody has typed since the connection went, or since the start.
    pub typing: Typing,
    /// The last return on which something was missed.
    pub missed: Option<Missed>,
    /// Whether the line above the input offers it.
    pub hint: Hint,
    /// Entries that may still be fetched.
    pub budget: u64,
}

/// How far looking through what was missed has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    /// Nothing is to be looked through.
    #[default]
    Idle,
    /// Conversations are being announced.
    Announcing,
    /// What the server sends by itself is on its way.
    CatchingUp,
    /// What lies before that is being fetched.
    Fetching,
}

/// Whether what was missed was told in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Visit {
    /// Not yet: whatever is unread was missed.
    #[default]
    First,
    /// It was: without something new there was no absence.
    Again,
}

/// Whether somebody has begun to type: then nothing may get between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Typing {
    /// Not yet.
    #[default]
    NotYet,
    /// They have.
    Yes,
}

/// Whether the line above the input offers what was missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hint {
    /// No.
    #[default]
    Hidden,
    /// Yes.
    Shown,
}

/// What was missed of one conversation.
#[derive(Debug, Clone)]
pub struct Range {
    /// Which.
    pub conversation: ConversationId,
    /// The read marker when it was announced.
    pub after: Seq,
    /// The last entry then.
    pub until: Seq,
    /// What came up to here was known before: with nothing behind it there was no absence.
    pub known: Seq,
    /// Entries of others that had to be fetched.
    pub fetched: BTreeMap<Seq, Entry>,
    /// Entries that were fetched, own ones as well.
    pub looked_through: u64,
    /// Entries that were given up.
    pub skipped: u64,
}

/// Missed entries that are not held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unseen {
    /// Whose.
    pub conversation: ConversationId,
    /// They come behind this one.
    pub after: Seq,
    /// They come before this one.
    pub before: Seq,
}

/// What was missed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Missed {
    /// Entries in rooms that name the own nick, oldest first.
    pub mentions: Listed,
    /// Entries of direct conversations, oldest first.
    pub direct: Listed,
    /// What was missed of each conversation.
    pub counts: Vec<Count>,
    /// Entries that nobody looked through: there may be more mentions among them.
    pub skipped: u64,
}

/// Entries, and how many there were before them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    /// The newest, oldest first.
    pub entries: Vec<Entry>,
    /// How many older ones are not listed.
    pub earlier: u64,
}

/// What was missed of one conversation, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Which.
    pub conversation: ConversationId,
    /// Entries of others; of those that nobody looked through, all.
    pub entries: u64,
    /// Of these, ones that name the own nick.
    pub mentions: u64,
}

impl Listed {
    /// Lists the newest of these, which are in order.
    #[must_use]
    pub fn new(entries: Vec<Entry>) -> Listed {
        let mut entries = entries;
        entries.sort_by_key(|entry| (entry.at, entry.conversation, entry.seq));
        let earlier = entries.len().saturating_sub(LISTED_MAX);
        entries.drain(..earlier);
        Listed {
            entries,
            earlier: u64::try_from(earlier).unwrap_or(u64::MAX),
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.earlier + u64::try_from(self.entries.len()).unwrap_or(u64::MAX)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Missed {
    /// All of it in a few words, such as `2 mentions, 1 direct message, 14 in rooms`.
    #[must_use]
    pub fn summary(&self) -> String {
        let some = |count: u64, one: &str, many: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {many}")),
        };
        let all: u64 = self.counts.iter().map(|count| count.entries).sum();
        let mentions = match (self.mentions.len(), self.skipped) {
            (0, _) | (_, 0) => some(self.mentions.len(), "mention", "mentions"),
            (count, _) => Some(format!("at least {count} mentions")),
        };
        let parts = [
            mentions,
            some(self.direct.len(), "direct message", "direct messages"),
            some(
                all.saturating_sub(self.direct.len()),
                "in a room",
                "in rooms",
            ),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        parts.join(", ")
    }
}
