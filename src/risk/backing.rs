//! Wrapped tokens and what backs them: who bears a loss, and who is paid in a run.

use super::{RiskError, check_amount};
use alloy_primitives::{U256, U512};

/// Who bears the loss of a bridge, as shares of what each holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LossAllocation {
    /// What is left behind each token.
    pub backing: f64,
    /// What everybody loses if all bear it alike.
    pub uniform: f64,
    /// What holders on the rollup lose if they bear it alone, up to all they have.
    pub local: f64,
    /// What everybody else loses then: what was stolen beyond that.
    pub elsewhere: f64,
}

/// The loss of `stolen` of the tokens that back a `supply`, of which `local_supply` is on one rollup, all in the same
/// unit. Haircuts as in the two scenarios of LlamaRisk after the loss of rsETH in April 2026.
///
/// Refuses a supply of zero, and more stolen or on the rollup than there is.
pub fn allocate_loss(supply: f64, local_supply: f64, stolen: f64) -> Result<LossAllocation, RiskError> {
    for amount in [supply, local_supply, stolen] {
        check_amount(amount)?;
    }
    for found in [local_supply, stolen] {
        if found > supply {
            return Err(RiskError::TooLarge { limit: supply, found });
        }
    }
    if supply == 0.0 {
        return Err(RiskError::Zero);
    }
    // Nobody holds nothing: nobody loses any of it.
    let share = |part: f64, of: f64| if part > 0.0 { (part / of).min(1.0) } else { 0.0 };
    Ok(LossAllocation {
        backing: (supply - stolen) / supply,
        uniform: stolen / supply,
        local: if local_supply > 0.0 { share(stolen, local_supply) } else { 0.0 },
        elsewhere: share(stolen - local_supply, supply - local_supply),
    })
}

/// What each claim gets of `locked` base units where the first to come is paid in full: until nothing is left.
pub fn first_come(locked: U256, claims: &[U256]) -> Vec<U256> {
    let mut left = locked;
    let pay = |claim: &U256| {
        let paid = left.min(*claim);
        left -= paid;
        paid
    };
    claims.iter().map(pay).collect()
}

/// What each claim gets of `locked` base units where all get the same share, rounded down, up to all they claim. None if
/// the claims exceed 256 bits together.
pub fn pro_rata(locked: U256, claims: &[U256]) -> Option<Vec<U256>> {
    let total = claims.iter().try_fold(U256::ZERO, |total, claim| total.checked_add(*claim))?;
    let locked = locked.min(total);
    let pay = |claim: &U256| {
        let paid =
            (U512::from(locked) * U512::from(*claim)).checked_div(U512::from(total)).unwrap_or_default();
        // At most the claim itself.
        U256::checked_from_limbs_slice(paid.as_limbs()).unwrap_or(*claim)
    };
    Some(claims.iter().map(pay).collect())
}
