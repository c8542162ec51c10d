//! Ed25519 (RFC 8032) as Malachite's driver is told of it.
//!
//! By `ed25519-dalek` without its tables of multiples: those of Malachite's own crate weigh as much in a download
//! as thirty contracts, and verified signatures are remembered in any case.

use alloy_primitives::FixedBytes;
use arc_malachitebft_core_types::SigningScheme;
use ed25519_dalek::{Signature as Parts, Signer as _, SigningKey, VerifyingKey};

/// An Ed25519 signature.
pub type Signature = FixedBytes<64>;

/// The scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ed25519;

/// Why bytes are no key or signature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodingError {
    /// There are too few or too many.
    #[error("expected {expected} bytes, found {found}")]
    Length {
        /// As many as there must be.
        expected: u8,
        /// As many as there are.
        found: usize,
    },
    /// They are no point of the curve.
    #[error("expected a point of the curve, found other bytes")]
    NoPoint,
}

pub(super) fn sign(key: &SigningKey, bytes: &[u8]) -> Signature {
    key.sign(bytes).to_bytes().into()
}

pub(super) fn is_signed(key: &VerifyingKey, bytes: &[u8], signature: &Signature) -> bool {
    key.verify_strict(bytes, &Parts::from_bytes(signature)).is_ok()
}

impl SigningScheme for Ed25519 {
    type DecodingError = DecodingError;
    type Signature = Signature;
    type PublicKey = VerifyingKey;
    type PrivateKey = SigningKey;

    fn decode_signature(bytes: &[u8]) -> Result<Signature, DecodingError> {
        Signature::try_from(bytes).map_err(|_| DecodingError::Length { expected: 64, found: bytes.len() })
    }

    fn encode_signature(signature: &Signature) -> Vec<u8> {
        signature.to_vec()
    }

    fn decode_public_key(bytes: &[u8]) -> Result<VerifyingKey, DecodingError> {
        let length = DecodingError::Length { expected: 32, found: bytes.len() };
        let bytes = bytes.try_into().map_err(|_| length)?;
        VerifyingKey::from_bytes(bytes).map_err(|_| DecodingError::NoPoint)
    }

    fn encode_public_key(key: &VerifyingKey) -> Vec<u8> {
        key.as_bytes().to_vec()
    }
}
