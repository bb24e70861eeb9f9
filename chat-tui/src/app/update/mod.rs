//! What happens to the state when something happens: dispatch only, one file per subject.

use super::{App, Effect, Event};
use chat_core::Millis;

/// Takes one event in, and gives what is wanted for it, in order.
#[must_use]
pub fn update(app: &mut App, event: Event) -> Vec<Effect> {
    match event {
        Event::Tick { now } => app.now = now,
        Event::Resize(size) => app.size = size,
        Event::FocusGained => app.terminal = super::model::TerminalFocus::Here,
        Event::FocusLost => app.terminal = super::model::TerminalFocus::Elsewhere,
        Event::Hangup => return vec![Effect::Quit { text: None }],
        _ => {}
    }
    Vec::new()
}

impl App {
    /// When the shell must send the next [`Event::Tick`]; `None` when nothing changes by itself, and
    /// the program may sleep until something happens.
    #[must_use]
    pub fn wants_tick(&self) -> Option<Millis> {
        [self.due.read, self.due.drafts].into_iter().flatten().min()
    }
}
