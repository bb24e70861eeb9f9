//! Going from one server to another in lines.

use crate::common::{Host, Peer, Run, run};

#[tokio::test(flavor = "multi_thread")]
async fn people_go_to_another_server_and_back_in_lines() {
    let (first, second) = (Host::start().await, Host::start().await);
    let mut bob = Peer::join(&first, 2, "bob").await;
    let mut carol = Peer::join(&second, 3, "carol").await;
    let dir = tempfile::tempdir().expect("a directory");
    let words = ["--plain", "join", &first.link(), "--nick", "ann"];
    let lines = format!(
        "on the first\n/connect {}\non the second\n/connect 127.0.0.1:{}\nback on the first\n",
        second.link, first.link.port
    );
    // Each line goes where it was meant for, though all of them come at once.
    let ended = run(dir.path(), &words, &lines).await;
    ended.succeeded();
    assert_eq!(bob.entry().await.body.text(), "on the first");
    assert_eq!(carol.entry().await.body.text(), "on the second");
    assert_eq!(bob.entry().await.body.text(), "back on the first");
    let connected = ended.out.matches("-- connected to").count();
    assert_eq!(connected, 3, "{}", ended.out);
    ended.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_connection_and_the_servers_are_told_in_lines() {
    let host = Host::start().await;
    let dir = tempfile::tempdir().expect("a directory");
    let words = ["--plain", "join", &host.link(), "--nick", "ann"];
    let mut ann = Run::start(dir.path(), &words);
    ann.line_with("-- now in").await;
    ann.type_in("/servers\n").await;
    ann.line_with("-- connection").await;
    let address = format!("127.0.0.1:{}", host.link.port);
    ann.line_with(&format!("-- address {address}")).await;
    ann.line_with("encrypted with TLS 1.3").await;
    let fingerprint = host.link.fingerprint.expect("in the link");
    assert_eq!(ann.line().await, format!("-- {fingerprint}"));
    ann.line_with("you are ann").await;
    ann.line_with(&format!("here ● {address} as ann")).await;
    // What can't be reached leads back.
    let gone = Host::start().await;
    let nowhere = format!("127.0.0.1:{}", gone.link.port);
    gone.stop().await;
    ann.type_in(&format!("/connect {nowhere}\nstill here\n"))
        .await;
    ann.line_with("<ann> still here").await;
    let ended = ann.end().await;
    ended.failed_with("1 refused");
    assert!(ended.err.contains(&nowhere), "{}", ended.err);
    ended.is_clean();
}
