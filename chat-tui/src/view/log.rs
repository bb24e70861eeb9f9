//! The log: the rows between its anchor and the end of the pane, and nothing else.

use std::borrow::Cow;
use std::ops::Range;

use chat_client::TransferState;
use chat_core::{AccountId, Body, Entry, Seq};
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::canvas::{Canvas, columns};
use super::links::LinkSpan;
use super::raster::Blocks;
use super::theme::Theme;
use crate::app::App;
use crate::app::aside::Told;
use crate::app::conversation::{ConversationView, Outgoing, OutgoingState};
use crate::app::files::Progress;
use crate::app::layout::Columns;
use crate::app::log::{Gap, GapState, Key};
use crate::app::marks::Own;
use crate::app::mention;
use crate::app::pictures::PictureState;
use crate::app::rows::{Chip, Feed, Follows, Item, Lines};
use crate::settings::Joins;
use crate::text;

/// Stands in the nick's place where nobody says something.
const NOBODY: &str = "*";

/// The log of the current conversation.
pub(super) fn log(app: &App, area: Rect, canvas: &mut Canvas<'_>) {
    let Some(view) = app.current() else {
        empty(app, area, canvas);
        return;
    };
    if area.is_empty() {
        return;
    }
    let feed = Feed::new(app, view, area.width);
    let picked = feed.settled_selection();
    let mut drawing: Option<Drawing<'_>> = None;
    let visible = feed.visible(usize::from(area.height));
    for (visible, y) in visible.into_iter().zip(area.y..) {
        // The rows of one item come one after the other: it is prepared once.
        let known = drawing.take().filter(|known| known.key == visible.key);
        let current = known.or_else(|| Drawing::new(app, view, &feed, visible.key));
        let row = Rect::new(area.x, y, area.width, 1);
        if let Some(current) = &current {
            current.row(visible.row, row, feed.columns(), canvas);
        }
        if picked == Some(visible.key) {
            canvas.restyle(row, canvas.theme.picked);
        }
        drawing = current;
    }
}

/// An item whose rows are being drawn.
struct Drawing<'a> {
    app: &'a App,
    view: &'a ConversationView,
    key: Key,
    item: Item<'a>,
    lines: Option<Lines>,
    /// The rows of one that tells who came and went.
    told: Cow<'a, [Told]>,
    /// The rows of reactions.
    chips: Vec<Vec<Chip>>,
    /// A picture.
    blocks: Option<Blocks>,
    /// Links and mentions in the lines, as byte ranges.
    links: Vec<Range<usize>>,
    mentions: Vec<Range<usize>>,
}

impl<'a> Drawing<'a> {
    fn new(
        app: &'a App,
        view: &'a ConversationView,
        feed: &Feed<'a>,
        key: Key,
    ) -> Option<Drawing<'a>> {
        let item = feed.item(key)?;
        let lines = feed.lines(item);
        let shown = lines.as_ref().map_or("", |lines| lines.shown.as_str());
        let is_mine = match item {
            Item::Entry(entry, _) => app.is_me(entry.author),
            _ => true,
        };
        let mentions = match (&app.me, is_mine) {
            (Some(me), false) => mention::places(shown, me.nick.as_str()),
            _ => Vec::new(),
        };
        Some(Drawing {
            app,
            view,
            key,
            item,
            links: text::links(shown),
            mentions,
            told: match item {
                Item::Aside(aside) => feed.told(aside),
                _ => Cow::default(),
            },
            chips: match item {
                Item::Reactions(entry) => feed.chips(entry),
                _ => Vec::new(),
            },
            blocks: Blocks::of(item, feed),
            lines,
        })
    }

    /// One of the item's rows.
    fn row(&self, index: usize, row: Rect, columns: &Columns, canvas: &mut Canvas<'_>) {
        let theme = canvas.theme;
        match self.item {
            Item::Beginning => {
                let said = format!("this is the beginning of {}", self.view.title());
                rule(row, &said, theme.faint, canvas);
            }
            Item::Day(date) => {
                let day = date.strftime("%A, %-d %B %Y").to_string();
                rule(row, &day, theme.faint, canvas);
            }
            Item::Unread(count) => rule(row, &format!("{count} new"), theme.unread, canvas),
            Item::Aside(_) => {
                if let Some(told) = self.told.get(index) {
                    self.told(told, row, columns, canvas);
                }
            }
            Item::Promise(_) => {
                if index == 0 {
                    let at = row.x + columns.nick_at;
                    canvas.text(at, row.y, columns.nick, NOBODY, theme.warning);
                }
                self.text(index, row, theme.warning, canvas);
            }
            Item::Gap(gap) => rule(row, &gap_text(&gap), theme.faint, canvas),
            Item::Note(_) => self.text(index, row, self.note_style(index, canvas), canvas),
            Item::Entry(entry, follows) => {
                if index == 0 {
                    self.margin_of_entry(entry, follows, row, columns, canvas);
                }
                self.text(index, row, entry_style(entry, canvas), canvas);
            }
            Item::Reactions(_) => {
                for chip in self.chips.get(index).into_iter().flatten() {
                    let style = match chip.own {
                        Own::No => theme.faint,
                        Own::Yes => theme.accent,
                        Own::Pending(_) => theme.warning,
                    };
                    canvas.shown(row.x + chip.x, row.y, row.right(), &chip.text, style);
                }
            }
            Item::Picture(hung) => {
                let style = match hung.state {
                    PictureState::Failed(_) => theme.bad,
                    _ => theme.faint,
                };
                self.text(index, row, style, canvas);
                if let Some(blocks) = &self.blocks {
                    blocks.draw(index, row, columns, canvas);
                }
            }
            Item::Outgoing(outgoing) => {
                if index == 0 {
                    self.margin_of_outgoing(outgoing, row, columns, canvas);
                }
                self.text(index, row, theme.faint, canvas);
            }
            Item::Upload(file) => {
                if index == 0 {
                    self.margin_of_upload(file, row, columns, canvas);
                }
                self.text(index, row, theme.faint, canvas);
            }
        }
    }

    /// Who came or went. One by one, that has a time.
    fn told(&self, told: &Told, row: Rect, columns: &Columns, canvas: &mut Canvas<'_>) {
        let style = canvas.theme.faint;
        if self.app.options.joins == Joins::Show {
            let time = self.app.options.time.write(told.at);
            canvas.text(row.x, row.y, columns.time, &time, style);
        }
        line(row, columns, &told.what, style, canvas);
    }

    fn margin_of_entry(
        &self,
        entry: &Entry,
        follows: Follows,
        row: Rect,
        columns: &Columns,
        canvas: &mut Canvas<'_>,
    ) {
        let theme = canvas.theme;
        if follows != Follows::NickAndTime {
            let time = self.app.options.time.write(entry.at);
            canvas.text(row.x, row.y, columns.time, &time, theme.faint);
        }
        if follows == Follows::Nothing {
            let (nick, style) = match entry.body {
                Body::Post(_) | Body::File(_) | Body::Removed => {
                    (entry.nick.as_str(), self.nick_style(entry.author, canvas))
                }
                _ => (NOBODY, theme.faint),
            };
            canvas.text(row.x + columns.nick_at, row.y, columns.nick, nick, style);
        }
    }

    /// A post that names the own nick stands out by its author's, too.
    fn nick_style(&self, author: AccountId, canvas: &Canvas<'_>) -> Style {
        if self.mentions.is_empty() {
            canvas.theme.nick(author)
        } else {
            canvas.theme.mention
        }
    }

    fn margin_of_outgoing(
        &self,
        outgoing: &Outgoing,
        row: Rect,
        columns: &Columns,
        canvas: &mut Canvas<'_>,
    ) {
        let theme = canvas.theme;
        let sign = match outgoing.state {
            OutgoingState::Sending => ("…", theme.warning),
            OutgoingState::Stored(_) => ("✓", theme.good),
            OutgoingState::Refused { .. } => ("✗", theme.bad),
        };
        self.margin(sign, row, columns, canvas);
    }

    fn margin_of_upload(
        &self,
        file: &Progress,
        row: Rect,
        columns: &Columns,
        canvas: &mut Canvas<'_>,
    ) {
        let sign = match file.state {
            TransferState::Failed { .. } => ("✗", canvas.theme.bad),
            _ => ("↑", canvas.theme.warning),
        };
        self.margin(sign, row, columns, canvas);
    }

    /// In place of the time stands how far something of one's own has come.
    fn margin(
        &self,
        (sign, style): (&str, Style),
        row: Rect,
        columns: &Columns,
        canvas: &mut Canvas<'_>,
    ) {
        let theme = canvas.theme;
        let sign_at = row.x + columns.time.saturating_sub(1);
        // Without times the sign stands before the nick.
        let moved = if columns.time == 0 { 2 } else { 0 };
        let nick_at = row.x + columns.nick_at + moved;
        let width = columns.nick.saturating_sub(moved);
        canvas.text(nick_at, row.y, width, self.app.nick(), theme.faint);
        canvas.glyph(sign_at, row.y, sign, style);
    }

    /// A remark says what was wrong, or how far a file has come.
    fn remark_style(&self, theme: &Theme) -> Style {
        let progress = match self.item {
            Item::Entry(entry, _) => self.app.downloads.get(self.view.id(), entry.seq),
            Item::Upload(file) => Some(file),
            _ => None,
        };
        match progress.map(|file| &file.state) {
            None | Some(TransferState::Failed { .. }) => theme.bad,
            Some(TransferState::Finished(_)) => theme.good,
            Some(_) => theme.accent,
        }
    }

    /// What is to be copied stands out from what is said about it.
    fn note_style(&self, index: usize, canvas: &Canvas<'_>) -> Style {
        let shown = self.lines.as_ref().map_or("", |lines| &lines.shown);
        let row = self.lines.as_ref().and_then(|lines| lines.rows.get(index));
        let first = shown.find('\n').unwrap_or(0);
        let last = shown.rfind('\n').unwrap_or(0);
        match row {
            Some(row) if row.start > first && row.end <= last => canvas.theme.accent,
            _ => canvas.theme.faint,
        }
    }

    /// One row of the text, with its links and mentions.
    fn text(&self, index: usize, row: Rect, style: Style, canvas: &mut Canvas<'_>) {
        let Some(lines) = &self.lines else {
            return;
        };
        let Some(range) = lines.rows.get(index) else {
            return;
        };
        let theme = canvas.theme;
        let style = if index < lines.remark_at {
            style
        } else {
            self.remark_style(theme)
        };
        let mut x = row.x + lines.at;
        // What is said of the text is no part of it.
        let end = range.end.min(lines.mark.start.max(range.start));
        let (said, mark) = match lines.mark.is_empty() || index >= lines.remark_at {
            true => (range.clone(), range.end..range.end),
            false => (range.start..end, end..range.end),
        };
        for (piece, link) in text::segments(said, &self.links) {
            for (piece, mention) in text::segments(piece, &self.mentions) {
                let style = match (link, mention) {
                    (Some(_), _) => style.patch(theme.link),
                    (None, Some(_)) => style.patch(theme.mention),
                    (None, None) => style,
                };
                let end = canvas.shown(x, row.y, row.right(), &lines.shown[piece], style);
                if let Some(link) = link {
                    canvas.links.push(LinkSpan {
                        x,
                        y: row.y,
                        width: end - x,
                        url: lines.shown[self.links[link].clone()].to_owned(),
                    });
                }
                x = end;
            }
        }
        let style = canvas.theme.faint;
        canvas.shown(x, row.y, row.right(), &lines.shown[mark], style);
    }
}

fn entry_style(entry: &Entry, canvas: &Canvas<'_>) -> Style {
    match entry.body {
        Body::Post(_) | Body::File(_) => canvas.theme.text,
        Body::Action(_) => canvas.theme.text.patch(Style::new().italic()),
        _ => canvas.theme.faint,
    }
}

fn gap_text(gap: &Gap) -> String {
    let count = match gap.len() {
        1 => "1 message".to_owned(),
        count => format!("{count} messages"),
    };
    let earlier = if gap.after == Seq(0) { "earlier " } else { "" };
    match gap.state {
        GapState::Loading => format!("… loading {earlier}messages …"),
        GapState::Missing => format!("{count} not here yet"),
        GapState::Lost => format!("{count} that the server no longer has"),
    }
}

/// One row of text in the text's column.
fn line(row: Rect, columns: &Columns, said: &str, style: Style, canvas: &mut Canvas<'_>) {
    canvas.text(row.x + columns.nick_at, row.y, columns.nick, NOBODY, style);
    canvas.text(row.x + columns.text_at, row.y, columns.text, said, style);
}

/// A line across the pane with words in its middle.
fn rule(row: Rect, said: &str, style: Style, canvas: &mut Canvas<'_>) {
    let label = format!(" {said} ");
    canvas.rule(row.left(), row.right(), row.y, "─", style);
    let free = row.width.saturating_sub(columns(&label));
    canvas.text(row.x + free / 2, row.y, row.width, &label, style);
}

/// What stands in the log's place while there is no conversation.
fn empty(app: &App, area: Rect, canvas: &mut Canvas<'_>) {
    let said = match (app.is_online(), app.conversations.is_empty()) {
        (true, true) => "no conversation yet: /join #lobby",
        (true, false) => "pick a conversation: Ctrl+N, or click on one",
        (false, _) => "waiting for the server",
    };
    if area.height > 0 {
        let style = canvas.theme.faint;
        canvas.text(
            area.x + 1,
            area.y,
            area.width.saturating_sub(1),
            said,
            style,
        );
    }
}
