//! A connection without an application around it, for `send` and `tail`: nobody is there to be
//! asked.

use chat_client::{Client, Event, Events};
use chat_core::{Conversation, Link};

use super::PlainError;
use crate::cli::Target;
use crate::shell::door::{Door, Visit};
use crate::shell::home::Home;

/// A connection that is logged in.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) events: Events,
    door: Door,
}

impl Connection {
    /// Connects and waits until the login is done.
    pub(super) async fn open(home: &Home, link: Link) -> Result<Connection, PlainError> {
        let door = Door::new(home, link, Visit::Passing);
        let mut config = door.config(None, Vec::new())?;
        // A stream without holes is what these are for.
        config.catch_up_max = u64::MAX;
        let (client, events) = chat_client::connect(config);
        let mut connection = Connection {
            client,
            events,
            door,
        };
        while connection.next().await? != Event::Ready {}
        Ok(connection)
    }

    /// The next event that is no question; a question is an error.
    pub(super) async fn next(&mut self) -> Result<Event, PlainError> {
        loop {
            let event = self.events.next().await;
            let event = event.unwrap_or(Event::Closed(chat_client::Error::Left));
            match self.door.pass(event, &self.client) {
                None => {}
                Some(Event::UnknownCertificate { fingerprint }) => {
                    return Err(PlainError::UnknownCertificate {
                        address: self.door.link().address(),
                        fingerprint,
                    });
                }
                Some(Event::LoginRefused(refusal)) => return Err(PlainError::Refused(refusal)),
                Some(Event::Closed(error)) => return Err(PlainError::Closed(error)),
                Some(event) => return Ok(event),
            }
        }
    }

    /// Opens the conversation that was named: joins the room, finds the person.
    pub(super) async fn conversation(
        &mut self,
        target: &Target,
    ) -> Result<Conversation, PlainError> {
        let client = self.client.clone();
        let open = async {
            match target {
                Target::Room(room) => client.join(room.as_str()).await,
                Target::Person(nick) => client.direct(nick.as_str()).await,
            }
        };
        self.during(open).await?.map_err(PlainError::Refused)
    }

    /// Waits for something while events go by.
    pub(super) async fn during<T>(
        &mut self,
        work: impl Future<Output = T>,
    ) -> Result<T, PlainError> {
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                event = self.next() => drop(event?),
            }
        }
    }

    /// Leaves.
    pub(super) async fn close(self) {
        let Connection {
            client, mut events, ..
        } = self;
        tokio::select! {
            () = client.quit(None) => {}
            () = async { while events.next().await.is_some() {} std::future::pending().await } => {}
        }
    }
}
