//! The price feed of a rollup: what reporters say that a test token costs there.

use super::abi::IPriceFeed;
use super::addresses::PRICE_FEED;
use crate::evm::State;
use alloy_primitives::{Address, Bytes, U256, aliases::U96, keccak256};
use alloy_sol_types::{SolCall, SolValue};

/// Answers per ten thousandth of a dollar: they have eight digits after the point.
const PER_BPS: u32 = 10_000;
/// Bits of an answer in a round's slot, where it is lowest.
const ANSWER_BITS: usize = 96;

/// What a reporter last said, in ten thousandths of a dollar, rounded down; none where it has said nothing.
pub fn reported_price_bps(state: &State, reporter: Address) -> Option<u32> {
    let slot = state.storage(PRICE_FEED, keccak256((reporter, U256::ZERO).abi_encode()).into());
    let answer = slot & ((U256::from(1) << ANSWER_BITS) - U256::from(1));
    (!slot.is_zero()).then(|| u32::try_from(answer / U256::from(PER_BPS)).unwrap_or(u32::MAX))
}

/// Calldata: the caller reports so many ten thousandths of a dollar.
pub fn report_price(price_bps: u32) -> Bytes {
    let answer = U96::from(u64::from(price_bps) * u64::from(PER_BPS));
    IPriceFeed::reportCall { answer }.abi_encode().into()
}
