//! Who is away, and who was: what is promised to them and what they are told.

use crate::common::{Host, Peer, Run, run};

const NOT_THERE: &str = "-- bob is not online right now: this is delivered when they come back";

/// Bob has been there, and has left again.
async fn bob_was_there(host: &Host) {
    let bob = Peer::join(host, 2, "bob").await;
    bob.client.quit(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_to_who_is_away_is_promised_and_kept_over_restarts_of_both_sides() {
    let host = Host::start().await;
    bob_was_there(&host).await;
    let dir = tempfile::tempdir().expect("a directory");
    let words = ["--plain", "join", &host.link(), "--nick", "ann"];
    let mut ann = Run::start(dir.path(), &words);
    ann.line_with("-- now in #lobby").await;
    ann.type_in("/msg bob one\ntwo\nthree\n").await;
    ann.line_with("@bob <ann> one").await;
    assert_eq!(ann.line().await, NOT_THERE);
    // Once, and not for each message.
    assert!(ann.line().await.ends_with("@bob <ann> two"));
    assert!(ann.line().await.ends_with("@bob <ann> three"));

    let host = host.restart().await;
    ann.type_in("four\n").await;
    ann.line_with("@bob <ann> four").await;
    assert_eq!(ann.line_with("not online").await, NOT_THERE);
    ann.end().await.succeeded();

    let mut ann = Run::start(dir.path(), &words);
    ann.type_in("/msg bob five\n").await;
    ann.line_with("@bob <ann> five").await;
    assert_eq!(ann.line_with("not online").await, NOT_THERE);

    let mut bob = Peer::join(&host, 2, "bob").await;
    for text in ["one", "two", "three", "four", "five"] {
        assert_eq!(bob.entry().await.body.text(), text);
    }
    ann.line_with("bob came online").await;
    ann.type_in("welcome\n").await;
    assert!(
        ann.line_with("welcome")
            .await
            .ends_with("@bob <ann> welcome")
    );
    assert_eq!(bob.entry().await.body.text(), "welcome");
    let ended = ann.end().await;
    ended.succeeded();
    assert!(!ended.out.contains("not online"), "{}", ended.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_said_to_be_away_who_is_there() {
    let host = Host::start().await;
    let _bob = Peer::join(&host, 2, "bob").await;
    let dir = tempfile::tempdir().expect("a directory");
    let words = ["--plain", "join", &host.link(), "--nick", "ann"];
    let ended = run(dir.path(), &words, "/msg bob hi\nthere\n").await;
    ended.succeeded();
    assert!(!ended.out.contains("not online"), "{}", ended.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_missed_is_told_on_return_also_beyond_what_is_fetched_at_once() {
    let host = Host::start().await;
    let dir = tempfile::tempdir().expect("a directory");
    let words = ["--plain", "join", &host.link(), "--nick", "ann"];
    run(dir.path(), &words, "hello\n").await.succeeded();
    let bob = Peer::join(&host, 2, "bob").await;
    bob.say(bob.lobby, "ann: far back").await;
    for n in 1..=300 {
        bob.say(bob.lobby, &format!("noise {n}")).await;
    }
    let direct = bob.client.direct("ann").await.expect("opened");
    bob.say(direct.id, "psst\nand more").await;

    let mut ann = Run::start(dir.path(), &words);
    ann.line_with("-- since you were away").await;
    assert_eq!(ann.line().await, "-- you were mentioned");
    let line = ann.line().await;
    assert!(line.ends_with("#lobby bob: ann: far back"), "{line:?}");
    assert_eq!(ann.line_with("written").await, "-- written to you");
    let line = ann.line().await;
    assert!(line.ends_with(" bob: psst …"), "{line:?}");
    ann.line_with("#lobby  301 new, 1 names you").await;
    ann.line_with("@bob  1 new").await;

    // An outage without anything new is no absence; one with something is.
    let host = host.restart().await;
    ann.line_with("connected to").await;
    ann.type_in("here again\n").await;
    ann.line_with("<ann> here again").await;
    ann.type_in("/missed\n").await;
    ann.line_with("-- since you were away").await;
    ann.line_with("@bob  1 new").await;
    let ended = ann.end().await;
    ended.succeeded();
    assert!(!ended.out.contains("since you"), "{}", ended.out);
    ended.is_clean();
    drop(host);
}
