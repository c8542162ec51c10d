//! The engine of Causeway.

pub mod merkle;
