//! Files through a real server, by a client that can do everything wrong.
//!
//! | file | owns |
//! |---|---|
//! | `transfers.rs` | what is uploaded comes back, whatever breaks in between |
//! | `refusals.rs` | what nobody may do is refused, and disturbs nobody |

mod refusals;
mod transfers;

use chat_core::command::{CancelUpload, Chunk, Fetch, Upload};
use chat_core::event::{Piece, Uploading};
use chat_core::limits::CHUNK_BYTES;
use chat_core::{Body, Code, ContentHash, ConversationId, Event, File, Seq, Text};
use chat_server::config::Plaintext;

use crate::common::{config, soon};
use crate::raw::Raw;

/// A configuration that speaks plain TCP.
fn plain(dir: &tempfile::TempDir) -> chat_server::Config {
    let mut config = config(dir);
    config.server.plaintext = Plaintext::Loopback;
    config
}

/// Bytes that don't repeat in a way that hides a mistake.
fn content(bytes: usize, seed: u8) -> Vec<u8> {
    let mut out = vec![0; bytes];
    blake3::Hasher::new_derive_key("test contents")
        .update(&[seed])
        .finalize_xof()
        .fill(&mut out);
    out
}

fn hash(content: &[u8]) -> ContentHash {
    ContentHash(*blake3::hash(content).as_bytes())
}

/// What an entry says of a content.
fn file(content: &[u8], name: &str) -> Body {
    Body::File(File {
        hash: hash(content),
        name: Text::new(name),
        media: Text::default(),
        bytes: content.len() as u64,
        caption: Text::new("look"),
    })
}

impl Raw {
    /// Asks for an upload: its number and where it goes on.
    async fn upload(&mut self, content: &[u8]) -> Result<(u64, u64), Code> {
        let request = self.request();
        let (hash, bytes) = (hash(content), content.len() as u64);
        let upload = Upload {
            request,
            hash,
            bytes,
        };
        match self.ask(upload).await? {
            Event::Uploading(Uploading { upload, from, .. }) => Ok((upload, from)),
            other => panic!("{other:?}"),
        }
    }

    async fn chunk(&mut self, upload: u64, at: u64, data: &[u8]) -> Result<(), Code> {
        let chunk = Chunk {
            request: self.request(),
            upload,
            at,
            data: data.to_vec(),
        };
        self.ask(chunk).await.map(|_| ())
    }

    /// Sends the chunks of `content` from `at` to `to`.
    async fn chunks(&mut self, upload: u64, content: &[u8], at: u64, to: usize) {
        let mut at = usize::try_from(at).expect("small");
        while at < to {
            let end = (at + CHUNK_BYTES).min(to);
            let chunk = self.chunk(upload, at as u64, &content[at..end]).await;
            chunk.expect("taken");
            at = end;
        }
    }

    async fn cancel(&mut self, upload: u64) -> Result<(), Code> {
        let request = self.request();
        self.ask(CancelUpload { request, upload }).await.map(|_| ())
    }

    /// Uploads a whole content.
    async fn send(&mut self, content: &[u8]) {
        let (upload, from) = self.upload(content).await.expect("granted");
        self.chunks(upload, content, from, content.len()).await;
    }

    async fn piece(&mut self, seq: Seq, at: u64) -> Result<Vec<u8>, Code> {
        self.piece_of(self.lobby, seq, at).await
    }

    async fn piece_of(
        &mut self,
        conversation: ConversationId,
        seq: Seq,
        at: u64,
    ) -> Result<Vec<u8>, Code> {
        let fetch = Fetch {
            request: self.request(),
            conversation,
            seq,
            at,
            bytes_max: None,
        };
        match self.ask(fetch).await? {
            Event::Piece(Piece { at: from, data, .. }) => {
                assert_eq!(from, at);
                Ok(data)
            }
            other => panic!("{other:?}"),
        }
    }

    /// The whole file in an entry.
    async fn fetch(&mut self, seq: Seq) -> Vec<u8> {
        self.is_told_of(seq).await;
        let mut all = Vec::new();
        loop {
            let piece = self.piece(seq, all.len() as u64).await.expect("a piece");
            if piece.is_empty() {
                return all;
            }
            all.extend(piece);
        }
    }
}

/// What lies in the directory of contents.
fn on_disk(dir: &tempfile::TempDir) -> Vec<String> {
    let path = dir.path().join("server").join("files");
    let entries = std::fs::read_dir(path).expect("a directory");
    let mut names: Vec<String> = entries
        .map(|entry| {
            let name = entry.expect("an entry").file_name();
            name.into_string().expect("text")
        })
        .collect();
    names.sort();
    names
}

/// Waits until this lies in the directory of contents: some of it is removed after the answer.
async fn comes_to(dir: &tempfile::TempDir, expected: &[String]) {
    soon("what should lie there", async {
        while on_disk(dir) != expected {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

/// The name of a part.
fn part(account: u64, content: &[u8]) -> String {
    format!("{account}-{}.part", hash(content))
}
