//! What a line of `send --json` asks for. Pure.

use std::path::PathBuf;

use chat_core::{Body, Seq, Text};
use serde_json::{Map, Value};

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Post this.
    Post(Body),
    /// Send a file.
    File {
        /// Where it is.
        path: PathBuf,
        /// What is said about it; may be empty.
        caption: Text,
    },
}

/// What the objects are: the field that says it, and what else may stand there.
const FORMS: &[(&str, &[&str])] = &[
    ("edit", &["text"]),
    ("delete", &[]),
    ("react", &["emoji"]),
    ("unreact", &["emoji"]),
    ("file", &["caption"]),
    ("action", &[]),
    ("text", &[]),
];

/// Reads one line.
///
/// # Errors
/// What is wrong with it, for people.
pub(super) fn parse(line: &str) -> Result<Wanted, String> {
    let value: Value =
        serde_json::from_str(line).map_err(|error| format!("that is no JSON ({error})"))?;
    let Value::Object(object) = value else {
        return Err("that is JSON, but no object such as {\"text\":\"hi\"}".into());
    };
    let form = FORMS.iter().find(|(name, _)| object.contains_key(*name));
    let Some((form, others)) = form else {
        let names: Vec<_> = FORMS.iter().map(|(name, _)| *name).collect();
        return Err(format!(
            "it says nothing to do: one of {}",
            names.join(", ")
        ));
    };
    let stranger = |name: &&String| name != form && !others.contains(&name.as_str());
    if let Some(name) = object.keys().find(stranger) {
        let name = chat_core::text::line(name, 80);
        return Err(format!("'{name}' has no meaning beside '{form}'"));
    }
    Ok(Wanted::Post(match *form {
        "text" => Body::Post(text(&object, "text")?),
        "action" => Body::Action(text(&object, "action")?),
        "edit" => Body::Edit {
            of: seq(&object, "edit")?,
            text: text(&object, "text")?,
        },
        "delete" => Body::Deletion {
            of: seq(&object, "delete")?,
        },
        "react" => Body::Reaction {
            of: seq(&object, "react")?,
            emoji: text(&object, "emoji")?,
        },
        "unreact" => Body::Unreaction {
            of: seq(&object, "unreact")?,
            emoji: text(&object, "emoji")?,
        },
        _ => {
            return Ok(Wanted::File {
                path: string(&object, "file")?.into(),
                caption: match object.contains_key("caption") {
                    true => text(&object, "caption")?,
                    false => Text::default(),
                },
            });
        }
    }))
}

fn string<'a>(object: &'a Map<String, Value>, name: &str) -> Result<&'a str, String> {
    match object.get(name) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(format!("'{name}' has to be a string")),
        None => Err(format!("'{name}' is missing")),
    }
}

fn text(object: &Map<String, Value>, name: &str) -> Result<Text, String> {
    string(object, name).map(Text::new)
}

fn seq(object: &Map<String, Value>, name: &str) -> Result<Seq, String> {
    let number = object.get(name).and_then(Value::as_u64);
    number
        .map(Seq)
        .ok_or_else(|| format!("'{name}' has to be the number of an entry"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, want: Body) {
        assert_eq!(parse(line), Ok(Wanted::Post(want)), "{line}");
    }

    #[track_caller]
    fn refused(line: &str, want: &str) {
        let why = parse(line).expect_err(line);
        assert!(why.contains(want), "{line}: {why}");
    }

    #[test]
    fn each_form_is_read() {
        let (of, text) = (Seq(7), Text::new("hi"));
        check(r#"{"text":"hi"}"#, Body::Post(text.clone()));
        check(r#" {"action":"hi"} "#, Body::Action(text.clone()));
        check(r#"{"edit":7,"text":"hi"}"#, Body::Edit { of, text });
        check(r#"{"delete":7}"#, Body::Deletion { of });
        let emoji = Text::new("👍");
        let reaction = Body::Reaction {
            of,
            emoji: emoji.clone(),
        };
        check(r#"{"react":7,"emoji":"\ud83d\udc4d"}"#, reaction);
        check(
            r#"{"unreact":7,"emoji":"👍"}"#,
            Body::Unreaction { of, emoji },
        );
        let file = |line: &str, caption: &str| {
            let (path, caption) = ("a b".into(), Text::new(caption));
            assert_eq!(parse(line), Ok(Wanted::File { path, caption }));
        };
        file(r#"{"file":"a b","caption":"look"}"#, "look");
        file(r#"{"file":"a b"}"#, "");
    }

    #[test]
    fn what_is_no_such_object_says_what_is_wrong() {
        refused("hello", "no JSON (expected value at line 1");
        refused(r#"{"text":"hi""#, "no JSON (EOF");
        refused(r#"{"text":"hi"} {}"#, "no JSON (trailing");
        refused("[1]", "no object");
        refused("{}", "it says nothing to do");
        refused(r#"{"text":1}"#, "'text' has to be a string");
        refused(
            r#"{"text":"a","caption":"b"}"#,
            "'caption' has no meaning beside 'text'",
        );
        refused(r#"{"edit":"7","text":"a"}"#, "'edit' has to be the number");
        refused(r#"{"edit":7}"#, "'text' is missing");
        refused(r#"{"delete":-1}"#, "'delete' has to be the number");
        refused(r#"{"react":7}"#, "'emoji' is missing");
        refused("{\"te\\u001b[31mxt\":1}", "it says nothing to do");
        refused(&"[".repeat(10_000), "no JSON (recursion");
    }
}
