//! The engine of Causeway.

pub mod contracts;
