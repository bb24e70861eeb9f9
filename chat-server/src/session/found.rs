//! What a session makes of what it had read: pages, pieces, pictures, and what a post is about.
//! Whether it may still see it is decided here: it may have left meanwhile.

use chat_core::command::Command;
use chat_core::event::{self, Picture, Piece, Posted};
use chat_core::{Code, ConversationId, Refusal, RequestId, Seq};

use super::live::{no_such_file, not_followed};
use super::{Act, Haste, Next, Reading, Session};
use crate::hub::{Searched, storage_refusal};
use crate::journal::{Found, Page};

impl Session {
    /// What was read from the store; `None` when it could not be read.
    pub fn found(&mut self, found: Option<Found>, acts: &mut Vec<Act>) {
        let Some(reading) = self.reading.take() else {
            return;
        };
        // Nothing is said after the goodbye.
        if self.closing().is_some() {
            self.waiting = None;
            return;
        }
        match (reading, found) {
            (Reading::CatchUp(id, from), Some(Found::Page(page))) => self.catch_up(id, from, page),
            (Reading::Page(request, id), Some(Found::Page(page))) => {
                self.send_page(request, id, page)
            }
            (Reading::Piece(request, id, at), Some(Found::Piece(data))) => {
                self.send_piece(request, id, at, data);
            }
            (Reading::Post(command), Some(Found::Post { made, searched })) => {
                self.post_found(*command, made, searched, acts);
            }
            (Reading::CatchUp(..), _) => {
                self.close(
                    Code::Storage,
                    "the server could not read its store: connect again to resume",
                );
            }
            (Reading::Picture(request, id), Some(Found::Picture(picture))) => {
                self.send_picture(request, id, picture);
            }
            (
                Reading::Page(request, _)
                | Reading::Piece(request, ..)
                | Reading::Picture(request, _),
                _,
            ) => {
                self.refuse(request, storage_refusal());
            }
            (Reading::Post(command), _) => {
                if let Some(request) = command.request() {
                    self.refuse(request, storage_refusal());
                }
            }
        }
    }

    fn catch_up(&mut self, id: ConversationId, from: Seq, page: Page) {
        // It left the conversation meanwhile, or follows it from elsewhere.
        if self.cursors.lagging_behind(id) != Some(from) {
            return;
        }
        if page.gone {
            return self.close(
                Code::TooSlow,
                "what you missed of a canvas has become part of its picture: connect again to go on from that",
            );
        }
        let mut fed = false;
        for (seq, payload) in page.entries {
            if self.cursors.read(id, seq) == Next::Send {
                fed = true;
                self.out
                    .push_own(Haste::Now, |out| event::append_entry(out, &payload));
            }
        }
        if !fed {
            // The store lacks an entry that was committed: said, never skipped.
            tracing::error!(conversation = id.0, "entries are missing in the store");
            self.close(
                Code::Storage,
                "entries of a conversation are missing in the server's store",
            );
        }
    }

    fn send_page(&mut self, request: RequestId, id: ConversationId, mut page: Page) {
        // It left the conversation while the page was read.
        let Some(head) = self.cursors.head(id) else {
            return self.refuse(request, not_followed());
        };
        if page.gone {
            let text = "those strokes have become part of the canvas' picture: ask for that";
            return self.refuse(request, Refusal::new(Code::Gone, text));
        }
        // What it has not been told of is not there yet: it comes live.
        page.entries.retain(|(seq, _)| *seq <= head);
        let payloads: Vec<&[u8]> = page
            .entries
            .iter()
            .map(|(_, payload)| payload.as_slice())
            .collect();
        self.out.push_own(Haste::Now, |out| {
            event::append_page(out, request, id, page.more, &payloads);
        });
    }

    fn send_piece(
        &mut self,
        request: RequestId,
        id: ConversationId,
        at: u64,
        data: Option<Vec<u8>>,
    ) {
        // It may have left the conversation while the piece was read.
        if !self.cursors.follows(id) {
            return self.refuse(request, not_followed());
        }
        match data {
            Some(data) => self.send(&Piece { request, at, data }.into()),
            None => self.refuse(request, no_such_file()),
        }
    }

    fn send_picture(
        &mut self,
        request: RequestId,
        conversation: ConversationId,
        picture: Option<(Seq, Vec<u8>)>,
    ) {
        // It may have left the conversation while the picture was read.
        if !self.cursors.follows(conversation) {
            return self.refuse(request, not_followed());
        }
        let Some((seq, data)) = picture else {
            let text = "only a canvas has a picture: open that of the conversation";
            return self.refuse(request, Refusal::new(Code::NotPossible, text));
        };
        let picture = Picture {
            request,
            conversation,
            seq,
            data,
        };
        self.send(&picture.into());
    }

    fn post_found(
        &mut self,
        command: Command,
        made: Option<(ConversationId, Seq)>,
        searched: Searched,
        acts: &mut Vec<Act>,
    ) {
        match (made, command.request()) {
            (Some((conversation, seq)), Some(request)) => {
                self.send(
                    &Posted {
                        request,
                        conversation,
                        seq,
                    }
                    .into(),
                );
            }
            _ => self.ask_hub(command, Some(searched), acts),
        }
    }
}
