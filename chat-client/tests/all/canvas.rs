//! A canvas through a real server: drawn on by two, over restarts.

use chat_client::{Client, Event, Pending};
use chat_core::canvas::Act;
use chat_core::canvas::stroke::{Colour, Part, Point, Shape, Size, Stroke, StrokeId};
use chat_core::{Body, Conversation, ConversationId, PostId, Seq};

use crate::host::Host;
use crate::person::Person;

/// A line, with this number.
fn draws(canvas: &Conversation, number: u32) -> Pending {
    let (from, to) = (Point::nearest(0, 0), Point::nearest(9, 9));
    let (colour, size) = (Colour::new(2).expect("one"), Size::new(1).expect("one"));
    let shape = Shape::Line(from, to);
    let stroke = Stroke::new(StrokeId(number), Part::First, colour, size, shape);
    Pending {
        post: Client::new_post_id(),
        conversation: canvas.id,
        body: Body::Draw(Act::Stroke(stroke.expect("can be drawn"))),
    }
}

async fn opens(person: &mut Person, room: ConversationId) -> (Conversation, Seq) {
    person.client.canvas(room);
    pictured(person, room).await
}

async fn pictured(person: &mut Person, room: ConversationId) -> (Conversation, Seq) {
    person
        .until(|event| match event {
            Event::Canvas {
                canvas,
                parent,
                seq,
                ..
            } if *parent == room => Some((canvas.clone(), *seq)),
            Event::CanvasClosed { refusal, .. } => panic!("{refusal}"),
            _ => None,
        })
        .await
}

/// The next thing that somebody sees happen on a canvas.
async fn sees(person: &mut Person, canvas: &Conversation) -> (Seq, Option<PostId>) {
    person
        .until(|event| match event {
            Event::Entry(entry) if entry.conversation == canvas.id => Some((entry.seq, entry.post)),
            Event::Announced(c) => {
                assert_ne!(c.id, canvas.id, "a canvas is no room");
                None
            }
            _ => None,
        })
        .await
}

#[tokio::test]
async fn order_a_canvas_goes_on_over_a_restart_without_a_hole() {
    let host = Host::start(|_| {}).await;
    let (mut ann, mut bob) = (host.join("ann"), host.join("bob"));
    ann.until_ready().await;
    bob.until_ready().await;
    let room = ann.client.join("#room").await.expect("joined").id;
    bob.client.join("#room").await.expect("joined");
    let (canvas, seq) = opens(&mut ann, room).await;
    assert_eq!(seq, Seq(0));
    assert_eq!(opens(&mut bob, room).await, (canvas.clone(), Seq(0)));
    let first = draws(&canvas, 1);
    ann.client.post(first.clone());
    for person in [&mut ann, &mut bob] {
        assert_eq!(sees(person, &canvas).await, (Seq(1), Some(first.post)));
    }
    let _host = host.restart().await;
    // Drawn while nobody is connected, perhaps: sent when they are.
    let second = draws(&canvas, 2);
    bob.client.post(second.clone());
    for person in [&mut ann, &mut bob] {
        assert_eq!(
            sees(person, &canvas).await,
            (Seq(2), Some(second.post)),
            "no picture anew"
        );
    }
    // One that opens it later gets the picture, and nothing twice.
    let (_, seq) = opens(&mut ann, room).await;
    assert!(seq <= Seq(2));
    let third = draws(&canvas, 3);
    bob.client.post(third.clone());
    let mut last = seq;
    while last < Seq(3) {
        let (seq, _) = sees(&mut ann, &canvas).await;
        assert_eq!(seq, last.next());
        last = seq;
    }
    assert_eq!(
        ann.client.say(room, "nice").await,
        Ok(Seq(1)),
        "the room is another log"
    );
}

#[tokio::test]
async fn key_not_name_a_canvas_is_only_for_those_who_are_in_its_conversation() {
    let host = Host::start(|_| {}).await;
    let (mut ann, mut eve) = (host.join("ann"), host.join("eve"));
    ann.until_ready().await;
    eve.until_ready().await;
    let room = ann.client.join("#room").await.expect("joined").id;
    eve.client.canvas(room);
    let refusal = eve
        .until(|event| match event {
            Event::CanvasClosed { parent, refusal } if *parent == room => Some(refusal.clone()),
            Event::Canvas { .. } => panic!("it is not hers"),
            _ => None,
        })
        .await;
    assert_eq!(refusal.code, chat_core::Code::NotAMember);
}
