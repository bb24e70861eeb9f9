//! Pictures of files that somebody asked for: what was decoded of them, small and few. Which bytes
//! they came from and how a terminal draws them is the shell's.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use chat_core::{ContentHash, ConversationId, File, Seq};
use ratatui::layout::Size;

/// Largest file that is fetched to be shown, in bytes: photographs are below it, and it is held in
/// memory as a whole while it is decoded.
pub const FILE_BYTES_MAX: u64 = 20 << 20;

/// Most pictures that are held, those on their way among them: what fills two screens. The oldest
/// go.
pub const PICTURES_MAX: usize = 4;

/// Most pixels of one that is held: a third of a large screen in its pixels, 6 MB. More are never
/// shown, as a picture takes no more than half a pane.
pub const PIXELS_MAX: u32 = 1_500_000;

/// Most rows that a picture takes: of more, what is said around it scrolls away.
const ROWS_MAX: u16 = 20;

/// Names one picture that was decoded, for as long as the program runs: another has another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PictureId(pub u64);

/// A decoded picture: red, green, blue and opacity of each pixel, row by row.
#[derive(Clone, PartialEq, Eq)]
pub struct Raster {
    width: u32,
    height: u32,
    rgba: Vec<u8>,
}

impl Raster {
    /// `None` where the bytes are not as many as the pixels need, or there are none or too many.
    #[must_use]
    pub fn new(width: u32, height: u32, rgba: Vec<u8>) -> Option<Raster> {
        let pixels = width.checked_mul(height)?;
        let fits = (1..=PIXELS_MAX).contains(&pixels) && rgba.len() == 4 * pixels as usize;
        fits.then_some(Raster {
            width,
            height,
            rgba,
        })
    }

    /// In pixels; at least 1.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// In pixels; at least 1.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Four bytes for each pixel.
    #[must_use]
    pub fn rgba(&self) -> &[u8] {
        &self.rgba
    }

    /// One pixel; transparent where there is none.
    #[must_use]
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 4] {
        let at = 4 * (y as usize * self.width as usize + x as usize);
        let found = self.rgba.get(at..at + 4).filter(|_| x < self.width);
        found
            .and_then(|rgba| rgba.try_into().ok())
            .unwrap_or_default()
    }
}

impl fmt::Debug for Raster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raster({}x{})", self.width, self.height)
    }
}

/// What pictures are drawn on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Surface {
    /// Width and height of a cell in pixels of the screen; at least 1.
    pub cell: (u16, u16),
    /// How fine they are drawn.
    pub grain: Grain,
}

/// How fine pictures are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// Two pixels a cell, one above the other.
    HalfCells,
    /// The screen's own pixels.
    Pixels,
}

impl Surface {
    /// Of a terminal that says nothing of its pixels: cells are twice as high as wide on most.
    pub const USUAL_CELL: (u16, u16) = (8, 16);

    /// The cells that a picture takes: as large as it is, or smaller so that it fits into `columns`
    /// and half of a pane of `rows`. At least one.
    #[must_use]
    pub fn cells(&self, raster: &Raster, columns: u16, rows: u16) -> Size {
        let columns = columns.max(1);
        let rows = (rows / 2).clamp(1, ROWS_MAX);
        let (cell_width, cell_height) =
            (f64::from(self.cell.0.max(1)), f64::from(self.cell.1.max(1)));
        // A pixel of the picture is one of the screen, or a half cell, which is as wide as a cell.
        let scale = match self.grain {
            Grain::HalfCells => cell_width,
            Grain::Pixels => 1.0,
        };
        let width = f64::from(raster.width) * scale;
        let height = f64::from(raster.height) * scale;
        let fit = (f64::from(columns) * cell_width / width)
            .min(f64::from(rows) * cell_height / height)
            .min(1.0);
        // What is left of the last cell is empty, or the picture is stretched by less than it.
        let cells = |length: f64, cell: f64, max: u16| {
            let cells = (length * fit / cell - 0.01).ceil().max(1.0);
            (cells as u16).min(max)
        };
        Size::new(
            cells(width, cell_width, columns),
            cells(height, cell_height, rows),
        )
    }
}

/// A picture below the entry of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hung {
    /// Whose entry.
    pub conversation: ConversationId,
    /// Which.
    pub seq: Seq,
    /// What the entry said when it was asked for.
    pub hash: ContentHash,
    /// How far it is.
    pub state: PictureState,
}

/// How far a picture is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PictureState {
    /// Being fetched and decoded.
    Coming,
    /// There.
    Here(PictureId, Arc<Raster>),
    /// It can't be shown: why, as a sentence.
    Failed(String),
}

impl PictureState {
    /// What is said in place of a picture; `None` where there is one.
    #[must_use]
    pub fn words(&self) -> Option<&str> {
        match self {
            PictureState::Coming => Some("fetching the picture …"),
            PictureState::Here(..) => None,
            PictureState::Failed(why) => Some(why),
        }
    }
}

/// The pictures that were asked for.
#[derive(Debug, Default)]
pub struct Pictures {
    /// What they are drawn on; `None` where there is nothing to draw on, or they are switched off.
    pub surface: Option<Surface>,
    /// The oldest first.
    hung: VecDeque<Hung>,
    made: u64,
}

impl Pictures {
    /// That of an entry.
    #[must_use]
    pub fn get(&self, conversation: ConversationId, seq: Seq) -> Option<&Hung> {
        let mut all = self.hung.iter();
        all.find(|hung| (hung.conversation, hung.seq) == (conversation, seq))
    }

    /// All of them, the oldest first.
    pub fn all(&self) -> impl Iterator<Item = &Hung> {
        self.hung.iter()
    }

    /// A decoded one.
    #[must_use]
    pub fn raster(&self, id: PictureId) -> Option<&Arc<Raster>> {
        self.hung.iter().find_map(|hung| match &hung.state {
            PictureState::Here(here, raster) if *here == id => Some(raster),
            _ => None,
        })
    }

    /// That of an entry was asked for. Gives one that has to go for it.
    pub fn begin(&mut self, conversation: ConversationId, seq: Seq, file: &File) -> Option<Hung> {
        let full = self.hung.len() >= PICTURES_MAX;
        let gone = full.then(|| self.hung.pop_front()).flatten();
        self.hung.push_back(Hung {
            conversation,
            seq,
            hash: file.hash,
            state: PictureState::Coming,
        });
        gone
    }

    /// One that was asked for is there, or is not. Nothing happens where it isn't wanted any more.
    pub fn arrived(
        &mut self,
        conversation: ConversationId,
        seq: Seq,
        picture: Result<Arc<Raster>, String>,
    ) {
        let mut all = self.hung.iter_mut();
        let Some(hung) = all.find(|hung| {
            (hung.conversation, hung.seq) == (conversation, seq)
                && matches!(hung.state, PictureState::Coming)
        }) else {
            return;
        };
        hung.state = match picture {
            Ok(raster) => {
                self.made += 1;
                PictureState::Here(PictureId(self.made), raster)
            }
            Err(why) => PictureState::Failed(why),
        };
    }

    /// Takes that of an entry away.
    pub fn remove(&mut self, conversation: ConversationId, seq: Seq) -> Option<Hung> {
        let at = self
            .hung
            .iter()
            .position(|hung| (hung.conversation, hung.seq) == (conversation, seq))?;
        self.hung.remove(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raster(width: u32, height: u32) -> Raster {
        let bytes = 4 * width as usize * height as usize;
        Raster::new(width, height, vec![0; bytes]).expect("small")
    }

    #[test]
    fn a_picture_keeps_its_shape_and_fits() {
        let check = |grain, picture: (u32, u32), pane, want| {
            let surface = Surface {
                cell: (10, 20),
                grain,
            };
            let (columns, rows) = pane;
            let got = surface.cells(&raster(picture.0, picture.1), columns, rows);
            assert_eq!((got.width, got.height), want, "{picture:?} in {pane:?}");
        };
        use Grain::{HalfCells, Pixels};
        // A pixel each.
        check(HalfCells, (8, 8), (40, 20), (8, 4));
        check(HalfCells, (3, 5), (40, 20), (3, 3));
        check(HalfCells, (1, 1), (1, 1), (1, 1));
        // Half of the pane's rows.
        check(HalfCells, (100, 100), (60, 20), (20, 10));
        // The columns.
        check(HalfCells, (400, 100), (40, 60), (40, 5));
        // Never more than 20 rows.
        check(HalfCells, (400, 400), (200, 200), (40, 20));
        check(Pixels, (400, 400), (200, 200), (40, 20));
        check(Pixels, (200, 100), (80, 40), (20, 5));
        check(Pixels, (1, 900), (80, 40), (1, 20));
        check(Pixels, (1000, 1), (80, 40), (80, 1));
    }

    #[test]
    fn bounded_pictures_that_are_held() {
        let file = File {
            hash: ContentHash([7; 32]),
            name: chat_core::Text::new("a.png"),
            media: chat_core::Text::default(),
            bytes: 10,
            caption: chat_core::Text::default(),
        };
        let mut pictures = Pictures::default();
        let gone: Vec<_> = (1..=10)
            .filter_map(|n| pictures.begin(ConversationId(1), Seq(n), &file))
            .map(|hung| hung.seq.0)
            .collect();
        assert_eq!(gone, [1, 2, 3, 4, 5, 6]);
        assert_eq!(pictures.all().count(), PICTURES_MAX);
        assert!(Raster::new(PIXELS_MAX, 2, Vec::new()).is_none());
        assert!(Raster::new(u32::MAX, u32::MAX, Vec::new()).is_none());
        assert!(Raster::new(2, 2, vec![0; 15]).is_none());
    }
}
