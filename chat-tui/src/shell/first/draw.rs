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
/// Its rows.
const HEIGHT: u16 = 10;
/// Columns in front of what is typed.
const LABEL: u16 = 9;

impl Form {
    /// Draws it in the middle, and puts the cursor.
    pub fn draw(&self, frame: &mut Frame<'_>, theme: &Theme) {
        let area = middle(frame.area());
        let block = Block::bordered()
            .title(Line::styled(" chat ", theme.accent))
            .border_style(theme.border);
        let inner = block.inner(area);
        frame.render_widget(block, area);

        let mut lines = vec![
            self.way_line(Way::Host, "host a chat on this machine", theme),
            self.way_line(Way::Join, "join one, by its link or address", theme),
            Line::default(),
        ];
        let columns = inner.width.saturating_sub(LABEL + 1);
        for row in self.rows() {
            let (label, editor) = match row {
                Row::Way => continue,
                Row::Server => ("server", &self.server),
                Row::Nick => ("nick", &self.nick),
            };
            if *row == self.row {
                let before = columns_of(&editor.text()[..editor.cursor()]).min(columns);
                let y = inner.y + rows_of(&lines);
                let cursor = Position::new(inner.x + LABEL + before, y);
                if inner.contains(cursor) {
                    frame.set_cursor_position(cursor);
                }
            }
            lines.push(Line::from(vec![
                Span::styled(format!("{label:>7}  "), theme.faint),
                Span::styled(tail(editor.text(), columns), theme.text),
            ]));
        }
        lines.push(Line::default());
        let heights = [Constraint::Length(rows_of(&lines)), Constraint::Min(0)];
        let [top, bottom] = Layout::vertical(heights).areas(inner);
        frame.render_widget(Paragraph::new(lines), top);
        let (hint, style) = match &self.wrong {
            Some(wrong) => (wrong.as_str(), theme.bad),
            None => ("↑↓ choose   Enter go on   Esc leave", theme.faint),
        };
        let hint = Paragraph::new(hint).style(style);
        frame.render_widget(hint.wrap(Wrap { trim: true }), bottom);
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

/// Where the form is.
fn middle(screen: Rect) -> Rect {
    let [band] = Layout::vertical([Constraint::Max(HEIGHT)])
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
