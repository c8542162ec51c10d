//! What the loss of all that a rollup's bridge holds would come to, before it happens: the debts that are open now,
//! cleared as Eisenberg and Noe do, with the costs of default of Rogers and Veraart.

use super::{
    World,
    losses::{Flow, Losses, Party, Source, Stake, bearers},
    reckoning::Reckoning,
};
use crate::{
    command::BridgedAsset,
    contracts::Obligation,
    risk::{Claims, Debt, Network, Recovery, RiskError, Sheet, rogers_veraart},
    types::{Amount, ChainId, Gather as _},
};
use alloy_primitives::U256;
use std::collections::BTreeSet;

/// Base units in the smallest part of a token that analysis tells apart: a billionth.
const PART: u64 = 1_000_000_000;

impl World {
    /// [`Reckoning::forecast`], for one rollup.
    pub fn forecast(&self, chain: ChainId) -> Result<Losses, RiskError> {
        self.reckon().forecast(chain)
    }
}

impl Reckoning<'_> {
    /// Losses if nothing on a rollup were worth anything any more and every debt came due now. Tokens that are not on
    /// it pay debts wherever they are. Model: real debts come due one after another, and messages take time.
    pub fn forecast(&self, chain: ChainId) -> Result<Losses, RiskError> {
        let debts: Vec<(ChainId, Obligation)> = self.open_debts().copied().collect();
        let mut parties: BTreeSet<Party> = self.tokens.keys().copied().gather();
        parties.extend(debts.iter().flat_map(|(_, debt)| [debt.debtor, debt.creditor].map(Party::Account)));
        let parties: Vec<Party> = parties.into_iter().collect();
        let place = |party: Party| parties.binary_search(&party).ok().and_then(|at| u32::try_from(at).ok());

        let on_it = self.stakes.get(&(chain, BridgedAsset::Token));
        let sheet = |party: &Party| {
            let has = self.tokens.get(party).copied().unwrap_or_default();
            let gone = on_it.and_then(|stakes| stakes.get(party)).map(Stake::all).unwrap_or_default();
            Sheet { outside_assets: parts(has.saturating_sub(gone)), ..Sheet::default() }
        };
        let between = debts.iter().filter_map(|(_, debt)| {
            let (debtor, creditor) = (Party::Account(debt.debtor), Party::Account(debt.creditor));
            Some(Debt { debtor: place(debtor)?, creditor: place(creditor)?, amount: parts(debt.owed) })
        });
        let nodes = u32::try_from(parties.len()).map_err(|_| RiskError::TooMany)?;
        let network = Network::new(Claims::new(nodes, between)?, parties.iter().map(sheet).collect())?;
        let cleared = rogers_veraart(&network, recovery(&debts)?)?;

        let mut flows = Vec::new();
        for asset in BridgedAsset::ALL {
            let lost = self.stakes.get(&(chain, asset)).into_iter().flatten();
            flows.extend(lost.map(|(party, stake)| Flow {
                from: Source::Bridge(chain),
                to: *party,
                asset,
                amount: Amount::new(stake.all()),
            }));
        }
        let token =
            |from, to, amount: f64| Flow { from, to, asset: BridgedAsset::Token, amount: units(amount) };
        let owed = network.claims().owed();
        let short_of = |debtor: Party, amount: U256| {
            let node = place(debtor)? as usize;
            let (owed, paid) = (*owed.get(node)?, *cleared.payments.get(node)?);
            (owed > 0.0).then(|| parts(amount) * (owed - paid) / owed)
        };
        for (on, debt) in &debts {
            let (debtor, creditor) = (Party::Account(debt.debtor), Party::Account(debt.creditor));
            if let Some(short) = short_of(debtor, debt.owed) {
                flows.push(token(Source::Debtor(debtor, *on, debt.id), creditor, short));
            }
        }
        let costs = parties.iter().zip(&cleared.costs);
        flows.extend(costs.map(|(party, cost)| token(Source::Cost(chain, U256::ZERO), *party, *cost)));
        flows.retain(|flow| flow.amount != Amount::ZERO);

        let bearers =
            bearers(&flows, |party| Amount::new(self.worth.get(&party).copied().unwrap_or_default()));
        Ok(Losses { flows, bearers })
    }
}

/// What defaults leave, as the open debts have it on average, weighed by what is owed.
pub(super) fn recovery(debts: &[(ChainId, Obligation)]) -> Result<Recovery, RiskError> {
    let owed: f64 = debts.iter().map(|(_, debt)| parts(debt.owed)).sum();
    let cost: f64 =
        debts.iter().map(|(_, debt)| parts(debt.owed) * f64::from(debt.cost_bps) / 10_000.0).sum();
    let left = if owed > 0.0 { 1.0 - cost / owed } else { 1.0 };
    Recovery::new(left, left)
}

/// An amount in billionths of a token.
pub(super) fn parts(units: U256) -> f64 {
    u128::try_from(units / U256::from(PART)).map_or(f64::MAX, |parts| parts as f64)
}

/// Billionths of a token as an amount; the last bits of a large one are lost.
fn units(parts: f64) -> Amount {
    Amount::new(U256::from(parts.max(0.0) as u128).saturating_mul(U256::from(PART)))
}
