//! `--plain`: the whole chat, one line at a time. The same application as on the full screen; lines
//! go in as if they had been typed, and what it shows comes out as lines.

use std::io::IsTerminal;
use std::time::Duration;

use chat_client::Event as Net;
use chat_core::Link;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::tz::TimeZone;
use ratatui::layout::Size;
use tokio::time::Instant;

use super::PlainError;
use super::lines::{Lines, Question};
use super::output::{Reader, write};
use super::stdin::Lines as Input;
use crate::app::conversation::OutgoingState;
use crate::app::request::Asked;
use crate::app::{App, ConversationView, Event, Popup};
use crate::shell::door::Door;
use crate::shell::engine::{Ask, Engine, Happened};
use crate::shell::home::Home;
use crate::shell::signals::{listen, next_of};

/// What the application takes the terminal for: nothing depends on it.
const SIZE: Size = Size::new(80, 24);

/// How long the end of the input waits for what was posted to be stored.
const END_WAIT: Duration = Duration::from_secs(10);

/// Chats in lines until it is left, the input ends, or nobody reads any more.
///
/// # Errors
/// [`PlainError`].
pub async fn chat(home: &Home, door: Door, hosted: Option<&Link>) -> Result<(), PlainError> {
    let address = door.link().address();
    let (mut engine, cached) = Engine::open(home, door)?;
    // Nothing that one begins with asks for a terminal.
    drop(engine.begin(cached, SIZE, hosted));
    let mut chat = Chat {
        engine,
        lines: Lines::new(TimeZone::system()),
        person: if std::io::stdin().is_terminal() {
            Person::There
        } else {
            Person::Nobody
        },
        address,
        greeted: Greeted::NotYet,
        end_by: None,
    };
    let result = chat.work().await;
    let (result, parting) = match result {
        Ok(parting) => (Ok(()), parting),
        Err(error) => (Err(error), None),
    };
    chat.engine.leave(parting).await;
    result
}

/// Whether somebody can answer questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Person {
    There,
    Nobody,
}

/// Whether there was a connection: before, nothing can be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Greeted {
    NotYet,
    Yes,
}

struct Chat {
    engine: Engine,
    lines: Lines,
    person: Person,
    address: String,
    greeted: Greeted,
    /// The input has ended: until then, what was posted may be stored.
    end_by: Option<Instant>,
}

impl Chat {
    /// Gives the parting word.
    async fn work(&mut self) -> Result<Option<String>, PlainError> {
        let mut input = Input::start();
        let mut signals = listen();
        loop {
            if self.say()? == Reader::Gone {
                return Ok(None);
            }
            if self.end_by.is_some() && self.is_settled() {
                return self.ended();
            }
            let reads = self.end_by.is_none() && self.may_read();
            let end_by = self.end_by;
            let asks = tokio::select! {
                happened = self.engine.wait() => self.take_in(happened)?,
                line = input.next(), if reads => self.take_line(line)?,
                _ = next_of(&mut signals) => self.engine.tell(Event::Hangup),
                () = until(end_by) => return self.ended(),
            };
            for ask in asks {
                if let Ask::Quit { text } = ask {
                    return Ok(text);
                }
            }
        }
    }

    fn take_in(&mut self, happened: Happened) -> Result<Vec<Ask>, PlainError> {
        let mut asks = self.engine.tick();
        match &happened {
            Happened::Net(Some(Net::UnknownCertificate { fingerprint }))
                if self.person == Person::Nobody =>
            {
                return Err(PlainError::UnknownCertificate {
                    address: self.address.clone(),
                    fingerprint: *fingerprint,
                });
            }
            Happened::Net(Some(Net::RosterChanged {
                conversation,
                change,
            })) => {
                write(&self.lines.aside(&self.engine.app, *conversation, change))?;
            }
            Happened::Net(Some(Net::Ready)) => self.greeted = Greeted::Yes,
            _ => {}
        }
        asks.extend(self.engine.take_in(happened)?);
        if let (Person::Nobody, Some(Popup::Login(login))) = (self.person, self.engine.app.popup())
        {
            let refusal = chat_core::Refusal::new(chat_core::Code::Other, login.reason.clone());
            return Err(PlainError::Refused(refusal));
        }
        Ok(asks)
    }

    /// A line of input, or its end.
    fn take_line(&mut self, line: Option<std::io::Result<String>>) -> Result<Vec<Ask>, PlainError> {
        let Some(line) = line else {
            self.end_by = Some(Instant::now() + END_WAIT);
            return Ok(Vec::new());
        };
        let line = line.map_err(PlainError::Input)?;
        let mut asks = self.engine.tick();
        match Lines::question(&self.engine.app) {
            Some(Question::YesNo) => {
                let yes = matches!(line.trim().to_lowercase().as_str(), "yes" | "y");
                asks.extend(self.press(KeyCode::Char(if yes { 'y' } else { 'n' })));
            }
            Some(Question::Line) => {
                if !line.trim().is_empty() {
                    let clear = KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL);
                    asks.extend(self.engine.tell(Event::Key(clear)));
                    for c in line.trim().chars() {
                        asks.extend(self.press(KeyCode::Char(c)));
                    }
                }
                asks.extend(self.press(KeyCode::Enter));
            }
            None => {
                self.engine.app.input_mut().set_text(&line);
                asks.extend(self.press(KeyCode::Enter));
            }
        }
        Ok(asks)
    }

    fn press(&mut self, code: KeyCode) -> Vec<Ask> {
        self.engine
            .tell(Event::Key(KeyEvent::new(code, KeyModifiers::NONE)))
    }

    /// Says what there is to say, and closes what has been said as a whole.
    fn say(&mut self) -> Result<Reader, PlainError> {
        loop {
            if write(&self.lines.news(&self.engine.app))? == Reader::Gone {
                return Ok(Reader::Gone);
            }
            if !Lines::is_read(&self.engine.app) {
                return Ok(Reader::Reads);
            }
            // Closing what is only read asks for nothing.
            drop(self.press(KeyCode::Esc));
        }
    }

    /// Whether the next line would go where it was meant for: after a login, and after what the
    /// lines before it asked for.
    fn may_read(&self) -> bool {
        let app = &self.engine.app;
        match app.popup() {
            Some(_) => Lines::question(app).is_some(),
            None => self.greeted == Greeted::Yes && !is_asking(app),
        }
    }

    /// Whether everything that was typed is done.
    fn is_settled(&self) -> bool {
        let app = &self.engine.app;
        // Before a login nothing was read that could have to be done.
        self.greeted == Greeted::NotYet || (unstored(app) == 0 && !is_asking(app))
    }

    fn ended(&self) -> Result<Option<String>, PlainError> {
        let app = &self.engine.app;
        let refused = |view: &ConversationView| {
            let posts = view.outbox.iter();
            posts
                .filter(|post| matches!(post.state, OutgoingState::Refused { .. }))
                .count()
        };
        match unstored(app) + app.conversations.iter().map(refused).sum::<usize>() {
            0 => Ok(None),
            lost => Err(PlainError::NotStored(lost)),
        }
    }
}

/// Whether something that a person asked for is not answered yet.
fn is_asking(app: &App) -> bool {
    let asked = |asked: &Asked| matches!(asked, Asked::Line(_) | Asked::Rooms);
    app.asked.values().any(asked)
}

/// Posts on their way.
fn unstored(app: &App) -> usize {
    let of = |view: &ConversationView| {
        let posts = view.outbox.iter();
        posts
            .filter(|post| post.state == OutgoingState::Sending)
            .count()
    };
    app.conversations.iter().map(of).sum()
}

async fn until(end: Option<Instant>) {
    match end {
        Some(end) => tokio::time::sleep_until(end).await,
        None => std::future::pending().await,
    }
}
