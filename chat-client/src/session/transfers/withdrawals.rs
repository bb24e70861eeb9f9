//! Parts of files on the server that nobody will ask for: they are given back, now or on the next
//! connection. Pure.

use chat_core::{Command, ContentHash, Event, Refusal, RequestId, command};

use super::upload::Upload;

/// Parts that wait to be given back. What is more stays with the server until it drops it, in a day.
const ALL_MAX: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// To be asked for its number on this connection.
    Unknown,
    Asked(RequestId),
    Known(u64),
    Cancelling(RequestId),
}

#[derive(Debug)]
struct Withdrawal {
    hash: ContentHash,
    bytes: u64,
    stage: Stage,
}

#[derive(Debug, Default)]
pub(super) struct Withdrawals(Vec<Withdrawal>);

impl Withdrawals {
    /// What the server holds of this upload is not needed.
    pub(super) fn add(&mut self, upload: &Upload) {
        let Some(content) = upload.content().filter(|_| self.0.len() < ALL_MAX) else {
            return;
        };
        self.0.push(Withdrawal {
            hash: content.hash,
            bytes: content.bytes,
            stage: upload.upload().map_or(Stage::Unknown, Stage::Known),
        });
    }

    /// It is needed after all.
    pub(super) fn keep(&mut self, hash: ContentHash) {
        self.0.retain(|withdrawal| withdrawal.hash != hash);
    }

    /// The connection is gone, and the numbers with it.
    pub(super) fn offline(&mut self) {
        for withdrawal in &mut self.0 {
            withdrawal.stage = Stage::Unknown;
        }
    }

    pub(super) fn next(&mut self, mut id: impl FnMut() -> RequestId) -> Option<Command> {
        let waits = |one: &&mut Withdrawal| matches!(one.stage, Stage::Unknown | Stage::Known(_));
        let withdrawal = self.0.iter_mut().find(waits)?;
        let request = id();
        Some(match withdrawal.stage {
            Stage::Known(upload) => {
                withdrawal.stage = Stage::Cancelling(request);
                command::CancelUpload { request, upload }.into()
            }
            _ => {
                withdrawal.stage = Stage::Asked(request);
                command::Upload {
                    request,
                    hash: withdrawal.hash,
                    bytes: withdrawal.bytes,
                }
                .into()
            }
        })
    }

    /// An answer. Refused or not, one that was given back is done with.
    pub(super) fn answered(&mut self, request: RequestId, answer: Result<Event, Refusal>) {
        let asked = |one: &&mut Withdrawal| one.stage == Stage::Asked(request);
        match (self.0.iter_mut().find(asked), answer) {
            (Some(withdrawal), Ok(Event::Uploading(said))) => {
                withdrawal.stage = Stage::Known(said.upload);
            }
            _ => self.0.retain(|one| {
                one.stage != Stage::Asked(request) && one.stage != Stage::Cancelling(request)
            }),
        }
    }
}
