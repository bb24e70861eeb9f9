//! The kill ring: what was cut out, to be yanked.

use std::collections::VecDeque;
use std::ops::Range;

/// Most texts kept: nobody goes back further by hand.
const KEPT: usize = 10;

/// On which side of the cursor a text was killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Before,
    After,
}

/// What the last edit was, as far as the ring cares.
#[derive(Debug, Clone, Default)]
enum Last {
    /// Something else.
    #[default]
    Other,
    /// A kill: the next one joins it.
    Kill,
    /// A yank, and where its text stands.
    Yank(Range<usize>),
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub(super) struct KillRing {
    /// The newest first.
    texts: VecDeque<String>,
    last: Last,
}

impl KillRing {
    /// Keeps what was killed; kills in a row become one text.
    pub(super) fn kill(&mut self, text: &str, direction: Direction) {
        match (&self.last, self.texts.front_mut(), direction) {
            (Last::Kill, Some(front), Direction::Before) => front.insert_str(0, text),
            (Last::Kill, Some(front), Direction::After) => front.push_str(text),
            _ => {
                self.texts.truncate(KEPT - 1);
                self.texts.push_front(text.to_owned());
            }
        }
        self.last = Last::Kill;
    }

    /// The newest text.
    pub(super) fn yank(&self) -> Option<&str> {
        self.texts.front().map(String::as_str)
    }

    /// Says where the text of a yank stands now.
    pub(super) fn yanked(&mut self, range: Range<usize>) {
        self.last = Last::Yank(range);
    }

    /// Directly after a yank: where its text stands and the one before it, which becomes the
    /// newest.
    pub(super) fn rotate(&mut self) -> Option<(Range<usize>, String)> {
        let Last::Yank(range) = &self.last else {
            return None;
        };
        let range = range.clone();
        self.texts.rotate_left(1);
        Some((range, self.texts.front()?.clone()))
    }

    /// Something else was done.
    pub(super) fn seal(&mut self) {
        self.last = Last::Other;
    }
}
