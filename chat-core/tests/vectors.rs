//! Golden vectors: `vectors/commands.json` and `vectors/events.json` hold every kind of message as
//! bytes and as fields, for those who write a client or a server in another language;
//! `vectors/form.json` holds bytes that are taken although they are not written like that, and
//! bytes that are refused. A change here is a change of the protocol.
//!
//! `VECTORS=write cargo test -p chat-core --test vectors` writes the first two anew.

mod samples;

use std::collections::BTreeSet;
use std::path::PathBuf;

use chat_core::limits::LENGTH_BYTES;
use chat_core::wire::{Received, WireError};
use chat_core::{Command, Event};
use data_encoding::HEXLOWER;
use minicbor::Decoder;
use minicbor::data::Type;
use serde_json::{Map, Value, json};

/// A message and what its kind is called in the docs.
struct Sample<M> {
    name: &'static str,
    message: M,
    frame: Vec<u8>,
    kind: u16,
}

fn command_samples() -> Vec<Sample<Command>> {
    let sample = |(name, message): (_, Command)| Sample {
        name,
        frame: message.to_frame(),
        kind: message.kind(),
        message,
    };
    samples::commands().into_iter().map(sample).collect()
}

fn event_samples() -> Vec<Sample<Event>> {
    let sample = |(name, message): (_, Event)| Sample {
        name,
        frame: message.to_frame(),
        kind: message.kind(),
        message,
    };
    samples::events().into_iter().map(sample).collect()
}

/// A CBOR item as JSON: byte strings as `{"bytes": hex}`, map keys as text.
fn fields(d: &mut Decoder<'_>) -> Value {
    match d.datatype().expect("well-formed") {
        Type::Bool => d.bool().expect("a bool").into(),
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => d.u64().expect("a number").into(),
        Type::String => d.str().expect("text").into(),
        Type::Bytes => json!({ "bytes": HEXLOWER.encode(d.bytes().expect("bytes")) }),
        Type::Array => {
            let length = d.array().expect("an array").expect("definite");
            (0..length).map(|_| fields(d)).collect()
        }
        Type::Map => {
            let length = d.map().expect("a map").expect("definite");
            let entry = |_| (d.u64().expect("a key").to_string(), fields(d));
            Value::Object((0..length).map(entry).collect::<Map<_, _>>())
        }
        other => panic!("messages hold no {other}"),
    }
}

fn described<M>(samples: &[Sample<M>]) -> Value {
    let describe = |sample: &Sample<M>| {
        let mut d = Decoder::new(&sample.frame[LENGTH_BYTES..]);
        assert_eq!(d.array().expect("an array"), Some(2));
        assert_eq!(d.u16().expect("a kind"), sample.kind);
        json!({
            "name": sample.name,
            "kind": sample.kind,
            "frame": HEXLOWER.encode(&sample.frame),
            "fields": fields(&mut d),
        })
    };
    samples.iter().map(describe).collect()
}

fn path(file: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "vectors", file]
        .iter()
        .collect()
}

fn golden(file: &str) -> Value {
    let text = std::fs::read_to_string(path(file)).expect("the vectors are there");
    serde_json::from_str(&text).expect("JSON")
}

#[track_caller]
fn check_golden<M>(file: &str, samples: &[Sample<M>]) {
    let got = described(samples);
    if std::env::var_os("VECTORS").is_some_and(|value| value == "write") {
        let text = serde_json::to_string_pretty(&got).expect("JSON");
        std::fs::write(path(file), text + "\n").expect("written");
    }
    let want = golden(file);
    let (got, want) = (
        got.as_array().expect("a list"),
        want.as_array().expect("a list"),
    );
    for (got, want) in got.iter().zip(want) {
        assert_eq!(got, want, "{file}: the bytes of a message have changed");
    }
    assert_eq!(got.len(), want.len(), "{file}: vectors without a message");
}

/// Every kind up to 255 that decodes to something known has a sample.
#[track_caller]
fn check_kinds<M>(samples: &[Sample<M>], known: impl Fn(&[u8]) -> bool) {
    let sampled: BTreeSet<u16> = samples.iter().map(|sample| sample.kind).collect();
    let body = |kind: u8| match kind {
        0..24 => vec![0x82, kind, 0xa0],
        _ => vec![0x82, 0x18, kind, 0xa0],
    };
    let kinds: BTreeSet<u16> = (0..=255)
        .filter(|kind| known(&body(*kind)))
        .map(u16::from)
        .collect();
    assert_eq!(sampled, kinds, "each kind has a vector");
}

#[test]
fn commands_are_their_vectors() {
    let samples = command_samples();
    check_golden("commands.json", &samples);
    for sample in &samples {
        let got = Command::decode(&sample.frame[LENGTH_BYTES..]);
        assert_eq!(
            got,
            Ok(Received::Message(sample.message.clone())),
            "{}",
            sample.name
        );
    }
    check_kinds(&samples, |body| {
        !matches!(Command::decode(body), Ok(Received::Unknown { .. }))
    });
}

#[test]
fn events_are_their_vectors() {
    let samples = event_samples();
    check_golden("events.json", &samples);
    for sample in &samples {
        let got = Event::decode(&sample.frame[LENGTH_BYTES..]);
        assert_eq!(
            got,
            Ok(Received::Message(sample.message.clone())),
            "{}",
            sample.name
        );
    }
    check_kinds(&samples, |body| {
        !matches!(Event::decode(body), Ok(Received::Unknown { .. }))
    });
}

fn verdict(body: &[u8]) -> String {
    match Command::decode(body) {
        Ok(Received::Message(message)) => HEXLOWER.encode(&message.to_frame()[LENGTH_BYTES..]),
        Ok(Received::Unknown { kind, request }) => match request {
            None => format!("unknown kind {kind}"),
            Some(request) => format!("unknown kind {kind}, request {request}"),
        },
        Err(error) => match error {
            WireError::Malformed(_) => "malformed",
            WireError::TooDeep => "too deep",
            WireError::Claim => "claims too much",
            WireError::Shape(_) => "wrong shape",
        }
        .into(),
    }
}

#[test]
fn forms_are_taken_or_refused_as_their_vectors_say() {
    for vector in golden("form.json").as_array().expect("a list") {
        let text = |key: &str| vector[key].as_str().expect("text").to_owned();
        let body = HEXLOWER.decode(text("body").as_bytes()).expect("hex");
        assert_eq!(verdict(&body), text("is"), "{}", text("name"));
    }
}
