//! The transaction as the EVM sees it, and how it comes from what travels: envelopes and their signatures.
//!
//! A simulated actor sends as itself, without a key. Its transaction travels as an ordinary EIP-1559
//! envelope whose signature is (r = sender, s = 0, even): no real signature has s = 0, so the two cannot be
//! taken for each other, and hashes, receipts and roots need no second kind of transaction.

use alloy_consensus::transaction::SignerRecoverable;
use alloy_consensus::{Transaction, TxEnvelope};
use alloy_eips::eip2930::AccessList;
use alloy_primitives::{Address, B256, Bytes, Signature, TxKind, U256};
use op_alloy_consensus::TxDeposit;
use thiserror::Error;

/// A transaction whose sender is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TxEnv {
    /// The sender.
    pub from: Address,
    /// How the sender is known, and with it which checks apply.
    pub origin: Origin,
    /// Number of transactions the sender sent before; a deposit has none of its own.
    pub nonce: u64,
    /// The most gas it may use.
    pub gas_limit: u64,
    /// What it pays for gas.
    pub fees: Fees,
    /// The recipient, or a new contract.
    pub to: TxKind,
    /// Wei sent along.
    pub value: U256,
    /// Calldata or creation code.
    pub data: Bytes,
    /// EIP-2930: what is warm from the start.
    pub access_list: AccessList,
    /// A rollup's charge for the transaction's data on L1, in wei: taken before execution, not refunded.
    pub data_fee: U256,
}

/// How a transaction's sender is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// By a signature: all checks apply.
    Signed,
    /// By the simulator's word: all checks but EIP-3607, so that a contract can be made to send.
    Impersonated,
    /// By an L1 block (OP Stack deposit, type 0x7E): no nonce, balance or fee is checked, none is charged.
    Deposit {
        /// Wei that come into being in the sender's account, whether or not the call succeeds.
        mint: u128,
    },
}

/// What a transaction pays for gas; each form is a transaction type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fees {
    /// A price per gas, base fee included (legacy and EIP-2930).
    Legacy {
        /// Wei per gas.
        gas_price: u128,
    },
    /// EIP-1559.
    Dynamic {
        /// Highest price, base fee included.
        max_fee: u128,
        /// Highest tip.
        max_priority_fee: u128,
    },
    /// EIP-4844: as EIP-1559, and blobs.
    Blob {
        /// Highest price, base fee included.
        max_fee: u128,
        /// Highest tip.
        max_priority_fee: u128,
        /// Highest price per blob gas.
        max_blob_fee: u128,
        /// The blobs.
        versioned_hashes: Vec<B256>,
    },
}

impl Fees {
    /// Nothing is paid: calls without effect, deposits.
    pub const NONE: Self = Self::Legacy { gas_price: 0 };

    /// The highest price per gas.
    pub const fn cap(&self) -> u128 {
        match self {
            Self::Legacy { gas_price } => *gas_price,
            Self::Dynamic { max_fee, .. } | Self::Blob { max_fee, .. } => *max_fee,
        }
    }

    /// The price per gas in a block of that base fee.
    pub fn price(&self, base_fee: u64) -> u128 {
        match self {
            Self::Legacy { gas_price } => *gas_price,
            Self::Dynamic { max_fee, max_priority_fee } | Self::Blob { max_fee, max_priority_fee, .. } => {
                (*max_fee).min(u128::from(base_fee).saturating_add(*max_priority_fee))
            }
        }
    }

    /// The versioned hashes of the blobs.
    pub fn blobs(&self) -> &[B256] {
        match self {
            Self::Blob { versioned_hashes, .. } => versioned_hashes,
            Self::Legacy { .. } | Self::Dynamic { .. } => &[],
        }
    }
}

/// Why a transaction's sender is not known.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SenderError {
    /// EIP-2: of the two signatures of one message only the one with the lower s is valid.
    #[error("signature s is in the upper half of the curve order: found {found:#x}")]
    HighS {
        /// The signature's s.
        found: U256,
    },
    /// No public key fits the signature.
    #[error("signature fits no public key")]
    NoSuchKey,
    /// The envelope claims a sender without a key where only signatures are taken.
    #[error("signature missing: expected one by {claimed}, found the simulator's own form without a key")]
    Impersonated {
        /// The claimed sender.
        claimed: Address,
    },
    /// The transaction is for another chain.
    #[error("wrong chain: expected chain id {expected}, found {found}")]
    WrongChain {
        /// This chain's id.
        expected: u64,
        /// The transaction's.
        found: u64,
    },
    /// The transaction is of a type that the simulator does not execute.
    #[error("transaction type {found} is not supported: expected 0, 1, 2 or 3")]
    UnsupportedType {
        /// The EIP-2718 type.
        found: u8,
    },
}

/// What stands in place of a signature when an actor sends as itself.
pub fn impersonation_signature(sender: Address) -> Signature {
    Signature::new(U256::from_be_slice(sender.as_slice()), U256::ZERO, false)
}

/// The address that an envelope claims without a signature, if it is of that form.
fn claimed_sender(signature: &Signature) -> Option<Address> {
    let bytes = signature.r().to_be_bytes::<32>();
    let is_address = bytes[..12].iter().all(|byte| *byte == 0);
    (signature.s().is_zero() && !signature.v() && is_address).then(|| Address::from_slice(&bytes[12..]))
}

/// Who sent an envelope on the chain of that id. Recovery from a signature costs most of a transfer's
/// execution many times over, so callers remember the answer.
pub fn sender_of(
    envelope: &TxEnvelope,
    chain_id: u64,
    impersonation: Impersonation,
) -> Result<(Address, Origin), SenderError> {
    if envelope.is_eip7702() {
        return Err(SenderError::UnsupportedType { found: 4 });
    }
    if let Some(found) = envelope.chain_id()
        && found != chain_id
    {
        return Err(SenderError::WrongChain { expected: chain_id, found });
    }
    let signature = envelope.signature();
    if let Some(claimed) = claimed_sender(signature) {
        return match impersonation {
            Impersonation::Allowed => Ok((claimed, Origin::Impersonated)),
            Impersonation::Refused => Err(SenderError::Impersonated { claimed }),
        };
    }
    if signature.normalize_s().is_some() {
        return Err(SenderError::HighS { found: signature.s() });
    }
    let sender = envelope.recover_signer().map_err(|_| SenderError::NoSuchKey)?;
    Ok((sender, Origin::Signed))
}

/// Whether envelopes without a signature are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Impersonation {
    /// From the simulator's own actors.
    Allowed,
    /// From outside.
    Refused,
}

/// What the EVM sees of an envelope whose sender is known.
pub fn tx_of(envelope: &TxEnvelope, from: Address, origin: Origin, data_fee: U256) -> TxEnv {
    let fees = match envelope {
        TxEnvelope::Legacy(_) | TxEnvelope::Eip2930(_) => {
            Fees::Legacy { gas_price: envelope.max_fee_per_gas() }
        }
        TxEnvelope::Eip1559(_) | TxEnvelope::Eip7702(_) => Fees::Dynamic {
            max_fee: envelope.max_fee_per_gas(),
            max_priority_fee: envelope.max_priority_fee_per_gas().unwrap_or_default(),
        },
        TxEnvelope::Eip4844(_) => Fees::Blob {
            max_fee: envelope.max_fee_per_gas(),
            max_priority_fee: envelope.max_priority_fee_per_gas().unwrap_or_default(),
            max_blob_fee: envelope.max_fee_per_blob_gas().unwrap_or_default(),
            versioned_hashes: envelope.blob_versioned_hashes().unwrap_or_default().to_vec(),
        },
    };
    TxEnv {
        from,
        origin,
        nonce: envelope.nonce(),
        gas_limit: envelope.gas_limit(),
        fees,
        to: envelope.kind(),
        value: envelope.value(),
        data: envelope.input().clone(),
        access_list: envelope.access_list().cloned().unwrap_or_default(),
        data_fee,
    }
}

/// What the EVM sees of a deposit.
pub fn tx_of_deposit(deposit: &TxDeposit) -> TxEnv {
    TxEnv {
        from: deposit.from,
        origin: Origin::Deposit { mint: deposit.mint },
        nonce: 0,
        gas_limit: deposit.gas_limit,
        fees: Fees::NONE,
        to: deposit.to,
        value: deposit.value,
        data: deposit.input.clone(),
        access_list: AccessList::default(),
        data_fee: U256::ZERO,
    }
}
