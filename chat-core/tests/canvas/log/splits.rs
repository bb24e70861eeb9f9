//! The same log gives the same picture, however it is split into a base and a tail, and what may be
//! added doesn't depend on it either.

use chat_core::canvas::limits::{KEEP_ENTRIES, KEEP_MS};
use chat_core::canvas::{Act, ActError, Board, Marks, StrokeId};
use chat_core::{AccountId, Seq};
use proptest::prelude::*;

use super::{Server, dot, next, plainly};
use crate::any;

/// What somebody tries, and how long after what was tried before.
#[derive(Debug, Clone)]
struct Try {
    author: AccountId,
    after_ms: u64,
    act: Act,
}

fn attempt() -> impl Strategy<Value = Try> {
    let id = || (1..6u32).prop_map(StrokeId);
    let act = prop_oneof![
        12 => (id(), any::part())
            .prop_flat_map(|(id, part)| any::stroke_of(id, part))
            .prop_map(Act::Stroke),
        5 => id().prop_map(Act::Undo),
        1 => Just(Act::Reset),
        1 => (0..60u64).prop_map(|seq| Act::Unreset(Seq(seq))),
    ];
    let after = prop_oneof![
        20 => Just(66u64),
        2 => 1_000..30_000u64,
        1 => Just(KEEP_MS),
    ];
    (1..4u64, after, act).prop_map(|(author, after_ms, act)| Try {
        author: AccountId(author),
        after_ms,
        act,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn order_the_same_log_gives_the_same_picture_however_it_is_split(
        tries in prop::collection::vec(attempt(), 1..80),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
    ) {
        let mut server = Server::new();
        // Boards of people who came at different times and follow since.
        let mut boards: Vec<Board> = vec![Board::default()];
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(tries.len())).collect();
        cuts.sort_unstable();
        for (place, attempt) in tries.into_iter().enumerate() {
            server.wait(attempt.after_ms);
            if cuts.contains(&place) {
                // Only what is settled may be merged; the clock makes that happen.
                server.wait(KEEP_MS);
                for entry in 0..KEEP_ENTRIES as u32 {
                    // Strokes go on behind what will be the base, and some of these are undone.
                    let author = u64::from(entry % 3 + 1);
                    let id = server.marks.undo(AccountId(author), server.now);
                    let posted = match (id, entry % 64) {
                        (Some(id), 20..24) => server.post(author, next(id.0)),
                        (Some(id), 40..43) => server.post(author, Act::Undo(id)),
                        _ => Err(ActError::NothingToUndo),
                    };
                    if posted.is_err() {
                        let act = Act::Stroke(dot(1_000 + server.log.len() as u32));
                        server.post(9, act).expect("a new stroke");
                    }
                }
                if let Some(base) = server.marks.merge_point(server.now) {
                    boards.push(server.newcomer(base));
                    let mut merging = server.board();
                    prop_assert!(merging.merge_to(base));
                    boards.push(merging);
                    server.marks.rebase(base);
                }
                for board in &mut boards {
                    let from = board.head().0 as usize;
                    board.apply_all(server.log[from..].to_vec());
                }
            }
            // A newcomer's index and the server's agree about what is valid.
            let verdict = server.marks.check(&attempt.act, attempt.author, server.now);
            let mut restarted = Marks::new(server.marks.base());
            for (seq, author, at, act) in &server.log[restarted.base().0 as usize..] {
                prop_assert!(restarted.apply(*seq, *author, *at, act));
            }
            prop_assert_eq!(restarted.check(&attempt.act, attempt.author, server.now), verdict);
            if let Act::Undo(id) = attempt.act {
                let shown = boards[0].marks().undo(attempt.author, server.now);
                prop_assert_eq!(shown == Some(id), verdict.is_ok());
            }
            if server.post(attempt.author.0, attempt.act).is_ok() {
                let entry = server.log.last().expect("just posted").clone();
                for board in &mut boards {
                    let (seq, author, at, act) = entry.clone();
                    prop_assert!(board.apply(seq, author, at, act));
                }
            }
        }
        let want = plainly(&server.log);
        prop_assert!(server.board().picture() == &want, "all at once");
        for board in &boards {
            prop_assert!(board.picture() == &want, "from {}", board.base());
        }
        // Merging at any place shows the same, since nothing more comes.
        for base in 0..=server.log.len() as u64 {
            if base % 41 == 0 {
                prop_assert!(server.newcomer(Seq(base)).picture() == &want, "merged to {}", base);
            }
        }
    }
}
