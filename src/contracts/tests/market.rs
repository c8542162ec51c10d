//! The pool of a rollup's market: Uniswap v2's integers, its refusals, and what the first block holds.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::world::*;
use crate::contracts::abi::*;
use crate::contracts::addresses::{LOCKED, MAILBOX_BRIDGE, PAIR, TERM_SHORT, USDX, WAVE};
use crate::contracts::{
    HOLDER_USDX, HOLDER_WAVE, LENT_WAVE, POOL_USDX, POOL_WAVE, Reserves, approve, artifacts, reserves,
    stolen, stolen_from, swap_exact_in, token_balance,
};
use crate::evm::Outcome;
use crate::vectors::vector;
use alloy_primitives::{Address, Bytes, TxKind, U256, hex};
use serde_json::Value;

/// Where a second pair is put that begins empty, and its token 0 and token 1, which anyone may mint.
const EMPTY_PAIR: Address = Address::repeat_byte(0xee);
const FIRST: Address = Address::repeat_byte(0xe0);
const SECOND: Address = Address::repeat_byte(0xe1);
const THIEF: Address = Address::repeat_byte(0xbb);
/// The slots of `token0`, `token1` and `feeTo`.
const SLOTS: [u64; 3] = [5, 6, 9];

fn ether(amount: u64) -> U256 {
    U256::from(amount) * U256::from(ETHER)
}

/// A rollup with an empty pair whose protocol fee goes to `fee_to`.
fn with_empty_pair(fee_to: Address) -> World {
    let mut world = World::with_rollups();
    let rollup = world.rollup(A);
    rollup.put_code(FIRST, artifacts::TEST_TOKEN.runtime_code);
    rollup.put_code(SECOND, artifacts::TEST_TOKEN.runtime_code);
    let slots = SLOTS.into_iter().zip([FIRST, SECOND, fee_to]);
    let storage = slots.map(|(slot, address)| (U256::from(slot), address.into_word().into()));
    rollup.put_account(EMPTY_PAIR, artifacts::CONSTANT_PRODUCT_PAIR.runtime_code, storage.collect());
    world
}

fn give(rollup: &mut Chain, token: Address, amount: U256) {
    rollup.done(ALICE, token, 0, IToken::mintCall { to: EMPTY_PAIR, amount });
}

fn add(rollup: &mut Chain, amount0: U256, amount1: U256) -> Outcome {
    give(rollup, FIRST, amount0);
    give(rollup, SECOND, amount1);
    rollup.done(ALICE, EMPTY_PAIR, 0, IConstantProductPair::mintCall { to: ALICE })
}

fn swap(amount0: U256, amount1: U256) -> IConstantProductPair::swapCall {
    IConstantProductPair::swapCall { amount0Out: amount0, amount1Out: amount1, to: BOB, data: Bytes::new() }
}

fn swap_in(token: Address, amount: U256, min: U256) -> IConstantProductPair::swapExactInCall {
    IConstantProductPair::swapExactInCall {
        tokenIn: token,
        amountIn: amount,
        amountOutMin: min,
        to: BOB,
        deadline: U256::MAX,
    }
}

fn units(value: &Value) -> U256 {
    value.as_str().map_or_else(|| U256::from(value.as_u64().unwrap()), |text| text.parse().unwrap())
}

#[test]
fn every_rollup_begins_with_the_same_market() {
    let mut world = World::with_rollups();
    for chain_id in [A, B] {
        let rollup = world.rollup(chain_id);
        let expected = Reserves { reserve0: POOL_WAVE, reserve1: POOL_USDX };
        assert_eq!(reserves(&rollup.state, PAIR), expected);
        let read = rollup.read(PAIR, IConstantProductPair::getReservesCall {});
        assert_eq!((U256::from(read.reserve0), U256::from(read.reserve1)), (POOL_WAVE, POOL_USDX));
        assert_eq!(rollup.read(PAIR, IConstantProductPair::token0Call {}), WAVE);
        assert_eq!(rollup.read(PAIR, IConstantProductPair::token1Call {}), USDX);
        let tokens = [
            (WAVE, "WAVE", POOL_WAVE + LENT_WAVE + HOLDER_WAVE * U256::from(2), HOLDER_WAVE),
            (USDX, "USDX", POOL_USDX + HOLDER_USDX * U256::from(2), HOLDER_USDX),
        ];
        for (token, symbol, supply, held) in tokens {
            assert_eq!(rollup.read(token, IToken::symbolCall {}), symbol);
            assert_eq!(rollup.read(token, IToken::decimalsCall {}), 18);
            assert_eq!(rollup.read(token, IToken::bridgeCall {}), MAILBOX_BRIDGE);
            assert_eq!(rollup.read(token, IToken::remoteTokenCall {}), Address::ZERO);
            assert_eq!(rollup.read(token, IToken::totalSupplyCall {}), supply);
            assert_eq!(rollup.read(token, IToken::balanceOfCall { account: BOB }), held);
            assert_eq!(token_balance(&rollup.state, token, BOB), held);
        }
        assert_eq!(token_balance(&rollup.state, WAVE, TERM_SHORT), LENT_WAVE);
        let liquidity = rollup.read(PAIR, IToken::totalSupplyCall {});
        assert!(liquidity * liquidity <= POOL_WAVE * POOL_USDX);
        assert!((liquidity + U256::from(1)).pow(U256::from(2)) > POOL_WAVE * POOL_USDX);
        // Nothing is there that the reserves do not know of.
        rollup.done(ALICE, PAIR, 0, IConstantProductPair::skimCall { to: BOB });
        assert_eq!(token_balance(&rollup.state, USDX, BOB), HOLDER_USDX);
    }
}

#[test]
fn nobody_but_the_bridge_mints_and_burns() {
    let mut world = World::with_rollups();
    let rollup = world.rollup(A);
    rollup.refused(ALICE, WAVE, 0, IToken::mintCall { to: ALICE, amount: ether(1) }, "OnlyBridge");
    rollup.refused(ALICE, USDX, 0, IToken::burnCall { from: BOB, amount: ether(1) }, "OnlyBridge");
    let bridge = crate::contracts::addresses::L2_STANDARD_BRIDGE;
    let withdraw = IL2StandardBridge::withdrawCall {
        l2Token: WAVE,
        amount: ether(1),
        minGasLimit: 0,
        extraData: Bytes::new(),
    };
    rollup.refused(ALICE, bridge, 0, withdraw, "OnlyBridge");
}

#[test]
fn a_trade_is_one_call_after_an_approval() {
    let mut world = World::with_rollups();
    let rollup = world.rollup(A);
    let amount = ether(1_000);
    let expected = rollup.read(
        PAIR,
        IConstantProductPair::getAmountOutCall {
            amountIn: amount,
            reserveIn: POOL_WAVE,
            reserveOut: POOL_USDX,
        },
    );
    assert!(rollup.send_raw(ALICE, TxKind::Call(WAVE), 0, approve(PAIR, amount)).succeeded());
    let outcome =
        rollup.send_raw(ALICE, TxKind::Call(PAIR), 0, swap_exact_in(WAVE, amount, expected, BOB, u64::MAX));
    assert!(outcome.succeeded());
    assert_eq!(U256::from_be_slice(&outcome.output), expected);
    let logged = event::<IConstantProductPair::Swap>(&outcome.logs);
    assert_eq!((logged.sender, logged.to), (ALICE, BOB));
    assert_eq!((logged.amount0In, logged.amount1Out), (amount, expected));
    assert_eq!(token_balance(&rollup.state, USDX, BOB), HOLDER_USDX + expected);
    assert_eq!(token_balance(&rollup.state, WAVE, ALICE), HOLDER_WAVE - amount);
    let after = Reserves { reserve0: POOL_WAVE + amount, reserve1: POOL_USDX - expected };
    assert_eq!(reserves(&rollup.state, PAIR), after);
    // And the other way.
    let allow = IToken::approveCall { spender: PAIR, value: amount };
    rollup.done(BOB, USDX, 0, allow);
    let back = rollup.done(BOB, PAIR, 0, swap_in(USDX, amount, U256::ZERO));
    let logged = event::<IConstantProductPair::Swap>(&back.logs);
    assert_eq!((logged.amount1In, logged.amount0In, logged.amount1Out), (amount, U256::ZERO, U256::ZERO));
}

#[test]
fn a_trade_is_refused_by_name() {
    let mut world = World::with_rollups();
    let rollup = world.rollup(A);
    rollup.done(ALICE, WAVE, 0, IToken::approveCall { spender: PAIR, value: ether(5) });
    rollup.done(ALICE, USDX, 0, IToken::approveCall { spender: PAIR, value: ether(5) });
    let mut refused = |call, error| rollup.refused(ALICE, PAIR, 0, call, error);
    refused(swap_in(WAVE, ether(6), U256::ZERO), "ERC20InsufficientAllowance");
    refused(swap_in(ALICE, ether(1), U256::ZERO), "Pair_UnknownToken");
    refused(swap_in(WAVE, U256::ZERO, U256::ZERO), "Pair_InsufficientInputAmount");
    refused(swap_in(WAVE, ether(1), ether(2)), "Pair_InsufficientOutputAmount");
    refused(swap_in(USDX, U256::from(1), U256::ZERO), "Pair_InsufficientOutputAmount");
    let to_token = IConstantProductPair::swapExactInCall { to: USDX, ..swap_in(WAVE, ether(1), U256::ZERO) };
    refused(to_token, "Pair_InvalidTo");
    let late = IConstantProductPair::swapExactInCall {
        deadline: U256::from(1_799_999_999_u64),
        ..swap_in(WAVE, ether(1), U256::ZERO)
    };
    refused(late, "Pair_Expired");
}

#[test]
fn d01_and_u01_what_goes_out_for_what_comes_in() {
    let one = U256::from(1);
    let scaled = |value: &Value| units(value) * U256::from(ETHER);
    let given = vector("D01");
    let cases = given["inputs"]["cases_in_rin_rout_1e18"].as_array().unwrap();
    for (case, expected) in cases.iter().zip(given["expected"].as_array().unwrap()) {
        let mut world = with_empty_pair(Address::ZERO);
        let rollup = world.rollup(A);
        let [input, reserve0, reserve1] = [0, 1, 2].map(|place| scaled(&case[place]));
        add(rollup, reserve0, reserve1);
        let expected = units(expected);
        let quoted = rollup.read(
            EMPTY_PAIR,
            IConstantProductPair::getAmountOutCall {
                amountIn: input,
                reserveIn: reserve0,
                reserveOut: reserve1,
            },
        );
        assert_eq!(quoted, expected);
        give(rollup, FIRST, input);
        rollup.refused(ALICE, EMPTY_PAIR, 0, swap(U256::ZERO, expected + one), "Pair_K");
        rollup.done(ALICE, EMPTY_PAIR, 0, swap(U256::ZERO, expected));
        let after = Reserves { reserve0: reserve0 + input, reserve1: reserve1 - expected };
        assert_eq!(reserves(&rollup.state, EMPTY_PAIR), after);
    }
    for case in vector("U01")["inputs"]["cases_out_r0_r1_in"].as_array().unwrap() {
        let mut world = with_empty_pair(Address::ZERO);
        let rollup = world.rollup(A);
        let [out, reserve0, reserve1, input] = [0, 1, 2, 3].map(|place| units(&case[place]));
        add(rollup, reserve0, reserve1);
        give(rollup, FIRST, input);
        rollup.refused(ALICE, EMPTY_PAIR, 0, swap(out + one, U256::ZERO), "Pair_K");
        rollup.done(ALICE, EMPTY_PAIR, 0, swap(out, U256::ZERO));
    }
}

#[test]
fn d02_edges() {
    let mut world = World::with_rollups();
    let rollup = world.rollup(A);
    let given = vector("D02");
    let three = |name: &str| [0, 1, 2].map(|place| units(&given["inputs"][name][place]));
    let out = |[amount_in, reserve_in, reserve_out]: [U256; 3]| IConstantProductPair::getAmountOutCall {
        amountIn: amount_in,
        reserveIn: reserve_in,
        reserveOut: reserve_out,
    };
    let input = |[amount_out, reserve_in, reserve_out]: [U256; 3]| IConstantProductPair::getAmountInCall {
        amountOut: amount_out,
        reserveIn: reserve_in,
        reserveOut: reserve_out,
    };
    let expected = |name: &str| units(&given["expected"][name]);
    assert_eq!(rollup.read(PAIR, out(three("getAmountOut"))), expected("getAmountOut"));
    assert_eq!(rollup.read(PAIR, input(three("getAmountIn"))), expected("getAmountIn"));
    let numbers = |numbers: [u64; 3]| numbers.map(U256::from);
    rollup.refused(ALICE, PAIR, 0, out(numbers([0, 100, 100])), "Pair_InsufficientInputAmount");
    rollup.refused(ALICE, PAIR, 0, out(numbers([2, 0, 100])), "Pair_InsufficientLiquidity");
    rollup.refused(ALICE, PAIR, 0, input(numbers([0, 100, 100])), "Pair_InsufficientOutputAmount");
    rollup.refused(ALICE, PAIR, 0, input(numbers([100, 100, 100])), "Pair_InsufficientLiquidity");
}

#[test]
fn liquidity_is_minted_and_burned_as_in_v2_core() {
    let mut world = with_empty_pair(Address::ZERO);
    let rollup = world.rollup(A);
    let minted = add(rollup, ether(1), ether(4));
    let logged = event::<IConstantProductPair::Mint>(&minted.logs);
    assert_eq!((logged.sender, logged.amount0, logged.amount1), (ALICE, ether(1), ether(4)));
    let liquidity = ether(2) - U256::from(1000);
    assert_eq!(token_balance(&rollup.state, EMPTY_PAIR, ALICE), liquidity);
    assert_eq!(rollup.read(EMPTY_PAIR, IToken::totalSupplyCall {}), ether(2));
    rollup.done(ALICE, EMPTY_PAIR, 0, IToken::transferCall { to: EMPTY_PAIR, value: liquidity });
    let burned = rollup.done(ALICE, EMPTY_PAIR, 0, IConstantProductPair::burnCall { to: BOB });
    let logged = event::<IConstantProductPair::Burn>(&burned.logs);
    assert_eq!((logged.amount0, logged.amount1), (ether(1) - U256::from(500), ether(4) - U256::from(2000)));
    let left = Reserves { reserve0: U256::from(500), reserve1: U256::from(2000) };
    assert_eq!(reserves(&rollup.state, EMPTY_PAIR), left);
    let sync = event::<IConstantProductPair::Sync>(&burned.logs);
    assert_eq!((U256::from(sync.reserve0), U256::from(sync.reserve1)), (left.reserve0, left.reserve1));
}

#[test]
fn what_was_stolen_stays_the_loss_of_who_had_liquidity_then() {
    let mut world = with_empty_pair(Address::ZERO);
    let rollup = world.rollup(A);
    let steal = |rollup: &mut Chain, amount| {
        rollup.done(EMPTY_PAIR, FIRST, 0, IToken::transferCall { to: THIEF, value: amount });
        rollup.done(ALICE, EMPTY_PAIR, 0, IConstantProductPair::syncCall {});
    };
    let losses = |rollup: &Chain| {
        [ALICE, BOB, LOCKED].map(|account| {
            let read = rollup.read(EMPTY_PAIR, IConstantProductPair::stolenFromCall { account });
            assert_eq!(stolen_from(&rollup.state, EMPTY_PAIR, account), read, "{account}");
            read
        })
    };
    let thousandths = |amount: u64| U256::from(amount) * U256::from(ETHER / 1_000);
    add(rollup, ether(4), ether(4));
    assert_eq!(losses(rollup), [U256::ZERO; 3]);
    rollup.done(ALICE, EMPTY_PAIR, 0, IToken::transferCall { to: BOB, value: ether(1) });
    steal(rollup, ether(1));
    // Alice has three quarters, but for a thousand units that are locked; all are rounded down.
    let first = [thousandths(750) - U256::from(250), thousandths(250), U256::from(250)];
    let near = |found: [U256; 3], expected: [U256; 3]| {
        for (found, expected) in found.into_iter().zip(expected) {
            assert!(found <= expected && expected - found <= U256::from(1), "{expected} {found}");
        }
    };
    near(losses(rollup), first);
    // Bob leaves, and what is stolen then is Alice's alone; who comes later has lost nothing.
    rollup.done(BOB, EMPTY_PAIR, 0, IToken::transferCall { to: EMPTY_PAIR, value: ether(1) });
    rollup.done(BOB, EMPTY_PAIR, 0, IConstantProductPair::burnCall { to: BOB });
    near(losses(rollup), first);
    steal(rollup, thousandths(300));
    near(losses(rollup), [thousandths(1_050) - U256::from(350), first[1], U256::from(350)]);
    add(rollup, ether(4), ether(4));
    near(losses(rollup), [thousandths(1_050) - U256::from(350), first[1], U256::from(350)]);
    assert_eq!(stolen(&rollup.state, EMPTY_PAIR), thousandths(1_300));
    // Neither a trade nor a gift is a theft.
    give(rollup, SECOND, ether(1));
    rollup.done(ALICE, EMPTY_PAIR, 0, swap(thousandths(100), U256::ZERO));
    give(rollup, FIRST, ether(1));
    rollup.done(ALICE, EMPTY_PAIR, 0, IConstantProductPair::syncCall {});
    assert_eq!(stolen(&rollup.state, EMPTY_PAIR), thousandths(1_300));
    // Who leaves before anybody looks leaves the theft on record.
    rollup.done(EMPTY_PAIR, FIRST, 0, IToken::transferCall { to: THIEF, value: thousandths(10) });
    rollup.done(ALICE, EMPTY_PAIR, 0, IToken::transferCall { to: EMPTY_PAIR, value: ether(1) });
    rollup.done(ALICE, EMPTY_PAIR, 0, IConstantProductPair::burnCall { to: ALICE });
    assert_eq!(stolen(&rollup.state, EMPTY_PAIR), thousandths(1_310));
}

#[test]
fn u02_the_protocol_takes_its_sixth() {
    let given = vector("U02");
    let [reserve0, reserve1] = [0, 1].map(|place| units(&given["inputs"]["reserves"][place]));
    for (name, fee_to) in [("off", Address::ZERO), ("on", BOB)] {
        let expected = &given["expected"][name];
        let mut world = with_empty_pair(fee_to);
        let rollup = world.rollup(A);
        add(rollup, reserve0, reserve1);
        give(rollup, SECOND, units(&given["inputs"]["sold1"]));
        rollup.done(ALICE, EMPTY_PAIR, 0, swap(units(&expected["out"]), U256::ZERO));
        let value = token_balance(&rollup.state, EMPTY_PAIR, ALICE);
        rollup.done(ALICE, EMPTY_PAIR, 0, IToken::transferCall { to: EMPTY_PAIR, value });
        rollup.done(ALICE, EMPTY_PAIR, 0, IConstantProductPair::burnCall { to: ALICE });
        assert_eq!(rollup.read(EMPTY_PAIR, IToken::totalSupplyCall {}), units(&expected["supply"]));
        let protocol = token_balance(&rollup.state, EMPTY_PAIR, BOB);
        assert_eq!(protocol, units(&expected["protocol_liquidity"]));
        let last = rollup.read(EMPTY_PAIR, IConstantProductPair::kLastCall {});
        let Reserves { reserve0, reserve1 } = reserves(&rollup.state, EMPTY_PAIR);
        if fee_to == BOB {
            assert_eq!((reserve0, reserve1), (units(&expected["reserve0"]), units(&expected["reserve1"])));
            assert_eq!(last, reserve0 * reserve1);
        } else {
            assert_eq!(last, U256::ZERO);
        }
    }
}

#[test]
fn what_the_pair_refuses() {
    let mut world = with_empty_pair(Address::ZERO);
    let rollup = world.rollup(A);
    let mint = || IConstantProductPair::mintCall { to: ALICE };
    let burn = || IConstantProductPair::burnCall { to: ALICE };
    rollup.refused(ALICE, EMPTY_PAIR, 0, mint(), "Pair_InsufficientLiquidityMinted");
    rollup.refused(ALICE, EMPTY_PAIR, 0, burn(), "Pair_InsufficientLiquidityBurned");
    add(rollup, ether(1), ether(1));
    rollup.refused(ALICE, EMPTY_PAIR, 0, mint(), "Pair_InsufficientLiquidityMinted");
    rollup.refused(ALICE, EMPTY_PAIR, 0, burn(), "Pair_InsufficientLiquidityBurned");
    rollup.refused(ALICE, EMPTY_PAIR, 0, swap(U256::ZERO, U256::ZERO), "Pair_InsufficientOutputAmount");
    rollup.refused(ALICE, EMPTY_PAIR, 0, swap(ether(1), U256::ZERO), "Pair_InsufficientLiquidity");
    rollup.refused(ALICE, EMPTY_PAIR, 0, swap(U256::from(1), U256::ZERO), "Pair_InsufficientInputAmount");
    let to_token = IConstantProductPair::swapCall { to: SECOND, ..swap(U256::from(1), U256::ZERO) };
    rollup.refused(ALICE, EMPTY_PAIR, 0, to_token, "Pair_InvalidTo");
}

#[test]
fn a_reserve_beyond_112_bits_is_refused() {
    let mut world = with_empty_pair(Address::ZERO);
    let rollup = world.rollup(A);
    add(rollup, ether(1), ether(1));
    // The faucet is too slow for it: the balance is written straight into the token.
    let slot = crate::contracts::pool::balance_slot(EMPTY_PAIR);
    let storage = std::collections::BTreeMap::from([(slot, U256::from(1) << 112)]);
    rollup.put_account(FIRST, artifacts::TEST_TOKEN.runtime_code, storage);
    rollup.refused(ALICE, EMPTY_PAIR, 0, IConstantProductPair::syncCall {}, "Pair_Overflow");
}

#[test]
fn what_is_sent_is_skimmed_or_taken_for_reserves() {
    let mut world = with_empty_pair(Address::ZERO);
    let rollup = world.rollup(A);
    add(rollup, ether(3), ether(3));
    give(rollup, FIRST, ether(1));
    rollup.done(ALICE, EMPTY_PAIR, 0, IConstantProductPair::skimCall { to: BOB });
    assert_eq!(token_balance(&rollup.state, FIRST, BOB), ether(1));
    give(rollup, FIRST, ether(1));
    rollup.done(ALICE, EMPTY_PAIR, 0, IConstantProductPair::syncCall {});
    assert_eq!(reserves(&rollup.state, EMPTY_PAIR).reserve0, ether(4));
}

#[test]
fn prices_are_summed_over_time() {
    let mut world = with_empty_pair(Address::ZERO);
    add(world.rollup(A), ether(3), ether(6));
    world.advance(10);
    let rollup = world.rollup(A);
    rollup.done(ALICE, EMPTY_PAIR, 0, IConstantProductPair::syncCall {});
    let one = U256::from(1) << 112;
    let sum0 = rollup.read(EMPTY_PAIR, IConstantProductPair::price0CumulativeLastCall {});
    assert_eq!(sum0, one * U256::from(20));
    let sum1 = rollup.read(EMPTY_PAIR, IConstantProductPair::price1CumulativeLastCall {});
    assert_eq!(sum1, (one / U256::from(2)) * U256::from(10));
}

/// Code that answers any call by calling `sync` of the pair, and reverts with what came back if that fails.
fn reentrant() -> Vec<u8> {
    let mut code = hex!("63fff6cae960e01b5f52 5f5f60045f5f73").to_vec();
    code.extend_from_slice(EMPTY_PAIR.as_slice());
    code.extend_from_slice(&hex!("5af1603157 3d5f5f3e3d5ffd 5b00"));
    code
}

#[test]
fn a_called_back_trader_cannot_enter_again() {
    let mut world = with_empty_pair(Address::ZERO);
    let rollup = world.rollup(A);
    add(rollup, ether(3), ether(3));
    let trader = Address::repeat_byte(0x77);
    rollup.put_code(trader, &reentrant());
    let call = IConstantProductPair::swapCall {
        amount0Out: ether(1),
        amount1Out: U256::ZERO,
        to: trader,
        data: Bytes::from_static(b"call me"),
    };
    rollup.refused(ALICE, EMPTY_PAIR, 0, call, "ReentrancyGuardReentrantCall");
}
