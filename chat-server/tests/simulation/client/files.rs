//! What a client does with files: uploads, announces, gives up, fetches.

use chat_core::command::{CancelUpload, Chunk, Fetch, Upload};
use chat_core::event::{Piece, Uploading};
use chat_core::{Body, Command, ContentHash, ConversationId, Entry, File, PostId, RequestId, Seq};
use chat_core::{Code, Text};

use super::{Asked, Client};
use crate::store::Store;
use crate::violation::{Checked, ensure};

/// How many contents there are; several people upload the same.
const CONTENTS: u8 = 5;

/// What somebody announces who sends nothing of it, in bytes.
const CLAIM_BYTES: u64 = 300 * 1024;

/// How a file is sent.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sending {
    data: Vec<u8>,
    hash: ContentHash,
    /// It is there, as far as the client knows.
    uploaded: bool,
    honest: bool,
}

/// One of the contents.
fn content(n: u8) -> Vec<u8> {
    let bytes = [0, 40, 300, 900, 2_000][usize::from(n % CONTENTS)];
    (0..bytes).map(|at| (at as u8).wrapping_add(n)).collect()
}

fn hash(data: &[u8]) -> ContentHash {
    ContentHash(*blake3::hash(data).as_bytes())
}

impl Client {
    /// Sends a file to one of its places. Some say what it is and send something else, some say that
    /// it is there already.
    pub(super) fn send_file(&mut self, place: usize, n: u8) {
        let Some(conversation) = self.place(place) else {
            return;
        };
        let mut data = content(n % CONTENTS);
        let hash = hash(&data);
        let honest = !(n / CONTENTS).is_multiple_of(10) || data.is_empty();
        if !honest {
            data[0] ^= 1;
        }
        let body = Body::File(File {
            hash,
            name: Text::new("a file"),
            media: Text::default(),
            bytes: data.len() as u64,
            caption: self.text(),
        });
        let uploaded = n / CONTENTS % 5 == 1;
        let sending = Sending {
            data,
            hash,
            uploaded,
            honest,
        };
        self.send_there(conversation, body, Some(sending));
    }

    /// What is to be asked next for a post.
    pub(super) fn next_of(&self, post: PostId) -> Asked {
        let outgoing = self.unacknowledged.iter().find(|other| other.id == post);
        match outgoing.and_then(|outgoing| outgoing.file.as_ref()) {
            Some(file) if !file.uploaded => Asked::Upload(post),
            _ => Asked::Post(post),
        }
    }

    fn sending(&mut self, post: PostId) -> Option<&mut Sending> {
        let outgoing = self.unacknowledged.iter_mut().find(|o| o.id == post)?;
        outgoing.file.as_mut()
    }

    /// The request for an upload; `None` where it is given up.
    pub(super) fn upload(&mut self, post: PostId, request: RequestId) -> Option<Command> {
        let file = self.sending(post)?;
        let (hash, bytes) = (file.hash, file.data.len() as u64);
        Some(
            Upload {
                request,
                hash,
                bytes,
            }
            .into(),
        )
    }

    /// A piece of an upload, as a request; `None` where it is given up.
    pub(super) fn chunk(
        &mut self,
        (post, upload): (PostId, u64),
        (at, end): (u64, u64),
        request: RequestId,
    ) -> Option<Command> {
        let file = self.sending(post)?;
        let data = file.data[at as usize..end as usize].to_vec();
        Some(
            Chunk {
                request,
                upload,
                at,
                data,
            }
            .into(),
        )
    }

    /// An upload is granted: sends what is missing.
    pub(super) fn uploading(&mut self, post: PostId, uploading: &Uploading) {
        let upload = uploading.upload;
        let Some(file) = self.sending(post) else {
            return;
        };
        let (hash, bytes) = (file.hash, file.data.len() as u64);
        if uploading.from >= bytes {
            return self.uploaded(post);
        }
        self.on().granted.insert(hash, upload);
        let mut at = uploading.from;
        while at < bytes {
            let end = (at + bytes / 3 + 1).min(bytes);
            self.ask(Asked::Chunk((post, upload), (at, end)));
            at = end;
        }
    }

    /// A chunk is taken.
    pub(super) fn chunk_taken(&mut self, post: PostId, end: u64) {
        let bytes = self.sending(post).map(|file| file.data.len() as u64);
        if bytes == Some(end) {
            self.uploaded(post);
        }
    }

    fn uploaded(&mut self, post: PostId) {
        self.seen.count("a file is uploaded");
        if let Some(file) = self.sending(post) {
            file.uploaded = true;
            self.ask(Asked::Post(post));
        }
    }

    /// Something on the way of a file is refused.
    pub(super) fn file_refused(&mut self, post: PostId, code: Code) {
        let Some(file) = self.sending(post) else {
            return;
        };
        file.uploaded = false;
        let over = code == Code::QuotaFull || (code == Code::WrongHash && !file.honest);
        if over {
            return self.unacknowledged.retain(|outgoing| outgoing.id != post);
        }
        let again = Asked::Upload(post);
        let connection = self.on();
        let waits = connection.pending.values().any(|asked| *asked == again);
        if !waits && !connection.refused.contains(&again) {
            connection.refused.push(again);
        }
    }

    /// Announces something that it never sends.
    pub(super) fn claim(&mut self, n: u8) {
        let (hash, bytes) = (hash(&[n % 8, self.number as u8]), CLAIM_BYTES);
        self.once(|request| {
            Upload {
                request,
                hash,
                bytes,
            }
            .into()
        });
    }

    /// Gives up one of its uploads, and sometimes what it was for.
    pub(super) fn cancel(&mut self, n: u8) {
        let Some(connection) = &mut self.connection else {
            return;
        };
        let granted = connection.granted.len();
        let nth = connection
            .granted
            .iter()
            .nth(usize::from(n) % granted.max(1));
        let Some((hash, upload)) = nth.map(|(hash, upload)| (*hash, *upload)) else {
            return;
        };
        connection.granted.remove(&hash);
        if n < 128 {
            let of = |file: &Sending| file.hash == hash;
            self.unacknowledged
                .retain(|outgoing| !outgoing.file.as_ref().is_some_and(of));
        }
        self.once(|request| CancelUpload { request, upload }.into());
    }

    /// Fetches a file that it knows of, also from where it is not any more.
    pub(super) fn fetch_file(&mut self, place: usize, back: usize) {
        let logs = self.logs.len();
        let Some((id, log)) = self.logs.iter().nth(place % logs.max(1)) else {
            return;
        };
        let is_file = |entry: &&Entry| matches!(entry.body, Body::File(_));
        let files: Vec<&Entry> = log.entries.iter().rev().filter(is_file).collect();
        if let Some(entry) = files.get(back % files.len().max(1))
            && let Body::File(file) = &entry.body
            && self.is_ready()
        {
            let asked = match self.places.contains_key(id) {
                true => Asked::Fetch((*id, entry.seq), file.clone(), 0),
                false => Asked::Peek(*id, entry.seq),
            };
            self.ask(asked);
        }
    }

    /// A piece of a file.
    pub(super) fn piece(
        &mut self,
        piece: &Piece,
        (id, seq): (ConversationId, Seq),
        file: File,
        store: &Store,
    ) -> Checked {
        let account = self.account.expect("it is welcome");
        ensure!(
            store.may_read(account, id, seq),
            "key, not name: the file in {seq} of {id} is not for account {account}"
        );
        let whole = (0..CONTENTS)
            .map(content)
            .find(|data| hash(data) == file.hash);
        let whole = whole.unwrap_or_default();
        let at = piece.at as usize;
        let end = at + piece.data.len();
        ensure!(
            whole.get(at..end) == Some(&piece.data),
            "durable: the file in {seq} of {id} has other bytes at {at}"
        );
        self.seen.count("a piece of a file");
        if !piece.data.is_empty() {
            self.ask(Asked::Fetch((id, seq), file, end as u64));
        }
        Ok(())
    }
}

/// The request for a piece.
pub(super) fn fetch(
    (conversation, seq): (ConversationId, Seq),
    at: u64,
    request: RequestId,
) -> Command {
    Fetch {
        request,
        conversation,
        seq,
        at,
        bytes_max: Some(700),
    }
    .into()
}
