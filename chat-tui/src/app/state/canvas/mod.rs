//! The canvases that this client looks at: what is drawn on them, what of that is its own and on
//! its way, and what the hand holds. Nothing here decides what happens.

mod easel;
mod hand;
mod own;
mod sheet;

pub use easel::{Easel, EaselFocus, Kit, OWN_MAX, Place, Shows};
pub(in crate::app) use hand::shape;
pub use hand::{By, Hand};
pub use own::{Own, OwnState};
pub use sheet::{Errand, Sheet};
