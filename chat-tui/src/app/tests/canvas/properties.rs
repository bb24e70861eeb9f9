//! What holds however own acts and those of others come through each other.

use chat_core::canvas::limits::{HEIGHT, WIDTH};
use chat_core::canvas::{Act, Board, Part, Picture, Point};
use chat_core::{AccountId, Body, Seq};
use proptest::prelude::*;

use super::super::script::Player;
use super::super::world::{id, person};
use super::drawing::OPEN;
use super::{canvas_of, piece};

/// Something that happens.
#[derive(Debug, Clone)]
enum Step {
    /// A line of a script; answers only if something waits for one.
    Line(&'static str),
    /// bob draws, or goes on with what he drew last.
    Drawn(Part, u16, u16),
    /// bob undoes his last stroke, or empties the canvas.
    Undid,
    Emptied,
}

fn step() -> impl Strategy<Value = Step> {
    let line = prop::sample::select(vec![
        "keys Space",
        "keys Right",
        "keys Shift+Down",
        "keys Shift+Left",
        "keys Up",
        "keys u",
        "keys X y",
        "keys U",
        "keys e",
        "keys p",
        "keys f",
        "keys r",
        "keys 4",
        "keys +",
        "click 45 6",
        "drag 60 9",
        "drag 50 4",
        "release 55 12",
        "tick 20",
        "tick 67",
        "posted",
        "entry",
        "echo",
        "echo",
        "offline 500",
        "online #a:0/0",
        "resize 60x20",
        "resize 120x40",
    ]);
    prop_oneof![
        4 => line.prop_map(Step::Line),
        2 => (any::<bool>(), 0..WIDTH, 0..HEIGHT).prop_map(|(first, x, y)| {
            let part = if first { Part::First } else { Part::Next };
            Step::Drawn(part, x, y)
        }),
        1 => Just(Step::Undid),
        1 => Just(Step::Emptied),
    ]
}

/// What the server has, and what bob did.
struct Log {
    board: Board,
    stroke: u32,
}

fn act_of_bob(step: &Step, log: &mut Log) -> Option<Act> {
    let bob = person("bob").account;
    let now = super::super::script::NOW;
    match step {
        Step::Drawn(part, x, y) => {
            let at = Point::new(*x, *y).expect("on the grid");
            let to = Point::nearest(i32::from(*x) + 9, i32::from(*y) + 5);
            log.stroke += u32::from(*part == Part::First);
            Some(piece(log.stroke, *part, vec![at, to]))
        }
        Step::Undid => log.board.marks().undo(bob, now).map(Act::Undo),
        Step::Emptied => Some(Act::Reset),
        Step::Line(_) => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn order_own_and_others_strokes_give_one_picture(steps in prop::collection::vec(step(), 1..80)) {
        let mut player = Player::new();
        player.play(OPEN);
        let canvas = canvas_of("#a");
        let mut log = Log { board: Board::default(), stroke: 0 };
        for step in &steps {
            match step {
                Step::Line(line) => {
                    let before = player.heads.get(&canvas).copied().unwrap_or_default();
                    let act = player.first_act();
                    player.try_play(line);
                    take_down(&player, &mut log, before, act);
                }
                step => {
                    let Some(act) = act_of_bob(step, &mut log) else { continue };
                    if log.board.marks().check(&act, person("bob").account, player.app.now).is_err() {
                        continue;
                    }
                    let seq = log.board.head().next();
                    log.board.apply(seq, person("bob").account, player.app.now, act.clone());
                    player.entry(canvas, "bob", None, Body::Draw(act));
                }
            }
        }
        // Everything of one's own becomes an entry.
        player.play("keys Esc Esc\nonline #a:0/0");
        for _ in 0..200 {
            let before = player.heads.get(&canvas).copied().unwrap_or_default();
            let act = player.first_act();
            player.try_play("echo");
            take_down(&player, &mut log, before, act);
            player.play("tick 67");
        }
        player.play("tick 100\nown:");
        let sheet = player.app.easel.sheet(id("#a")).expect("open");
        let shown: Picture = player.app.easel.picture(sheet, AccountId(1), player.app.now);
        prop_assert!(shown == *log.board.picture(), "{shown:?} is not {:?}", log.board.picture());
    }
}

/// An own act that has become an entry, if one has. The server checks nothing here, so that what it
/// would refuse is drawn by both, or by none.
fn take_down(player: &Player, log: &mut Log, before: Seq, act: Option<Act>) {
    let now = player
        .heads
        .get(&canvas_of("#a"))
        .copied()
        .unwrap_or_default();
    if let (true, Some(act)) = (now > before, act) {
        log.board.apply(now, AccountId(1), player.app.now, act);
    }
}
