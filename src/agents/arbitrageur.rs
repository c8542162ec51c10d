//! A trader that closes gaps: it buys a token where it is cheap and sells as much where it is dear. Of the test token it
//! doesn't ask what stands behind it: so it carries a price from a rollup where that is gone to where nothing is amiss.

use super::{Market, Move, Pools, Stall, TradeWay, trade};
use crate::{
    command::{Command, LegOrder, SubmitBundle},
    contracts::{Reserves, addresses},
    finance::{Arbitrage, amount_in, amount_out, arbitrage},
    types::{Amount, ChainId, Span},
};
use alloy_primitives::{Address, U256};

/// How long a bundle is tried: an older gap is another one.
const PATIENCE: Span = Span::seconds(10);

/// What it acts on: the least gain and the most USDX in one trade.
pub(super) struct Bounds {
    pub(super) gain_min: Amount,
    pub(super) amount_max: Amount,
}

pub(super) fn act(
    account: Address,
    chains: &[ChainId],
    way: TradeWay,
    Bounds { gain_min, amount_max }: Bounds,
    pools: Pools,
    market: &Market,
) -> Move {
    let pairs = chains.iter().flat_map(|buy| chains.iter().map(move |sell| (*buy, *sell)));
    let gaps = pairs.filter(|(buy, sell)| buy != sell).filter_map(|(buy, sell)| {
        let (at, to) = (market.get(&buy)?, market.get(&sell)?);
        let found = within(at, to, amount_max)?;
        let gain = found.proceeds - found.amount_in;
        (gain >= gain_min.get()).then_some((gain, buy, sell, found))
    });
    let Some((_, buy, sell, found)) = gaps.max_by_key(|(gain, buy, sell, _)| (*gain, *buy, *sell)) else {
        return Move::default();
    };
    let (pair, token) = pools.contracts();
    let legs = [
        trade(account, buy, pair, (addresses::USDX, found.amount_in), U256::ZERO),
        trade(account, sell, pair, (token, found.bought), U256::ZERO),
    ];
    let commands = match way {
        TradeWay::Apart => legs.into_iter().map(Command::Transact).collect(),
        TradeWay::Bundle(guarantee) => {
            let legs = legs.into_iter().map(LegOrder::Actor).collect();
            vec![Command::SubmitBundle(SubmitBundle { label: None, guarantee, deadline: PATIENCE, legs })]
        }
    };
    Move { commands, again_after: None }
}

/// The best round trip that the trader's purses and its bound allow: USDX for the token at the one, the token for
/// USDX at the other.
fn within(buy: &Stall, sell: &Stall, amount_max: Amount) -> Option<Arbitrage> {
    let usdx_first = |pool: Reserves| pool.flipped();
    let (at, to) = (usdx_first(buy.pool), usdx_first(sell.pool));
    let best = arbitrage(at, to)?;
    // No more than it can sell at the other, if that is less than the whole pool.
    let sellable = amount_in(sell.token, at.reserve0, at.reserve1).unwrap_or(U256::MAX);
    let paid = best.amount_in.min(amount_max.get()).min(buy.usdx).min(sellable);
    let bought = amount_out(paid, at.reserve0, at.reserve1).ok()?.min(sell.token);
    if bought.is_zero() {
        return None;
    }
    let proceeds = amount_out(bought, to.reserve1, to.reserve0).ok()?;
    (proceeds > paid).then_some(Arbitrage { amount_in: paid, bought, proceeds })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contracts::abi::IConstantProductPair;
    use alloy_sol_types::SolCall;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const CHEAP: ChainId = ChainId::new(901);
    const DEAR: ChainId = ChainId::new(902);

    fn stall(wave: u64, usdx: u64) -> Stall {
        let pool = Reserves { reserve0: Amount::ether(wave).get(), reserve1: Amount::ether(usdx).get() };
        Stall { pool, token: Amount::ether(10_000).get(), usdx: Amount::ether(20_000).get() }
    }

    fn act_on(cheap: Stall, dear: Stall, way: TradeWay) -> Vec<Command> {
        let market = Market::from([(CHEAP, cheap), (DEAR, dear)]);
        let most = Amount::ether(5_000);
        let bounds = Bounds { gain_min: Amount::ether(1), amount_max: most };
        act(Address::ZERO, &[CHEAP, DEAR], way, bounds, Pools::Wave, &market).commands
    }

    #[test]
    fn a_gap_is_closed_by_two_trades_and_none_by_none() {
        let (cheap, dear) = (stall(100_000, 190_000), stall(100_000, 210_000));
        let apart = act_on(cheap, dear, TradeWay::Apart);
        let chains: Vec<ChainId> = apart
            .iter()
            .filter_map(|command| match command {
                Command::Transact(trade) => Some(trade.chain),
                _ => None,
            })
            .collect();
        assert_eq!(chains, [CHEAP, DEAR]);
        assert_eq!(act_on(cheap, dear, TradeWay::default()).len(), 1);
        assert!(act_on(cheap, cheap, TradeWay::Apart).is_empty());
        assert!(act_on(stall(100_000, 200_000), stall(100_000, 200_500), TradeWay::Apart).is_empty());
    }

    #[test]
    fn it_buys_no_more_than_it_can_sell_on_the_other_side() {
        let (cheap, dear) = (stall(100_000, 190_000), stall(100_000, 210_000));
        let stock = Amount::ether(100).get();
        let trades = act_on(cheap, Stall { token: stock, ..dear }, TradeWay::Apart);
        let amounts: Vec<U256> = trades
            .iter()
            .filter_map(|command| match command {
                Command::Transact(trade) => {
                    Some(IConstantProductPair::swapExactInCall::abi_decode(&trade.data).unwrap().amountIn)
                }
                _ => None,
            })
            .collect();
        let [paid, sold] = amounts[..] else { panic!("expected two trades, found {trades:?}") };
        assert_eq!(sold, stock);
        let bought = amount_out(paid, cheap.pool.reserve1, cheap.pool.reserve0).unwrap();
        assert!(bought >= stock && bought - stock < Amount::ether(1).get(), "{bought}");
    }

    #[test]
    fn an_empty_purse_trades_nothing() {
        let (cheap, dear) = (stall(100_000, 190_000), stall(100_000, 210_000));
        assert!(act_on(Stall { usdx: U256::ZERO, ..cheap }, dear, TradeWay::Apart).is_empty());
        assert!(act_on(cheap, Stall { token: U256::ZERO, ..dear }, TradeWay::Apart).is_empty());
    }
}
