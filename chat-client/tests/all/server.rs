//! Clients of a real server, over real TLS on loopback.

use chat_client::{Config, Error, Event, FollowPolicy, Pending};
use chat_core::command::{Direction, SetNick};
use chat_core::event::Change;
use chat_core::{Body, Code, ConversationId, Fingerprint, Link, RequestId, Seq, Text};

use crate::bot;
use crate::host::Host;
use crate::person::Person;

fn pending(conversation: ConversationId, text: &str) -> Pending {
    Pending {
        post: chat_client::Client::new_post_id(),
        conversation,
        body: Body::Post(Text::new(text)),
    }
}

#[tokio::test]
async fn two_people_talk() {
    let host = Host::start(|_| {}).await;
    let (mut ann, mut bob) = (host.join("ann"), host.join("bob"));
    ann.until_ready().await;
    ann.until(|event| matches!(event, Event::Latency(_)).then_some(()))
        .await;
    bob.until_ready().await;
    let room = ann.client.join("#room").await.expect("joined");
    bob.client.join("room").await.expect("joined");
    assert_eq!(ann.client.say(room.id, "hi").await, Ok(Seq(1)));
    assert_eq!(bob.client.say(room.id, "hi yourself").await, Ok(Seq(2)));
    assert_eq!(ann.hears(2).await, ["hi", "hi yourself"]);
    assert_eq!(bob.hears(2).await, ["hi", "hi yourself"]);
    let page = bob.client.history(room.id, Seq(3), Direction::Before).await;
    assert_eq!(page.expect("a page").entries.len(), 2);
    let direct = ann.client.direct("bob").await.expect("opened");
    ann.client.say(direct.id, "psst").await.expect("said");
    assert_eq!(bob.hears(1).await, ["psst"]);
}

#[tokio::test]
async fn the_echo_bot_of_the_docs_echoes() {
    let host = Host::start(|_| {}).await;
    let bot = tokio::spawn(bot::echo(host.config("echo")));
    let mut ann = host.join("ann");
    ann.until_ready().await;
    // The bot is there once the roster says so.
    let lobby = ann
        .until(|event| match event {
            Event::RosterChanged {
                conversation,
                change,
            } if change.person.nick.as_str() == "echo" => Some(*conversation),
            Event::Roster {
                conversation,
                people,
            } => people
                .iter()
                .any(|person| person.nick.as_str() == "echo")
                .then_some(*conversation),
            _ => None,
        })
        .await;
    ann.client
        .say(lobby, "is there anybody?")
        .await
        .expect("said");
    assert_eq!(ann.hears(2).await, ["is there anybody?"; 2]);
    bot.abort();
}

#[tokio::test]
async fn exactly_once_over_a_restart_nothing_is_missing_and_nothing_twice() {
    let mut host = Host::start(|config| config.limits.post_burst = 0).await;
    let mut config = host.config("bob");
    // However far behind it comes back.
    config.catch_up_max = 1_000;
    let (mut ann, mut bob) = (host.join("ann"), Person::new(config));
    ann.until_ready().await;
    bob.until_ready().await;
    let room = ann.client.join("#room").await.expect("joined").id;
    bob.client.join("#room").await.expect("joined");
    let mut want = Vec::new();
    for round in 0..3 {
        for n in 0..100 {
            let text = format!("{round}.{n}");
            ann.client.post(pending(room, &text));
            want.push(text);
        }
        // Somewhere in the middle of it.
        ann.until(|event| matches!(event, Event::Posted { .. }).then_some(()))
            .await;
        host = host.restart().await;
    }
    assert_eq!(bob.hears(300).await, want);
    assert_eq!(ann.client.say(room, "end").await, Ok(Seq(301)));
}

#[tokio::test]
async fn posts_that_are_too_fast_arrive_in_order() {
    let host = Host::start(|config| {
        config.limits.post_burst = 5;
        config.limits.posts_per_second = 100.0;
    })
    .await;
    let mut ann = host.join("ann");
    ann.until_ready().await;
    let lobby = ann.client.join("#lobby").await.expect("opened").id;
    let want: Vec<String> = (0..40).map(|n| n.to_string()).collect();
    for text in &want {
        ann.client.post(pending(lobby, text));
    }
    let mut got = ann.hears(40).await;
    // A server may take one of a burst after it has refused another; from then on one at a time.
    assert_eq!(got[39], "39");
    got.sort_by_key(|text| text.parse::<u32>().expect("a number"));
    assert_eq!(got, want);
}

#[tokio::test]
async fn what_others_do_is_seen_in_the_roster() {
    let host = Host::start(|_| {}).await;
    let mut ann = host.join("ann");
    let lobby = ann
        .until(|event| match event {
            Event::Roster {
                conversation,
                people,
            } if people.len() == 1 => Some(*conversation),
            _ => None,
        })
        .await;
    let seen = async |person: &mut Person, what: Change| {
        person
            .until(|event| match event {
                Event::RosterChanged {
                    conversation,
                    change,
                } if change.what == what => {
                    assert_eq!(*conversation, lobby);
                    Some((change.person.nick.to_string(), change.text.clone()))
                }
                _ => None,
            })
            .await
    };
    let mut bob = host.join("bob");
    assert_eq!(seen(&mut ann, Change::Came).await, ("bob".into(), None));
    bob.until_ready().await;
    let nick = "rob".to_owned();
    let request = RequestId(1);
    bob.client.send(SetNick { request, nick }.into());
    assert_eq!(seen(&mut ann, Change::Changed).await, ("rob".into(), None));
    bob.client.quit(Some("so long")).await;
    let went = ("rob".into(), Some(Text::new("so long")));
    assert_eq!(seen(&mut ann, Change::Went).await, went);
}

#[tokio::test]
async fn only_what_is_asked_for_comes() {
    let host = Host::start(|config| config.limits.post_burst = 0).await;
    let mut ann = host.join("ann");
    ann.until_ready().await;
    let room = ann.client.join("#room").await.expect("joined").id;
    for n in 1..=300 {
        ann.client.post(pending(room, &n.to_string()));
    }
    assert_eq!(ann.client.say(room, "last").await, Ok(Seq(301)));
    // Another session of the same account, far behind: from near the end, and said so.
    let mut other = host.join("ann");
    let skipped = other
        .until(|event| match event {
            Event::Skipped {
                conversation,
                after,
                before,
            } => Some((*conversation, *after, *before)),
            _ => None,
        })
        .await;
    assert_eq!(skipped, (room, Seq(0), Seq(102)));
    assert_eq!(other.hears(1).await, ["102"]);
    // One that asks for exactly what it wants.
    let mut config = host.config("ann");
    config.follow = FollowPolicy::Asked;
    let mut tail = Person::new(config);
    tail.client.follow(room, Some(Seq(298)));
    assert_eq!(tail.hears(3).await, ["299", "300", "last"]);
}

#[tokio::test]
async fn a_nick_that_is_taken_is_asked_for_again() {
    let host = Host::start(|_| {}).await;
    let mut ann = host.join("ann");
    ann.until_ready().await;
    let mut config = host.config("other");
    config.nick = Some("ANN".into());
    let mut other = Person::new(config);
    let refusal = other
        .until(|event| match event {
            Event::LoginRefused(refusal) => Some(refusal.clone()),
            _ => None,
        })
        .await;
    assert_eq!(refusal.code, Code::NickTaken);
    other.client.login_as("bob".into(), None);
    let nick = other
        .until(|event| match event {
            Event::Online { welcome, .. } => Some(welcome.nick.to_string()),
            _ => None,
        })
        .await;
    assert_eq!(nick, "bob");
}

#[tokio::test]
async fn an_unknown_certificate_is_asked_about_and_then_pinned() {
    let host = Host::start(|_| {}).await;
    let mut config = host.config("ann");
    let fingerprint = config.link.fingerprint.take().expect("in the link");
    let mut ann = Person::new(config);
    let asked = ann
        .until(|event| match event {
            Event::UnknownCertificate { fingerprint } => Some(*fingerprint),
            Event::Secured { .. } => panic!("nobody accepted it"),
            _ => None,
        })
        .await;
    assert_eq!(asked, fingerprint);
    ann.client.accept_certificate(fingerprint);
    ann.until_ready().await;
    ann.client.reconnect();
    ann.until(|event| match event {
        Event::UnknownCertificate { .. } => panic!("asked twice"),
        Event::Ready => Some(()),
        _ => None,
    })
    .await;
}

#[tokio::test]
async fn a_changed_certificate_is_never_accepted() {
    let host = Host::start(|_| {}).await;
    let other = Fingerprint([7; 32]);
    let mut linked = host.config("ann");
    linked.link.fingerprint = Some(other);
    let mut pinned = host.config("ann");
    pinned.link.fingerprint = None;
    pinned.pin = Some(other);
    for config in [linked, pinned] {
        let error = Person::new(config).closes().await;
        assert!(
            matches!(error, Error::CertificateChanged { expected, .. } if expected == other),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_wrong_address_says_what_to_do() {
    #[track_caller]
    fn says(error: &Error, want: &str) {
        let got = error.to_string();
        assert!(got.contains(want), "{got:?} does not contain {want:?}");
    }
    let config = |host: &str, port| {
        Config::new(
            Link::to(host, port),
            chat_core::Identity::from_seed(&[1; 32]),
        )
    };

    let private = Host::start(|_| {}).await;
    let mut plain_client = private.config("ann");
    plain_client.link.plaintext = true;
    says(
        &Person::new(plain_client).closes().await,
        "wants TLS: join without",
    );

    let plain = Host::start(|config| {
        config.server.plaintext = chat_server::config::Plaintext::Loopback;
    })
    .await;
    let mut tls_client = plain.config("ann");
    tls_client.link.plaintext = false;
    says(
        &Person::new(tls_client).closes().await,
        "does not speak TLS 1.3: if",
    );
    plain.join("ann").until_ready().await;

    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = closed.local_addr().expect("bound").port();
    drop(closed);
    let want = format!(
        "cannot reach 127.0.0.1:{port}: check the address, and that the server runs (connection refused)"
    );
    says(
        &Person::new(config("127.0.0.1", port)).closes().await,
        &want,
    );
    let no_name = Person::new(config("no.such.host.invalid", 1))
        .closes()
        .await;
    says(
        &no_name,
        "cannot reach no.such.host.invalid:1: check the address",
    );
}

#[tokio::test]
async fn a_client_ends_with_its_last_handle() {
    let host = Host::start(|_| {}).await;
    let mut ann = host.join("ann");
    ann.until_ready().await;
    let Person { client, mut events } = ann;
    let other = client.clone();
    drop(client);
    other.join("#room").await.expect("joined");
    drop(other);
    let mut last = None;
    while let Some(event) = events.next().await {
        last = Some(event);
    }
    assert_eq!(last, Some(Event::Closed(Error::Left)));
}
