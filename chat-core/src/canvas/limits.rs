//! The limits of a canvas, each with its reason. The first five are part of the wire format.

/// Pixels from left to right: two a cell of a wide terminal in braille or octants.
pub const WIDTH: u16 = 320;

/// Pixels from top to bottom: as many rows of four pixels as a terminal of 48 rows has. With
/// [`WIDTH`] it makes fewer than 2^16 pixels, so that a place fits 16 bits.
pub const HEIGHT: u16 = 192;

/// Colours of ink, numbered from 1; 0 is an empty pixel. Those that every terminal has.
pub const COLOURS: u8 = 16;

/// Broadest pen in pixels. A text of this size is 64 pixels high, a third of the canvas.
pub const SIZE_MAX: u8 = 8;

/// Most points in one piece of a stroke. A mouse makes under ten between two pieces.
pub const STROKE_POINTS: usize = 512;

/// Longest way of one piece of a stroke in steps from pixel to pixel: twelve times across. Bounds
/// the work of drawing a piece, which 512 points from edge to edge would make forty times larger.
pub const STROKE_STEPS: u32 = 4_096;

/// Longest text in characters: a line of the smallest letters has 40.
pub const TEXT_CHARS: usize = 64;

/// Longest text in bytes: [`TEXT_CHARS`] of the longest characters.
pub const TEXT_BYTES: usize = TEXT_CHARS * 4;

/// Longest stroke in bytes: two bytes, an id of five, and every point written in full.
pub const STROKE_BYTES: usize = 2 + 5 + 3 * STROKE_POINTS;

/// Longest snapshot in bytes: five bits a pixel. Fits a frame with room to spare.
pub const SNAPSHOT_BYTES: usize = 1 + PIXELS * 5 / 8;

/// Pixels of a picture.
pub const PIXELS: usize = WIDTH as usize * HEIGHT as usize;

/// The last entries of a canvas' log that are always kept: who comes back after a short while gets
/// these in place of a whole picture, and they can be undone however old they are.
pub const KEEP_ENTRIES: u64 = 256;

/// Entries younger than this are kept, in milliseconds: time to change one's mind.
pub const KEEP_MS: u64 = 10 * 60 * 1_000;

/// Entries kept whatever [`KEEP_MS`] says, and how far back an undo or an unreset reaches. Bounds
/// the tail that a newcomer reads and a client holds: four minutes and a half of one person who
/// never lifts the pen.
pub const TAIL_ENTRIES: u64 = 4_096;

/// How long a reset can be taken back, in milliseconds.
pub const UNRESET_MS: u64 = 60 * 1_000;
