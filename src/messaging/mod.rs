//! Messages between chains: what they are and where they stand.

mod stage;

pub use stage::Stage;
