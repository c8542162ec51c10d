//! Equity that bears the loss of claims, and how much each node counts.

use super::{Claims, Debt, RiskError, check_amount, check_amounts};

/// Nodes that lose equity when others can't pay.
#[derive(Clone, Debug, PartialEq)]
pub struct Exposures {
    pub(super) claims: Claims,
    pub(super) equity: Vec<f64>,
    /// Shares of one.
    pub(super) weights: Vec<f64>,
}

impl Exposures {
    /// Claims, the equity of each node in their unit, and how much each counts: in any unit, not all zero.
    pub fn new(claims: Claims, equity: Vec<f64>, mut weights: Vec<f64>) -> Result<Self, RiskError> {
        check_amounts(claims.nodes() as usize, &equity)?;
        check_amounts(claims.nodes() as usize, &weights)?;
        let total: f64 = weights.iter().sum();
        if total == 0.0 {
            return Err(RiskError::Zero);
        }
        for weight in &mut weights {
            *weight /= total;
        }
        Ok(Self { claims, equity, weights })
    }

    /// Who owes whom.
    pub const fn claims(&self) -> &Claims {
        &self.claims
    }

    /// What each node can lose.
    pub fn equity(&self) -> &[f64] {
        &self.equity
    }

    /// The same with no claim above `cap` times its holder's equity; what is above it is held in safety. Nothing that
    /// linear DebtRank calls a loss grows by it, since that never falls as claims grow.
    pub fn capped(&self, cap: f64) -> Result<Self, RiskError> {
        check_amount(cap)?;
        let limit = |debt: &Debt| {
            let most = cap * self.equity[debt.creditor as usize];
            Debt { amount: debt.amount.min(most), ..*debt }
        };
        let claims = Claims::new(self.claims.nodes(), self.claims.debts().iter().map(limit))?;
        Ok(Self { claims, ..self.clone() })
    }
}
