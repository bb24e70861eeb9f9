//! Hello, challenge, login.

use chat_core::command::{Hello, Login, Post};
use chat_core::event::Ping;
use chat_core::limits::VERSION;
use chat_core::{Body, Code, ConversationId, Identity, PostId, Refusal, RequestId, Text};

use super::{Live, NONCE};
use crate::hub::Input;
use crate::session::Act;

fn me() -> Identity {
    Identity::from_seed(&[1; 32])
}

/// The logins that the hub is asked about: whether each showed the right invite.
fn asked(live: &mut Live) -> Vec<bool> {
    let asked = live.acts.drain(..).filter_map(|act| match act {
        Act::Hub(Input::Login { invited, key, .. }) => {
            assert_eq!(key, me().public());
            Some(invited)
        }
        _ => None,
    });
    asked.collect()
}

#[test]
fn the_hub_is_asked_once_the_key_is_proved() {
    let mut live = Live::stranger();
    live.hello();
    assert_eq!(live.said(), ["challenge"]);
    live.log_in(&me(), &NONCE);
    assert_eq!(asked(&mut live), [false]);
    assert!(live.session.is_busy(), "one login at a time");
    assert_eq!(live.said(), [""; 0]);
}

#[test]
fn key_not_name_a_signature_of_another_challenge_ends_it() {
    let mut live = Live::stranger();
    live.hello();
    live.log_in(&me(), &[2; 32]);
    assert_eq!(live.said(), ["challenge", "bye bad-signature"]);
    assert_eq!(asked(&mut live), [false; 0]);
}

#[test]
fn key_not_name_a_signature_for_another_channel_ends_it() {
    let mut live = Live::stranger();
    live.hello();
    live.say(Login {
        key: me().public(),
        signature: me().sign_login(&NONCE, &[9; 32]),
        nick: None,
        invite: None,
    });
    assert_eq!(live.said(), ["challenge", "bye bad-signature"]);
}

#[test]
fn the_invite_is_compared_and_never_passed_on() {
    for (shown, invited) in [
        (None, false),
        (Some("sesam"), false),
        (Some("sesame"), true),
    ] {
        let mut live = Live::stranger();
        live.hello();
        live.say(Login {
            key: me().public(),
            signature: me().sign_login(&NONCE, &[0; 32]),
            nick: None,
            invite: shown.map(str::to_owned),
        });
        assert_eq!(asked(&mut live), [invited], "{shown:?}");
    }
}

#[test]
fn a_login_that_was_refused_is_tried_again_on_the_same_connection() {
    let mut live = Live::stranger();
    live.hello();
    live.log_in(&me(), &NONCE);
    live.session
        .handle_login(Err(Refusal::new(Code::NickTaken, "taken")));
    assert_eq!(live.said(), ["challenge", "login refused nick-taken"]);
    live.log_in(&me(), &NONCE);
    assert_eq!(asked(&mut live), [false, false]);
}

#[test]
fn a_login_that_can_not_be_mended_ends_it() {
    let mut live = Live::stranger();
    live.hello();
    live.log_in(&me(), &NONCE);
    live.session
        .handle_login(Err(Refusal::new(Code::Storage, "disk full")));
    assert_eq!(live.said(), ["challenge", "bye storage"]);
}

#[test]
fn versions_must_overlap() {
    let mut live = Live::stranger();
    live.say(Hello {
        version_min: VERSION + 1,
        version_max: VERSION + 5,
        agent: Text::new("from the future"),
    });
    assert_eq!(live.said(), ["bye version"]);
}

#[test]
fn what_comes_out_of_turn_ends_it() {
    let mut live = Live::stranger();
    live.log_in(&me(), &NONCE);
    assert_eq!(live.said(), ["bye protocol-violation"]);

    let mut live = Live::stranger();
    live.hello();
    live.say(Post {
        request: RequestId(1),
        conversation: ConversationId(1),
        post: PostId([0; 16]),
        body: Body::Post(Text::new("hi")),
        again: false,
    });
    assert_eq!(live.said(), ["challenge", "bye protocol-violation"]);
    assert!(live.acts.is_empty());

    let mut live = Live::new();
    live.hello();
    assert_eq!(live.said(), ["bye protocol-violation"]);
}

#[test]
fn bounded_a_stranger_has_little_time_and_few_bytes() {
    let mut live = Live::stranger();
    live.say(Ping { token: 7 });
    live.session.handle_bytes(900, 900);
    live.session.handle_time(999);
    assert_eq!(live.said(), ["pong 7"]);
    live.session.handle_time(1_000);
    assert_eq!(live.said(), ["bye login-timeout"]);

    let mut live = Live::stranger();
    live.session.handle_bytes(1_001, 0);
    assert_eq!(live.said(), ["bye protocol-violation"]);
}
