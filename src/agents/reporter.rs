//! A reporter: it tells the price feeds of rollups what a test token costs in their pools, whenever that has changed
//! enough. Whoever follows a feed hears no more than its reporter has seen.

use super::Move;
use crate::{
    command::{Command, Transact},
    contracts::{addresses::PRICE_FEED, report_price},
    types::{Amount, ChainId, Span},
};
use alloy_primitives::Address;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A reporter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reporter {
    /// The rollups whose pools of test tokens and USDX it watches.
    pub chains: Vec<ChainId>,
    /// How often it looks, at least 1s. Default 1m.
    #[serde(default = "minute")]
    pub interval: Span,
    /// From which change on it reports, in ten thousandths of what it reported last, at most
    /// 10 000. Default 50, as Chainlink's larger
    /// feeds.
    #[serde(default = "fifty")]
    pub deviation_bps: u16,
}

const fn minute() -> Span {
    Span::minutes(1)
}

const fn fifty() -> u16 {
    50
}

/// What a reporter sees of a rollup. Prices are ten thousandths of a dollar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The rollup.
    pub chain: ChainId,
    /// What a test token costs.
    pub price_bps: u32,
    /// What it reported last.
    pub reported_bps: Option<u32>,
}

/// Gas of a report.
const REPORT_GAS: u64 = 100_000;

impl Reporter {
    /// The largest deviation: no price falls by more.
    pub const DEVIATION_MAX_BPS: u16 = 10_000;

    pub(super) fn act(&self, account: Address, quotes: &[Quote]) -> Move {
        let is_news = |quote: &&Quote| {
            quote.reported_bps.is_none_or(|reported| {
                let change = u64::from(reported.abs_diff(quote.price_bps)) * 10_000;
                change > 0 && change >= u64::from(reported) * u64::from(self.deviation_bps)
            })
        };
        let report = |quote: &Quote| {
            Command::Transact(Transact {
                chain: quote.chain,
                from: account,
                to: Some(PRICE_FEED),
                value: Amount::default(),
                data: report_price(quote.price_bps),
                gas_limit: Some(REPORT_GAS),
            })
        };
        let commands = quotes.iter().filter(is_news).map(report).collect();
        Move { commands, again_after: Some(self.interval) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn it_reports_what_is_new_by_so_much_and_nothing_else() {
        let reporter = Reporter { chains: vec![], interval: Span::minutes(1), deviation_bps: 50 };
        let reports = |reported_bps, price_bps| {
            let quote = Quote { chain: ChainId::new(901), price_bps, reported_bps };
            let moved = reporter.act(Address::ZERO, &[quote]);
            assert_eq!(moved.again_after, Some(Span::minutes(1)));
            moved.commands.len()
        };
        assert_eq!(reports(None, 10_000), 1);
        for (price, expected) in [(10_000, 0), (9_951, 0), (9_950, 1), (10_049, 0), (10_050, 1), (0, 1)] {
            assert_eq!(reports(Some(10_000), price), expected, "{price}");
        }
        assert_eq!((reports(Some(0), 0), reports(Some(0), 1)), (0, 1));
    }
}
