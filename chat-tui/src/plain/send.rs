//! `chat-tui send`: one message, stored or said to be not.

use std::time::Duration;

use chat_client::Event;
use chat_core::{ConversationId, Link, Seq, Text};

use super::connection::Connection;
use super::error::PlainError;
use super::input::Input;
use super::paper::Paper;
use crate::cli::Target;
use crate::shell::data::home::Home;
use crate::shell::door::{Door, Visit};

/// Longest wait from the login to the acknowledgement: a restart of the server fits in.
const WAIT: Duration = Duration::from_secs(60);

/// Connections that may fail before the login: a full server is tried again for some minutes, not
/// for ever.
const TRIES: usize = 5;

/// Sends one message and waits until the server has stored it. Without a text, sends what standard
/// input says. A room is joined for it.
///
/// # Errors
/// [`PlainError`]: it is not stored, or that is not known.
pub async fn send(
    home: &Home,
    link: Link,
    target: &Target,
    text: Option<String>,
) -> Result<(), PlainError> {
    let (mut input, mut paper) = (Input::new(), Paper::new());
    let text = match text {
        Some(text) => text,
        None => input.all().await?,
    };
    let text = Text::new(&text);
    if text.is_empty() {
        return Err(PlainError::Empty);
    }
    let door = Door::new(home, link, Visit::Passing);
    let mut connection = Connection::open(home, door)?;
    let sent = deliver(&mut connection, &mut input, &mut paper, target, &text).await;
    connection.leave(None).await;
    sent.map(drop)
}

async fn deliver(
    connection: &mut Connection,
    input: &mut Input,
    paper: &mut Paper,
    target: &Target,
    text: &Text,
) -> Result<Seq, PlainError> {
    let bytes_max = log_in(connection, input, paper).await?;
    if text.len() > bytes_max {
        return Err(PlainError::TooLong {
            bytes: text.len(),
            bytes_max,
        });
    }
    let client = connection.client.clone();
    let said = async {
        let conversation: ConversationId = match target {
            Target::Room(room) => client.join(room.as_str()).await?.id,
            Target::Person(nick) => client.direct(nick.as_str()).await?.id,
        };
        client.say(conversation, text.as_str()).await
    };
    tokio::select! {
        // First: why the connection ended says more than that it has.
        biased;
        error = connection.end(input, paper) => Err(error),
        stored = tokio::time::timeout(WAIT, said) => match stored {
            Ok(stored) => stored.map_err(PlainError::Refused),
            Err(_) => Err(PlainError::NotAcknowledged(WAIT.as_secs())),
        },
    }
}

/// Waits for the login. Gives the longest text that the server takes.
async fn log_in(
    connection: &mut Connection,
    input: &mut Input,
    paper: &mut Paper,
) -> Result<usize, PlainError> {
    let mut bytes_max = chat_core::limits::TEXT_BYTES;
    let mut tries = 0;
    loop {
        let event = connection.next().await?;
        match connection.settle(event, input, paper).await? {
            Some(Event::Online { welcome, .. }) => {
                bytes_max = usize::try_from(welcome.text_bytes).unwrap_or(usize::MAX);
            }
            Some(Event::Ready) => return Ok(bytes_max),
            Some(Event::Offline { why, retry_in }) => {
                tries += 1;
                if tries == TRIES {
                    return Err(PlainError::NotSent(why));
                }
                let seconds = retry_in.as_secs_f32().ceil();
                let said = format!("not connected: {why} (trying again in {seconds} s)");
                paper.remark(&[said]).await;
            }
            _ => {}
        }
    }
}
