//! The best trade between two constant-product pools, and between a pool and a price that it should have.
//!
//! Buying `y` with `x` in one pool and selling it in another, with shares `φ` of inputs kept after fees: with
//! `a = φ² x_B y_A`, `b = x_A y_B` and `c = φ (y_B + φ y_A)` the best input is `(√(ab) − b) / c` and its profit
//! `(√a − √b)² / c`, if `a > b`; else no trade gains.

use super::{
    AmmError, Token,
    amm::{KEPT, WHOLE},
    amount_out,
};
use crate::contracts::Reserves;
use alloy_primitives::{U256, U512};

/// A round trip through two pools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arbitrage {
    /// Paid to the first pool.
    pub amount_in: U256,
    /// Bought there and sold to the second.
    pub bought: U256,
    /// Got from the second pool, more than was paid.
    pub proceeds: U256,
}

/// The best round trip: pays token 0 to `buy` for token 1, and sells that to `sell`. None if none gains. The input is
/// the real optimum rounded down, so that the profit is within rounding of the best; all amounts are what the contracts
/// compute, fees included.
pub fn arbitrage(buy: Reserves, sell: Reserves) -> Option<Arbitrage> {
    let wide = |value: U256| U512::from(value);
    // The formula's a, b and c, a million times each: 2^244, 2^244 and 2^133 at most.
    let a = wide(KEPT * KEPT) * wide(sell.reserve0) * wide(buy.reserve1);
    let b = wide(WHOLE * WHOLE) * wide(buy.reserve0) * wide(sell.reserve1);
    let c = wide(KEPT) * (wide(WHOLE) * wide(sell.reserve1) + wide(KEPT) * wide(buy.reserve1));
    if a <= b {
        return None;
    }
    let amount_in = narrow((root(a.checked_mul(b)?) - b).checked_div(c)?)?;
    let bought = amount_out(amount_in, buy.reserve0, buy.reserve1).ok()?;
    let proceeds = amount_out(bought, sell.reserve1, sell.reserve0).ok()?;
    (proceeds > amount_in).then_some(Arbitrage { amount_in, bought, proceeds })
}

/// The trade after which the pool's price, fee included, is that of a market in which `price0` of token 0 are worth
/// `price1` of token 1 (v2-periphery `computeProfitMaximizingTrade`): which token is sold, and how much of it. None if
/// the price is within the fee.
pub fn trade_to_price(
    reserves: Reserves,
    price0: U256,
    price1: U256,
) -> Result<Option<(Token, U256)>, AmmError> {
    let Reserves { reserve0, reserve1 } = reserves;
    if reserve0.is_zero() || reserve1.is_zero() {
        return Err(AmmError::NoReserves { reserve_in: reserve0, reserve_out: reserve1 });
    }
    let worth = mul_div(reserve0, price1, reserve1)?;
    let (token, reserve_in, price_in, price_out) = if worth < price0 {
        (Token::Zero, reserve0, price0, price1)
    } else {
        (Token::One, reserve1, price1, price0)
    };
    let k = reserve0.checked_mul(reserve1).and_then(|k| k.checked_mul(WHOLE)).ok_or(AmmError::Overflow)?;
    let price_out = price_out.checked_mul(KEPT).ok_or(AmmError::Overflow)?;
    let after = super::isqrt(mul_div(k, price_in, price_out)?);
    let before = reserve_in.checked_mul(WHOLE).ok_or(AmmError::Overflow)? / KEPT;
    let amount = after.saturating_sub(before);
    Ok((!amount.is_zero()).then_some((token, amount)))
}

/// A constant-product pool as a curve of real numbers, for analysis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    /// Reserve of the token that the trader pays and is paid in.
    pub x: f64,
    /// Reserve of the other.
    pub y: f64,
    /// Share of the input that is left after the fee.
    pub phi: f64,
}

/// The best input of a round trip that buys `y` in one pool and sells it in the other, and its profit, both in units
/// of `x`; both zero if none gains.
pub fn optimal_trade(buy: Curve, sell: Curve) -> (f64, f64) {
    let a = buy.phi * sell.phi * sell.x * buy.y;
    let b = buy.x * sell.y;
    let c = buy.phi * (sell.y + sell.phi * buy.y);
    if a <= b {
        return (0.0, 0.0);
    }
    let gain = libm::sqrt(a) - libm::sqrt(b);
    ((libm::sqrt(a * b) - b) / c, gain * gain / c)
}

fn mul_div(a: U256, b: U256, divisor: U256) -> Result<U256, AmmError> {
    let quotient = (U512::from(a) * U512::from(b)).checked_div(U512::from(divisor));
    quotient.and_then(narrow).ok_or(AmmError::Overflow)
}

fn narrow(value: U512) -> Option<U256> {
    U256::checked_from_limbs_slice(value.as_limbs())
}

/// The square root, rounded down, of a number with two bits to spare.
fn root(square: U512) -> U512 {
    if square.is_zero() {
        return square;
    }
    let mut root = U512::from(1) << square.bit_len().div_ceil(2);
    loop {
        let next = (root + square / root) >> 1;
        if next >= root {
            return root;
        }
        root = next;
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::finance::{Pool, to_units};

    fn tokens(amount: u64) -> U256 {
        U256::from(amount) * U256::from(10_u64.pow(18))
    }

    fn pool(reserve0: u64, reserve1: u64) -> Reserves {
        Reserves { reserve0: tokens(reserve0), reserve1: tokens(reserve1) }
    }

    #[test]
    fn integers_and_reals_find_the_same_trade() {
        let curve = |x: f64| Curve { x, y: 1000.0, phi: 0.997 };
        let (input, profit) = optimal_trade(curve(2e6), curve(2.1e6));
        let found = arbitrage(pool(2_000_000, 1000), pool(2_100_000, 1000)).unwrap();
        let near = |exact: U256, real: f64| {
            let real = to_units(real * 1e18).unwrap();
            assert!(exact.abs_diff(real) < exact / U256::from(10_u64.pow(9)), "{exact} {real}");
        };
        near(found.amount_in, input);
        near(found.proceeds - found.amount_in, profit);
    }

    #[test]
    fn a_little_more_or_less_gains_less() {
        let (buy, sell) = (pool(2_000_000, 1000), pool(2_100_000, 1000));
        let best = arbitrage(buy, sell).unwrap();
        let profit = |amount_in: U256| {
            let bought = amount_out(amount_in, buy.reserve0, buy.reserve1).unwrap();
            amount_out(bought, sell.reserve1, sell.reserve0).unwrap() - amount_in
        };
        assert_eq!(profit(best.amount_in), best.proceeds - best.amount_in);
        let step = best.amount_in / U256::from(10_000);
        assert!(profit(best.amount_in + step) < profit(best.amount_in));
        assert!(profit(best.amount_in - step) < profit(best.amount_in));
    }

    #[test]
    fn nothing_is_traded_within_the_fees_or_from_nothing() {
        assert_eq!(arbitrage(pool(2_000_000, 1000), pool(2_010_000, 1000)), None);
        assert_eq!(arbitrage(pool(2_100_000, 1000), pool(2_000_000, 1000)), None);
        assert_eq!(arbitrage(pool(0, 0), pool(0, 0)), None);
        assert_eq!(arbitrage(pool(0, 5), pool(5, 0)), None);
    }

    #[test]
    fn the_largest_reserves_do_not_overflow() {
        let most = (U256::from(1) << Reserves::BITS) - U256::from(1);
        let (buy, sell) = (
            Reserves { reserve0: most / U256::from(2), reserve1: most },
            Reserves { reserve0: most, reserve1: most },
        );
        assert!(arbitrage(buy, sell).unwrap().proceeds < most);
    }

    /// Of v2-periphery's own tests: prices near the largest that there are.
    #[test]
    fn prices_may_be_as_large_as_words() {
        let price = U256::MAX / WHOLE;
        let reserves = pool(10, 1000);
        let (token, amount) = trade_to_price(reserves, price, price).unwrap().unwrap();
        let pool = Pool { reserves, supply: tokens(100), protocol_fee: None };
        let (after, _) = pool.sell(token, amount).unwrap();
        assert_eq!(after.reserves.reserve0.to_string(), "100120248075158403008");
        assert_eq!(after.reserves.reserve1.to_string(), "100150338345970840319");
    }
}
