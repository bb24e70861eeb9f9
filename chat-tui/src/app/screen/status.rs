//! What stands in the line between the panes and the input, and where: on the left what is being
//! completed or what there is to say, on the right what came below.

use chat_core::Millis;
use ratatui::layout::Rect;

use super::layout::Areas;
use crate::app::conversation::Scroll;
use crate::app::missed::Hint;
use crate::app::model::{App, Connection};
use crate::text;

/// Fewer columns than this have no room for a way to complete.
const CANDIDATE_LEAST: u16 = 4;
/// Ways before the picked one that are shown, too.
const CANDIDATES_BEFORE: usize = 3;

/// The line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// What came while the log is scrolled up: a click goes there.
    pub below: Option<(Rect, String)>,
    /// What is left for what there is to say.
    pub said: Rect,
    /// The ways of the completion under way.
    pub candidates: Vec<Candidate>,
}

/// A way to complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Which.
    pub index: usize,
    /// Where it stands.
    pub area: Rect,
    /// As it stands there.
    pub label: String,
}

/// The line as it is now, if there is room for one.
#[must_use]
pub fn status(app: &App, areas: &Areas) -> Option<Status> {
    let y = areas.divider.filter(|_| areas.frame.width >= 12)?;
    let (left, mut right) = (areas.frame.left() + 2, areas.frame.right() - 2);
    let below = below(app).and_then(|below| {
        let label = format!(" {below} ");
        let width = columns(&label);
        (width < right - left).then(|| (Rect::new(right - width, y, width, 1), label))
    });
    if let Some((area, _)) = &below {
        right = area.x.saturating_sub(1);
    }
    let said = Rect::new(left, y, right.saturating_sub(left), 1);
    Some(Status {
        candidates: candidates(app, said),
        below,
        said,
    })
}

/// What came while the log is scrolled up.
fn below(app: &App) -> Option<String> {
    let view = app.current()?;
    match (view.scroll, view.new_below()) {
        (Scroll::Newest, _) => None,
        (Scroll::At { .. }, 0) => Some("Esc: newest".to_owned()),
        (Scroll::At { .. }, new) => Some(format!("{new} new below · Esc")),
    }
}

/// The offer to show what was missed.
#[must_use]
pub fn hint(app: &App) -> Option<String> {
    let missed = app.away.missed.as_ref();
    let missed = missed.filter(|_| app.away.hint == Hint::Shown)?;
    Some(format!("F7: while you were away {}", missed.summary()))
}

/// The connection as a sign and in words.
#[must_use]
pub fn connection(app: &App) -> (&'static str, String) {
    match &app.connection {
        Connection::Connecting { attempt: 0 | 1 } => ("◌", "connecting".into()),
        Connection::Connecting { attempt } => ("◌", format!("connecting, try {attempt}")),
        Connection::LoggingIn => ("◌", "logging in".into()),
        Connection::Syncing => ("◌", "catching up".into()),
        Connection::Online => {
            let latency = app.server.latency_ms.map(|ms| format!("{ms} ms"));
            ("●", latency.unwrap_or_default())
        }
        Connection::Offline { retry_at, .. } => ("○", retry(app.now, *retry_at)),
        Connection::Closed { .. } => ("○", "disconnected".into()),
    }
}

fn retry(now: Millis, at: Millis) -> String {
    match at.since(now).div_ceil(1000) {
        0 => "offline, trying now".into(),
        seconds => format!("offline, again in {seconds} s"),
    }
}

fn candidates(app: &App, line: Rect) -> Vec<Candidate> {
    let Some(completion) = &app.completion else {
        return Vec::new();
    };
    // The picked one must be on the screen: those long before it are left out.
    let first = completion.at.unwrap_or(0).saturating_sub(CANDIDATES_BEFORE);
    let mut x = line.x;
    let mut placed = Vec::new();
    for (index, candidate) in completion.candidates.iter().enumerate().skip(first) {
        let room = line.right().saturating_sub(x);
        if room < CANDIDATE_LEAST {
            break;
        }
        let label = format!(" {} ", candidate.trim_end());
        let shown = text::shown_line(&label, app.options.emoji);
        let label = text::fit(&shown, usize::from(room)).into_owned();
        let area = Rect::new(x, line.y, columns(&label), 1);
        x = area.right();
        placed.push(Candidate { index, area, label });
    }
    placed
}

fn columns(shown: &str) -> u16 {
    u16::try_from(text::width(shown)).unwrap_or(u16::MAX)
}
