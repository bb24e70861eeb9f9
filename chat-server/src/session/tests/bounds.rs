//! What a client is owed that asks for a lot and reads nothing.

use bytes::Bytes;
use chat_core::command::{Rooms, Who};
use chat_core::event::Refused;
use chat_core::limits::FRAME_BYTES;
use chat_core::{Code, Command, Event, RequestId, Seq, Text};

use super::Live;
use crate::hub::Input;
use crate::journal::{Found, Page, Wanted};
use crate::session::Act;

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
                            gone: false,
                        };
                        self.session.found(Some(Found::Page(page)), &mut self.acts);
                    }
                    Act::Read(_) | Act::Chunk(_) => {}
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
            live.entries((n, n), 2, 9, frames.clone());
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
