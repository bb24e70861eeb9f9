//! What entries show when all that later ones say about them is taken in: the rules that every client
//! follows.

use std::collections::{BTreeMap, BTreeSet};

use chat_core::{AccountId, Body, Entry, Seq, Text};

/// What one entry shows.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Shown {
    /// What it says; nothing when it was taken back.
    text: Option<Text>,
    reactions: BTreeSet<(AccountId, Text)>,
}

/// What these entries of one conversation show.
pub(super) fn shown<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> BTreeMap<Seq, Shown> {
    let mut all: BTreeMap<Seq, Shown> = BTreeMap::new();
    for entry in entries {
        match &entry.body {
            Body::Post(text) => {
                let text = Some(text.clone());
                let shown = Shown {
                    text,
                    ..Shown::default()
                };
                all.insert(entry.seq, shown);
            }
            Body::Removed => {
                all.insert(entry.seq, Shown::default());
            }
            body => {
                // What an edit of something that was taken back said is taken back, too.
                if let Some(shown) = body.of().and_then(|of| all.get_mut(&of)) {
                    shown.take_in(entry);
                }
            }
        }
    }
    // What was taken back shows nothing.
    all.retain(|_, shown| *shown != Shown::default());
    all
}

impl Shown {
    fn take_in(&mut self, entry: &Entry) {
        match &entry.body {
            Body::Edit { text, .. } => self.text = self.text.is_some().then(|| text.clone()),
            Body::Deletion { .. } => *self = Shown::default(),
            Body::Reaction { emoji, .. } => {
                self.reactions.insert((entry.author, emoji.clone()));
            }
            Body::Unreaction { emoji, .. } => {
                self.reactions.remove(&(entry.author, emoji.clone()));
            }
            _ => {}
        }
    }
}
