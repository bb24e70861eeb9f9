//! What edits, deletions and reactions make of an entry. The same whatever order they come in: of
//! two that speak of the same thing, the later one in the log holds.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chat_core::{AccountId, Body, Entry, Nick, Seq, Text};

use super::conversation::{ConversationView, Outgoing, OutgoingState};

/// What other entries make of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// What it says now, and which entry says so.
    edit: Option<(Seq, Text)>,
    /// The entry that took it back.
    deletion: Option<Seq>,
    /// By emoji and person: who reacts, or no longer does.
    reactions: BTreeMap<(String, AccountId), Reacted>,
}

/// Somebody's reaction with one emoji.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reacted {
    /// Which entry says so.
    by: Seq,
    nick: Nick,
    state: Stands,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    Yes,
    /// It was taken back.
    No,
}

/// The entry that this one changes, if it has no row of its own.
#[must_use]
pub fn target(entry: &Entry) -> Option<Seq> {
    entry.body.of()
}

impl Marks {
    /// Takes in an entry that is about this one.
    pub(super) fn add(&mut self, entry: &Entry) {
        let seq = entry.seq;
        match &entry.body {
            Body::Edit { text, .. } if self.edit.as_ref().is_none_or(|(by, _)| *by < seq) => {
                self.edit = Some((seq, text.clone()));
            }
            Body::Deletion { .. } => self.deletion = self.deletion.max(Some(seq)),
            Body::Reaction { emoji, .. } => self.react(emoji, entry, Stands::Yes),
            Body::Unreaction { emoji, .. } => self.react(emoji, entry, Stands::No),
            _ => {}
        }
    }

    fn react(&mut self, emoji: &Text, entry: &Entry, state: Stands) {
        let key = (emoji.to_string(), entry.author);
        let known = self.reactions.get(&key);
        if known.is_none_or(|known| known.by < entry.seq) {
            let reacted = Reacted {
                by: entry.seq,
                nick: entry.nick.clone(),
                state,
            };
            self.reactions.insert(key, reacted);
        }
    }

    /// Forgets what the entry with this number said.
    pub(super) fn forget(&mut self, seq: Seq) {
        self.edit.take_if(|(by, _)| *by == seq);
        self.deletion.take_if(|by| *by == seq);
        self.reactions.retain(|_, reacted| reacted.by != seq);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.edit.is_none() && self.deletion.is_none() && self.reactions.is_empty()
    }

    /// Whether it was taken back.
    #[must_use]
    pub fn is_removed(&self) -> bool {
        self.deletion.is_some()
    }
}

/// Whether an entry says something else than at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edited {
    /// No.
    No,
    /// It does.
    Yes,
    /// It will, once the server has stored that.
    Pending,
}

/// An entry as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Now<'a> {
    /// What it says.
    pub body: Cow<'a, Body>,
    /// Whether that is something else than at first.
    pub edited: Edited,
    /// Whether an own deletion of it is on its way.
    pub going: bool,
    /// Why an own edit of it was refused.
    pub refused: Option<&'a str>,
}

/// The reactions with one emoji to an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reactions {
    /// Which.
    pub emoji: String,
    /// How many people, oneself included.
    pub count: usize,
    /// One of them, who is not oneself.
    pub nick: Option<Nick>,
    /// Whether one is among them.
    pub own: Own,
}

/// Whether an own reaction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    /// No.
    No,
    /// It does.
    Yes,
    /// One is on its way, or is being taken back.
    Pending(bool),
}

impl Own {
    /// Whether it stands, or will.
    #[must_use]
    pub fn stands(self) -> bool {
        matches!(self, Own::Yes | Own::Pending(true))
    }
}

impl ConversationView {
    /// What an entry says now, with what of one's own is on its way.
    #[must_use]
    pub fn now<'a>(&'a self, entry: &'a Entry) -> Now<'a> {
        let mut now = Now {
            body: Cow::Borrowed(&entry.body),
            edited: Edited::No,
            going: false,
            refused: None,
        };
        if entry.body == Body::Removed {
            now.refused = self.refused_edit(entry.seq).map(|(_, why)| why);
            return now;
        }
        let marks = self.log.marks(entry.seq);
        if let Some((_, text)) = marks.and_then(|marks| marks.edit.as_ref()) {
            now.body = Cow::Owned(saying(&entry.body, text));
            now.edited = Edited::Yes;
        }
        for (_, waiting) in self.waiting_about(entry.seq) {
            match &waiting.body {
                Body::Edit { text, .. } => {
                    now.body = Cow::Owned(saying(&entry.body, text));
                    now.edited = Edited::Pending;
                }
                Body::Deletion { .. } => now.going = true,
                _ => {}
            }
        }
        now.refused = self.refused_edit(entry.seq).map(|(_, why)| why);
        now
    }

    /// The reactions to an entry as they are now, with what of one's own is on its way: in the
    /// order in which the first of each kind came. `me` is oneself.
    #[must_use]
    pub fn reactions(&self, seq: Seq, me: Option<AccountId>) -> Vec<Reactions> {
        if self
            .log
            .get(seq)
            .is_none_or(|entry| entry.body == Body::Removed)
        {
            return Vec::new();
        }
        let mut found: Vec<(Seq, Reactions)> = Vec::new();
        let standing = self.log.marks(seq).map(|marks| &marks.reactions);
        for ((emoji, account), reacted) in standing.into_iter().flatten() {
            if reacted.state == Stands::No {
                continue;
            }
            if found.last().is_none_or(|(_, last)| last.emoji != *emoji) {
                found.push((reacted.by, none_yet(emoji)));
            }
            if let Some((first, of)) = found.last_mut() {
                *first = reacted.by.min(*first);
                of.count += 1;
                match Some(*account) == me {
                    true => of.own = Own::Yes,
                    false => of.nick = Some(reacted.nick.clone()),
                }
            }
        }
        found.sort_by_key(|(first, _)| *first);
        let mut found: Vec<_> = found.into_iter().map(|(_, reactions)| reactions).collect();
        for (_, waiting) in self.waiting_about(seq) {
            match &waiting.body {
                Body::Reaction { emoji, .. } => pend(&mut found, emoji, true),
                Body::Unreaction { emoji, .. } => pend(&mut found, emoji, false),
                _ => {}
            }
        }
        found
    }

    /// Whether there are any [`ConversationView::reactions`].
    #[must_use]
    pub fn has_reactions(&self, seq: Seq, me: Option<AccountId>) -> bool {
        if self.waiting_about(seq).next().is_some() {
            return !self.reactions(seq, me).is_empty();
        }
        let marks = self.log.marks(seq);
        let standing = marks.is_some_and(|marks| {
            let mut all = marks.reactions.values();
            all.any(|reacted| reacted.state == Stands::Yes)
        });
        let entry = self.log.get(seq);
        standing && entry.is_some_and(|entry| entry.body != Body::Removed)
    }

    /// Whether an own post stands below the log: what changes an entry that is held shows there.
    #[must_use]
    pub fn stands_below(&self, post: &Outgoing) -> bool {
        match post.body.of() {
            None => true,
            Some(of) => is_refused_edit(post) && self.log.get(of).is_none(),
        }
    }

    /// The own edit of an entry that was refused: its place among what waits, and why.
    #[must_use]
    pub fn refused_edit(&self, of: Seq) -> Option<(usize, &str)> {
        let mut posts = self.outbox.iter().enumerate();
        posts.find_map(|(index, post)| match &post.state {
            OutgoingState::Refused { reason, .. }
                if post.body.of() == Some(of) && is_refused_edit(post) =>
            {
                Some((index, reason.as_str()))
            }
            _ => None,
        })
    }

    /// What is on its way and about an entry, oldest first.
    fn waiting_about(&self, seq: Seq) -> impl Iterator<Item = (usize, &Outgoing)> {
        let posts = self.outbox.iter().enumerate();
        posts.filter(move |(_, post)| post.body.of() == Some(seq) && is_waiting(post))
    }
}

fn is_refused_edit(post: &Outgoing) -> bool {
    matches!(post.body, Body::Edit { .. }) && !is_waiting(post)
}

/// Whether it is on its way, or goes again by itself.
fn is_waiting(post: &Outgoing) -> bool {
    match post.state {
        OutgoingState::Sending | OutgoingState::Stored(_) => true,
        OutgoingState::Refused { again_at, .. } => again_at.is_some(),
    }
}

fn none_yet(emoji: &str) -> Reactions {
    Reactions {
        emoji: emoji.to_owned(),
        count: 0,
        nick: None,
        own: Own::No,
    }
}

/// An own reaction comes (`stands`) or goes.
fn pend(found: &mut Vec<Reactions>, emoji: &Text, stands: bool) {
    let place = found.iter().position(|of| of.emoji == emoji.as_str());
    let place = match (place, stands) {
        (Some(place), _) => place,
        (None, false) => return,
        (None, true) => {
            found.push(none_yet(emoji.as_str()));
            found.len() - 1
        }
    };
    let of = &mut found[place];
    match (of.own.stands(), stands) {
        (false, true) => of.count += 1,
        (true, false) => of.count -= 1,
        _ => {}
    }
    of.own = Own::Pending(stands);
    if of.count == 0 {
        found.remove(place);
    }
}

/// The same with another text. An edit that says nothing is one of what was taken back, also where
/// that is not known yet; only a file may do without a caption.
#[must_use]
pub fn saying(body: &Body, text: &Text) -> Body {
    match body {
        Body::Post(_) | Body::Action(_) if text.is_empty() => Body::Removed,
        Body::Post(_) => Body::Post(text.clone()),
        Body::Action(_) => Body::Action(text.clone()),
        Body::File(file) => {
            let mut file = file.clone();
            file.caption = text.clone();
            Body::File(file)
        }
        other => other.clone(),
    }
}
