//! What the peer reads. Holds whatever it does:
//!
//! - whole frames, and nothing behind the goodbye;
//! - each request that was taken has one answer, and nothing else is answered;
//! - entries in order without holes, from where it said that it follows.

use std::collections::{BTreeMap, VecDeque};

use chat_core::limits::{FRAME_BYTES, LENGTH_BYTES};
use chat_core::wire::Received;
use chat_core::{ConversationId, Event, RequestId, Seq, frame};

use crate::oracle;

/// From some place in the stream on, entries behind `after` are sent.
#[derive(Debug)]
struct Follows {
    place: usize,
    conversation: ConversationId,
    after: Seq,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Reader {
    buffered: Vec<u8>,
    /// Bytes of whole frames that were read.
    place: usize,
    /// Requests without an answer: a peer may use a number twice.
    asked: BTreeMap<RequestId, usize>,
    follows: VecDeque<Follows>,
    /// The last entry that was read.
    last: BTreeMap<ConversationId, Seq>,
    bye: bool,
}

impl Reader {
    pub(super) fn asked(&mut self, request: RequestId) {
        *self.asked.entry(request).or_default() += 1;
    }

    /// What is said behind `waiting` bytes is behind this.
    pub(super) fn follows(&mut self, waiting: usize, conversation: ConversationId, after: Seq) {
        let place = self.place + self.buffered.len() + waiting;
        self.follows.push_back(Follows {
            place,
            conversation,
            after,
        });
    }

    pub(super) fn last(&self, conversation: ConversationId) -> Option<Seq> {
        self.last.get(&conversation).copied()
    }

    pub(super) fn has_read_bye(&self) -> bool {
        self.bye
    }

    /// Everything is there: no half of a frame, no request without its answer.
    pub(super) fn is_done(&self) {
        assert!(self.buffered.is_empty(), "half a frame");
        if !self.bye {
            assert!(self.asked.is_empty(), "not answered: {:?}", self.asked);
        }
    }

    pub(super) fn read(&mut self, bytes: &[u8]) {
        self.buffered.extend_from_slice(bytes);
        let mut rest = &std::mem::take(&mut self.buffered)[..];
        while let Some(body) = frame::split(rest, FRAME_BYTES).expect("a server's frames are right")
        {
            rest = &rest[LENGTH_BYTES + body.len()..];
            oracle::clean_cbor(body);
            match Event::decode(body) {
                Ok(Received::Message(event)) => self.event(&event),
                other => panic!("the server says {other:?}"),
            }
            self.place += LENGTH_BYTES + body.len();
            while let Some(follows) = self.follows.pop_front_if(|f| f.place <= self.place) {
                self.last.insert(follows.conversation, follows.after);
            }
        }
        self.buffered = rest.to_vec();
    }

    fn event(&mut self, event: &Event) {
        assert!(!self.bye, "{event:?} behind the goodbye");
        if let Some(request) = event.answers() {
            let asked = self.asked.get_mut(&request);
            let asked = asked.unwrap_or_else(|| panic!("nobody asked for {event:?}"));
            *asked -= 1;
            if *asked == 0 {
                self.asked.remove(&request);
            }
        }
        match event {
            Event::Bye(_) => self.bye = true,
            Event::Entry(entry) => {
                let last = self.last.get_mut(&entry.conversation);
                let last = last.expect("only what is followed is sent");
                assert_eq!(
                    entry.seq,
                    last.next(),
                    "the next of {}",
                    entry.conversation.0
                );
                *last = entry.seq;
            }
            Event::Page(page) => {
                for pair in page.entries.windows(2) {
                    assert_eq!(pair[1].seq, pair[0].seq.next(), "a page without holes");
                }
            }
            _ => {}
        }
    }
}
