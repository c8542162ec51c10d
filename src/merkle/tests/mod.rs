//! Tests of the trie: known values here, random tries against `alloy-trie` in `properties`.

mod hostile;
mod known;
#[cfg(not(target_arch = "wasm32"))]
mod properties;

use super::Leaf;

/// A value that is its own RLP.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Raw(Vec<u8>);

impl Leaf for Raw {
    fn rlp(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }
}
