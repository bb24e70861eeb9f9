//! Files through a real server: what is uploaded comes back, whatever breaks in between, and what
//! nobody may do is refused.

use std::path::{Path, PathBuf};

use chat_core::command::{Chunk, Fetch, Upload};
use chat_core::event::{Piece, Uploading};
use chat_core::limits::CHUNK_BYTES;
use chat_core::{Body, Code, ContentHash, Event, File, Seq, Text};
use chat_server::config::Plaintext;

use crate::common::{Host, config};
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

    /// Uploads a whole content.
    async fn send(&mut self, content: &[u8]) {
        let (upload, from) = self.upload(content).await.expect("granted");
        self.chunks(upload, content, from, content.len()).await;
    }

    async fn piece(&mut self, seq: Seq, at: u64) -> Result<Vec<u8>, Code> {
        let fetch = Fetch {
            request: self.request(),
            conversation: self.lobby,
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
    let path: PathBuf = dir.path().join("server").join("files");
    names(&path)
}

fn names(path: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(path).expect("a directory");
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("text")
        })
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_file_is_uploaded_posted_and_fetched() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(plain(&dir)).await;
    let address = host.link.address();
    let mut ann = Raw::join(&address, 1, "ann").await;
    assert_eq!(ann.welcome.file_bytes, Some(100 << 20));
    let picture = content(3 * CHUNK_BYTES + 77, 1);
    ann.send(&picture).await;
    let seq = ann.post(file(&picture, "a.png")).await.expect("posted");
    let mut bob = Raw::join(&address, 2, "bob").await;
    let entry = bob.until(|event| matches!(event, Event::Entry(_))).await;
    let Event::Entry(entry) = entry else {
        panic!("{entry:?}");
    };
    assert_eq!(entry.body, file(&picture, "a.png"));
    assert_eq!(bob.fetch(seq).await, picture);
    assert_eq!(on_disk(&dir), [hash(&picture).to_string()]);
    drop((ann, bob));
    host.stop().await;
}
