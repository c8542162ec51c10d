//! A rollup: its parameters, its sequencer, its batcher, and how anybody rebuilds it from L1.

mod batch;
mod config;
mod derivation;
mod genesis;
mod node;
mod origin;
mod rebuild;

pub use batch::{BatchBlock, BatchError, decode_batch, encode_batch};
pub use config::{DataAvailability, Preset, RollupConfig, RollupConfigError, Settlement, presets};
pub use derivation::{
    BatchDrop, DerivationError, Head, L1Source, Posted, derive_block, next_base_fee, posted_in, read_batch,
    rewind_calldata,
};
pub use genesis::{BASE_FEE_VAULT, GenesisError, RollupGenesis, SEQUENCER_FEE_VAULT, output_root};
pub use node::{Built, Followed, Frame, Ordering, PostedBatch, Rollup, Status};
pub use origin::{L1Origin, attributes_deposit, source_hash, user_deposits};
pub use rebuild::{Rebuild, RebuildError, RebuiltBlocks};
