//! Entries as JSON: one object on one line, with the fields that `docs/scripting.md` documents. They
//! stay; more may come.

use chat_core::{Body, Entry, Millis, Seq};
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
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<FileObject<'a>>,
}

/// A file in JSON.
#[derive(Debug, Serialize)]
struct FileObject<'a> {
    name: &'a str,
    bytes: u64,
    hash: String,
    media: &'a str,
}

/// An entry of the conversation that is called `#room` or `@nick`.
pub(super) fn entry(conversation: &str, entry: &Entry) -> String {
    let object = Object {
        conversation,
        seq: entry.seq.0,
        at: moment(entry.at),
        nick: entry.nick.as_str(),
        account: entry.author.0,
        kind: kind(&entry.body),
        text: entry.body.text(),
        post: entry.post.map(|id| Uuid::from_bytes(id.0).to_string()),
        of: entry.body.of().map(|seq| seq.0),
        file: match &entry.body {
            Body::File(file) => Some(FileObject {
                name: file.name.as_str(),
                bytes: file.bytes,
                hash: file.hash.to_string(),
                media: file.media.as_str(),
            }),
            _ => None,
        },
    };
    written(&object)
}

/// The answer to a line of `send --json`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome<'a> {
    Seq(u64),
    Refused(&'a str),
}

#[derive(Debug, Serialize)]
struct Answer<'a> {
    line: usize,
    #[serde(flatten)]
    outcome: Outcome<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
}

/// What became of what a line asked for: its entry, or a code and a sentence.
pub(super) fn answer(line: usize, outcome: Result<Seq, (&str, &str)>) -> String {
    written(&match outcome {
        Ok(seq) => Answer {
            line,
            outcome: Outcome::Seq(seq.0),
            why: None,
        },
        Err((code, why)) => Answer {
            line,
            outcome: Outcome::Refused(code),
            why: Some(why),
        },
    })
}

fn kind(body: &Body) -> &'static str {
    match body {
        Body::Post(_) => "post",
        Body::Action(_) => "action",
        Body::Topic(_) => "topic",
        Body::Edit { .. } => "edit",
        Body::Deletion { .. } => "deletion",
        Body::Reaction { .. } => "reaction",
        Body::Unreaction { .. } => "unreaction",
        Body::File(_) => "file",
        Body::Removed => "removed",
        _ => "unknown",
    }
}

fn written(object: &impl Serialize) -> String {
    serde_json::to_string(object).expect("numbers and texts can be written")
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
    use chat_core::{AccountId, ContentHash, ConversationId, File, Nick, PostId, Text};

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
    fn what_an_entry_is_about_and_a_file_stand_behind() {
        let end = |body: Body| {
            let line = entry("#general", &made(body, None));
            let (_, end) = line.split_once(r#""kind":"#).expect("has a kind");
            end.to_owned()
        };
        let (of, emoji) = (Seq(2), Text::new("👍"));
        let text = Text::new("better");
        let null = r#""post":null"#;
        let check = |body, want: &str| assert_eq!(end(body), want.replace('~', null));
        check(
            Body::Edit { of, text },
            r#""edit","text":"better",~,"of":2}"#,
        );
        check(Body::Deletion { of }, r#""deletion","text":"",~,"of":2}"#);
        let reaction = Body::Reaction {
            of,
            emoji: emoji.clone(),
        };
        check(reaction, r#""reaction","text":"👍",~,"of":2}"#);
        let unreaction = Body::Unreaction { of, emoji };
        check(unreaction, r#""unreaction","text":"👍",~,"of":2}"#);
        check(Body::Removed, r#""removed","text":"",~}"#);
        let file = File {
            hash: ContentHash([0xab; 32]),
            name: Text::new("a.png"),
            media: Text::new("image/png"),
            bytes: 5,
            caption: Text::new("look"),
        };
        let hash = "ab".repeat(32);
        let object = format!(r#"{{"name":"a.png","bytes":5,"hash":"{hash}","media":"image/png"}}"#);
        let want = format!(r#""file","text":"look",~,"file":{object}}}"#);
        check(Body::File(file), &want);
    }

    /// The lines of the blocks of JSON in docs/scripting.md.
    fn documented() -> Vec<&'static str> {
        let page = include_str!("../../../docs/scripting.md");
        let blocks = page.split("```json\n").skip(1);
        blocks
            .flat_map(|block| block.split("```").next().unwrap_or_default().lines())
            .collect()
    }

    /// What of a documented example makes an entry.
    fn exampled(line: &str) -> (String, Entry) {
        let object: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let text = |name: &str| object[name].as_str().map(Text::new).expect("a text");
        let number = |name: &str| object[name].as_u64().expect("a number");
        let at: Timestamp = object["at"]
            .as_str()
            .expect("a text")
            .parse()
            .expect("a time");
        let file = || File {
            hash: ContentHash([7; 32]),
            name: Text::new(object["file"]["name"].as_str().expect("a name")),
            media: Text::new(object["file"]["media"].as_str().expect("a type")),
            bytes: object["file"]["bytes"].as_u64().expect("a length"),
            caption: text("text"),
        };
        let body = match object["kind"].as_str().expect("a kind") {
            "post" => Body::Post(text("text")),
            "topic" => Body::Topic(text("text")),
            "reaction" => Body::Reaction {
                of: Seq(number("of")),
                emoji: text("text"),
            },
            "file" => Body::File(file()),
            kind => panic!("an example of {kind}"),
        };
        let post = object["post"].as_str().map(|id| {
            let id = Uuid::parse_str(id).expect("a UUID");
            PostId(id.into_bytes())
        });
        let entry = Entry {
            conversation: ConversationId(7),
            seq: Seq(number("seq")),
            at: Millis(u64::try_from(at.as_millisecond()).expect("after 1970")),
            author: AccountId(number("account")),
            nick: Nick::received(text("nick").as_str()),
            post,
            body,
        };
        (
            object["conversation"].as_str().expect("a name").to_owned(),
            entry,
        )
    }

    #[test]
    fn the_documented_examples_are_what_is_written() {
        let (entries, answers): (Vec<_>, Vec<_>) = documented()
            .into_iter()
            .partition(|line| line.contains("conversation"));
        assert_eq!(entries.len(), 4);
        for line in entries {
            let (conversation, made) = exampled(line);
            assert_eq!(entry(&conversation, &made), line);
        }
        assert_eq!(answers.len(), 3);
        for line in answers {
            let object: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let number = object["line"].as_u64().expect("a number") as usize;
            let text = |name: &str| object[name].as_str().unwrap_or_default();
            let outcome = match object["seq"].as_u64() {
                Some(seq) => Ok(Seq(seq)),
                None => Err((text("refused"), text("why"))),
            };
            assert_eq!(answer(number, outcome), line);
        }
    }

    #[test]
    fn answers_name_their_line() {
        assert_eq!(answer(3, Ok(Seq(41))), r#"{"line":3,"seq":41}"#);
        let refused = answer(4, Err(("not-yours", "only its author may")));
        let want = r#"{"line":4,"refused":"not-yours","why":"only its author may"}"#;
        assert_eq!(refused, want);
    }

    #[test]
    fn times_that_no_calendar_has_are_still_times() {
        assert_eq!(moment(Millis(0)), "1970-01-01T00:00:00.000Z");
        assert!(moment(Millis(u64::MAX)).starts_with("9999-12-"));
    }
}
