//! What Tab makes of the word before the cursor: a command, a nick, a room or an emoji.

use std::collections::HashSet;

use chat_core::{ConversationKind, Nick};
use emojis::{Emoji, UnicodeVersion};

use super::command::{COMMANDS, Completes, find};
use super::path;
use crate::app::model::{App, Completion};
use crate::app::roster::fold;
use crate::editor::Editor;
use crate::text;

/// Most ways of one completion.
const CANDIDATES_MAX: usize = 100;
/// Speakers further back than this many entries are not counted as recent.
const SPEAKERS_BACK: usize = 500;

/// The completion of the word before the cursor; `None` if there is nothing to complete it to.
#[must_use]
pub fn begin(app: &App) -> Option<Completion> {
    let (start, word) = word(app.input());
    let front = &app.input().text()[..start];
    let mut candidates = ways(app, front, word);
    candidates.truncate(CANDIDATES_MAX);
    (!candidates.is_empty()).then(|| Completion {
        start,
        typed: word.to_owned(),
        candidates,
        at: None,
    })
}

/// Where the path before the cursor begins, and that path, unescaped; `None` where none is typed.
#[must_use]
pub fn path(app: &App) -> Option<(usize, String)> {
    let input = app.input();
    let before = &input.text()[..input.cursor()];
    let (command, rest) = before.strip_prefix('/')?.split_once(char::is_whitespace)?;
    find(command).filter(|spec| spec.completes == Completes::Path)?;
    let typed = rest.trim_start();
    let (path, behind) = path::split(typed);
    // White space behind the path: it is the caption that is being typed.
    let ended = !behind.is_empty() || path::split(&format!("{typed}x")).0.len() <= path.len();
    (!ended).then(|| (before.len() - typed.len(), path))
}

/// The word before the cursor, and where it begins.
#[must_use]
pub fn word(input: &Editor) -> (usize, &str) {
    let before = &input.text()[..input.cursor()];
    let start = before
        .char_indices()
        .rev()
        .find(|(_, c)| c.is_whitespace())
        .map_or(0, |(at, c)| at + c.len_utf8());
    (start, &before[start..])
}

fn ways(app: &App, front: &str, word: &str) -> Vec<String> {
    if let (true, Some(name)) = (front.is_empty(), word.strip_prefix('/')) {
        return commands(name);
    }
    if let Some(name) = word.strip_prefix(':').filter(|name| name.len() > 1) {
        let found = emoji(name, app.options.emoji).into_iter();
        return found.map(|(emoji, _)| emoji.to_string()).collect();
    }
    if word.starts_with('#') {
        return rooms(app, word);
    }
    let command = front
        .strip_prefix('/')
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(find);
    let first_argument = front.split_whitespace().count() == 1;
    match command
        .filter(|_| first_argument)
        .map(|spec| spec.completes)
    {
        Some(Completes::Room) => rooms(app, word),
        // What there is on the disk isn't known here.
        Some(Completes::Path) => Vec::new(),
        Some(Completes::Nick) => nicks(app, word, " "),
        _ if front.is_empty() => nicks(app, word, ": "),
        // In the middle of a text an empty word is no beginning of anything.
        _ if word.is_empty() => Vec::new(),
        _ => nicks(app, word, " "),
    }
}

fn commands(typed: &str) -> Vec<String> {
    let typed = typed.to_lowercase();
    COMMANDS
        .iter()
        .filter(|spec| spec.name.starts_with(&typed))
        .map(|spec| match spec.arguments {
            "" => format!("/{}", spec.name),
            _ => format!("/{} ", spec.name),
        })
        .collect()
}

/// Emoji that are newer than this are not offered where the terminal's tables may be older: they would
/// be drawn in another width than they have.
const SAFE_VERSION: UnicodeVersion = UnicodeVersion::new(14, 0);

/// Every emoji that a terminal can be expected to show.
pub fn known_emoji(shown: text::Emoji) -> impl Iterator<Item = &'static Emoji> + Clone {
    emojis::iter().filter(move |emoji| match shown {
        text::Emoji::Safe => emoji.unicode_version() <= SAFE_VERSION,
        text::Emoji::Full => true,
    })
}

/// The emoji of that name, with the name that fits: by the start of it first, then by any part. A closed
/// name is only that one.
#[must_use]
pub fn emoji(typed: &str, shown: text::Emoji) -> Vec<(&'static Emoji, &'static str)> {
    let typed = typed.to_lowercase();
    if let Some(found) = typed.strip_suffix(':').and_then(emojis::get_by_shortcode) {
        return vec![(found, found.shortcode().unwrap_or(found.name()))];
    }
    let named = |fits: fn(&str, &str) -> bool| {
        let typed = &typed;
        known_emoji(shown).filter_map(move |emoji| {
            let name = emoji.shortcodes().find(|code| fits(code, typed))?;
            Some((emoji, name))
        })
    };
    let mut seen = HashSet::new();
    named(|code, typed| code == typed)
        .chain(named(|code, typed| code.starts_with(typed)))
        .chain(named(|code, typed| code.contains(typed)))
        .filter(|(emoji, _)| seen.insert(emoji.as_str()))
        .collect()
}

fn rooms(app: &App, typed: &str) -> Vec<String> {
    let typed = fold(typed.strip_prefix('#').unwrap_or(typed));
    app.conversations
        .iter()
        .filter(|view| view.info.kind == ConversationKind::Room)
        .map(|view| view.info.name.as_str())
        .filter(|name| fold(name.trim_start_matches('#')).starts_with(&typed))
        .map(|name| format!("{name} "))
        .collect()
}

/// Nicks that start so, and what follows them: who spoke last first, then the others by name.
fn nicks(app: &App, typed: &str, then: &str) -> Vec<String> {
    let (sigil, typed) = match typed.strip_prefix('@') {
        Some(rest) => ("@", rest),
        None => ("", typed),
    };
    let typed = fold(typed);
    let Some(view) = app.current() else {
        return Vec::new();
    };
    let spoke = view
        .log
        .entries()
        .rev()
        .take(SPEAKERS_BACK)
        .map(|entry| (entry.author, &entry.nick));
    let mut seen = HashSet::new();
    // Who spoke may be called otherwise by now.
    let spoke = spoke.map(|(account, nick)| {
        let now = view.roster.get(account).map(|person| &person.nick);
        (account, now.unwrap_or(nick))
    });
    let here = view.roster.people().iter();
    let here = here.map(|person| (person.account, &person.nick));
    let elsewhere = app.conversations.iter();
    let elsewhere = elsewhere.flat_map(|view| view.roster.people());
    let elsewhere = elsewhere.map(|person| (person.account, &person.nick));
    let fits = |nick: &Nick| fold(nick.as_str()).starts_with(&typed);
    spoke
        .chain(here)
        .chain(elsewhere)
        .filter(|(account, nick)| !app.is_me(*account) && seen.insert(*account) && fits(nick))
        .map(|(_, nick)| format!("{sigil}{nick}{then}"))
        .collect()
}

impl Completion {
    /// What stands in the input for it now.
    #[must_use]
    pub fn standing(&self) -> &str {
        self.at.map_or(&self.typed, |at| &self.candidates[at])
    }

    /// Goes on by one: past either end stands what was typed.
    pub fn step(&mut self, step: isize) {
        let count = self.candidates.len();
        self.at = match (self.at, step < 0) {
            (None, false) => Some(0),
            (None, true) => count.checked_sub(1),
            (Some(at), false) => Some(at + 1).filter(|at| *at < count),
            (Some(at), true) => at.checked_sub(1),
        };
    }
}
