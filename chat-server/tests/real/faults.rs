//! What must not be lost: crashes, full disks, readers that don't read, starts that can't be.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::process::Command;

use crate::common::{Host, Peer, config, soon};
use crate::process::{BINARY, Process};
use chat_client::{Client, Config, Event, Pending, connect};
use chat_core::command::Direction;
use chat_core::{Body, Code, Identity, Link, PostId, Seq, Text};

/// How far a poster has come.
#[derive(Debug, PartialEq)]
enum Reached {
    Online,
    Half,
}

/// Somebody who posts through a crash: what was acknowledged, and what was read.
async fn post_and_read(
    link: Link,
    who: u8,
    posts: u32,
    reached: tokio::sync::mpsc::Sender<Reached>,
) -> (BTreeMap<PostId, Seq>, Vec<(Seq, Option<PostId>)>) {
    let mut config = Config::new(link, Identity::from_seed(&[who; 32]));
    config.nick = Some(format!("poster{who}"));
    config.catch_up_max = u64::MAX;
    let (client, mut events) = connect(config);
    let mut unread = HashSet::new();
    let mut acknowledged = BTreeMap::new();
    let mut read = Vec::new();
    while acknowledged.len() < posts as usize || !unread.is_empty() {
        match events.next().await.expect("the client lives") {
            Event::Announced(lobby)
                if read.is_empty() && acknowledged.is_empty() && unread.is_empty() =>
            {
                reached.send(Reached::Online).await.expect("the test waits");
                for n in 0..posts {
                    let post = Client::new_post_id();
                    unread.insert(post);
                    let text = Text::new(&format!("{who} says {n}"));
                    client.post(Pending {
                        post,
                        conversation: lobby.id,
                        body: Body::Post(text),
                    });
                }
            }
            Event::Posted { post, seq, .. } => {
                assert_eq!(acknowledged.insert(post, seq), None, "acknowledged twice");
                if acknowledged.len() == posts as usize / 2 {
                    reached.send(Reached::Half).await.expect("the test waits");
                }
            }
            Event::Entry(entry) => {
                if let Some(post) = entry.post {
                    unread.remove(&post);
                }
                read.push((entry.seq, entry.post));
            }
            Event::Skipped { .. } => panic!("entries were skipped"),
            Event::PostRefused { refusal, .. } => panic!("refused: {refusal}"),
            Event::Closed(error) => panic!("closed: {error}"),
            _ => {}
        }
    }
    client.quit(None).await;
    (acknowledged, read)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_once_and_crash_safe_kill_9_while_50_clients_post() {
    const CLIENTS: u8 = 50;
    const POSTS: u32 = 40;
    let dir = tempfile::tempdir().expect("a directory");
    let server = Process::start(&dir, 0);
    let link = server.link.clone();
    let (reached, mut reports) = tokio::sync::mpsc::channel(2 * usize::from(CLIENTS));
    let posting: Vec<_> = (1..=CLIENTS)
        .map(|who| tokio::spawn(post_and_read(link.clone(), who, POSTS, reached.clone())))
        .collect();
    // Two crashes: when the last has just begun to post, and when many are half through.
    let mut wait_for = async |what: Reached, mut count: u8| {
        while count > 0 {
            if soon("progress", reports.recv()).await.expect("they post") == what {
                count -= 1;
            }
        }
    };
    wait_for(Reached::Online, CLIENTS).await;
    drop(server);
    let server = Process::start(&dir, link.port);
    wait_for(Reached::Half, CLIENTS / 4).await;
    drop(server);
    let _server = Process::start(&dir, link.port);

    let mut all = HashMap::new();
    let mut reads = Vec::new();
    for one in posting {
        let (acknowledged, read) = soon("the last acknowledgement", one)
            .await
            .expect("no client failed");
        all.extend(acknowledged);
        reads.push(read);
    }
    assert_eq!(all.len(), usize::from(CLIENTS) * POSTS as usize);
    // What the store holds in the end is every post once, where it was acknowledged.
    let reader = Peer::join(&link, 200, "reader").await;
    let mut stored = Vec::new();
    loop {
        let from = Seq(stored.len() as u64);
        let page = soon(
            "a page",
            reader.client.history(reader.lobby, from, Direction::After),
        )
        .await
        .expect("a page");
        stored.extend(page.entries);
        if !page.more {
            break;
        }
    }
    assert_eq!(stored.len(), all.len());
    for (n, entry) in stored.iter().enumerate() {
        assert_eq!(entry.seq, Seq(n as u64 + 1));
        assert_eq!(
            all.remove(&entry.post.expect("posts have ids")),
            Some(entry.seq)
        );
    }
    // And what each saw meanwhile has no hole and no duplicate.
    for read in reads {
        for (before, after) in read.iter().zip(&read[1..]) {
            assert_eq!(after.0, before.0.next());
        }
        for (seq, post) in read {
            assert_eq!(stored[seq.0 as usize - 1].post, post);
        }
    }
}

#[tokio::test]
async fn bounded_a_client_that_never_reads_disturbs_nobody_and_misses_nothing() {
    const POSTS: u64 = 3_000;
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(config(&dir)).await;
    let mut idle = Peer::join(&host.link, 1, "idle").await;
    let mut busy = Peer::join(&host.link, 2, "busy").await;
    let mut other = Peer::join(&host.link, 3, "other").await;
    let text = "x".repeat(2_000);
    // Far more than sockets and queues hold. `idle` reads none of it.
    let posting = async {
        for n in 1..=POSTS {
            busy.post(&format!("{n} {text}"));
            if n % 50 == 0 {
                while busy.entry().await.seq < Seq(n) {}
            }
        }
    };
    let reading = async {
        for n in 1..=POSTS {
            assert_eq!(other.entry().await.seq, Seq(n));
        }
    };
    soon("posting and reading", futures_join(posting, reading)).await;
    for n in 1..=POSTS {
        let entry = idle.entry().await;
        assert_eq!(entry.seq, Seq(n));
        assert!(entry.body.text().starts_with(&format!("{n} ")));
    }
    host.stop().await;
}

async fn futures_join(a: impl Future<Output = ()>, b: impl Future<Output = ()>) {
    tokio::join!(a, b);
}

#[tokio::test]
async fn a_full_store_refuses_posts_and_serves_what_it_has() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut small = config(&dir);
    small.store.size_mib_max = 1;
    let host = Host::start(small).await;
    let mut ann = Peer::join(&host.link, 1, "ann").await;
    let text = "x".repeat(8_000);
    let mut stored = 0;
    let refusal = loop {
        // The client tries a few times before it tells.
        match soon("an answer", ann.client.say(ann.lobby, &text)).await {
            Ok(_) => stored += 1,
            Err(refusal) => break refusal,
        }
        assert!(stored < 1_000, "it never gets full");
    };
    assert_eq!(refusal.code, Code::Storage, "{refusal}");
    for n in 1..=stored {
        assert_eq!(ann.entry().await.seq, Seq(n));
    }
    // Reading goes on, and so does the login of those who are known.
    let page = soon(
        "a page",
        ann.client.history(ann.lobby, Seq(3), Direction::Before),
    )
    .await
    .expect("a page");
    assert_eq!(page.entries.len(), 2);
    let again = Peer::join(&host.link, 1, "ann").await;
    drop((ann, again));
    host.stop().await;

    // With room again, everything goes on behind what was acknowledged.
    let host = Host::start(config(&dir)).await;
    let ann = Peer::join(&host.link, 1, "ann").await;
    assert_eq!(ann.say("there is room").await, Seq(stored + 1));
    host.stop().await;
}

/// Starts the server where it can't start: its exit status and what it says.
fn fails_to_start(dir: &tempfile::TempDir, listen: &str) -> String {
    let output = Command::new(BINARY)
        .args(["--listen", listen, "--data-dir"])
        .arg(dir.path().join("server"))
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).expect("text");
    said.lines().last().unwrap_or_default().to_owned()
}

#[test]
fn a_start_that_cannot_be_says_what_to_do() {
    let dir = tempfile::tempdir().expect("a directory");
    let running = Process::start(&dir, 0);
    let elsewhere = tempfile::tempdir().expect("a directory");
    let port_in_use = fails_to_start(&elsewhere, &running.link.address());
    assert!(
        port_in_use.contains("another program is using that port"),
        "{port_in_use}"
    );
    let in_use = fails_to_start(&dir, "127.0.0.1:0");
    assert!(in_use.contains("another server is using"), "{in_use}");
    drop(running);

    let store = chat_server::store_path(&dir.path().join("server"));
    // A page in the middle is overwritten, as a failing disk would.
    let mut bytes = std::fs::read(&store).expect("there");
    let wal = store.with_extension("db-wal");
    if bytes.len() < 8192 {
        // Everything is still in the write-ahead log: a regular stop moves it.
        rusqlite_checkpoint(&store);
        bytes = std::fs::read(&store).expect("there");
    }
    assert!(!wal.exists() || std::fs::metadata(&wal).expect("there").len() == 0);
    for byte in &mut bytes[4096..] {
        *byte = 0x5a;
    }
    std::fs::write(&store, bytes).expect("written");
    let damaged = fails_to_start(&dir, "127.0.0.1:0");
    assert!(
        damaged.contains("is damaged") && damaged.contains("restore it from a backup"),
        "{damaged}"
    );

    std::fs::write(&store, "not a store".repeat(100)).expect("written");
    let other = fails_to_start(&dir, "127.0.0.1:0");
    assert!(other.contains("is not a chat store"), "{other}");

    std::fs::remove_file(&store).expect("removed");
    std::fs::create_dir(&store).expect("made");
    let folder = fails_to_start(&dir, "127.0.0.1:0");
    assert!(
        folder.contains("check the owner and the rights"),
        "{folder}"
    );

    let wrong = Command::new(BINARY)
        .arg("--no-such-flag")
        .output()
        .expect("it runs");
    assert_eq!(wrong.status.code(), Some(2));
    let plain = Command::new(BINARY)
        .args(["--plaintext", "--listen", "0.0.0.0:0"])
        .output()
        .expect("it runs");
    assert_eq!(plain.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&plain.stderr).contains("ask for it twice"));
}

/// Moves everything from the write-ahead log to the store.
fn rusqlite_checkpoint(store: &std::path::Path) {
    let connection = rusqlite::Connection::open(store).expect("opens");
    connection
        .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
        .expect("checkpointed");
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_stops_the_server_after_its_goodbye() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut server = Process::start(&dir, 0);
    let mut ann = Peer::join(&server.link, 1, "ann").await;
    ann.say("before").await;
    let pid = server.child.id().to_string();
    let sent = Command::new("kill")
        .args(["-TERM", &pid])
        .status()
        .expect("it runs");
    assert!(sent.success());
    let why = ann
        .until("the goodbye", |event| match event {
            Event::Offline { why, .. } => Some(why),
            _ => None,
        })
        .await;
    assert!(why.contains("restarts"), "{why}");
    assert_eq!(server.child.wait().expect("it ends").code(), Some(0));
    // What was said is there when it comes back, and so is ann.
    let port = server.link.port;
    let again = Process::start(&dir, port);
    ann.until("being back", |event| {
        matches!(event, Event::Online { .. }).then_some(())
    })
    .await;
    assert_eq!(ann.say("after").await, Seq(2));
    drop((server, again));
}
