//! `chat-tui send`: one message, stored, done.

use std::io::Read;

use chat_core::{Link, Text};

use super::PlainError;
use super::connection::Connection;
use crate::cli::Target;
use crate::shell::home::Home;

/// Longest text that is read from standard input, in bytes. The server's limit is lower, and its
/// refusal says so.
const TEXT_MAX: u64 = 64 * 1024;

/// Sends `text`, or what standard input says, and waits until it is stored.
///
/// # Errors
/// [`PlainError`].
pub async fn send(
    home: &Home,
    link: Link,
    target: &Target,
    text: Option<String>,
) -> Result<(), PlainError> {
    let text = match text {
        Some(text) => text,
        None => read_all().await?,
    };
    if Text::new(&text).is_empty() {
        return Err(PlainError::Empty);
    }
    let mut connection = Connection::open(home, link).await?;
    let conversation = connection.conversation(target).await?;
    let client = connection.client.clone();
    let stored = connection.during(client.say(conversation.id, &text)).await;
    connection.close().await;
    stored?.map(drop).map_err(PlainError::Refused)
}

async fn read_all() -> Result<String, PlainError> {
    let read = tokio::task::spawn_blocking(|| {
        let mut bytes = Vec::new();
        let read = std::io::stdin()
            .lock()
            .take(TEXT_MAX)
            .read_to_end(&mut bytes);
        read.map(|_| String::from_utf8_lossy(&bytes).into_owned())
    });
    let text = read.await.map_err(std::io::Error::other);
    text.and_then(|text| text).map_err(PlainError::Input)
}
