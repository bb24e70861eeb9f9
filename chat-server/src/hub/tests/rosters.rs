//! Rosters: versions, deltas, pages.

use chat_core::command::{Roster, SetPresence};
use chat_core::limits::FRAME_BYTES;
use chat_core::{AccountId, ConversationId, Event, RequestId, Text};

use super::{Effects, Hub, Input, Output, START, SessionId, State, check, key_of, rules};

#[test]
fn a_small_room_is_told_at_once() {
    check(
        "
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        bob is cut off
        > #lobby v3: went bob (offline)
        roster is due
    ",
    );
}

#[test]
fn bounded_a_large_room_is_told_once_a_period_with_one_row_each() {
    check(
        "
        rule small_room 2
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        cid logs in
        > cid: welcome cid, in #lobby
        cid goes away
        > cid: me cid (away)
        > cid: done
        cid renames to cyd
        > cid: done
        > cid: me cyd (away)
        cid renames to sid
        > cid: done
        > cid: me sid (away)
        dan logs in
        > dan: welcome dan, in #lobby
        dan is cut off
        ann asks roster of #lobby
        > ann: roster #lobby v2: ann, bob, sid (away)
        roster is due
        > #lobby v3: came sid (away), was cid; went dan (offline)
        roster is due
        sid logs in as other
        > sid: welcome other, in #lobby
        cid is cut off
        cid logs in
        > cid: welcome sid, in #lobby
        roster is due
        > #lobby v4: changed sid; came other
        ann is cut off
        cid is cut off
        roster is due
        > #lobby v5: went ann (offline); went sid (offline)
        sid is cut off
        > #lobby v6: went other (offline)
    ",
    );
}

#[test]
fn a_roster_is_paged() {
    check(
        "
        ann logs in
        > ann: welcome ann, in #lobby
        > #lobby v1: came ann
        bob logs in
        > bob: welcome bob, in #lobby
        > #lobby v2: came bob
        cid logs in
        > cid: welcome cid, in #lobby
        > #lobby v3: came cid
        ann asks roster of #lobby
        > ann: roster #lobby v3: ann, bob, cid
        ann asks roster of #lobby after ann
        > ann: roster #lobby v3: bob, cid
        ann asks roster of #lobby after cid
        > ann: roster #lobby v3:
        ann asks roster of #nowhere
        > ann: refused not-a-member
    ",
    );
}

/// 600 people in the lobby, each away for a long reason.
fn crowd() -> (Hub, Effects) {
    let mut hub = Hub::new(rules(), State::default());
    let mut effects = Effects::default();
    for n in 0..600 {
        let person = format!("p{n}");
        let session = SessionId {
            worker: 0,
            number: n,
        };
        let (key, nick) = (key_of(&person), Some(person));
        let invited = false;
        let login = Input::Login {
            session,
            key,
            nick,
            invited,
        };
        hub.handle(START, login, &mut effects);
        let away = SetPresence {
            request: RequestId(1),
            away: true,
            text: Some(Text::new(&"x".repeat(1_000))),
        };
        let command = Input::Command {
            session,
            command: away.into(),
            searched: None,
        };
        hub.handle(START, command, &mut effects);
    }
    (hub, effects)
}

#[test]
fn bounded_a_push_fits_a_frame() {
    let (mut hub, _) = crowd();
    let mut effects = Effects::default();
    assert!(hub.wants_roster_due());
    hub.handle(START, Input::RosterDue, &mut effects);
    assert!(!hub.wants_roster_due());
    let mut told = 0;
    for output in effects.outputs {
        if let Output::Roster(changes) = output {
            told += changes.changes.len();
            let frame = Event::RosterChanges(changes).to_frame();
            assert!(frame.len() <= FRAME_BYTES, "{} bytes", frame.len());
        }
    }
    // The first 50 were told at once.
    assert_eq!(told, 600 - 50);
}

#[test]
fn bounded_a_page_of_a_roster_fits_a_frame() {
    let (mut hub, _) = crowd();
    let mut seen = Vec::new();
    loop {
        let mut effects = Effects::default();
        let session = SessionId {
            worker: 0,
            number: 7,
        };
        let roster = Roster {
            request: RequestId(1),
            conversation: ConversationId(1),
            after: seen.last().copied(),
        };
        let input = Input::Command {
            session,
            command: roster.into(),
            searched: None,
        };
        hub.handle(START, input, &mut effects);
        let Some(Output::Answer { event, .. }) = effects.outputs.pop() else {
            panic!("it is answered");
        };
        let bytes = event.to_frame().len();
        assert!(bytes <= FRAME_BYTES, "{bytes} bytes");
        let Event::RosterPage(page) = event else {
            panic!("with a page");
        };
        seen.extend(page.people.iter().map(|p| p.account));
        if !page.more {
            break;
        }
    }
    assert_eq!(seen, (1..=600).map(AccountId).collect::<Vec<_>>());
}
