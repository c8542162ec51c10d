//! What a rollup posts to L1: its blocks, as few bytes as it takes to rebuild them.
//!
//! A payload is a version byte and the deflated RLP of a list of blocks. It travels in blobs, in
//! calldata, or with a committee or an operator while L1 holds only its hash.

use alloy_primitives::{B256, Bytes};
use alloy_rlp::{Decodable, RlpDecodable, RlpEncodable};

/// A block in a batch. What derivation can tell from L1 (deposits, attributes, fees) is left out.
#[derive(Clone, Debug, PartialEq, Eq, RlpEncodable, RlpDecodable)]
pub struct BatchBlock {
    /// Hash of the block before it.
    pub parent_hash: B256,
    /// When it was sealed, in milliseconds since the world began.
    pub sealed_at_ms: u64,
    /// Height of its L1 origin.
    pub origin_number: u64,
    /// Hash of its L1 origin.
    pub origin_hash: B256,
    /// Its transactions but for deposits.
    pub transactions: Vec<Bytes>,
}

/// Why bytes are no batch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// The first byte is not a known version.
    #[error("batch version: expected {VERSION}, found {0:?}")]
    Version(Option<u8>),
    /// The rest can't be inflated, or becomes too large.
    #[error("batch: expected deflated data of at most {INFLATED_BYTES_MAX} bytes: {0}")]
    Inflate(String),
    /// What was inflated is no list of blocks.
    #[error("batch: expected RLP of a list of blocks: {0}")]
    Rlp(String),
}

const VERSION: u8 = 0;
const INFLATED_BYTES_MAX: usize = 32 << 20;
/// Level 6 of 10: higher ones take several times as long for a few bytes.
const DEFLATE_LEVEL: u8 = 6;

/// The payload of these blocks.
pub fn encode_batch(blocks: &[BatchBlock]) -> Bytes {
    let mut rlp = Vec::new();
    alloy_rlp::encode_list(blocks, &mut rlp);
    let mut payload = vec![VERSION];
    payload.extend(miniz_oxide::deflate::compress_to_vec(&rlp, DEFLATE_LEVEL));
    payload.into()
}

/// The blocks of a payload.
pub fn decode_batch(payload: &[u8]) -> Result<Vec<BatchBlock>, BatchError> {
    let Some((&VERSION, deflated)) = payload.split_first() else {
        return Err(BatchError::Version(payload.first().copied()));
    };
    let rlp = miniz_oxide::inflate::decompress_to_vec_with_limit(deflated, INFLATED_BYTES_MAX)
        .map_err(|error| BatchError::Inflate(format!("{:?}", error.status)))?;
    let mut rest = rlp.as_slice();
    let blocks = Vec::<BatchBlock>::decode(&mut rest).map_err(|error| BatchError::Rlp(error.to_string()))?;
    if rest.is_empty() { Ok(blocks) } else { Err(BatchError::Rlp(format!("{} bytes left over", rest.len()))) }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn block(n: u8) -> BatchBlock {
        BatchBlock {
            parent_hash: B256::repeat_byte(n),
            sealed_at_ms: 2_000 * u64::from(n),
            origin_number: 7,
            origin_hash: B256::repeat_byte(0xee),
            transactions: vec![Bytes::from(vec![n; 100])],
        }
    }

    #[test]
    fn payloads_read_back() {
        let blocks: Vec<_> = (0..5).map(block).collect();
        assert_eq!(decode_batch(&encode_batch(&blocks)), Ok(blocks));
    }

    #[test]
    fn bad_payloads_are_refused() {
        let good = encode_batch(&[block(1)]);
        assert_eq!(decode_batch(&[]), Err(BatchError::Version(None)));
        assert_eq!(decode_batch(&[9, 1]), Err(BatchError::Version(Some(9))));
        assert!(matches!(decode_batch(&good[..good.len() - 3]), Err(BatchError::Inflate(_))));
        let mut payload = vec![VERSION];
        payload.extend(miniz_oxide::deflate::compress_to_vec(b"not rlp", 6));
        assert!(matches!(decode_batch(&payload), Err(BatchError::Rlp(_))));
    }
}
