//! What is typed, as the application takes it.

use chat_core::Text;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tokio::time::Instant;

use super::Chat;
use crate::app::Event;
use crate::plain::ending::{Ending, unstored};
use crate::plain::error::PlainError;
use crate::plain::input::{Attended, Line};
use crate::plain::line::TOLD;
use crate::plain::news::Warned;
use crate::plain::popups::{self, Question};
use crate::shell::engine::Ask;

impl Chat<'_> {
    /// A line of input, or its end.
    pub(super) fn take_line(&mut self, line: Option<Line>) -> Result<Vec<Ask>, PlainError> {
        let Some(line) = line else {
            let left = unstored(&self.engine.app);
            self.ending = Some(Ending::new(left, Instant::now()));
            // A question that is open has no answer any more.
            self.attended = Attended::ByNobody;
            return self.alone(Vec::new());
        };
        let mut asks = self.engine.tick();
        let typed = match line {
            Line::Text(typed) => typed,
            Line::TooLong(bytes) => {
                self.too_long(bytes);
                return Ok(asks);
            }
        };
        match popups::question(&self.engine.app) {
            Some(question) => asks.extend(self.answer(question, typed.trim())),
            None => asks.extend(self.submit(&typed)),
        }
        let asks = self.note(asks);
        if self.unsaid.warned == Warned::Yes {
            self.refused_line();
        }
        self.unsaid.warned = Warned::No;
        match self.attended {
            Attended::ByPerson => Ok(asks),
            Attended::ByNobody => self.alone(asks),
        }
    }

    pub(super) fn answer(&mut self, question: Question, typed: &str) -> Vec<Ask> {
        self.teller.forget_popup();
        match question {
            Question::YesNo => match typed.to_lowercase().as_str() {
                "yes" | "y" => self.press(KeyCode::Char('y')),
                "no" | "n" => self.press(KeyCode::Char('n')),
                // Asked again.
                _ => Vec::new(),
            },
            Question::Line => {
                let mut asks = Vec::new();
                if !typed.is_empty() {
                    let clear = KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL);
                    asks.extend(self.engine.tell(Event::Key(clear)));
                    asks.extend(self.engine.tell(Event::Paste(typed.to_owned())));
                }
                asks.extend(self.press(KeyCode::Enter));
                asks
            }
        }
    }

    /// Has a line done as if it had been typed into the input, whose draft stays as it is.
    pub(super) fn submit(&mut self, typed: &str) -> Vec<Ask> {
        let bytes = Text::new(typed).len();
        if bytes > self.engine.app.server.text_bytes {
            self.too_long(bytes);
            return Vec::new();
        }
        let app = &mut self.engine.app;
        let here = app.current;
        let draft = app.input_mut().take();
        app.input_mut().set_text(typed);
        let asks = self.press(KeyCode::Enter);
        let app = &mut self.engine.app;
        match here.and_then(|id| app.conversation_mut(id)) {
            Some(view) => view.input.set_text(&draft),
            None => app.spare_input.set_text(&draft),
        }
        asks
    }

    pub(super) fn press(&mut self, code: KeyCode) -> Vec<Ask> {
        self.press_with(code, KeyModifiers::NONE)
    }

    pub(super) fn press_with(&mut self, code: KeyCode, modifiers: KeyModifiers) -> Vec<Ask> {
        self.engine.tell(Event::Key(KeyEvent::new(code, modifiers)))
    }

    pub(super) fn too_long(&mut self, bytes: usize) {
        let bytes_max = self.engine.app.server.text_bytes;
        self.unsaid.remarks.push(format!(
            "{TOLD} that line has {bytes} bytes and the server takes {bytes_max}: send it in parts"
        ));
        self.refused_line();
    }
}
