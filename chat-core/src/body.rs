//! What an entry says, and what a post asks for: the same thing, so that whatever becomes an entry is
//! posted, resent, ordered, delivered and stored in the same way.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode, Encoder};

use crate::canvas::{Act, Stroke, StrokeId};
use crate::file::{File, FileFields};
use crate::id::Seq;
use crate::limits::EMOJI_BYTES;
use crate::text::Text;
use crate::wire;

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Body {
    /// Something said.
    Post(Text),
    /// Something done: `/me waves`.
    Action(Text),
    /// The topic from here on; empty for none.
    Topic(Text),
    /// An earlier entry of the same author says this instead; of a file, its caption.
    Edit {
        /// Which entry.
        of: Seq,
        /// What it says from here on.
        text: Text,
    },
    /// An earlier entry of the same author is taken back: it is [`Body::Removed`] now.
    Deletion {
        /// Which entry.
        of: Seq,
    },
    /// The author's reaction to an entry. A second one of the same kind changes nothing.
    Reaction {
        /// Which entry.
        of: Seq,
        /// One emoji.
        emoji: Text,
    },
    /// The author takes a reaction back.
    Unreaction {
        /// Which entry.
        of: Seq,
        /// Which emoji.
        emoji: Text,
    },
    /// A file whose content the author has uploaded.
    File(File),
    /// What stands in the place of an entry that was taken back.
    Removed,
    /// Something drawn, undone or cleared; in the log of a canvas only.
    Draw(Act),
    /// An entry of a kind that this version doesn't know. It holds its place in the order.
    Unknown(u16),
    /// An entry of a known kind that is not as that kind has to be. It holds its place in the order.
    Malformed {
        /// The kind.
        kind: u16,
        /// What is wrong, for people.
        why: String,
    },
}

/// A body's fields, as they stand in an entry and in a post; alone, as a client keeps them.
#[derive(Encode, Decode)]
#[cbor(map)]
pub(crate) struct Parts<'a> {
    #[n(0)]
    pub(crate) kind: u16,
    #[b(1)]
    pub(crate) text: Option<&'a str>,
    #[n(2)]
    pub(crate) of: Option<u64>,
    #[n(3)]
    pub(crate) file: Option<FileFields>,
    #[n(4)]
    pub(crate) stroke: Option<ByteVec>,
}

impl<'a> Parts<'a> {
    fn text(kind: u16, text: &'a Text) -> Parts<'a> {
        Parts {
            kind,
            text: Some(text.as_str()),
            of: None,
            file: None,
            stroke: None,
        }
    }

    fn of(kind: u16, of: Seq, text: Option<&'a Text>) -> Parts<'a> {
        Parts {
            kind,
            text: text.map(Text::as_str),
            of: Some(of.0),
            file: None,
            stroke: None,
        }
    }

    fn bare(kind: u16) -> Parts<'a> {
        Parts {
            kind,
            text: None,
            of: None,
            file: None,
            stroke: None,
        }
    }
}

impl Body {
    /// The number of its kind.
    #[must_use]
    pub fn kind(&self) -> u16 {
        self.parts().kind
    }

    /// The text, a file's caption, a reaction's emoji; empty where there is none.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Body::Post(text)
            | Body::Action(text)
            | Body::Topic(text)
            | Body::Edit { text, .. }
            | Body::Reaction { emoji: text, .. }
            | Body::Unreaction { emoji: text, .. } => text.as_str(),
            Body::File(file) => file.caption.as_str(),
            Body::Deletion { .. }
            | Body::Removed
            | Body::Draw(_)
            | Body::Unknown(_)
            | Body::Malformed { .. } => "",
        }
    }

    /// The entry that it is about.
    #[must_use]
    pub fn of(&self) -> Option<Seq> {
        match self {
            Body::Edit { of, .. }
            | Body::Deletion { of }
            | Body::Reaction { of, .. }
            | Body::Unreaction { of, .. } => Some(*of),
            _ => None,
        }
    }

    /// Whether it is something that people read: only that counts as unread and rings.
    #[must_use]
    pub fn is_news(&self) -> bool {
        matches!(self, Body::Post(_) | Body::Action(_) | Body::File(_))
    }

    /// What a store keeps in its place once the entry is taken back, or the one that it edits: nothing
    /// of what it says. An edit still names its entry, so that it shows nothing by itself.
    #[must_use]
    pub fn taken_back(&self) -> Body {
        match self {
            Body::Edit { of, .. } => Body::Edit {
                of: *of,
                text: Text::new(""),
            },
            _ => Body::Removed,
        }
    }

    /// As a client keeps it until it is posted. Not what stands on the wire.
    #[must_use]
    pub fn to_payload(&self) -> Vec<u8> {
        let mut out = Vec::new();
        // Writing to a Vec can't fail.
        let _ = Encoder::new(&mut out).encode(self.parts());
        out
    }

    /// Reads what [`Body::to_payload`] wrote.
    ///
    /// # Errors
    /// [`wire::WireError`] when it is something else.
    pub fn from_payload(payload: &[u8]) -> Result<Body, wire::WireError> {
        wire::check(payload)?;
        let parts = minicbor::decode(payload).map_err(wire::shape)?;
        Ok(Body::from_parts(parts))
    }

    pub(crate) fn parts(&self) -> Parts<'_> {
        match self {
            Body::Post(text) => Parts::text(0, text),
            Body::Action(text) => Parts::text(1, text),
            Body::Topic(text) => Parts::text(2, text),
            Body::Edit { of, text } => Parts::of(3, *of, Some(text)),
            Body::Deletion { of } => Parts::of(4, *of, None),
            Body::Reaction { of, emoji } => Parts::of(5, *of, Some(emoji)),
            Body::Unreaction { of, emoji } => Parts::of(6, *of, Some(emoji)),
            Body::File(file) => Parts {
                text: Some(file.caption.as_str()),
                file: Some(file.fields()),
                ..Parts::bare(7)
            },
            Body::Removed => Parts::bare(8),
            Body::Draw(Act::Stroke(stroke)) => Parts {
                stroke: Some(stroke.to_bytes().into()),
                ..Parts::bare(9)
            },
            Body::Draw(Act::Undo(stroke)) => Parts {
                of: Some(stroke.0.into()),
                ..Parts::bare(10)
            },
            Body::Draw(Act::Reset) => Parts::bare(11),
            Body::Draw(Act::Unreset(reset)) => Parts {
                of: Some(reset.0),
                ..Parts::bare(12)
            },
            Body::Unknown(kind) | Body::Malformed { kind, .. } => Parts::bare(*kind),
        }
    }

    pub(crate) fn from_parts(parts: Parts<'_>) -> Body {
        let kind = parts.kind;
        Body::known(parts).unwrap_or_else(|why| Body::Malformed { kind, why })
    }

    fn known(parts: Parts<'_>) -> Result<Body, String> {
        let raw = parts.text.unwrap_or_default();
        let text = || Text::new(raw);
        let emoji = || match raw.len() <= EMOJI_BYTES {
            true => Ok(Text::line(raw, EMOJI_BYTES)),
            false => Err("its emoji is longer than any is".to_owned()),
        };
        let of = parts.of.ok_or("it does not say what it is about");
        let entry = of.map(Seq);
        Ok(match parts.kind {
            0 => Body::Post(text()),
            1 => Body::Action(text()),
            2 => Body::Topic(text()),
            3 => Body::Edit {
                of: entry?,
                text: text(),
            },
            4 => Body::Deletion { of: entry? },
            5 => Body::Reaction {
                of: entry?,
                emoji: emoji()?,
            },
            6 => Body::Unreaction {
                of: entry?,
                emoji: emoji()?,
            },
            7 => {
                let fields = parts.file.ok_or("it describes no file")?;
                Body::File(File::received(fields, text()))
            }
            8 => Body::Removed,
            9 => {
                let bytes = parts.stroke.ok_or("there is nothing drawn")?;
                let stroke = Stroke::from_bytes(&bytes).map_err(|error| error.to_string())?;
                Body::Draw(Act::Stroke(stroke))
            }
            10 => {
                let stroke = u32::try_from(of?).map_err(|_| "there is no such stroke")?;
                Body::Draw(Act::Undo(StrokeId(stroke)))
            }
            11 => Body::Draw(Act::Reset),
            12 => Body::Draw(Act::Unreset(entry?)),
            kind => Body::Unknown(kind),
        })
    }
}
