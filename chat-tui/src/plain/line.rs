//! Entries and what happens beside them as lines of text. Pure.
//!
//! What somebody wrote can't be mistaken for something else: each line of an entry begins with what
//! this module puts there, and the further lines of a text begin with [`CONTINUED`].

use chat_client::{Delivered, Transfer, TransferDirection, TransferState};
use chat_core::event::{Change, RosterChange};
use chat_core::{Body, Conversation, ConversationKind, Entry, File, Millis, Seq};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, fmt::strtime};

use crate::app::{files, rows};

/// What the second and every further line of a text begins with.
pub(super) const CONTINUED: &str = "    | ";

/// What a line begins with that nobody wrote.
pub(super) const TOLD: &str = "--";

/// Longest name of a conversation that is shown, in bytes.
const TITLE_BYTES: usize = 128;

/// What is repeated of an entry that another one is about, in bytes: half a line.
const WORDS_BYTES: usize = 40;

/// How times are written.
#[derive(Debug, Clone)]
pub(super) struct Times {
    zone: TimeZone,
    /// As in strftime; empty for no times at all.
    format: String,
    /// The day of the last entry.
    day: Option<Date>,
}

impl Times {
    /// Times of `zone`, in the format of the settings. The first entry of another day than today is
    /// told the day of.
    pub(super) fn new(zone: TimeZone, format: &str, now: Millis) -> Times {
        Times {
            day: Some(rows::date(now, &zone)),
            zone,
            format: format.to_owned(),
        }
    }

    /// The day of a moment, if the one before was of another.
    fn new_day(&mut self, at: Millis) -> Option<String> {
        let day = rows::date(at, &self.zone);
        let before = self.day.replace(day);
        (before != Some(day)).then(|| format!("{TOLD} {day}"))
    }

    /// What stands before everything that happened at a time, with a space behind it.
    pub(super) fn stamp(&self, at: Millis) -> String {
        if self.format.is_empty() {
            return String::new();
        }
        let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
        let at = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX);
        let zoned = at.to_zoned(self.zone.clone());
        match strtime::format(&self.format, &zoned) {
            Ok(time) => format!("{time} "),
            // A format that makes no sense.
            Err(_) => format!("{zoned:.0} "),
        }
    }

    /// An entry of the conversation with that title. `about`: how the entry begins that this one is about,
    /// where that is known.
    pub(super) fn entry(
        &mut self,
        title: &str,
        entry: &Entry,
        about: impl FnOnce(Seq) -> Option<String>,
    ) -> Vec<String> {
        let mut lines: Vec<String> = self.new_day(entry.at).into_iter().collect();
        let (stamp, nick) = (self.stamp(entry.at), &entry.nick);
        let done = format!("{stamp}{title} * {nick} ");
        let of = |of: Seq| match about(of) {
            Some(words) => words,
            None => format!("entry {of}"),
        };
        let (before, text) = match &entry.body {
            Body::Post(text) => (format!("{stamp}{title} <{nick}> "), text.as_str()),
            Body::Action(text) => (done, text.as_str()),
            Body::Edit { of: seq, text } => {
                (format!("{done}changed: {}, to: ", of(*seq)), text.as_str())
            }
            Body::Deletion { of } => (format!("{done}took back entry {of}"), ""),
            Body::Reaction { of: seq, emoji } => {
                (format!("{done}reacted {emoji} to: {}", of(*seq)), "")
            }
            Body::Unreaction { of: seq, emoji } => {
                (format!("{done}took back {emoji} on: {}", of(*seq)), "")
            }
            Body::File(file) => (
                format!("{done}sent a file: {}", described(file, entry.seq)),
                "",
            ),
            _ => {
                let told = rows::entry_text(&entry.nick, &entry.body).replace('\n', " ");
                lines.push(format!("{stamp}{title} {TOLD} {told}"));
                return lines;
            }
        };
        let mut parts = text.split('\n');
        lines.push(format!("{before}{}", parts.next().unwrap_or_default()));
        if let Body::File(file) = &entry.body
            && !file.caption.is_empty()
        {
            parts = file.caption.as_str().split('\n');
        }
        lines.extend(parts.map(|part| format!("{CONTINUED}{part}")));
        lines
    }

    /// Something that nobody wrote and that happened at a time.
    pub(super) fn told(&self, what: &str, at: Millis) -> String {
        format!("{}{TOLD} {what}", self.stamp(at))
    }
}

/// Who came, went or is called something else; none if there is nothing to say.
pub(super) fn change(title: &str, change: &RosterChange) -> Option<String> {
    let nick = &change.person.nick;
    let word = change.text.as_ref().filter(|text| !text.is_empty());
    let word = word.map(|text| format!(" ({text})")).unwrap_or_default();
    Some(match change.what {
        Change::Joined => format!("{nick} joined {title}"),
        Change::Parted => format!("{nick} left {title}{word}"),
        Change::Came => format!("{nick} came online"),
        Change::Went => format!("{nick} went offline{word}"),
        Change::Changed => match &change.was {
            Some(was) if was != nick => format!("{was} is now {nick}"),
            _ => return None,
        },
    })
}

/// A file in words, with the number of its entry.
fn described(file: &File, seq: Seq) -> String {
    let name = match file.name.as_str() {
        "" => "(no name)",
        name => name,
    };
    let media = match file.media.as_str() {
        "" => String::new(),
        media => format!(", {media}"),
    };
    format!("{name} ({}{media}), entry {seq}", files::size(file.bytes))
}

/// How something that was said begins: so much that one knows which it is. `None` where nothing was said.
pub(super) fn first_words(body: &Body) -> Option<String> {
    let whole = match body {
        Body::File(file) => file.name.as_str(),
        body => body.text(),
    };
    let line = whole.lines().next().filter(|line| !line.is_empty())?;
    let short = chat_core::text::line(line, WORDS_BYTES);
    Some(match short.len() < whole.len() {
        true => format!("{}…", short.trim_end()),
        false => short,
    })
}

/// How a file gets on, in words that a screen reader reads well.
pub(super) fn progress(transfer: &Transfer) -> String {
    let (verb, done) = match transfer.direction {
        TransferDirection::Upload => ("sending", "sent"),
        TransferDirection::Download => ("saving", "saved"),
    };
    let name = match transfer.name.as_str() {
        "" => "a file without a name",
        name => name,
    };
    let size = |bytes| files::size(bytes);
    match &transfer.state {
        TransferState::Hashing => format!("{verb} {name}: reading it first"),
        TransferState::Running { bytes_per_second } => format!(
            "{verb} {name}: {} of {}, {}/s",
            size(transfer.done),
            size(transfer.bytes),
            size(*bytes_per_second)
        ),
        TransferState::Waiting { why } => format!("{verb} {name}: waiting, {why}"),
        TransferState::Finished(Delivered::Posted { .. }) => format!("{done} {name}"),
        TransferState::Finished(Delivered::Saved { path }) => {
            format!("{done} {name} as {}", path.to_string_lossy())
        }
        TransferState::Failed { why } => format!("{name} was not {done}: {why}"),
        TransferState::Cancelled => format!("{name} was not {done}: cancelled"),
    }
}

/// What a conversation is called: `#room` or `@nick`.
pub(super) fn title(conversation: &Conversation) -> String {
    let name = chat_core::text::line(conversation.name.as_str(), TITLE_BYTES);
    match conversation.kind {
        ConversationKind::Room | ConversationKind::Canvas => name,
        ConversationKind::Direct => format!("@{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat_client::TransferId;
    use chat_core::event::Change;
    use chat_core::{AccountId, ContentHash, ConversationId, Nick, Person, Presence, Text};

    /// 2027-01-15 08:00 UTC.
    const NOW: Millis = Millis(1_800_000_000_000);

    fn made(body: Body) -> Entry {
        Entry {
            conversation: ConversationId(7),
            seq: Seq(1),
            at: NOW.plus(120_000),
            author: AccountId(2),
            nick: Nick::received("bob"),
            post: None,
            body,
        }
    }

    fn times() -> Times {
        Times::new(TimeZone::UTC, "%H:%M", NOW)
    }

    #[track_caller]
    fn check(body: Body, want: &[&str]) {
        let about = |seq: Seq| (seq == Seq(7)).then(|| "the build…".to_owned());
        assert_eq!(times().entry("#general", &made(body), about), want);
    }

    #[test]
    fn entries_are_lines() {
        check(
            Body::Post(Text::new("hi there")),
            &["08:02 #general <bob> hi there"],
        );
        check(
            Body::Action(Text::new("waves")),
            &["08:02 #general * bob waves"],
        );
        check(
            Body::Topic(Text::new("news")),
            &["08:02 #general -- bob set the topic: news"],
        );
        check(
            Body::Topic(Text::new("")),
            &["08:02 #general -- bob removed the topic"],
        );
        check(
            Body::Unknown(9),
            &["08:02 #general -- (something that this version can't show: update it)"],
        );
    }

    #[test]
    fn what_is_about_an_entry_says_about_which() {
        let (known, unknown) = (Seq(7), Seq(3));
        let emoji = Text::new("👍");
        check(
            Body::Reaction {
                of: known,
                emoji: emoji.clone(),
            },
            &["08:02 #general * bob reacted 👍 to: the build…"],
        );
        check(
            Body::Unreaction { of: unknown, emoji },
            &["08:02 #general * bob took back 👍 on: entry 3"],
        );
        check(
            Body::Edit {
                of: known,
                text: Text::new("better\nthan before"),
            },
            &[
                "08:02 #general * bob changed: the build…, to: better",
                "    | than before",
            ],
        );
        // What was taken back is not said once more.
        check(
            Body::Deletion { of: known },
            &["08:02 #general * bob took back entry 7"],
        );
        check(Body::Removed, &["08:02 #general -- (taken back)"]);
        let file = |caption: &str| {
            Body::File(File {
                hash: ContentHash([1; 32]),
                name: Text::new("a.png"),
                media: Text::new("image/png"),
                bytes: 500,
                caption: Text::new(caption),
            })
        };
        let line = "08:02 #general * bob sent a file: a.png (500 B, image/png), entry 1";
        check(file(""), &[line]);
        check(file("look\nhere"), &[line, "    | look", "    | here"]);
    }

    #[test]
    fn what_is_repeated_of_an_entry_is_short() {
        let check = |text: &str, want: &str| {
            let words = first_words(&Body::Post(Text::new(text)));
            assert_eq!(words.as_deref(), Some(want));
        };
        check("hi", "hi");
        check("one\ntwo", "one…");
        check(&"x".repeat(100), &format!("{}…", "x".repeat(40)));
        assert_eq!(first_words(&Body::Removed), None);
    }

    #[test]
    fn how_a_file_gets_on_is_a_sentence() {
        let mut transfer = Transfer {
            id: TransferId(1),
            conversation: ConversationId(7),
            name: Text::new("a.png"),
            direction: TransferDirection::Upload,
            bytes: 2_000_000,
            done: 1_000_000,
            state: TransferState::Running {
                bytes_per_second: 500_000,
            },
        };
        let running = progress(&transfer);
        assert!(
            running.starts_with("sending a.png: ") && running.ends_with("/s"),
            "{running}"
        );
        transfer.direction = TransferDirection::Download;
        transfer.state = TransferState::Failed { why: "no".into() };
        assert_eq!(progress(&transfer), "a.png was not saved: no");
        transfer.state = TransferState::Cancelled;
        assert_eq!(progress(&transfer), "a.png was not saved: cancelled");
    }

    #[test]
    fn further_lines_of_a_text_can_not_be_mistaken_for_other_entries() {
        check(
            Body::Post(Text::new("one\n08:02 #general <ann> forged\n\nend")),
            &[
                "08:02 #general <bob> one",
                "    | 08:02 #general <ann> forged",
                "    | ",
                "    | end",
            ],
        );
    }

    #[test]
    fn another_day_is_told() {
        let mut times = times();
        let mut at = |days: u64| {
            let mut entry = made(Body::Post(Text::new("x")));
            entry.at = NOW.plus(days * 86_400_000);
            times.entry("#a", &entry, |_| None)
        };
        assert_eq!(at(0), ["08:00 #a <bob> x"], "today");
        assert_eq!(at(1), ["-- 2027-01-16", "08:00 #a <bob> x"]);
        assert_eq!(at(1), ["08:00 #a <bob> x"]);
    }

    #[test]
    fn times_are_written_as_the_settings_say() {
        let stamp = |format| Times::new(TimeZone::UTC, format, NOW).stamp(NOW);
        assert_eq!(stamp("%H:%M"), "08:00 ");
        assert_eq!(stamp("%Y-%m-%d %H:%M:%S"), "2027-01-15 08:00:00 ");
        assert_eq!(stamp(""), "");
        assert!(stamp("%H:%").starts_with("2027-01-15T08:00:00"));
    }

    #[test]
    fn who_comes_and_goes_is_told() {
        let check = |what, text: Option<&str>, was: Option<&str>, want: Option<&str>| {
            let row = RosterChange {
                person: Person {
                    account: AccountId(2),
                    nick: Nick::received("bob"),
                    presence: Presence::Online,
                    away: None,
                },
                what,
                text: text.map(Text::new),
                was: was.map(Nick::received),
            };
            assert_eq!(change("#ops", &row).as_deref(), want);
        };
        check(Change::Joined, None, None, Some("bob joined #ops"));
        check(
            Change::Parted,
            Some("tea"),
            None,
            Some("bob left #ops (tea)"),
        );
        check(Change::Came, None, None, Some("bob came online"));
        check(
            Change::Went,
            Some("tea"),
            None,
            Some("bob went offline (tea)"),
        );
        check(Change::Changed, None, Some("rob"), Some("rob is now bob"));
        check(Change::Changed, None, None, None);
    }
}
