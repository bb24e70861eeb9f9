//! Canvases on which much is drawn, with a store on disk: what is merged, and what a newcomer sees.

use std::collections::VecDeque;
use std::path::Path;

use chat_core::canvas::limits::TAIL_ENTRIES;
use chat_core::canvas::{self, Act, Colour, Part, Point, Shape, Size, Stroke, StrokeId};
use chat_core::command::{Canvas, Post};
use chat_core::{AccountId, Body, Code, ConversationId, Event, Millis, PostId, RequestId, Seq};

use super::{START, key_of, rules};
use crate::config::{Durability, StoreSection};
use crate::contents::Directory;
use crate::hub::{Effects, Hub, Input, Output, Paint, Painted, SessionId, State};
use crate::journal::{Found, Reader, Store, Wanted, Writer};
use crate::painter;

/// Rows that the store may hold of one canvas: the tail, what gathers before it is worth to merge it
/// and while a picture is drawn, and as much again that was merged last.
const ROWS_MAX: usize = TAIL_ENTRIES as usize + 2 * (512 + LATE);

/// Entries that come at most while a picture is drawn.
const LATE: usize = 300;

const CANVAS: ConversationId = ConversationId(2);

/// Two people who draw, and somebody who watches from the beginning.
struct Room<'a> {
    path: &'a Path,
    hub: Hub,
    store: Option<(Writer, Reader)>,
    now: Millis,
    posts: u64,
    /// Pictures that are being drawn, and how many more entries come before they are.
    paints: VecDeque<(usize, Paint)>,
    watcher: canvas::Board,
    merged: usize,
    numbers: u64,
}

fn open(path: &Path) -> ((Writer, Reader), State) {
    let how = StoreSection {
        durability: Durability::Os,
        ..StoreSection::default()
    };
    let store = Store::open(path, &how, [1; 16]).expect("the store opens");
    let contents = Directory::open(path.parent().expect("it is in a directory")).expect("made");
    let reader = store.reader(contents).expect("it opens once more");
    let (writer, state) = store.into_writer().expect("the store is read");
    ((writer, reader), state)
}

fn session(of: usize) -> SessionId {
    SessionId {
        worker: 0,
        number: of as u64,
    }
}

impl Room<'_> {
    fn new(path: &Path) -> Room<'_> {
        let (store, state) = open(path);
        let mut room = Room {
            path,
            hub: Hub::new(rules(), state),
            store: Some(store),
            now: START,
            posts: 0,
            paints: VecDeque::new(),
            watcher: canvas::Board::default(),
            merged: 0,
            numbers: 7,
        };
        room.log_in();
        let open = Canvas {
            request: RequestId(0),
            conversation: ConversationId(1),
        };
        let answer = room.ask(0, open.into());
        assert!(matches!(answer, Event::Opened(opened) if opened.conversation.id == CANVAS));
        room
    }

    fn log_in(&mut self) {
        for (n, nick) in ["ann", "bob"].into_iter().enumerate() {
            self.handle(Input::Login {
                session: session(n),
                key: key_of(nick),
                nick: Some(nick.to_owned()),
                invited: false,
            });
        }
    }

    /// Some number below `n`, the same in each run.
    fn any(&mut self, n: u64) -> u64 {
        self.numbers = self
            .numbers
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.numbers >> 33) % n
    }

    fn ask(&mut self, who: usize, command: chat_core::Command) -> Event {
        let outputs = self.handle(Input::Command {
            session: session(who),
            command,
            searched: None,
        });
        let answer = outputs.into_iter().find_map(|output| match output {
            Output::Answer { event, .. } => Some(event),
            _ => None,
        });
        answer.expect("it is answered")
    }

    /// Decides, commits, and lets it be seen.
    fn handle(&mut self, input: Input) -> Vec<Output> {
        let mut effects = Effects::default();
        self.hub.handle(self.now, input, &mut effects);
        let (writer, _) = self.store.as_mut().expect("open");
        writer.commit(&effects.records).expect("it is committed");
        for output in &effects.outputs {
            match output {
                Output::Entry(entry) => {
                    let Body::Draw(act) = &entry.body else {
                        continue;
                    };
                    let next = self
                        .watcher
                        .apply(entry.seq, entry.author, entry.at, act.clone());
                    assert!(next, "{} comes next", entry.seq);
                }
                Output::Paint(paint) => self.paints.push_back((0, *paint)),
                _ => {}
            }
        }
        effects.outputs
    }

    /// Somebody draws, continues, undoes or empties; what may not be is refused and counts for
    /// nothing.
    fn draw(&mut self) {
        let who = self.any(2) as usize;
        let id = StrokeId(self.any(40_000) as u32);
        let head = self.watcher.head();
        let account = AccountId(who as u64 + 1);
        let act = match self.any(200) {
            0 => Act::Reset,
            1 => Act::Unreset(self.watcher.marks().reset().unwrap_or(head)),
            2..8 => Act::Undo(self.watcher.marks().undo(account, self.now).unwrap_or(id)),
            n => {
                let part = if n % 3 == 0 { Part::Next } else { Part::First };
                let (x, y) = (self.any(320) as i32, self.any(192) as i32);
                let shape = Shape::Pen(vec![Point::nearest(x, y), Point::nearest(y, x)]);
                let colour = Colour::new(1 + self.any(16) as u8).expect("a colour");
                let stroke = Stroke::new(id, part, colour, Size::ONE, shape);
                Act::Stroke(stroke.expect("within the limits"))
            }
        };
        self.posts += 1;
        let mut post = [who as u8; 16];
        post[..8].copy_from_slice(&self.posts.to_be_bytes());
        let command = Post {
            request: RequestId(self.posts),
            conversation: CANVAS,
            post: PostId(post),
            body: Body::Draw(act),
            again: false,
        };
        match self.ask(who, command.into()) {
            Event::Posted(posted) => assert_eq!(posted.seq, self.watcher.head()),
            Event::Refused(refused) => assert_eq!(refused.code, Code::NotPossible),
            other => panic!("{other:?}"),
        }
        self.paint();
    }

    /// Draws the pictures that were asked for long enough ago.
    fn paint(&mut self) {
        self.paints.iter_mut().for_each(|(late, _)| *late += 1);
        let ready = |(late, _): &mut (usize, Paint)| *late >= LATE;
        while let Some((_, paint)) = self.paints.pop_front_if(ready) {
            let (_, reader) = self.store.as_mut().expect("open");
            let stored = reader.canvas(paint.canvas).expect("it is read");
            let picture = Some(painter::draw(stored, paint.up_to));
            let canvas = paint.canvas;
            self.handle(Input::Painted(Painted { canvas, picture }));
            self.merged += 1;
        }
    }

    fn rows(&mut self) -> usize {
        let (_, reader) = self.store.as_mut().expect("open");
        reader.rows(CANVAS)
    }

    /// What somebody sees who comes now.
    fn check_newcomer(&mut self) {
        let (_, reader) = self.store.as_mut().expect("open");
        let stored = reader.canvas(CANVAS).expect("it is read");
        let mut board = canvas::Board::new(stored.base, stored.picture);
        for entry in stored.tail {
            let Body::Draw(act) = entry.body else {
                panic!("{entry:?}");
            };
            assert!(board.apply(entry.seq, entry.author, entry.at, act));
        }
        assert_eq!(board.head(), self.watcher.head());
        assert!(board.picture() == self.watcher.picture(), "another picture");
    }

    /// The server starts anew from its store. Pictures that were being drawn are forgotten.
    fn restart(&mut self) {
        self.store = None;
        self.paints.clear();
        let (store, state) = open(self.path);
        // Who is there is no part of what is stored.
        assert!(state == *self.hub.state(), "read back");
        self.store = Some(store);
        self.hub = Hub::new(rules(), state);
        self.log_in();
    }
}

#[test]
fn bounded_however_much_is_drawn_and_everybody_sees_the_same() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("chat.db");
    let mut room = Room::new(&path);
    for n in 0..20_000 {
        room.now = room.now.plus(10);
        room.draw();
        if n % 4_999 == 0 {
            let rows = room.rows();
            assert!(rows <= ROWS_MAX, "{rows} rows");
            room.check_newcomer();
            room.restart();
        }
    }
    assert!(room.watcher.head() > Seq(12_000), "most of it is drawn");
    assert!(room.merged > 10, "{} pictures", room.merged);
    let rows = room.rows();
    assert!(rows <= ROWS_MAX, "{rows} rows");
    room.check_newcomer();
    room.restart();
    room.check_newcomer();
}

#[test]
fn bounded_what_is_old_is_merged_when_the_canvas_is_opened() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("chat.db");
    let mut room = Room::new(&path);
    while room.watcher.head() < Seq(1_000) {
        room.draw();
    }
    assert_eq!((room.rows(), room.merged), (1_000, 0), "it is young");
    room.now = room.now.plus(11 * 60 * 1_000);
    let open = Canvas {
        request: RequestId(0),
        conversation: ConversationId(1),
    };
    room.ask(0, open.clone().into());
    for (late, _) in &mut room.paints {
        *late = LATE;
    }
    room.paint();
    // Who was just reading them may still do so.
    assert_eq!((room.rows(), room.merged), (1_000, 1));
    room.check_newcomer();
    room.restart();
    while room.watcher.head() < Seq(1_600) {
        room.draw();
    }
    room.now = room.now.plus(11 * 60 * 1_000);
    room.ask(0, open.into());
    for (late, _) in &mut room.paints {
        *late = LATE;
    }
    room.paint();
    assert!(
        room.rows() <= 1_600 - 744,
        "what the first picture had is gone"
    );
    room.check_newcomer();
}

#[test]
fn exactly_once_also_when_the_entry_is_merged() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("chat.db");
    let mut room = Room::new(&path);
    for _ in 0..8_000 {
        room.now = room.now.plus(10);
        room.draw();
    }
    let (_, reader) = room.store.as_mut().expect("open");
    let base = reader.canvas(CANVAS).expect("it is read").base;
    assert!(base > Seq(0), "something is merged");
    let known: Vec<_> = (1..200u64)
        .filter_map(|n| {
            let mut id = [0; 16];
            id[..8].copy_from_slice(&n.to_be_bytes());
            let wanted = Wanted::Post {
                author: AccountId(1),
                post: Some(PostId(id)),
                about: None,
            };
            match reader.read(wanted) {
                Ok(Found::Post { made, .. }) => made,
                other => panic!("{other:?}"),
            }
        })
        .collect();
    assert!(known.len() > 20, "posts of ann's, which draws half of it");
    assert!(known.iter().all(|(id, seq)| *id == CANVAS && *seq <= base));
}
