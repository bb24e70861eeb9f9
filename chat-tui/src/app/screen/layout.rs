//! Where everything is on the screen: from the terminal's size and the application to rectangles.
//! The view draws into them and `update` tests clicks against them, so that both always agree.

use std::ops::Range;

use ratatui::layout::{Position, Rect, Size};

use super::{canvas, offer, status};
use crate::app::action::Action;
use crate::app::canvas::Place;
use crate::app::keymap;
use crate::app::model::{App, Mouse, Pane};
use crate::app::options::Options;
use crate::text;

/// What stands before the first row of the input.
pub const PROMPT: &str = "> ";

/// What is clicked to send.
pub const SEND: &str = "[send]";

/// Fewer columns than this for what is typed, and there is no such button.
const TYPED_LEAST: u16 = 12;

/// Fewer columns than this for the log, and a pane that is not asked for goes: left first.
const LOG_WITH_BOTH: u16 = 44;
const LOG_WITH_ROSTER: u16 = 34;
/// Fewer columns than this, and even a pane that is asked for goes.
const LOG_LEAST: u16 = 16;
/// Fewer columns than this beside the times, and they go.
const BESIDE_TIME: u16 = 25;
/// The input grows with what is typed, up to this many rows and a third of the screen.
const INPUT_ROWS_MAX: u16 = 8;

/// The rectangles of the screen. Those of panes are inside of their borders; what has no room is
/// empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Areas {
    /// Server, latency, conversation, topic, own nick.
    pub header: Rect,
    /// The border around everything below the header. The bar is its last row.
    pub frame: Rect,
    /// The conversations.
    pub conversations: Option<Rect>,
    /// The log of the conversation.
    pub log: Rect,
    /// The conversation's canvas, beside the log or in place of it; then the log has no rows.
    pub canvas: Option<Rect>,
    /// Who is there.
    pub roster: Option<Rect>,
    /// The row of the line between panes and input.
    pub divider: Option<u16>,
    /// The input, with [`PROMPT`].
    pub input: Rect,
    /// The button that sends, beside the input's last row. Empty until the mouse is used, and where
    /// there is no room for it.
    pub send: Rect,
    /// What can be done, over the frame's last row. Empty when there is no room.
    pub bar: Rect,
}

/// Where the parts of a row of the log are, in columns from its left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns {
    /// Width of the time; 0 when it is not shown.
    pub time: u16,
    /// Where the nick is.
    pub nick_at: u16,
    /// Its width.
    pub nick: u16,
    /// Where the text is.
    pub text_at: u16,
    /// Its width.
    pub text: u16,
}

/// Something to click in the bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Button {
    /// Where.
    pub area: Rect,
    /// The key that does the same, such as `F1`.
    pub key: &'static str,
    /// What it does, in a word.
    pub label: &'static str,
    /// What it means.
    pub action: Action,
}

/// Whether there is room for borders, and so for anything beside the log.
#[must_use]
pub fn is_roomy(size: Size) -> bool {
    size.width >= 20 && size.height >= 6
}

/// The rectangles of the screen as it is now.
#[must_use]
pub fn areas(app: &App) -> Areas {
    let (width, height) = (app.size.width, app.size.height);
    let roomy = is_roomy(app.size);
    let edge = u16::from(roomy);
    let header_rows = u16::from(height >= 8 && roomy);
    let inner = width.saturating_sub(2 * edge);
    let send = send_columns(app, inner);
    let input_rows = input_rows(app, inner - send, height);
    // Below the header: the top border, the panes, the line, the input, the bar.
    let frame = Rect::new(0, header_rows, width, height - header_rows);
    let panes_at = frame.y + edge;
    let panes_rows = frame.height.saturating_sub(3 * edge + input_rows);
    let input_at = panes_at + panes_rows + edge;
    let mut areas = Areas {
        header: Rect::new(0, 0, width, header_rows),
        frame,
        log: Rect::new(edge, panes_at, inner, panes_rows),
        divider: roomy.then_some(panes_at + panes_rows),
        input: Rect::new(edge, input_at, inner - send, input_rows),
        ..Areas::default()
    };
    if let (Some(width @ 1..), 1..) = (send.checked_sub(1), input_rows) {
        let last = areas.input.bottom() - 1;
        areas.send = Rect::new(areas.input.right() + 1, last, width, 1);
    }
    if roomy {
        areas.bar = Rect::new(edge, height - 1, inner, 1);
        split_panes(app, &mut areas);
    }
    areas
}

/// Columns that the button takes, and the one before it.
fn send_columns(app: &App, inner: u16) -> u16 {
    let width = u16::try_from(SEND.len()).unwrap_or(0) + 1;
    let fits = inner >= width + prompt_width() + TYPED_LEAST;
    match app.mouse {
        Mouse::Used if fits => width,
        Mouse::Used | Mouse::Unused => 0,
    }
}

fn input_rows(app: &App, inner: u16, height: u16) -> u16 {
    let max = (height / 3).clamp(1, INPUT_ROWS_MAX);
    let width = inner.saturating_sub(prompt_width()).max(1);
    let rows = app.input().layout(width, max).rows.len();
    u16::try_from(rows).unwrap_or(max).clamp(1, max).min(height)
}

fn prompt_width() -> u16 {
    u16::try_from(PROMPT.len()).unwrap_or(0)
}

/// Takes the panes at the sides out of the log's area.
fn split_panes(app: &App, areas: &mut Areas) {
    let width = areas.log.width;
    // Long names have more room where there is some.
    let (more, of) = match width {
        0..100 => (1, 1),
        100..140 => (4, 3),
        _ => (8, 5),
    };
    let left = app.options.conversations_columns * more / of;
    let right = app.options.people_columns * more / of;
    let place = canvas::place(app);
    let beside = place.filter(|place| *place == Place::Beside);
    let canvas = beside.and_then(|_| canvas::columns_beside(areas.log));
    let width = width - canvas.unwrap_or(0);
    // What a canvas can use is not free for panes that nobody asked for.
    let used = match (place, canvas) {
        (Some(_), None) => canvas::columns_alone(areas.log.height),
        _ => 0,
    };
    // Each pane costs its width and a border.
    let fits = |cost: u16, least: u16| width.saturating_sub(cost) >= least;
    let is_free = |cost: u16, least: u16| width.saturating_sub(cost + used) >= least;
    let roster = match app.panes.roster {
        Pane::Hidden => false,
        Pane::Shown => fits(right + 1, LOG_LEAST),
        Pane::Auto => is_free(right + 1, LOG_WITH_ROSTER),
    };
    let right_cost = if roster { right + 1 } else { 0 };
    let conversations = match app.panes.conversations {
        Pane::Hidden => false,
        Pane::Shown => fits(left + 1 + right_cost, LOG_LEAST),
        Pane::Auto => is_free(left + 1 + right_cost, LOG_WITH_BOTH),
    };
    let log = &mut areas.log;
    if roster {
        log.width -= right_cost;
        areas.roster = Some(Rect::new(log.right() + 1, log.y, right, log.height));
    }
    if conversations {
        areas.conversations = Some(Rect::new(log.x, log.y, left, log.height));
        log.x += left + 1;
        log.width -= left + 1;
    }
    if place.is_some() {
        areas.canvas = Some(match canvas {
            Some(cost) => {
                log.width -= cost;
                Rect::new(log.right() + 1, log.y, cost - 1, log.height)
            }
            None => {
                let all = *log;
                log.height = 0;
                all
            }
        });
    }
}

impl Areas {
    /// The part of the input where the text is.
    #[must_use]
    pub fn input_text(&self) -> Rect {
        let prompt = prompt_width().min(self.input.width);
        Rect {
            x: self.input.x + prompt,
            width: self.input.width - prompt,
            ..self.input
        }
    }
}

/// The columns of a log of this width.
#[must_use]
pub fn columns(options: &Options, width: u16) -> Columns {
    let time = options.time.columns;
    let time = if width >= time + BESIDE_TIME { time } else { 0 };
    let nick = match width {
        60.. => 12,
        30..60 => 8,
        _ => width / 4,
    };
    let nick_at = if time > 0 { time + 1 } else { 0 };
    let text_at = if nick > 0 { nick_at + nick + 1 } else { 0 };
    Columns {
        time,
        nick_at,
        nick,
        text_at,
        text: width.saturating_sub(text_at),
    }
}

/// Which conversations stand in the rows of their pane, from top to bottom: the current one is
/// always among them.
#[must_use]
pub fn visible_conversations(app: &App, area: Rect) -> Range<usize> {
    let height = usize::from(area.height);
    let count = app.conversations.len();
    let current = app.current_index().unwrap_or(0);
    let first = current
        .saturating_sub(height / 2)
        .min(count.saturating_sub(height));
    first..count.min(first + height)
}

/// Which people of the current conversation stand in the rows of their pane, from top to bottom.
#[must_use]
pub fn visible_people(app: &App, area: Rect) -> Range<usize> {
    let height = usize::from(area.height);
    let count = app.current().map_or(0, |view| view.roster.people().len());
    let first = app.roster_scroll.min(count.saturating_sub(height));
    first..count.min(first + height)
}

/// What stands in the bar. When there is little room the ones in the middle go; help and quit stay
/// longest.
#[must_use]
pub fn buttons(app: &App, bar: Rect) -> Vec<Button> {
    let all = keymap::bar(app.focus());
    let width_of = |key: &str, label: &str| {
        u16::try_from(text::width(key) + 1 + text::width(label)).unwrap_or(u16::MAX)
    };
    let (Some((last, front)), true) = (all.split_last(), bar.height > 0) else {
        return Vec::new();
    };
    let mut buttons = Vec::new();
    let last_width = width_of(last.key, last.label);
    let end = bar.right().saturating_sub(1);
    let last_at = end.saturating_sub(last_width);
    let mut x = bar.x + 1;
    for item in front {
        let width = width_of(item.key, item.label);
        if x + width + 2 > last_at {
            break;
        }
        buttons.push(Button {
            area: Rect::new(x, bar.y, width, 1),
            key: item.key,
            label: item.label,
            action: item.action,
        });
        x += width + 2;
    }
    if last_at >= x || buttons.is_empty() && last_width <= bar.width {
        buttons.push(Button {
            area: Rect::new(last_at.max(bar.x), bar.y, last_width, 1),
            key: last.key,
            label: last.label,
            action: last.action,
        });
    }
    buttons
}

/// What is at a place on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hit {
    /// A conversation, by its index in the list.
    Conversation(usize),
    /// Somebody in the roster, by index.
    Person(usize),
    /// A row of the log, from its top.
    Log(u16),
    /// The canvas.
    Canvas(canvas::Over),
    /// The roster pane, below the last person.
    Roster,
    /// The input: this row and column of its text.
    Input(u16, u16),
    /// Something in the bar.
    Button(Action),
    /// The button that sends.
    Send,
    /// A way to complete, by its index.
    Candidate(usize),
    /// An emoji that is offered, by its index.
    Offered(usize),
    /// What came below the log on the screen.
    Below,
    /// The offer to show what was missed.
    Missed,
    /// The header.
    Header,
    /// Nothing that does anything.
    Nothing,
}

/// What is at a place on the screen as it is now, popups not regarded.
#[must_use]
pub fn hit(app: &App, at: Position) -> Hit {
    let areas = areas(app);
    let index_in = |area: Rect, visible: Range<usize>| {
        let index = visible.start + usize::from(at.y - area.y);
        visible.contains(&index).then_some(index)
    };
    if let Some(offer) = offer::offer(app).filter(|offer| offer.area.contains(at)) {
        return Hit::Offered(usize::from(at.y - offer.area.y));
    }
    if let Some(area) = areas.conversations.filter(|area| area.contains(at)) {
        return index_in(area, visible_conversations(app, area))
            .map_or(Hit::Nothing, Hit::Conversation);
    }
    if let Some(area) = areas.roster.filter(|area| area.contains(at)) {
        return index_in(area, visible_people(app, area)).map_or(Hit::Roster, Hit::Person);
    }
    let over = areas
        .canvas
        .and_then(|area| canvas::plan(app, area).hit(at));
    if let Some(over) = over {
        return Hit::Canvas(over);
    }
    if areas.log.contains(at) {
        return Hit::Log(at.y - areas.log.y);
    }
    if areas.input.contains(at) {
        let text = areas.input_text();
        return Hit::Input(at.y - text.y, at.x.saturating_sub(text.x));
    }
    if areas.send.contains(at) {
        return Hit::Send;
    }
    if let Some(status) = status::status(app, &areas) {
        let mut candidates = status.candidates.into_iter();
        if let Some(found) = candidates.find(|candidate| candidate.area.contains(at)) {
            return Hit::Candidate(found.index);
        }
        if status.below.is_some_and(|(area, _)| area.contains(at)) {
            return Hit::Below;
        }
        let offered = app.notice.is_none() && app.completion.is_none();
        if offered && status.said.contains(at) && status::hint(app).is_some() {
            return Hit::Missed;
        }
    }
    let pressed = buttons(app, areas.bar)
        .into_iter()
        .find(|button| button.area.contains(at));
    match pressed {
        Some(button) => Hit::Button(button.action),
        None if areas.header.contains(at) => Hit::Header,
        None => Hit::Nothing,
    }
}
