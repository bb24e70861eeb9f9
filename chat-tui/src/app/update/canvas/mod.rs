//! What is drawn together: opening a conversation's canvas, drawing on it, and sending that.
//!
//! | file | subject |
//! |---|---|
//! | `open` | which canvases are open, and what comes of them |
//! | `keys` | what keys and the mouse mean there |
//! | `hand` | putting a tool down, moving and lifting it |
//! | `send` | own acts on their way: at what pace, stored, refused, given up |
//! | `errands` | undo, reset, taking that back, saving |

mod errands;
mod hand;
mod keys;
mod open;
mod send;

use chat_core::AccountId;

use super::Effects;
use crate::app::App;

pub(super) use errands::{Wanted, add, saved, want};
pub(super) use keys::{act, interrupt, mouse, paste, take_focus};
pub(super) use open::{
    close_or_open, closed, disconnected, entry, forget_all, opened, ready, toggle,
};
pub(super) use send::{finish, posted, refused, wakes};

/// After each event: opens and closes what the screen wants, draws what has come, does errands, and
/// sends what is due.
pub(super) fn settle(app: &mut App, out: &mut Effects) {
    let easel = &app.easel;
    if easel.sheets.is_empty() && easel.places.is_empty() && easel.own.is_empty() {
        return;
    }
    errands::settle(app, out);
    open::settle(app, out);
    send::settle(app, out);
}

/// The own account; strokes need one, and before a login there is no canvas.
fn me(app: &App) -> AccountId {
    app.me.as_ref().map_or(AccountId(0), |me| me.account)
}
