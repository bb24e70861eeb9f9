//! What nobody may do: each is refused with its code and a sentence, nothing of it is stored, and
//! nobody else is disturbed.

use chat_core::command::{Direct, Upload};
use chat_core::limits::CHUNK_BYTES;
use chat_core::{Body, Code, ContentHash, ConversationId, Event, Seq};

use super::{comes_to, content, file, on_disk, part, plain};
use crate::common::Host;
use crate::raw::Raw;

/// Somebody else talks as if nothing happened.
async fn is_undisturbed(other: &mut Raw) {
    other
        .post(Body::Post("still here".into()))
        .await
        .expect("posted");
}

#[tokio::test]
async fn chunks_that_cannot_be_are_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(plain(&dir)).await;
    let address = host.link.address();
    let mut ann = Raw::join(&address, 1, "ann").await;
    let mut bob = Raw::join(&address, 2, "bob").await;
    let film = content(3 * CHUNK_BYTES, 1);
    let (upload, _) = ann.upload(&film).await.expect("granted");
    let first = &film[..CHUNK_BYTES];
    let end = film.len() as u64;
    let long = vec![0; CHUNK_BYTES + 1];
    for (what, at, data, code) in [
        ("out of order", 5, first, Code::ChunkOutOfOrder),
        (
            "at the end of all numbers",
            u64::MAX,
            first,
            Code::ChunkOutOfOrder,
        ),
        ("behind the end", end, first, Code::ChunkOutOfOrder),
        ("empty", 0, &[][..], Code::NotPossible),
        ("too long", 0, &long, Code::NotPossible),
    ] {
        assert_eq!(ann.chunk(upload, at, data).await, Err(code), "{what}");
    }
    // Of an upload of another account, of none, of another session of the same account.
    for upload in [upload, upload + 1, 0, u64::MAX] {
        assert_eq!(bob.chunk(upload, 0, first).await, Err(Code::NotPossible));
        assert_eq!(bob.cancel(upload).await, Err(Code::NotPossible));
    }
    let mut phone = Raw::join(&address, 1, "ann").await;
    assert_eq!(phone.chunk(upload, 0, first).await, Err(Code::NotPossible));
    let size = std::fs::metadata(dir.path().join("server/files").join(part(1, &film)));
    assert_eq!(size.expect("there").len(), 0, "nothing was stored");
    is_undisturbed(&mut bob).await;
    // What is right goes on.
    ann.chunks(upload, &film, 0, film.len()).await;
    drop((ann, bob, phone));
    host.stop().await;
}

#[tokio::test]
async fn what_is_not_what_was_announced_is_dropped() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(plain(&dir)).await;
    let address = host.link.address();
    let mut ann = Raw::join(&address, 1, "ann").await;
    let mut bob = Raw::join(&address, 2, "bob").await;
    let (film, other) = (content(CHUNK_BYTES + 9, 2), content(CHUNK_BYTES + 9, 3));
    let (upload, _) = ann.upload(&film).await.expect("granted");
    ann.chunks(upload, &other, 0, CHUNK_BYTES).await;
    let at = CHUNK_BYTES as u64;
    assert_eq!(
        ann.chunk(upload, at, &other[CHUNK_BYTES - 1..]).await,
        Err(Code::BeyondTheEnd)
    );
    assert_eq!(
        ann.chunk(upload, at, &other[CHUNK_BYTES..]).await,
        Err(Code::WrongHash)
    );
    assert!(on_disk(&dir).is_empty());
    assert_eq!(ann.post(file(&film, "film")).await, Err(Code::NotUploaded));
    // An empty content has one hash only.
    let request = ann.request();
    let hash = ContentHash([7; 32]);
    let empty = Upload {
        request,
        hash,
        bytes: 0,
    };
    assert_eq!(ann.ask(empty).await, Err(Code::WrongHash));
    assert!(on_disk(&dir).is_empty());
    is_undisturbed(&mut bob).await;
    ann.send(&film).await;
    drop((ann, bob));
    host.stop().await;
}

#[tokio::test]
async fn bounded_what_is_too_large_is_refused_before_it_is_sent() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut config = plain(&dir);
    config.files.file_mib_max = 1;
    config.files.account_mib_max = 2;
    config.files.total_mib_max = 3;
    let host = Host::start(config).await;
    let address = host.link.address();
    let mut ann = Raw::join(&address, 1, "ann").await;
    let mut bob = Raw::join(&address, 2, "bob").await;
    assert_eq!(ann.welcome.file_bytes, Some(1 << 20));
    for bytes in [(1 << 20) + 1, 1 << 40, u64::MAX] {
        let (request, hash) = (ann.request(), ContentHash([9; 32]));
        let upload = Upload {
            request,
            hash,
            bytes,
        };
        assert_eq!(ann.ask(upload).await, Err(Code::FileTooLarge), "{bytes}");
    }
    let mib = |seed| content(1 << 20, seed);
    ann.upload(&mib(1)).await.expect("granted");
    ann.send(&mib(2)).await;
    // What is under way counts, and what is there.
    assert_eq!(ann.upload(&mib(3)).await, Err(Code::QuotaFull), "hers");
    bob.upload(&mib(4)).await.expect("granted");
    assert_eq!(bob.upload(&mib(5)).await, Err(Code::QuotaFull), "all");
    assert_eq!(on_disk(&dir).len(), 3);
    is_undisturbed(&mut bob).await;
    drop((ann, bob));
    host.stop().await;
}

#[tokio::test]
async fn a_server_can_do_without_files() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut config = plain(&dir);
    config.files.file_mib_max = 0;
    let host = Host::start(config).await;
    let mut ann = Raw::join(&host.link.address(), 1, "ann").await;
    assert_eq!(ann.welcome.file_bytes, None);
    assert_eq!(ann.upload(b"x").await, Err(Code::NotPossible));
    assert_eq!(ann.post(file(b"x", "x")).await, Err(Code::NotPossible));
    drop(ann);
    host.stop().await;
}

#[tokio::test]
async fn key_not_name_a_file_is_read_where_its_message_is() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(plain(&dir)).await;
    let address = host.link.address();
    let mut ann = Raw::join(&address, 1, "ann").await;
    let mut bob = Raw::join(&address, 2, "bob").await;
    let secret = content(100, 1);
    ann.send(&secret).await;
    let request = ann.request();
    let direct = Direct {
        request,
        nick: "bob".into(),
    };
    let direct = match ann.ask(direct).await.expect("opened") {
        Event::Opened(opened) => opened.conversation.id,
        other => panic!("{other:?}"),
    };
    let seq = ann
        .post_to(direct, file(&secret, "secret"))
        .await
        .expect("posted");
    let mut eve = Raw::join(&address, 3, "eve").await;
    for conversation in [direct, ConversationId(77), ConversationId(u64::MAX)] {
        let piece = eve.piece_of(conversation, seq, 0).await;
        assert_eq!(piece, Err(Code::NotAMember), "{conversation}");
    }
    // A hash alone gives nobody a file.
    assert_eq!(
        eve.post(file(&secret, "secret")).await,
        Err(Code::NotUploaded)
    );
    // No file, no entry, the place before the first.
    let said = eve.post(Body::Post("hi".into())).await.expect("posted");
    eve.is_told_of(said).await;
    for seq in [said, Seq(0), said.next(), Seq(u64::MAX)] {
        assert_eq!(eve.piece(seq, 0).await, Err(Code::NoSuchFile), "{seq}");
    }
    is_undisturbed(&mut bob).await;
    drop((ann, bob, eve));
    host.stop().await;
}

/// The file of the upload is one that is always full.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_refuses_chunks_and_disturbs_nobody() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(plain(&dir)).await;
    let address = host.link.address();
    let mut ann = Raw::join(&address, 1, "ann").await;
    let mut bob = Raw::join(&address, 2, "bob").await;
    let (film, other) = (content(3 * CHUNK_BYTES, 1), content(3 * CHUNK_BYTES, 2));
    let full = dir.path().join("server/files").join(part(1, &film));
    std::os::unix::fs::symlink("/dev/full", full).expect("linked");
    let (upload, _) = ann.upload(&film).await.expect("granted");
    let first = &film[..CHUNK_BYTES];
    assert_eq!(ann.chunk(upload, 0, first).await, Err(Code::Storage));
    assert_eq!(
        ann.chunk(upload, 0, first).await,
        Err(Code::Storage),
        "again"
    );
    bob.send(&other).await;
    is_undisturbed(&mut bob).await;
    ann.cancel(upload).await.expect("given up");
    // With room again it goes.
    ann.send(&film).await;
    let seq = ann.post(file(&film, "film")).await.expect("posted");
    assert!(bob.fetch(seq).await == film);
    comes_to(&dir, &{
        let mut names = [
            super::hash(&film).to_string(),
            super::hash(&other).to_string(),
        ];
        names.sort();
        names
    })
    .await;
    drop((ann, bob));
    host.stop().await;
}
