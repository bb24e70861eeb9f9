//! A session through its inputs: frames, answers of the hub and of the store go in, what it wants
//! done and what it says come out.

use std::sync::Arc;

use bytes::Bytes;
use chat_core::command::{Direction, Hello, History, Login, Rooms, Who};
use chat_core::event::{Bye, Refused, Welcome};
use chat_core::limits::{FRAME_BYTES, LENGTH_BYTES, VERSION};
use chat_core::wire::Received;
use chat_core::{
    AccountId, Body, Code, Command, ConversationId, Entry, Event, Identity, Millis, Nick,
    RequestId, Seq, Text, frame,
};

use super::{Act, Session, Start, Terms};
use crate::hub::{Input, LoginDone, SessionId};
use crate::journal::{Found, Page, Wanted};

const C: ConversationId = ConversationId(1);

/// A session that has logged in, and what it wants done.
struct Live {
    session: Session,
    acts: Vec<Act>,
    requests: u64,
}

impl Live {
    fn new() -> Live {
        let terms = Terms {
            invite: None,
            login_ms: 1_000,
            login_bytes: 1_000,
            agent: "test".into(),
        };
        let id = SessionId {
            worker: 0,
            number: 1,
        };
        let (nonce, binding) = ([1; 32], [0; 32]);
        let start = Start {
            id,
            nonce,
            binding,
            now: 0,
        };
        let session = Session::new(start, Arc::new(terms));
        let mut live = Live {
            session,
            acts: Vec::new(),
            requests: 0,
        };
        let me = Identity::from_seed(&[1; 32]);
        live.say(Hello {
            version_min: VERSION,
            version_max: VERSION,
            agent: Text::new("test"),
        });
        live.say(Login {
            key: me.public(),
            signature: me.sign_login(&nonce, &binding),
            nick: None,
            invite: None,
        });
        live.session.handle_login(Ok(LoginDone {
            account: AccountId(1),
            welcome: Welcome {
                account: AccountId(1),
                nick: Nick::received("ann"),
                epoch: [0; 16],
                server: Text::new("test"),
                now: Millis(0),
                text_bytes: 8192,
                roster_period_ms: 5000,
            },
            conversations: Vec::new(),
        }));
        live.acts.clear();
        live.said();
        live
    }

    fn say(&mut self, command: impl Into<Command>) {
        let frame = command.into().to_frame();
        self.session
            .handle_frame(&frame[LENGTH_BYTES..], &mut self.acts);
    }

    fn ask_page(&mut self) {
        self.requests += 1;
        self.say(History {
            request: RequestId(self.requests),
            conversation: C,
            from: Seq(100),
            direction: Direction::Before,
            entries_max: None,
        });
    }

    /// It follows C from here on.
    fn follow(&mut self, after: u64, head: u64) {
        self.requests += 1;
        self.session
            .handle_follow(RequestId(self.requests), C, Seq(after), Seq(head));
        self.session.handle_room(&mut self.acts);
    }

    /// The store has answered with the entries `first` to `last`.
    fn found(&mut self, first: u64, last: u64) {
        let entries = (first..=last).map(|n| (Seq(n), entry(n))).collect();
        let page = Page {
            entries,
            more: false,
        };
        self.session.found(Some(Found::Page(page)), &mut self.acts);
        self.session.handle_room(&mut self.acts);
    }

    /// The pages that it wants read, by where they begin.
    fn wants(&mut self) -> Vec<u64> {
        let wanted = self.acts.drain(..).filter_map(|act| match act {
            Act::Read(Wanted::Page { from, .. }) => Some(from.0),
            _ => None,
        });
        wanted.collect()
    }

    /// What it says; the client reads all of it.
    fn said(&mut self) -> Vec<String> {
        let bytes: Vec<u8> = self
            .session
            .out()
            .slices()
            .flat_map(|s| s.to_vec())
            .collect();
        self.session.handle_sent(bytes.len());
        let mut rest = &bytes[..];
        let mut said = Vec::new();
        while let Some(body) = frame::split(rest, FRAME_BYTES).expect("frames") {
            rest = &rest[LENGTH_BYTES + body.len()..];
            said.push(match Event::decode(body).expect("an event") {
                Received::Message(Event::Entry(entry)) => format!("entry {}", entry.seq),
                Received::Message(Event::Page(page)) => {
                    let numbers: Vec<u64> = page.entries.iter().map(|e| e.seq.0).collect();
                    format!("page {numbers:?}")
                }
                Received::Message(Event::Done(_)) => "done".into(),
                Received::Message(Event::Refused(refused)) => format!("refused {}", refused.code),
                Received::Message(Event::Bye(bye)) => format!("bye {}", bye.code),
                other => format!("{other:?}"),
            });
        }
        said
    }
}

fn entry(n: u64) -> Vec<u8> {
    let (author, nick) = (AccountId(1), Nick::received("ann"));
    let body = Body::Post(Text::new("hi"));
    Entry {
        conversation: C,
        seq: Seq(n),
        at: Millis(0),
        author,
        nick,
        post: None,
        body,
    }
    .to_payload()
}

#[test]
fn nothing_is_said_after_the_goodbye() {
    let mut live = Live::new();
    live.follow(5, 5);
    live.ask_page();
    live.ask_page();
    assert_eq!(live.wants(), [100]);
    let (code, text) = (Code::Restarting, Text::new("later"));
    live.session.say_bye(Bye {
        code,
        text,
        retry_after_ms: None,
    });
    live.found(1, 5);
    assert_eq!(live.said(), ["done", "bye restarting"]);
    assert_eq!(live.wants(), [0; 0]);
}

#[test]
fn order_a_page_for_an_older_cursor_is_left_aside() {
    let mut live = Live::new();
    live.follow(5, 10);
    assert_eq!(live.wants(), [5]);
    // It follows anew, further back, while the page is read.
    live.follow(0, 10);
    live.found(6, 10);
    assert_eq!(live.said(), ["done", "done"]);
    assert_eq!(live.wants(), [0]);
    live.found(1, 2);
    assert_eq!(live.said(), ["entry 1", "entry 2"]);
}

#[test]
fn order_an_entry_that_is_missing_is_said_and_never_skipped() {
    let mut live = Live::new();
    live.follow(5, 10);
    live.found(7, 10);
    assert_eq!(live.said(), ["done", "bye storage"]);
}

#[test]
fn key_not_name_nothing_comes_before_its_turn() {
    let mut live = Live::new();
    live.follow(0, 2);
    // The store has more than the worker has been told of: who may see that is not known yet.
    live.found(1, 4);
    assert_eq!(live.said(), ["done", "entry 1", "entry 2"]);
    live.session
        .handle_entries(C, Seq(3), Seq(4), &Bytes::from_static(&[0, 0, 0, 1, 0]));
    assert_eq!(live.session.out().bytes(), 5);
}

#[test]
fn key_not_name_a_page_ends_at_what_the_session_was_told_of() {
    let mut live = Live::new();
    live.follow(3, 3);
    live.ask_page();
    live.found(1, 5);
    assert_eq!(live.said(), ["done", "page [1, 2, 3]"]);
}

#[test]
fn key_not_name_a_page_that_comes_after_leaving_is_refused() {
    let mut live = Live::new();
    live.follow(5, 5);
    live.ask_page();
    live.session.handle_unfollow(C);
    live.found(1, 5);
    assert_eq!(live.said(), ["done", "refused not-a-member"]);
}

/// What a client can ask for, and the longest answer.
#[derive(Debug, Clone, Copy)]
enum Ask {
    /// A list: its answer fills a frame.
    List,
    /// Something that is answered in a line.
    Line,
    /// A page of history.
    Page,
}

impl Live {
    /// Asks for as much as it may, by turns.
    fn ask_all(&mut self, turns: [Ask; 2]) {
        for ask in turns.into_iter().cycle() {
            if self.session.is_busy() {
                return;
            }
            self.requests += 1;
            let request = RequestId(self.requests);
            match ask {
                Ask::List => self.say(Rooms {
                    request,
                    after: None,
                }),
                Ask::Line => self.say(Who {
                    request,
                    nick: "ann".into(),
                }),
                Ask::Page => self.ask_page(),
            }
        }
    }

    /// Hub and store answer all that was asked.
    fn answer_all(&mut self) {
        while !self.acts.is_empty() {
            for act in std::mem::take(&mut self.acts) {
                match act {
                    Act::Hub(Input::Command { command, .. }) => {
                        let request = command.request().expect("it has one");
                        let bytes = match command {
                            Command::Who(_) => 800,
                            _ => FRAME_BYTES - 100,
                        };
                        self.session.handle_answer(&long(request, bytes));
                    }
                    Act::Hub(_) => {}
                    Act::Read(Wanted::Page { from, .. }) => {
                        let first = from.0 + 1;
                        let entries = (first..first + 6).map(|n| (Seq(n), vec![0xa0; 8 * 1024]));
                        let page = Page {
                            entries: entries.collect(),
                            more: true,
                        };
                        self.session.found(Some(Found::Page(page)), &mut self.acts);
                    }
                    Act::Read(_) => {}
                }
            }
            self.session.handle_room(&mut self.acts);
        }
    }
}

/// An answer of about `bytes`.
fn long(request: RequestId, bytes: usize) -> Event {
    Event::Refused(Refused {
        request,
        code: Code::NotPossible,
        text: Text::new(&"x".repeat(bytes)),
        retry_after_ms: None,
        suggestion: None,
    })
}

#[test]
fn bounded_what_waits_for_a_client_that_does_not_read() {
    let all = [Ask::List, Ask::Line, Ask::Page];
    for turns in all.iter().flat_map(|a| all.map(|b| [*a, b])) {
        let mut live = Live::new();
        live.follow(100, 100);
        let frames = Bytes::from(vec![0; 40 * 1024]);
        for n in 101..300 {
            live.ask_all(turns);
            live.session.handle_entries(C, Seq(n), Seq(n), &frames);
            live.session.handle_push(&long(RequestId(0), 800));
            live.session.handle_room(&mut live.acts);
            if n % 2 == 0 {
                live.answer_all();
            }
        }
        let waiting = live.session.out().bytes();
        assert!(waiting < 256 * 1024, "{waiting} bytes after {turns:?}");
    }
}
