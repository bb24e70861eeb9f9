//! Files and what else a post can be, in lines and from scripts.

use std::fs;
use std::path::Path;

use chat_core::{Body, Entry, Seq};
use serde_json::{Value, json};

use crate::common::{Host, Peer, Run, run};

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).expect("a directory");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("readable").file_name();
    let mut names: Vec<_> = entries
        .map(|entry| name(entry).to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn answers(out: &str) -> Vec<Value> {
    let answer = |line| serde_json::from_str(line).expect("JSON");
    out.lines().map(answer).collect()
}

/// The end of what a line of `tail --json` says, from its kind on.
fn behind_kind(line: &str) -> Value {
    let mut object: Value = serde_json::from_str(line).expect("JSON");
    for name in ["conversation", "seq", "at", "nick", "account", "post"] {
        assert!(object.get(name).is_some(), "{name} is always there: {line}");
        object.as_object_mut().expect("an object").remove(name);
    }
    object
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_sent_told_and_saved_by_scripts() {
    let host = Host::start().await;
    let mut ann = Peer::join(&host, 1, "ann").await;
    let (dir, files) = (tempfile::tempdir(), tempfile::tempdir());
    let (dir, files) = (dir.expect("a directory"), files.expect("a directory"));
    let path = files.path().join("notes.txt");
    let content = "noted\n".repeat(50_000);
    fs::write(&path, &content).expect("written");
    let (link, path) = (host.link(), path.to_string_lossy().into_owned());

    let words = [
        "send", "--file", &path, &link, "lobby", "look", "--nick", "bob",
    ];
    let sent = run(dir.path(), &words, "").await;
    sent.succeeded();
    assert_eq!(sent.out, "");
    let Entry { seq, body, .. } = ann.entry().await;
    let Body::File(file) = body else {
        panic!("{body:?}");
    };
    assert_eq!(
        (file.name.as_str(), file.caption.as_str()),
        ("notes.txt", "look")
    );

    let words = ["tail", &link, "lobby", "--json", "--since", "0"];
    let mut tail = Run::start(dir.path(), &words);
    let hash = blake3::hash(content.as_bytes()).to_hex().to_string();
    let want = json!({
        "kind": "file",
        "text": "look",
        "file": { "name": "notes.txt", "bytes": 300_000, "hash": hash, "media": "text/plain" },
    });
    assert_eq!(behind_kind(&tail.line().await), want);
    drop(tail);

    let into = files.path().join("saved");
    let (seq, into) = (seq.to_string(), into.to_string_lossy().into_owned());
    for name in ["notes.txt", "notes (2).txt"] {
        let saved = run(dir.path(), &["save", &link, "lobby", &seq, &into], "").await;
        saved.succeeded();
        assert_eq!(saved.out, format!("{into}/{name}\n"));
        let got = fs::read_to_string(Path::new(&into).join(name)).expect("there");
        assert_eq!(got, content);
    }
    assert_eq!(names(Path::new(&into)), ["notes (2).txt", "notes.txt"]);

    ann.say(ann.lobby, "no file").await;
    let no_file = run(dir.path(), &["save", &link, "lobby", "2", &into], "").await;
    no_file.failed_with("there is no file in entry 2");
    let beyond = run(dir.path(), &["save", &link, "lobby", "99", &into], "").await;
    beyond.failed_with("there is no file in entry 99");
    let missing = run(
        dir.path(),
        &["send", "--file", "/no/such", &link, "lobby"],
        "",
    )
    .await;
    missing.failed_with("there is no /no/such: check the name");
    let words = ["send", "--file", "/", &link, "lobby"];
    run(dir.path(), &words, "")
        .await
        .failed_with("is a directory");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_says_is_done_and_answered_line_by_line() {
    let host = Host::start().await;
    let mut ann = Peer::join(&host, 1, "ann").await;
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("a.txt");
    fs::write(&path, "content").expect("written");
    let hers = ann.say(ann.lobby, "hers").await;
    assert_eq!(hers, Seq(1));
    ann.entry().await;
    let input = [
        json!({"text": "first\nand on"}).to_string(),
        json!({"action": "waves"}).to_string(),
        String::new(),
        "not json".to_owned(),
        json!({"file": path, "caption": "look"}).to_string(),
        json!({"edit": 2, "text": "better"}).to_string(),
        json!({"react": 1, "emoji": "👍"}).to_string(),
        json!({"react": 1, "emoji": "nonsense"}).to_string(),
        json!({"unreact": 1, "emoji": "👍"}).to_string(),
        json!({"edit": 1, "text": "not hers"}).to_string(),
        json!({"delete": 3}).to_string(),
        json!({"text": ""}).to_string(),
        json!({"text": 5}).to_string(),
        json!({"file": "/no/such"}).to_string(),
        "x".repeat(100_000),
        json!({"text": "last"}).to_string(),
    ];
    let words = ["send", "--json", &host.link(), "lobby", "--nick", "bob"];
    let ended = run(dir.path(), &words, &input.join("\n")).await;
    ended.failed_with("not everything was done (7 refused)");
    let got = answers(&ended.out);
    let seqs: Vec<_> = got
        .iter()
        .map(|answer| (answer["line"].as_u64(), answer["seq"].as_u64()))
        .map(|(line, seq)| (line.expect("its line"), seq))
        .collect();
    let want = [
        (1, Some(2)),
        (2, Some(3)),
        (4, None),
        (5, Some(4)),
        (6, Some(5)),
        (7, Some(6)),
        (8, None),
        (9, Some(7)),
        (10, None),
        (11, Some(8)),
        (12, None),
        (13, None),
        (14, None),
        (15, None),
        (16, Some(9)),
    ];
    assert_eq!(seqs, want, "{}", ended.out);
    let codes: Vec<_> = got
        .iter()
        .filter_map(|answer| answer["refused"].as_str())
        .collect();
    let want = [
        "bad-input",
        "bad-emoji",
        "not-yours",
        "empty-text",
        "bad-input",
        "file",
        "bad-input",
    ];
    assert_eq!(codes, want);
    assert!(
        ended.err.contains("-- line 4: that is no JSON"),
        "{}",
        ended.err
    );
    assert!(
        ended.err.contains("-- line 13: 'text' has to be a string"),
        "{}",
        ended.err
    );
    ended.is_clean();
    // Nothing but that was posted.
    let mut texts = Vec::new();
    for _ in 2..=9 {
        texts.push(ann.entry().await.body.text().to_owned());
    }
    let want = [
        "first\nand on",
        "waves",
        "look",
        "better",
        "👍",
        "👍",
        "",
        "last",
    ];
    assert_eq!(texts, want);

    // All of it, as it is told. What was taken back is gone.
    let words = ["tail", &host.link(), "lobby", "--json", "--since", "0"];
    let mut tail = Run::start(dir.path(), &words);
    let hash = blake3::hash(b"content").to_hex().to_string();
    let file = json!({"name": "a.txt", "bytes": 7, "hash": hash, "media": "text/plain"});
    for want in [
        json!({"kind": "post", "text": "hers"}),
        json!({"kind": "post", "text": "first\nand on"}),
        json!({"kind": "removed", "text": ""}),
        json!({"kind": "file", "text": "look", "file": file}),
        json!({"kind": "edit", "text": "better", "of": 2}),
        json!({"kind": "reaction", "text": "👍", "of": 1}),
        json!({"kind": "unreaction", "text": "👍", "of": 1}),
        json!({"kind": "deletion", "text": "", "of": 3}),
        json!({"kind": "post", "text": "last"}),
    ] {
        assert_eq!(behind_kind(&tail.line().await), want);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_reactions_are_lines_in_the_plain_chat() {
    let host = Host::start().await;
    let mut ann = Peer::join(&host, 1, "ann").await;
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("a.txt");
    fs::write(&path, "content").expect("written");
    let downloads = dir.path().join("downloads");
    let config = dir.path().join("client.toml");
    let toml = format!(
        "[files]\ndownload_dir = {:?}\n",
        downloads.to_string_lossy()
    );
    fs::write(&config, toml).expect("written");
    let config = config.to_string_lossy().into_owned();
    let words = [
        "--plain",
        "join",
        &host.link(),
        "--nick",
        "bob",
        "--config",
        &config,
    ];
    let mut bob = Run::start(dir.path(), &words);
    bob.line_with("-- now in #lobby").await;
    bob.type_in(&format!(
        "hello there\n/edit hello again\n/send {} look\n/save\n",
        path.display()
    ))
    .await;
    bob.line_with("<bob> hello there").await;
    let line = bob.line().await;
    assert!(
        line.ends_with("* bob changed: hello there, to: hello again"),
        "{line}"
    );
    let line = bob.line_with("sent a file").await;
    assert!(
        line.ends_with("* bob sent a file: a.txt (7 B, text/plain), entry 3"),
        "{line}"
    );
    assert_eq!(bob.line().await, "    | look");
    let saved = bob.line_with("saved as").await;
    assert!(saved.ends_with("downloads/a.txt"), "{saved}");
    assert_eq!(
        fs::read(downloads.join("a.txt")).expect("there"),
        b"content"
    );

    let (first, _, file) = (ann.entry().await, ann.entry().await, ann.entry().await);
    assert!(matches!(file.body, Body::File(_)));
    let of = first.seq;
    for (body, want) in [
        (
            Body::Reaction {
                of,
                emoji: chat_core::Text::new("👍"),
            },
            "* ann reacted 👍 to: hello again",
        ),
        (
            Body::Unreaction {
                of,
                emoji: chat_core::Text::new("👍"),
            },
            "* ann took back 👍 on: hello again",
        ),
    ] {
        ann.client.put(ann.lobby, body).await.expect("stored");
        let line = bob.line_with("👍").await;
        assert!(line.ends_with(want), "{line}");
    }
    bob.type_in("/send /no/such\n/quit\n").await;
    let ended = bob.end().await;
    ended.failed_with("1 refused");
    assert!(
        ended.err.contains("was not sent: there is no /no/such"),
        "{}",
        ended.err
    );
    ended.is_clean();
}
