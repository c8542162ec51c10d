//! Markets: the exact integers of the pools that our contracts run, and closed forms about trading across rollups.
//!
//! What is executed, stored or compared is integers. Closed forms are `f64` by IEEE's basic operations and the `libm`
//! crate, so that they are the same everywhere; [`to_units`] is the only way from them to amounts.
//!
//! - `amm`: the constant-product pool of Uniswap v2, as `contracts/src/market/ConstantProductPair.sol` computes it
//! - `arbitrage`: the best trade between two pools, or between a pool and a price
//! - `atomicity`: what it is worth that both legs of a trade happen or neither

mod amm;
mod arbitrage;
mod atomicity;

pub use amm::{
    AmmError, Burned, MINIMUM_LIQUIDITY, Minted, Pool, Token, amount_in, amount_out, isqrt, quote,
};
pub use arbitrage::{Arbitrage, Curve, arbitrage, optimal_trade, trade_to_price};
pub use atomicity::{ExpectedProfit, LegRisk, TwoLegs, second_leg_risk};

use alloy_primitives::U256;

/// Amounts that come of closed forms are smaller than this power of two.
const UNITS_BITS_MAX: i32 = 128;

/// An amount in base units, rounded down. None if it is negative, not a number, or 2^128 and more.
pub fn to_units(amount: f64) -> Option<U256> {
    if amount.is_nan() || amount < 0.0 {
        return None;
    }
    // IEEE 754: the amount is `mantissa * 2^exponent`; below the normal numbers it is less than one unit.
    let bits = amount.to_bits() & (u64::MAX >> 1);
    let exponent = (bits >> 52) as i32 - 1075;
    let mantissa = U256::from((bits & ((1 << 52) - 1)) | (1 << 52));
    match exponent {
        ..=-53 => Some(U256::ZERO),
        -52..=-1 => Some(mantissa >> exponent.unsigned_abs()),
        _ if exponent + 53 <= UNITS_BITS_MAX => Some(mantissa << exponent.unsigned_abs()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
