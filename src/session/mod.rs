//! The only door for user interfaces: a world with its views, checkpoints and snapshots.

pub mod protocol;
pub mod view;
