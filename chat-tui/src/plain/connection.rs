//! The connection as chat, `send` and `tail` use it: opened through the door, with questions
//! answered by a person or refused with advice. Decides nothing about conversations.

use chat_client::{Client, Event, Events};
use futures::FutureExt;

use super::error::PlainError;
use super::input::{Attended, Input, Line};
use super::paper::Paper;
use super::question::{Answer, Question};
use crate::shell::data::home::Home;
use crate::shell::door::Door;

/// A connection that is being made, or has been.
#[derive(Debug)]
pub(super) struct Connection {
    /// What can be said.
    pub(super) client: Client,
    events: Events,
    door: Door,
    /// What was last wished to be called.
    wished: String,
    invite: Option<String>,
}

impl Connection {
    /// Begins to connect.
    pub(super) fn open(home: &Home, door: Door) -> Result<Connection, PlainError> {
        let config = door.config(None, Vec::new())?;
        let wished = match &config.nick {
            Some(nick) => nick.clone(),
            None => home.offered_nick().to_string(),
        };
        let invite = config.link.invite.clone();
        let (client, events) = chat_client::connect(config);
        Ok(Connection {
            client,
            events,
            door,
            wished,
            invite,
        })
    }

    /// Host and port.
    pub(super) fn address(&self) -> String {
        self.door.address()
    }

    /// The next event, which is to be given to [`Connection::settle`]. Cancel safe.
    pub(super) async fn next(&mut self) -> Result<Event, PlainError> {
        match self.events.next().await {
            Some(Event::Closed(error)) => Err(PlainError::Closed(error)),
            Some(event) => Ok(event),
            None => Err(PlainError::Closed(chat_client::Error::Left)),
        }
    }

    /// An event that has happened already.
    pub(super) fn ready(&mut self) -> Option<Result<Event, PlainError>> {
        self.next().now_or_never()
    }

    /// Passes an event through the door, and has its question answered if it is one.
    pub(super) async fn settle(
        &mut self,
        event: Event,
        input: &mut Input,
        paper: &mut Paper,
    ) -> Result<Option<Event>, PlainError> {
        let passed = self.door.pass(event, &self.client, super::tail::now());
        if let Some(error) = self.door.failure() {
            paper.remark(&[error.to_string()]).await;
        }
        let Some(event) = passed else {
            return Ok(None);
        };
        let Some(question) = Question::of(&event) else {
            return Ok(Some(event));
        };
        if input.attended() == Attended::ByNobody {
            return Err(question.unanswered(&self.address()));
        }
        paper.remark(&question.lines(&self.address())).await;
        loop {
            let Some(line) = input.line().await? else {
                return Err(question.unanswered(&self.address()));
            };
            let typed = match line {
                Line::Text(typed) => typed,
                Line::TooLong(_) => String::new(),
            };
            match question.answer(&typed) {
                Answer::Again(why) => paper.remark(&[why]).await,
                answer => {
                    self.act(answer)?;
                    return Ok(None);
                }
            }
        }
    }

    fn act(&mut self, answer: Answer) -> Result<(), PlainError> {
        match answer {
            Answer::Trust(fingerprint) => {
                self.door.accept(fingerprint);
                self.client.accept_certificate(fingerprint);
            }
            Answer::Distrust => {
                return Err(PlainError::Distrusted {
                    address: self.address(),
                });
            }
            Answer::Nick(nick) => {
                self.wished = nick;
                self.log_in();
            }
            Answer::Invite(invite) => {
                self.invite = Some(invite);
                self.log_in();
            }
            Answer::Again(_) => {}
        }
        Ok(())
    }

    fn log_in(&self) {
        self.client
            .login_as(self.wished.clone(), self.invite.clone());
    }

    /// As [`Connection::settle`] where standard input is for something else: a question that comes up then
    /// is one that nobody can answer.
    pub(super) async fn settle_unasked(
        &mut self,
        event: Event,
        paper: &mut Paper,
    ) -> Result<Option<Event>, PlainError> {
        let passed = self.door.pass(event, &self.client, super::tail::now());
        if let Some(error) = self.door.failure() {
            paper.remark(&[error.to_string()]).await;
        }
        match passed.as_ref().and_then(Question::of) {
            Some(question) => Err(question.unanswered(&self.address())),
            None => Ok(passed),
        }
    }

    /// Waits for the connection's end, or for a question that nobody can answer, while somebody
    /// waits for an answer of the server.
    pub(super) async fn end(&mut self, paper: &mut Paper) -> PlainError {
        loop {
            let settled = match self.next().await {
                Ok(event) => self.settle_unasked(event, paper).await,
                Err(error) => return error,
            };
            if let Err(error) = settled {
                return error;
            }
        }
    }

    /// Leaves cleanly, which takes a few seconds at most.
    pub(super) async fn leave(self, text: Option<&str>) {
        self.client.quit(text).await;
    }
}
