//! How the form looks.

use ratatui::Frame;
use ratatui::layout::{Constraint, Flex, Layout, Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph, Wrap};

use super::form::{Form, Row, Way};
use crate::text;
use crate::view::Theme;

/// Columns of the form, less on a narrower terminal.
const WIDTH: u16 = 60;
/// Its rows; a reason is longer than a hint.
const HEIGHT: u16 = 12;
const HEIGHT_WITH_REASON: u16 = 14;
/// Columns in front of what is typed.
const LABEL: u16 = 13;

impl Form {
    /// Draws it in the middle, and puts the cursor.
    pub fn draw(&self, frame: &mut Frame<'_>, theme: &Theme) {
        let height = match self.wrong {
            Some(_) => HEIGHT_WITH_REASON,
            None => HEIGHT,
        };
        let area = middle(frame.area(), height);
        let block = Block::bordered()
            .title(Line::styled(" chat ", theme.accent))
            .border_style(theme.border);
        let inner = block.inner(area);
        frame.render_widget(block, area);

        let mut lines = vec![
            self.way_line(Way::Host, "host a chat on this machine", theme),
            self.way_line(Way::Join, "join one, by its link or address", theme),
        ];
        // A low terminal has no room for what only looks good.
        let airy = usize::from(inner.height) >= self.rows().len() + 5;
        if airy {
            lines.push(Line::default());
        }
        let columns = inner.width.saturating_sub(LABEL + 1);
        for row in self.rows() {
            let Some(field) = self.field(*row) else {
                continue;
            };
            let here = *row == self.row;
            if here {
                let before = columns_of(field.before_cursor()).min(columns);
                let y = inner.y + rows_of(&lines);
                let cursor = Position::new(inner.x + LABEL + before, y);
                if inner.contains(cursor) {
                    frame.set_cursor_position(cursor);
                }
            }
            // What is typed takes the place of what is offered, as with a selection.
            let style = match here && field.is_offered() {
                true => theme.picked,
                false => theme.text,
            };
            let label = label(*row);
            lines.push(Line::from(vec![
                Span::styled(format!("{label:>11}  "), theme.faint),
                Span::styled(tail(field.text(), columns), style),
            ]));
        }
        if airy {
            lines.push(Line::default());
        }
        let heights = [Constraint::Length(rows_of(&lines)), Constraint::Min(0)];
        let [top, bottom] = Layout::vertical(heights).areas(inner);
        frame.render_widget(Paragraph::new(lines), top);
        let (hint, style) = match &self.wrong {
            Some(wrong) => (wrong.as_str(), theme.bad),
            None => (self.hint(), theme.faint),
        };
        let hint = Paragraph::new(hint).style(style);
        frame.render_widget(hint.wrap(Wrap { trim: true }), bottom);
    }

    fn hint(&self) -> &'static str {
        match (self.row, self.way) {
            (Row::Way, _) => "↑↓ choose   Enter go on   Esc leave",
            (Row::Server, _) => "a link or HOST:PORT   Enter go on   Esc leave",
            (Row::Nick, Way::Join) => "Enter join   Esc leave",
            (Row::Nick, Way::Host) => "Enter start   ↓ address, port, connections   Esc leave",
            (Row::Address, _) => {
                "0.0.0.0: whoever reaches this machine can join; 127.0.0.1: only itself   Enter start"
            }
            (Row::Port, _) => "0: any that is free   Enter start   Esc leave",
            (Row::Connections, _) => {
                "at once; who comes then is told when to try again   Enter start"
            }
        }
    }

    fn way_line(&self, way: Way, label: &'static str, theme: &Theme) -> Line<'static> {
        let marked = if self.way == way { "(•) " } else { "( ) " };
        let style = if self.row == Row::Way && self.way == way {
            theme.picked
        } else {
            theme.text
        };
        Line::from(Span::styled(format!("{marked}{label}"), style))
    }
}

fn label(row: Row) -> &'static str {
    match row {
        Row::Way => "",
        Row::Server => "server",
        Row::Nick => "nick",
        Row::Address => "address",
        Row::Port => "port",
        Row::Connections => "connections",
    }
}

/// Where the form is.
fn middle(screen: Rect, height: u16) -> Rect {
    let [band] = Layout::vertical([Constraint::Max(height)])
        .flex(Flex::Center)
        .areas(screen);
    let [area] = Layout::horizontal([Constraint::Max(WIDTH)])
        .flex(Flex::Center)
        .areas(band);
    area
}

fn rows_of(lines: &[Line<'_>]) -> u16 {
    u16::try_from(lines.len()).unwrap_or(u16::MAX)
}

fn columns_of(text: &str) -> u16 {
    u16::try_from(text::width(text)).unwrap_or(u16::MAX)
}

/// The end of a text that doesn't fit: that is where one types.
fn tail(text: &str, columns: u16) -> String {
    let mut rest = text;
    while columns_of(rest) > columns {
        let mut chars = rest.chars();
        chars.next();
        rest = chars.as_str();
    }
    rest.to_owned()
}
