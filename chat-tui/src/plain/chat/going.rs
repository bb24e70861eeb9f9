//! From one server to another.

use chat_core::Link;

use super::{Chat, Greeted};
use crate::app::Event;
use crate::plain::error::PlainError;
use crate::plain::line::TOLD;
use crate::shell::engine::{Ask, EngineError};

impl Chat<'_> {
    /// Goes to another server; stays where it is, if that can't be begun.
    pub(super) async fn go(&mut self, link: Link) {
        match self.switch.go(self.home, &mut self.engine, link).await {
            // Nothing that one begins with asks for a terminal.
            Ok(_) => {
                self.address = self.engine.link().address();
                self.greeted = Greeted::NotYet;
                self.teller.elsewhere();
            }
            Err(why) => {
                drop(self.engine.tell(Event::Failed(why)));
                self.refused_line();
            }
        }
        // What is asked for at once can wait for what happens next: there is no terminal.
        drop(self.note(Vec::new()));
    }

    /// A server that was never reached: back to the one before, if there is one.
    pub(super) async fn go_back(&mut self, error: EngineError) -> Result<Vec<Ask>, PlainError> {
        let Some(back) = self.engine.app.servers.back.clone() else {
            return Err(error.into());
        };
        self.go(back).await;
        self.unsaid.remarks.push(format!("{TOLD} {error}"));
        self.refused_line();
        Ok(Vec::new())
    }
}
