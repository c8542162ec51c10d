//! Models of pools, arbitrage and atomicity.

use super::{Inputs, Model};
use alloy_primitives::U256;
use causeway::{
    contracts::Reserves,
    finance::{
        Curve, Pool, Token, TwoLegs, amount_in, amount_out, optimal_trade, quote, second_leg_risk,
        trade_to_price,
    },
};
use serde_json::{Map, Value, json};

pub(super) const MODELS: &[(&str, Model)] = &[
    ("Uniswap v2 getAmountOut (0.3%)", amounts_out),
    ("Uniswap v2 library edge cases", library),
    ("profit-maximising arbitrage vs true price (0.3% fee)", to_price),
    ("Uniswap v2 optimistic swap", optimistic),
    ("Uniswap v2 protocol fee", protocol_fee),
    ("Uniswap v2 liquidity value", liquidity_value),
    ("optimal two-pool CPMM arbitrage", two_pools),
    ("atomic vs non-atomic cross-rollup arbitrage (model of Silva-Livshits 2024)", atomicity),
    ("second-leg price risk of a two-leg arbitrage", second_leg),
];

fn said(error: impl ToString) -> String {
    error.to_string()
}

fn amounts_out(inputs: Inputs<'_>) -> Result<Value, String> {
    let ether = |value: U256| value * U256::from(10_u64.pow(18));
    let cases = inputs.get("cases_in_rin_rout_1e18")?.list()?;
    cases
        .map(|case| {
            let [input, reserve_in, reserve_out] = case.three_units()?.map(ether);
            Ok(json!(amount_out(input, reserve_in, reserve_out).map_err(said)?.to_string()))
        })
        .collect()
}

fn library(inputs: Inputs<'_>) -> Result<Value, String> {
    let [amount, reserve_in, reserve_out] = inputs.get("getAmountOut")?.three_units()?;
    let out = amount_out(amount, reserve_in, reserve_out).map_err(said)?;
    let [amount, reserve_in, reserve_out] = inputs.get("getAmountIn")?.three_units()?;
    let input = amount_in(amount, reserve_in, reserve_out).map_err(said)?;
    let quotes = inputs.get("quote")?.list()?.map(|case| {
        let [amount, reserve, other] = case.three_units()?;
        Ok(quote(amount, reserve, other).map_err(said)?.to_string())
    });
    let quotes: Vec<String> = quotes.collect::<Result<_, String>>()?;
    Ok(json!({ "getAmountOut": out.to_string(), "getAmountIn": input.to_string(), "quote": quotes }))
}

fn reserves(inputs: Inputs<'_>) -> Result<Reserves, String> {
    Ok(Reserves { reserve0: inputs.at(0)?.units()?, reserve1: inputs.at(1)?.units()? })
}

/// The pool after the trade that gives it this price.
fn at_price(pool: Pool, price: Inputs<'_>) -> Result<Pool, String> {
    let trade = trade_to_price(pool.reserves, price.at(0)?.units()?, price.at(1)?.units()?).map_err(said)?;
    match trade {
        Some((token, amount)) => Ok(pool.sell(token, amount).map_err(said)?.0),
        None => Ok(pool),
    }
}

fn to_price(inputs: Inputs<'_>) -> Result<Value, String> {
    let reserves = reserves(inputs.get("reserves")?)?;
    let pool = Pool { reserves, supply: U256::ZERO, protocol_fee: None };
    let prices = inputs.get("true_prices")?.list()?;
    prices
        .map(|price| {
            let Reserves { reserve0, reserve1 } = at_price(pool, price)?.reserves;
            Ok(json!([reserve0.to_string(), reserve1.to_string()]))
        })
        .collect()
}

/// Whether the most that the fee allows is given, and not one unit more.
fn optimistic(inputs: Inputs<'_>) -> Result<Value, String> {
    let cases = inputs.get("cases_out_r0_r1_in")?.list()?;
    cases
        .map(|case| {
            let [out, reserve0, reserve1] = case.three_units()?;
            let input = case.at(3)?.units()?;
            let reserves = Reserves { reserve0, reserve1 };
            let pool = Pool { reserves, supply: U256::ZERO, protocol_fee: None };
            let given = |out| pool.swap((input, U256::ZERO), (out, U256::ZERO)).is_ok();
            Ok(json!(given(out) && !given(out + U256::from(1))))
        })
        .collect()
}

fn protocol_fee(inputs: Inputs<'_>) -> Result<Value, String> {
    let Reserves { reserve0, reserve1 } = reserves(inputs.get("reserves")?)?;
    let sold = inputs.get("sold1")?.units()?;
    let run = |protocol_fee| {
        let minted = Pool::empty(protocol_fee).mint(reserve0, reserve1).map_err(said)?;
        let (pool, out) = minted.pool.sell(Token::One, sold).map_err(said)?;
        let burned = pool.burn(minted.liquidity).map_err(said)?;
        Ok::<_, String>(json!({
            "out": out.to_string(),
            "protocol_liquidity": burned.protocol_liquidity.to_string(),
            "supply": burned.pool.supply.to_string(),
            "reserve0": burned.pool.reserves.reserve0.to_string(),
            "reserve1": burned.pool.reserves.reserve1.to_string(),
        }))
    };
    Ok(json!({ "off": run(false)?, "on": run(true)? }))
}

fn liquidity_value(inputs: Inputs<'_>) -> Result<Value, String> {
    let cases = inputs.get("cases")?.list()?;
    cases
        .map(|case| {
            let Reserves { reserve0, reserve1 } = reserves(case.get("reserves")?)?;
            let protocol_fee = case.get("protocol_fee")?.flag()?;
            let mut pool = Pool::empty(protocol_fee).mint(reserve0, reserve1).map_err(said)?.pool;
            let sold = case.get("sold0")?.units()?;
            if !sold.is_zero() {
                pool = pool.sell(Token::Zero, sold).map_err(said)?.0;
            }
            let price = case.get("price")?;
            if !price.is_null() {
                pool = at_price(pool, price)?;
            }
            let (amount0, amount1) = pool.value(case.get("liquidity")?.units()?).map_err(said)?;
            Ok(json!([amount0.to_string(), amount1.to_string()]))
        })
        .collect()
}

fn two_pools(inputs: Inputs<'_>) -> Result<Value, String> {
    let curve = |inputs: Inputs<'_>| {
        Ok::<_, String>(Curve {
            x: inputs.get("x")?.real()?,
            y: inputs.get("y")?.real()?,
            phi: inputs.get("phi")?.real()?,
        })
    };
    let (dx, profit) = optimal_trade(curve(inputs.get("pool_buy")?)?, curve(inputs.get("pool_sell")?)?);
    Ok(json!({ "dx": dx, "profit": profit }))
}

fn atomicity(inputs: Inputs<'_>) -> Result<Value, String> {
    let mut found = Map::new();
    for (name, case) in inputs.members()? {
        let legs = TwoLegs {
            quantity: case.get("x")?.real()?,
            cost: case.get("yA")?.real()?,
            revenue: case.get("yB")?.real()?,
            outside_price: case.get("Pext")?.real()?,
            failure_a: case.get("FA")?.real()?,
            failure_b: case.get("FB")?.real()?,
        };
        let expected = legs.expected();
        let case = json!({
            "nonatomic": expected.nonatomic,
            "atomic": expected.atomic,
            "diff": expected.difference,
        });
        found.insert(name.into(), case);
    }
    Ok(found.into())
}

fn second_leg(inputs: Inputs<'_>) -> Result<Value, String> {
    let real = |key: &str| inputs.get(key)?.real();
    let (quantity, price_a, price_b) = (real("q")?, real("pA")?, real("pB")?);
    let volatility = real("sigma_daily")?;
    let mut found = Map::new();
    for delay in inputs.get("taus_s")?.list()? {
        let delay_s = delay.real()?;
        let risk = second_leg_risk(quantity, price_a, price_b, volatility, delay_s);
        let case = json!({
            "mean": risk.mean,
            "sd": risk.standard_deviation,
            "prob_loss": risk.loss_probability,
        });
        found.insert(format!("tau={delay_s}s"), case);
    }
    Ok(found.into())
}
