//! Shapes of networks, and the shock at which the best becomes the worst (Acemoglu, Ozdaglar and Tahbaz-Salehi,
//! "Systemic Risk and Stability in Financial Networks", 2015).

use super::{Claims, Debt, Network, RiskError, Sheet, check_amount, eisenberg_noe};

/// Who owes whom, where everybody owes and is owed the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Everybody owes the next.
    Ring,
    /// Everybody owes everybody else the same.
    Complete,
    /// Complete within so many groups of the same size, and nothing between them.
    Cliques(u32),
}

impl Shape {
    /// The debts of `banks` nodes that owe `owed` each. Cliques must divide them, into groups of 2 at least.
    pub fn claims(self, banks: u32, owed: f64) -> Result<Claims, RiskError> {
        check_amount(owed)?;
        let group = match self {
            Self::Ring | Self::Complete => banks,
            Self::Cliques(cliques) if banks.checked_rem(cliques) == Some(0) => banks / cliques,
            Self::Cliques(found) => return Err(RiskError::Uneven { nodes: banks, found }),
        };
        if group < 2 {
            return Err(RiskError::TooFew { expected: 2, found: group });
        }
        let others = |debtor: u32| {
            let first = debtor - debtor % group;
            (first..first + group).filter(move |creditor| *creditor != debtor)
        };
        let ring = |debtor| Debt { debtor, creditor: (debtor + 1) % banks, amount: owed };
        match self {
            Self::Ring => Claims::new(banks, (0..banks).map(ring)),
            Self::Complete | Self::Cliques(_) => {
                let amount = owed / f64::from(group - 1);
                let of = |debtor| others(debtor).map(move |creditor| Debt { debtor, creditor, amount });
                Claims::new(banks, (0..banks).flat_map(of))
            }
        }
    }
}

/// How many of `banks` default that owe each other `owed` each, have `surplus` each beyond what they owe outside, when
/// the first loses `shock`; all in one unit of account.
///
/// Fails as [`eisenberg_noe`] does.
pub fn default_count(
    shape: Shape,
    banks: u32,
    owed: f64,
    surplus: f64,
    shock: f64,
) -> Result<u32, RiskError> {
    check_amount(surplus)?;
    check_amount(shock)?;
    let claims = shape.claims(banks, owed)?;
    let sound = Sheet { outside_assets: surplus, ..Sheet::default() };
    let mut sheets = vec![sound; banks as usize];
    // What is lost beyond the surplus is owed outside, before all else.
    sheets[0] = Sheet {
        outside_assets: (surplus - shock).max(0.0),
        senior_debts: (shock - surplus).max(0.0),
        ..Sheet::default()
    };
    let clearing = eisenberg_noe(&Network::new(claims, sheets)?)?;
    super::count(clearing.waves.iter().map(Vec::len).sum())
}

/// The shock below which a complete network is the most stable and a ring the least, and the debts above which that
/// holds (propositions 4 and 6): `n * surplus` and `(n - 1) * surplus`. From that shock on both are the worst.
pub fn shock_thresholds(banks: u32, surplus: f64) -> Result<(f64, f64), RiskError> {
    check_amount(surplus)?;
    let others = banks.checked_sub(1).ok_or(RiskError::TooFew { expected: 1, found: 0 })?;
    Ok((f64::from(banks) * surplus, f64::from(others) * surplus))
}
