//! Canvases in their session: what they ask for, and what is told of them.

use std::time::{Duration, Instant};

use chat_core::{Code, ConversationId, Event as Said, Refusal, RequestId, command};

use super::canvases::{Ask, Turn};
use super::requests::{Asker, Request};
use super::{Line, Session};
use crate::event::Event;

/// What was drawn and not acknowledged for this long is given up: it would come as a surprise.
const STROKE: Duration = Duration::from_secs(60);

impl Session {
    /// See [`Client::canvas`](crate::Client::canvas).
    pub(crate) fn open_canvas(&mut self, parent: ConversationId) {
        match self.canvases.open(parent) {
            Ok(turn) => self.canvas_turn(parent, turn),
            Err(()) => {
                let refusal =
                    Refusal::new(Code::NotPossible, "too many canvases are open: close one");
                self.tell(Event::CanvasClosed { parent, refusal });
            }
        }
    }

    /// See [`Client::close_canvas`](crate::Client::close_canvas).
    pub(crate) fn close_canvas(&mut self, parent: ConversationId) {
        self.canvases.close(parent);
    }

    /// There is a connection, and everything is announced.
    pub(super) fn open_canvases(&mut self) {
        for parent in self.canvases.ready() {
            self.canvas_turn(parent, Turn::Ask(Ask::Open(parent)));
        }
    }

    pub(super) fn close_canvases(&mut self, refusal: &Refusal) {
        for parent in self.canvases.close_all() {
            let refusal = refusal.clone();
            self.tell(Event::CanvasClosed { parent, refusal });
        }
    }

    /// A conversation is left, and its canvas with it.
    pub(super) fn canvas_left(&mut self, parent: ConversationId) {
        if self.canvases.close(parent) {
            let refusal = Refusal::new(Code::NotAMember, "you have left this conversation");
            self.tell(Event::CanvasClosed { parent, refusal });
        }
    }

    pub(super) fn canvas_turn(&mut self, parent: ConversationId, turn: Turn) {
        match turn {
            Turn::Nothing => {}
            Turn::Ask(ask) => self.ask_for_canvas(parent, &ask),
            Turn::Tell {
                canvas,
                seq,
                picture,
                entries,
            } => {
                self.tell(Event::Canvas {
                    canvas,
                    parent,
                    seq,
                    picture,
                });
                self.events.extend(entries.into_iter().map(Event::Entry));
            }
            Turn::GiveUp => {
                let text = "the server can't give the canvas as a whole: open it again later";
                self.close_refused(parent, Refusal::new(Code::Gone, text));
            }
        }
    }

    fn ask_for_canvas(&mut self, parent: ConversationId, ask: &Ask) {
        if self.line == Line::Down {
            return;
        }
        let request = self.requests.own_id();
        self.canvases.asked(parent, ask, request);
        let command = match *ask {
            Ask::Open(conversation) => command::Canvas {
                request,
                conversation,
            }
            .into(),
            Ask::Follow { canvas, after } => command::Follow {
                request,
                conversation: canvas,
                after: Some(after),
            }
            .into(),
            Ask::Picture(conversation) => command::Snapshot {
                request,
                conversation,
            }
            .into(),
        };
        self.request(Asker::Canvas(parent), command);
    }

    /// The answer to a request of a canvas.
    pub(super) fn canvas_answered(
        &mut self,
        (asked, request): (Request, RequestId),
        answer: Result<Said, Refusal>,
        now: Instant,
    ) {
        let Asker::Canvas(parent) = asked.asker else {
            return;
        };
        if !self.canvases.is_asked(parent, request) {
            return;
        }
        let turn = match answer {
            Ok(Said::Opened(said)) => self.canvases.opened(parent, said.conversation),
            Ok(Said::Done(_)) => self.canvases.followed(parent),
            Ok(Said::Picture(said)) => self.canvases.pictured(parent, said),
            Ok(_) => {
                let text = "the server answered nonsense: update the older of the two";
                return self.close_refused(parent, Refusal::new(Code::Other, text));
            }
            Err(refusal) => match refusal.code {
                Code::Gone => self.canvases.anew(parent),
                Code::TooFast | Code::Storage => return self.postpone(asked, &refusal, now),
                _ => return self.close_refused(parent, refusal),
            },
        };
        self.canvas_turn(parent, turn);
    }

    fn close_refused(&mut self, parent: ConversationId, refusal: Refusal) {
        if self.canvases.close(parent) {
            self.tell(Event::CanvasClosed { parent, refusal });
        }
    }

    /// Gives up what was drawn too long ago.
    pub(super) fn give_up_strokes(&mut self, now: Instant) {
        let text = "this was drawn a minute ago and the server has not taken it: draw it again";
        let refusal = Refusal::new(Code::Other, text);
        for outcome in self.strokes.give_up(now, STROKE, &refusal) {
            self.tell_outcome(outcome, now);
        }
    }
}
