//! What happens to canvases.

use std::sync::Arc;

use chat_core::canvas::{Act, Colour, Part, Point, Shape, Size, Stroke, StrokeId};
use chat_core::command::{Canvas, Post};
use chat_core::{Body, Command, ConversationId, PostId, RequestId, Seq};

use super::World;
use crate::hub::{Input, Painted};

impl World<'_> {
    pub(super) fn open_canvas(&mut self, session: u8, place: u8) {
        let command = Canvas {
            request: RequestId(0),
            conversation: self.place(place),
        };
        self.ask(session, command.into());
    }

    pub(super) fn draw(&mut self, session: u8, canvas: u8, what: u8) {
        let Some(conversation) = self.some_canvas(canvas) else {
            return;
        };
        let id = StrokeId(u32::from(what / 8) % 4);
        let stroke = |part| {
            let shape = Shape::Fill(Point::nearest(what.into(), 0));
            let stroke = Stroke::new(id, part, Colour::DEFAULT, Size::ONE, shape);
            Act::Stroke(stroke.expect("within the limits"))
        };
        let act = match what % 8 {
            0 | 1 => Act::Undo(id),
            2 => Act::Reset,
            3 => Act::Unreset(Seq(u64::from(what / 8))),
            4 => stroke(Part::Next),
            _ => stroke(Part::First),
        };
        self.made += 1;
        let mut post = [0xdd; 16];
        post[..8].copy_from_slice(&self.made.to_be_bytes());
        let command = Post {
            request: RequestId(0),
            conversation,
            post: PostId(post),
            body: Body::Draw(act),
            again: false,
        };
        self.ask(session, command.into());
    }

    /// The hub takes a picture whose entries are there, whenever it comes; not one of all of them.
    pub(super) fn painted(&mut self, canvas: u8, but: u64) {
        let Some(canvas) = self.some_canvas(canvas) else {
            return;
        };
        let head = self.hub.state().conversations[&canvas].head;
        let picture: Arc<[u8]> = Arc::from([1, 2, 3]);
        self.handle(Input::Painted(Painted {
            canvas,
            picture: Some((Seq(head.0.saturating_sub(but)), picture)),
        }));
    }

    fn some_canvas(&self, n: u8) -> Option<ConversationId> {
        let mut all: Vec<_> = self.hub.state().canvases.values().copied().collect();
        all.sort_unstable();
        all.get(usize::from(n) % all.len().max(1)).copied()
    }

    fn ask(&mut self, session: u8, command: Command) {
        if let Some(session) = self.session(session) {
            self.handle(Input::Command {
                session,
                command,
                searched: None,
            });
        }
    }
}
