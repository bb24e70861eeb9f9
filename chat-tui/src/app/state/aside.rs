//! Who came and went beside a log, folded into one line.

use chat_core::event::{Change, RosterChange};
use chat_core::{Millis, Nick};

/// People who came and went between two entries, folded: who came and went again is not named,
/// unless with a parting word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aside {
    /// When the last of it happened.
    pub at: Millis,
    /// Joined the room.
    pub joined: Vec<Nick>,
    /// Left it, with their parting words.
    pub parted: Vec<(Nick, String)>,
    /// Came online.
    pub came: Vec<Nick>,
    /// Went offline, with their parting words.
    pub went: Vec<(Nick, String)>,
    /// Changed their nicks: from and to.
    pub renamed: Vec<(Nick, Nick)>,
    /// The newest of it one by one, and nothing folded.
    pub told: Vec<Told>,
}

/// One who came or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// When.
    pub at: Millis,
    /// What, as a sentence.
    pub what: String,
}

/// Most that is told one by one between two entries.
const TOLD_MAX: usize = 100;

impl Aside {
    /// Whether nothing remains to be said once it is folded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.joined.is_empty()
            && self.parted.is_empty()
            && self.came.is_empty()
            && self.went.is_empty()
            && self.renamed.is_empty()
    }

    /// Takes a change in. `now` is when it happened.
    pub fn add(&mut self, change: &RosterChange, now: Millis) {
        self.at = now;
        self.tell(change, now);
        self.fold(change);
    }

    fn fold(&mut self, change: &RosterChange) {
        let nick = &change.person.nick;
        match change.what {
            Change::Joined => {
                if !take(&mut self.parted, silent(nick)) {
                    self.joined.push(nick.clone());
                }
            }
            Change::Parted => {
                let had_come = take(&mut self.joined, |joined| joined == nick);
                if !had_come || has_word(change) {
                    leave(&mut self.parted, change);
                }
            }
            Change::Came => {
                if !take(&mut self.went, silent(nick)) {
                    self.came.push(nick.clone());
                }
            }
            Change::Went => {
                let had_come = take(&mut self.came, |came| came == nick)
                    || take(&mut self.joined, |joined| joined == nick);
                if !had_come || has_word(change) {
                    leave(&mut self.went, change);
                }
            }
            Change::Changed => {
                if let Some(was) = change.was.as_ref().filter(|was| *was != nick) {
                    self.rename(was, nick);
                }
            }
        }
    }

    fn tell(&mut self, change: &RosterChange, at: Millis) {
        let mut alone = Aside::default();
        alone.fold(change);
        if alone.is_empty() {
            return;
        }
        if self.told.len() == TOLD_MAX {
            self.told.remove(0);
        }
        let what = alone.summary();
        self.told.push(Told { at, what });
    }

    fn rename(&mut self, was: &Nick, nick: &Nick) {
        for name in self.joined.iter_mut().chain(&mut self.came) {
            if name == was {
                *name = nick.clone();
                return;
            }
        }
        match self.renamed.iter_mut().find(|(_, to)| to == was) {
            Some((_, to)) => *to = nick.clone(),
            None => self.renamed.push((was.clone(), nick.clone())),
        }
        self.renamed.retain(|(from, to)| from != to);
    }

    /// What happened, as one sentence.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut parts = Vec::new();
        let mut say = |names: Vec<String>, what: &str| {
            if !names.is_empty() {
                parts.push(format!("{} {what}", listed(&names)));
            }
        };
        let plain = |nicks: &[Nick]| nicks.iter().map(ToString::to_string).collect();
        say(plain(&self.joined), "joined");
        say(plain(&self.came), "came online");
        let with_words = |left: &[(Nick, String)]| {
            let named = left.iter().map(|(nick, word)| match word.as_str() {
                "" => nick.to_string(),
                word => format!("{nick} ({word})"),
            });
            named.collect()
        };
        say(with_words(&self.parted), "left");
        say(with_words(&self.went), "went offline");
        for (from, to) in &self.renamed {
            parts.push(format!("{from} is now {to}"));
        }
        parts.join(" · ")
    }
}

/// One who left without a word: whoever comes back was never missed.
fn silent(nick: &Nick) -> impl Fn(&(Nick, String)) -> bool {
    move |(left, word)| left == nick && word.is_empty()
}

fn has_word(change: &RosterChange) -> bool {
    change.text.as_ref().is_some_and(|word| !word.is_empty())
}

/// Adds one who leaves, with the last parting word only.
fn leave(list: &mut Vec<(Nick, String)>, change: &RosterChange) {
    let nick = &change.person.nick;
    let word = change.text.as_ref().map(ToString::to_string);
    list.retain(|(left, _)| left != nick);
    list.push((nick.clone(), word.unwrap_or_default()));
}

/// Removes the first one that fits; gives whether there was one.
fn take<T>(list: &mut Vec<T>, fits: impl Fn(&T) -> bool) -> bool {
    match list.iter().position(fits) {
        Some(index) => {
            list.remove(index);
            true
        }
        None => false,
    }
}

/// Names beyond this many are counted, not listed: the line is one row.
const NAMED_MAX: usize = 4;

fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] if names.len() <= NAMED_MAX => format!("{} and {last}", most.join(", ")),
        _ => {
            let (named, rest) = names.split_at(NAMED_MAX - 1);
            format!("{} and {} others", named.join(", "), rest.len())
        }
    }
}
