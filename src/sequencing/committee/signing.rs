//! Ed25519 (RFC 8032) as Malachite's driver is told of it.
//!
//! By `ed25519-dalek` without its tables of multiples: tables are random bytes that a download cannot compress, as
//! those of Malachite's own crate are, and each signature is verified once.

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

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use alloy_primitives::{b256, fixed_bytes};

    /// RFC 8032, section 7.1, test 2.
    #[test]
    fn signatures_are_those_of_the_rfc() {
        let secret = b256!("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        let key = SigningKey::from_bytes(&secret);
        let public = b256!("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        assert_eq!(key.verifying_key().to_bytes(), public.0);
        let signature: Signature = fixed_bytes!(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        );
        assert_eq!(sign(&key, &[0x72]), signature);
        assert!(is_signed(&key.verifying_key(), &[0x72], &signature));
        assert!(!is_signed(&key.verifying_key(), &[0x73], &signature));
    }

    #[test]
    fn what_is_no_key_or_signature_is_refused() {
        assert_eq!(
            Ed25519::decode_signature(&[0; 63]),
            Err(DecodingError::Length { expected: 64, found: 63 })
        );
        assert_eq!(
            Ed25519::decode_public_key(&[0; 33]),
            Err(DecodingError::Length { expected: 32, found: 33 })
        );
        // y = 2 is on no point of the curve.
        let mut bytes = [0; 32];
        bytes[0] = 2;
        assert_eq!(Ed25519::decode_public_key(&bytes), Err(DecodingError::NoPoint));
        bytes[0] = 1;
        let neutral = Ed25519::decode_public_key(&bytes).unwrap();
        assert_eq!(Ed25519::encode_public_key(&neutral), bytes);
    }
}
