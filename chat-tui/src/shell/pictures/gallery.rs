//! What the terminal holds of pictures, and what of it is on the screen. The view has drawn each in
//! half blocks and said where; where the terminal has a finer way, and the picture is encoded for
//! it, that takes the cells. Until then, and where a picture is partly visible and the way draws it
//! as a whole, the half blocks stay.

use std::collections::BTreeMap;
use std::sync::Arc;

use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::{Rect, Size};
use ratatui::style::{Color, Style};
use tokio::sync::mpsc;

use super::encode::{Encoded, Job, PLACEHOLDER, encode, forget};
use super::way::{CellPixels, Way};
use crate::app::pictures::{PictureId, Pictures, Surface};
use crate::shell::paint::Graphic;
use crate::view::PictureSpan;

/// What goes to the terminal beside the cells of a frame.
#[derive(Debug, Default)]
pub struct Hanging {
    /// Before the frame: changes no cell and moves no cursor.
    pub before: String,
    /// Over cells that are marked as [`CellDiffOption::Skip`].
    pub graphics: Vec<Graphic>,
}

/// One picture in one size.
type Wanted = (PictureId, (u16, u16));

/// See the module.
#[derive(Debug)]
pub struct Gallery {
    way: Way,
    cell: (u16, u16),
    /// In the one size in which each was last seen.
    made: BTreeMap<PictureId, Made>,
    /// What is being encoded: one at a time, so that a size that changes all the time doesn't fill
    /// the machine.
    busy: Option<Wanted>,
    encoded: mpsc::UnboundedReceiver<(Wanted, u32, Result<Encoded, String>)>,
    sender: mpsc::UnboundedSender<(Wanted, u32, Result<Encoded, String>)>,
    /// The last number that the terminal knows one by.
    last: u32,
}

#[derive(Debug)]
struct Made {
    cells: (u16, u16),
    number: u32,
    state: State,
}

#[derive(Debug)]
enum State {
    /// As kitty keeps it; whether it has it.
    Kept {
        transmit: Arc<str>,
        marks: Vec<char>,
        sent: bool,
    },
    Drawn(Arc<str>),
    /// It can't be encoded: half blocks stay.
    Failed,
}

impl Gallery {
    /// Nothing hangs yet. Numbers begin at one that depends on `seed`, so that two programs in one
    /// terminal seldom have the same.
    #[must_use]
    pub fn new(way: Way, cell: CellPixels, seed: u32) -> Gallery {
        let (sender, encoded) = mpsc::unbounded_channel();
        Gallery {
            way,
            cell: cell.unwrap_or(Surface::USUAL_CELL),
            made: BTreeMap::new(),
            busy: None,
            encoded,
            sender,
            last: (1 + seed % 254) << 16,
        }
    }

    /// The terminal has another way, or cells of another size.
    pub fn set(&mut self, way: Way, cell: CellPixels) {
        let cell = cell.unwrap_or(Surface::USUAL_CELL);
        if (way, cell) != (self.way, self.cell) {
            (self.way, self.cell) = (way, cell);
            for made in self.made.values_mut() {
                // No picture has this size: it is made anew.
                made.cells = (0, 0);
            }
        }
    }

    /// Waits until another picture is encoded: then it can be drawn. For ever, if none is on its
    /// way. Cancel safe.
    pub async fn encoded(&mut self) {
        match self.encoded.recv().await {
            Some((wanted, number, result)) => self.take(wanted, number, result),
            // There is always a sender: its own.
            None => std::future::pending().await,
        }
    }

    fn take(&mut self, (id, cells): Wanted, number: u32, result: Result<Encoded, String>) {
        self.busy = None;
        let state = match result {
            Ok(Encoded::Kept { transmit, marks }) => State::Kept {
                transmit: transmit.into(),
                marks,
                sent: false,
            },
            Ok(Encoded::Drawn(sequence)) => State::Drawn(sequence.into()),
            Err(error) => {
                tracing::warn!(error, "picture not encoded");
                State::Failed
            }
        };
        // The former size stays in the terminal until the next frame says otherwise.
        let made = Made {
            cells,
            number,
            state,
        };
        if let Some(former) = self.made.insert(id, made) {
            self.keep_to_forget(former);
        }
    }

    /// Remembers what the terminal has to forget, under a number that no picture has.
    fn keep_to_forget(&mut self, former: Made) {
        if matches!(former.state, State::Kept { sent: true, .. }) {
            let key = PictureId(u64::MAX - u64::from(former.number));
            self.made.insert(key, former);
        }
    }

    /// Puts the pictures that are visible into the cells, as fine as the terminal has them.
    pub fn hang(
        &mut self,
        pictures: &Pictures,
        cells: &mut Buffer,
        spans: &[PictureSpan],
    ) -> Hanging {
        let mut hanging = Hanging::default();
        if !self.made.is_empty() {
            self.sweep(pictures, &mut hanging);
        }
        if matches!(self.way, Way::Off | Way::Blocks) {
            return hanging;
        }
        let mut rest = spans;
        while let Some(first) = rest.first() {
            let of = |span: &&PictureSpan| span.id == first.id;
            let (these, others) = rest.split_at(rest.iter().take_while(of).count());
            rest = others;
            self.hang_one(pictures, these, cells, &mut hanging);
        }
        hanging
    }

    /// Lets the terminal forget what nobody wants to see any more.
    fn sweep(&mut self, pictures: &Pictures, hanging: &mut Hanging) {
        self.made.retain(|id, made| {
            let stays = pictures.raster(*id).is_some();
            if !stays && matches!(made.state, State::Kept { sent: true, .. }) {
                hanging.before += &forget(made.number);
            }
            stays
        });
    }

    fn hang_one(
        &mut self,
        pictures: &Pictures,
        spans: &[PictureSpan],
        cells: &mut Buffer,
        hanging: &mut Hanging,
    ) {
        let Some(first) = spans.first() else {
            return;
        };
        let size = (first.cells.width, first.cells.height);
        match self
            .made
            .get_mut(&first.id)
            .filter(|made| made.cells == size)
        {
            None => self.begin(pictures, first.id, size),
            Some(made) => match &mut made.state {
                State::Failed => {}
                State::Kept {
                    transmit,
                    marks,
                    sent,
                } => {
                    if !std::mem::replace(sent, true) {
                        hanging.before += transmit;
                    }
                    for span in spans {
                        place(span, made.number, marks, cells);
                    }
                }
                State::Drawn(sequence) => {
                    if let Some(area) = whole(spans) {
                        cover(area, cells);
                        hanging.graphics.push(Graphic {
                            area,
                            sequence: sequence.clone(),
                        });
                    }
                }
            },
        }
    }

    fn begin(&mut self, pictures: &Pictures, id: PictureId, cells: (u16, u16)) {
        let Some(raster) = pictures.raster(id).filter(|_| self.busy.is_none()) else {
            return;
        };
        let wanted = (id, cells);
        self.busy = Some(wanted);
        self.last = (self.last & 0xff_0000) | ((self.last + 1) & 0xffff).max(1);
        let (raster, sender, number) = (raster.clone(), self.sender.clone(), self.last);
        let job = Job {
            way: self.way,
            cells: Size::new(cells.0, cells.1),
            cell: self.cell,
            id: number,
        };
        tokio::task::spawn_blocking(move || {
            let encoded = crate::shell::terminal::catching(|| encode(&raster, &job));
            let encoded = encoded.unwrap_or_else(|| Err("the encoder failed".into()));
            // The screen is gone when nobody takes it.
            drop(sender.send((wanted, number, encoded)));
        });
    }

    /// The terminal may have lost what it held.
    pub fn lost(&mut self) {
        for made in self.made.values_mut() {
            if let State::Kept { sent, .. } = &mut made.state {
                *sent = false;
            }
        }
    }

    /// What lets the terminal forget all that it holds: before it is given back.
    #[must_use]
    pub fn take_down(&mut self) -> String {
        let mut out = String::new();
        for made in self.made.values_mut() {
            if let State::Kept { sent, .. } = &mut made.state
                && std::mem::take(sent)
            {
                out += &forget(made.number);
            }
        }
        out
    }
}

/// Text that stands for a part of a picture that the terminal keeps. Each cell says its row and its
/// column, so that any of them can be written alone.
fn place(span: &PictureSpan, number: u32, marks: &[char], cells: &mut Buffer) {
    let [_, r, g, b] = number.to_be_bytes();
    let style = Style::new().fg(Color::Rgb(r, g, b));
    let mark = |n: u16| marks.get(usize::from(n)).copied();
    for n in 0..span.width {
        let (Some(row), Some(column)) = (mark(span.row), mark(span.column + n)) else {
            continue;
        };
        if let Some(cell) = cells.cell_mut((span.x + n, span.y)) {
            cell.reset();
            let symbol: String = [PLACEHOLDER, row, column].into_iter().collect();
            cell.set_symbol(&symbol).set_style(style);
        }
    }
}

/// Where a picture is that is visible as a whole.
fn whole(spans: &[PictureSpan]) -> Option<Rect> {
    let first = spans.first()?;
    let Size { width, height } = first.cells;
    let in_order = spans.iter().zip(0..height).all(|(span, row)| {
        let here = (span.x, span.y, span.width, span.column, span.row);
        here == (first.x, first.y + row, width, 0, row)
    });
    let all = spans.len() == usize::from(height);
    (in_order && all).then(|| Rect::new(first.x, first.y, width, height))
}

/// Marks the cells that are a graphic's.
fn cover(area: Rect, cells: &mut Buffer) {
    for at in area.positions() {
        if let Some(cell) = cells.cell_mut(at) {
            cell.reset();
            cell.set_diff_option(CellDiffOption::Skip);
        }
    }
}

#[cfg(test)]
mod tests {
    use chat_core::{ContentHash, ConversationId, File, Seq, Text};

    use super::*;
    use crate::app::pictures::Raster;

    /// A picture of 40 by 40 pixels, and one of it on four rows from `y`, as far as they are in
    /// `rows`.
    fn pictures() -> Pictures {
        let mut pictures = Pictures::default();
        let file = File {
            hash: ContentHash([7; 32]),
            name: Text::new("a.png"),
            media: Text::default(),
            bytes: 10,
            caption: Text::default(),
        };
        assert!(pictures.begin(ConversationId(1), Seq(1), &file).is_none());
        let raster = Raster::new(40, 40, vec![200; 6_400]).expect("small");
        pictures.arrived(ConversationId(1), Seq(1), Ok(Arc::new(raster)));
        pictures
    }

    fn spans(y: u16, rows: std::ops::Range<u16>) -> Vec<PictureSpan> {
        let span = |row| PictureSpan {
            id: PictureId(1),
            cells: Size::new(5, 4),
            column: 0,
            row,
            x: 3,
            y: y + row - rows.start,
            width: 5,
        };
        rows.clone().map(span).collect()
    }

    fn hang(
        gallery: &mut Gallery,
        pictures: &Pictures,
        spans: &[PictureSpan],
    ) -> (Buffer, Hanging) {
        let mut cells = Buffer::filled(Rect::new(0, 0, 20, 10), ratatui::buffer::Cell::new("▀"));
        let hanging = gallery.hang(pictures, &mut cells, spans);
        (cells, hanging)
    }

    #[tokio::test]
    async fn what_is_kept_is_sent_once_and_stands_in_any_cell() {
        let pictures = pictures();
        let mut gallery = Gallery::new(Way::Kitty, Some((8, 16)), 7);
        let (cells, hanging) = hang(&mut gallery, &pictures, &spans(2, 0..4));
        assert_eq!(cells[(3, 2)].symbol(), "▀", "until it is encoded");
        assert_eq!(hanging.before, "");
        gallery.encoded().await;
        let (cells, hanging) = hang(&mut gallery, &pictures, &spans(2, 0..4));
        assert!(hanging.before.starts_with("\x1b_G"));
        assert_eq!(cells[(3, 2)].symbol(), "\u{10eeee}\u{305}\u{305}");
        assert_eq!(cells[(7, 5)].symbol(), "\u{10eeee}\u{310}\u{312}");
        assert_eq!(cells[(8, 5)].symbol(), "▀");
        // Half of it scrolled out: its rows are still those that they are.
        let (cells, hanging) = hang(&mut gallery, &pictures, &spans(0, 2..4));
        assert_eq!(hanging.before, "");
        assert_eq!(cells[(3, 0)].symbol(), "\u{10eeee}\u{30e}\u{305}");
        // A terminal that lost it gets it again; one that is given back forgets it.
        gallery.lost();
        let (_, hanging) = hang(&mut gallery, &pictures, &spans(0, 2..4));
        assert!(hanging.before.starts_with("\x1b_G"));
        let forget = gallery.take_down();
        assert!(forget.contains("a=d,d=I"), "{forget:?}");
        assert_eq!(gallery.take_down(), "");
    }

    #[tokio::test]
    async fn what_nobody_wants_to_see_is_forgotten() {
        let pictures = pictures();
        let mut gallery = Gallery::new(Way::Kitty, Some((8, 16)), 7);
        hang(&mut gallery, &pictures, &spans(2, 0..4));
        gallery.encoded().await;
        hang(&mut gallery, &pictures, &spans(2, 0..4));
        let (_, hanging) = hang(&mut gallery, &Pictures::default(), &[]);
        assert!(hanging.before.contains("a=d,d=I"), "{:?}", hanging.before);
        let (_, hanging) = hang(&mut gallery, &Pictures::default(), &[]);
        assert_eq!(hanging.before, "");
    }

    #[tokio::test]
    async fn what_is_drawn_as_a_whole_is_drawn_only_as_a_whole() {
        let pictures = pictures();
        for way in [Way::Iterm, Way::Sixel] {
            let mut gallery = Gallery::new(way, Some((8, 16)), 7);
            hang(&mut gallery, &pictures, &spans(2, 0..4));
            gallery.encoded().await;
            let (cells, hanging) = hang(&mut gallery, &pictures, &spans(2, 0..4));
            assert_eq!(hanging.graphics.len(), 1);
            assert_eq!(hanging.graphics[0].area, Rect::new(3, 2, 5, 4));
            assert_eq!(cells[(7, 5)].diff_option, CellDiffOption::Skip);
            assert_eq!(cells[(8, 5)].diff_option, CellDiffOption::None);
            // Partly visible, or partly covered.
            let mut narrow = spans(2, 0..4);
            narrow[1].width = 3;
            for some in [spans(2, 1..4), spans(2, 0..3), narrow] {
                let (cells, hanging) = hang(&mut gallery, &pictures, &some);
                assert_eq!(hanging.graphics, []);
                assert_eq!(cells[(3, 2)].symbol(), "▀", "half blocks stay");
            }
        }
    }
}
