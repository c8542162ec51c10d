//! Small parts that panels are made of.

mod dialog;
mod field;
mod fold;
mod icon;
mod link;
mod mark;
mod term;

pub use dialog::Dialog;
pub use field::{Choice, Field, value_of};
pub use fold::FoldButton;
pub use icon::{Icon, icon};
pub use link::{AccountLink, BlockLink, ChainLink, Copyable, MessageLink, TransactionLink};
pub use mark::{cargo_shape, kind_glyph};
pub use term::Term;
