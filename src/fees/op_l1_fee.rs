//! What an OP Stack rollup charges for posting a transaction to L1, since Fjord.
//!
//! OP Stack specification, `protocol/fjord/exec-engine.md`: the size that the transaction adds to a compressed
//! batch is estimated from its FastLZ length by a linear fit, and priced by L1's two base fees, each weighted by
//! a scalar of the rollup.

use alloy_primitives::U256;
use op_alloy_flz::{L1_COST_FASTLZ_COEF, L1_COST_INTERCEPT, MIN_TX_SIZE_SCALED, NON_ZERO_BYTE_COST};

/// The fixed point of an estimated size: a byte is a million.
const SIZE_SCALE: u64 = 1_000_000;

/// The fixed points of size and scalars together.
const FEE_SCALE: u64 = 1_000_000_000_000;

/// The rollup's weights, in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct L1FeeScalars {
    /// For L1's base fee.
    pub base_fee: u32,
    /// For L1's blob base fee.
    pub blob_base_fee: u32,
}

/// L1's prices as the rollup last heard them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct L1Prices {
    /// In wei per gas.
    pub base_fee: u64,
    /// In wei per blob gas.
    pub blob_base_fee: u128,
}

/// The length of a signed transaction's bytes after FastLZ, level 1.
pub fn fastlz_size(transaction: &[u8]) -> u32 {
    op_alloy_flz::flz_compress_len(transaction)
}

/// The estimated size in a batch, in millionths of a byte, of a transaction with this FastLZ length.
pub fn estimated_size(fastlz_size: u32) -> u64 {
    (u64::from(fastlz_size) * L1_COST_FASTLZ_COEF).saturating_sub(L1_COST_INTERCEPT).max(MIN_TX_SIZE_SCALED)
}

/// The L1 fee, in wei, of a transaction with this FastLZ length. Deposits pay none.
pub fn l1_fee(fastlz_size: u32, prices: L1Prices, scalars: L1FeeScalars) -> u128 {
    let calldata =
        U256::from(scalars.base_fee) * U256::from(prices.base_fee) * U256::from(NON_ZERO_BYTE_COST);
    let blobs = U256::from(scalars.blob_base_fee) * U256::from(prices.blob_base_fee);
    // At most 52 + 161 bits.
    let fee = U256::from(estimated_size(fastlz_size)) * (calldata + blobs) / U256::from(FEE_SCALE);
    fee.saturating_to()
}

/// The L1 gas that a receipt shows for such a transaction.
pub fn l1_gas(fastlz_size: u32) -> u64 {
    estimated_size(fastlz_size) * NON_ZERO_BYTE_COST / SIZE_SCALE
}
