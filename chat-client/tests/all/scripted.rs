//! What a client makes of servers that misbehave, restart or are something else.

use chat_client::{Error, Event, Resume, TransferState};
use chat_core::event::{Bye, Done, LoginRefused, Piece, Posted, Uploading};
use chat_core::{Code, Command, ContentHash, File, Seq, Text};

use crate::fake::{Fake, ROOM};
use crate::person::Person;

fn bye(code: Code, retry_after_ms: Option<u64>) -> Bye {
    Bye {
        code,
        text: Text::new("because"),
        retry_after_ms,
    }
}

fn refused(code: Code) -> LoginRefused {
    chat_core::Refusal::new(code, "no").into()
}

#[tokio::test]
async fn order_a_hole_is_never_shown() {
    let fake = Fake::start().await;
    let mut ann = Person::new(fake.config());
    let mut peer = fake.log_in(3).await;
    assert_eq!(peer.followed().await, 0);
    peer.says_entry(1).await;
    peer.says_entry(3).await;
    assert!(peer.is_left().await);
    let mut peer = fake.log_in(3).await;
    assert_eq!(peer.followed().await, 1, "from what was shown");
    peer.says_entry(2).await;
    peer.says_entry(3).await;
    assert_eq!(ann.hears(3).await, ["1", "2", "3"]);
}

#[tokio::test]
async fn a_burst_longer_than_any_batch_is_heard_whole() {
    let fake = Fake::start().await;
    let mut ann = Person::new(fake.config());
    let mut peer = fake.log_in(0).await;
    peer.followed().await;
    let talk = async {
        for seq in 1..=5_000 {
            peer.says_entry(seq).await;
        }
        peer
    };
    let (texts, mut peer) = tokio::join!(ann.hears(5_000), talk);
    assert_eq!(texts[4_999], "5000");
    drop(ann);
    assert!(
        matches!(peer.hears().await, Command::Quit(_)),
        "on the first connection"
    );
}

#[tokio::test]
async fn a_person_may_take_longer_than_a_server_waits() {
    let fake = Fake::start().await;
    let mut ann = Person::new(fake.config());
    let mut peer = fake.challenge().await;
    peer.login().await;
    peer.says(refused(Code::NickTaken)).await;
    ann.until(|event| matches!(event, Event::LoginRefused(_)).then_some(()))
        .await;
    peer.says(bye(Code::LoginTimeout, None)).await;
    drop(peer);
    ann.client.login_as("anna".into(), Some("xyzzy".into()));
    // Depending on which is noticed first it is another connection or this one breaks.
    let mut peer = fake.challenge().await;
    let login = peer.login().await;
    assert_eq!(login.nick.as_deref(), Some("anna"));
    assert_eq!(login.invite.as_deref(), Some("xyzzy"));
    peer.welcome(0).await;
    ann.until_ready().await;
}

#[tokio::test]
async fn a_nick_is_wished_once_and_remembered() {
    let fake = Fake::start().await;
    let mut ann = Person::new(fake.config());
    let mut peer = fake.challenge().await;
    assert_eq!(peer.login().await.nick.as_deref(), Some("ann"));
    peer.welcome(0).await;
    ann.until_ready().await;
    drop(peer);
    // Another session may have renamed the account: it keeps what it has, if it has one.
    let mut peer = fake.challenge().await;
    assert_eq!(peer.login().await.nick, None);
    peer.says(refused(Code::NameNotAllowed)).await;
    assert_eq!(peer.login().await.nick.as_deref(), Some("ann"));
    peer.welcome(0).await;
    ann.until(|event| match event {
        Event::LoginRefused(_) => panic!("nobody needs to be asked"),
        Event::Ready => Some(()),
        _ => None,
    })
    .await;
}

#[tokio::test]
async fn something_else_that_answers_is_named() {
    let fake = Fake::start().await;
    for banner in [
        "SSH-2.0-OpenSSH_9.6\r\n",
        "HTTP/1.1 400 Bad Request\r\n\r\n",
    ] {
        let mut ann = Person::new(fake.config());
        fake.accept().await.says_bytes(banner.as_bytes()).await;
        let error = ann.closes().await;
        assert!(matches!(error, Error::NotThisProtocol { .. }), "{error}");
    }
    let mut ann = Person::new(fake.config());
    drop(fake.accept().await);
    let error = ann.closes().await.to_string();
    assert!(error.starts_with("cannot reach 127.0.0.1:"), "{error}");
}

#[tokio::test]
async fn what_a_server_says_last_decides() {
    let fake = Fake::start().await;
    for (code, want) in [
        (Code::Version, "speaks another version"),
        (Code::TlsRequired, "wants TLS"),
        (Code::BadSignature, "because"),
        (Code::Left, "left"),
    ] {
        let mut ann = Person::new(fake.config());
        let mut peer = fake.accept().await;
        peer.hears().await;
        peer.says(bye(code, None)).await;
        let error = ann.closes().await.to_string();
        assert!(error.contains(want), "{code}: {error}");
    }
    for code in [
        Code::Restarting,
        Code::ServerFull,
        Code::TooSlow,
        Code::Other,
    ] {
        let mut ann = Person::new(fake.config());
        let mut peer = fake.log_in(0).await;
        peer.says(bye(code, Some(5_000))).await;
        let retry_in = ann
            .until(|event| match event {
                Event::Offline { retry_in, .. } => Some(*retry_in),
                _ => None,
            })
            .await;
        assert!(retry_in.as_millis() >= 5_000, "{code}");
        ann.client.reconnect();
        fake.log_in(0).await;
        ann.until_ready().await;
    }
}

#[tokio::test]
async fn with_a_cache_an_outage_is_no_end() {
    let fake = Fake::start().await;
    let mut config = fake.config();
    config.resume = Some(Resume::default());
    drop(fake);
    let mut ann = Person::new(config);
    let why = ann
        .until(|event| match event {
            Event::Offline { why, .. } => Some(why.clone()),
            _ => None,
        })
        .await;
    assert!(why.contains("connection refused"), "{why}");
}

#[tokio::test]
async fn what_a_later_version_says_is_skipped() {
    let fake = Fake::start().await;
    let mut ann = Person::new(fake.config());
    let mut peer = fake.log_in(0).await;
    peer.followed().await;
    // [110, {0: 1}] and an entry behind it.
    peer.says_bytes(&[0, 0, 0, 6, 0x82, 0x18, 0x6e, 0xa1, 0, 1])
        .await;
    peer.says_entry(1).await;
    assert_eq!(ann.hears(1).await, ["1"]);
}

#[tokio::test]
async fn a_clean_leave_waits_for_what_was_posted() {
    let fake = Fake::start().await;
    let mut ann = Person::new(fake.config());
    let mut peer = fake.log_in(0).await;
    peer.followed().await;
    ann.until_ready().await;
    let client = ann.client.clone();
    let saying = tokio::spawn(async move { client.say(ROOM, "last words").await });
    let Command::Post(post) = peer.hears().await else {
        panic!("a post");
    };
    let serve = async {
        peer.says(Posted {
            request: post.request,
            conversation: ROOM,
            seq: Seq(1),
        })
        .await;
        let Command::Quit(quit) = peer.hears().await else {
            panic!("a quit");
        };
        assert_eq!(quit.text, Some(Text::new("bye")));
        let request = quit.request;
        peer.says(Done { request }).await;
    };
    tokio::join!(ann.client.quit(Some("bye")), serve);
    assert_eq!(saying.await.expect("ends"), Ok(Seq(1)));
}

#[tokio::test]
async fn bounded_a_post_waits_for_no_more_of_a_file_than_is_on_the_way() {
    let fake = Fake::start().await;
    let mut ann = Person::new(fake.config());
    let mut peer = fake.log_in(0).await;
    peer.followed().await;
    ann.until_ready().await;
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("a");
    std::fs::write(&path, vec![7; 1_000_000]).expect("written");
    ann.client.send_file(path, ROOM, Text::default());
    let Command::Upload(upload) = peer.hears().await else {
        panic!("an upload");
    };
    let (request, upload, from) = (upload.request, 9, 0);
    peer.says(Uploading {
        request,
        upload,
        from,
    })
    .await;
    let Command::Chunk(first) = peer.hears().await else {
        panic!("a chunk");
    };
    assert!(
        first.data.len() <= 4_096,
        "nothing is known of the line yet"
    );
    // The first is not answered: what is said meanwhile comes next, and not behind the file.
    let client = ann.client.clone();
    let saying = tokio::spawn(async move { client.say(ROOM, "meanwhile").await });
    let Command::Post(post) = peer.hears().await else {
        panic!("a post");
    };
    peer.says(Posted {
        request: post.request,
        conversation: ROOM,
        seq: Seq(1),
    })
    .await;
    assert_eq!(saying.await.expect("ends"), Ok(Seq(1)));
    let request = first.request;
    peer.says(Done { request }).await;
    let Command::Chunk(next) = peer.hears().await else {
        panic!("a chunk");
    };
    assert_eq!(next.at, first.data.len() as u64);
}

#[tokio::test]
async fn a_server_that_sends_something_else_leaves_nothing_behind() {
    let fake = Fake::start().await;
    let mut ann = Person::new(fake.config());
    let mut peer = fake.log_in(1).await;
    peer.followed().await;
    let file = File {
        hash: ContentHash(*blake3::hash(b"what was posted").as_bytes()),
        name: Text::new("a"),
        media: Text::default(),
        bytes: 15,
        caption: Text::default(),
    };
    let dir = tempfile::tempdir().expect("a directory");
    let into = dir.path().to_owned();
    ann.client.save_file(ROOM, Seq(1), file.clone(), into);
    let Command::Fetch(fetch) = peer.hears().await else {
        panic!("a fetch");
    };
    let lie = Piece {
        request: fetch.request,
        at: 0,
        data: b"what was poisoned"[..15].to_vec(),
    };
    peer.says(lie).await;
    let why = ann
        .until(|event| match event {
            Event::Transfer(t) => match &t.state {
                TransferState::Failed { why } => Some(why.clone()),
                TransferState::Finished(_) => panic!("it is saved"),
                _ => None,
            },
            _ => None,
        })
        .await;
    assert!(
        why.contains("is not what a was when it was posted"),
        "{why}"
    );
    assert_eq!(std::fs::read_dir(dir.path()).expect("there").count(), 0);
}

#[tokio::test]
async fn another_store_takes_no_file_that_was_for_the_one_before() {
    let fake = Fake::start().await;
    let mut ann = Person::new(fake.config());
    let mut peer = fake.log_in(0).await;
    peer.followed().await;
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("a");
    std::fs::write(&path, "for the room that was").expect("written");
    ann.client.send_file(path, ROOM, Text::default());
    assert!(matches!(peer.hears().await, Command::Upload(_)));
    drop(peer);
    let mut peer = fake.challenge().await;
    peer.login().await;
    peer.welcome_to([2; 16], 0).await;
    // The numbers of conversations mean others now: sent on, it would be told to strangers.
    let why = ann
        .until(|event| match event {
            Event::Transfer(t) => match &t.state {
                TransferState::Failed { why } => Some(why.clone()),
                _ => None,
            },
            _ => None,
        })
        .await;
    assert!(why.contains("started afresh"), "{why}");
}
