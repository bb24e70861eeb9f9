//! Files through a real server: sent, saved, interrupted, refused.

use std::path::{Path, PathBuf};

use chat_client::{Delivered, Event, Transfer, TransferDirection, TransferId, TransferState};
use chat_core::{Body, Code, ContentHash, ConversationId, Entry, File, Text};
use tempfile::TempDir;

use crate::host::Host;
use crate::person::Person;
use crate::proxy::{Proxy, Then};

/// More than any window, so that there is a middle.
const LARGE: usize = 3 * 1024 * 1024;

fn content(bytes: usize) -> Vec<u8> {
    // Not the same everywhere: a part in the wrong place is seen.
    (0..bytes as u32)
        .flat_map(|n| (n / 3).to_le_bytes())
        .take(bytes)
        .collect()
}

/// A directory, and a file in it.
fn file(name: &str, content: &[u8]) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join(name);
    std::fs::write(&path, content).expect("written");
    (dir, path)
}

fn names(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).expect("a directory");
    let mut names: Vec<_> = entries
        .map(|entry| {
            entry
                .expect("readable")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

async fn room(person: &mut Person) -> ConversationId {
    person.until_ready().await;
    person.client.join("#room").await.expect("joined").id
}

async fn ends(person: &mut Person, id: TransferId) -> Transfer {
    person
        .until(|event| match event {
            Event::Transfer(transfer) if transfer.id == id && transfer.state.is_final() => {
                Some(transfer.clone())
            }
            _ => None,
        })
        .await
}

/// Waits until some of it is through and some isn't: for a line that stalls.
async fn is_underway(person: &mut Person, id: TransferId) {
    let underway = |transfer: &Transfer| {
        let running = matches!(transfer.state, TransferState::Running { .. });
        transfer.id == id && running && (1..transfer.bytes).contains(&transfer.done)
    };
    person
        .until(|event| matches!(event, Event::Transfer(t) if underway(t)).then_some(()))
        .await;
}

/// Sends it: its entry, as the sender sees it.
async fn sends(person: &mut Person, path: &Path, room: ConversationId) -> (Entry, File) {
    let caption = Text::new("look");
    person.client.send_file(path.to_owned(), room, caption);
    sees(person).await
}

/// Somebody whose line to the server a test has in hand.
async fn joins_through_proxy(host: &Host, nick: &str) -> (Person, Proxy) {
    let proxy = Proxy::to(&host.link).await;
    let mut config = host.config(nick);
    config.link = proxy.link.clone();
    (Person::new(config), proxy)
}

async fn waits(person: &mut Person, id: TransferId) -> u64 {
    person
        .until(|event| match event {
            Event::Transfer(t) if t.id == id => {
                matches!(t.state, TransferState::Waiting { .. }).then_some(t.done)
            }
            _ => None,
        })
        .await
}

/// How far it is once it is further than that.
async fn runs(person: &mut Person, id: TransferId, past: u64) -> u64 {
    person
        .until(|event| match event {
            Event::Transfer(t) if t.id == id && t.done > past => {
                matches!(t.state, TransferState::Running { .. }).then_some(t.done)
            }
            _ => None,
        })
        .await
}

#[track_caller]
fn saved(transfer: &Transfer) -> PathBuf {
    match &transfer.state {
        TransferState::Finished(Delivered::Saved { path }) => path.clone(),
        state => panic!("{state:?}"),
    }
}

#[track_caller]
fn failed(transfer: &Transfer, want: &str) {
    match &transfer.state {
        TransferState::Failed { why } => assert!(why.contains(want), "{why}"),
        state => panic!("{state:?}"),
    }
}

/// The next file that somebody sees.
async fn sees(person: &mut Person) -> (Entry, File) {
    person
        .until(|event| match event {
            Event::Entry(entry) => match &entry.body {
                Body::File(file) => Some((entry.clone(), file.clone())),
                _ => None,
            },
            _ => None,
        })
        .await
}

#[tokio::test]
async fn a_file_reaches_those_who_are_there_and_those_who_come_later() {
    let host = Host::start(|_| {}).await;
    let (mut ann, mut bob) = (host.join("ann"), host.join("bob"));
    let here = room(&mut ann).await;
    room(&mut bob).await;
    let wanted = content(100_000);
    let (_dir, path) = file("notes.txt", &wanted);
    bob.client.clone().quit(None).await;
    let (sent, _) = sends(&mut ann, &path, here).await;
    // Somebody who was not there, on another connection.
    let mut bob = host.join("bob");
    let (entry, file) = sees(&mut bob).await;
    let seq = entry.seq;
    assert_eq!(entry, sent);
    assert_eq!(file.name.as_str(), "notes.txt");
    assert_eq!(file.bytes, 100_000);
    assert_eq!(file.caption.as_str(), "look");
    assert_eq!(file.media.as_str(), "text/plain");
    assert_eq!(file.hash, ContentHash(*blake3::hash(&wanted).as_bytes()));
    let dir = tempfile::tempdir().expect("a directory");
    let into = dir.path().join("downloads");
    for name in ["notes.txt", "notes (2).txt"] {
        let id = bob.client.save_file(here, seq, file.clone(), into.clone());
        let transfer = ends(&mut bob, id).await;
        assert_eq!(transfer.direction, TransferDirection::Download);
        assert_eq!(saved(&transfer), into.join(name));
        assert_eq!(std::fs::read(into.join(name)).expect("there"), wanted);
    }
    assert_eq!(names(&into), ["notes (2).txt", "notes.txt"]);
    // And for pictures.
    let bytes = bob.client.fetch_bytes(here, seq, &file, 100_000).await;
    assert_eq!(bytes, Ok(wanted));
    let refused = bob.client.fetch_bytes(here, seq, &file, 99_999).await;
    assert_eq!(refused.expect_err("too long").code, Code::FileTooLarge);
}

#[tokio::test]
async fn an_upload_goes_on_after_a_cut_and_after_a_restart() {
    let host = Host::start(|_| {}).await;
    let (mut ann, proxy) = joins_through_proxy(&host, "ann").await;
    let here = room(&mut ann).await;
    let wanted = content(LARGE);
    let (_dir, path) = file("a.bin", &wanted);
    proxy.passes(&[(1_000_000, Then::Breaks), (1_000_000, Then::Stalls)]);
    let id = ann.client.send_file(path, here, Text::default());
    let held = waits(&mut ann, id).await;
    assert!(held > 0, "some of it is there");
    // A second million can only be past the first if it doesn't begin anew.
    runs(&mut ann, id, held.max(1_000_000)).await;
    let host = host.restart().await;
    waits(&mut ann, id).await;
    let (entry, _) = sees(&mut ann).await;
    let mut bob = host.join("bob");
    room(&mut bob).await;
    let (seen, file) = sees(&mut bob).await;
    assert_eq!(seen, entry);
    let bytes = bob
        .client
        .fetch_bytes(here, seen.seq, &file, LARGE as u64)
        .await;
    assert_eq!(bytes, Ok(wanted));
    assert_eq!(
        bob.client.say(here, "next").await,
        Ok(seen.seq.next()),
        "it is there once"
    );
}

#[tokio::test]
async fn a_download_goes_on_after_a_cut_after_restarts_and_where_another_client_was() {
    let host = Host::start(|_| {}).await;
    let mut ann = host.join("ann");
    let here = room(&mut ann).await;
    let wanted = content(LARGE);
    let (_dir, path) = file("a.bin", &wanted);
    let (Entry { seq, .. }, file) = sends(&mut ann, &path, here).await;

    let (mut other, proxy) = joins_through_proxy(&host, "ann").await;
    other.until_ready().await;
    let dir = tempfile::tempdir().expect("a directory");
    let into = dir.path().to_owned();
    let stalls = (500_000, Then::Stalls);
    proxy.passes(&[(500_000, Then::Breaks), stalls, stalls]);
    let id = other
        .client
        .save_file(here, seq, file.clone(), into.clone());
    let held = waits(&mut other, id).await;
    runs(&mut other, id, held.max(500_000)).await;
    let host = host.restart().await;
    waits(&mut other, id).await;
    is_underway(&mut other, id).await;
    // The client ends, and what it has stays under the content's name.
    drop(other);
    let part = into.join(format!("{}.part", file.hash));
    let held = std::fs::metadata(&part).expect("a part").len();
    assert!((1..LARGE as u64).contains(&held), "{held}");
    let mut other = host.join("ann");
    other.until_ready().await;
    let id = other.client.save_file(here, seq, file, into.clone());
    let first = runs(&mut other, id, 0).await;
    assert!(first >= held, "{first} of {held} held");
    assert_eq!(saved(&ends(&mut other, id).await), into.join("a.bin"));
    assert_eq!(std::fs::read(into.join("a.bin")).expect("there"), wanted);
    assert_eq!(names(&into), ["a.bin"]);
}

#[tokio::test]
async fn clean_screen_names_of_others_are_harmless() {
    let host = Host::start(|_| {}).await;
    let (mut ann, mut bob) = (host.join("ann"), host.join("bob"));
    let here = room(&mut ann).await;
    room(&mut bob).await;
    let (_dir, path) = file("x", b"harmless");
    sends(&mut ann, &path, here).await;
    let (_, uploaded) = sees(&mut bob).await;
    let outer = tempfile::tempdir().expect("a directory");
    let into = outer.path().join("in").join("here");
    let long = format!("{}.txt", "n".repeat(4_000));
    let hostile = [
        "../../x",
        "C:\\x",
        ".bashrc",
        "a\x1b[31m\u{202e}b.txt",
        &long,
    ];
    for name in hostile {
        let mut file = uploaded.clone();
        file.name = Text::new(name);
        let body = Body::File(file);
        ann.client.post(chat_client::Pending {
            post: chat_client::Client::new_post_id(),
            conversation: here,
            body,
        });
        let (entry, file) = sees(&mut bob).await;
        assert!(!file.name.as_str().contains(char::is_control), "{name}");
        let id = bob.client.save_file(here, entry.seq, file, into.clone());
        let path = saved(&ends(&mut bob, id).await);
        assert_eq!(path.parent(), Some(into.as_path()), "{name}");
    }
    let mut got = names(&into);
    got.retain(|name| !name.starts_with("nnn"));
    assert_eq!(got, ["ab.txt", "bashrc", "x", "x (2)"]);
    assert_eq!(names(outer.path()), ["in"]);
    assert_eq!(names(&outer.path().join("in")), ["here"]);
}

#[tokio::test]
async fn what_is_cancelled_is_gone_on_both_sides() {
    let host = Host::start(|_| {}).await;
    let (mut ann, proxy) = joins_through_proxy(&host, "ann").await;
    let here = room(&mut ann).await;
    let (_dir, path) = file("a.bin", &content(LARGE));
    proxy.passes(&[(1_000_000, Then::Stalls)]);
    let id = ann.client.send_file(path.clone(), here, Text::default());
    is_underway(&mut ann, id).await;
    assert_eq!(names(&host.files()).len(), 1);
    ann.client.cancel(id);
    assert_eq!(ends(&mut ann, id).await.state, TransferState::Cancelled);
    // The server learns of it on the next connection.
    proxy.passes(&[]);
    ann.client.reconnect();
    is_empty(&host.files()).await;

    let (Entry { seq, .. }, file) = sends(&mut ann, &path, here).await;
    let dir = tempfile::tempdir().expect("a directory");
    proxy.passes(&[(500_000, Then::Stalls)]);
    let id = ann.client.save_file(here, seq, file, dir.path().to_owned());
    is_underway(&mut ann, id).await;
    assert_eq!(names(dir.path()).len(), 1);
    ann.client.cancel(id);
    assert_eq!(ends(&mut ann, id).await.state, TransferState::Cancelled);
    is_empty(dir.path()).await;
}

/// Waits until nothing is in a directory.
async fn is_empty(dir: &Path) {
    let empty = async {
        while !names(dir).is_empty() {
            tokio::task::yield_now().await;
        }
    };
    let patience = std::time::Duration::from_secs(30);
    tokio::time::timeout(patience, empty)
        .await
        .expect("removed");
}

#[tokio::test]
async fn what_can_not_be_sent_says_why_and_sends_nothing() {
    let host = Host::start(|config| {
        config.files.file_mib_max = 1;
        config.files.account_mib_max = 1;
    })
    .await;
    let mut ann = host.join("ann");
    let here = room(&mut ann).await;
    let (dir, path) = file("large", &content((1 << 20) + 1));
    let client = ann.client.clone();
    let send = |path: PathBuf| client.send_file(path, here, Text::default());
    failed(
        &ends(&mut ann, send(path)).await,
        "has 1048577 bytes and the server takes 1048576",
    );
    failed(
        &ends(&mut ann, send(dir.path().to_owned())).await,
        "is a directory",
    );
    failed(
        &ends(&mut ann, send(dir.path().join("no"))).await,
        "there is no ",
    );
    let (_dir, most) = file("most", &content(1_000_000));
    sends(&mut ann, &most, here).await;
    let (_dir, more) = file("more", &content(500_000)[100_000..]);
    failed(
        &ends(&mut ann, send(more)).await,
        "your files would take more",
    );
    assert_eq!(names(&host.files()).len(), 1);

    let host = Host::start(|config| config.files.file_mib_max = 0).await;
    let mut ann = host.join("ann");
    let here = room(&mut ann).await;
    let id = ann.client.send_file(most, here, Text::default());
    failed(&ends(&mut ann, id).await, "this server takes no files");
}

#[tokio::test]
async fn key_not_name_a_file_is_only_for_those_who_are_in_its_conversation() {
    let host = Host::start(|_| {}).await;
    let (mut ann, mut eve) = (host.join("ann"), host.join("eve"));
    let here = room(&mut ann).await;
    eve.until_ready().await;
    let (_dir, path) = file("a", b"for us");
    let (Entry { seq, .. }, file) = sends(&mut ann, &path, here).await;
    let refused = eve.client.fetch_bytes(here, seq, &file, 100).await;
    assert_eq!(refused.expect_err("refused").code, Code::NotAMember);
    let dir = tempfile::tempdir().expect("a directory");
    let id = eve
        .client
        .save_file(here, seq, file.clone(), dir.path().to_owned());
    assert!(matches!(
        ends(&mut eve, id).await.state,
        TransferState::Failed { .. }
    ));
    // Nor does knowing the hash help.
    let lobby = eve.client.join("#lobby").await.expect("joined").id;
    eve.client.post(chat_client::Pending {
        post: chat_client::Client::new_post_id(),
        conversation: lobby,
        body: Body::File(file),
    });
    let code = eve
        .until(|event| match event {
            Event::PostRefused { refusal, .. } => Some(refusal.code),
            Event::Posted { .. } => panic!("it is not hers"),
            _ => None,
        })
        .await;
    assert_eq!(code, Code::NotUploaded);
}
