//! Who orders transactions: a committee of sequencer nodes that agree on one value after the other.

pub mod committee;
