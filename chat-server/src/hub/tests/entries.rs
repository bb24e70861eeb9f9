//! The words of a script that stand for posts about entries, and for what is drawn.

use chat_core::canvas::{self, Act, Colour, Point, Shape, Size, Stroke, StrokeId};
use chat_core::command::Post;
use chat_core::{Body, PostId, RequestId, Seq, Text};

use super::Door;
use super::script::number;

/// `edits 1 of #lobby: text`, `reacts 1 of #lobby: 👍`; behind it may stand `searched 3`.
pub(super) fn about(
    door: &mut Door,
    who: &str,
    (verb, seq, c): (&str, u64, &str),
    text: Text,
    request: RequestId,
) -> Post {
    let of = Seq(seq);
    let body = match verb {
        "edits" => Body::Edit { of, text },
        "deletes" => Body::Deletion { of },
        "reacts" => Body::Reaction { of, emoji: text },
        _ => Body::Unreaction { of, emoji: text },
    };
    let mut id = [0; 16];
    id[..8].copy_from_slice(&request.0.to_be_bytes());
    Post {
        request,
        conversation: door.conversation(who, c),
        post: PostId(id),
        body,
        again: false,
    }
}

/// `draws 1 on ~#lobby`, `goes-on 1 on ~#lobby`, `undoes 1 on ~#lobby`, `resets ~#lobby`, `unresets 5
/// on ~#lobby`.
pub(super) fn draw(
    door: &mut Door,
    who: &str,
    verb: &str,
    words: &[&str],
    request: RequestId,
) -> Post {
    let id = || StrokeId(number(words[0]) as u32);
    let stroke = |part| {
        let shape = Shape::Pen(vec![Point::nearest(1, 1), Point::nearest(5, 3)]);
        Act::Stroke(
            Stroke::new(id(), part, Colour::DEFAULT, Size::ONE, shape).expect("within the limits"),
        )
    };
    let act = match verb {
        "draws" => stroke(canvas::Part::First),
        "goes-on" => stroke(canvas::Part::Next),
        "undoes" => Act::Undo(id()),
        "resets" => Act::Reset,
        _ => Act::Unreset(Seq(number(words[0]))),
    };
    let mut post = [0xdd; 16];
    post[..8].copy_from_slice(&request.0.to_be_bytes());
    let place = words.last().expect("draws where?");
    Post {
        request,
        conversation: door.conversation(who, place),
        post: PostId(post),
        body: Body::Draw(act),
        again: false,
    }
}
