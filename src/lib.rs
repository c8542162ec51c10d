//! The engine of Causeway: a simulated L1, real EVM rollups, and every way for them to talk.
//!
//! Rooms in reading order; a room uses only rooms above it (`tests/tidy.rs` checks this).

pub mod types;

pub mod sim;

pub mod merkle;

pub mod evm;

pub mod contracts;

pub mod fees;

pub mod rules;

pub mod chain;

pub mod l1;

pub mod rollup;

pub mod messaging;

pub mod settlement;

pub mod sequencing;

pub mod finance;

pub mod risk;

pub mod command;

pub mod agents;

pub mod scenario;

pub mod world;

pub mod session;

pub mod rpc;

#[cfg(test)]
mod vectors;
