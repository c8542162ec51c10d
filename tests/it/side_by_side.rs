//! The same trade of two legs from one state, apart and as a bundle: each of its four ends in the world, weighed by
//! how likely it is, against the formula and the published case D19 (arXiv:2410.11552).

use crate::bundles::{A, B, alice, call, ether, shared, state, submit, wave_of};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::{SolCall, sol};
use causeway::{
    command::LegOrder,
    contracts::{
        abi::IToken,
        addresses::{MULTICALL3, USDX, WAVE},
        approve, token_balance,
    },
    finance::TwoLegs,
    sequencing::Guarantee,
    types::{ChainId, Span},
    world::World,
};
use serde_json::Value;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

sol! {
    struct Call3 { address target; bool allowFailure; bytes callData; }
    function aggregate3(Call3[] calls);
    function transferFrom(address from, address to, uint256 value);
}

/// WAVE that is bought on A and sold on B, and USDX that go the other way.
const QUANTITY: u64 = 10;
const COST: u64 = 19_900;
const REVENUE: u64 = 20_100;

fn from(world: &World, chain: ChainId, sender: Address, to: Address, data: Bytes) -> LegOrder {
    let mut leg = call(world, chain, to, data);
    if let LegOrder::Actor(transact) = &mut leg {
        transact.from = sender;
    }
    leg
}

fn maker(world: &World) -> Address {
    world.people().iter().nth(1).unwrap().1
}

/// A world in which trader and market maker let the multicall swap their tokens on both rollups.
fn market() -> World {
    let mut world = shared();
    let (trader, maker) = (alice(&world), maker(&world));
    let third = world.people().iter().nth(2).unwrap().1;
    let top_up = IToken::transferCall { to: maker, value: ether(1_000) };
    let mut legs = vec![from(&world, B, third, USDX, top_up.abi_encode().into())];
    for chain in [A, B] {
        for (who, token) in [(trader, USDX), (trader, WAVE), (maker, USDX), (maker, WAVE)] {
            legs.push(from(&world, chain, who, token, approve(MULTICALL3, U256::MAX)));
        }
    }
    submit(&mut world, Guarantee::Execution, legs);
    world.run_until(world.now().plus(Span::seconds(8)));
    world
}

/// Both sides of a trade in one transaction; one that fails asks for what the maker has not.
fn leg(world: &World, chain: ChainId, fails: bool) -> LegOrder {
    let (trader, maker) = (alice(world), maker(world));
    let (pays, gets) =
        if chain == A { ((USDX, COST), (WAVE, QUANTITY)) } else { ((WAVE, QUANTITY), (USDX, REVENUE)) };
    let move_ = |from, to, (token, amount): (Address, u64)| Call3 {
        target: token,
        allowFailure: false,
        callData: transferFromCall { from, to, value: ether(amount) }.abi_encode().into(),
    };
    let mut calls = vec![move_(trader, maker, pays), move_(maker, trader, gets)];
    if fails {
        calls.push(move_(maker, trader, (WAVE, 1_000_000_000)));
    }
    from(world, chain, trader, MULTICALL3, aggregate3Call { calls }.abi_encode().into())
}

/// USDX and WAVE of the trader over both rollups, in whole tokens.
fn purse(world: &World) -> (f64, f64) {
    let trader = alice(world);
    let whole = |amount: U256| f64::from(amount / ether(1));
    let usdx = [A, B].map(|chain| token_balance(world.chain(chain).unwrap().state(), USDX, trader));
    let wave = [A, B].map(|chain| wave_of(world, chain, trader));
    (usdx.map(whole).iter().sum(), wave.map(whole).iter().sum())
}

/// What the trader has more of afterwards: USDX and WAVE.
fn gains(world: &World, guarantee: Guarantee, fails: [bool; 2]) -> (f64, f64) {
    let mut world = world.clone();
    let before = purse(&world);
    let legs = vec![leg(&world, A, fails[0]), leg(&world, B, fails[1])];
    let id = submit(&mut world, guarantee, legs);
    world.run_until(world.now().plus(Span::seconds(8)));
    assert!(state(&world, id).is_last());
    let after = purse(&world);
    (after.0 - before.0, after.1 - before.1)
}

#[test]
fn d19_the_worth_of_atomicity_by_the_world() {
    let file: Value = serde_json::from_str(include_str!("../vectors/amm.json")).unwrap();
    let case = file["vectors"].as_array().unwrap().iter().find(|case| case["id"] == "D19").unwrap();
    let world = market();
    let ends = [[false, false], [false, true], [true, false], [true, true]];
    let apart = ends.map(|fails| gains(&world, Guarantee::Inclusion, fails));
    let together = ends.map(|fails| gains(&world, Guarantee::Execution, fails));
    assert_eq!(apart[1], (-19_900.0, 10.0), "the second leg fails: the first is left open");
    assert_eq!(together, [(200.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)]);
    for (name, inputs) in case["inputs"].as_object().unwrap() {
        let real = |field: &str| inputs[field].as_f64().unwrap();
        assert_eq!((real("x"), real("yA"), real("yB")), (10.0, 19_900.0, 20_100.0));
        let (price, failure_a, failure_b) = (real("Pext"), real("FA"), real("FB"));
        let mean = |found: &[(f64, f64); 4]| -> f64 {
            let chance = |fails: bool, failure: f64| if fails { failure } else { 1.0 - failure };
            let weigh = |(fails, (usdx, wave)): (&[bool; 2], &(f64, f64))| {
                chance(fails[0], failure_a) * chance(fails[1], failure_b) * (usdx + wave * price)
            };
            ends.iter().zip(found).map(weigh).sum::<f64>()
        };
        let formula = TwoLegs {
            quantity: 10.0,
            cost: 19_900.0,
            revenue: 20_100.0,
            outside_price: price,
            failure_a,
            failure_b,
        };
        let expected = &case["expected"][name];
        let near = |found: f64, expected: f64| {
            assert!(
                (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
                "{name}: {found}, not {expected}"
            );
        };
        near(mean(&apart), formula.expected().nonatomic);
        near(mean(&together), formula.expected().atomic);
        near(mean(&apart), expected["nonatomic"].as_f64().unwrap());
        near(mean(&together), expected["atomic"].as_f64().unwrap());
    }
}

/// Prices, evenly likely, of something that costs `now` after `seconds` of a driftless geometric Brownian motion.
fn prices_after(now: f64, daily_volatility: f64, seconds: f64, count: u32) -> Vec<f64> {
    let deviation = daily_volatility * libm::sqrt(seconds / 86_400.0);
    let below = |z: f64| 0.5 * libm::erfc(-z * core::f64::consts::FRAC_1_SQRT_2);
    let quantile = |share: f64| {
        let (mut low, mut high) = (-9.0, 9.0);
        for _ in 0..60 {
            let middle = (low + high) / 2.0;
            if below(middle) < share { low = middle } else { high = middle }
        }
        low
    };
    let price = |z: f64| now * libm::exp(deviation * z - deviation * deviation / 2.0);
    (0..count).map(|index| price(quantile((f64::from(index) + 0.5) / f64::from(count)))).collect()
}

/// The trader sells what it bought for so many USDX, in base units.
fn sell(world: &World, revenue: U256) -> LegOrder {
    let (trader, maker) = (alice(world), maker(world));
    let move_ = |from, to, (token, amount): (Address, U256)| Call3 {
        target: token,
        allowFailure: false,
        callData: transferFromCall { from, to, value: amount }.abi_encode().into(),
    };
    let calls = vec![move_(trader, maker, (WAVE, ether(QUANTITY))), move_(maker, trader, (USDX, revenue))];
    from(world, B, trader, MULTICALL3, aggregate3Call { calls }.abi_encode().into())
}

#[test]
fn d20_the_risk_of_a_second_leg_by_the_world() {
    const COUNT: u32 = 200;
    let file: Value = serde_json::from_str(include_str!("../vectors/amm.json")).unwrap();
    let case = file["vectors"].as_array().unwrap().iter().find(|case| case["id"] == "D20").unwrap();
    let real = |field: &str| case["inputs"][field].as_f64().unwrap();
    let (quantity, bought_at) = (real("q"), real("pA"));
    let usdx = |world: &World| {
        let held = [A, B].map(|chain| token_balance(world.chain(chain).unwrap().state(), USDX, alice(world)));
        held.into_iter().sum::<U256>()
    };
    let begun = market();
    for seconds in [12u32, 242, 768] {
        let mut first = begun.clone();
        let before = usdx(&first);
        // The first leg stands at once, apart from the second.
        let (trader, maker) = (alice(&first), maker(&first));
        let cost = ether((quantity * bought_at) as u64);
        let calls = [(trader, maker, USDX, cost), (maker, trader, WAVE, ether(QUANTITY))]
            .map(|(from, to, target, value)| Call3 {
                target,
                allowFailure: false,
                callData: transferFromCall { from, to, value }.abi_encode().into(),
            })
            .to_vec();
        let leg = from(&first, A, trader, MULTICALL3, aggregate3Call { calls }.abi_encode().into());
        submit(&mut first, Guarantee::Inclusion, vec![leg]);
        first.run_until(first.now().plus(Span::seconds(u64::from(seconds))));
        assert_eq!(usdx(&first), before - cost);
        let gains: Vec<f64> = prices_after(real("pB"), real("sigma_daily"), f64::from(seconds), COUNT)
            .into_iter()
            .map(|price| {
                let mut world = first.clone();
                let revenue = causeway::finance::to_units(quantity * price * 1e18).unwrap();
                let leg = sell(&world, revenue);
                let id = submit(&mut world, Guarantee::Inclusion, vec![leg]);
                world.run_until(world.now().plus(Span::seconds(8)));
                assert!(state(&world, id).is_last());
                let after = usdx(&world);
                if after >= before {
                    f64::from(after - before) / 1e18
                } else {
                    -f64::from(before - after) / 1e18
                }
            })
            .collect();
        let count = f64::from(COUNT);
        let mean = gains.iter().sum::<f64>() / count;
        let losses = gains.iter().filter(|gain| **gain < 0.0).count() as f64 / count;
        let expected = &case["expected"][format!("tau={seconds}s")];
        let expected = |field: &str| expected[field].as_f64().unwrap();
        assert!((losses - expected("prob_loss")).abs() <= 0.005, "{seconds} s: {losses} lose");
        assert!((mean - expected("mean")).abs() <= 0.005 * expected("mean"), "{seconds} s: mean {mean}");
        // As a bundle both legs have one moment's prices: the gain is certain.
        assert!(losses > 0.0 || seconds == 12);
    }
}
