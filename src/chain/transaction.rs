//! A transaction as a chain holds it: the consensus form, its bytes, its hash and who sent it.

use crate::evm::{self, Impersonation, Origin, SenderError, TxEnv};
use crate::types::ChainId;
use alloy_consensus::{
    SignableTransaction, Transaction as _, TxEip1559, TxEip4844, TxEip4844Variant, TxEnvelope,
};
use alloy_eips::{
    Typed2718,
    eip2718::{Decodable2718, Encodable2718},
};
use alloy_primitives::{Address, B256, Bytes, TxKind, U256, keccak256};
use op_alloy_consensus::{DEPOSIT_TX_TYPE_ID, TxDeposit};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A transaction with what is derived from its bytes, computed once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    body: Body,
    raw: Bytes,
    hash: B256,
    from: Address,
    origin: Origin,
}

/// The two forms of a transaction.
#[allow(clippy::large_enum_variant, reason = "a transaction lives behind an Arc, one to a transaction")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Sent by an account, with a signature or as a simulated actor.
    Ethereum(TxEnvelope),
    /// Forced in by the L1: type 0x7E of the OP Stack.
    Deposit(TxDeposit),
}

/// Why bytes are no transaction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Too many bytes.
    #[error("raw transaction: expected at most {most} bytes, found {found}")]
    TooLong {
        /// Most allowed.
        most: usize,
        /// What was given.
        found: usize,
    },
    /// Not RLP of a transaction type that is known.
    #[error("raw transaction: expected an EIP-2718 envelope of type 0, 1, 2, 3 or 4, found {0}")]
    Malformed(String),
    /// Bytes are left over.
    #[error("raw transaction: expected its end, found {0} more bytes")]
    Trailing(usize),
    /// A blob transaction from outside: blobs come with the rollups' batches only.
    #[error("raw transaction: expected type 0, 1, 2 or 4, found a blob transaction (type 3)")]
    Blob,
    /// The signature does not give a sender.
    #[error("raw transaction: {0}")]
    Sender(#[from] SenderError),
}

/// What a simulated actor wants to send; nonce and fees are filled in when it enters a mempool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Who sends.
    pub from: Address,
    /// Who is called; none creates a contract.
    pub to: Option<Address>,
    /// Ether in wei.
    pub value: U256,
    /// Calldata or init code.
    pub data: Bytes,
    /// Gas limit.
    pub gas_limit: u64,
    /// Versioned hashes of blobs that go along.
    pub blobs: Vec<B256>,
}

impl Transaction {
    /// Most bytes of a transaction from outside, as in geth's pool.
    pub const RAW_BYTES_MAX: usize = 128 * 1024;

    /// Decodes a transaction from outside, for the chain of that id, and recovers its sender.
    pub fn decode_signed(raw: &Bytes, chain: ChainId) -> Result<Self, DecodeError> {
        if raw.len() > Self::RAW_BYTES_MAX {
            return Err(DecodeError::TooLong { most: Self::RAW_BYTES_MAX, found: raw.len() });
        }
        let transaction = Self::decode_envelope(raw, chain, Impersonation::Refused)?;
        match transaction.body {
            Body::Ethereum(TxEnvelope::Eip4844(_)) => Err(DecodeError::Blob),
            _ => Ok(transaction),
        }
    }

    /// Decodes a transaction from a block's bytes: signed, of a simulated actor, or a deposit.
    pub fn decode_included(raw: &Bytes, chain: ChainId) -> Result<Self, DecodeError> {
        if raw.first() == Some(&DEPOSIT_TX_TYPE_ID) {
            let deposit =
                TxDeposit::decode_2718_exact(raw).map_err(|e| DecodeError::Malformed(e.to_string()))?;
            return Ok(Self::deposit(deposit));
        }
        Self::decode_envelope(raw, chain, Impersonation::Allowed)
    }

    fn decode_envelope(
        raw: &Bytes,
        chain: ChainId,
        impersonation: Impersonation,
    ) -> Result<Self, DecodeError> {
        let mut rest = raw.as_ref();
        let envelope =
            TxEnvelope::decode_2718(&mut rest).map_err(|e| DecodeError::Malformed(e.to_string()))?;
        if !rest.is_empty() {
            return Err(DecodeError::Trailing(rest.len()));
        }
        let (from, origin) = evm::sender_of(&envelope, chain.get(), impersonation)?;
        Ok(Self::from_envelope(envelope, raw.clone(), from, origin))
    }

    /// A deposit.
    pub fn deposit(deposit: TxDeposit) -> Self {
        let raw: Bytes = deposit.encoded_2718().into();
        let origin = Origin::Deposit { mint: deposit.mint };
        Self { hash: keccak256(&raw), from: deposit.from, raw, origin, body: Body::Deposit(deposit) }
    }

    /// The transaction that a simulated actor sends: EIP-1559, or EIP-4844 if blobs go along, with the
    /// marked signature that no key can make.
    pub fn impersonated(draft: Draft, nonce: u64, chain_id: u64, fees: Fees) -> Self {
        let signature = evm::impersonation_signature(draft.from);
        let to = draft.to.map_or(TxKind::Create, TxKind::Call);
        // Wrapped by hand: converting a signed transaction into an envelope would hash it once more.
        let envelope = match (draft.blobs.is_empty(), draft.to) {
            (false, Some(to)) => {
                let blobs = TxEip4844 {
                    chain_id,
                    nonce,
                    gas_limit: draft.gas_limit,
                    max_fee_per_gas: fees.max_fee,
                    max_priority_fee_per_gas: fees.priority_fee,
                    to,
                    value: draft.value,
                    access_list: Default::default(),
                    blob_versioned_hashes: draft.blobs,
                    max_fee_per_blob_gas: fees.max_blob_fee,
                    input: draft.data,
                };
                TxEnvelope::Eip4844(TxEip4844Variant::from(blobs).into_signed(signature))
            }
            _ => TxEnvelope::Eip1559(
                TxEip1559 {
                    chain_id,
                    nonce,
                    gas_limit: draft.gas_limit,
                    max_fee_per_gas: fees.max_fee,
                    max_priority_fee_per_gas: fees.priority_fee,
                    to,
                    value: draft.value,
                    access_list: Default::default(),
                    input: draft.data,
                }
                .into_signed(signature),
            ),
        };
        let raw: Bytes = envelope.encoded_2718().into();
        Self::from_envelope(envelope, raw, draft.from, Origin::Impersonated)
    }

    fn from_envelope(envelope: TxEnvelope, raw: Bytes, from: Address, origin: Origin) -> Self {
        Self { hash: keccak256(&raw), from, raw, origin, body: Body::Ethereum(envelope) }
    }

    /// Whether a simulated actor sent it, without a signature.
    pub const fn is_impersonated(&self) -> bool {
        matches!(self.origin, Origin::Impersonated)
    }

    /// The consensus form.
    pub const fn body(&self) -> &Body {
        &self.body
    }

    /// The EIP-2718 bytes.
    pub const fn raw(&self) -> &Bytes {
        &self.raw
    }

    /// Keccak of the bytes.
    pub const fn hash(&self) -> B256 {
        self.hash
    }

    /// Who sent it.
    pub const fn from(&self) -> Address {
        self.from
    }

    /// Who is called; none creates a contract.
    pub fn to(&self) -> Option<Address> {
        match &self.body {
            Body::Ethereum(envelope) => envelope.to(),
            Body::Deposit(deposit) => deposit.to.to().copied(),
        }
    }

    /// The sender's nonce; a deposit has none in its bytes.
    pub fn nonce(&self) -> Option<u64> {
        match &self.body {
            Body::Ethereum(envelope) => Some(envelope.nonce()),
            Body::Deposit(_) => None,
        }
    }

    /// Ether in wei.
    pub fn value(&self) -> U256 {
        match &self.body {
            Body::Ethereum(envelope) => envelope.value(),
            Body::Deposit(deposit) => deposit.value,
        }
    }

    /// Calldata or init code.
    pub fn input(&self) -> &Bytes {
        match &self.body {
            Body::Ethereum(envelope) => envelope.input(),
            Body::Deposit(deposit) => &deposit.input,
        }
    }

    /// Gas limit.
    pub fn gas_limit(&self) -> u64 {
        match &self.body {
            Body::Ethereum(envelope) => envelope.gas_limit(),
            Body::Deposit(deposit) => deposit.gas_limit,
        }
    }

    /// EIP-2718 type.
    pub fn type_id(&self) -> u8 {
        match &self.body {
            Body::Ethereum(envelope) => envelope.ty(),
            Body::Deposit(_) => DEPOSIT_TX_TYPE_ID,
        }
    }

    /// Versioned hashes of the blobs that go along.
    pub fn blobs(&self) -> &[B256] {
        match &self.body {
            Body::Ethereum(envelope) => envelope.blob_versioned_hashes().unwrap_or_default(),
            Body::Deposit(_) => &[],
        }
    }

    /// What execution needs to know of it.
    pub fn env(&self) -> TxEnv {
        match &self.body {
            Body::Ethereum(envelope) => evm::tx_of(envelope, self.from, self.origin, U256::ZERO),
            Body::Deposit(deposit) => evm::tx_of_deposit(deposit),
        }
    }
}

/// What a simulated actor pays, in wei per gas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fees {
    /// Most per gas.
    pub max_fee: u128,
    /// Most of it for the block's builder.
    pub priority_fee: u128,
    /// Most per blob gas.
    pub max_blob_fee: u128,
}

/// As its bytes and sender; the sender is not recovered again.
impl Serialize for Transaction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.raw, self.from).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Transaction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (raw, from) = <(Bytes, Address)>::deserialize(deserializer)?;
        if raw.first() == Some(&DEPOSIT_TX_TYPE_ID) {
            return TxDeposit::decode_2718_exact(&raw).map(Self::deposit).map_err(de::Error::custom);
        }
        let envelope = TxEnvelope::decode_2718_exact(&raw).map_err(de::Error::custom)?;
        let signed = !envelope.signature().s().is_zero();
        let origin = if signed { Origin::Signed } else { Origin::Impersonated };
        Ok(Self::from_envelope(envelope, raw, from, origin))
    }
}
