//! Entries and what happens beside them as lines of text. Pure.
//!
//! What somebody wrote can't be mistaken for something else: each line of an entry begins with what
//! this module puts there, and the further lines of a text begin with [`CONTINUED`].

use chat_client::{Delivered, Transfer, TransferDirection, TransferState};
use chat_core::event::{Change, RosterChange};
use chat_core::{Body, Conversation, ConversationKind, Entry, Millis};
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

    /// An entry of the conversation with that title.
    pub(super) fn entry(&mut self, title: &str, entry: &Entry) -> Vec<String> {
        let mut lines: Vec<String> = self.new_day(entry.at).into_iter().collect();
        let (stamp, nick) = (self.stamp(entry.at), &entry.nick);
        let (before, text) = match &entry.body {
            Body::Post(text) => (format!("{stamp}{title} <{nick}> "), text.as_str()),
            Body::Action(text) => (format!("{stamp}{title} * {nick} "), text.as_str()),
            _ => {
                let told = rows::entry_text(&entry.nick, &entry.body).replace('\n', " ");
                lines.push(format!("{stamp}{title} {TOLD} {told}"));
                return lines;
            }
        };
        let mut parts = text.split('\n');
        lines.push(format!("{before}{}", parts.next().unwrap_or_default()));
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
    use chat_core::event::Change;
    use chat_core::{AccountId, ConversationId, Nick, Person, Presence, Seq, Text};

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
        assert_eq!(times().entry("#general", &made(body)), want);
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
            times.entry("#a", &entry)
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
