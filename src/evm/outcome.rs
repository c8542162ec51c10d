//! What executing a transaction led to. A revert is an outcome, not an error.

use alloy_primitives::{Address, Bytes, Log, U256};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How an executed transaction ended, and what it cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Whether it succeeded.
    pub status: Status,
    /// Gas that the sender pays for, after refunds.
    pub gas_used: u64,
    /// Gas given back for cleared storage, already subtracted from `gas_used`.
    pub gas_refunded: u64,
    /// Events, in the order of emission; none unless it succeeded.
    pub logs: Vec<Log>,
    /// Returned data, deployed code, or the revert's data.
    pub output: Bytes,
    /// The contract that a creating transaction made.
    pub created: Option<Address>,
    /// Wei per gas that the sender paid.
    pub effective_gas_price: u128,
    /// The sender's nonce before the transaction (OP receipts of deposits show it).
    pub sender_nonce: u64,
    /// Where the fees went.
    pub fees: FeesPaid,
}

impl Outcome {
    /// Whether the transaction succeeded: what its receipt's status says.
    pub const fn succeeded(&self) -> bool {
        matches!(self.status, Status::Succeeded)
    }
}

/// How a transaction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// Its effects stand.
    Succeeded,
    /// It reverted itself: only nonce and fees stand.
    Reverted,
    /// It broke a rule of the machine and used all its gas: only nonce and fees stand.
    Halted(Halt),
}

/// The fees of one transaction, in wei.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeesPaid {
    /// Base fee × gas used, burned or sent to the base fee's recipient.
    pub base: U256,
    /// Tip × gas used, sent to the beneficiary.
    pub priority: U256,
    /// Blob base fee × blob gas, always burned.
    pub blob: U256,
    /// A rollup's charge for its data on L1, sent to the data fee's recipient.
    pub data: U256,
}

/// The rule of the machine that a transaction broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Halt {
    /// Gas ran out.
    #[error("out of gas")]
    OutOfGas,
    /// Memory grew over the simulator's limit.
    #[error("memory limit")]
    MemoryLimit,
    /// Not an instruction.
    #[error("invalid opcode")]
    InvalidOpcode,
    /// The designated INVALID instruction, as failed assertions of old compilers use.
    #[error("INVALID instruction")]
    InvalidInstruction,
    /// A jump to what is no jump destination.
    #[error("invalid jump")]
    InvalidJump,
    /// An instruction of a later fork.
    #[error("instruction not activated")]
    NotActivated,
    /// Too few operands.
    #[error("stack underflow")]
    StackUnderflow,
    /// Over 1024 operands.
    #[error("stack overflow")]
    StackOverflow,
    /// Read past the end of returned data.
    #[error("read past the end of return data")]
    ReturnDataOutOfBounds,
    /// A contract exists at the address already.
    #[error("contract address collision")]
    CreateCollision,
    /// A precompiled contract refused its input.
    #[error("precompile failed")]
    Precompile,
    /// An account's nonce cannot grow.
    #[error("nonce overflow")]
    NonceOverflow,
    /// EIP-170: deployed code over 24 KiB.
    #[error("deployed code too long")]
    CodeTooLarge,
    /// EIP-3541: deployed code begins with 0xEF.
    #[error("deployed code begins with 0xEF")]
    CodeStartsWithEf,
    /// EIP-3860: creation code over 48 KiB.
    #[error("creation code too long")]
    InitcodeTooLarge,
    /// A state change within a static call.
    #[error("state change in a static call")]
    StaticCall,
    /// Value that the caller does not have, or that no balance can hold.
    #[error("value transfer failed")]
    ValueTransfer,
    /// Over 1024 nested calls.
    #[error("call depth")]
    CallDepth,
    /// An OP Stack deposit that could not begin to execute: its mint and nonce stand all the same.
    #[error("deposit failed before execution")]
    Deposit,
}
