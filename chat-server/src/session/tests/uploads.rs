//! Uploads as a session sees them: which chunks pass, and how many at once.

use chat_core::command::{CancelUpload, Chunk, Upload};
use chat_core::event::{Done, Uploading};
use chat_core::{Code, ContentHash, Refusal, RequestId};

use super::{Act, Live};
use crate::contents::ChunkDone;
use crate::hub::Input;

const HASH: ContentHash = ContentHash([5; 32]);

impl Live {
    /// An upload of 1,000 bytes of which `from` are there.
    fn upload(&mut self, upload: u64, from: u64) {
        self.requests += 1;
        let request = RequestId(self.requests);
        self.say(Upload {
            request,
            hash: HASH,
            bytes: 1_000,
        });
        let answer = Uploading {
            request,
            upload,
            from,
        };
        self.session.handle_answer(&answer.into());
        self.said();
        self.acts.clear();
    }

    /// A chunk is sent; whether it is handed on.
    fn chunk(&mut self, upload: u64, bytes: usize) -> bool {
        self.requests += 1;
        self.say(Chunk {
            request: RequestId(self.requests),
            upload,
            at: 0,
            data: vec![0; bytes],
        });
        let acts = std::mem::take(&mut self.acts);
        acts.iter()
            .any(|act| matches!(act, Act::Chunk(part) if part.hash == HASH))
    }

    fn chunk_done(&mut self, ended: Option<u64>) {
        let request = RequestId(self.requests);
        let event = Done { request }.into();
        self.session.handle_chunk_done(&ChunkDone { event, ended });
    }
}

#[test]
fn only_chunks_of_a_granted_upload_pass() {
    let mut live = Live::new();
    live.upload(7, 0);
    assert!(live.chunk(7, 1));
    assert!(live.chunk(7, 32_768));
    for (upload, bytes) in [(6, 1), (8, 1), (7, 0), (7, 32_769)] {
        assert!(!live.chunk(upload, bytes));
        assert_eq!(live.said(), ["refused not-possible"], "{upload}, {bytes}");
    }
    live.chunk_done(Some(7));
    live.said();
    assert!(!live.chunk(7, 1), "it is complete");
    // One that is complete from the start takes nothing; one that is granted anew has another number.
    live.upload(8, 1_000);
    assert!(!live.chunk(8, 1));
    live.upload(9, 10);
    live.upload(10, 10);
    assert!(!live.chunk(9, 1) && live.chunk(10, 1));
}

#[test]
fn an_upload_that_is_refused_or_given_up_takes_nothing() {
    let mut live = Live::new();
    live.requests += 1;
    let request = RequestId(live.requests);
    live.say(Upload {
        request,
        hash: HASH,
        bytes: 1_000,
    });
    let refusal = Refusal::new(Code::QuotaFull, "full");
    let refused = chat_core::event::Refused::new(request, refusal);
    live.session.handle_answer(&refused.into());
    assert!(!live.chunk(0, 1));
    live.upload(7, 0);
    live.requests += 1;
    let request = RequestId(live.requests);
    live.say(CancelUpload { request, upload: 7 });
    let asked =
        |act: &Act| matches!(act, Act::Hub(Input::CancelUpload { hash, .. }) if *hash == HASH);
    assert!(live.acts.iter().any(asked));
    assert!(!live.chunk(7, 1));
}

#[test]
fn bounded_chunks_that_are_not_answered() {
    let mut live = Live::new();
    live.upload(7, 0);
    for n in 0..16 {
        assert!(!live.session.is_busy(), "{n} chunks are under way");
        assert!(live.chunk(7, 1));
    }
    assert!(live.session.is_busy(), "it reads no further");
    live.chunk_done(None);
    assert!(!live.session.is_busy());
}

#[test]
fn bounded_uploads_that_a_session_knows() {
    let mut live = Live::new();
    for upload in 1..=100 {
        live.requests += 1;
        let request = RequestId(live.requests);
        let hash = ContentHash([upload as u8; 32]);
        live.say(Upload {
            request,
            hash,
            bytes: 1_000,
        });
        let from = 0;
        let answer = Uploading {
            request,
            upload,
            from,
        };
        live.session.handle_answer(&answer.into());
        live.said();
    }
    live.acts.clear();
    let passes = |live: &mut Live, upload| {
        live.requests += 1;
        live.say(Chunk {
            request: RequestId(live.requests),
            upload,
            at: 0,
            data: vec![1],
        });
        live.acts.drain(..).count() == 1
    };
    assert!(!passes(&mut live, 36));
    assert!(passes(&mut live, 37) && passes(&mut live, 100));
}
