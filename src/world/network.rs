//! The world as a network of balance sheets, so that the models of `risk` can ask what falls when a bridge does.

use super::{
    Member, World,
    forecast::{parts, recovery},
    losses::{DUST, ETHER_PRICE, Party, TOKEN_PRICE},
};
use crate::{
    command::{BridgedAsset, Control, SetControl},
    contracts::{
        Obligation, TEST_TOKEN_ON_L2,
        addresses::{LOCKED, TEST_TOKEN, TOKEN_PAIR},
        liquidity_share, reserves, token_balance,
    },
    risk::{Claims, Debt, Network, Recovery, RiskError, Sheet},
    rules::drain,
    types::{Amount, ChainId, Gather as _},
};
use alloy_primitives::{U256, U512};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Parts that [`parts`] counts in a whole ether or token.
const WHOLE: f64 = 1e9;

/// What a rollup's bridge holds of an asset, as nodes that have it outside and owe it to its holders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vault {
    /// The rollup.
    pub chain: ChainId,
    /// The asset.
    pub asset: BridgedAsset,
    /// What it holds, in base units.
    pub held: Amount,
    /// The nodes of what controls let go at once.
    pub open: Vec<u32>,
    /// The nodes of what they keep.
    pub kept: Vec<u32>,
}

/// Who keeps test tokens on a rollup that can be stolen without the bridge's keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keeper {
    /// The pool of test tokens.
    Pool,
    /// The issuer of USDX.
    Issuer,
}

/// Test tokens that can be stolen on a rollup, as two nodes that are a part of its bridge's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purse {
    /// The rollup.
    pub chain: ChainId,
    /// Who keeps them.
    pub keeper: Keeper,
    /// Their nodes.
    pub nodes: [u32; 2],
}

/// A world as a network, in dollars at reference prices.
///
/// - Every bridge is two nodes for each asset: what controls let go at once, and the rest. Both have what the bridge
///   holds outside, and owe it to those whose stakes rest on it. Two more stand for each purse: what somebody steals of
///   it is lost to those whose it is, as if the bridge had lost it. What is missing of a bridge already is taken off all
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
    /// What can be stolen of test tokens on rollups, by rollup and keeper.
    pub purses: Vec<Purse>,
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
    /// What can be stolen without the bridge's keys, by keeper.
    purses: Vec<(Keeper, Stakes)>,
    /// The rest.
    stakes: Stakes,
}

/// Whose how much is, in base units.
type Stakes = BTreeMap<Party, U256>;

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
            let mut stakes: Stakes = stakes.into_iter().map(|(party, stake)| (party, stake.all())).gather();
            let mut purses = Vec::new();
            if asset == BridgedAsset::Token {
                parties.extend(stakes.keys());
                purses.extend(self.purses(member).map(|(keeper, purse)| (keeper, taken(&mut stakes, purse))));
                purses.retain(|(_, purse)| !purse.is_empty());
            }
            chests.insert((chain, asset), Chest { held, open, purses, stakes });
        }
        parties.extend(debts.iter().flat_map(|(_, debt)| [debt.debtor, debt.creditor].map(Party::Account)));
        let l1 = self.l1.chain().state();
        let on_l1 = parties.into_iter().map(|party| match party {
            Party::Account(account) => (party, token_balance(l1, TEST_TOKEN, account)),
            Party::Others(_) => (party, U256::ZERO),
        });
        Exposed::new(Arc::new(Read { chests, on_l1: on_l1.gather(), debts }), None)
    }

    /// Whose the test tokens are that can be stolen on a rollup without its bridge's keys.
    fn purses(&self, member: &Member) -> impl Iterator<Item = (Keeper, Stakes)> {
        let l2 = member.rollup.chain().state();
        let in_pool = reserves(l2, TOKEN_PAIR).reserve0;
        let provided = |account| (Party::Account(account), liquidity_share(l2, TOKEN_PAIR, account, in_pool));
        let kept = |account| (Party::Account(account), token_balance(l2, TEST_TOKEN_ON_L2, account));
        let mut pool: Stakes = self.known_accounts().map(provided).gather();
        let locked = liquidity_share(l2, TOKEN_PAIR, LOCKED, in_pool);
        let others = in_pool.saturating_sub(sum(&pool)).saturating_sub(locked);
        if others > DUST {
            pool.insert(Party::Others(member.rollup.id()), others);
        }
        let issuer = self.issuer_on(member.rollup.id()).map(kept).into_iter().gather();
        [(Keeper::Pool, pool), (Keeper::Issuer, issuer)].into_iter()
    }
}

/// What stakes have of a purse, which is taken out of them.
fn taken(stakes: &mut Stakes, purse: Stakes) -> Stakes {
    let shares = purse.into_iter().filter_map(|(party, most)| {
        let stake = stakes.get_mut(&party)?;
        let taken = most.min(*stake);
        *stake -= taken;
        (!taken.is_zero()).then_some((party, taken))
    });
    shares.gather()
}

fn sum(stakes: &Stakes) -> U256 {
    stakes.values().fold(U256::ZERO, |sum, stake| sum.saturating_add(*stake))
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
        let (mut vaults, mut purses) = (Vec::new(), Vec::new());
        for ((chain, asset), Chest { held, open, purses: own, stakes }) in &read.chests {
            let order = control.filter(|order| (order.chain, order.asset) == (*chain, *asset));
            let lets_go = order.map_or(*open, |order| lets_go(&order.control, *held).min(*open));
            // Of nothing no share is open.
            let share = if held.is_zero() { 0.0 } else { part_of(lets_go, *held) };
            let parts = || own.iter().map(|(keeper, purse)| (Some(*keeper), purse)).chain([(None, stakes)]);
            let claimed = parts().fold(U256::ZERO, |all, (_, stakes)| all.saturating_add(sum(stakes)));
            let (backed, all) = (dollars(*asset, claimed.min(*held)), dollars(*asset, claimed));
            let backed = |stake: U256| if all > 0.0 { backed * (dollars(*asset, stake) / all) } else { 0.0 };
            let (mut open, mut kept) = (Vec::new(), Vec::new());
            for (keeper, stakes) in parts() {
                let amount = backed(sum(stakes));
                let pair = [nodes.add(amount * share)?, nodes.add(amount - amount * share)?];
                let creditors: Vec<(u32, U256)> = match asset {
                    BridgedAsset::Ether => vec![(nodes.add(0.0)?, sum(stakes))],
                    BridgedAsset::Token => {
                        stakes.iter().filter_map(|(party, stake)| Some((place(*party)?, *stake))).collect()
                    }
                };
                for (creditor, stake) in creditors {
                    let amount = backed(stake);
                    owed.push(Debt { debtor: pair[0], creditor, amount: amount * share });
                    owed.push(Debt { debtor: pair[1], creditor, amount: amount - amount * share });
                }
                open.push(pair[0]);
                kept.push(pair[1]);
                purses.extend(keeper.map(|keeper| Purse { chain: *chain, keeper, nodes: pair }));
            }
            vaults.push(Vault { chain: *chain, asset: *asset, held: Amount::new(*held), open, kept });
        }
        owed.extend(read.debts.iter().filter_map(|(_, debt)| {
            let (debtor, creditor) =
                (place(Party::Account(debt.debtor))?, place(Party::Account(debt.creditor))?);
            let amount = dollars(BridgedAsset::Token, debt.owed);
            // What somebody owes itself is no debt.
            (debtor != creditor).then_some(Debt { debtor, creditor, amount })
        }));
        let network = Network::new(Claims::new(nodes.count()?, owed)?, nodes.sheets)?;
        Ok(Self { network, recovery: recovery(&read.debts)?, vaults, purses, parties, read })
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
