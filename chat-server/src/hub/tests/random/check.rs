//! What holds of what is read from the store.

use std::collections::BTreeSet;

use chat_core::command::Direction;
use chat_core::{Body, ConversationId, Entry, Seq};

use super::super::store::about;
use super::World;
use crate::hub::Subject;
use crate::journal::{Found, Page, Wanted};

impl World<'_> {
    /// Whatever page is read is part of all that there is, and who posted something again would be
    /// told where it is.
    pub(super) fn look(&mut self, place: u8, from: Seq, most: u64) {
        let conversation = self.place(place);
        self.check_stored(conversation);
        let all = self.read(conversation, Direction::After, Seq(0), 10_000);
        let all = all.entries;
        let most_of = most as usize;

        let after = self.read(conversation, Direction::After, from, most);
        let expected = &all[all.partition_point(|(seq, _)| *seq <= from)..];
        assert_eq!(after.more, expected.len() > most_of, "after {from}");
        assert_eq!(after.entries, expected[..expected.len().min(most_of)]);

        let before = self.read(conversation, Direction::Before, from, most);
        let expected = &all[..all.partition_point(|(seq, _)| *seq < from)];
        assert_eq!(before.more, expected.len() > most_of, "before {from}");
        assert_eq!(
            before.entries,
            expected[expected.len().saturating_sub(most_of)..]
        );

        let here = self
            .entries
            .iter()
            .filter(|e| e.conversation == conversation);
        let posted = here.filter_map(|e| Some((e.author, e.post?, e.seq)));
        let (_, reader) = self.store.as_mut().expect("open");
        for (author, post, seq) in posted {
            let wanted = Wanted::Post {
                author,
                post: Some(post),
                about: None,
            };
            let Ok(Found::Post { made, searched }) = reader.read(wanted) else {
                panic!("the store can't be read");
            };
            assert_eq!(made, Some((conversation, seq)));
            assert_eq!(searched.up_to, self.entries.len() as u64);
        }
    }

    fn read(
        &mut self,
        conversation: ConversationId,
        direction: Direction,
        from: Seq,
        most: u64,
    ) -> Page {
        let wanted = Wanted::Page {
            conversation,
            from,
            direction,
            entries_max: most,
            bytes_max: usize::MAX,
        };
        let (_, reader) = self.store.as_mut().expect("open");
        match reader.read(wanted) {
            Ok(Found::Page(page)) => page,
            other => panic!("{other:?}"),
        }
    }

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
        let page = self.read(conversation, Direction::After, Seq(0), 10_000);
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
