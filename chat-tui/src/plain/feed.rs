//! `send --json`: what a program says line by line, each answered before the next is taken.

use std::time::Duration;

use chat_core::{ConversationId, Refusal, Seq};

use super::connection::Connection;
use super::error::PlainError;
use super::input::{Input, Line};
use super::json;
use super::line::TOLD;
use super::paper::Paper;
use super::transfers;
use super::wanted::{Wanted, parse};

/// Longest wait for the acknowledgement of a post: a restart of the server fits in.
const WAIT: Duration = Duration::from_secs(60);

/// What is not done, and why: the code of the server, or one of ours.
struct Refused {
    code: String,
    why: String,
}

impl Refused {
    fn bad_input(why: String) -> Refused {
        let code = "bad-input".to_owned();
        Refused { code, why }
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Refused {
        Refused {
            code: refusal.code.as_str().to_owned(),
            why: refusal.to_string(),
        }
    }
}

/// Does what each line says until there are no more. Blank lines say nothing.
///
/// # Errors
/// [`PlainError`]: the connection ended, or something was refused.
pub(super) async fn feed(
    connection: &mut Connection,
    conversation: ConversationId,
    input: &mut Input,
    paper: &mut Paper,
) -> Result<(), PlainError> {
    let (mut number, mut refusals) = (0, 0);
    loop {
        // Events are read meanwhile: else the connection would stand still.
        let line = loop {
            tokio::select! {
                biased;
                event = connection.next() => {
                    // A pipe can answer no question: what it says is for the conversation.
                    connection.settle_unasked(event?, paper).await?;
                }
                line = input.line() => break line?,
            }
        };
        let Some(line) = line else { break };
        number += 1;
        if matches!(&line, Line::Text(text) if text.trim().is_empty()) {
            continue;
        }
        let answer = match one(connection, conversation, line, paper).await? {
            Ok(seq) => json::answer(number, Ok(seq)),
            Err(Refused { code, why }) => {
                refusals += 1;
                paper
                    .remark(&[format!("{TOLD} line {number}: {why}")])
                    .await;
                json::answer(number, Err((&code, &why)))
            }
        };
        paper.say(&[answer]).await?;
    }
    match refusals {
        0 => Ok(()),
        refusals => Err(PlainError::Refusals(refusals)),
    }
}

async fn one(
    connection: &mut Connection,
    conversation: ConversationId,
    line: Line,
    paper: &mut Paper,
) -> Result<Result<Seq, Refused>, PlainError> {
    let text = match line {
        Line::Text(text) => text,
        Line::TooLong(bytes) => {
            let why = format!("that line has {bytes} bytes, which is more than any message");
            return Ok(Err(Refused::bad_input(why)));
        }
    };
    let body = match parse(&text) {
        Ok(Wanted::Post(body)) => body,
        Ok(Wanted::File { path, caption }) => {
            let id = connection.client.send_file(path, conversation, caption);
            let sent = transfers::posted(connection, id, paper).await?;
            let code = "file".to_owned();
            return Ok(sent.map_err(|why| Refused { code, why }));
        }
        Err(why) => return Ok(Err(Refused::bad_input(why))),
    };
    let client = connection.client.clone();
    tokio::select! {
        // First: why the connection ended says more than that it has.
        biased;
        error = connection.end(paper) => Err(error),
        stored = tokio::time::timeout(WAIT, client.put(conversation, body)) => match stored {
            Ok(stored) => Ok(stored.map_err(Refused::from)),
            Err(_) => Err(PlainError::NotAcknowledged(WAIT.as_secs())),
        },
    }
}
