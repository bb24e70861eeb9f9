//! Canvases, through a real server.

use std::ops::Range;

use chat_core::canvas::limits::STROKE_POINTS;
use chat_core::canvas::{Act, Board, Colour, Part, Picture, Point, Shape, Size, Stroke, StrokeId};
use chat_core::command::{Canvas, Follow, History, Join, Post, Read, Roster, Snapshot};
use chat_core::{
    Body, Code, Conversation, ConversationId, ConversationKind, Entry, Event, PostId, RequestId,
    Seq,
};
use chat_server::config::Plaintext;
use chat_server::hub::ENTRIES_MAX;

use crate::common::{Host, config};
use crate::process::Process;
use crate::raw::{Raw, fresh};

/// Without TLS, for [`Raw`], and without a limit on strokes.
fn plain(dir: &tempfile::TempDir) -> chat_server::Config {
    let mut config = config(dir);
    config.server.plaintext = Plaintext::Loopback;
    config.limits.stroke_burst = 0;
    config
}

fn pen(id: u32, part: Part, points: &[(i32, i32)]) -> Body {
    let points = points.iter().map(|(x, y)| Point::nearest(*x, *y));
    let shape = Shape::Pen(points.collect());
    let stroke = Stroke::new(StrokeId(id), part, Colour::DEFAULT, Size::ONE, shape);
    Body::Draw(Act::Stroke(stroke.expect("within the limits")))
}

fn line(id: u32) -> Body {
    let y = (id % 192) as i32;
    pen(id, Part::First, &[(0, y), (1 + (id % 300) as i32, 191 - y)])
}

/// What somebody makes of a canvas.
struct View {
    canvas: Conversation,
    board: Board,
}

impl Raw {
    async fn open(&mut self, conversation: ConversationId) -> Result<Conversation, Code> {
        let request = self.request();
        let canvas = Canvas {
            request,
            conversation,
        };
        match self.ask(canvas).await? {
            Event::Opened(opened) => Ok(opened.conversation),
            other => panic!("{other:?}"),
        }
    }

    async fn follow(&mut self, conversation: ConversationId, after: Seq) -> Result<Event, Code> {
        let request = self.request();
        self.ask(Follow {
            request,
            conversation,
            after: Some(after),
        })
        .await
    }

    async fn picture(&mut self, conversation: ConversationId) -> Result<(Seq, Vec<u8>), Code> {
        let request = self.request();
        let snapshot = Snapshot {
            request,
            conversation,
        };
        match self.ask(snapshot).await? {
            Event::Picture(picture) => Ok((picture.seq, picture.data)),
            other => panic!("{other:?}"),
        }
    }

    /// Opens the lobby's canvas as a newcomer does.
    async fn view(&mut self) -> View {
        let (canvas, after) = loop {
            let canvas = self.open(self.lobby).await.expect("a member");
            assert_eq!(canvas.kind, ConversationKind::Canvas);
            let after = canvas.base.unwrap_or_default();
            match self.follow(canvas.id, after).await {
                Ok(_) => break (canvas, after),
                // More was merged meanwhile.
                Err(code) => assert_eq!(code, Code::Gone),
            }
        };
        let (seq, data) = self.picture(canvas.id).await.expect("a picture");
        assert!(seq >= after);
        let picture = match data.is_empty() {
            true => Picture::new(),
            false => Picture::from_snapshot(&data).expect("a picture"),
        };
        let board = Board::new(seq, picture);
        View { canvas, board }
    }

    async fn entry_of(&mut self, conversation: ConversationId) -> Entry {
        let of = |event: &Event| matches!(event, Event::Entry(e) if e.conversation == conversation);
        match self.until(of).await {
            Event::Entry(entry) => entry,
            other => panic!("{other:?}"),
        }
    }

    /// Takes in what is drawn up to `seq`.
    async fn watch(&mut self, view: &mut View, seq: Seq) {
        while view.board.head() < seq {
            let entry = self.entry_of(view.canvas.id).await;
            if entry.seq <= view.board.head() {
                continue;
            }
            let Body::Draw(act) = entry.body else {
                panic!("{entry:?}");
            };
            assert!(view.board.apply(entry.seq, entry.author, entry.at, act));
        }
    }

    /// Draws lines without waiting for the answers; their requests.
    async fn draw_many(
        &mut self,
        canvas: ConversationId,
        lines: Range<u32>,
    ) -> Vec<(RequestId, PostId, u32)> {
        let mut requests = Vec::new();
        for n in lines {
            let (request, post) = (self.request(), fresh());
            requests.push((request, post, n));
            self.say(Post {
                request,
                conversation: canvas,
                post,
                body: line(n),
                again: false,
            })
            .await;
        }
        requests
    }

    async fn draw(&mut self, canvas: ConversationId, body: Body) -> Result<Seq, Code> {
        self.post_to(canvas, body).await
    }
}

#[tokio::test]
async fn crash_safe_what_is_drawn_everybody_sees_also_after_a_kill() {
    let dir = tempfile::tempdir().expect("a directory");
    let server = Process::plain(&dir, 0);
    let link = server.link.clone();
    let address = link.address();
    let mut ann = Raw::join(&address, 1, "ann").await;
    let mut bob = Raw::join(&address, 2, "bob").await;
    let mut seen_by_ann = ann.view().await;
    let mut seen_by_bob = bob.view().await;
    let canvas = seen_by_ann.canvas.id;
    assert_eq!(canvas, seen_by_bob.canvas.id);

    ann.draw(canvas, line(1)).await.expect("drawn");
    let post = fresh();
    let second = ann.post_as(canvas, post, line(2), false).await;
    assert_eq!(second, Ok(Seq(2)));
    bob.draw(canvas, line(1))
        .await
        .expect("numbers are an account's");
    ann.draw(canvas, Body::Draw(Act::Undo(StrokeId(2))))
        .await
        .expect("it is ann's");
    bob.draw(canvas, Body::Draw(Act::Reset))
        .await
        .expect("reset");
    let back = Body::Draw(Act::Unreset(Seq(5)));
    let head = ann.draw(canvas, back).await.expect("anybody may");
    ann.watch(&mut seen_by_ann, head).await;
    bob.watch(&mut seen_by_bob, head).await;
    assert!(seen_by_ann.board.picture() == seen_by_bob.board.picture());
    assert!(!seen_by_ann.board.picture().is_empty());

    // Killed; who comes then sees the same, and what is sent again is there once.
    drop(server);
    let _server = Process::plain(&dir, link.port);
    let mut ann = Raw::join(&address, 1, "ann").await;
    let again = ann.post_as(canvas, post, line(2), true).await;
    assert_eq!(again, Ok(Seq(2)));
    let mut cid = Raw::join(&address, 3, "cid").await;
    let mut seen_by_cid = cid.view().await;
    assert_eq!(seen_by_cid.canvas.head, head);
    cid.watch(&mut seen_by_cid, head).await;
    assert!(seen_by_cid.board.picture() == seen_by_ann.board.picture());
    // Who may undo what is known, too.
    let undone = Body::Draw(Act::Undo(StrokeId(2)));
    assert_eq!(ann.draw(canvas, undone).await, Err(Code::NotPossible));
    ann.draw(canvas, Body::Draw(Act::Undo(StrokeId(1))))
        .await
        .expect("it is ann's newest");
}

#[tokio::test]
async fn what_can_not_be_drawn_is_refused_and_disturbs_nobody() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(plain(&dir)).await;
    let address = host.link.address();
    let mut ann = Raw::join(&address, 1, "ann").await;
    let mut bob = Raw::join(&address, 2, "bob").await;
    let mut cid = Raw::join(&address, 3, "cid").await;
    let canvas = ann.open(ann.lobby).await.expect("a member").id;
    ann.draw(canvas, line(1)).await.expect("drawn");

    let stroke = |bytes: Vec<u8>| (9, Some(bytes), None);
    let good = match pen(5, Part::First, &[(3, 3), (5, 9)]) {
        Body::Draw(Act::Stroke(stroke)) => stroke.to_bytes(),
        other => panic!("{other:?}"),
    };
    // The first point: column 511, row 255.
    let mut outside = good.clone();
    outside[1] |= 1;
    outside[2..4].fill(0xff);
    let many = |points: usize| [&good[..good.len() - 1], &vec![0x77; points]].concat();
    let wrong = [
        (stroke(outside), Code::BadStroke),
        (stroke(many(STROKE_POINTS)), Code::BadStroke),
        (stroke(many(60_000)), Code::BadStroke),
        (stroke(Vec::new()), Code::BadStroke),
        (stroke(vec![0xff; 20]), Code::BadStroke),
        ((9, None, None), Code::BadStroke),
        ((10, None, None), Code::BadStroke),
        ((10, None, Some(u64::MAX)), Code::BadStroke),
        // Ann's, not bob's.
        ((10, None, Some(1)), Code::NotPossible),
        ((12, None, Some(1)), Code::NotPossible),
        ((12, None, Some(u64::MAX)), Code::NotPossible),
        ((0, None, None), Code::NotPossible),
    ];
    for (n, ((kind, bytes, of), code)) in wrong.into_iter().enumerate() {
        let answer = bob.post_bytes(canvas, kind, bytes, of).await;
        assert_eq!(answer, Err(code), "number {n}, kind {kind}");
        // The others go on, and nothing stands between what they say and draw.
        let said = cid.post(Body::Post("undisturbed".into())).await;
        assert_eq!(said, Ok(Seq(1 + n as u64)));
    }
    assert_eq!(ann.draw(canvas, line(2)).await, Ok(Seq(2)));
    // A stroke of 10^6 points is longer than any frame: that is no client of ours.
    let mut eve = Raw::join(&address, 5, "eve").await;
    eve.send_bytes(&[&1_000_000u32.to_be_bytes()[..], &[0x77; 16]].concat())
        .await;
    let bye = eve.until(|event| matches!(event, Event::Bye(_))).await;
    assert!(matches!(bye, Event::Bye(bye) if bye.code == Code::ProtocolViolation));
    assert_eq!(ann.draw(canvas, line(3)).await, Ok(Seq(3)));
    let continued = pen(1, Part::Next, &[(0, 1), (5, 5)]);
    assert_eq!(bob.draw(canvas, continued).await, Err(Code::NotPossible));
    assert_eq!(bob.draw(bob.lobby, line(9)).await, Err(Code::NotPossible));

    // A canvas is no room.
    assert_eq!(bob.open(canvas).await, Err(Code::NotPossible));
    let request = bob.request();
    let conversation = canvas;
    let roster = Roster {
        request,
        conversation,
        after: None,
    };
    assert_eq!(bob.ask(roster).await, Err(Code::NotPossible));
    let request = bob.request();
    let read = Read {
        request,
        conversation,
        seq: Seq(1),
    };
    assert_eq!(bob.ask(read).await, Err(Code::NotPossible));
    assert_eq!(bob.picture(bob.lobby).await, Err(Code::NotPossible));
    assert_eq!(bob.picture(canvas).await, Err(Code::NotAMember));

    // Nor is it for those who are not in its conversation.
    let request = ann.request();
    let room = "#ops".to_owned();
    let Ok(Event::Opened(ops)) = ann.ask(Join { request, room }).await else {
        panic!("it is made");
    };
    let secret = ann.open(ops.conversation.id).await.expect("a member").id;
    ann.draw(secret, line(3)).await.expect("drawn");
    assert_eq!(bob.open(ops.conversation.id).await, Err(Code::NotAMember));
    assert_eq!(bob.draw(secret, line(3)).await, Err(Code::NotAMember));
    assert_eq!(bob.follow(secret, Seq(0)).await, Err(Code::NotAMember));
    assert_eq!(bob.picture(secret).await, Err(Code::NotAMember));
    let request = bob.request();
    let page = History {
        request,
        conversation: secret,
        from: Seq(0),
        direction: chat_core::command::Direction::After,
        entries_max: None,
    };
    assert_eq!(bob.ask(page).await, Err(Code::NotAMember));
    host.stop().await;
}

#[tokio::test]
async fn bounded_a_thousand_strokes_a_second_are_too_fast_for_who_draws_them_only() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut config = plain(&dir);
    config.limits.stroke_burst = 50;
    config.limits.post_burst = 20;
    let host = Host::start(config).await;
    let address = host.link.address();
    let mut bob = Raw::join(&address, 2, "bob").await;
    let mut cid = Raw::join(&address, 3, "cid").await;
    let canvas = bob.open(bob.lobby).await.expect("a member").id;
    let mut drawn = 0;
    let mut refused = 0;
    for first in (0..1_000).step_by(200) {
        let requests = bob.draw_many(canvas, first..first + 200).await;
        for (request, _, _) in requests {
            match bob.answer(request).await {
                Ok(_) => drawn += 1,
                Err(code) => {
                    assert_eq!(code, Code::TooFast);
                    refused += 1;
                }
            }
        }
        // Who draws too fast may still talk, and so may the others.
        let said = bob.post(Body::Post("I draw".into())).await;
        assert!(said.is_ok(), "{said:?}");
        let said = cid.post(Body::Post("undisturbed".into())).await;
        assert!(said.is_ok(), "{said:?}");
        let drawn = cid.draw(canvas, line(first)).await;
        assert!(drawn.is_ok(), "cid has a rate of her own: {drawn:?}");
    }
    assert!(drawn >= 50, "the burst is drawn, and it was {drawn}");
    assert!(refused > 0, "all {drawn} were drawn");
    host.stop().await;
}

#[tokio::test]
async fn bounded_a_canvas_on_which_much_is_drawn_is_merged_and_shows_the_same() {
    const STROKES: u32 = 20_000;
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(plain(&dir)).await;
    let address = host.link.address();
    let mut ann = Raw::join(&address, 1, "ann").await;
    let mut bob = Raw::join(&address, 2, "bob").await;
    let mut seen_by_bob = bob.view().await;
    let canvas = seen_by_bob.canvas.id;
    // Several are under way at once.
    const AT_ONCE: u32 = 100;
    let mut head = Seq(0);
    for first in (0..STROKES).step_by(AT_ONCE as usize) {
        for (request, post, n) in ann.draw_many(canvas, first..first + AT_ONCE).await {
            let mut drawn = match ann.answer(request).await {
                Ok(Event::Posted(posted)) => Ok(posted.seq),
                Ok(other) => panic!("{other:?}"),
                Err(code) => Err(code),
            };
            // A slow machine can't keep up: then it says so, and one tries again.
            while drawn == Err(Code::TooFast) {
                drawn = ann.post_as(canvas, post, line(n), true).await;
            }
            head = head.max(drawn.expect("drawn"));
        }
        bob.watch(&mut seen_by_bob, head).await;
    }
    assert_eq!(head, Seq(STROKES.into()));
    // Who comes now gets a picture and the tail, and sees the same.
    let mut cid = Raw::join(&address, 3, "cid").await;
    let mut seen_by_cid = cid.view().await;
    let base = seen_by_cid.canvas.base.expect("something is merged");
    let rows = head.0 - base.0;
    assert!(rows <= ENTRIES_MAX, "{rows} entries are kept");
    cid.watch(&mut seen_by_cid, head).await;
    assert!(seen_by_cid.board.picture() == seen_by_bob.board.picture());
    // What is merged is gone: for who comes back from far behind, and as history.
    let far = Seq(base.0 - 1);
    assert_eq!(cid.follow(canvas, far).await, Err(Code::Gone));
    cid.view().await;
    host.stop().await;
    let rows = kept(&dir, canvas);
    assert!(rows <= 2 * ENTRIES_MAX, "{rows} rows");

    // The same after a restart.
    let host = Host::start(plain(&dir)).await;
    let mut dan = Raw::join(&host.link.address(), 4, "dan").await;
    let mut seen_by_dan = dan.view().await;
    dan.watch(&mut seen_by_dan, head).await;
    assert!(seen_by_dan.board.picture() == seen_by_bob.board.picture());
    assert_eq!(dan.draw(canvas, line(1)).await, Ok(head.next()));
    host.stop().await;
}

/// How many entries of a canvas the store holds.
fn kept(dir: &tempfile::TempDir, canvas: ConversationId) -> u64 {
    let store = dir.path().join("server").join("chat.db");
    let connection = rusqlite::Connection::open(store).expect("it opens");
    let sql = "SELECT count(*) FROM entries WHERE conversation = ?1";
    connection
        .query_row(sql, [canvas.0], |row| row.get(0))
        .expect("counted")
}

#[tokio::test]
async fn key_not_name_who_leaves_sees_no_more_of_the_canvas() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(plain(&dir)).await;
    let address = host.link.address();
    let mut ann = Raw::join(&address, 1, "ann").await;
    let mut bob = Raw::join(&address, 2, "bob").await;
    let join = async |who: &mut Raw| {
        let request = who.request();
        let room = "#ops".to_owned();
        match who.ask(Join { request, room }).await {
            Ok(Event::Opened(opened)) => opened.conversation.id,
            other => panic!("{other:?}"),
        }
    };
    let ops = join(&mut ann).await;
    join(&mut bob).await;
    let canvas = ann.open(ops).await.expect("a member").id;
    bob.follow(canvas, Seq(0)).await.expect("a member");
    ann.draw(canvas, line(1)).await.expect("drawn");
    assert_eq!(bob.entry_of(canvas).await.seq, Seq(1));
    let request = bob.request();
    let part = chat_core::command::Part {
        request,
        conversation: ops,
        text: None,
    };
    bob.ask(part).await.expect("left");
    ann.draw(canvas, line(2)).await.expect("drawn");
    ann.post(Body::Post("after".into())).await.expect("posted");
    // The message in the lobby came after the stroke, and it is what comes next.
    let lobby = bob.lobby;
    let next = bob.until(|event| matches!(event, Event::Entry(_))).await;
    assert!(matches!(next, Event::Entry(e) if e.conversation == lobby));
    assert_eq!(bob.picture(canvas).await, Err(Code::NotAMember));
    host.stop().await;
}
