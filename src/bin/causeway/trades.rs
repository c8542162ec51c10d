//! What came of a shared sequencer and of trading: slots, bundles, bonds, and who gained and lost what.

use alloy_primitives::U256;
use causeway::{
    contracts::{HOLDER_USDX, HOLDER_WAVE, POOL_USDX, POOL_WAVE, addresses, token_balance},
    sequencing::{Ordered, committee::NodeId},
    types::Amount,
    world::World,
};
use serde::Serialize;
use std::{collections::BTreeMap, fmt};

/// What a shared sequencer did.
#[derive(Serialize)]
pub(crate) struct SequencerReport {
    slots: u64,
    /// The highest round, from 0, in which a slot was decided.
    round_max: u32,
    /// Bundles by state.
    bundles: BTreeMap<&'static str, u64>,
    /// Transactions that leaders put in around those of others.
    inserted: u64,
    /// What each node has bonded on L1.
    bonds: Vec<Amount>,
}

impl SequencerReport {
    pub(crate) fn of(world: &World) -> Option<Self> {
        let sequencer = world.sequencer()?;
        let mut bundles = BTreeMap::new();
        for record in sequencer.bundles() {
            *bundles.entry(record.state().name()).or_default() += 1;
        }
        let is_inserted = |ordered: &&Ordered| matches!(ordered, Ordered::Inserted { .. });
        let nodes = (0..=u8::MAX).map(NodeId::new).take(sequencer.config().committee.nodes as usize);
        Some(Self {
            slots: sequencer.slots().len() as u64,
            round_max: sequencer.slots().iter().map(|slot| slot.round.get()).max().unwrap_or_default(),
            bundles,
            inserted: sequencer
                .slots()
                .iter()
                .map(|slot| slot.content.order.iter().filter(is_inserted).count() as u64)
                .sum(),
            bonds: nodes.map(|node| world.bond(node)).collect(),
        })
    }
}

impl fmt::Display for SequencerReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { slots, round_max, bundles, inserted, bonds } = self;
        writeln!(f, "\nshared sequencer")?;
        writeln!(f, "  {slots} slots, highest round {round_max}, {inserted} transactions put in by leaders")?;
        for (state, count) in bundles {
            writeln!(f, "  bundles {state:<11} {count}")?;
        }
        let bonds: Vec<String> = bonds.iter().map(ToString::to_string).collect();
        writeln!(f, "  bonds       {} ether", bonds.join(", "))
    }
}

/// An amount that may have shrunk.
#[derive(Serialize)]
struct Change {
    lost: bool,
    amount: Amount,
}

impl Change {
    fn between(before: U256, after: U256) -> Self {
        let lost = after < before;
        Self { lost, amount: Amount::new(if lost { before - after } else { after - before }) }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.lost { "-" } else { "+" }, self.amount)
    }
}

/// What somebody has of the market's tokens, over all rollups, against what they began with.
#[derive(Serialize)]
pub(crate) struct TradeReport {
    name: String,
    wave: Change,
    usdx: Change,
    /// Both in USDX, at the price that the pools begin with.
    worth: Change,
}

impl TradeReport {
    /// Of everybody who has other amounts than at the beginning.
    pub(crate) fn all(world: &World) -> Vec<Self> {
        let states: Vec<_> = world.members().map(|member| member.rollup().chain().state()).collect();
        let rollups = U256::from(states.len());
        let began = (HOLDER_WAVE * rollups, HOLDER_USDX * rollups);
        let worth = |wave: U256, usdx: U256| wave * POOL_USDX / POOL_WAVE + usdx;
        let people = world.people().iter().filter_map(|(name, account)| {
            let sum = |token| states.iter().map(|state| token_balance(state, token, account)).sum::<U256>();
            let (wave, usdx) = (sum(addresses::WAVE), sum(addresses::USDX));
            ((wave, usdx) != began).then(|| Self {
                name: name.to_owned(),
                wave: Change::between(began.0, wave),
                usdx: Change::between(began.1, usdx),
                worth: Change::between(worth(began.0, began.1), worth(wave, usdx)),
            })
        });
        people.collect()
    }
}

impl fmt::Display for TradeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, wave, usdx, worth } = self;
        writeln!(f, "  {name:<10} {wave} WAVE, {usdx} USDX: {worth} USDX at the first price")
    }
}
