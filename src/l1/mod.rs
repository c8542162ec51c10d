//! The L1: slots, finality, fee markets, and the bytes that rollups leave on it.

mod config;

pub use config::{L1Config, L1ConfigError};
