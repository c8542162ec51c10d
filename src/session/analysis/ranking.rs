//! Rollups and debtors by what their failure costs others.

use super::{Ranked, Subject, whole};
use crate::{
    risk::{Exposures, Measure, Network, RiskError, StressTest, average_ranks, rogers_veraart, spearman},
    types::ChainId,
};
use std::cmp::Reverse;

/// Somebody who can fail.
struct Failing {
    name: String,
    chain: Option<ChainId>,
    nodes: Vec<u32>,
    loss: f64,
}

/// The ranking, and how far clearing and DebtRank agree on it.
///
/// A rollup that fails loses what its bridge holds. A debtor that fails pays nobody: all that it has is gone before.
pub(super) fn rank(subject: &Subject) -> Result<(Vec<Ranked>, Option<f64>), RiskError> {
    let network = &subject.exposed.network;
    let mut stress = StressTest::new(network.clone(), subject.exposed.recovery)?;
    let mut all = Vec::new();
    for chain in &subject.rollups {
        let nodes = subject.nodes(*chain);
        // A bridge has no owners: all others lose what is lost.
        let loss = stress.strike(&nodes)?.loss.by(Measure::Total);
        all.push(Failing { name: subject.chain_name(*chain), chain: Some(*chain), nodes, loss });
    }
    for (node, party) in &subject.exposed.parties {
        if !network.claims().owed_by(*node).is_empty() {
            let loss = cost_of_debtor(subject, &stress, *node)?;
            all.push(Failing { name: subject.party_name(*party), chain: None, nodes: vec![*node], loss });
        }
    }
    let exposures = Exposures::of(network)?;
    let mut debt_ranks = Vec::new();
    for failing in &all {
        let mut shock = vec![0.0; network.sheets().len()];
        for node in &failing.nodes {
            shock[*node as usize] = 1.0;
        }
        debt_ranks.push(exposures.linear_debt_rank(&shock)?.debt_rank);
    }
    let losses: Vec<f64> = all.iter().map(|failing| failing.loss).collect();
    let (loss_ranks, distress_ranks) = (average_ranks(&losses)?, average_ranks(&debt_ranks)?);
    let agreement = spearman(&losses, &debt_ranks).ok();
    let ranks = loss_ranks.into_iter().zip(debt_ranks).zip(distress_ranks);
    let ranked = |(failing, ((loss_rank, debt_rank), distress_rank)): (Failing, ((f64, f64), f64))| Ranked {
        name: failing.name,
        chain: failing.chain,
        loss: whole(failing.loss),
        loss_rank,
        debt_rank,
        distress_rank,
    };
    let mut ranking: Vec<Ranked> = all.into_iter().zip(ranks).map(ranked).collect();
    ranking.sort_by_key(|ranked| Reverse(ranked.loss));
    Ok((ranking, agreement))
}

/// What others lose if a node pays none of its debts: all that it has is owed first to somebody outside.
fn cost_of_debtor(subject: &Subject, stress: &StressTest, node: u32) -> Result<f64, RiskError> {
    let network = &subject.exposed.network;
    let mut sheets = network.sheets().to_vec();
    let place = node as usize;
    let has = sheets[place].outside_assets + network.claims().held()[place];
    sheets[place].senior_debts += has;
    let failed = rogers_veraart(&Network::new(network.claims().clone(), sheets)?, subject.exposed.recovery)?;
    let before = stress.before().equity.iter().zip(&failed.equity).enumerate();
    Ok(before.filter(|(at, _)| *at != place).map(|(_, (before, after))| before - after).sum())
}
