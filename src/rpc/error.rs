//! What goes wrong over JSON-RPC, with the codes of JSON-RPC 2.0, EIP-1474 and EIP-1193.

use crate::{
    chain::SendError,
    evm::{EstimateError, Refusal},
    types::ChainId,
    world::OrderError,
};
use alloy_primitives::Bytes;
use alloy_sol_types::{ContractError, GenericContractError, SolInterface};

/// An error as JSON-RPC gives it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} ({})", code.number())]
pub struct RpcError {
    /// What kind of error it is.
    pub code: Code,
    /// What was expected and what was found.
    pub message: String,
    /// What a contract reverted with.
    pub data: Option<Bytes>,
}

/// The kinds of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// The parameters are no JSON.
    Parse,
    /// There is no such method.
    UnknownMethod,
    /// A parameter is not what the method takes.
    InvalidParams,
    /// The engine broke a promise to itself.
    Internal,
    /// The transaction or call can't be executed (EIP-1474).
    InvalidInput,
    /// There is no such block (EIP-1474).
    NotFound,
    /// The mempool or the chain does not take the transaction (EIP-1474).
    Rejected,
    /// The answer would be too long (EIP-1474).
    LimitExceeded,
    /// A contract reverted, as Ethereum's clients number it.
    Reverted,
    /// The sender is nobody whom the world knows (EIP-1193).
    Unauthorized,
    /// The provider's chain is not there (EIP-1193).
    NoSuchChain,
}

impl Code {
    /// Its number.
    pub const fn number(self) -> i64 {
        match self {
            Self::Parse => -32700,
            Self::UnknownMethod => -32601,
            Self::InvalidParams => -32602,
            Self::Internal => -32603,
            Self::InvalidInput => -32000,
            Self::NotFound => -32001,
            Self::Rejected => -32003,
            Self::LimitExceeded => -32005,
            Self::Reverted => 3,
            Self::Unauthorized => 4100,
            Self::NoSuchChain => 4901,
        }
    }
}

impl RpcError {
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None }
    }

    pub(super) fn no_such_chain(found: ChainId, known: &[ChainId]) -> Self {
        Self::new(Code::NoSuchChain, format!("chain: expected one of {known:?}, found {found}"))
    }

    /// A revert, with the contract's reason in words where it gave one.
    pub(super) fn reverted(output: Bytes) -> Self {
        let reason = GenericContractError::abi_decode(&output).ok().map(|error| match error {
            ContractError::Revert(revert) => revert.reason,
            ContractError::Panic(panic) => panic.to_string(),
            ContractError::CustomError(never) => match never {},
        });
        let message = reason.map_or("execution reverted".into(), |r| format!("execution reverted: {r}"));
        Self { code: Code::Reverted, message, data: Some(output) }
    }
}

impl From<Refusal> for RpcError {
    fn from(refusal: Refusal) -> Self {
        Self::new(Code::InvalidInput, refusal.to_string())
    }
}

impl From<EstimateError> for RpcError {
    fn from(error: EstimateError) -> Self {
        match error {
            EstimateError::Refused(refusal) => refusal.into(),
            EstimateError::Reverted { output } => Self::reverted(output),
            EstimateError::Halted { .. } => Self::new(Code::InvalidInput, error.to_string()),
        }
    }
}

impl From<OrderError> for RpcError {
    fn from(error: OrderError) -> Self {
        match error {
            OrderError::Send(SendError::Estimate(error)) => error.into(),
            OrderError::Send(SendError::Decode(_)) => Self::new(Code::InvalidInput, error.to_string()),
            _ => Self::new(Code::Rejected, error.to_string()),
        }
    }
}
