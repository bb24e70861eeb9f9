//! Every limit of the protocol, with its reason. Limits of one server's resources (connections,
//! rates, accounts) stand in that server's configuration.

/// Longest frame body after login, in bytes. Bounds what one peer makes the other buffer; a page
/// of history or a post of the longest text fits several times.
pub const FRAME_BYTES: usize = 64 * 1024;

/// Longest frame body before login, in bytes: a stranger gets less. A login is under 300 bytes.
pub const FRAME_BYTES_BEFORE_LOGIN: usize = 4 * 1024;

/// Bytes of the length in front of each frame.
pub const LENGTH_BYTES: usize = 4;

/// Deepest nesting of arrays and maps in a frame. The protocol's own messages need 5.
pub const NESTING: usize = 16;

/// Longest text of a post in bytes after cleaning, unless the server says less in `Welcome`.
/// Longer things are files.
pub const TEXT_BYTES: usize = 8 * 1024;

/// Longest topic, away text or parting word in bytes: one line of a wide terminal.
pub const LINE_BYTES: usize = 400;

/// Longest emoji of a reaction in bytes: a family of four with skin tones has 41, the flag of Scotland
/// without its tags 4.
pub const EMOJI_BYTES: usize = 48;

/// Bytes of a file's content in one chunk or piece: two fit into a frame with room to spare, and on a
/// line of 1 MB/s a message behind one waits 33 ms.
pub const CHUNK_BYTES: usize = 32 * 1024;

/// Longest name of a file in bytes: what common file systems take.
pub const FILE_NAME_BYTES: usize = 255;

/// Longest media type in bytes: RFC 6838 allows 127 on each side of the slash; real ones are shorter.
pub const MEDIA_BYTES: usize = 100;

/// Longest nick in characters: it stands in front of every line.
pub const NICK_CHARS: usize = 20;

/// Longest room name in characters, with its `#`.
pub const ROOM_CHARS: usize = 32;

/// Most combining marks kept on one base character. Living scripts need up to five; more is
/// meant to paint over other lines.
pub const COMBINING_MARKS: usize = 8;

/// Most entries in one page of history; a page also ends before [`FRAME_BYTES`].
pub const PAGE_ENTRIES: u64 = 200;

/// Most people in one page of a roster.
pub const ROSTER_PAGE: usize = 500;

/// Most rooms in one page of the room list.
pub const ROOMS_PAGE: usize = 100;

/// A client pings when it has received nothing for this long, in milliseconds.
pub const IDLE_MS: u64 = 30_000;

/// While nothing but pings and their answers come and the client says nothing itself, its pauses
/// between pings double up to this, in milliseconds. It is more than a server waits, so that of a
/// connection that stays quiet the server asks and the client only answers.
pub const IDLE_MS_MAX: u64 = 120_000;

/// A server pings when it has received nothing for this long, in milliseconds, and then with all
/// others that have come to that: being woken up costs it more than a ping does. It is below the time
/// after which routers forget a quiet connection (four minutes and more).
pub const SILENT_MS: u64 = 105_000;

/// Whoever has pinged gives the connection up when nothing came for this long, in milliseconds.
pub const ANSWER_MS: u64 = 45_000;

/// Requests that a client may have unanswered. A server stops reading from one with more.
pub const UNANSWERED: usize = 256;

/// Default port.
pub const PORT: u16 = 7878;

/// The protocol version that this crate speaks.
pub const VERSION: u16 = 1;
