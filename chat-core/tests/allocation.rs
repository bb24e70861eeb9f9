//! Bounded: what a peer sends never makes decoding allocate more than a small multiple of it.
//! Alone in its binary, because it counts what the whole process allocates.

use std::alloc::System;

use chat_core::canvas::limits::{PIXELS, SNAPSHOT_BYTES, STROKE_BYTES};
use chat_core::canvas::{Picture, Stroke};
use chat_core::limits::FRAME_BYTES;
use chat_core::{Command, Event};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Bytes allocated per byte of a frame. The most costly thing that a byte can be is an entry of
/// one that lacks its fields, or a row of a roster.
const MULTIPLE: usize = 16;

/// For an error message and the like.
const FIXED: usize = 1_024;

#[track_caller]
fn check(what: &str, body: &[u8]) {
    let region = Region::new(ALLOCATOR);
    drop(Command::decode(body));
    drop(Event::decode(body));
    let allocated = region.change().bytes_allocated;
    let allowed = FIXED + MULTIPLE * body.len();
    assert!(
        allocated <= allowed,
        "{what}: {allocated} bytes for {} that came",
        body.len()
    );
}

/// What a stroke and a picture may take: a picture whose bytes claim more takes no more than one.
#[track_caller]
fn check_canvas(what: &str, bytes: &[u8]) {
    let region = Region::new(ALLOCATOR);
    drop(Stroke::from_bytes(bytes));
    let stroke = region.change().bytes_allocated;
    assert!(stroke <= 4 * STROKE_BYTES, "{what}: {stroke} bytes");
    let region = Region::new(ALLOCATOR);
    drop(Picture::from_snapshot(bytes));
    let picture = region.change().bytes_allocated;
    assert!(picture <= PIXELS + FIXED, "{what}: {picture} bytes");
}

/// Bytes that no seed explains (xorshift), so that a failure is the same each time.
fn noise(mut state: u64) -> Vec<u8> {
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    std::iter::repeat_with(next).take(FRAME_BYTES).collect()
}

/// A whole frame body: `head`, then `fill` as often as it fits.
fn filled(head: &[u8], fill: &[u8]) -> Vec<u8> {
    let mut body = head.to_vec();
    while body.len() + fill.len() <= FRAME_BYTES {
        body.extend_from_slice(fill);
    }
    body
}

// One test, because others beside it would be counted.
#[test]
fn bounded_decoding_allocates_little_more_than_came() {
    check("2^60 items", &[0x9b, 0x10, 0, 0, 0, 0, 0, 0, 0]);
    check("2^60 pairs", &[0x82, 0x13, 0xbb, 0x10, 0, 0, 0, 0, 0, 0, 0]);
    check(
        "2^60 bytes",
        &[0x82, 0x01, 0xa1, 0x01, 0x5b, 0x10, 0, 0, 0, 0, 0, 0, 0],
    );
    check(
        "2^60 characters",
        &[0x82, 0x14, 0xa1, 0x01, 0x7b, 0x10, 0, 0, 0, 0, 0, 0, 0],
    );
    let claims = [0x82, 0x13, 0xa4, 0, 1, 1, 1, 2, 0xf5, 3, 0x9a, 0, 1, 0, 0];
    check("entries that are not there", &claims);
    check("10,000 levels", &[0x81; 10_000]);
    check("levels to the end", &[0xa1; FRAME_BYTES]);

    let page = [0x82, 0x13, 0xa4, 0, 1, 1, 1, 2, 0xf5, 3, 0x99, 0xff, 0xf0];
    check("a page of numbers", &filled(&page, &[0]));
    check("a page of empty maps", &filled(&page, &[0xa0]));
    let roster = [
        0x82, 0x15, 0xa5, 0, 1, 1, 1, 2, 1, 4, 0xf4, 3, 0x99, 0x1f, 0xff,
    ];
    let person = [0xa3, 0, 0, 1, 0x60, 2, 0];
    check("a roster of nobodies", &filled(&roster, &person));
    let mut people = filled(
        &[
            0x82, 0x15, 0xa5, 0, 1, 1, 1, 2, 1, 4, 0xf4, 3, 0x99, 0x24, 0x8f,
        ],
        &person,
    );
    people.truncate(15 + 7 * 0x248f);
    check("a whole roster of nobodies", &people);
    let text = [0x82, 0x14, 0xa2, 0, 1, 1, 0x79, 0xff, 0xf0];
    check("a long name", &filled(&text, b"#"));
    let post = [
        0x82, 0x22, 0xa7, 0, 1, 1, 1, 2, 1, 3, 1, 4, 0x60, 5, 0, 6, 0x79, 0xff, 0x00,
    ];
    for fill in ["a", "\x1b[", "\u{301}", "\u{9d}", "\r\n", "👋"] {
        let mut body = filled(&post, fill.as_bytes());
        body.truncate(post.len() + 0xff00 / fill.len() * fill.len());
        check("a long text", &body);
    }
    for seed in 1..50 {
        let noise = noise(seed);
        check("noise", &noise);
        for kind in 0..64 {
            let mut body = vec![0x82, 0x18, kind];
            body.extend_from_slice(&noise[..4_096]);
            check("noise behind a kind", &body);
        }
    }

    check_canvas("nothing", &[]);
    let bomb = miniz_oxide::deflate::compress_to_vec(&vec![7; 16 << 20], 9);
    check_canvas("a picture of 16 MiB", &[&[1], &bomb[..]].concat());
    check_canvas("a stroke of 10^6 points", &vec![0; 1_000_000]);
    for seed in 1..50 {
        let noise = noise(seed);
        for form in [0, 1, 2, 0x70] {
            let whole = [&[form], &noise[..]].concat();
            check_canvas("noise", &whole);
            check_canvas("noise of a picture's length", &whole[..SNAPSHOT_BYTES]);
            check_canvas("noise of a stroke's length", &whole[..STROKE_BYTES]);
        }
    }
}
