//! Finds out whether the next screen is the present one with some rows moved up or down, as when a
//! line arrives, so that the terminal can move them itself.

use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::FixedState;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use crate::view::links::LinkSpan;

/// Furthest that is looked for: more than that is a page, which is painted.
const ROWS_MAX: u16 = 16;

/// Cells that must be saved: less isn't worth the sequences, which are some 20 bytes.
const GAIN_MIN: i64 = 40;

/// Rows that move as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shift {
    /// The first row of the region.
    top: u16,
    /// Its last one.
    bottom: u16,
    /// Its first column.
    left: u16,
    /// Its last one.
    right: u16,
    /// By how many rows.
    rows: u16,
    way: Way,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

impl Shift {
    /// Moves the rows on the terminal: an index at the region's bottom (ECMA-48 LF) or a reverse
    /// index at its top, which every terminal has. Where only some columns of it move there are
    /// margins (DECSLRM) meanwhile. The cursor is home then.
    pub(super) fn write(self, out: &mut Vec<u8>, width: u16) {
        let whole = self.left == 0 && self.right + 1 == width;
        if !whole {
            out.extend_from_slice(format!("\x1b[{};{}s", self.left + 1, self.right + 1).as_bytes());
        }
        out.extend_from_slice(format!("\x1b[{};{}r", self.top + 1, self.bottom + 1).as_bytes());
        let edge = match self.way {
            Way::Up => self.bottom,
            Way::Down => self.top,
        };
        match self.left {
            0 => out.extend_from_slice(format!("\x1b[{}H", edge + 1).as_bytes()),
            left => out.extend_from_slice(format!("\x1b[{};{}H", edge + 1, left + 1).as_bytes()),
        }
        let step: &[u8] = match self.way {
            Way::Up => b"\n",
            Way::Down => b"\x1bM",
        };
        (0..self.rows).for_each(|_| out.extend_from_slice(step));
        if !whole {
            // Without parameters it saves the cursor in terminals that heed the mode less.
            out.extend_from_slice(format!("\x1b[1;{width}s").as_bytes());
        }
        out.extend_from_slice(b"\x1b[r");
    }

    /// Moves the rows in what is known of the terminal.
    pub(super) fn apply(self, cells: &mut Buffer, links: &mut Vec<LinkSpan>) {
        // In the order in which each row is taken before something else comes to stand in it.
        let mut rows: Vec<u16> = (self.top..=self.bottom).collect();
        if self.way == Way::Down {
            rows.reverse();
        }
        for y in rows {
            let from = self.source(y);
            for x in self.left..=self.right {
                cells[(x, y)] = from.map_or(Cell::EMPTY, |from| {
                    std::mem::replace(&mut cells[(x, from)], Cell::EMPTY)
                });
            }
        }
        links.retain_mut(|link| {
            if !(self.top..=self.bottom).contains(&link.y)
                || !(self.left..=self.right).contains(&link.x)
            {
                return true;
            }
            let target = match self.way {
                Way::Up => link.y.checked_sub(self.rows),
                Way::Down => Some(link.y + self.rows),
            };
            match target.filter(|y| (self.top..=self.bottom).contains(y)) {
                Some(y) => {
                    link.y = y;
                    true
                }
                None => false,
            }
        });
    }

    /// Which row comes to stand at `y`; none: an empty one.
    fn source(self, y: u16) -> Option<u16> {
        let from = match self.way {
            Way::Up => y + self.rows,
            Way::Down => y.checked_sub(self.rows)?,
        };
        Some(from).filter(|from| (self.top..=self.bottom).contains(from))
    }
}

/// The shift that saves most, if one saves enough, of those within one of these areas.
pub(super) fn find(
    shown: &Buffer,
    next: &Buffer,
    areas: impl Iterator<Item = Rect>,
) -> Option<Shift> {
    let cells = shown.content.iter().zip(&next.content);
    let changed = cells.filter(|(shown, next)| shown != next);
    if changed.take(GAIN_MIN as usize).count() < GAIN_MIN as usize {
        return None;
    }
    let mut best: Option<(i64, Shift)> = None;
    for area in areas {
        let (old, new) = (Hashes::of(shown, area), Hashes::of(next, area));
        for rows in 1..=ROWS_MAX.min(area.height.saturating_sub(1)) {
            for way in [Way::Up, Way::Down] {
                let found = best_region(&old, &new, rows, way);
                if found.0 >= GAIN_MIN && best.is_none_or(|(gain, _)| found.0 > gain) {
                    best = Some(found);
                }
            }
        }
    }
    best.map(|(_, shift)| shift)
}

/// The region whose move by `rows` saves most: the rows in a row whose gains add up to the most
/// (Kadane), less what the rows that become empty cost.
fn best_region(old: &Hashes, new: &Hashes, rows: u16, way: Way) -> (i64, Shift) {
    let area = old.area;
    let region = |first: u16, last: u16| {
        let (top, bottom) = match way {
            Way::Up => (first, last + rows),
            Way::Down => (first - rows, last),
        };
        Shift {
            top,
            bottom,
            left: area.left(),
            right: area.right() - 1,
            rows,
            way,
        }
    };
    let targets = match way {
        Way::Up => area.top()..area.bottom() - rows,
        Way::Down => area.top() + rows..area.bottom(),
    };
    let mut best = (0, region(targets.start, targets.start));
    let (mut sum, mut first) = (0, targets.start);
    for y in targets {
        if sum <= 0 {
            (sum, first) = (0, y);
        }
        let source = match way {
            Way::Up => y + rows,
            Way::Down => y - rows,
        };
        sum += gain(old.row(y), old.row(source), new.row(y));
        if sum > best.0 {
            let shift = region(first, y);
            let emptied = match way {
                Way::Up => shift.bottom + 1 - rows..=shift.bottom,
                Way::Down => shift.top..=shift.top + rows - 1,
            };
            let cost: i64 = emptied
                .map(|y| kept(old.row(y), new.row(y), old.blank))
                .sum();
            if sum - cost > best.0 {
                best = (sum - cost, shift);
            }
        }
    }
    best
}

/// Cells that are right if the row comes from elsewhere, less those that are right as they are.
fn gain(stays: &[u64], comes: &[u64], wanted: &[u64]) -> i64 {
    let cells = stays.iter().zip(comes).zip(wanted);
    cells
        .map(|((stays, comes), wanted)| i64::from(comes == wanted) - i64::from(stays == wanted))
        .sum()
}

/// Cells that are right as they are and would not be if the row were emptied, less the reverse.
fn kept(stays: &[u64], wanted: &[u64], blank: u64) -> i64 {
    let cells = stays.iter().zip(wanted);
    cells
        .map(|(stays, wanted)| i64::from(stays == wanted) - i64::from(blank == *wanted))
        .sum()
}

/// A number for each cell of an area, so that comparing is cheap.
struct Hashes {
    cells: Vec<u64>,
    area: Rect,
    blank: u64,
}

impl Hashes {
    fn of(buffer: &Buffer, area: Rect) -> Hashes {
        Hashes {
            cells: area.positions().map(|at| hash(&buffer[at])).collect(),
            area,
            blank: hash(&Cell::EMPTY),
        }
    }

    fn row(&self, y: u16) -> &[u64] {
        let width = usize::from(self.area.width);
        let start = usize::from(y - self.area.y) * width;
        &self.cells[start..start + width]
    }
}

fn hash(cell: &Cell) -> u64 {
    // Whoever finds two cells with one number gains a frame that is longer than it had to be.
    let mut hasher = FixedState::default().build_hasher();
    cell.symbol().hash(&mut hasher);
    if cell.symbol() != " " {
        cell.fg.hash(&mut hasher);
    }
    cell.bg.hash(&mut hasher);
    cell.modifier.bits().hash(&mut hasher);
    hasher.finish()
}
