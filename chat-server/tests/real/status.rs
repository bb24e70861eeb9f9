//! What a running server tells of itself: `chat-server status`, and its log.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use chat_core::Link;
use chat_core::command::SetNick;
use chat_server::status;
use serde_json::Value;
use tokio::net::TcpStream;

use crate::common::{Host, Peer, config, soon};

/// The server's binary.
const BINARY: &str = env!("CARGO_BIN_EXE_chat-server");

/// A server in a process of its own, killed when dropped.
struct Process {
    child: Child,
    link: Link,
}

impl Process {
    /// Starts one with its data in `data_dir` and these arguments. Temporary files of it go beside
    /// the data.
    fn start(data_dir: &Path, arguments: &[&str]) -> Process {
        let mut child = Command::new(BINARY)
            .args(["--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data_dir)
            .args(arguments)
            .env("XDG_CONFIG_HOME", data_dir)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let lines: Vec<String> = lines.take(2).map(|line| line.expect("text")).collect();
        let link = lines[1].strip_prefix("join link: ").expect("the link");
        Process {
            link: link.parse().expect("a link"),
            child,
        }
    }

    /// Ends it as SIGTERM does; gives its log.
    fn stop(mut self) -> String {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(sent.expect("it runs").success());
        let mut log = String::new();
        let mut stderr = self.child.stderr.take().expect("piped");
        stderr.read_to_string(&mut log).expect("text");
        assert_eq!(self.child.wait().expect("it ends").code(), Some(0));
        log
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // SIGKILL: what a crash is. One that has ended and was waited for is left alone.
        self.child.kill().expect("it runs, or was waited for");
        self.child.wait().expect("it has ended");
    }
}

fn ask(data_dir: &Path, arguments: &[&str]) -> Output {
    Command::new(BINARY)
        .args(["status", "--data-dir"])
        .arg(data_dir)
        .args(arguments)
        .output()
        .expect("it runs")
}

/// The answer as an object.
fn ask_json(data_dir: &Path) -> Value {
    let output = ask(data_dir, &["--json"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    let text = String::from_utf8(output.stdout).expect("text");
    assert_eq!(text.lines().count(), 1, "one object, one line: {text}");
    serde_json::from_str(&text).expect("an object")
}

/// The sentence of one who finds nobody.
#[track_caller]
fn finds_nobody(data_dir: &Path) {
    let output = ask(data_dir, &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).expect("text");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("no server is running"), "{said}");
    assert!(said.contains("--data-dir"), "{said}");
}

fn socket(data_dir: &Path) -> PathBuf {
    data_dir.join("status.sock")
}

#[tokio::test]
async fn a_running_server_says_how_it_is() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("server");
    finds_nobody(&data);
    let server = Process::start(&data, &["--connections-max", "20"]);
    let mode = std::fs::metadata(socket(&data))
        .expect("there")
        .permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);

    let ann = Peer::join(&server.link, 1, "ann").await;
    let mut bob = Peer::join(&server.link, 2, "bob").await;
    soon("a room", ann.client.join("#ops")).await.expect("made");
    soon("a direct conversation", ann.client.direct("bob"))
        .await
        .expect("made");
    ann.say("one").await;
    ann.say("two").await;
    bob.entry().await;
    bob.entry().await;
    // Somebody who says nothing.
    let _waits = TcpStream::connect(server.link.address()).await;
    let all = soon("the one who waits", async {
        loop {
            let all = ask_json(&data);
            if all["connections"]["all"] == 3 {
                return all;
            }
            tokio::task::yield_now().await;
        }
    });
    let all = all.await;
    assert_eq!(all["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(all["pid"], server.child.id());
    assert_eq!(all["listen"], server.link.address());
    assert_eq!(all["tls"], true);
    assert_eq!(all["connections"]["logged_in"], 2);
    assert_eq!(all["connections"]["waiting"], 1);
    assert_eq!(all["connections"]["max"], 20);
    assert_eq!((&all["accounts"], &all["people"]), (&2.into(), &2.into()));
    assert_eq!((&all["rooms"], &all["directs"]), (&2.into(), &1.into()));
    assert_eq!(all["entries"], 2);
    assert_eq!(all["posts"]["since_start"], 2);
    assert_eq!(all["deliveries"]["since_start"], 4);
    for what in ["posts", "deliveries", "bytes_in", "bytes_out"] {
        assert!(
            all[what]["per_second"].as_f64() > Some(0.0),
            "{what}: {all}"
        );
    }
    assert!(all["store_bytes"].as_u64() > Some(4096), "{all}");

    let wrong = Command::new(BINARY)
        .args(["--listen", "127.0.0.1:0", "status"])
        .output()
        .expect("it runs");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("leave them out"));
    let page = ask(&data, &[]);
    let page = String::from_utf8(page.stdout).expect("text");
    assert!(
        page.contains("2 logged in, 1 waiting, 20 at most"),
        "{page}"
    );
    drop(ann);
    soon("one less", async {
        while ask_json(&data)["people"] != 1 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    server.stop();
    assert!(!socket(&data).exists(), "removed at the stop");
    finds_nobody(&data);
}

#[test]
fn crash_safe_a_socket_that_a_killed_server_left_is_replaced() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("server");
    let first = Process::start(&data, &[]);
    drop(first);
    assert!(socket(&data).exists(), "it was killed");
    finds_nobody(&data);
    let second = Process::start(&data, &[]);
    assert_eq!(ask_json(&data)["pid"], second.child.id());
}

#[test]
fn a_data_directory_with_a_long_path_has_its_socket_too() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("a-folder-with-a-long-name/".repeat(10));
    let server = Process::start(&data, &[]);
    assert!(socket(&data).exists());
    assert_eq!(ask_json(&data)["pid"], server.child.id());
    server.stop();
    assert!(!socket(&data).exists());
}

#[tokio::test]
async fn bounded_those_who_ask_and_do_not_read_disturb_nobody() {
    let dir = tempfile::tempdir().expect("a directory");
    let config = config(&dir);
    let data = config.server.data_dir.clone();
    let host = Host::start(config).await;
    let ann = Peer::join(&host.link, 1, "ann").await;
    let path = socket(&data);
    let asking = tokio::task::spawn_blocking(move || {
        // More than may wait; none of them reads.
        let held: Vec<UnixStream> = (0..100)
            .map(|_| UnixStream::connect(&path).expect("connected"))
            .collect();
        let report = status::ask(&data).expect("answered");
        assert_eq!(report.connections.logged_in, 1);
        // The folder above is what `chat-tui --data-dir` names.
        let above = data.parent().expect("has one");
        assert_eq!(status::ask(above).expect("answered").pid, report.pid);
        drop(held);
    });
    ann.say("meanwhile").await;
    soon("the answers", asking).await.expect("answered");
    host.stop().await;
}

#[tokio::test]
async fn the_log_says_who_joins_and_leaves_and_never_what_is_said() {
    let dir = tempfile::tempdir().expect("a directory");
    for (format, wanted) in [
        (
            "text",
            &[
                "joined peer=127.0.0.1:",
                "account=1 nick=ann",
                "nick changed",
                "was=ann nick=anna",
                "left peer=127.0.0.1:",
                "account=1 nick=anna why=\"left\"",
            ][..],
        ),
        (
            "json",
            &[
                "\"message\":\"joined\",\"peer\":\"127.0.0.1:",
                "\"account\":\"1\",\"nick\":\"ann\"",
                "\"message\":\"left\"",
                "\"nick\":\"anna\",\"why\":\"left\"",
            ],
        ),
    ] {
        let data = dir.path().join(format);
        let file = dir.path().join("server.toml");
        let text = format!("[log]\nformat = \"{format}\"\n");
        std::fs::write(&file, text).expect("written");
        let file = file.to_str().expect("text");
        let server = Process::start(&data, &["--config", file]);
        let ann = Peer::join(&server.link, 1, "ann").await;
        ann.say("nobody's business").await;
        let nick = "anna".to_owned();
        let renamed = ann.client.ask(|request| SetNick { request, nick }.into());
        soon("another nick", renamed).await.expect("free");
        soon("the goodbye", ann.client.quit(Some("a parting word"))).await;
        let log = server.stop();
        for part in wanted {
            assert!(log.contains(part), "{part}:\n{log}");
        }
        for secret in ["business", "parting"] {
            assert!(!log.contains(secret), "{log}");
        }
        let lines = log
            .lines()
            .filter(|line| format == "json" && serde_json::from_str::<Value>(line).is_err());
        assert_eq!(lines.count(), 0, "one object a line:\n{log}");
    }
}
