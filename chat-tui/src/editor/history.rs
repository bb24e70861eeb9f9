//! What can be undone and made again: the text as it was before each step.

/// Most steps that can be undone. A step holds a whole text, which is a message: with the longest
/// ones this is some megabytes, normally some kilobytes.
const STEPS: usize = 200;

/// What a change is, to tell which ones are undone together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A character of a word: joins the ones before it.
    Type,
    /// One cluster deleted: joins the ones before it.
    Delete,
    /// A step by itself.
    Other,
}

/// A text and its cursor.
type Snapshot = (String, usize);

/// See the module.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    past: Vec<Snapshot>,
    future: Vec<Snapshot>,
    /// The change that the next one may join.
    open: Option<Kind>,
}

impl History {
    /// Remembers the text before a change of this kind.
    pub(super) fn remember(&mut self, kind: Kind, text: &str, cursor: usize) {
        let joins = kind != Kind::Other && self.open == Some(kind);
        if !joins {
            if self.past.len() == STEPS {
                self.past.remove(0);
            }
            self.past.push((text.to_owned(), cursor));
        }
        self.future.clear();
        self.open = Some(kind);
    }

    /// The next change is a step of its own.
    pub(super) fn seal(&mut self) {
        self.open = None;
    }

    /// The text before the last change; the one given can be had again.
    pub(super) fn undo(&mut self, text: &str, cursor: usize) -> Option<Snapshot> {
        self.seal();
        let before = self.past.pop()?;
        self.future.push((text.to_owned(), cursor));
        Some(before)
    }

    /// The text before the last undo; the one given can be had again.
    pub(super) fn redo(&mut self, text: &str, cursor: usize) -> Option<Snapshot> {
        self.seal();
        let after = self.future.pop()?;
        self.past.push((text.to_owned(), cursor));
        Some(after)
    }
}
