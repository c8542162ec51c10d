//! Who has and owes what at a moment, read once for all that is asked about it: claims, losses and forecasts.

use super::{
    World,
    losses::{Party, Stakes},
};
use crate::{
    command::BridgedAsset,
    contracts::{Obligation, addresses::TEST_TOKEN, token_balance},
    types::{Amount, ChainId},
};
use alloy_primitives::U256;
use std::collections::BTreeMap;

/// What somebody has that rests on somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// An asset on a rollup, or under way from or to it: it rests on the rollup's bridge.
    OnBridge {
        /// Who has it.
        holder: Party,
        /// The rollup.
        chain: ChainId,
        /// The asset.
        asset: BridgedAsset,
        /// How much, in base units.
        amount: Amount,
    },
    /// A debt in test tokens that is not settled.
    OnDebtor {
        /// Who is owed.
        holder: Party,
        /// Who owes.
        debtor: Party,
        /// The rollup that keeps the debt.
        chain: ChainId,
        /// How much, in base units.
        amount: Amount,
        /// The last second, in Unix time, before it can be settled.
        due_s: u64,
    },
}

impl Claim {
    /// At reference prices, in dollars of 18 decimals.
    pub fn worth(&self) -> Amount {
        match self {
            Self::OnBridge { asset, amount, .. } => asset.worth(*amount),
            Self::OnDebtor { amount, .. } => BridgedAsset::Token.worth(*amount),
        }
    }
}

/// Who has and owes what at a moment, read once.
pub struct Reckoning<'w> {
    pub(super) world: &'w World,
    pub(super) stakes: BTreeMap<(ChainId, BridgedAsset), Stakes>,
    pub(super) debts: Vec<(ChainId, Obligation)>,
    /// Test tokens on L1, on rollups and under way, by party, in base units.
    pub(super) tokens: BTreeMap<Party, U256>,
    /// What each has at reference prices, in dollars of 18 decimals: nothing of what it is owed or owes.
    pub(super) worth: BTreeMap<Party, U256>,
}

impl<'w> Reckoning<'w> {
    fn new(world: &'w World) -> Self {
        let (mut tokens, mut worth) = (BTreeMap::new(), BTreeMap::new());
        let stakes = world.stakes();
        for ((_, asset), stakes) in &stakes {
            for (party, stake) in stakes {
                let amount = Amount::new(stake.all());
                add(&mut worth, *party, asset.worth(amount));
                if *asset == BridgedAsset::Token {
                    add(&mut tokens, *party, amount);
                }
            }
        }
        let l1 = world.l1.chain().state();
        for account in world.known_accounts() {
            let party = Party::Account(account);
            let has = Amount::new(token_balance(l1, TEST_TOKEN, account));
            add(&mut tokens, party, has);
            add(&mut worth, party, BridgedAsset::Token.worth(has));
            add(&mut worth, party, BridgedAsset::Ether.worth(Amount::new(l1.balance(account))));
        }
        Self { world, stakes, debts: world.debts().collect(), tokens, worth }
    }

    /// The debts that are not settled.
    pub(super) fn open_debts(&self) -> impl Iterator<Item = &(ChainId, Obligation)> {
        self.debts.iter().filter(|(_, debt)| !debt.is_defaulted)
    }

    /// Everything that rests on a bridge or on a debtor now.
    pub fn claims(&self) -> Vec<Claim> {
        let mut claims = Vec::new();
        for ((chain, asset), stakes) in &self.stakes {
            claims.extend(stakes.iter().map(|(holder, stake)| Claim::OnBridge {
                holder: *holder,
                chain: *chain,
                asset: *asset,
                amount: Amount::new(stake.all()),
            }));
        }
        claims.extend(self.open_debts().map(|(chain, debt)| Claim::OnDebtor {
            holder: Party::Account(debt.creditor),
            debtor: Party::Account(debt.debtor),
            chain: *chain,
            amount: Amount::new(debt.owed),
            due_s: debt.due_s,
        }));
        claims
    }
}

impl World {
    /// Who has and owes what now, for all that is asked about it at once.
    pub fn reckon(&self) -> Reckoning<'_> {
        Reckoning::new(self)
    }

    /// Everything that rests on a bridge or on a debtor now.
    pub fn claims(&self) -> Vec<Claim> {
        self.reckon().claims()
    }
}

/// Adds to what is somebody's.
pub(super) fn add(sums: &mut BTreeMap<Party, U256>, party: Party, amount: Amount) {
    let sum = sums.entry(party).or_default();
    *sum = sum.saturating_add(amount.get());
}
