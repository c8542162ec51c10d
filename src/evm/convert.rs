//! revm's words into ours and back.

use super::env::{BlockEnv, Spec};
use super::outcome::{Halt, Status};
use super::refusal::Refusal;
use super::transaction::{Fees, Origin, TxEnv};
use alloy_primitives::{TxKind, U256};
use revm::context::TransactionType;
use revm::context::result::{HaltReason, InvalidTransaction, OutOfGasError};
use revm::context_interface::block::BlobExcessGasAndPrice;
use revm::primitives::eip3860::MAX_INITCODE_SIZE;
use revm::primitives::hardfork::SpecId;

/// EIP-2718 type of a deposit on an OP Stack chain; revm has no rules of its own for it.
const DEPOSIT_TYPE: u8 = 0x7e;

pub(super) const fn spec_id(spec: Spec) -> SpecId {
    match spec {
        Spec::Prague => SpecId::PRAGUE,
        Spec::Osaka => SpecId::OSAKA,
    }
}

pub(super) fn block_env(env: &BlockEnv) -> revm::context::BlockEnv {
    let blob = BlobExcessGasAndPrice::new(env.blob.excess_blob_gas, env.blob.update_fraction.max(1));
    revm::context::BlockEnv {
        number: U256::from(env.number),
        beneficiary: env.beneficiary,
        timestamp: U256::from(env.timestamp_s),
        gas_limit: env.gas_limit,
        basefee: env.base_fee,
        difficulty: U256::ZERO,
        prevrandao: Some(env.prevrandao),
        blob_excess_gas_and_price: Some(blob),
        slot_num: 0,
    }
}

pub(super) fn tx_env(tx: &TxEnv, chain_id: u64) -> revm::context::TxEnv {
    let mut env = revm::context::TxEnv {
        tx_type: tx_type(tx),
        caller: tx.from,
        gas_limit: tx.gas_limit,
        gas_price: tx.fees.cap(),
        kind: tx.to,
        value: tx.value,
        data: tx.data.clone(),
        nonce: tx.nonce,
        chain_id: Some(chain_id),
        access_list: tx.access_list.clone(),
        gas_priority_fee: None,
        blob_hashes: Vec::new(),
        max_fee_per_blob_gas: 0,
        authorization_list: Vec::new(),
    };
    match &tx.fees {
        Fees::Legacy { .. } => {}
        Fees::Dynamic { max_priority_fee, .. } => env.gas_priority_fee = Some(*max_priority_fee),
        Fees::Blob { max_priority_fee, max_blob_fee, versioned_hashes, .. } => {
            env.gas_priority_fee = Some(*max_priority_fee);
            env.blob_hashes.clone_from(versioned_hashes);
            env.max_fee_per_blob_gas = *max_blob_fee;
        }
    }
    env
}

fn tx_type(tx: &TxEnv) -> u8 {
    if matches!(tx.origin, Origin::Deposit { .. }) {
        return DEPOSIT_TYPE;
    }
    let kind = match &tx.fees {
        Fees::Legacy { .. } if tx.access_list.is_empty() => TransactionType::Legacy,
        Fees::Legacy { .. } => TransactionType::Eip2930,
        Fees::Dynamic { .. } => TransactionType::Eip1559,
        Fees::Blob { .. } => TransactionType::Eip4844,
    };
    kind as u8
}

pub(super) fn refusal(error: InvalidTransaction, tx: &TxEnv, env: &BlockEnv) -> Refusal {
    use InvalidTransaction as Error;
    let unsupported = |feature| Refusal::Unsupported { feature };
    match error {
        Error::PriorityFeeGreaterThanMaxFee => {
            let priority_fee = match tx.fees {
                Fees::Dynamic { max_priority_fee, .. } | Fees::Blob { max_priority_fee, .. } => {
                    max_priority_fee
                }
                Fees::Legacy { .. } => 0,
            };
            Refusal::PriorityFeeAboveFeeCap { priority_fee, fee_cap: tx.fees.cap() }
        }
        Error::GasPriceLessThanBasefee => {
            Refusal::FeeCapBelowBaseFee { base_fee: env.base_fee, fee_cap: tx.fees.cap() }
        }
        Error::CallerGasLimitMoreThanBlock => {
            Refusal::GasLimitExceedsBlock { left: env.gas_limit, found: tx.gas_limit }
        }
        Error::CallGasCostMoreThanGasLimit { initial_gas, gas_limit } => {
            Refusal::IntrinsicGas { need: initial_gas, found: gas_limit }
        }
        Error::GasFloorMoreThanGasLimit { gas_floor, gas_limit } => {
            Refusal::CalldataFloor { need: gas_floor, found: gas_limit }
        }
        Error::RejectCallerWithCode => Refusal::SenderIsContract { sender: tx.from },
        Error::LackOfFundForMaxFee { fee, balance } => {
            Refusal::InsufficientFunds { need: *fee, have: *balance }
        }
        Error::OverflowPaymentInTransaction => {
            Refusal::FeeOverflow { gas_limit: tx.gas_limit, fee_cap: tx.fees.cap() }
        }
        Error::NonceOverflowInTransaction => Refusal::NonceExhausted { found: tx.nonce },
        Error::NonceTooHigh { tx, state } => Refusal::NonceTooHigh { expected: state, found: tx },
        Error::NonceTooLow { tx, state } => Refusal::NonceTooLow { expected: state, found: tx },
        Error::CreateInitCodeSizeLimit => {
            Refusal::InitcodeTooLarge { max: MAX_INITCODE_SIZE as u64, found: tx.data.len() as u64 }
        }
        Error::InvalidChainId | Error::MissingChainId => Refusal::WrongChain { expected: env.chain_id },
        Error::TxGasLimitGreaterThanCap { gas_limit, cap } => {
            Refusal::GasLimitExceedsCap { cap, found: gas_limit }
        }
        Error::BlobGasPriceGreaterThanMax { block_blob_gas_price, tx_max_fee_per_blob_gas } => {
            Refusal::BlobFeeCapBelowBaseFee {
                base_fee: block_blob_gas_price,
                fee_cap: tx_max_fee_per_blob_gas,
            }
        }
        Error::EmptyBlobs => Refusal::NoBlobs,
        Error::BlobCreateTransaction => Refusal::BlobCreates,
        Error::TooManyBlobs { max, have } => Refusal::TooManyBlobs { max: max as u64, found: have as u64 },
        Error::BlobVersionNotSupported => Refusal::BlobVersion,
        Error::AccessListNotSupported => unsupported("access list"),
        Error::MaxFeePerBlobGasNotSupported => unsupported("blob fee"),
        Error::BlobVersionedHashesNotSupported => unsupported("blob hashes"),
        Error::AuthorizationListNotSupported
        | Error::AuthorizationListInvalidFields
        | Error::EmptyAuthorizationList
        | Error::Eip7702NotSupported => unsupported("EIP-7702"),
        Error::Eip2930NotSupported => unsupported("EIP-2930"),
        Error::Eip1559NotSupported => unsupported("EIP-1559"),
        Error::Eip4844NotSupported => unsupported("EIP-4844"),
        Error::Eip7873NotSupported | Error::Eip7873MissingTarget => unsupported("EIP-7873"),
        Error::Str(reason) => Refusal::Aborted { reason: reason.into_owned() },
    }
}

pub(super) const fn halted(reason: &HaltReason) -> Status {
    Status::Halted(match reason {
        HaltReason::OutOfGas(OutOfGasError::MemoryLimit) => Halt::MemoryLimit,
        HaltReason::OutOfGas(
            OutOfGasError::Basic
            | OutOfGasError::Memory
            | OutOfGasError::Precompile
            | OutOfGasError::InvalidOperand
            | OutOfGasError::ReentrancySentry,
        ) => Halt::OutOfGas,
        HaltReason::OpcodeNotFound => Halt::InvalidOpcode,
        HaltReason::InvalidFEOpcode => Halt::InvalidInstruction,
        HaltReason::InvalidJump => Halt::InvalidJump,
        HaltReason::NotActivated => Halt::NotActivated,
        HaltReason::StackUnderflow => Halt::StackUnderflow,
        HaltReason::StackOverflow => Halt::StackOverflow,
        HaltReason::OutOfOffset => Halt::ReturnDataOutOfBounds,
        HaltReason::CreateCollision => Halt::CreateCollision,
        HaltReason::PrecompileError | HaltReason::PrecompileErrorWithContext(_) => Halt::Precompile,
        HaltReason::NonceOverflow => Halt::NonceOverflow,
        HaltReason::CreateContractSizeLimit => Halt::CodeTooLarge,
        HaltReason::CreateContractStartingWithEF => Halt::CodeStartsWithEf,
        HaltReason::CreateInitCodeSizeLimit => Halt::InitcodeTooLarge,
        HaltReason::StateChangeDuringStaticCall | HaltReason::CallNotAllowedInsideStatic => Halt::StaticCall,
        HaltReason::OverflowPayment | HaltReason::OutOfFunds => Halt::ValueTransfer,
        HaltReason::CallTooDeep => Halt::CallDepth,
    })
}

/// Whether a blob transaction would create a contract, which revm leaves to its caller to refuse.
pub(super) fn creates_with_blobs(tx: &TxEnv) -> bool {
    matches!((&tx.fees, tx.to), (Fees::Blob { .. }, TxKind::Create))
}
