//! Snapshots of pictures.

use chat_core::canvas::limits::{PIXELS, SNAPSHOT_BYTES};
use chat_core::canvas::{Picture, SnapshotError};
use proptest::prelude::*;

use crate::any;

/// Five bits each, as the protocol packs them.
fn packed(pixels: impl Iterator<Item = u8>) -> Vec<u8> {
    let mut out = vec![2];
    let (mut bits, mut count) = (0u32, 0);
    for pixel in pixels {
        (bits, count) = (bits << 5 | u32::from(pixel), count + 5);
        while count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    out
}

#[test]
fn bounded_the_snapshot_of_any_picture() {
    const { assert!(SNAPSHOT_BYTES < 60 * 1024) };
    // What deflate can't shorten: pixels that nothing explains.
    let mut state = 88_172_645_463_325_252u64;
    let noise = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        ((state >> 20) % 17) as u8
    });
    let noise: Vec<u8> = noise.take(PIXELS).collect();
    let bytes = packed(noise.iter().copied());
    assert_eq!(bytes.len(), SNAPSHOT_BYTES);
    let picture = Picture::from_snapshot(&bytes).expect("a picture");
    assert_eq!(picture.pixels(), noise);
    let snapshot = picture.to_snapshot();
    assert!(snapshot.len() <= SNAPSHOT_BYTES, "{} bytes", snapshot.len());
    assert_eq!(Picture::from_snapshot(&snapshot), Ok(picture));
}

#[test]
fn an_empty_picture_is_no_bytes() {
    assert!(Picture::new().to_snapshot().is_empty());
    assert_eq!(Picture::from_snapshot(&[]), Ok(Picture::new()));
}

#[test]
fn what_is_no_picture_is_refused() {
    let refused = |bytes: &[u8]| Picture::from_snapshot(bytes).expect_err("no picture");
    assert_eq!(refused(&[3]), SnapshotError::UnknownForm(3));
    assert_eq!(refused(&[1]), SnapshotError::Damaged);
    assert_eq!(refused(&[2, 0, 0]), SnapshotError::Damaged);
    assert_eq!(refused(&[1; SNAPSHOT_BYTES + 1]), SnapshotError::TooLong);
    assert_eq!(
        refused(&packed(std::iter::repeat_n(17, PIXELS))),
        SnapshotError::Colour
    );
    let deflated = |pixels: usize| {
        let mut bytes = vec![1];
        bytes.extend(miniz_oxide::deflate::compress_to_vec(&vec![1; pixels], 9));
        bytes
    };
    assert!(Picture::from_snapshot(&deflated(PIXELS)).is_ok());
    assert_eq!(refused(&deflated(PIXELS - 1)), SnapshotError::Damaged);
    assert_eq!(refused(&deflated(PIXELS + 1)), SnapshotError::Damaged);
    // A bomb: 4 MiB of one value in 4 KiB.
    assert_eq!(refused(&deflated(4 << 20)), SnapshotError::Damaged);
}

proptest! {
    #[test]
    fn a_picture_comes_back_from_its_snapshot(
        strokes in prop::collection::vec(any::stroke(), 0..40),
    ) {
        let mut picture = Picture::new();
        strokes.iter().for_each(|stroke| picture.draw(stroke));
        let snapshot = picture.to_snapshot();
        prop_assert!(snapshot.len() <= SNAPSHOT_BYTES);
        prop_assert_eq!(Picture::from_snapshot(&snapshot), Ok(picture));
    }

    #[test]
    fn bounded_any_bytes_are_a_picture_or_refused(
        form in 0..4u8,
        mut bytes in prop::collection::vec(any::<u8>(), 0..2_000),
    ) {
        bytes.insert(0, form);
        if let Ok(picture) = Picture::from_snapshot(&bytes) {
            prop_assert!(picture.pixels().iter().all(|pixel| *pixel <= 16));
        }
    }
}
