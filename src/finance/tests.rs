//! The published cases of `tests/vectors/amm.json`, computed by the functions of this room, and refusals.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::{contracts::Reserves, vectors::vector};
use alloy_primitives::uint;
use serde_json::Value;

const ONE: U256 = uint!(1_U256);

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn units(value: &Value) -> U256 {
    match value {
        Value::String(text) => text.parse().unwrap(),
        _ => U256::from(value.as_u64().unwrap()),
    }
}

fn ether(value: &Value) -> U256 {
    units(value) * U256::from(10_u64.pow(18))
}

fn pool(reserve0: U256, reserve1: U256) -> Pool {
    Pool::empty(false).mint(reserve0, reserve1).unwrap().pool
}

#[test]
fn d01_amounts_out() {
    let vector = vector("D01");
    let cases = list(&vector["inputs"]["cases_in_rin_rout_1e18"]);
    assert_eq!(cases.len(), 7);
    for (case, expected) in cases.iter().zip(list(&vector["expected"])) {
        let [input, reserve_in, reserve_out] = [0, 1, 2].map(|place| ether(&case[place]));
        let expected = units(expected);
        assert_eq!(amount_out(input, reserve_in, reserve_out), Ok(expected));
        let pool = pool(reserve_in, reserve_out);
        let (sold, out) = pool.sell(Token::Zero, input).unwrap();
        assert_eq!(out, expected);
        // The general swap agrees, to the last unit.
        assert_eq!(pool.swap((input, U256::ZERO), (U256::ZERO, expected)), Ok(sold));
        let more = pool.swap((input, U256::ZERO), (U256::ZERO, expected + ONE));
        assert!(matches!(more, Err(AmmError::ProductFalls { .. })), "{more:?}");
        // What must come in for so much buys at least that.
        let needed = amount_in(expected, reserve_in, reserve_out).unwrap();
        assert!(needed <= input && amount_out(needed, reserve_in, reserve_out).unwrap() >= expected);
    }
}

#[test]
fn d02_edges() {
    let Value::Object(vector) = vector("D02") else { panic!("a case") };
    let case = |name: &str| list(&vector["inputs"][name]).to_vec();
    let three = |values: &[Value]| [0, 1, 2].map(|place| units(&values[place]));
    let [amount, a, b] = three(&case("getAmountOut"));
    assert_eq!(amount_out(amount, a, b), Ok(units(&vector["expected"]["getAmountOut"])));
    let [amount, a, b] = three(&case("getAmountIn"));
    assert_eq!(amount_in(amount, a, b), Ok(units(&vector["expected"]["getAmountIn"])));
    for (case, expected) in case("quote").iter().zip(list(&vector["expected"]["quote"])) {
        let [amount, a, b] = three(list(case));
        assert_eq!(quote(amount, a, b), Ok(units(expected)));
    }
}

#[test]
fn d03_arbitrage_to_a_price() {
    let vector = vector("D03");
    let reserves = Reserves { reserve0: ether(&10.into()), reserve1: ether(&1000.into()) };
    let cases = list(&vector["inputs"]["true_prices"]);
    assert_eq!(cases.len(), 6);
    for (prices, expected) in cases.iter().zip(list(&vector["expected"])) {
        let before = pool(reserves.reserve0, reserves.reserve1);
        let after = match trade_to_price(reserves, units(&prices[0]), units(&prices[1])).unwrap() {
            Some((token, amount)) => before.sell(token, amount).unwrap().0,
            None => before,
        };
        let expected = Reserves { reserve0: units(&expected[0]), reserve1: units(&expected[1]) };
        assert_eq!(after.reserves, expected, "{prices}");
    }
}

#[test]
fn u01_one_token_in_and_out() {
    for case in list(&vector("U01")["inputs"]["cases_out_r0_r1_in"]) {
        let [out, reserve0, reserve1, input] = [0, 1, 2, 3].map(|place| units(&case[place]));
        let pool = pool(reserve0, reserve1);
        let swap = |out| pool.swap((input, U256::ZERO), (out, U256::ZERO));
        assert!(swap(out).is_ok(), "{case}");
        assert!(matches!(swap(out + ONE), Err(AmmError::ProductFalls { .. })), "{case}");
    }
}

#[test]
fn u02_the_protocol_takes_its_sixth() {
    let vector = vector("U02");
    let [reserve0, reserve1] = [0, 1].map(|place| units(&vector["inputs"]["reserves"][place]));
    for (name, protocol_fee) in [("off", false), ("on", true)] {
        let expected = &vector["expected"][name];
        let minted = Pool::empty(protocol_fee).mint(reserve0, reserve1).unwrap();
        let (pool, out) = minted.pool.sell(Token::One, units(&vector["inputs"]["sold1"])).unwrap();
        assert_eq!(out, units(&expected["out"]));
        let burned = pool.burn(minted.liquidity).unwrap();
        assert_eq!(burned.protocol_liquidity, units(&expected["protocol_liquidity"]));
        assert_eq!(burned.pool.supply, units(&expected["supply"]));
        if protocol_fee {
            assert_eq!(burned.pool.reserves.reserve0, units(&expected["reserve0"]));
            assert_eq!(burned.pool.reserves.reserve1, units(&expected["reserve1"]));
        }
    }
}

#[test]
fn u03_what_liquidity_is_worth() {
    let vector = vector("U03");
    let cases = list(&vector["inputs"]["cases"]);
    assert_eq!(cases.len(), 11);
    for (case, expected) in cases.iter().zip(list(&vector["expected"])) {
        let [reserve0, reserve1] = [0, 1].map(|place| units(&case["reserves"][place]));
        let protocol_fee = case["protocol_fee"].as_bool().unwrap();
        let mut pool = Pool::empty(protocol_fee).mint(reserve0, reserve1).unwrap().pool;
        let sold = units(&case["sold0"]);
        if !sold.is_zero() {
            pool = pool.sell(Token::Zero, sold).unwrap().0;
        }
        if let Some(price) = case["price"].as_array() {
            let trade = trade_to_price(pool.reserves, units(&price[0]), units(&price[1])).unwrap();
            pool = trade.map_or(pool, |(token, amount)| pool.sell(token, amount).unwrap().0);
        }
        let value = pool.value(units(&case["liquidity"])).unwrap();
        assert_eq!(value, (units(&expected[0]), units(&expected[1])), "{case}");
    }
}

#[test]
fn optimal_trades_of_d06_d07_and_d09() {
    for id in ["D06", "D07", "D09"] {
        let vector = vector(id);
        let curve = |name: &str| {
            let [x, y, phi] = ["x", "y", "phi"].map(|key| vector["inputs"][name][key].as_f64().unwrap());
            Curve { x, y, phi }
        };
        let (input, profit) = optimal_trade(curve("pool_buy"), curve("pool_sell"));
        for (found, key) in [(input, "dx"), (profit, "profit")] {
            let expected = vector["expected"][key].as_f64().unwrap();
            assert!(
                (found - expected).abs() <= 1e-9 * expected,
                "{id} {key}: expected {expected}, found {found}"
            );
        }
    }
}

#[test]
fn what_a_pool_refuses() {
    let [zero, one, ten] = [0_u64, 1, 10].map(U256::from);
    assert_eq!(amount_out(zero, ten, ten), Err(AmmError::NoAmount));
    assert_eq!(amount_in(zero, ten, ten), Err(AmmError::NoAmount));
    assert_eq!(quote(zero, ten, ten), Err(AmmError::NoAmount));
    let empty = AmmError::NoReserves { reserve_in: zero, reserve_out: ten };
    assert_eq!(amount_out(one, zero, ten), Err(empty));
    assert_eq!(quote(one, zero, ten), Err(empty));
    assert_eq!(amount_in(ten, ten, ten), Err(AmmError::BeyondReserve { asked: ten, reserve: ten }));
    assert_eq!(amount_out(U256::MAX, ten, ten), Err(AmmError::Overflow));
    let pool = pool(U256::from(10_000), U256::from(10_000));
    assert_eq!(pool.swap((zero, zero), (one, zero)), Err(AmmError::NoAmount));
    assert_eq!(pool.swap((one, zero), (zero, zero)), Err(AmmError::NoAmount));
    assert!(matches!(pool.swap((one, one), (U256::from(10_000), zero)), Err(AmmError::BeyondReserve { .. })));
    assert!(matches!(Pool::empty(false).mint(ten, ten), Err(AmmError::NothingMinted { .. })));
    assert!(matches!(pool.mint(zero, ten), Err(AmmError::NothingMinted { .. })));
    assert!(matches!(pool.burn(zero), Err(AmmError::NothingBurned { .. })));
    assert!(matches!(pool.burn(pool.supply + one), Err(AmmError::NothingBurned { .. })));
    assert!(matches!(Pool::empty(false).burn(zero), Err(AmmError::NothingBurned { .. })));
    let brim = (one << Reserves::BITS) - one;
    assert_eq!(Pool::empty(false).mint(brim + one, ten), Err(AmmError::Overflow));
}

#[test]
fn square_roots_are_rounded_down() {
    for root in [1_u64, 2, 3, 1000, u64::MAX].map(U256::from) {
        let square = root * root;
        assert_eq!(isqrt(square), root);
        assert_eq!(isqrt(square - ONE), root - ONE);
        assert_eq!(isqrt(square + ONE), root);
    }
    assert_eq!(isqrt(U256::ZERO), U256::ZERO);
    assert_eq!(isqrt(U256::MAX), U256::from(u128::MAX));
}

#[test]
fn amounts_are_rounded_down_and_never_made_up() {
    let kept = [
        (0.0, 0),
        (-0.0, 0),
        (0.999, 0),
        (1.0, 1),
        (1.999, 1),
        (2_251_799_813_685_249.5, 2_251_799_813_685_249_u64),
    ];
    for (amount, units) in kept {
        assert_eq!(to_units(amount), Some(U256::from(units)), "{amount}");
    }
    let power = |exponent: u64| f64::from_bits((exponent + 1023) << 52);
    assert_eq!(to_units(power(60) + 256.0), Some((ONE << 60) + U256::from(256)));
    assert_eq!(to_units(power(127)), Some(ONE << 127));
    for amount in [f64::NAN, -1.0, f64::INFINITY, f64::NEG_INFINITY, power(128)] {
        assert_eq!(to_units(amount), None, "{amount}");
    }
    assert_eq!(to_units(f64::MIN_POSITIVE), Some(U256::ZERO));
}
