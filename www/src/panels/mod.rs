//! The regions of the page: each is given slices of the scene and draws itself when one changes.

pub mod contagion;
pub mod crash;
pub mod dialogs;
pub mod inspector;
pub mod later;
pub mod lesson;
pub mod live;
pub mod log;
pub mod map;
pub mod rail;
pub mod scrubber;
pub mod sequence;
pub mod table;
pub mod timeline;
pub mod top_bar;
