//! `send` and `tail`.

use serde_json::Value;

use crate::common::{Ended, HARD, HARMLESS, Host, Peer, Run, run, soon};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_sent_from_the_argument_or_from_standard_input() {
    let host = Host::start().await;
    let mut ann = Peer::join(&host, 1, "ann").await;
    let dir = tempfile::tempdir().expect("a directory");
    let link = host.link();

    let words = [
        "send",
        &link,
        "#lobby",
        "from the argument",
        "--nick",
        "bob",
    ];
    run(dir.path(), &words, "").await.succeeded();
    let entry = ann.entry().await;
    assert_eq!(entry.nick.as_str(), "bob");
    assert_eq!(entry.body.text(), "from the argument");

    let piped = run(dir.path(), &["send", &link, "lobby"], "two\nlines\n\n").await;
    piped.succeeded();
    assert_eq!(piped.out, "", "nothing to read where nothing went wrong");
    assert_eq!(ann.entry().await.body.text(), "two\nlines");

    run(dir.path(), &["send", &link, "@ann", "psst"], "")
        .await
        .succeeded();
    let entry = ann.entry().await;
    assert_ne!(entry.conversation, ann.lobby);
    assert_eq!(entry.body.text(), "psst");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_sent_is_said() {
    let host = Host::start().await;
    let dir = tempfile::tempdir().expect("a directory");
    let link = host.link();
    let send = async |arguments: &[&str], input: &str| {
        let words = [&["send", &link], arguments].concat();
        run(dir.path(), &words, input).await
    };

    let nothing = send(&["#lobby"], "\n \n").await;
    nothing.failed_with("there is nothing to send");
    let nobody = send(&["@nobody", "hi"], "").await;
    nobody.failed_with("nobody");
    let long = send(&["#lobby"], &"x".repeat(8193)).await;
    long.failed_with("that text has 8193 bytes and the server takes 8192");
    let endless = send(&["#lobby"], &"x".repeat(3 * 1024 * 1024)).await;
    endless.failed_with("the server takes 8192");

    let bare = format!("127.0.0.1:{}", host.link.port);
    let stranger = tempfile::tempdir().expect("a directory");
    let unknown = run(stranger.path(), &["send", &bare, "#lobby", "hi"], "").await;
    unknown.failed_with("is not known here");
    unknown.failed_with(&host.link.fingerprint.expect("has one").to_string());

    let nowhere = run(stranger.path(), &["send", "#lobby", "hi"], "").await;
    nowhere.failed_with("say which server");
    let closed = run(
        stranger.path(),
        &["send", "127.0.0.1:1", "#lobby", "hi"],
        "",
    )
    .await;
    closed.failed_with("check the address");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_server_is_said_and_tried_again_some_times() {
    let host = Host::start_with(|config| {
        config.limits.connections = 1;
        config.limits.full_retry_seconds = 1;
    });
    let host = host.await;
    let ann = Peer::join(&host, 1, "ann").await;
    let dir = tempfile::tempdir().expect("a directory");
    let words = ["send", &host.link(), "lobby", "hi", "--nick", "bob"];
    let refused = run(dir.path(), &words, "").await;
    refused.failed_with("nothing was sent: this server is full: try again in 1 s");
    assert!(refused.err.contains("trying again in"), "{}", refused.err);

    // In lines it goes on until there is room.
    let words = ["--plain", "join", &host.link(), "--nick", "bob"];
    let mut bob = Run::start(dir.path(), &words);
    bob.line_with("this server is full: try again in 1 s").await;
    soon("a place", ann.client.quit(None)).await;
    bob.line_with("-- connected to ").await;
    bob.end().await.succeeded();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_nick_is_refused_with_a_free_one() {
    let host = Host::start().await;
    let _ann = Peer::join(&host, 1, "ann").await;
    let dir = tempfile::tempdir().expect("a directory");
    let words = ["send", &host.link(), "#lobby", "hi", "--nick", "Ann"];
    let refused = run(dir.path(), &words, "").await;
    refused.failed_with("try --nick ");
}

#[tokio::test(flavor = "multi_thread")]
async fn order_a_tail_goes_on_after_a_restart_without_holes_and_duplicates() {
    let host = Host::start().await;
    let dir = tempfile::tempdir().expect("a directory");
    let ann = Peer::join(&host, 1, "ann").await;
    let ops = soon("a room", ann.client.join("#ops"))
        .await
        .expect("made")
        .id;
    for n in 1..=300 {
        ann.client.post(pending(ops, &format!("old {n}")));
    }
    assert_eq!(ann.say(ops, "old 301").await.0, 301);

    let words = [
        "tail",
        &host.link(),
        "ops",
        "--since",
        "0",
        "--json",
        "--nick",
        "bob",
    ];
    let mut tail = Run::start(dir.path(), &words);
    for seq in 1..=301 {
        let entry = object(&tail.line().await);
        assert_eq!(entry["seq"], seq);
        assert_eq!(entry["text"], format!("old {seq}"));
        assert_eq!(entry["conversation"], "#ops");
        assert_eq!(entry["nick"], "ann");
        assert_eq!(entry["kind"], "post");
    }
    ann.say(ops, "before").await;
    assert_eq!(object(&tail.line().await)["text"], "before");

    let host = host.restart().await;
    let carol = Peer::join(&host, 3, "carol").await;
    soon("a room", carol.client.join("#ops"))
        .await
        .expect("joined");
    for n in 303..=310 {
        assert_eq!(carol.say(ops, &format!("new {n}")).await.0, n);
    }
    for seq in 303..=310 {
        let entry = object(&tail.line().await);
        assert_eq!(
            (&entry["seq"], &entry["nick"]),
            (&seq.into(), &"carol".into())
        );
    }
    let ended = tail_ended(tail).await;
    assert!(ended.err.contains("not connected"), "{}", ended.err);
    assert!(ended.err.contains("connected again"), "{}", ended.err);
    ended.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn clean_screen_a_tail_writes_what_was_written_harmlessly() {
    let host = Host::start().await;
    let mut ann = Peer::join(&host, 1, "ann").await;
    let dir = tempfile::tempdir().expect("a directory");
    let words = [
        "tail",
        &host.link(),
        "lobby",
        "--nick",
        "bob",
        "--since",
        "0",
    ];
    let mut tail = Run::start(dir.path(), &words);
    ann.say(ann.lobby, HARD).await;
    ann.say(ann.lobby, "one\n12:00 #lobby <bob> forged").await;
    assert_eq!(ann.entry().await.body.text(), HARMLESS);
    let line = tail.line().await;
    assert!(
        line.ends_with(&format!(" #lobby <ann> {HARMLESS}")),
        "{line:?}"
    );
    assert!(tail.line().await.ends_with("<ann> one"));
    assert_eq!(tail.line().await, "    | 12:00 #lobby <bob> forged");
    tail_ended(tail).await.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tail_without_since_begins_with_what_is_new() {
    let host = Host::start().await;
    let mut ann = Peer::join(&host, 1, "ann").await;
    let ops = soon("a room", ann.client.join("#ops"))
        .await
        .expect("made")
        .id;
    ann.say(ops, "old").await;
    let dir = tempfile::tempdir().expect("a directory");
    let words = ["tail", &host.link(), "ops", "--nick", "bob", "--json"];
    let mut tail = Run::start(dir.path(), &words);
    ann.sees_join(ops).await;
    ann.say(ops, "new").await;
    let entry = object(&tail.line().await);
    assert_eq!((&entry["seq"], &entry["text"]), (&2.into(), &"new".into()));
    tail_ended(tail).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tail_of_a_person_is_the_direct_conversation() {
    let host = Host::start().await;
    let mut ann = Peer::join(&host, 1, "ann").await;
    let (dir, link) = (tempfile::tempdir().expect("a directory"), host.link());
    let words = ["send", &link, "@ann", "psst", "--nick", "bob"];
    run(dir.path(), &words, "").await.succeeded();
    let direct = ann.entry().await.conversation;
    ann.say(direct, "what?").await;
    let words = ["tail", &link, "@ann", "--since", "1", "--json"];
    let mut tail = Run::start(dir.path(), &words);
    let entry = object(&tail.line().await);
    assert_eq!(entry["conversation"], "@ann");
    assert_eq!(entry["nick"], "ann");
    assert_eq!(
        (&entry["seq"], &entry["text"]),
        (&2.into(), &"what?".into())
    );
    tail_ended(tail).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_pipe_ends_a_tail_quietly() {
    let host = Host::start().await;
    let ann = Peer::join(&host, 1, "ann").await;
    ann.say(ann.lobby, "one").await;
    let dir = tempfile::tempdir().expect("a directory");
    let words = [
        "tail",
        &host.link(),
        "lobby",
        "--nick",
        "bob",
        "--since",
        "0",
    ];
    let mut tail = Run::start(dir.path(), &words);
    tail.line().await;
    // Nothing else is said: it is noticed all the same.
    let status = tail.close_output().await;
    assert_eq!(status.code(), Some(0));
}

/// Ends a tail as Ctrl+C does.
async fn tail_ended(tail: Run) -> Ended {
    tail.signal(rustix::process::Signal::INT);
    let ended = tail.end().await;
    ended.succeeded();
    assert_eq!(ended.out, "", "nothing was written twice");
    ended
}

fn object(line: &str) -> Value {
    serde_json::from_str(line).expect("a JSON object")
}

fn pending(conversation: chat_core::ConversationId, text: &str) -> chat_client::Pending {
    chat_client::Pending {
        post: chat_client::Client::new_post_id(),
        conversation,
        body: chat_core::Body::Post(chat_core::Text::new(text)),
    }
}
