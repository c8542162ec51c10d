//! Small parts that panels are made of.

mod dialog;
mod field;
mod fold;
mod icon;
mod link;
mod mark;
mod size;
mod term;

pub use dialog::Dialog;
pub use field::{Choice, Field, value_of};
pub use fold::FoldButton;
pub use icon::{Icon, icon, icon_button};
pub use link::{
    account_link, block_link, bundle_link, chain_link, copyable, message_link, sequencer_link, slot_link,
    subject_link, transaction_link,
};
pub use mark::{cargo_shape, kind_glyph, node_sign};
pub use size::use_size;
pub use term::Term;
