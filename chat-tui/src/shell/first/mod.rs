//! The first start: host or join, a nick, done. One small form, asked once.

mod draw;
mod form;

use std::io;

use chat_core::{Link, Nick};

pub use form::{Answer, Form, Way};

use crate::app::Event;
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

/// Asks. `form` says what is filled in at first.
///
/// # Errors
/// When the terminal can't be drawn on.
pub async fn ask(
    mut form: Form,
    look: &Look,
    input: &mut Input,
    signals: &mut Option<Signals>,
) -> Result<Choice, RunError> {
    let mut screen = Screen::take(look.modes).map_err(RunError::Terminal)?;
    let choice = choose(&mut screen, &mut form, look, input, signals).await;
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
