//! Pictures on their way: each is fetched by a task of its own, and one at a time is decoded, on a
//! thread where that holds nothing up. They are as many as the application wants
//! ([`PICTURES_MAX`](crate::app::pictures::PICTURES_MAX)); one that is not wanted any more is
//! stopped.

use std::collections::HashMap;
use std::sync::Arc;

use chat_client::Client;
use chat_core::{Code, ConversationId, File, Seq};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::AbortHandle;

use super::decode::decode;
use crate::app::Event;
use crate::app::pictures::{FILE_BYTES_MAX, Raster, Surface};

/// See the module.
#[derive(Debug)]
pub struct Darkroom {
    tasks: HashMap<(ConversationId, Seq), AbortHandle>,
    /// Decoding takes memory: one at a time.
    turn: Arc<Semaphore>,
    // As many as are wanted.
    answers: mpsc::UnboundedSender<Event>,
}

impl Darkroom {
    /// Answers go there.
    #[must_use]
    pub fn new(answers: mpsc::UnboundedSender<Event>) -> Darkroom {
        Darkroom {
            tasks: HashMap::new(),
            turn: Arc::new(Semaphore::new(1)),
            answers,
        }
    }

    /// Fetches and decodes the picture of an entry: [`Event::Picture`].
    pub fn begin(
        &mut self,
        client: Client,
        (conversation, seq): (ConversationId, Seq),
        file: File,
        surface: Surface,
    ) {
        let (turn, answers) = (self.turn.clone(), self.answers.clone());
        let task = tokio::spawn(async move {
            let picture = picture(&client, (conversation, seq), &file, turn, surface).await;
            // The application has ended when nobody takes it.
            drop(answers.send(Event::Picture {
                conversation,
                seq,
                picture: picture.map(Arc::new),
            }));
        });
        self.tasks.retain(|_, task| !task.is_finished());
        let before = self.tasks.insert((conversation, seq), task.abort_handle());
        if let Some(before) = before {
            before.abort();
        }
    }

    /// Stops one.
    pub fn stop(&mut self, conversation: ConversationId, seq: Seq) {
        if let Some(task) = self.tasks.remove(&(conversation, seq)) {
            task.abort();
        }
    }
}

async fn picture(
    client: &Client,
    (conversation, seq): (ConversationId, Seq),
    file: &File,
    turn: Arc<Semaphore>,
    surface: Surface,
) -> Result<Raster, String> {
    // Whoever waits holds no bytes.
    let turn = turn.acquire_owned().await;
    let fetched = client.fetch_bytes(conversation, seq, file, FILE_BYTES_MAX);
    let bytes = fetched.await.map_err(|refusal| match refusal.code {
        Code::NoSuchFile => "the server no longer has this file".into(),
        _ => format!("it can't be fetched: {}", refusal.text),
    })?;
    let decoded = tokio::task::spawn_blocking(move || {
        let decoded = decode(&bytes, surface);
        drop(turn);
        decoded
    });
    // It panics for nothing that is known, and nobody stops it.
    let failed = |error| format!("the picture can't be decoded ({error}): /save saves it");
    decoded.await.map_err(failed)?
}
