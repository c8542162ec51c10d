//! The world as a network of balance sheets, so that the models of `risk` can ask what falls when a bridge does.

use super::{
    World,
    forecast::{parts, recovery},
    losses::{ETHER_PRICE, Party, TOKEN_PRICE},
};
use crate::{
    command::{BridgedAsset, Control, SetControl},
    contracts::{Obligation, addresses::TEST_TOKEN, token_balance},
    risk::{Claims, Debt, Network, Recovery, RiskError, Sheet},
    rules::drain,
    types::{Amount, ChainId},
};
use alloy_primitives::{U256, U512};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Parts that [`parts`] counts in a whole ether or token.
const WHOLE: f64 = 1e9;

/// What a rollup's bridge holds of an asset, as two nodes that have it outside and owe it to its holders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vault {
    /// The rollup.
    pub chain: ChainId,
    /// The asset.
    pub asset: BridgedAsset,
    /// What it holds, in base units.
    pub held: Amount,
    /// The node of what controls let go at once.
    pub open: u32,
    /// The node of what they keep.
    pub kept: u32,
}

/// A world as a network, in dollars at reference prices.
///
/// - Every bridge is two nodes for each asset: what controls let go at once, and the rest. Both have what the bridge
///   holds outside, and owe it to those whose stakes rest on it. What is missing of a bridge already is taken off all
///   stakes in proportion, so that no bridge is in default as it stands.
/// - Tokens are owed to their holders, whose debts they pay. Ether pays no debt in tokens: it is owed to one node for
///   each rollup that stands for all who have some.
/// - Parties have their tokens on L1 outside, and owe each other what is not settled, as if all came due now.
#[derive(Clone, Debug, PartialEq)]
pub struct Exposed {
    /// The balance sheets.
    pub network: Network,
    /// What defaults leave, as [`World::forecast`] has it.
    pub recovery: Recovery,
    /// The bridges, by rollup and asset.
    pub vaults: Vec<Vault>,
    /// Who has tokens, owes or is owed, by node, in order.
    pub parties: Vec<(u32, Party)>,
    /// What it is made of.
    read: Arc<Read>,
}

/// What is read from a world.
#[derive(Clone, Debug, PartialEq)]
struct Read {
    chests: BTreeMap<(ChainId, BridgedAsset), Chest>,
    /// Test tokens on L1, by party.
    on_l1: BTreeMap<Party, U256>,
    debts: Vec<(ChainId, Obligation)>,
}

/// What one rollup's bridge holds of one asset, what of it controls let go at once, and for whom.
#[derive(Clone, Debug, PartialEq)]
struct Chest {
    held: U256,
    open: U256,
    stakes: BTreeMap<Party, U256>,
}

impl World {
    /// Everything that rests on bridges and debtors now, as a network in which bridges can be struck.
    ///
    /// To strike all of one bridge's nodes costs what [`Self::forecast`] says, as long as nothing is lost. Fails as
    /// [`Network::new`] does.
    pub fn exposed(&self) -> Result<Exposed, RiskError> {
        let debts: Vec<(ChainId, Obligation)> = self.debts().filter(|(_, debt)| !debt.is_defaulted).collect();
        let mut chests = BTreeMap::new();
        let mut parties: BTreeSet<Party> = BTreeSet::new();
        for ((chain, asset), stakes) in self.stakes() {
            let Some(member) = self.member(chain) else { continue };
            let held = self.escrowed(member, asset);
            let open = self.releasable(&member.rollup, asset).map_or(held, |most| most.get().min(held));
            let stakes: BTreeMap<Party, U256> =
                stakes.into_iter().map(|(party, stake)| (party, stake.all())).collect();
            if asset == BridgedAsset::Token {
                parties.extend(stakes.keys());
            }
            chests.insert((chain, asset), Chest { held, open, stakes });
        }
        parties.extend(debts.iter().flat_map(|(_, debt)| [debt.debtor, debt.creditor].map(Party::Account)));
        let l1 = self.l1.chain().state();
        let on_l1 = parties.into_iter().map(|party| match party {
            Party::Account(account) => (party, token_balance(l1, TEST_TOKEN, account)),
            Party::Others(_) => (party, U256::ZERO),
        });
        Exposed::new(Arc::new(Read { chests, on_l1: on_l1.collect(), debts }), None)
    }
}

impl Exposed {
    /// The same if a control had been set on top of those that are.
    pub fn under(&self, control: &SetControl) -> Result<Self, RiskError> {
        Self::new(self.read.clone(), Some(control))
    }

    fn new(read: Arc<Read>, control: Option<&SetControl>) -> Result<Self, RiskError> {
        let mut nodes = Nodes { sheets: Vec::new() };
        let mut parties = Vec::new();
        for (party, tokens) in &read.on_l1 {
            parties.push((nodes.add(dollars(BridgedAsset::Token, *tokens))?, *party));
        }
        let place = |party: Party| {
            let at = parties.binary_search_by_key(&party, |(_, party)| *party).ok()?;
            parties.get(at).map(|(node, _)| *node)
        };
        let mut owed = Vec::new();
        let mut vaults = Vec::new();
        for ((chain, asset), Chest { held, open, stakes }) in &read.chests {
            let order = control.filter(|order| (order.chain, order.asset) == (*chain, *asset));
            let lets_go = order.map_or(*open, |order| lets_go(&order.control, *held).min(*open));
            let claimed = stakes.values().fold(U256::ZERO, |sum, stake| sum.saturating_add(*stake));
            let backed = dollars(*asset, claimed.min(*held));
            // Of nothing no share is open.
            let share = if held.is_zero() { 0.0 } else { part_of(lets_go, *held) };
            let open = nodes.add(backed * share)?;
            let kept = nodes.add(backed - backed * share)?;
            vaults.push(Vault { chain: *chain, asset: *asset, held: Amount::new(*held), open, kept });
            let all = dollars(*asset, claimed);
            let mut owe = |creditor: u32, stake: U256| {
                let amount = if all > 0.0 { backed * (dollars(*asset, stake) / all) } else { 0.0 };
                owed.push(Debt { debtor: open, creditor, amount: amount * share });
                owed.push(Debt { debtor: kept, creditor, amount: amount - amount * share });
            };
            match asset {
                BridgedAsset::Ether => owe(nodes.add(0.0)?, claimed),
                BridgedAsset::Token => {
                    for (party, stake) in stakes {
                        if let Some(holder) = place(*party) {
                            owe(holder, *stake);
                        }
                    }
                }
            }
        }
        owed.extend(read.debts.iter().filter_map(|(_, debt)| {
            let (debtor, creditor) =
                (place(Party::Account(debt.debtor))?, place(Party::Account(debt.creditor))?);
            let amount = dollars(BridgedAsset::Token, debt.owed);
            // What somebody owes itself is no debt.
            (debtor != creditor).then_some(Debt { debtor, creditor, amount })
        }));
        let network = Network::new(Claims::new(nodes.count()?, owed)?, nodes.sheets)?;
        Ok(Self { network, recovery: recovery(&read.debts)?, vaults, parties, read })
    }
}

/// The most that a new control lets go at once of what a bridge holds.
fn lets_go(control: &Control, held: U256) -> U256 {
    match control {
        Control::TokenBucket { capacity, .. } => capacity.get(),
        Control::DailyLimit { limit } => limit.get(),
        Control::Breaker { min_retained_bps, .. } => drain::circuit_breaker(held, *min_retained_bps),
        Control::Pause { on: true } => U256::ZERO,
        _ => held,
    }
}

/// Balance sheets by node.
struct Nodes {
    sheets: Vec<Sheet>,
}

impl Nodes {
    fn add(&mut self, outside_assets: f64) -> Result<u32, RiskError> {
        let node = self.count()?;
        self.sheets.push(Sheet { outside_assets, ..Sheet::default() });
        Ok(node)
    }

    fn count(&self) -> Result<u32, RiskError> {
        u32::try_from(self.sheets.len()).map_err(|_| RiskError::TooMany)
    }
}

/// Base units of an asset in dollars at reference prices.
fn dollars(asset: BridgedAsset, units: U256) -> f64 {
    let price = match asset {
        BridgedAsset::Ether => ETHER_PRICE,
        BridgedAsset::Token => TOKEN_PRICE,
    };
    parts(units) / WHOLE * price as f64
}

/// What share one amount is of another that is not zero, to a billionth.
fn part_of(part: U256, all: U256) -> f64 {
    let billionths = U512::from(part.min(all)) * U512::from(1_000_000_000_u32) / U512::from(all);
    u32::try_from(billionths).map_or(1.0, |billionths| f64::from(billionths) / WHOLE)
}
