//! What the first deposit of every rollup block tells the rollup about L1.
//!
//! The calldata is packed as the OP Stack's Isthmus upgrade packs it (specs/protocol/isthmus/l1-attributes.md).

use alloy_primitives::{B256, Bytes, FixedBytes, U256, fixed_bytes};

/// The selector of `setL1BlockValuesIsthmus()`.
const SELECTOR: FixedBytes<4> = fixed_bytes!("098999be");

/// The L1 attributes of a rollup block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct L1Attributes {
    /// Number of the L1 block that the rollup block derives from.
    pub number: u64,
    /// Its timestamp in seconds.
    pub timestamp: u64,
    /// Its base fee in wei.
    pub base_fee: U256,
    /// Its blob base fee in wei.
    pub blob_base_fee: U256,
    /// Its hash.
    pub hash: B256,
    /// How many rollup blocks before this one have the same L1 block.
    pub sequence_number: u64,
    /// Versioned hash of the account that posts batches.
    pub batcher_hash: B256,
    /// Weight of the base fee in the L1 fee.
    pub base_fee_scalar: u32,
    /// Weight of the blob base fee in the L1 fee.
    pub blob_base_fee_scalar: u32,
    /// Operator fee for each million gas.
    pub operator_fee_scalar: u32,
    /// Operator fee for each transaction.
    pub operator_fee_constant: u64,
}

impl L1Attributes {
    /// The calldata with which the depositor writes them into `L1Block`.
    pub fn calldata(&self) -> Bytes {
        let mut data = Vec::with_capacity(176);
        data.extend_from_slice(SELECTOR.as_slice());
        data.extend_from_slice(&self.base_fee_scalar.to_be_bytes());
        data.extend_from_slice(&self.blob_base_fee_scalar.to_be_bytes());
        data.extend_from_slice(&self.sequence_number.to_be_bytes());
        data.extend_from_slice(&self.timestamp.to_be_bytes());
        data.extend_from_slice(&self.number.to_be_bytes());
        data.extend_from_slice(&self.base_fee.to_be_bytes::<32>());
        data.extend_from_slice(&self.blob_base_fee.to_be_bytes::<32>());
        data.extend_from_slice(self.hash.as_slice());
        data.extend_from_slice(self.batcher_hash.as_slice());
        data.extend_from_slice(&self.operator_fee_scalar.to_be_bytes());
        data.extend_from_slice(&self.operator_fee_constant.to_be_bytes());
        data.into()
    }
}
