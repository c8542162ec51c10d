//! The L1: slots, finality, fee markets, and the bytes that rollups leave on it.

mod bytes;
mod chain;
mod config;
mod market;

pub use bytes::{ImportError, ImportedL1, export, import};
pub use chain::{L1, ReorgError, blob_versioned_hash};
pub use config::{L1Config, L1ConfigError};
pub use market::{FeeMarket, blob_base_fee};
