//! Messages between chains over the L1: how they are sent, and where they stand.

mod book;
mod outgoing;
mod stage;

pub use book::{Book, Message, Passed, Progress, Sending};
pub use outgoing::{Cargo, DEFAULT_TARGET, Way, outgoing};
pub use stage::Stage;
