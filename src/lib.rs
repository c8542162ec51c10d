//! The engine of Causeway.

pub mod merkle;

pub mod fees;
