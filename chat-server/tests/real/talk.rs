//! People who talk, over real TLS on loopback.

use crate::common::{Host, Peer, config, identity, soon};
use chat_client::{Config, Error, Event, Resume, connect};
use chat_core::command::{Direction, Read, SetNick, SetPresence};
use chat_core::{Code, Fingerprint, Millis, Presence, RequestId, Seq};

#[tokio::test]
async fn two_people_talk() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(config(&dir)).await;
    let mut ann = Peer::join(&host.link, 1, "ann").await;
    let mut bob = Peer::join(&host.link, 2, "bob").await;
    assert_eq!(ann.say("hi bob").await, Seq(1));
    assert_eq!(bob.say("hi ann").await, Seq(2));
    for peer in [&mut ann, &mut bob] {
        let (one, two) = (peer.entry().await, peer.entry().await);
        assert_eq!(
            (one.seq, one.nick.as_str(), one.body.text()),
            (Seq(1), "ann", "hi bob")
        );
        assert_eq!(
            (two.seq, two.nick.as_str(), two.body.text()),
            (Seq(2), "bob", "hi ann")
        );
        assert!(one.at > Millis(0));
    }
    host.stop().await;
}

#[tokio::test]
async fn clean_screen_control_sequences_are_stored_clean() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(config(&dir)).await;
    let mut ann = Peer::join(&host.link, 1, "ann").await;
    ann.say("\x1b[31mred\x1b]52;c;aGk=\x07 \u{9b}2J\u{202e}text\0")
        .await;
    assert_eq!(ann.entry().await.body.text(), "red text");
    let refused = soon("an answer", ann.client.say(ann.lobby, "\x1b[31m\u{202e}")).await;
    assert_eq!(
        refused.expect_err("nothing is left of it").code,
        Code::EmptyText
    );
    host.stop().await;
}

#[tokio::test]
async fn direct_messages_wait_for_one_who_is_offline_also_across_a_restart() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(config(&dir)).await;
    let ann = Peer::join(&host.link, 1, "ann").await;
    let bob = Peer::join(&host.link, 2, "bob").await;
    bob.client.quit(None).await;
    let direct = soon("a direct conversation", ann.client.direct("bob"))
        .await
        .expect("opened");
    soon(
        "an acknowledgement",
        ann.client.say(direct.id, "are you there?"),
    )
    .await
    .expect("stored");
    let nobody = soon("an answer", ann.client.direct("nobody"))
        .await
        .expect_err("nobody has that nick");
    assert_eq!(nobody.code, Code::NoSuchPerson);
    host.stop().await;

    let host = Host::start(config(&dir)).await;
    let (_client, mut events) = connect(Config::new(host.link.clone(), identity(2)));
    let mut unread = None;
    let text = soon("the message", async {
        loop {
            match events.next().await.expect("the client lives") {
                Event::Announced(c) if c.name.as_str() == "ann" => unread = Some((c.head, c.read)),
                Event::Entry(entry) => return entry.body.text().to_owned(),
                _ => {}
            }
        }
    })
    .await;
    assert_eq!(text, "are you there?");
    assert_eq!(unread, Some((Seq(1), Seq(0))));
    host.stop().await;
}

#[tokio::test]
async fn one_account_on_several_terminals_is_one_row_and_sees_everything() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(config(&dir)).await;
    let mut desk = Peer::join(&host.link, 1, "ann").await;
    let mut phone = Peer::join(&host.link, 1, "ann").await;
    let mut bob = Peer::join(&host.link, 2, "bob").await;
    let people = bob
        .until("a roster", |event| match event {
            Event::Roster { people, .. } => Some(people),
            _ => None,
        })
        .await;
    let mut nicks: Vec<_> = people.iter().map(|p| p.nick.as_str()).collect();
    nicks.sort_unstable();
    assert_eq!(nicks, ["ann", "bob"]);
    desk.say("from the desk").await;
    assert_eq!(phone.entry().await.body.text(), "from the desk");
    assert_eq!(desk.entry().await.body.text(), "from the desk");
    let read = Read {
        request: RequestId(1),
        conversation: desk.lobby,
        seq: Seq(1),
    };
    desk.client.send(read.into());
    let marker = phone
        .until("the read marker", |event| match event {
            Event::ReadMarker { seq, .. } => Some(seq),
            _ => None,
        })
        .await;
    assert_eq!(marker, Seq(1));
    phone.client.quit(None).await;
    // Ann is still here: what bob hears next of her is that she is away.
    desk.client.send(
        SetPresence {
            request: RequestId(2),
            away: true,
            text: None,
        }
        .into(),
    );
    let presence = bob
        .until("a change of the roster", |event| match event {
            Event::RosterChanged { change, .. } if change.person.nick.as_str() == "ann" => {
                Some(change.person.presence)
            }
            _ => None,
        })
        .await;
    assert_eq!(presence, Presence::Away);
    host.stop().await;
}

#[tokio::test]
async fn nicks_that_look_alike_are_refused_and_asked_again() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(config(&dir)).await;
    let mut alice = Peer::join(&host.link, 1, "alice").await;
    let mut wish = Config::new(host.link.clone(), identity(2));
    wish.nick = Some("ALICE".into());
    let (client, mut events) = connect(wish);
    let mut refused = Vec::new();
    soon("a login", async {
        loop {
            match events.next().await.expect("the client lives") {
                Event::LoginRefused(refusal) => {
                    // Each next wish is wrong in another way; the last is a free one.
                    let wishes = ["аlice", "", "a1ice", "x\u{200d}y", "alice2"];
                    refused.push(refusal.code);
                    client.login_as(wishes[refused.len() - 1].to_owned(), None);
                }
                Event::Online { welcome, .. } => {
                    return assert_eq!(welcome.nick.as_str(), "alice2");
                }
                _ => {}
            }
        }
    })
    .await;
    use Code::{NameNotAllowed, NickTaken};
    assert_eq!(
        refused,
        [
            NickTaken,
            NameNotAllowed,
            NameNotAllowed,
            NickTaken,
            NameNotAllowed
        ]
    );
    // A change of the nick is announced to those who share a room.
    client.send(
        SetNick {
            request: RequestId(1),
            nick: "carol".into(),
        }
        .into(),
    );
    let was = alice
        .until("the new nick", |event| match event {
            Event::RosterChanged { change, .. } if change.person.nick.as_str() == "carol" => {
                change.was
            }
            _ => None,
        })
        .await;
    assert_eq!(was.as_str(), "alice2");
    host.stop().await;
}

#[tokio::test]
async fn history_pages_backwards_and_forwards() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(config(&dir)).await;
    let ann = Peer::join(&host.link, 1, "ann").await;
    for n in 1..=250 {
        ann.post(&format!("entry {n}"));
    }
    ann.say("the last").await;
    let page = |from, direction| {
        soon(
            "a page",
            ann.client.history(ann.lobby, Seq(from), direction),
        )
    };
    let back = page(252, Direction::Before).await.expect("a page");
    let seqs: Vec<u64> = back.entries.iter().map(|e| e.seq.0).collect();
    assert_eq!(seqs, (52..=251).collect::<Vec<_>>());
    assert!(back.more);
    let rest = page(52, Direction::Before).await.expect("a page");
    assert_eq!((rest.entries.len(), rest.more), (51, false));
    assert_eq!(rest.entries[0].body.text(), "entry 1");
    let forth = page(249, Direction::After).await.expect("a page");
    assert_eq!((forth.entries.len(), forth.more), (2, false));
    host.stop().await;
}

#[tokio::test]
async fn bounded_a_page_of_the_longest_texts_fits_a_frame() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(config(&dir)).await;
    let ann = Peer::join(&host.link, 1, "ann").await;
    let long = "x".repeat(chat_core::limits::TEXT_BYTES);
    for _ in 0..10 {
        ann.say(&long).await;
    }
    let mut from = Seq(11);
    let mut seen = 0;
    while from > Seq(1) {
        let page = soon(
            "a page",
            ann.client.history(ann.lobby, from, Direction::Before),
        )
        .await
        .expect("a page");
        seen += page.entries.len();
        from = page.entries.first().expect("pages are not empty").seq;
    }
    assert_eq!(seen, 10);
    let longer = soon("an answer", ann.client.say(ann.lobby, &format!("{long}x"))).await;
    assert_eq!(longer.expect_err("a byte too many").code, Code::TextTooLong);
    host.stop().await;
}

#[tokio::test]
async fn order_a_client_resumes_behind_what_it_holds() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(config(&dir)).await;
    let mut ann = Peer::join(&host.link, 1, "ann").await;
    let bob = Peer::join(&host.link, 2, "bob").await;
    ann.say("one").await;
    assert_eq!(ann.entry().await.seq, Seq(1));
    let (epoch, lobby) = (ann.welcome.epoch, ann.lobby);
    ann.client.quit(None).await;
    for n in 2..=120 {
        bob.post(&format!("while away {n}"));
    }
    bob.say("the last").await;
    let mut back = Config::new(host.link.clone(), identity(1));
    back.resume = Some(Resume {
        epoch,
        cursors: [(lobby, Seq(1))].into(),
    });
    let mut ann = Peer::with(back).await;
    for seq in 2..=121 {
        assert_eq!(ann.entry().await.seq, Seq(seq));
    }
    host.stop().await;
}

#[tokio::test]
async fn a_restart_is_announced_and_clients_come_back_by_themselves() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(config(&dir)).await;
    let mut again = config(&dir);
    again.server.listen.set_port(host.link.port);
    let mut ann = Peer::join(&host.link, 1, "ann").await;
    ann.say("before").await;
    assert_eq!(ann.entry().await.seq, Seq(1));
    host.stop().await;
    let why = ann
        .until("the goodbye", |event| match event {
            Event::Offline { why, .. } => Some(why),
            _ => None,
        })
        .await;
    assert!(why.contains("restarts"), "{why}");
    let posted = ann.post("while it was down");
    let host = Host::start(again).await;
    let mut acknowledged = None;
    let mut entry = None;
    while acknowledged.is_none() || entry.is_none() {
        match soon("an event", ann.events.next())
            .await
            .expect("the client lives")
        {
            Event::Entry(next) => {
                assert_eq!(entry, None, "no entry comes twice");
                entry = Some((next.seq, next.body.text().to_owned()));
            }
            Event::Posted { post, seq, .. } => acknowledged = Some((post, seq)),
            _ => {}
        }
    }
    assert_eq!(acknowledged, Some((posted, Seq(2))));
    assert_eq!(entry, Some((Seq(2), "while it was down".into())));
    host.stop().await;
}

#[tokio::test]
async fn a_full_server_says_so_and_when_to_try_again() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut config = config(&dir);
    config.limits.connections = 1;
    let host = Host::start(config).await;
    let _ann = Peer::join(&host.link, 1, "ann").await;
    let (_client, mut events) = connect(Config::new(host.link.clone(), identity(2)));
    let why = soon("the refusal", async {
        loop {
            match events.next().await.expect("the client lives") {
                Event::Offline { why, retry_in } => return format!("{why} {}", retry_in.as_secs()),
                Event::Closed(error) => return error.to_string(),
                _ => {}
            }
        }
    })
    .await;
    assert!(why.contains("full"), "{why}");
    host.stop().await;
}

#[tokio::test]
async fn a_certificate_that_is_another_is_never_accepted() {
    let dir = tempfile::tempdir().expect("a directory");
    let host = Host::start(config(&dir)).await;
    let (_client, mut events) = connect(Config::new(
        crate::common::wrong_fingerprint(&host.link),
        identity(1),
    ));
    let error = soon("the end", async {
        loop {
            match events.next().await.expect("the client lives") {
                Event::Closed(error) => return error,
                Event::Online { .. } => panic!("let in"),
                _ => {}
            }
        }
    })
    .await;
    assert!(matches!(error, Error::CertificateChanged { .. }), "{error}");
    // Without a pin, the fingerprint is shown and asked.
    let mut bare = host.link.clone();
    bare.fingerprint = None;
    let (client, mut events) = connect(Config::new(bare, identity(1)));
    soon("a login refusal, so behind TLS", async {
        loop {
            match events.next().await.expect("the client lives") {
                Event::UnknownCertificate { fingerprint } => {
                    assert_eq!(Some(fingerprint), host.link.fingerprint);
                    client.accept_certificate(fingerprint);
                }
                Event::LoginRefused(refusal) => {
                    return assert_eq!(refusal.code, Code::NameNotAllowed);
                }
                Event::Closed(error) => panic!("closed: {error}"),
                _ => {}
            }
        }
    })
    .await;
    host.stop().await;
}

#[tokio::test]
async fn an_invite_is_asked_of_newcomers() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut config = config(&dir);
    config.server.invite_only = true;
    let host = Host::start(config).await;
    assert!(host.link.invite.is_some());
    let _ann = Peer::join(&host.link, 1, "ann").await;
    let mut link = host.link.clone();
    link.invite = Some("guessed".into());
    let mut wish = Config::new(link, identity(2));
    wish.nick = Some("bob".into());
    let (_client, mut events) = connect(wish);
    let code = soon("the refusal", async {
        loop {
            match events.next().await.expect("the client lives") {
                Event::LoginRefused(refusal) => return refusal.code,
                Event::Closed(error) => panic!("closed: {error}"),
                _ => {}
            }
        }
    })
    .await;
    assert_eq!(code, Code::InviteNeeded);
    // Who has an account needs none.
    let mut link = host.link.clone();
    link.invite = None;
    Peer::with(Config::new(link, identity(1))).await;
    host.stop().await;
}

#[tokio::test]
async fn the_owners_certificate_is_used_where_files_are_given() {
    let dir = tempfile::tempdir().expect("a directory");
    let made = rcgen::generate_simple_self_signed(vec!["chat.example".to_owned()]).expect("made");
    let (certificate, key) = (dir.path().join("chain.pem"), dir.path().join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).expect("written");
    std::fs::write(&key, made.signing_key.serialize_pem()).expect("written");
    let mut files = config(&dir);
    files.tls.certificate.clone_from(&certificate);
    files.tls.key = key;
    let host = Host::start(files.clone()).await;
    assert_eq!(
        host.link.fingerprint,
        Some(Fingerprint::of_certificate(made.cert.der()))
    );
    Peer::join(&host.link, 1, "ann").await.say("hi").await;
    host.stop().await;

    // A key of another certificate is refused at the start, and the files are named.
    let other = rcgen::generate_simple_self_signed(vec!["other".to_owned()]).expect("made");
    std::fs::write(&certificate, other.cert.pem()).expect("written");
    let error = chat_server::Server::bind(files)
        .await
        .err()
        .expect("they don't fit")
        .to_string();
    assert!(
        error.contains("chain.pem") && error.contains("cannot be used together"),
        "{error}"
    );
}
