//! Entry points for fuzzing: each takes any bytes and panics when something that has to hold does not.
//!
//! The same functions are ordinary tests here, over the stored corpora and over seeded mutations of
//! them, and targets of cargo-fuzz in `fuzz/`. [`TARGETS`] is the one list.
//!
//! | module | owns what holds of |
//! |---|---|
//! | `wire` | frames and their bodies |
//! | `words` | texts, file names, emoji, nicks, room names |
//! | `links` | join links |
//! | `cli` | the command line |
//! | `input` | slash commands, paths, smileys |
//! | `settings` | `server.toml`, `client.toml` |
//! | `canvas` | strokes, pictures, the log of a canvas |
//! | `session` | one connection, with whatever its peer sends |
//! | `client` | a client's session, with whatever its server says |
//! | `screen` | the application and its drawing, with whatever its server says and somebody types |
//! | `hub` | all decisions, with whatever all do |
//! | `heap` | what decoding allocates |
//! | `oracle` | what holds of whatever is shown |
//! | [`explore`] | corpora, and what is made of them |

mod canvas;
mod cli;
mod client;
pub mod explore;
mod heap;
mod hub;
mod input;
mod links;
mod oracle;
mod screen;
mod session;
mod settings;
mod wire;
mod words;

/// One entry point.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// What it is called here, in `corpus/` and in `fuzz/`.
    pub name: &'static str,
    /// Takes any bytes; panics when something does not hold.
    pub run: fn(&[u8]),
    /// Longest input that is worth its time, in bytes.
    pub bytes_max: usize,
    /// What mutations put in beside bytes of the corpus.
    pub words: &'static [&'static str],
}

/// Every entry point.
pub const TARGETS: &[Target] = &[
    wire::FRAMES,
    wire::BODY,
    heap::ALLOCATION,
    links::LINK,
    cli::CLI,
    input::INPUT,
    words::TEXT,
    words::NAME,
    settings::SERVER_CONFIG,
    settings::CLIENT_CONFIG,
    canvas::STROKE,
    canvas::CANVAS,
    session::SESSION,
    client::CLIENT,
    screen::SCREEN,
    hub::HUB,
];

/// The entry point of this name.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn target(name: &str) -> &'static Target {
    let named = |target: &&Target| target.name == name;
    TARGETS.iter().find(named).expect("a target of that name")
}
