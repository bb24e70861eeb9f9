//! A session that is logged in: cursors, pages, rosters, goodbyes.

use bytes::Bytes;
use chat_core::command::{Fetch, Post, Snapshot};
use chat_core::event::{Bye, Posted, ReadMarker};
use chat_core::limits::{ANSWER_MS, SILENT_MS};
use chat_core::{AccountId, Body, Code, Event, PostId, RequestId, Seq, Text};

use super::{C, Live, entry};
use crate::hub::{About, Input, Searched, Subject};
use crate::journal::{Found, Page, Wanted};
use crate::session::{Act, FULL_BYTES, OVERFULL_BYTES};

#[test]
fn nothing_is_said_after_the_goodbye() {
    let mut live = Live::new();
    live.follow(5, 5);
    live.ask_page();
    live.ask_page();
    assert_eq!(live.wants(), [6]);
    let (code, text) = (Code::Restarting, Text::new("later"));
    live.session.say_bye(Bye {
        code,
        text,
        retry_after_ms: None,
    });
    live.found(1, 5);
    assert_eq!(live.said(), ["done", "bye restarting"]);
    assert_eq!(live.wants(), [0; 0]);
}

/// What the store holds of an entry of account 1.
fn about() -> Searched {
    Searched {
        up_to: 9,
        about: Some(About {
            author: AccountId(1),
            subject: Subject::Text,
            edits: 0,
            reactions: Vec::new(),
        }),
    }
}

#[test]
fn order_an_entry_that_a_post_is_about_is_looked_up_before_anything_behind_it() {
    let mut live = Live::new();
    let post = |body| Post {
        request: RequestId(7),
        conversation: C,
        post: PostId([7; 16]),
        body,
        again: false,
    };
    live.say(post(Body::Deletion { of: Seq(3) }));
    let Some(Act::Read(wanted)) = live.acts.pop() else {
        panic!("nothing is looked up");
    };
    assert_eq!(
        wanted,
        Wanted::Post {
            author: AccountId(1),
            post: None,
            about: Some((C, Seq(3))),
        }
    );
    assert!(live.session.is_busy(), "what it sends next waits");
    let found = Found::Post {
        made: None,
        searched: about(),
    };
    live.session.found(Some(found), &mut live.acts);
    let Some(Act::Hub(Input::Command { searched, .. })) = live.acts.pop() else {
        panic!("the hub is not asked");
    };
    assert_eq!(searched, Some(about()));
    assert!(!live.session.is_busy());
    // One about nothing goes to the hub at once; one that can't be looked up is refused.
    live.say(post(Body::Post(Text::new("hi"))));
    assert!(matches!(
        live.acts.pop(),
        Some(Act::Hub(Input::Command { searched: None, .. }))
    ));
    live.say(post(Body::Deletion { of: Seq(3) }));
    live.session.found(None, &mut live.acts);
    assert_eq!(live.said(), ["refused storage"]);
}

#[test]
fn order_what_was_missed_of_a_canvas_is_said_and_not_skipped() {
    let mut live = Live::new();
    live.follow(5, 300);
    assert_eq!(live.wants(), [5]);
    let page = Page {
        entries: vec![(Seq(257), entry(257))],
        more: true,
        gone: true,
    };
    live.session.found(Some(Found::Page(page)), &mut live.acts);
    assert_eq!(live.said(), ["done", "bye too-slow"]);
}

#[test]
fn a_picture_is_for_who_follows_the_canvas() {
    let mut live = Live::new();
    let snapshot = || Snapshot {
        request: RequestId(9),
        conversation: C,
    };
    live.say(snapshot());
    assert_eq!(live.said(), ["refused not-a-member"]);
    live.follow(5, 5);
    let answers = [
        (Some(Some((Seq(5), vec![1]))), "picture 5, 1 bytes"),
        (Some(None), "refused not-possible"),
        (None, "refused storage"),
    ];
    assert_eq!(live.said(), ["done"]);
    for (found, said) in answers {
        live.acts.clear();
        live.say(snapshot());
        assert!(live.session.is_busy(), "one page or picture at a time");
        let wanted = Wanted::Picture { canvas: C };
        assert!(matches!(live.acts.pop(), Some(Act::Read(w)) if w == wanted));
        let found = found.map(Found::Picture);
        live.session.found(found, &mut live.acts);
        assert_eq!(live.said(), [said]);
    }
    // It left while the picture was read.
    live.say(snapshot());
    live.session.handle_unfollow(C);
    let picture = Found::Picture(Some((Seq(5), vec![1])));
    live.session.found(Some(picture), &mut live.acts);
    assert_eq!(live.said(), ["refused not-a-member"]);
}

#[test]
fn order_a_page_for_an_older_cursor_is_left_aside() {
    let mut live = Live::new();
    live.follow(5, 10);
    assert_eq!(live.wants(), [5]);
    // It follows anew, further back, while the page is read.
    live.follow(0, 10);
    live.found(6, 10);
    assert_eq!(live.said(), ["done", "done"]);
    assert_eq!(live.wants(), [0]);
    live.found(1, 2);
    assert_eq!(live.said(), ["entry 1", "entry 2"]);
}

#[test]
fn order_an_entry_that_is_missing_is_said_and_never_skipped() {
    let mut live = Live::new();
    live.follow(5, 10);
    live.found(7, 10);
    assert_eq!(live.said(), ["done", "bye storage"]);
}

#[test]
fn key_not_name_nothing_comes_before_its_turn() {
    let mut live = Live::new();
    live.follow(0, 2);
    // The store has more than the worker has been told of: who may see that is not known yet.
    live.found(1, 4);
    assert_eq!(live.said(), ["done", "entry 1", "entry 2"]);
    live.entries((3, 4), 2, 9, Bytes::from_static(&[0, 0, 0, 1, 0]));
    assert_eq!(live.session.out().bytes(), 5);
}

#[test]
fn what_an_author_has_said_may_reach_him_later_where_few_read_it() {
    let (own, other) = (1, 2);
    let frames = || Bytes::from_static(b"frames");
    let mut live = Live::new();
    live.follow(5, 5);
    assert_eq!(live.said(), ["done"]);
    assert!(!live.session.may_wait(), "there is nothing that could");
    live.entries((6, 6), own, 2, frames());
    live.session.handle_answer(
        &Posted {
            request: RequestId(7),
            conversation: C,
            seq: Seq(6),
        }
        .into(),
    );
    assert!(live.session.may_wait());
    live.entries((7, 7), other, 2, frames());
    assert!(!live.session.may_wait(), "the other's takes it along");
    live.session.handle_sent(live.session.out().bytes());
    live.entries((8, 8), own, 3, frames());
    assert!(!live.session.may_wait(), "where more read it all wait");
    live.session.handle_sent(live.session.out().bytes());
    live.entries((9, 9), own, 2, frames());
    live.entries((11, 11), own, 2, frames());
    assert!(!live.session.may_wait(), "entry 10 is to be read");
}

#[test]
fn a_page_before_what_is_not_there_yet_begins_at_the_end() {
    let mut live = Live::new();
    live.follow(3, 3);
    // The store may have more than a page of what the session has not been told of.
    live.ask_page();
    assert_eq!(live.wants(), [4]);
}

#[test]
fn key_not_name_a_page_ends_at_what_the_session_was_told_of() {
    let mut live = Live::new();
    live.follow(3, 3);
    live.ask_page();
    live.found(1, 5);
    assert_eq!(live.said(), ["done", "page [1, 2, 3]"]);
}

#[test]
fn key_not_name_a_page_that_comes_after_leaving_is_refused() {
    let mut live = Live::new();
    live.follow(5, 5);
    live.ask_page();
    live.session.handle_unfollow(C);
    live.found(1, 5);
    assert_eq!(live.said(), ["done", "refused not-a-member"]);
}

#[test]
fn key_not_name_a_piece_that_comes_after_leaving_is_refused() {
    let mut live = Live::new();
    live.follow(5, 5);
    live.ask_page();
    live.say(Fetch {
        request: RequestId(9),
        conversation: C,
        seq: Seq(3),
        at: 0,
        bytes_max: None,
    });
    live.found(1, 5);
    live.session.handle_unfollow(C);
    let piece = Found::Piece(Some(vec![1]));
    live.session.found(Some(piece), &mut live.acts);
    assert_eq!(
        live.said(),
        ["done", "page [1, 2, 3, 4, 5]", "refused not-a-member"]
    );
}

#[test]
fn order_a_page_of_a_canvas_has_no_hole_where_entries_are_merged() {
    let mut live = Live::new();
    live.follow(300, 300);
    live.ask_page();
    let page = Page {
        entries: vec![(Seq(257), entry(257))],
        more: false,
        gone: true,
    };
    live.session.found(Some(Found::Page(page)), &mut live.acts);
    assert_eq!(live.said(), ["done", "refused gone"]);
}

#[test]
fn changes_of_a_roster_that_find_no_room_are_told_of_later() {
    let mut live = Live::new();
    live.follow(5, 5);
    let full = Bytes::from(vec![0; FULL_BYTES]);
    live.entries((6, 6), 2, 9, full);
    live.session.handle_roster(C, &Bytes::from_static(b"lost"));
    live.session.handle_room(&mut live.acts);
    let before = live.session.out().bytes();
    live.session.handle_sent(before);
    live.session.handle_room(&mut live.acts);
    assert_eq!(live.said(), ["stale roster 1"]);
}

#[test]
fn bounded_one_who_leaves_news_lying_connects_again() {
    let mut live = Live::new();
    let news = Event::ReadMarker(ReadMarker {
        conversation: C,
        seq: Seq(1),
    });
    while live.session.closing().is_none() {
        live.session.handle_push(&news);
    }
    assert_eq!(live.session.closing(), Some(Code::TooSlow));
    let held = live.session.out().bytes();
    assert!((OVERFULL_BYTES..OVERFULL_BYTES + 1_000).contains(&held));
    live.session.handle_push(&news);
    assert_eq!(live.session.out().bytes(), held);
}

#[test]
fn what_the_server_does_not_know_is_refused_or_skipped() {
    let mut live = Live::new();
    // Kind 999 with a request id, then without.
    live.take(&[0x82, 0x19, 0x03, 0xe7, 0xa1, 0x00, 0x07]);
    live.take(&[0x82, 0x19, 0x03, 0xe7, 0xa0]);
    assert_eq!(live.said(), ["refused unknown-command"]);
    live.take(&[0xff]);
    assert_eq!(live.said(), ["bye protocol-violation"]);
}

#[test]
fn a_peer_that_is_idle_is_pinged_and_then_given_up() {
    let mut live = Live::new();
    live.session.handle_bytes(1, 5_000);
    assert_eq!(live.session.deadline(), 5_000 + SILENT_MS);
    live.session.handle_time(4_999 + SILENT_MS);
    assert_eq!(live.said(), [""; 0]);
    live.session.handle_time(5_000 + SILENT_MS);
    assert_eq!(live.said(), ["ping"]);
    assert_eq!(live.session.deadline(), 5_000 + SILENT_MS + ANSWER_MS);
    live.session.handle_bytes(1, 150_000);
    assert_eq!(live.session.deadline(), 150_000 + SILENT_MS);
    live.session.handle_time(150_000 + SILENT_MS);
    live.session.handle_time(150_000 + SILENT_MS + ANSWER_MS);
    assert_eq!(live.said(), ["ping", "bye dead"]);
}

#[test]
fn peers_that_were_heard_at_different_times_are_pinged_together() {
    let mut live = Live::new();
    for heard in [1, 2_000, 5_000] {
        live.session.handle_bytes(1, heard);
        assert_eq!(live.session.deadline(), 5_000 + SILENT_MS);
    }
    live.session.handle_bytes(1, 5_001);
    assert_eq!(live.session.deadline(), 10_000 + SILENT_MS);
}
