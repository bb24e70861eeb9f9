//! What a server says: the login, answers (kinds 16 to 31, field 0 is the request id) and pushes.
//!
//! Texts and names are cleaned while they are decoded, so that a client need not trust its server.

mod answers;
mod conversations;
mod login;
mod people;

use minicbor::Encoder;

use crate::entry::Entry;
use crate::id::{ConversationId, RequestId};
use crate::wire::{self, messages};

pub use answers::{
    Done, Opened, Page, Picture, Piece, Posted, Profile, Refused, RoomList, RoomSummary,
    RosterPage, Uploading,
};
pub use conversations::{Announced, Conversation, ConversationKind, Left, ReadMarker, Ready};
pub use login::{Bye, Challenge, LoginRefused, Ping, Pong, Welcome};
pub use people::{Change, Me, Person, Presence, RosterChange, RosterChanges, RosterStale};

messages! {
    /// A message from a server to a client.
    Event {
        Challenge = 1,
        Welcome = 2,
        Ping = 3,
        Pong = 4,
        Bye = 5,
        LoginRefused = 6,
        Done = 16,
        Refused = 17,
        Posted = 18,
        Page = 19,
        RoomList = 20,
        RosterPage = 21,
        Opened = 22,
        Profile = 23,
        Uploading = 24,
        Piece = 25,
        Picture = 26,
        Announced = 32,
        Ready = 33,
        Entry = 34,
        RosterChanges = 35,
        RosterStale = 36,
        ReadMarker = 37,
        Left = 38,
        Me = 39,
    }
}

/// The kind of an entry's frame.
const ENTRY_KIND: u16 = 34;
/// The kind of a page's frame.
const PAGE_KIND: u16 = 19;

impl Event {
    /// The request that this answers.
    #[must_use]
    pub fn answers(&self) -> Option<RequestId> {
        match self {
            Event::Done(e) => Some(e.request),
            Event::Refused(e) => Some(e.request),
            Event::Posted(e) => Some(e.request),
            Event::Page(e) => Some(e.request),
            Event::RoomList(e) => Some(e.request),
            Event::RosterPage(e) => Some(e.request),
            Event::Opened(e) => Some(e.request),
            Event::Profile(e) => Some(e.request),
            Event::Uploading(e) => Some(e.request),
            Event::Piece(e) => Some(e.request),
            Event::Picture(e) => Some(e.request),
            _ => None,
        }
    }
}

/// Appends the frame of an `Entry` event to `out`, from the payload that a store kept.
pub fn append_entry(out: &mut Vec<u8>, payload: &[u8]) {
    wire::append_raw(out, ENTRY_KIND, payload);
}

/// Appends the frame of a `Page` to `out`, from payloads that a store kept. The caller keeps the
/// sum of their lengths below the frame limit less 64 bytes.
pub fn append_page(
    out: &mut Vec<u8>,
    request: RequestId,
    conversation: ConversationId,
    more: bool,
    payloads: &[impl AsRef<[u8]>],
) {
    crate::frame::append(out, |out| {
        let mut e = Encoder::new(&mut *out);
        // Writing to a Vec can't fail.
        let _ = (|| {
            e.array(2)?.u16(PAGE_KIND)?.map(4)?;
            e.u8(0)?.encode(request)?.u8(1)?.encode(conversation)?;
            e.u8(2)?
                .bool(more)?
                .u8(3)?
                .array(payloads.len() as u64)?
                .ok()
        })();
        for payload in payloads {
            out.extend_from_slice(payload.as_ref());
        }
    });
}
