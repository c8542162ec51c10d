//! What a transaction sees of its block and its chain.

use alloy_primitives::{Address, B256};
use imbl::OrdMap;
use serde::{Deserialize, Serialize};

/// The rules of the EVM that a chain follows: an Ethereum hard fork.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Spec {
    /// Prague (May 2025): EIP-7623 calldata floor, BLS precompiles.
    Prague,
    /// Osaka (December 2025): EIP-7825 transaction gas cap, EIP-7883 modexp price, P-256 precompile.
    Osaka,
}

impl Spec {
    /// The most blobs that one transaction may carry (EIP-7691; EIP-7594 since Osaka).
    pub const fn blobs_per_transaction_max(self) -> u64 {
        match self {
            Self::Prague => 9,
            Self::Osaka => 6,
        }
    }
}

/// Which precompiled contracts a chain has besides Ethereum's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Precompiles {
    /// The simulated L1: Ethereum's and the proof check at [`super::MPT_VERIFY`].
    L1,
    /// A rollup: Ethereum's only.
    Rollup,
}

/// What the blob base fee of a block follows from (EIP-4844).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobFee {
    /// Blob gas used above the target so far.
    pub excess_blob_gas: u64,
    /// How slowly the fee follows the excess; changes with each blob schedule.
    pub update_fraction: u64,
}

impl BlobFee {
    /// The lowest blob fee there is, for chains that carry no blobs.
    pub const MIN: Self = Self { excess_blob_gas: 0, update_fraction: 5_007_716 };
}

/// The block that a transaction executes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockEnv {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// Height of the block.
    pub number: u64,
    /// Seconds since the Unix epoch.
    pub timestamp_s: u64,
    /// Receives priority fees.
    pub beneficiary: Address,
    /// Gas that all transactions of the block may use together.
    pub gas_limit: u64,
    /// EIP-1559 base fee, wei per gas.
    pub base_fee: u64,
    /// Receives base fees, as the OP Stack's base fee vault does; `None` burns them, as Ethereum does.
    pub base_fee_recipient: Option<Address>,
    /// Receives [`super::TxEnv::data_fee`], as the OP Stack's L1 fee vault does; `None` burns it.
    pub data_fee_recipient: Option<Address>,
    /// What the blob base fee follows from.
    pub blob: BlobFee,
    /// The beacon chain's randomness of this slot.
    pub prevrandao: B256,
    /// Hashes of ancestors by number, for BLOCKHASH; those older than 256 blocks are never read.
    pub ancestors: OrdMap<u64, B256>,
    /// The EVM's rules.
    pub spec: Spec,
    /// The precompiled contracts.
    pub precompiles: Precompiles,
}
