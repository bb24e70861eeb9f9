//! `chat-tui send`: one message or file, stored or said to be not.

use std::time::Duration;

use chat_client::Event;
use chat_core::{Conversation, ConversationId, Link, Refusal, Text};

use super::connection::Connection;
use super::error::PlainError;
use super::input::Input;
use super::paper::Paper;
use super::{feed, transfers};
use crate::cli::{Sending, Target};
use crate::shell::data::home::Home;
use crate::shell::door::{Door, Visit};

/// Longest wait from the login to the acknowledgement: a restart of the server fits in.
const WAIT: Duration = Duration::from_secs(60);

/// Connections that may fail before the login: a full server is tried again for some minutes, not
/// for ever.
const TRIES: usize = 5;

/// Sends something and waits until the server has stored it. Without a text, sends what standard
/// input says. A room is joined for it.
///
/// # Errors
/// [`PlainError`]: it is not stored, or that is not known.
pub async fn send(
    home: &Home,
    link: Link,
    target: &Target,
    what: Sending,
) -> Result<(), PlainError> {
    let (mut input, mut paper) = (Input::new(), Paper::new());
    let what = match what {
        Sending::Text(None) => Sending::Text(Some(input.all().await?)),
        what => what,
    };
    if matches!(&what, Sending::Text(Some(text)) if Text::new(text).is_empty()) {
        return Err(PlainError::Empty);
    }
    let door = Door::new(home, link, Visit::Passing);
    let mut connection = Connection::open(home, door)?;
    let sent = deliver(&mut connection, &mut input, &mut paper, target, what).await;
    connection.leave(None).await;
    sent
}

async fn deliver(
    connection: &mut Connection,
    input: &mut Input,
    paper: &mut Paper,
    target: &Target,
    what: Sending,
) -> Result<(), PlainError> {
    let bytes_max = log_in(connection, input, paper).await?;
    match what {
        Sending::Text(text) => {
            let text = Text::new(&text.unwrap_or_default());
            if text.len() > bytes_max {
                return Err(PlainError::TooLong {
                    bytes: text.len(),
                    bytes_max,
                });
            }
            let id = open(connection, paper, target).await?.id;
            say(connection, paper, id, &text).await
        }
        Sending::File { path, caption } => {
            let id = open(connection, paper, target).await?.id;
            let client = &connection.client;
            let id = client.send_file(path, id, Text::new(&caption));
            let sent = transfers::posted(connection, id, paper).await?;
            sent.map(drop).map_err(PlainError::File)
        }
        Sending::Json => {
            let id = open(connection, paper, target).await?.id;
            feed::feed(connection, id, input, paper).await
        }
    }
}

/// Opens the conversation.
///
/// # Errors
/// [`PlainError`].
pub(super) async fn open(
    connection: &mut Connection,
    paper: &mut Paper,
    target: &Target,
) -> Result<Conversation, PlainError> {
    let client = connection.client.clone();
    let opened = async {
        match target {
            Target::Room(room) => client.join(room.as_str()).await,
            Target::Person(nick) => client.direct(nick.as_str()).await,
        }
    };
    answered(connection, paper, opened).await
}

async fn say(
    connection: &mut Connection,
    paper: &mut Paper,
    id: ConversationId,
    text: &Text,
) -> Result<(), PlainError> {
    let client = connection.client.clone();
    let said = client.say(id, text.as_str());
    answered(connection, paper, said).await.map(drop)
}

async fn answered<T>(
    connection: &mut Connection,
    paper: &mut Paper,
    answer: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, PlainError> {
    tokio::select! {
        // First: why the connection ended says more than that it has.
        biased;
        error = connection.end(paper) => Err(error),
        answer = tokio::time::timeout(WAIT, answer) => match answer {
            Ok(answer) => answer.map_err(PlainError::Refused),
            Err(_) => Err(PlainError::NotAcknowledged(WAIT.as_secs())),
        },
    }
}

/// Waits for the login. Gives the longest text that the server takes.
pub(super) async fn log_in(
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
