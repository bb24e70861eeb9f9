//! Files for scripts: sent and saved, with a word on standard error now and then.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use chat_client::{Delivered, Event, Transfer, TransferId, TransferState};
use chat_core::{Body, ConversationId, File, Link, Seq};

use super::connection::Connection;
use super::error::PlainError;
use super::input::Input;
use super::line::{TOLD, progress};
use super::paper::Paper;
use super::send::{log_in, open};
use crate::cli::Target;
use crate::shell::data::home::Home;
use crate::shell::door::{Door, Visit};

/// How often progress is told: often enough to see that it goes on, seldom enough for a log.
pub(super) const TELL: Duration = Duration::from_secs(5);

/// Waits for the end of a transfer.
///
/// # Errors
/// [`PlainError`] when the connection ends first; inside, why there is no file.
async fn ended(
    connection: &mut Connection,
    id: TransferId,
    paper: &mut Paper,
) -> Result<Result<Delivered, String>, PlainError> {
    let mut told = Instant::now();
    loop {
        let event = connection.next().await?;
        match connection.settle_unasked(event, paper).await? {
            Some(Event::Transfer(transfer)) if transfer.id == id => match transfer.state {
                TransferState::Finished(delivered) => return Ok(Ok(delivered)),
                TransferState::Failed { why } => return Ok(Err(why)),
                TransferState::Cancelled => return Ok(Err("it was cancelled".into())),
                _ if told.elapsed() >= TELL => {
                    told = Instant::now();
                    tell(&transfer, paper).await;
                }
                _ => {}
            },
            _ => {}
        }
    }
}

async fn tell(transfer: &Transfer, paper: &mut Paper) {
    paper
        .remark(&[format!("{TOLD} {}", progress(transfer))])
        .await;
}

/// Waits until a file is sent. Gives its entry, or why there is none.
///
/// # Errors
/// As [`ended`].
pub(super) async fn posted(
    connection: &mut Connection,
    id: TransferId,
    paper: &mut Paper,
) -> Result<Result<Seq, String>, PlainError> {
    Ok(ended(connection, id, paper)
        .await?
        .and_then(|delivered| match delivered {
            Delivered::Posted { seq } => Ok(seq),
            Delivered::Saved { .. } => Err("it was saved instead of sent".into()),
        }))
}

/// Saves the file of an entry in a directory, and says under which name.
///
/// # Errors
/// [`PlainError`]: there is no such file, or it can't be saved.
pub async fn save(
    home: &Home,
    link: Link,
    target: &Target,
    seq: Seq,
    dir: PathBuf,
) -> Result<(), PlainError> {
    let (mut input, mut paper) = (Input::new(), Paper::new());
    let door = Door::new(home, link, Visit::Passing);
    let mut connection = Connection::open(home, door)?;
    let saved = fetch(&mut connection, &mut input, &mut paper, target, (seq, dir)).await;
    connection.leave(None).await;
    let path = saved?;
    paper.say(&[path.to_string_lossy().into_owned()]).await
}

async fn fetch(
    connection: &mut Connection,
    input: &mut Input,
    paper: &mut Paper,
    target: &Target,
    (seq, dir): (Seq, PathBuf),
) -> Result<PathBuf, PlainError> {
    log_in(connection, input, paper).await?;
    let conversation = open(connection, paper, target).await?;
    if seq == Seq(0) || seq > conversation.head {
        return Err(PlainError::NoFile(seq.0));
    }
    let file = find(connection, paper, conversation.id, seq).await?;
    let client = &connection.client;
    let id = client.save_file(conversation.id, seq, file, dir);
    match ended(connection, id, paper).await? {
        Ok(Delivered::Saved { path }) => Ok(path),
        Ok(Delivered::Posted { .. }) => Err(PlainError::NoFile(seq.0)),
        Err(why) => Err(PlainError::File(why)),
    }
}

/// The file of an entry.
async fn find(
    connection: &mut Connection,
    paper: &mut Paper,
    id: ConversationId,
    seq: Seq,
) -> Result<File, PlainError> {
    // It is the first to come.
    connection.client.follow(id, Some(Seq(seq.0 - 1)));
    loop {
        let event = connection.next().await?;
        match connection.settle_unasked(event, paper).await? {
            Some(Event::Entry(entry)) if (entry.conversation, entry.seq) == (id, seq) => {
                return match entry.body {
                    Body::File(file) => Ok(file),
                    _ => Err(PlainError::NoFile(seq.0)),
                };
            }
            Some(Event::Left { conversation }) if conversation == id => {
                return Err(PlainError::NoFile(seq.0));
            }
            _ => {}
        }
    }
}
