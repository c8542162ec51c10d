//! Why a transaction cannot be included in a block at all. A refused transaction changes nothing.

use alloy_primitives::{Address, U256};
use thiserror::Error;

/// Why a transaction was not executed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The nonce was already used.
    #[error("nonce too low: expected {expected}, found {found}")]
    NonceTooLow {
        /// The sender's next nonce.
        expected: u64,
        /// The transaction's.
        found: u64,
    },
    /// A transaction of the same sender is missing before this one.
    #[error("nonce too high: expected {expected}, found {found}")]
    NonceTooHigh {
        /// The sender's next nonce.
        expected: u64,
        /// The transaction's.
        found: u64,
    },
    /// EIP-2681: the nonce cannot grow further.
    #[error("nonce {found} cannot be used: a nonce is at most 2^64-2")]
    NonceExhausted {
        /// The transaction's nonce.
        found: u64,
    },
    /// The sender cannot pay the value and the highest fee that the transaction allows.
    #[error("insufficient funds: need {need} wei for value and highest fee, have {have}")]
    InsufficientFunds {
        /// Value, gas limit × fee cap, blob and data fees.
        need: U256,
        /// The sender's balance.
        have: U256,
    },
    /// The highest fee that the transaction allows exceeds every possible balance.
    #[error("gas limit {gas_limit} × fee cap {fee_cap} + value overflows 256 bits")]
    FeeOverflow {
        /// The transaction's gas limit.
        gas_limit: u64,
        /// Its highest price per gas.
        fee_cap: u128,
    },
    /// EIP-1559: the transaction pays less than the block's base fee.
    #[error("fee cap below base fee: base fee {base_fee}, fee cap {fee_cap}")]
    FeeCapBelowBaseFee {
        /// The block's.
        base_fee: u64,
        /// The transaction's highest price per gas.
        fee_cap: u128,
    },
    /// EIP-1559: the tip exceeds the cap that includes it.
    #[error("priority fee {priority_fee} exceeds fee cap {fee_cap}")]
    PriorityFeeAboveFeeCap {
        /// The transaction's highest tip per gas.
        priority_fee: u128,
        /// The transaction's highest price per gas.
        fee_cap: u128,
    },
    /// The gas limit does not cover what the transaction's bytes cost.
    #[error("gas limit below intrinsic gas: need {need}, found {found}")]
    IntrinsicGas {
        /// Intrinsic gas.
        need: u64,
        /// The transaction's gas limit.
        found: u64,
    },
    /// EIP-7623: the gas limit does not cover the calldata floor.
    #[error("gas limit below calldata floor: need {need}, found {found}")]
    CalldataFloor {
        /// The floor of EIP-7623.
        need: u64,
        /// The transaction's gas limit.
        found: u64,
    },
    /// The block has too little gas left.
    #[error("gas limit exceeds what the block has left: {left} left, found {found}")]
    GasLimitExceedsBlock {
        /// Gas limit of the block less what its transactions used.
        left: u64,
        /// The transaction's gas limit.
        found: u64,
    },
    /// EIP-7825: no transaction may ask for more.
    #[error("gas limit exceeds a transaction's highest: at most {cap}, found {found}")]
    GasLimitExceedsCap {
        /// The highest gas limit of a transaction.
        cap: u64,
        /// The transaction's.
        found: u64,
    },
    /// EIP-3860: the creation code is too long.
    #[error("creation code too long: at most {max} bytes, found {found}")]
    InitcodeTooLarge {
        /// The longest allowed.
        max: u64,
        /// The transaction's.
        found: u64,
    },
    /// EIP-3607: contracts do not sign transactions.
    #[error("sender {sender} is a contract")]
    SenderIsContract {
        /// The account with code.
        sender: Address,
    },
    /// EIP-4844: a blob transaction carries at least one blob.
    #[error("blob transaction without blobs")]
    NoBlobs,
    /// A blob transaction carries more blobs than one may.
    #[error("too many blobs: at most {max}, found {found}")]
    TooManyBlobs {
        /// The most that are allowed.
        max: u64,
        /// The transaction's.
        found: u64,
    },
    /// EIP-4844: a versioned hash is not of the KZG version.
    #[error("blob hash of an unknown version: expected 0x01")]
    BlobVersion,
    /// EIP-4844: a blob transaction must have a recipient.
    #[error("blob transaction creates a contract")]
    BlobCreates,
    /// EIP-4844: the transaction pays less than the block's blob base fee.
    #[error("blob fee cap below blob base fee: blob base fee {base_fee}, fee cap {fee_cap}")]
    BlobFeeCapBelowBaseFee {
        /// The block's.
        base_fee: u128,
        /// The transaction's highest price per blob gas.
        fee_cap: u128,
    },
    /// The transaction names another chain, or none where it must.
    #[error("wrong chain: expected chain id {expected}")]
    WrongChain {
        /// This chain's id.
        expected: u64,
    },
    /// The transaction is of a kind that this chain's rules do not have.
    #[error("transaction kind not supported on this chain: {feature}")]
    Unsupported {
        /// The EIP or field.
        feature: &'static str,
    },
    /// The machine gave up for a reason that is none of the transaction's.
    #[error("execution aborted: {reason}")]
    Aborted {
        /// What the machine said.
        reason: String,
    },
}
