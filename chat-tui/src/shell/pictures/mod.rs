//! Pictures of files: fetched and decoded beside the loop when somebody asks for one, and drawn in
//! the terminal's own way where it has one. What is drawn everywhere else (half blocks) is the
//! view's.
//!
//! | file | owns |
//! |---|---|
//! | [`decode`] | bytes to pixels, within limits |
//! | [`darkroom`] | which are on their way, one decoded at a time |
//! | [`way`] | which way the terminal has, from its environment |
//! | [`encode`] | pixels to what terminals understand |
//! | [`gallery`] | what the terminal holds, and what of it is on the screen |

pub mod darkroom;
pub mod decode;
pub mod encode;
pub mod gallery;
pub mod way;
