//! `--plain` in pipes.

use crate::common::{HARD, HARMLESS, Host, Peer, Run, run, soon};

#[tokio::test(flavor = "multi_thread")]
async fn two_people_talk_in_lines() {
    let host = Host::start().await;
    let mut ann = Peer::join(&host, 1, "ann").await;
    let dir = tempfile::tempdir().expect("a directory");
    let mut bob = Run::start(
        dir.path(),
        &["--plain", "join", &host.link(), "--nick", "bob"],
    );
    bob.line_with("-- connected to ").await;
    bob.line_with("-- now in #lobby").await;
    ann.say(ann.lobby, "hi bob\nhow are you?").await;
    let line = bob.line_with("<ann>").await;
    assert!(line.ends_with(" #lobby <ann> hi bob"), "{line:?}");
    assert_eq!(bob.line().await, "    | how are you?");
    assert_eq!(ann.entry().await.nick.as_str(), "ann");

    bob.type_in("fine\n/me waves\n//slashes\n").await;
    let said = [ann.entry().await, ann.entry().await, ann.entry().await];
    assert_eq!(
        said.map(|entry| entry.body.text().to_owned()),
        ["fine", "waves", "/slashes"]
    );
    assert!(bob.line().await.ends_with(" #lobby <bob> fine"));
    assert!(bob.line().await.ends_with(" #lobby * bob waves"));
    assert!(bob.line().await.ends_with(" #lobby <bob> /slashes"));

    bob.type_in("/msg ann psst\n").await;
    assert_eq!(bob.line_with("now in").await, "-- now in @ann");
    assert!(bob.line().await.ends_with(" @ann <bob> psst"));
    let psst = ann.entry().await;
    assert_ne!(psst.conversation, ann.lobby);
    ann.say(psst.conversation, "what?").await;
    assert!(bob.line().await.ends_with(" @ann <ann> what?"));

    bob.type_in("/topic nothing\n").await;
    bob.type_in("/join lobby\n/topic lines\n/nick rob\n/who ann\n")
        .await;
    assert_eq!(bob.line_with("now in").await, "-- now in #lobby");
    bob.line_with("bob set the topic: lines").await;
    bob.line_with("you are rob now").await;
    bob.line_with("-- ann").await;
    bob.type_in("/quit see you\n").await;
    let ended = bob.end().await;
    // One line of them was not possible.
    ended.failed_with("1 refused");
    assert!(
        ended.err.contains("only rooms have a topic"),
        "{}",
        ended.err
    );
    ended.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_input_waits_until_everything_is_stored() {
    let host = Host::start().await;
    let mut ann = Peer::join(&host, 1, "ann").await;
    let dir = tempfile::tempdir().expect("a directory");
    let lines: String = (1..=700).map(|n| format!("line {n}\n")).collect();
    let words = ["--plain", "join", &host.link(), "--nick", "bob"];
    let ended = run(dir.path(), &words, &lines).await;
    ended.succeeded();
    assert_eq!(ended.err, "");
    for n in 1..=700 {
        assert_eq!(ann.entry().await.body.text(), format!("line {n}"));
    }
    let said = ended
        .out
        .lines()
        .filter(|line| line.contains("<bob> line "));
    assert_eq!(said.count(), 700, "each is confirmed by its line");
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_once_what_was_said_before_a_quit_is_stored() {
    let host = Host::start().await;
    let mut ann = Peer::join(&host, 1, "ann").await;
    let dir = tempfile::tempdir().expect("a directory");
    let words = ["--plain", "join", &host.link(), "--nick", "bob"];
    let lines = "one\n/reconnect\ntwo\nthree\n/quit see you\nnever said\n";
    let ended = run(dir.path(), &words, lines).await;
    ended.succeeded();
    for text in ["one", "two", "three"] {
        assert_eq!(ann.entry().await.body.text(), text);
    }
    let said = ended.out.lines().filter(|line| line.contains("<bob> "));
    assert_eq!(said.count(), 3, "{}", ended.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_limits_posts_gets_all_of_them_in_order() {
    let host = Host::start_with(|config| {
        config.limits.post_burst = 5;
        config.limits.posts_per_second = 50.0;
    });
    let host = host.await;
    let mut ann = Peer::join(&host, 1, "ann").await;
    let dir = tempfile::tempdir().expect("a directory");
    let lines: String = (1..=40).map(|n| format!("line {n}\n")).collect();
    let words = ["--plain", "join", &host.link(), "--nick", "bob"];
    run(dir.path(), &words, &lines).await.succeeded();
    for n in 1..=40 {
        assert_eq!(ann.entry().await.body.text(), format!("line {n}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_missed_is_told_at_the_start() {
    let host = Host::start().await;
    let ann = Peer::join(&host, 1, "ann").await;
    let dir = tempfile::tempdir().expect("a directory");
    let words = ["--plain", "join", &host.link(), "--nick", "bob"];
    run(dir.path(), &words, "/join ops\nhello\n")
        .await
        .succeeded();
    let ops = soon("a room", ann.client.join("#ops"))
        .await
        .expect("joined")
        .id;
    for n in 1..=3 {
        ann.say(ops, &format!("missed {n}")).await;
    }
    let mut bob = Run::start(dir.path(), &words);
    assert_eq!(bob.line_with("new").await, "-- #ops: 3 new");
    for n in 1..=3 {
        let line = bob.line_with("missed").await;
        assert!(
            line.ends_with(&format!(" #ops <ann> missed {n}")),
            "{line:?}"
        );
    }
    bob.end().await.succeeded();
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_go_to_standard_error_and_into_the_exit_status() {
    let host = Host::start().await;
    let dir = tempfile::tempdir().expect("a directory");
    let words = ["--plain", "join", &host.link(), "--nick", "bob"];
    let lines = format!(
        "/jion #x\n/nick a b\n/join a b\n/msg bbo hi\n{}\n/quit\n",
        "x".repeat(9000)
    );
    let ended = run(dir.path(), &words, &lines).await;
    ended.failed_with("5 refused");
    assert!(ended.err.contains("the nearest is /join"), "{}", ended.err);
    assert!(ended.err.contains("did you mean bob?"), "{}", ended.err);
    assert!(
        ended.err.contains("9000 bytes and the server takes 8192"),
        "{}",
        ended.err
    );
    assert!(!ended.out.contains("refused"), "{}", ended.out);
    ended.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn clean_screen_what_others_write_is_harmless_in_lines() {
    let host = Host::start().await;
    let ann = Peer::join(&host, 1, "ann").await;
    let dir = tempfile::tempdir().expect("a directory");
    let words = ["--plain", "join", &host.link(), "--nick", "bob"];
    let mut bob = Run::start(dir.path(), &words);
    bob.line_with("-- now in #lobby").await;
    ann.say(ann.lobby, HARD).await;
    let line = bob.line_with("<ann>").await;
    assert!(
        line.ends_with(&format!(" #lobby <ann> {HARMLESS}")),
        "{line:?}"
    );
    bob.type_in(&format!("{HARD}\n")).await;
    let line = bob.line_with("<bob>").await;
    assert!(
        line.ends_with(&format!(" #lobby <bob> {HARMLESS}")),
        "{line:?}"
    );
    let ended = bob.end().await;
    ended.succeeded();
    ended.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_go_on_over_a_restart_of_the_server() {
    let host = Host::start().await;
    let dir = tempfile::tempdir().expect("a directory");
    let words = ["--plain", "join", &host.link(), "--nick", "bob"];
    let mut bob = Run::start(dir.path(), &words);
    bob.line_with("-- now in #lobby").await;
    bob.type_in("before\n").await;
    bob.line_with("<bob> before").await;
    let host = host.restart().await;
    bob.type_in("during\n").await;
    bob.line_with("<bob> during").await;
    let ended = bob.end().await;
    ended.succeeded();
    assert!(!ended.out.contains("before"), "{}", ended.out);
    drop(host);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_there_to_be_asked() {
    let host = Host::start().await;
    let _ann = Peer::join(&host, 1, "ann").await;
    let dir = tempfile::tempdir().expect("a directory");
    let bare = format!("127.0.0.1:{}", host.link.port);
    let unknown = run(dir.path(), &["--plain", "join", &bare], "hi\n").await;
    unknown.failed_with("is not known here");
    let words = ["--plain", "join", &host.link(), "--nick", "ann"];
    let taken = run(dir.path(), &words, "hi\n").await;
    taken.failed_with("try --nick ann");
    assert!(!taken.out.contains("hi"), "{}", taken.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_in_lines_ends_with_its_input() {
    let dir = tempfile::tempdir().expect("a directory");
    let words = [
        "--plain",
        "host",
        "--listen",
        "127.0.0.1:0",
        "--nick",
        "ann",
    ];
    let mut ann = Run::start(dir.path(), &words);
    assert!(ann.line().await.starts_with("listening on 127.0.0.1:"));
    let link = ann.line().await;
    let link = link.strip_prefix("join link: ").expect("a link").to_owned();
    let other = tempfile::tempdir().expect("a directory");
    let words = ["send", &link, "lobby", "hi", "--nick", "bob"];
    run(other.path(), &words, "").await.succeeded();
    ann.line_with("#lobby <bob> hi").await;
    ann.type_in("/link\n").await;
    ann.line_with(&link).await;
    ann.end().await.succeeded();
}
