//! Edits, deletions and reactions, through a real server.

use chat_client::{Client, Event, Pending};
use chat_core::command::Direction;
use chat_core::{Body, Code, Entry, PostId, Refusal, Seq, Text};

use crate::common::{Host, Peer, config, soon};
use crate::process::Process;

/// What is said, in words.
fn show(entry: &Entry) -> String {
    let what = match &entry.body {
        Body::Post(text) => format!("says {text}"),
        Body::Edit { of, text } => format!("edits {of}: {text}"),
        Body::Deletion { of } => format!("deletes {of}"),
        Body::Reaction { of, emoji } => format!("reacts to {of}: {emoji}"),
        Body::Unreaction { of, emoji } => format!("takes {emoji} from {of}"),
        Body::Removed => "was taken back".to_owned(),
        other => format!("{other:?}"),
    };
    format!("{} {} {what}", entry.seq, entry.nick)
}

impl Peer {
    /// Posts this in the lobby; where it is then, or why not.
    async fn does(&mut self, body: Body) -> Result<Seq, Refusal> {
        let post = Client::new_post_id();
        self.posts(post, body).await
    }

    async fn posts(&mut self, id: PostId, body: Body) -> Result<Seq, Refusal> {
        self.client.post(Pending {
            post: id,
            conversation: self.lobby,
            body,
        });
        self.until("an answer", |event| match event {
            Event::Posted { post, seq, .. } if post == id => Some(Ok(seq)),
            Event::PostRefused { pending, refusal } if pending.post == id => Some(Err(refusal)),
            _ => None,
        })
        .await
    }

    /// The lobby from its beginning, in words.
    async fn reads(&self) -> Vec<String> {
        let history = self.client.history(self.lobby, Seq(0), Direction::After);
        let page = soon("a page", history).await.expect("a page");
        assert!(!page.more, "it fits a page");
        page.entries.iter().map(show).collect()
    }
}

fn text(raw: &str) -> Text {
    Text::new(raw)
}

fn edit(of: Seq, raw: &str) -> Body {
    let text = text(raw);
    Body::Edit { of, text }
}

fn reaction(of: Seq, raw: &str) -> Body {
    let emoji = text(raw);
    Body::Reaction { of, emoji }
}

fn unreaction(of: Seq, raw: &str) -> Body {
    let emoji = text(raw);
    Body::Unreaction { of, emoji }
}

#[tokio::test]
async fn what_is_edited_reacted_to_and_taken_back_everybody_sees() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(config(&dir)).await;
    let mut ann = Peer::join(&host.link, 1, "ann").await;
    let mut bob = Peer::join(&host.link, 2, "bob").await;
    let mut cid = Peer::join(&host.link, 3, "cid").await;
    let first = ann.say("helo").await;
    ann.does(edit(first, "hello")).await.expect("it is ann's");
    bob.does(reaction(first, "\u{2764}"))
        .await
        .expect("an emoji");
    let twice = bob.does(reaction(first, "\u{2764}\u{fe0f}")).await;
    assert_eq!(twice, Ok(Seq(3)), "it stands already");
    bob.does(unreaction(first, "\u{2764}"))
        .await
        .expect("it stands");
    let twice = bob.does(unreaction(first, "\u{2764}")).await;
    assert_eq!(twice, Ok(first), "there is nothing to take back");
    ann.does(Body::Deletion { of: first })
        .await
        .expect("it is ann's");
    bob.say("well").await;

    // Who is there sees it happen.
    let mut seen = Vec::new();
    while seen.len() < 6 {
        seen.push(show(&cid.entry().await));
    }
    let expected = [
        "1 ann says helo",
        "2 ann edits 1: hello",
        "3 bob reacts to 1: \u{2764}\u{fe0f}",
        "4 bob takes \u{2764}\u{fe0f} from 1",
        "5 ann deletes 1",
        "6 bob says well",
    ];
    assert_eq!(seen, expected);
    // Who comes later reads nothing of it, live or as history.
    let expected = [
        "1 ann was taken back",
        "2 ann edits 1: ",
        expected[2],
        expected[3],
        expected[4],
        expected[5],
    ];
    let mut dan = Peer::join(&host.link, 4, "dan").await;
    assert_eq!(dan.reads().await, expected);
    dan.client.follow(dan.lobby, Some(Seq(0)));
    let mut followed = Vec::new();
    while followed.len() < 6 {
        followed.push(show(&dan.entry().await));
    }
    assert_eq!(followed, expected);
    host.stop().await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_stored_nowhere_and_disturbs_nobody() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(config(&dir)).await;
    let mut ann = Peer::join(&host.link, 1, "ann").await;
    let mut bob = Peer::join(&host.link, 2, "bob").await;
    let cid = Peer::join(&host.link, 3, "cid").await;
    let first = ann.say("mine").await;
    let gone = ann.say("soon gone").await;
    ann.does(Body::Deletion { of: gone })
        .await
        .expect("it is ann's");

    let malformed = |kind| Body::Malformed {
        kind,
        why: String::new(),
    };
    let wrong = [
        (reaction(first, "nice"), Code::BadEmoji),
        (reaction(first, "\u{1f44d}\u{1f44d}"), Code::BadEmoji),
        (reaction(first, ""), Code::BadEmoji),
        (edit(first, "yours?"), Code::NotYours),
        (Body::Deletion { of: first }, Code::NotYours),
        (edit(gone, "back?"), Code::NoSuchEntry),
        (reaction(gone, "\u{1f44d}"), Code::NoSuchEntry),
        (Body::Deletion { of: Seq(999) }, Code::NoSuchEntry),
        (reaction(Seq(0), "\u{1f44d}"), Code::NoSuchEntry),
        (reaction(Seq(u64::MAX), "\u{1f44d}"), Code::NoSuchEntry),
        // The deletion itself.
        (reaction(Seq(3), "\u{1f44d}"), Code::NotPossible),
        (Body::Removed, Code::NotPossible),
        (Body::Topic(text("tea")), Code::NotPossible),
        (malformed(3), Code::NotPossible),
        (malformed(4), Code::NotPossible),
        (malformed(5), Code::BadEmoji),
        (Body::Unknown(99), Code::UnknownCommand),
    ];
    for (n, (body, code)) in wrong.into_iter().enumerate() {
        let refusal = bob.does(body.clone()).await.expect_err("it makes no sense");
        assert_eq!(refusal.code, code, "{body:?}: {refusal}");
        // The others go on talking, and nothing stands between what they say.
        let seq = cid.say("undisturbed").await;
        assert_eq!(seq, Seq(4 + n as u64));
    }
    for n in 0..8 {
        let emoji = char::from_u32(0x1f34a + n).expect("a fruit").to_string();
        bob.does(reaction(first, &emoji)).await.expect("an emoji");
    }
    let ninth = bob.does(reaction(first, "\u{1f44d}")).await;
    assert_eq!(
        ninth.expect_err("eight are enough").code,
        Code::TooManyReactions
    );

    // Who left says nothing there any more, also not about what was said before.
    let opened = soon("a room", ann.client.join("#ops"))
        .await
        .expect("it is made");
    let there = soon("a post", ann.client.say(opened.id, "in here"))
        .await
        .expect("ann is in it");
    let lobby = std::mem::replace(&mut bob.lobby, opened.id);
    let outside = bob.does(reaction(there, "\u{1f44d}")).await;
    assert_eq!(outside.expect_err("not in it").code, Code::NotAMember);
    bob.lobby = lobby;
    host.stop().await;
}

/// Whether some file of a data directory holds these bytes.
fn on_disk(dir: &tempfile::TempDir, what: &str) -> bool {
    let files = std::fs::read_dir(dir.path().join("server")).expect("the data directory");
    files
        .map(|file| file.expect("a file").path())
        .filter(|path| path.is_file())
        .any(|path| {
            let bytes = std::fs::read(path).expect("read");
            bytes
                .windows(what.len())
                .any(|part| part == what.as_bytes())
        })
}

#[tokio::test]
async fn crash_safe_what_was_taken_back_is_gone_from_the_disk() {
    let dir = tempfile::tempdir().expect("a directory");
    let server = Process::start(&dir, 0);
    let link = server.link.clone();
    let mut ann = Peer::join(&link, 1, "ann").await;
    // One short text, and one that is longer than a page of the store.
    let short = ann.say("the password is xyzzy").await;
    let long = ann.say(&"xyzzy ".repeat(1_300)).await;
    ann.does(edit(short, "the password was xyzzy"))
        .await
        .expect("it is ann's");
    ann.say("nothing to see").await;
    ann.does(reaction(short, "\u{1f648}"))
        .await
        .expect("an emoji");
    assert!(on_disk(&dir, "xyzzy"));
    let deletion = Client::new_post_id();
    let deleted = ann.posts(deletion, Body::Deletion { of: short }).await;
    assert_eq!(deleted, Ok(Seq(6)));
    ann.does(Body::Deletion { of: long })
        .await
        .expect("it is ann's");
    // Killed; what was acknowledged holds.
    drop(server);
    let server = Process::start(&dir, link.port);
    let expected = [
        "1 ann was taken back",
        "2 ann was taken back",
        "3 ann edits 1: ",
        "4 ann says nothing to see",
        "5 ann reacts to 1: \u{1f648}",
        "6 ann deletes 1",
        "7 ann deletes 2",
    ];
    let mut bob = Peer::join(&link, 2, "bob").await;
    assert_eq!(bob.reads().await, expected);
    let late = bob.does(reaction(short, "\u{1f44d}")).await;
    assert_eq!(late.expect_err("it is gone").code, Code::NoSuchEntry);
    ann.client.quit(None).await;
    bob.client.quit(None).await;
    drop(server);
    // A regular stop leaves one file, and nothing of it there.
    let host = Host::start(config(&dir)).await;
    let cid = Peer::join(&host.link, 3, "cid").await;
    assert_eq!(cid.reads().await, expected);
    cid.client.quit(None).await;
    host.stop().await;
    assert!(
        !on_disk(&dir, "xyzzy"),
        "what was taken back is on the disk"
    );
    assert!(on_disk(&dir, "nothing to see"));
}
