//! A trader without a view: it buys or sells at random, and so moves prices apart.

use super::{Market, Move, trade};
use crate::{
    command::Command,
    contracts::addresses,
    sim::Generator,
    types::{Amount, ChainId, Span},
};
use alloy_primitives::{Address, U256};

/// Parts of the largest trade that are drawn from.
const PARTS: u64 = 1_000;

pub(super) fn act(
    account: Address,
    chains: &[ChainId],
    interval: Span,
    amount_max: Amount,
    market: &Market,
    generator: &mut Generator,
) -> Move {
    // The same count of draws whatever comes of them, so that one trade does not shift the next.
    let place = generator.up_to(chains.len() as u64 - 1);
    let buys = generator.up_to(1) == 1;
    let part = generator.up_to(PARTS - 1) + 1;
    let wait = interval.as_millis() / 2 + generator.up_to(interval.as_millis());
    let again_after = Some(Span::millis(wait));
    let chain = usize::try_from(place).ok().and_then(|place| chains.get(place));
    let Some((chain, stall)) = chain.and_then(|chain| Some((*chain, market.get(chain)?))) else {
        return Move { commands: Vec::new(), again_after };
    };
    let usdx = amount_max.get() / U256::from(PARTS) * U256::from(part);
    let (token_in, amount) = if buys {
        (addresses::USDX, usdx.min(stall.usdx))
    } else {
        (addresses::WAVE, (usdx / U256::from(2)).min(stall.token))
    };
    let trade = trade(account, chain, addresses::PAIR, (token_in, amount), U256::ZERO);
    Move { commands: if amount.is_zero() { Vec::new() } else { vec![Command::Transact(trade)] }, again_after }
}
