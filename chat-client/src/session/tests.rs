//! The whole session through one door: what goes in and comes out, as text.

use std::time::Instant;

use chat_core::command;
use chat_core::event::{
    Announced, ConversationKind, Done, Left, Opened, Posted, Ready, Refused, RosterPage,
    RosterStale,
};
use chat_core::{AccountId, Body, Conversation, Entry, Identity, Link, Millis, Nick, PostId, Text};

use super::*;
use crate::FollowPolicy;

const ROOM: ConversationId = ConversationId(7);

fn config() -> Config {
    Config::new(Link::to("localhost", 1), Identity::from_seed(&[1; 32]))
}

fn welcome(epoch: u8) -> Welcome {
    Welcome {
        account: AccountId(1),
        nick: Nick::received("ann"),
        epoch: [epoch; 16],
        server: Text::new("test"),
        now: Millis(0),
        text_bytes: 8192,
        roster_period_ms: 5000,
        file_bytes: None,
    }
}

fn room(head: u64) -> Conversation {
    Conversation {
        id: ROOM,
        kind: ConversationKind::Room,
        name: Text::new("#room"),
        peer: None,
        topic: Text::default(),
        head: Seq(head),
        read: Seq(0),
        base: None,
    }
}

fn entry(seq: u64) -> chat_core::Event {
    chat_core::Event::Entry(Entry {
        conversation: ROOM,
        seq: Seq(seq),
        at: Millis(0),
        author: AccountId(2),
        nick: Nick::received("bob"),
        post: None,
        body: Body::Post(Text::new("hi")),
    })
}

fn pending() -> Pending {
    Pending {
        post: PostId([1; 16]),
        conversation: ROOM,
        body: Body::Post(Text::new("hi")),
    }
}

struct Bench {
    session: Session,
    now: Instant,
    /// Own request ids, in the order in which they were sent.
    sent: Vec<RequestId>,
}

impl Bench {
    fn new(config: &Config) -> Bench {
        Bench {
            session: Session::new(config),
            now: Instant::now(),
            sent: Vec::new(),
        }
    }

    fn hears(&mut self, said: impl Into<chat_core::Event>) {
        let heard = self.session.received(said.into(), self.now);
        heard.expect("no violation");
    }

    /// What is sent and told now, in short.
    fn does(&mut self) -> String {
        let mut done = Vec::new();
        while let Some(command) = self.session.next_command(self.now) {
            self.sent.extend(command.request());
            done.push(match command {
                Command::Follow(c) => format!("follow {}", c.after.expect("exact")),
                Command::Roster(c) => format!("roster {:?}", c.after.map(|a| a.0)),
                Command::Post(c) => format!("post again={}", c.again),
                other => format!("kind {}", other.kind()),
            });
        }
        while let Some(event) = self.session.next_event() {
            done.push(match event {
                Event::Online { new_epoch, .. } => format!("online new={new_epoch}"),
                Event::Announced(c) => format!("announced {}", c.name),
                Event::Entry(e) => format!("entry {}", e.seq),
                Event::Skipped { after, before, .. } => format!("skipped {after}-{before}"),
                Event::Posted { seq, .. } => format!("posted {seq}"),
                Event::PostRefused { refusal, .. } => format!("refused {}", refusal.code),
                Event::Roster { people, .. } => format!("roster of {}", people.len()),
                Event::Answer { request, answer } => format!("answer {request} {}", answer.is_ok()),
                Event::Left { .. } => "left".into(),
                Event::Ready => "ready".into(),
                other => format!("{other:?}"),
            });
        }
        done.join("; ")
    }

    fn last(&self) -> RequestId {
        *self.sent.last().expect("something was sent")
    }

    /// Online, with the room followed.
    fn following(config: &Config, head: u64) -> Bench {
        let mut bench = Bench::new(config);
        bench.session.online(welcome(1), bench.now);
        bench.hears(Announced {
            conversation: room(head),
        });
        bench.hears(Ready {});
        bench.does();
        let request = bench.sent[0];
        bench.hears(Done { request });
        bench
    }
}

#[test]
fn a_login_follows_what_is_announced() {
    let mut bench = Bench::new(&config());
    bench.session.online(welcome(1), bench.now);
    bench.hears(Announced {
        conversation: room(1_000),
    });
    bench.hears(Ready {});
    assert_eq!(
        bench.does(),
        "follow 800; roster None; online new=false; announced #room; skipped 0-801; ready"
    );
    let request = bench.last();
    bench.hears(Done {
        request: bench.sent[0],
    });
    bench.hears(entry(801));
    bench.hears(RosterPage {
        request,
        conversation: ROOM,
        version: 1,
        people: Vec::new(),
        more: false,
    });
    assert_eq!(bench.does(), "entry 801; roster of 0");
    bench.hears(RosterStale { conversation: ROOM });
    assert_eq!(bench.does(), "roster None");
}

#[test]
fn order_a_hole_is_a_violation_and_never_shown() {
    let mut bench = Bench::following(&config(), 5);
    bench.hears(entry(1));
    let hole = bench.session.received(entry(3), bench.now);
    assert_eq!(
        hole,
        Err(Violation("entry 3 of conversation 7 instead of 2".into()))
    );
    bench.session.offline();
    assert_eq!(bench.does(), "entry 1");
    bench.session.online(welcome(1), bench.now);
    bench.hears(Announced {
        conversation: room(5),
    });
    assert_eq!(
        bench.does(),
        "follow 1; roster None; online new=false; announced #room"
    );
}

#[test]
fn what_this_session_opens_is_announced_and_followed_once() {
    let mut bench = Bench::following(&config(), 0);
    let request = RequestId(5);
    let join = command::Join {
        request,
        room: "b".into(),
    };
    bench.session.send(join.into());
    assert_eq!(bench.does(), "kind 20");
    let mut other = room(0);
    other.id = ConversationId(8);
    bench.hears(Opened {
        request,
        conversation: other.clone(),
    });
    bench.hears(Announced {
        conversation: other,
    });
    assert_eq!(
        bench.does(),
        "follow 0; roster None; announced #room; answer 5 true"
    );
    bench.hears(Left { conversation: ROOM });
    bench.hears(Left { conversation: ROOM });
    assert_eq!(bench.does(), "left");
}

#[test]
fn exactly_once_a_post_is_repeated_until_it_is_acknowledged() {
    let mut bench = Bench::following(&config(), 0);
    bench.session.post(pending(), None, bench.now);
    assert_eq!(bench.does(), "post again=false");
    bench.session.offline();
    assert_eq!(bench.does(), "");
    bench.session.online(welcome(1), bench.now);
    assert_eq!(bench.does(), "post again=true; online new=false");
    bench.hears(Posted {
        request: bench.last(),
        conversation: ROOM,
        seq: Seq(1),
    });
    assert_eq!(bench.does(), "posted 1");
    assert!(bench.session.is_settled());
}

#[test]
fn another_store_voids_cursors_and_posts() {
    let mut config = config();
    config.resume = Some(Resume {
        epoch: [1; 16],
        cursors: [(ROOM, Seq(50))].into(),
    });
    config.pending = vec![pending()];
    let mut bench = Bench::new(&config);
    bench.session.online(welcome(2), bench.now);
    bench.hears(Announced {
        conversation: room(3),
    });
    assert_eq!(
        bench.does(),
        "follow 0; roster None; online new=true; refused not-a-member; announced #room"
    );
}

#[test]
fn requests_are_answered_also_when_the_connection_breaks() {
    let mut bench = Bench::following(&config(), 0);
    let request = RequestId(3);
    let rooms = command::Rooms {
        request,
        after: None,
    };
    bench.session.send(rooms.clone().into());
    bench.does();
    bench.session.offline();
    assert_eq!(bench.does(), "answer 3 false");
    bench.session.send(rooms.into());
    assert_eq!(bench.does(), "answer 3 false");
}

#[test]
fn an_answer_of_an_unknown_kind_is_an_answer() {
    let mut bench = Bench::following(&config(), 0);
    let request = RequestId(3);
    let rooms = command::Rooms {
        request,
        after: None,
    };
    bench.session.send(rooms.into());
    bench.does();
    bench.session.received_unknown(99, Some(request));
    assert_eq!(bench.does(), "");
    bench.session.received_unknown(31, Some(request));
    assert_eq!(bench.does(), "answer 3 false");
}

#[test]
fn only_what_is_asked_for_is_followed() {
    let mut config = config();
    config.follow = FollowPolicy::Asked;
    let mut bench = Bench::new(&config);
    bench.session.online(welcome(1), bench.now);
    bench.hears(Announced {
        conversation: room(1_000),
    });
    assert_eq!(bench.does(), "online new=false; announced #room");
    bench.session.follow(ROOM, Some(Seq(10)));
    assert_eq!(bench.does(), "follow 10; roster None");
}

#[test]
fn bounded_nothing_is_read_while_events_pile_up() {
    let mut bench = Bench::following(&config(), 0);
    bench.does();
    let mut seq = 0;
    while bench.session.has_room() {
        seq += 1;
        bench.hears(entry(seq));
    }
    assert_eq!(seq as usize, EVENTS);
    // Somebody who waits for an answer behind all that gets room first, and then an answer.
    let (waiter, mut answer) = tokio::sync::oneshot::channel();
    bench.session.post(pending(), Some(waiter), bench.now);
    while bench.session.has_room() {
        seq += 1;
        bench.hears(entry(seq));
    }
    assert_eq!(seq as usize, EVENTS_WHILE_WAITING);
    let refusal = answer.try_recv().expect("answered").expect_err("refused");
    assert!(refusal.text.contains("unread"));
    assert!(!bench.session.is_settled(), "the post itself still goes");
}

#[test]
fn what_was_left_while_away_is_told() {
    let mut config = config();
    config.resume = Some(Resume {
        epoch: [1; 16],
        cursors: [(ROOM, Seq(5))].into(),
    });
    let mut bench = Bench::new(&config);
    bench.session.online(welcome(1), bench.now);
    bench.hears(Ready {});
    assert_eq!(
        bench.does(),
        "follow 5; roster None; online new=false; ready"
    );
    let refusal = Refusal::new(Code::NotAMember, "you are not in there");
    bench.hears(Refused::new(bench.sent[0], refusal));
    assert_eq!(bench.does(), "left");
}

#[test]
fn what_is_drawn_neither_holds_up_what_is_said_nor_comes_late() {
    let mut bench = Bench::new(&config());
    bench.session.online(welcome(1), bench.now);
    let mut drawn = pending();
    drawn.post = PostId([2; 16]);
    drawn.body = Body::Draw(chat_core::canvas::Act::Reset);
    bench.session.post(drawn, None, bench.now);
    bench.does();
    let (request, refusal) = (bench.last(), Refusal::new(Code::TooFast, "slower"));
    bench.hears(Refused::new(request, refusal.retry_after(60_000)));
    bench.session.post(pending(), None, bench.now);
    assert_eq!(bench.does(), "post again=false", "at once");
    bench.now += std::time::Duration::from_secs(60);
    assert_eq!(bench.does(), "refused other", "and given up after a minute");
}
