//! `chat-tui tail`: one conversation, entry by entry, over lost connections and restarted servers.

use chat_client::Event;
use chat_core::{Conversation, ConversationKind, Entry, Link, Seq};
use jiff::tz::TimeZone;

use super::PlainError;
use super::connection::Connection;
use super::json;
use super::lines::entry_lines;
use super::output::{Reader, write};
use crate::cli::{TailFormat, Target};
use crate::shell::home::Home;
use crate::shell::signals::{listen, next_of};

/// What to follow, and how.
#[derive(Debug)]
pub struct Tail {
    /// Which conversation.
    pub target: Target,
    /// How entries are written.
    pub format: TailFormat,
    /// Entries after this one; none: only new ones.
    pub since: Option<Seq>,
}

/// Follows until it is told to end, or nobody reads any more.
///
/// # Errors
/// [`PlainError`].
pub async fn tail(home: &Home, link: Link, wanted: Tail) -> Result<(), PlainError> {
    let mut connection = Connection::open(home, link).await?;
    let conversation = connection.conversation(&wanted.target).await?;
    connection.client.follow(conversation.id, wanted.since);
    let mut signals = listen();
    let result = loop {
        let event = tokio::select! {
            event = connection.next() => event,
            _ = next_of(&mut signals) => break Ok(()),
        };
        match event {
            Ok(Event::Entry(entry)) if entry.conversation == conversation.id => {
                match write(&shown(&conversation, &entry, wanted.format)) {
                    Ok(Reader::Reads) => {}
                    Ok(Reader::Gone) => break Ok(()),
                    Err(error) => break Err(error),
                }
            }
            Ok(event) => complain(&event),
            Err(error) => break Err(error),
        }
    };
    connection.close().await;
    result
}

fn shown(conversation: &Conversation, entry: &Entry, format: TailFormat) -> Vec<String> {
    let title = match conversation.kind {
        ConversationKind::Room => conversation.name.to_string(),
        ConversationKind::Direct => format!("@{}", conversation.name),
    };
    match format {
        TailFormat::Text => entry_lines(&title, entry, &TimeZone::system()),
        TailFormat::Json => serde_json::to_string(&json::Line::new(&title, entry))
            .inspect_err(|error| tracing::error!(%error, "entry not written"))
            .into_iter()
            .collect(),
    }
}

/// What the reader of standard error should know; the stream itself goes on.
fn complain(event: &Event) {
    match event {
        Event::Offline { why, .. } => eprintln!("chat-tui: not connected: {why}; trying again"),
        Event::Online {
            new_epoch: true, ..
        } => eprintln!("chat-tui: the server began anew: its numbers begin at 1 again"),
        _ => {}
    }
}
