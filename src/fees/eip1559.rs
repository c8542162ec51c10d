//! The base fee per gas of the next block, by EIP-1559.

use std::num::NonZeroU64;

/// How fast a chain's base fee follows its use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BaseFeeParams {
    /// The gas limit over the gas target.
    pub elasticity: NonZeroU64,
    /// The base fee moves by at most one part in so many, where the elasticity is 2.
    pub max_change_denominator: NonZeroU64,
}

impl BaseFeeParams {
    /// Ethereum: a block is at its target when half full, and the fee moves by at most an eighth.
    pub const ETHEREUM: Self = Self::new(positive(2), positive(8));

    /// The OP Stack since Canyon.
    pub const OP_STACK: Self = Self::new(positive(6), positive(250));

    /// Parameters of a chain's own choice.
    pub const fn new(elasticity: NonZeroU64, max_change_denominator: NonZeroU64) -> Self {
        Self { elasticity, max_change_denominator }
    }
}

/// What the rule reads of the parent block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParentGas {
    /// In wei per gas.
    pub base_fee: u64,
    /// In gas.
    pub limit: u64,
    /// In gas.
    pub used: u64,
}

/// The base fee per gas, in wei, of the block after `parent`.
///
/// A gas limit below the elasticity has no target; the base fee then stays, as in Nethermind.
pub fn next_base_fee(parent: ParentGas, params: BaseFeeParams) -> u64 {
    let target = parent.limit / params.elasticity;
    if target == 0 {
        return parent.base_fee;
    }
    let change = |distance: u64| {
        let per_target = u128::from(parent.base_fee) * u128::from(distance) / u128::from(target);
        let change = per_target / u128::from(params.max_change_denominator.get());
        u64::try_from(change).unwrap_or(u64::MAX)
    };
    if parent.used > target {
        parent.base_fee.saturating_add(change(parent.used - target).max(1))
    } else {
        parent.base_fee.saturating_sub(change(target - parent.used))
    }
}

const fn positive(constant: u64) -> NonZeroU64 {
    NonZeroU64::new(constant).expect("the constants of this file are positive")
}
