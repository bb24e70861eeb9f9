//! Plays tiny scenarios with the real binary: against our server, and against the limit.

use std::process::Command;

use chat_server::config::Plaintext;
use chat_server::{Config, Server};
use serde_json::Value;

/// What `chat-bench` with these arguments printed.
fn bench(arguments: &[&str]) -> Value {
    let ran = Command::new(env!("CARGO_BIN_EXE_chat-bench"))
        .args(arguments)
        .args(["--json", "--seconds", "0.2"])
        .output()
        .expect("it starts");
    let complaint = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{arguments:?}: {complaint}");
    serde_json::from_slice(&ran.stdout).expect("JSON")
}

/// Plays all kinds of work against our server, which verifies them.
fn play_against_ours(plaintext: Plaintext) {
    let dir = tempfile::tempdir().expect("a directory");
    let mut config = Config::default();
    config.server.listen = ([127, 0, 0, 1], 0).into();
    config.server.data_dir = dir.path().join("data");
    config.server.plaintext = plaintext;
    config.limits.post_burst = 0;
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let server = runtime.block_on(Server::bind(config)).expect("it binds");
    let link = server.join_link().to_string();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = runtime.spawn(server.run(async { drop(stopped.await) }));
    for scenario in [
        &["f1", "--members", "5", "--senders", "2"][..],
        &["mf", "--rooms", "3", "--members", "4", "--senders", "4"],
        &["d", "--rooms", "3"],
        &["lf", "--members", "5", "--senders", "2", "--stuck", "1"],
        &["c", "--rooms", "5"],
    ] {
        let report = bench(&[scenario, &["--against", &link]].concat());
        assert_eq!(report["lost"], 0, "{report}");
        let delivered = report["deliveries_per_second"].as_f64().expect("a number");
        assert_eq!(delivered > 0.0, scenario[0] != "c", "{report}");
        let received = report["received_ms"]["p99"].is_number();
        assert_eq!(received, scenario[0] != "c", "{report}");
    }
    let store = [
        "store",
        "--entries",
        "1000",
        "--rooms",
        "3",
        "--pages",
        "20",
    ];
    let report = bench(&[&store[..], &["--against", &link]].concat());
    assert!(report["entries"].as_u64() >= Some(1_000), "{report}");
    assert!(report["pages"]["max_ms"].is_number(), "{report}");
    stop.send(()).expect("it runs");
    let ended = runtime.block_on(running).expect("no panic");
    ended.expect("it stops");
}

#[test]
fn our_server_loses_nothing_over_tcp() {
    play_against_ours(Plaintext::Loopback);
}

#[test]
fn our_server_loses_nothing_over_tls() {
    play_against_ours(Plaintext::Never);
}

#[test]
fn the_limit_loses_nothing() {
    for rival in ["bare", "bare-write"] {
        for scenario in [
            &["f1", "--members", "5", "--senders", "2"][..],
            &["d", "--rooms", "3"],
            &["lf", "--members", "5", "--senders", "2"],
            &["c", "--rooms", "5"],
        ] {
            let report = bench(&[scenario, &["--rival", rival]].concat());
            assert_eq!(report["server"], rival);
            assert_eq!(report["lost"], 0, "{report}");
        }
    }
}
