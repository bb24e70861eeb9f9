//! Entries as JSON: one object on one line, with the fields that `docs/scripting.md` documents. They
//! stay; more may come.

use chat_core::{Body, Entry, Millis};
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

/// An entry in JSON.
#[derive(Debug, Serialize)]
struct Object<'a> {
    conversation: &'a str,
    seq: u64,
    at: String,
    nick: &'a str,
    account: u64,
    kind: &'static str,
    text: &'a str,
    post: Option<String>,
}

/// An entry of the conversation that is called `#room` or `@nick`.
pub(super) fn entry(conversation: &str, entry: &Entry) -> String {
    let object = Object {
        conversation,
        seq: entry.seq.0,
        at: moment(entry.at),
        nick: entry.nick.as_str(),
        account: entry.author.0,
        kind: match entry.body {
            Body::Post(_) => "post",
            Body::Action(_) => "action",
            Body::Topic(_) => "topic",
            _ => "unknown",
        },
        text: entry.body.text(),
        post: entry.post.map(|id| Uuid::from_bytes(id.0).to_string()),
    };
    serde_json::to_string(&object).expect("numbers and texts can be written")
}

/// RFC 3339 in UTC, always with milliseconds, so that it sorts as text.
fn moment(at: Millis) -> String {
    let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
    let at = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX);
    format!("{at:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat_core::{AccountId, ConversationId, Nick, PostId, Seq, Text};

    fn made(body: Body, post: Option<PostId>) -> Entry {
        Entry {
            conversation: ConversationId(7),
            seq: Seq(3),
            at: Millis(1_800_000_000_120),
            author: AccountId(2),
            nick: Nick::received("bob"),
            post,
            body,
        }
    }

    #[track_caller]
    fn check(body: Body, post: Option<PostId>, want: &str) {
        let line = entry("#general", &made(body, post));
        assert_eq!(line, want);
    }

    #[test]
    fn fields_are_stable() {
        check(
            Body::Post(Text::new("hi \"there\"\nsecond line")),
            Some(PostId([0x11; 16])),
            r##"{"conversation":"#general","seq":3,"at":"2027-01-15T08:00:00.120Z","nick":"bob","account":2,"kind":"post","text":"hi \"there\"\nsecond line","post":"11111111-1111-1111-1111-111111111111"}"##,
        );
        check(
            Body::Topic(Text::new("")),
            None,
            r##"{"conversation":"#general","seq":3,"at":"2027-01-15T08:00:00.120Z","nick":"bob","account":2,"kind":"topic","text":"","post":null}"##,
        );
        check(
            Body::Unknown(9),
            None,
            r##"{"conversation":"#general","seq":3,"at":"2027-01-15T08:00:00.120Z","nick":"bob","account":2,"kind":"unknown","text":"","post":null}"##,
        );
    }

    #[test]
    fn times_that_no_calendar_has_are_still_times() {
        assert_eq!(moment(Millis(0)), "1970-01-01T00:00:00.000Z");
        assert!(moment(Millis(u64::MAX)).starts_with("9999-12-"));
    }
}
