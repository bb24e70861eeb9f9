//! The object per entry of `tail --json`. Its keys are stable: programs read them. New keys may be
//! added; none goes or changes its meaning.

use chat_core::{Body, Entry};
use serde::Serialize;

use super::lines::moment;

/// One entry.
#[derive(Debug, Serialize)]
pub struct Line<'a> {
    /// `#room`, or `@nick` of the other person.
    pub conversation: &'a str,
    /// Its place there: 1, 2, 3, … without holes.
    pub seq: u64,
    /// When the server took it, in UTC (RFC 3339, milliseconds).
    pub at: String,
    /// What the author was called then.
    pub nick: &'a str,
    /// The author's account: a number that stays the same on this server.
    pub account: u64,
    /// `post`, `action` (`/me`), `topic`, or `unknown`: made by a newer version.
    pub kind: &'static str,
    /// What it says; empty where there is no text.
    pub text: &'a str,
    /// The id that the author's client gave it, in hexadecimal; `null` where there is none.
    pub post: Option<String>,
}

impl<'a> Line<'a> {
    /// The object of an entry in the conversation with this title.
    #[must_use]
    pub fn new(title: &'a str, entry: &'a Entry) -> Line<'a> {
        Line {
            conversation: title,
            seq: entry.seq.0,
            at: moment(entry.at)
                .strftime("%Y-%m-%dT%H:%M:%S.%3fZ")
                .to_string(),
            nick: entry.nick.as_str(),
            account: entry.author.0,
            kind: match entry.body {
                Body::Post(_) => "post",
                Body::Action(_) => "action",
                Body::Topic(_) => "topic",
                _ => "unknown",
            },
            text: entry.body.text(),
            post: entry.post.map(|post| post.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use chat_core::{AccountId, ConversationId, Millis, Nick, PostId, Seq, Text};

    use super::*;

    #[test]
    fn an_entry_is_one_line_with_stable_keys() {
        let entry = Entry {
            conversation: ConversationId(1),
            seq: Seq(7),
            at: Millis(1_700_000_000_123),
            author: AccountId(3),
            nick: Nick::received("小明"),
            post: Some(PostId([0xab; 16])),
            body: Body::Post(Text::new("two\nlines \"quoted\"")),
        };
        let line = serde_json::to_string(&Line::new("#lobby", &entry)).expect("an object");
        assert_eq!(
            line,
            r##"{"conversation":"#lobby","seq":7,"at":"2023-11-14T22:13:20.123Z","nick":"小明","account":3,"kind":"post","text":"two\nlines \"quoted\"","post":"abababababababababababababababab"}"##
        );
    }
}
