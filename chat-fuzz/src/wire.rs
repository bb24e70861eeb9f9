//! Frames and their bodies, as either side reads them.

use chat_core::body::Body;
use chat_core::frame::{self, FrameError};
use chat_core::limits::{EMOJI_BYTES, FILE_NAME_BYTES, FRAME_BYTES, LENGTH_BYTES, MEDIA_BYTES};
use chat_core::wire::Received;
use chat_core::{Command, Entry, Event};

use crate::Target;
use crate::oracle;

/// A stream of frames that arrives in pieces: the first byte says how long those are.
pub(crate) const FRAMES: Target = Target {
    name: "frames",
    run: frames,
    bytes_max: 8 * 1024,
    words: &["\0\0\0\u{1}", "\0\0\0\0", "\0\u{1}\0\0", "\0\u{1}\0\u{1}"],
};

/// The body of one frame, an entry's or a body's payload.
pub(crate) const BODY: Target = Target {
    name: "body",
    run: body,
    bytes_max: 8 * 1024,
    words: &[
        "\u{1b}[31m",
        "e\u{301}",
        "\u{202e}",
        "\u{18}\u{22}",
        "\0",
        "\u{1}",
    ],
};

/// Fields that may be left out and are written: flags, kinds, empty lists, in each of the parts that a
/// body of many has.
const DEFAULTS: usize = 8;

fn frames(data: &[u8]) {
    let Some((piece, stream)) = data.split_first() else {
        return;
    };
    let whole = split(stream, stream.len().max(1));
    let pieces = split(stream, 1 + usize::from(*piece));
    assert_eq!(pieces, whole, "whatever the pieces");
    for taken in whole.0 {
        body(&taken);
    }
}

/// The bodies in a stream that arrives so, what ended it, and how many bytes are left.
fn split(stream: &[u8], piece: usize) -> (Vec<Vec<u8>>, Option<FrameError>, usize) {
    let mut bodies = Vec::new();
    let mut buffered = Vec::new();
    let mut taken = 0;
    for piece in stream.chunks(piece) {
        buffered.extend_from_slice(piece);
        loop {
            match frame::split(&buffered, FRAME_BYTES) {
                Ok(None) => break,
                Ok(Some(body)) => {
                    assert!((1..=FRAME_BYTES).contains(&body.len()));
                    bodies.push(body.to_vec());
                }
                Err(error) => return (bodies, Some(error), stream.len() - taken),
            }
            let length = LENGTH_BYTES + bodies.last().map_or(0, Vec::len);
            buffered.drain(..length);
            taken += length;
        }
        assert!(buffered.len() < LENGTH_BYTES + FRAME_BYTES, "never more");
    }
    (bodies, None, stream.len() - taken)
}

fn body(data: &[u8]) {
    if let Ok(Received::Message(command)) = Command::decode(data) {
        command_again(&command, data.len());
    }
    if let Ok(Received::Message(event)) = Event::decode(data) {
        event_again(&event, data.len());
    }
    if let Ok(entry) = Entry::from_payload(data) {
        let payload = entry.to_payload();
        oracle::clean_cbor(&payload);
        bounded(payload.len(), data.len());
        let again = Entry::from_payload(&payload).expect("it was just written");
        assert_eq!(again.to_payload(), payload);
        oracle::clean_line(again.nick.as_str());
        body_is_clean(&again.body);
    }
    if let Ok(body) = Body::from_payload(data) {
        let payload = body.to_payload();
        oracle::clean_cbor(&payload);
        bounded(payload.len(), data.len());
        let again = Body::from_payload(&payload).expect("it was just written");
        // Compared as bytes: why something is malformed is not said again.
        assert_eq!(again.to_payload(), payload);
        assert_eq!(again.kind(), body.kind());
        body_is_clean(&body);
    }
}

fn command_again(command: &Command, came: usize) {
    let frame = command.to_frame();
    bounded(frame.len(), came);
    match Command::decode(&frame[LENGTH_BYTES..]) {
        Ok(Received::Message(again)) => {
            assert_eq!(again.to_frame(), frame);
            assert_eq!(again.request(), command.request());
        }
        other => panic!("{command:?} was written, and read {other:?}"),
    }
    match command {
        // Names and invites are as they were typed, until the server parses them.
        Command::Post(post) => body_is_clean(&post.body),
        Command::Topic(topic) => oracle::clean(topic.text.as_str()),
        Command::Hello(hello) => oracle::clean(hello.agent.as_str()),
        _ => {}
    }
}

fn event_again(event: &Event, came: usize) {
    let frame = event.to_frame();
    bounded(frame.len(), came);
    oracle::clean_cbor(&frame[LENGTH_BYTES..]);
    match Event::decode(&frame[LENGTH_BYTES..]) {
        Ok(Received::Message(again)) => {
            assert_eq!(again.to_frame(), frame);
            assert_eq!(again.answers(), event.answers());
        }
        other => panic!("{event:?} was written, and read {other:?}"),
    }
}

fn body_is_clean(body: &Body) {
    oracle::clean(body.text());
    match body {
        Body::File(file) => {
            oracle::clean_line(file.name.as_str());
            oracle::clean_line(file.media.as_str());
            assert!(file.name.len() <= FILE_NAME_BYTES);
            assert!(file.media.len() <= MEDIA_BYTES);
        }
        Body::Reaction { emoji, .. } | Body::Unreaction { emoji, .. } => {
            oracle::clean_line(emoji.as_str());
            assert!(emoji.len() <= EMOJI_BYTES);
        }
        Body::Malformed { why, .. } => oracle::sentence(why),
        _ => {}
    }
}

/// What is kept of something that came is not much more than that.
#[track_caller]
fn bounded(kept: usize, came: usize) {
    assert!(kept <= 64 + DEFAULTS * came, "{kept} bytes of {came}");
}
