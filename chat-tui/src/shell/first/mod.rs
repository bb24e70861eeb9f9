//! The first start: host or join, a nick, done. One small form, asked once, with everything filled
//! in.
//!
//! | file | owns |
//! |---|---|
//! | `form.rs`, `field.rs` | the form and one line of it; pure |
//! | `draw.rs` | how it looks |
//! | `lines.rs` | the same questions one after the other, for `--plain`; pure |

mod draw;
mod field;
mod form;
mod lines;
#[cfg(test)]
mod tests;

use std::io;

use chat_core::{Link, Nick};

pub use form::{Answer, Form, Offered, Row, Way};
pub use lines::{Said, Steps};

use crate::app::Event;
use crate::cli::Hosting;
use crate::shell::look::Look;
use crate::shell::run::RunError;
use crate::shell::signals::{Signal, Signals, next_of};
use crate::shell::terminal::Screen;
use crate::shell::terminal::input::Input;

/// What was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Run a server here.
    Host {
        /// Where, and for how many.
        hosting: Hosting,
        /// What to be called.
        nick: Nick,
    },
    /// Join one.
    Join {
        /// Which.
        link: Link,
        /// What to be called.
        nick: Nick,
    },
    /// Neither.
    Leave,
}

/// Asks. `form` says what is filled in at first, and keeps what was typed.
///
/// # Errors
/// When the terminal can't be drawn on.
pub async fn ask(
    form: &mut Form,
    look: &Look,
    input: &mut Input,
    signals: &mut Option<Signals>,
) -> Result<Choice, RunError> {
    let mut screen = Screen::take(look.modes).map_err(RunError::Terminal)?;
    let choice = choose(&mut screen, form, look, input, signals).await;
    screen.give_back().await;
    choice.map_err(RunError::Terminal)
}

async fn choose(
    screen: &mut Screen,
    form: &mut Form,
    look: &Look,
    input: &mut Input,
    signals: &mut Option<Signals>,
) -> io::Result<Choice> {
    loop {
        draw(screen, form, look)?;
        let event = tokio::select! {
            event = input.next() => event,
            written = screen.written() => {
                written?;
                continue;
            }
            signal = next_of(signals) => match signal {
                Signal::End => Event::Hangup,
                Signal::Continued => {
                    screen.take_again()?;
                    continue;
                }
            },
        };
        match event {
            Event::Resize(size) => screen.resize(size),
            Event::Hangup => return Ok(Choice::Leave),
            Event::Paste(text) => form.paste(&text),
            Event::Key(key) => match form.key(key) {
                Answer::NotYet => {}
                Answer::Chosen(choice) => return Ok(choice),
            },
            _ => {}
        }
    }
}

fn draw(screen: &mut Screen, form: &Form, look: &Look) -> io::Result<()> {
    screen.draw(|frame| {
        form.draw(frame, &look.theme);
        Vec::new()
    })
}
