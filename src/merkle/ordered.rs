//! Roots of lists: a block's transactions, receipts and withdrawals (Yellow Paper, section 4.3).

use alloy_primitives::B256;
use alloy_trie::root::ordered_trie_root_with_encoder;

/// The root of the trie that maps the RLP of each index to the item at that index.
///
/// `encode` writes an item as the block commits to it: EIP-2718 bytes for transactions and receipts.
pub fn ordered_root<T>(items: &[T], encode: impl FnMut(&T, &mut Vec<u8>)) -> B256 {
    ordered_trie_root_with_encoder(items, encode)
}
