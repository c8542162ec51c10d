//! A rollup: its parameters, its sequencer, its batcher, and how anybody rebuilds it from L1.

mod config;

pub use config::{DataAvailability, Preset, RollupConfig, RollupConfigError, Settlement, presets};
