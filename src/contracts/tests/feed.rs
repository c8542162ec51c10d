//! The price feed: what a reporter said last stands, each reporter's by itself.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::world::*;
use crate::contracts::abi::*;
use crate::contracts::addresses::PRICE_FEED;
use crate::contracts::{report_price, reported_price_bps};
use alloy_primitives::{TxKind, U256, aliases::U96};

#[test]
fn what_a_reporter_said_last_stands_and_nobody_else_changes_it() {
    let mut world = World::with_rollups();
    let rollup = world.rollup(A);
    assert_eq!(reported_price_bps(&rollup.state, ALICE), None);
    for price in [10_000, 0, 6_200, u32::MAX] {
        rollup.send_raw(ALICE, TxKind::Call(PRICE_FEED), 0, report_price(price));
        assert_eq!(reported_price_bps(&rollup.state, ALICE), Some(price));
        assert_eq!(reported_price_bps(&rollup.state, BOB), None);
    }
    rollup.done(BOB, PRICE_FEED, 0, IPriceFeed::reportCall { answer: U96::from(9_999) });
    assert_eq!(reported_price_bps(&rollup.state, BOB), Some(0));
    assert_eq!(reported_price_bps(&rollup.state, ALICE), Some(u32::MAX));
}

#[test]
fn a_round_has_its_number_and_moment() {
    let mut world = World::with_rollups();
    let rollup = world.rollup(A);
    let latest = IPriceFeed::latestRoundCall { reporter: ALICE };
    let none = rollup.read(PRICE_FEED, latest.clone());
    assert_eq!((none.id, none.answer, none.updatedAt), (Default::default(), U96::ZERO, 0));
    for answer in [10_u64.pow(8), 62_000_000] {
        rollup.done(ALICE, PRICE_FEED, 0, IPriceFeed::reportCall { answer: U96::from(answer) });
    }
    let round = rollup.read(PRICE_FEED, latest);
    assert_eq!((U256::from(round.id), round.answer), (U256::from(2), U96::from(62_000_000)));
    assert_eq!(round.updatedAt, rollup.env.timestamp_s);
    assert_eq!(rollup.read(PRICE_FEED, IPriceFeed::decimalsCall {}), 8);
}
