//! Fee rules of Ethereum and the OP Stack: pure functions over integers.
//!
//! Units are in the names or the documentation of each argument: gas, blob gas, wei per gas, seconds. Every
//! function is total: where a protocol's arithmetic is unbounded, the result saturates.
//!
//! - `eip1559`: the base fee of the next block
//! - `blob`: the blob base fee, its excess and its schedule (EIP-4844, EIP-7691, EIP-7892, EIP-7918)
//! - `calldata`: intrinsic gas of calldata and its floor (EIP-7623)
//! - `op_l1_fee`: what an OP Stack rollup charges for posting a transaction to L1

mod blob;
mod calldata;
mod eip1559;
mod op_l1_fee;

pub use blob::{
    BlobSchedule, BlobScheduleError, ExcessRule, GAS_PER_BLOB, MIN_BLOB_BASE_FEE, ParentBlobs,
    fake_exponential, reserve_price,
};
pub use calldata::{calldata_tokens, charged_gas, floor_gas, intrinsic_gas};
pub use eip1559::{BaseFeeParams, ParentGas, next_base_fee};
pub use op_l1_fee::{L1FeeScalars, L1Prices, estimated_size, fastlz_size, l1_fee, l1_gas};

#[cfg(test)]
mod tests;
