//! Logs with edits, deletions and reactions show the same however they come, within their bounds.

use std::collections::BTreeMap;

use chat_core::{AccountId, Body, Entry, Seq, Text};
use proptest::prelude::*;

use super::world::{id, line, person};
use crate::app::log::{HELD_MAX, Log};

#[test]
fn gaps_with_reactions_between_them_are_one() {
    let mut log = Log::new(Seq(9));
    let say = |seq| line(id("#a"), Seq(seq));
    let react = |seq| {
        about(
            seq,
            "bob",
            |of| Body::Reaction {
                of,
                emoji: Text::new("👍"),
            },
            1,
        )
    };
    log.insert(say(2));
    log.insert(react(3));
    log.insert(react(6));
    log.insert(say(8));
    let gap = log.gap_after(Seq(2)).expect("4, 5 and 7 are missing");
    assert_eq!((gap.after, gap.before), (Seq(3), Seq(8)));
    assert_eq!(log.gap_after(Seq(8)).expect("9 is").after, Seq(8));
    for seq in [4, 5, 7, 9] {
        log.insert(react(seq));
    }
    assert_eq!(log.gap_after(Seq(2)), None);
    assert_eq!(log.gap_after(Seq(8)), None);
    assert!(log.gap_after(Seq(0)).is_some());
    assert_eq!(log.last_row(), Seq(8));
    assert_eq!(log.last(), Seq(9));
}

#[test]
fn bounded_reactions_do_not_push_everything_else_out() {
    let mut log = Log::new(Seq(0));
    log.insert(line(id("#a"), Seq(1)));
    let many = HELD_MAX as u64 * 5;
    for seq in 2..many {
        let body = |of| Body::Reaction {
            of,
            emoji: Text::new("👍"),
        };
        log.insert(about(seq, &format!("n{seq}"), body, 1));
        log.trim(HELD_MAX);
    }
    assert_eq!(log.len(), HELD_MAX * 4);
    assert_eq!(log.last_row(), Seq(0));
}

fn about(seq: u64, who: &str, body: impl FnOnce(Seq) -> Body, of: u64) -> Entry {
    let who = person(who);
    Entry {
        author: who.account,
        nick: who.nick,
        body: body(Seq(of)),
        ..line(id("#a"), Seq(seq))
    }
}

/// A log of this many entries: what is said, and what changes that.
fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let kind = 0_u8..9;
    let who = prop::sample::select(vec!["ann", "bob", "carol"]);
    let emoji = prop::sample::select(vec!["👍", "❤", "🎉"]);
    let one = (kind, who, emoji, any::<prop::sample::Index>(), "[a-z]{1,4}");
    prop::collection::vec(one, 1..60).prop_map(|made| {
        let mut entries: Vec<Entry> = Vec::new();
        for (place, (kind, who, emoji, of, text)) in made.into_iter().enumerate() {
            let seq = place as u64 + 1;
            let said: Vec<&Entry> = entries
                .iter()
                .filter(|entry| entry.body.is_news())
                .collect();
            let of = (!said.is_empty()).then(|| said[of.index(said.len())]);
            let (text, emoji) = (Text::new(&text), Text::new(emoji));
            let of = of.map(|of| (of.seq, of.author, of.nick.clone()));
            let mut entry = about(seq, who, |_| Body::Post(text.clone()), 0);
            let by_author = |entry: &mut Entry, author: AccountId, nick| {
                (entry.author, entry.nick) = (author, nick);
            };
            match (kind, of) {
                (0 | 1, Some((of, author, nick))) => {
                    by_author(&mut entry, author, nick);
                    entry.body = Body::Edit { of, text };
                }
                (2, Some((of, author, nick))) => {
                    by_author(&mut entry, author, nick);
                    entry.body = Body::Deletion { of };
                }
                (3..=5, Some((of, ..))) => entry.body = Body::Reaction { of, emoji },
                (6, Some((of, ..))) => entry.body = Body::Unreaction { of, emoji },
                (7, _) => entry.body = Body::Unknown(99),
                _ => {}
            }
            entries.push(entry);
        }
        entries
    })
}

/// As the server and the cache keep them: what was taken back is gone.
fn as_stored(entries: &[Entry]) -> Vec<Entry> {
    let mut stored = entries.to_vec();
    for entry in entries {
        if let Body::Deletion { of } = entry.body {
            let gone = |kept: &&mut Entry| {
                let edits = matches!(kept.body, Body::Edit { .. });
                kept.seq == of || edits && kept.body.of() == Some(of)
            };
            for kept in stored.iter_mut().filter(gone) {
                kept.body = kept.body.taken_back();
            }
        }
    }
    stored
}

/// What each row shows.
fn shown(log: &Log) -> BTreeMap<Seq, String> {
    let app = crate::app::App::new("x", jiff::tz::TimeZone::UTC, 1);
    let mut view = crate::app::ConversationView::new(chat_core::Conversation {
        id: id("#a"),
        kind: chat_core::ConversationKind::Room,
        name: Text::new("#a"),
        peer: None,
        topic: Text::new(""),
        head: Seq(0),
        read: Seq(0),
        base: None,
    });
    view.log = log.clone();
    let feed = crate::app::rows::Feed::new(&app, &view, 60);
    let mut rows = BTreeMap::new();
    let mut at = view.log.row_after(Seq(0));
    while let Some(seq) = at {
        let entry = view.log.get(seq).expect("it has a row");
        let now = view.now(entry);
        let chips: Vec<_> = feed.chips(entry).concat();
        let chips: Vec<_> = chips.iter().map(|chip| chip.text.as_str()).collect();
        rows.insert(
            seq,
            format!("{:?} {:?} {}", now.body, now.edited, chips.join(" ")),
        );
        at = view.log.row_after(seq);
    }
    rows
}

proptest! {
    /// Live, page by page from the end, in any order with what was taken back already gone, and with
    /// pieces twice: it is the same.
    #[test]
    fn order_of_arrival_never_changes_what_is_shown(
        entries in entries(),
        page in 1_usize..9,
        order in prop::collection::vec(0_usize..1_000, 0..200),
    ) {
        let mut live = Log::default();
        entries.iter().for_each(|entry| { live.insert(entry.clone()); });
        let want = shown(&live);

        let stored = as_stored(&entries);
        let mut paged = Log::default();
        for page in stored.rchunks(page) {
            page.iter().for_each(|entry| { paged.insert(entry.clone()); });
        }
        prop_assert_eq!(&shown(&paged), &want);

        let mut mixed = Log::default();
        for at in order {
            let from = if at % 2 == 0 { &entries } else { &stored };
            mixed.insert(from[at % entries.len()].clone());
        }
        for entry in stored {
            mixed.insert(entry);
        }
        prop_assert_eq!(&shown(&mixed), &want);
        prop_assert_eq!(mixed.gap_after(Seq(0)), None);
    }

    /// What went and came back is as it was.
    #[test]
    fn order_what_was_let_go_and_is_loaded_again_shows_the_same(
        entries in entries(),
        keep in 1_usize..20,
    ) {
        let mut whole = Log::default();
        let mut trimmed = Log::default();
        for entry in &entries {
            whole.insert(entry.clone());
            trimmed.insert(entry.clone());
            trimmed.trim(keep);
        }
        for entry in as_stored(&entries).into_iter().rev() {
            trimmed.insert(entry);
        }
        prop_assert_eq!(shown(&trimmed), shown(&whole));
    }
}
