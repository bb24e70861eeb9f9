//! A session through its inputs: frames, answers of the hub and of the store go in, what it wants
//! done and what it says come out.
//!
//! | file | owns |
//! |---|---|
//! | `login.rs` | hello, challenge, login |
//! | `live.rs` | cursors, pages, rosters, goodbyes |
//! | `uploads.rs` | which chunks pass, and how many |
//! | `bounds.rs` | what a client is owed that asks for a lot and reads nothing |

mod bounds;
mod live;
mod login;
mod uploads;

use std::sync::Arc;

use bytes::Bytes;
use chat_core::command::{Direction, Hello, History, Login};
use chat_core::event::Welcome;
use chat_core::limits::{FRAME_BYTES, LENGTH_BYTES, VERSION};
use chat_core::wire::Received;
use chat_core::{
    AccountId, Body, Command, ConversationId, Entry, Event, Identity, Millis, Nick, RequestId, Seq,
    Text, frame,
};

use super::{Act, Session, Start, Terms};
use crate::delivery::Run;
use crate::hub::{LoginDone, SessionId};
use crate::journal::{Found, Page, Wanted};

const C: ConversationId = ConversationId(1);

/// A session that has logged in, and what it wants done.
struct Live {
    session: Session,
    acts: Vec<Act>,
    requests: u64,
}

/// What the session of the tests is challenged with.
const NONCE: [u8; 32] = [1; 32];

impl Live {
    /// One that has logged in.
    fn new() -> Live {
        let mut live = Live::stranger();
        live.hello();
        live.log_in(&Identity::from_seed(&[1; 32]), &NONCE);
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
                file_bytes: None,
            },
            conversations: Vec::new(),
        }));
        assert_eq!(live.said(), ["challenge", "welcome ann", "ready"]);
        live.acts.clear();
        live
    }

    /// One that has not said anything.
    fn stranger() -> Live {
        let terms = Terms {
            invite: Some("sesame".into()),
            login_ms: 1_000,
            login_bytes: 1_000,
            agent: "test".into(),
        };
        let id = SessionId {
            worker: 0,
            number: 1,
        };
        let start = Start {
            id,
            nonce: NONCE,
            binding: [0; 32],
            now: 0,
        };
        Live {
            session: Session::new(start, Arc::new(terms)),
            acts: Vec::new(),
            requests: 0,
        }
    }

    fn hello(&mut self) {
        self.say(Hello {
            version_min: VERSION,
            version_max: VERSION,
            agent: Text::new("test"),
        });
    }

    fn log_in(&mut self, who: &Identity, nonce: &[u8; 32]) {
        self.say(Login {
            key: who.public(),
            signature: who.sign_login(nonce, &[0; 32]),
            nick: None,
            invite: None,
        });
    }

    /// The body of a frame arrives.
    fn take(&mut self, body: &[u8]) {
        self.session.handle_frame(body, &mut self.acts);
    }

    fn say(&mut self, command: impl Into<Command>) {
        let frame = command.into().to_frame();
        self.take(&frame[LENGTH_BYTES..]);
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

    /// Entries `first` to `last` of C, which `author` wrote, are committed; `readers` of the worker's
    /// sessions follow it.
    fn entries(&mut self, (first, last): (u64, u64), author: u64, readers: usize, frames: Bytes) {
        let run = Run {
            conversation: C,
            first: Seq(first),
            last: Seq(last),
            author: Some(AccountId(author)),
            frames,
        };
        self.session.handle_entries(&run, readers);
    }

    /// The store has answered with the entries `first` to `last`.
    fn found(&mut self, first: u64, last: u64) {
        let entries = (first..=last).map(|n| (Seq(n), entry(n))).collect();
        let page = Page {
            entries,
            more: false,
            gone: false,
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
                Received::Message(Event::Picture(picture)) => {
                    format!("picture {}, {} bytes", picture.seq, picture.data.len())
                }
                Received::Message(Event::Done(_)) => "done".into(),
                Received::Message(Event::Refused(refused)) => format!("refused {}", refused.code),
                Received::Message(Event::Bye(bye)) => format!("bye {}", bye.code),
                Received::Message(Event::Challenge(_)) => "challenge".into(),
                Received::Message(Event::Welcome(welcome)) => format!("welcome {}", welcome.nick),
                Received::Message(Event::Ready(_)) => "ready".into(),
                Received::Message(Event::Ping(_)) => "ping".into(),
                Received::Message(Event::Pong(pong)) => format!("pong {}", pong.token),
                Received::Message(Event::LoginRefused(r)) => format!("login refused {}", r.code),
                Received::Message(Event::RosterStale(r)) => {
                    format!("stale roster {}", r.conversation)
                }
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
