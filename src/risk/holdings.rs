//! What organisations are worth that own shares of each other, and whose failure costs (Elliott, Golub and Jackson,
//! "Financial Networks and Contagion", 2014).

use super::{
    Claims, NEGLIGIBLE, RiskError, check_amounts,
    engine::{Valuation, Worth, settle},
};

/// Organisations that own shares of each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Holdings {
    /// The share that each creditor owns of each debtor.
    shares: Claims,
    /// The share of each that nobody within owns.
    outside: Vec<f64>,
}

/// What organisations are worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Valued {
    /// To those outside.
    pub values: Vec<f64>,
    /// Who fails at first, who when those have, and so on.
    pub waves: Vec<Vec<u32>>,
}

impl Holdings {
    /// `shares` has as amount which share of the debtor the creditor owns. Of none more than all may be owned.
    pub fn new(shares: Claims) -> Result<Self, RiskError> {
        let owned = shares.owed();
        if let Some(found) = owned.iter().copied().find(|owned| *owned > 1.0 + NEGLIGIBLE) {
            return Err(RiskError::TooLarge { limit: 1.0, found });
        }
        let outside = owned.iter().map(|owned| (1.0 - owned).max(0.0)).collect();
        Ok(Self { shares, outside })
    }

    /// The best case that is consistent: with `assets` at market prices, who is worth less than its threshold fails and
    /// loses its penalty, all in one unit of account.
    ///
    /// Fails with [`RiskError::NotConverged`] where a circle owns all of itself.
    pub fn values(&self, assets: &[f64], thresholds: &[f64], penalties: &[f64]) -> Result<Valued, RiskError> {
        for amounts in [assets, thresholds, penalties] {
            check_amounts(self.outside.len(), amounts)?;
        }
        let settled = settle(&self.shares, &Shares { holdings: self, assets, thresholds, penalties }, 0.0)?;
        let values = settled.worth.iter().zip(&self.outside).map(|(worth, outside)| worth.equity * outside);
        Ok(Valued { values: values.collect(), waves: settled.waves })
    }
}

/// The matrix `A` by rows: how much of one unit of the assets of `j` ends with the outside owners of `i`. Columns sum to
/// one: nothing is lost on the way.
///
/// Fails as [`Holdings::values`] does.
pub fn dependency(holdings: &Holdings) -> Result<Vec<Vec<f64>>, RiskError> {
    let nodes = holdings.outside.len();
    let nothing = vec![0.0; nodes];
    let mut rows = vec![vec![0.0; nodes]; nodes];
    for column in 0..nodes {
        let mut unit = nothing.clone();
        unit[column] = 1.0;
        let valued = holdings.values(&unit, &nothing, &nothing)?;
        for (row, value) in rows.iter_mut().zip(valued.values) {
            row[column] = value;
        }
    }
    Ok(rows)
}

/// A share is worth a share of what its organisation is worth.
struct Shares<'a> {
    holdings: &'a Holdings,
    assets: &'a [f64],
    thresholds: &'a [f64],
    penalties: &'a [f64],
}

impl Valuation for Shares<'_> {
    fn own(&self, node: usize, failed: bool) -> f64 {
        self.assets[node] - if failed { self.penalties[node] } else { 0.0 }
    }

    fn claim(&self, _: usize, worth: Worth, _: bool) -> f64 {
        worth.equity
    }

    fn fails(&self, node: usize, equity: f64) -> bool {
        equity * self.holdings.outside[node] < self.thresholds[node] * (1.0 - NEGLIGIBLE)
    }

    fn is_fixed(&self, _: usize, _: bool) -> bool {
        false
    }
}
