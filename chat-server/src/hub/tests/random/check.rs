//! What holds of entries about others, once everything is committed.

use std::collections::BTreeSet;

use chat_core::command::Direction;
use chat_core::{Body, ConversationId, Entry, Seq};

use super::super::store::about;
use super::World;
use crate::hub::Subject;
use crate::journal::{Found, Wanted};

impl World<'_> {
    /// Every entry about another changed something when it was decided, and what was taken back is in
    /// no row of the store.
    pub(super) fn check_abouts(&mut self) {
        for (n, entry) in self.entries.iter().enumerate() {
            let Some(of) = entry.body.of() else { continue };
            let place = (entry.conversation, of);
            let before = about(&self.entries[..n], entry.author, place).expect("it is there");
            let of_people = matches!(before.subject, Subject::Text | Subject::File);
            assert!(of_people, "{entry:?} on {before:?}");
            let stands = |emoji| before.reactions.iter().any(|(known, _)| known == emoji);
            let allowed = match &entry.body {
                Body::Reaction { emoji, .. } => !stands(emoji),
                Body::Unreaction { emoji, .. } => stands(emoji),
                _ => before.author == entry.author,
            };
            assert!(allowed, "{entry:?} on {before:?}");
        }
        let conversations: BTreeSet<_> = self.entries.iter().map(|e| e.conversation).collect();
        for conversation in conversations {
            self.check_stored(conversation);
        }
    }

    fn check_stored(&mut self, conversation: ConversationId) {
        let wanted = Wanted::Page {
            conversation,
            from: Seq(0),
            direction: Direction::After,
            entries_max: 10_000,
            bytes_max: usize::MAX,
        };
        let (_, reader) = self.store.as_mut().expect("open");
        let Ok(Found::Page(page)) = reader.read(wanted) else {
            panic!("the store can't be read");
        };
        let here = || {
            let entries = self.entries.iter();
            entries.filter(|e| e.conversation == conversation)
        };
        let removed: BTreeSet<Seq> = here()
            .filter(|e| matches!(e.body, Body::Deletion { .. }))
            .filter_map(|e| e.body.of())
            .collect();
        let gone = |e: &Entry| {
            let edits = matches!(e.body, Body::Edit { .. });
            removed.contains(&e.seq) || edits && e.body.of().is_some_and(|of| removed.contains(&of))
        };
        // Of a canvas what is not merged; elsewhere everything.
        let first = page.entries.first().map_or(Seq(1), |(seq, _)| *seq);
        let state = self.hub.state();
        let base = state.board(conversation).map(|board| board.marks.base());
        assert!(
            first <= base.unwrap_or_default().next(),
            "{first} of {base:?}"
        );
        let expected: Vec<Entry> = here()
            .filter(|entry| entry.seq >= first)
            .map(|entry| match gone(entry) {
                true => Entry {
                    body: entry.body.taken_back(),
                    ..Entry::clone(entry)
                },
                false => Entry::clone(entry),
            })
            .collect();
        let stored: Vec<Entry> = page
            .entries
            .iter()
            .map(|(_, payload)| Entry::from_payload(payload).expect("an entry"))
            .collect();
        assert_eq!(stored, expected);
    }
}
