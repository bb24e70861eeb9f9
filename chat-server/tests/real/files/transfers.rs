//! What is uploaded comes back, whatever breaks in between.

use chat_core::command::{Chunk, Fetch};
use chat_core::limits::CHUNK_BYTES;
use chat_core::{Body, Code, Event, Seq};

use super::{comes_to, content, file, hash, on_disk, part, plain};
use crate::common::Host;
use crate::process::Process;
use crate::raw::Raw;

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
    for behind in [picture.len() as u64, 1 << 40, u64::MAX] {
        assert_eq!(bob.piece(seq, behind).await, Ok(Vec::new()), "{behind}");
    }
    assert_eq!(on_disk(&dir), [hash(&picture).to_string()]);
    drop((ann, bob));
    host.stop().await;
}

#[tokio::test]
async fn an_empty_file_is_a_file() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(plain(&dir)).await;
    let mut ann = Raw::join(&host.link.address(), 1, "ann").await;
    let (_, from) = ann.upload(&[]).await.expect("granted");
    assert_eq!(from, 0, "it is complete");
    let seq = ann.post(file(&[], "empty")).await.expect("posted");
    assert!(ann.fetch(seq).await.is_empty());
    drop(ann);
    host.stop().await;
}

#[tokio::test]
async fn crash_safe_kill_9_in_the_middle_and_on_to_the_end() {
    let dir = tempfile::tempdir().expect("a directory");
    let server = Process::plain(&dir, 0);
    let (address, port) = (server.link.address(), server.link.port);
    let film = content(40 * CHUNK_BYTES + 1, 2);
    let mut ann = Raw::join(&address, 1, "ann").await;
    let (upload, _) = ann.upload(&film).await.expect("granted");
    ann.chunks(upload, &film, 0, 17 * CHUNK_BYTES).await;
    drop(server);

    let server = Process::plain(&dir, port);
    let mut ann = Raw::join(&address, 1, "ann").await;
    let (upload, from) = ann.upload(&film).await.expect("granted");
    assert_eq!(from, 17 * CHUNK_BYTES as u64, "every acknowledged chunk");
    ann.chunks(upload, &film, from, film.len()).await;
    let seq = ann.post(file(&film, "film")).await.expect("posted");
    // And down, with another crash in the middle.
    let mut bob = Raw::join(&address, 2, "bob").await;
    let mut got = Vec::new();
    while got.len() < film.len() / 2 {
        got.extend(bob.piece(seq, got.len() as u64).await.expect("a piece"));
    }
    drop(server);
    let _server = Process::plain(&dir, port);
    let mut bob = Raw::join(&address, 2, "bob").await;
    while got.len() < film.len() {
        got.extend(bob.piece(seq, got.len() as u64).await.expect("a piece"));
    }
    assert!(got == film, "the same bytes");
    assert_eq!(on_disk(&dir), [hash(&film).to_string()]);
}

#[tokio::test]
async fn a_cut_connection_is_gone_on_with_on_another() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(plain(&dir)).await;
    let address = host.link.address();
    let film = content(6 * CHUNK_BYTES, 3);
    let mut ann = Raw::join(&address, 1, "ann").await;
    let (upload, _) = ann.upload(&film).await.expect("granted");
    ann.chunks(upload, &film, 0, 2 * CHUNK_BYTES).await;
    drop(ann);
    let mut ann = Raw::join(&address, 1, "ann").await;
    let (upload, from) = ann.upload(&film).await.expect("granted");
    assert_eq!(from, 2 * CHUNK_BYTES as u64);
    ann.chunks(upload, &film, from, film.len()).await;
    let seq = ann.post(file(&film, "film")).await.expect("posted");
    assert!(ann.fetch(seq).await == film);
    drop(ann);
    host.stop().await;
}

#[tokio::test]
async fn of_two_sessions_of_one_account_the_later_goes_on() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(plain(&dir)).await;
    let address = host.link.address();
    let film = content(4 * CHUNK_BYTES, 4);
    let mut ann = Raw::join(&address, 1, "ann").await;
    let mut phone = Raw::join(&address, 1, "ann").await;
    let (upload, _) = ann.upload(&film).await.expect("granted");
    ann.chunks(upload, &film, 0, CHUNK_BYTES).await;
    let (other, from) = phone.upload(&film).await.expect("granted");
    assert_eq!(from, CHUNK_BYTES as u64);
    let chunk = &film[CHUNK_BYTES..2 * CHUNK_BYTES];
    assert_eq!(ann.chunk(upload, from, chunk).await, Err(Code::NotPossible));
    phone.chunks(other, &film, from, film.len()).await;
    let (_, from) = ann.upload(&film).await.expect("granted");
    assert_eq!(from, film.len() as u64, "it is there");
    ann.post(file(&film, "film")).await.expect("posted");
    drop((ann, phone));
    host.stop().await;
}

#[tokio::test]
async fn two_accounts_share_what_each_of_them_has_uploaded() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(plain(&dir)).await;
    let address = host.link.address();
    let film = content(4 * CHUNK_BYTES, 5);
    let mut ann = Raw::join(&address, 1, "ann").await;
    let mut bob = Raw::join(&address, 2, "bob").await;
    let (anns, _) = ann.upload(&film).await.expect("granted");
    let (bobs, _) = bob.upload(&film).await.expect("granted");
    for at in (0..film.len()).step_by(CHUNK_BYTES) {
        ann.chunks(anns, &film, at as u64, at + CHUNK_BYTES).await;
        bob.chunks(bobs, &film, at as u64, at + CHUNK_BYTES).await;
    }
    let one = ann.post(file(&film, "a")).await.expect("posted");
    let two = bob.post(file(&film, "b")).await.expect("posted");
    assert_eq!(on_disk(&dir), [hash(&film).to_string()], "stored once");
    // One goes, the other stays; then all goes.
    ann.post(Body::Deletion { of: one })
        .await
        .expect("taken back");
    bob.is_told_of(two.next()).await;
    assert_eq!(bob.piece(one, 0).await, Err(Code::NoSuchFile));
    assert!(ann.fetch(two).await == film);
    bob.post(Body::Deletion { of: two })
        .await
        .expect("taken back");
    comes_to(&dir, &[]).await;
    drop((ann, bob));
    host.stop().await;
}

#[tokio::test]
async fn a_cancelled_upload_is_removed() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(plain(&dir)).await;
    let mut ann = Raw::join(&host.link.address(), 1, "ann").await;
    let film = content(4 * CHUNK_BYTES, 6);
    let (upload, _) = ann.upload(&film).await.expect("granted");
    ann.chunks(upload, &film, 0, CHUNK_BYTES).await;
    assert_eq!(on_disk(&dir), [part(1, &film)]);
    ann.cancel(upload).await.expect("given up");
    comes_to(&dir, &[]).await;
    assert_eq!(ann.cancel(upload).await, Err(Code::NotPossible), "twice");
    assert_eq!(ann.upload(&film).await.expect("granted").1, 0);
    drop(ann);
    host.stop().await;
}

/// A client that has many chunks and pieces under way says something in between, and is heard.
#[tokio::test]
async fn order_messages_pass_between_chunks_and_pieces() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(plain(&dir)).await;
    let address = host.link.address();
    let mut ann = Raw::join(&address, 1, "ann").await;
    let film = content(200 * CHUNK_BYTES, 7);
    let (upload, _) = ann.upload(&film).await.expect("granted");
    let mut chunks = Vec::new();
    for (n, data) in film.chunks(CHUNK_BYTES).enumerate() {
        let chunk = Chunk {
            request: ann.request(),
            upload,
            at: (n * CHUNK_BYTES) as u64,
            data: data.to_vec(),
        };
        chunks.push(chunk.request);
        // Far more than may be unanswered: the server takes them as it can.
        ann.say(chunk).await;
        if n % 50 == 49 {
            let seq = ann
                .post(Body::Post("between".into()))
                .await
                .expect("posted");
            assert_eq!(seq, Seq(n as u64 / 50 + 1));
        }
    }
    for request in chunks {
        ann.answer(request).await.expect("taken");
    }
    let seq = ann.post(file(&film, "film")).await.expect("posted");
    let mut fetches = Vec::new();
    for at in (0..film.len() as u64).step_by(CHUNK_BYTES) {
        let fetch = Fetch {
            request: ann.request(),
            conversation: ann.lobby,
            seq,
            at,
            bytes_max: None,
        };
        fetches.push(fetch.request);
        ann.say(fetch).await;
    }
    let after = ann.post(Body::Post("behind".into())).await.expect("posted");
    assert_eq!(after, seq.next());
    let mut got = Vec::new();
    for request in fetches {
        match ann.answer(request).await {
            Ok(Event::Piece(piece)) => got.extend(piece.data),
            other => panic!("{other:?}"),
        }
    }
    assert!(got == film, "the same bytes");
    drop(ann);
    host.stop().await;
}

#[tokio::test]
async fn crash_safe_what_the_store_does_not_know_goes_with_a_start_and_what_is_lost_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(plain(&dir)).await;
    let (film, lost) = (content(CHUNK_BYTES, 8), content(CHUNK_BYTES, 9));
    let mut ann = Raw::join(&host.link.address(), 1, "ann").await;
    ann.send(&film).await;
    let kept = ann.post(file(&film, "film")).await.expect("posted");
    ann.send(&lost).await;
    let gone = ann.post(file(&lost, "lost")).await.expect("posted");
    drop(ann);
    host.stop().await;

    let files = dir.path().join("server/files");
    let unknown = content(5, 10);
    for name in [
        hash(&unknown).to_string(),
        part(1, &unknown),
        part(77, &film),
    ] {
        std::fs::write(files.join(name), &unknown).expect("written");
    }
    std::fs::write(files.join("notes.txt"), "not ours").expect("written");
    std::fs::remove_file(files.join(hash(&lost).to_string())).expect("removed");

    let host = Host::start(plain(&dir)).await;
    let mut names = [hash(&film).to_string(), "notes.txt".to_owned()];
    names.sort();
    comes_to(&dir, &names).await;
    let mut ann = Raw::join(&host.link.address(), 1, "ann").await;
    assert!(ann.fetch(kept).await == film);
    assert_eq!(ann.piece(gone, 0).await, Err(Code::NoSuchFile));
    // Whoever has it still can bring it back.
    assert_eq!(ann.post(file(&lost, "lost")).await, Err(Code::NotUploaded));
    ann.send(&lost).await;
    assert!(ann.fetch(gone).await == lost);
    drop(ann);
    host.stop().await;
}
