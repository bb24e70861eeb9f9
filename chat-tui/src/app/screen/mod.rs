//! Where everything is on the screen: pure measuring, for drawing, scrolling and clicks alike. Nothing
//! here draws.

pub mod canvas;
pub mod dialog;
pub mod layout;
pub mod menu;
pub mod offer;
pub mod reader;
pub mod rows;
pub mod status;
