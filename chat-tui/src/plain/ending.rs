//! What of that which was typed is not done yet, and how long the end of the input waits for it.
//! Pure: the time is passed in.

use std::time::Duration;

use tokio::time::Instant;

use crate::app::conversation::OutgoingState;
use crate::app::request::Asked;
use crate::app::{App, ConversationView};

/// How long the end of the input waits for the next of what was posted to be stored: a server that
/// restarts is back by then.
const END_WAIT: Duration = Duration::from_secs(30);

/// The wait for what was posted before the input ended. It goes on while posts are stored, however
/// slowly the server takes them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ending {
    /// Posts that were left when it was last looked at.
    left: usize,
    by: Instant,
}

impl Ending {
    pub(super) fn new(left: usize, now: Instant) -> Ending {
        Ending {
            left,
            by: now + END_WAIT,
        }
    }

    /// When the wait is over, if so many posts are left.
    pub(super) fn by(&mut self, left: usize, now: Instant) -> Instant {
        if left < self.left {
            *self = Ending::new(left, now);
        }
        self.by
    }
}

/// Whether something that a person asked for is not answered yet.
pub(super) fn is_asking(app: &App) -> bool {
    let asked = |asked: &Asked| matches!(asked, Asked::Line(_) | Asked::Rooms);
    app.asked.values().any(asked) || app.easel.is_busy()
}

/// Posts that are on their way, or not said yet.
pub(super) fn unstored(app: &App) -> usize {
    let of = |view: &ConversationView| {
        let posts = view.outbox.iter();
        let refused =
            |state: &OutgoingState| matches!(state, OutgoingState::Refused { again_at: None, .. });
        posts.filter(|post| !refused(&post.state)).count()
    };
    app.conversations.iter().map(of).sum()
}

/// Files that are on their way.
pub(super) fn under_way(app: &App) -> usize {
    let uploads = app.conversations.iter().flat_map(|view| &view.uploads);
    let uploads = uploads.filter(|file| !file.state.is_final()).count();
    uploads + app.downloads.running().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_waits_as_long_as_posts_are_stored() {
        let start = Instant::now();
        let mut ending = Ending::new(2, start);
        let later = start + END_WAIT / 2;
        assert_eq!(ending.by(2, later), start + END_WAIT, "nothing was stored");
        assert_eq!(ending.by(1, later), later + END_WAIT);
        assert_eq!(ending.by(1, later + END_WAIT / 2), later + END_WAIT);
    }
}
