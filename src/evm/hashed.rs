//! Keys of the tries: Keccak of addresses and slots, remembered, since the same few come in block after block.

use alloy_primitives::{
    Address, B256, U256,
    utils::{init_keccak_cache, keccak256_cached},
};
use std::sync::Once;

/// 128 bytes each.
const REMEMBERED: usize = 1 << 14;

/// An account's key in the state trie.
pub(super) fn hashed_address(address: Address) -> B256 {
    hashed(address.as_slice())
}

/// A slot's key in an account's storage trie.
pub(super) fn hashed_slot(slot: U256) -> B256 {
    hashed(&slot.to_be_bytes::<32>())
}

fn hashed(key: &[u8]) -> B256 {
    static SIZED: Once = Once::new();
    SIZED.call_once(|| {
        // Refused only where the cache is there already, which serves as well.
        let _ = init_keccak_cache(REMEMBERED);
    });
    keccak256_cached(key)
}
