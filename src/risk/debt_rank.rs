//! DebtRank: distress that spreads before anybody defaults, as the share of equity that is lost.
//!
//! A node without equity is distressed in full by any loss.

use super::{
    Exposures, RiskError, check_amounts, check_share,
    engine::{Valuation, Worth, settle},
};

/// How far distress went.
#[derive(Clone, Debug, PartialEq)]
pub struct Distress {
    /// The share of its equity that each node has lost, the first shock included.
    pub lost: Vec<f64>,
    /// DebtRank: what the shock made others lose besides, as a share of all, by weight.
    pub debt_rank: f64,
}

impl Exposures {
    /// Linear DebtRank (Bardoscia and others, "DebtRank: A Microscopic Foundation for Shock Propagation", 2015) after
    /// each node has lost a share `shock` of its equity: every further loss is passed on in proportion, as often as
    /// there are some.
    ///
    /// Fails with [`RiskError::NotConverged`] where a circle passes on nearly all that it gets.
    pub fn linear_debt_rank(&self, shock: &[f64]) -> Result<Distress, RiskError> {
        self.check_shock(shock)?;
        let linear = Linear { equity: &self.equity, shock };
        let settled = settle(&self.claims, &linear, 0.0)?;
        let lost = settled.claims.iter().map(|claim| -claim).collect();
        Ok(self.distress(shock, lost))
    }

    /// DebtRank as first published (Battiston and others, "DebtRank: Too Central to Fail?", 2012): each node passes
    /// distress on once, when it is first distressed, and what reaches it later stays with it.
    pub fn debt_rank(&self, shock: &[f64]) -> Result<Distress, RiskError> {
        self.check_shock(shock)?;
        let mut lost = shock.to_vec();
        let mut reached: Vec<bool> = shock.iter().map(|share| *share > 0.0).collect();
        let among = |nodes: &[bool]| -> Vec<u32> {
            (0..self.claims.nodes()).filter(|node| nodes[*node as usize]).collect()
        };
        let mut distressed = among(&reached);
        while !distressed.is_empty() {
            let before = lost.clone();
            let mut next = vec![false; lost.len()];
            for debt in distressed.iter().flat_map(|debtor| self.claims.owed_by(*debtor)) {
                let creditor = debt.creditor as usize;
                // Without equity the impact is infinite, and so one.
                let impact = (debt.amount / self.equity[creditor]).min(1.0);
                lost[creditor] = (lost[creditor] + impact * before[debt.debtor as usize]).min(1.0);
                next[creditor] |= lost[creditor] > 0.0 && !reached[creditor];
            }
            distressed = among(&next);
            for node in &distressed {
                reached[*node as usize] = true;
            }
        }
        Ok(self.distress(shock, lost))
    }

    /// Every node and the linear DebtRank of its failure, the worst first, equal ones by number.
    ///
    /// Fails as [`Self::linear_debt_rank`] does.
    pub fn systemic_ranking(&self) -> Result<Vec<(u32, f64)>, RiskError> {
        let mut shock = vec![0.0; self.equity.len()];
        let mut ranking = Vec::new();
        for node in 0..self.claims.nodes() {
            shock[node as usize] = 1.0;
            ranking.push((node, self.linear_debt_rank(&shock)?.debt_rank));
            shock[node as usize] = 0.0;
        }
        ranking.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        Ok(ranking)
    }

    pub(super) fn check_shock(&self, shock: &[f64]) -> Result<(), RiskError> {
        check_amounts(self.equity.len(), shock)?;
        shock.iter().try_for_each(|share| check_share(*share))
    }

    fn distress(&self, shock: &[f64], lost: Vec<f64>) -> Distress {
        let further = lost.iter().zip(shock).zip(&self.weights);
        let debt_rank = further.map(|((lost, shock), weight)| (lost - shock) * weight).sum();
        Distress { lost, debt_rank }
    }
}

/// A claim is worth the share of its debtor's equity that is left.
struct Linear<'a> {
    equity: &'a [f64],
    shock: &'a [f64],
}

impl Valuation for Linear<'_> {
    fn own(&self, node: usize, _: bool) -> f64 {
        self.equity[node]
    }

    fn claim(&self, node: usize, worth: Worth, _: bool) -> f64 {
        let before = self.equity[node];
        let loss = -worth.claims;
        if before > 0.0 {
            -(self.shock[node] + loss / before).min(1.0)
        } else if loss > 0.0 {
            -1.0
        } else {
            -self.shock[node]
        }
    }

    fn fails(&self, _: usize, _: f64) -> bool {
        false
    }

    fn is_fixed(&self, _: usize, _: bool) -> bool {
        false
    }
}
