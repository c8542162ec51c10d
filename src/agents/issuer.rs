//! The issuer of USDX: what it keeps is in test tokens, and it gives either for the other wherever that brings it at least
//! as many. So a USDX is worth a test token as long as it has enough of both.

use super::{Market, Move, PAR_BPS, sale_to, trade};
use crate::{
    command::Command,
    contracts::{TEST_TOKEN_ON_L2, addresses},
    types::{Amount, ChainId},
};
use alloy_primitives::Address;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An issuer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// The rollups whose pools of test tokens and USDX it trades with.
    pub chains: Vec<ChainId>,
    /// Test tokens that it brings from L1 to each of them at the start, at most a million.
    pub reserve: Amount,
    /// Whether it goes on where the rollup's bridge lacks something: so it takes test tokens at par that are worth less,
    /// as Maker's peg stability module took USDC in March 2023. Default false.
    #[serde(default)]
    pub takes_unbacked: bool,
}

/// Less than so many whole tokens of either it does not trade.
const LEAST: u64 = 1;

/// Trades that bring at least par, one on each rollup.
pub(super) fn act(account: Address, market: &Market) -> Move {
    let trades = market.iter().filter_map(|(chain, stall)| {
        let sides = [
            (stall.pool, TEST_TOKEN_ON_L2, stall.token),
            (stall.pool.flipped(), addresses::USDX, stall.usdx),
        ];
        let sides = sides.map(|(pool, token, has)| (token, sale_to(pool, PAR_BPS).min(has)));
        let (token, amount) = sides.into_iter().find(|(_, amount)| *amount >= Amount::ether(LEAST).get())?;
        Some(Command::Transact(trade(account, *chain, addresses::TOKEN_PAIR, (token, amount), amount)))
    });
    Move { commands: trades.collect(), again_after: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        agents::Stall,
        contracts::{Reserves, abi::IConstantProductPair},
        finance::amount_out,
    };
    use alloy_primitives::U256;
    use alloy_sol_types::SolCall;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const CHAIN: ChainId = ChainId::new(901);
    const ME: Address = Address::repeat_byte(1);

    fn whole(amount: u64) -> U256 {
        Amount::ether(amount).get()
    }

    /// What it trades where the pool has so many test tokens and USDX, and itself so many of both.
    fn traded(pool: [u64; 2], has: [u64; 2]) -> Option<(Address, U256)> {
        let [reserve0, reserve1] = pool.map(whole);
        let [token, usdx] = has.map(whole);
        let stall = Stall { pool: Reserves { reserve0, reserve1 }, token, usdx };
        let moved = act(ME, &Market::from([(CHAIN, stall)]));
        let [Command::Transact(call)] = moved.commands.as_slice() else { return None };
        assert_eq!((call.chain, call.to), (CHAIN, Some(addresses::TOKEN_PAIR)));
        let swap = IConstantProductPair::swapExactInCall::abi_decode(&call.data).unwrap();
        assert_eq!(swap.amountOutMin, swap.amountIn, "at par, whoever was quicker");
        Some((swap.tokenIn, swap.amountIn))
    }

    #[test]
    fn it_gives_what_is_dear_until_the_next_would_bring_less_than_par() {
        let (token, amount) = traded([10_000, 12_000], [5_000, 5_000]).unwrap();
        assert_eq!(token, TEST_TOKEN_ON_L2);
        let out = |amount| amount_out(amount, whole(10_000), whole(12_000)).unwrap();
        assert!(out(amount) > amount);
        let next = U256::from(10u64.pow(9));
        assert!(out(amount) - out(amount - next) >= next);
        assert!(out(amount + next) - out(amount) <= next);
        assert_eq!(traded([12_000, 10_000], [5_000, 5_000]).unwrap(), (addresses::USDX, amount));
    }

    #[test]
    fn it_gives_no_more_than_it_has_and_leaves_what_the_fee_would_take() {
        assert_eq!(traded([10_000, 12_000], [7, 0]), Some((TEST_TOKEN_ON_L2, whole(7))));
        assert_eq!(traded([10_000, 12_000], [0, 5_000]), None);
        assert_eq!(traded([10_000, 10_030], [5_000, 5_000]), None);
        assert_eq!(traded([0, 0], [5_000, 5_000]), None);
    }
}
