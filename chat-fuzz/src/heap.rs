//! What decoding allocates. Counts what the whole process does: right only where one thread runs.

use std::alloc::System;

use chat_core::canvas::limits::{PIXELS, STROKE_BYTES};
use chat_core::canvas::{Picture, Stroke};
use chat_core::{Body, Command, Entry, Event};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

use crate::Target;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// A body, a stroke or a picture, and what reading it allocates.
pub(crate) const ALLOCATION: Target = Target {
    name: "allocation",
    run: allocation,
    bytes_max: 4 * 1024,
    words: &["\u{1b}[31m", "e\u{301}", "\u{18}\u{22}", "\0", "\u{1}"],
};

/// Bytes allocated per byte that came. The most costly thing that a byte can be is an entry that
/// lacks its fields, or a row of a roster.
const MULTIPLE: usize = 16;

/// For an error message and the like.
const FIXED: usize = 1_024;

fn allocation(data: &[u8]) {
    let allowed = FIXED + MULTIPLE * data.len();
    check("a command", allowed, || drop(Command::decode(data)));
    check("an event", allowed, || drop(Event::decode(data)));
    check("an entry", allowed, || drop(Entry::from_payload(data)));
    check("a body", allowed, || drop(Body::from_payload(data)));
    check("a stroke", 4 * STROKE_BYTES, || {
        drop(Stroke::from_bytes(data));
    });
    check("a picture", PIXELS + FIXED, || {
        drop(Picture::from_snapshot(data));
    });
}

fn check(what: &str, allowed: usize, decode: impl FnOnce()) {
    let region = Region::new(ALLOCATOR);
    decode();
    let allocated = region.change().bytes_allocated;
    assert!(allocated <= allowed, "{allocated} bytes for {what}");
}
