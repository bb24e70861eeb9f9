//! One line of the form: what is offered, until somebody types something else. Pure.

use crate::editor::{Edit, Editor};

/// A line of text with a default.
#[derive(Debug)]
pub(super) struct Field {
    editor: Editor,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// As it was filled in: what is typed takes its place, as with a selection.
    Offered,
    Typed,
}

impl Field {
    pub(super) fn offering(text: &str) -> Field {
        let mut editor = Editor::new();
        editor.set_text(text);
        Field {
            editor,
            state: State::Offered,
        }
    }

    pub(super) fn text(&self) -> &str {
        self.editor.text()
    }

    /// What stands before the cursor.
    pub(super) fn before_cursor(&self) -> &str {
        &self.editor.text()[..self.editor.cursor()]
    }

    pub(super) fn is_offered(&self) -> bool {
        self.state == State::Offered
    }

    /// Types.
    pub(super) fn insert(&mut self, text: &str) {
        if self.is_offered() {
            self.editor.set_text("");
        }
        self.state = State::Typed;
        self.editor.insert(text);
    }

    /// Replaces all of it.
    pub(super) fn replace(&mut self, text: &str) {
        self.state = State::Typed;
        self.editor.set_text(text);
    }

    /// Edits what is there, offered or not.
    pub(super) fn apply(&mut self, edit: Edit) {
        self.state = State::Typed;
        self.editor.apply(edit);
    }
}
