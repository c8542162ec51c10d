//! The fixed point that most models of contagion are, in the form of Barucca and others ("Network valuation in
//! financial systems", 2020): what a node is worth is its own things and the value of its claims, and the value of a
//! claim follows from what its debtor is worth.

use super::{Claims, RiskError};

/// How a model values. No value may fall as a node is worth more, and failing must move values the way that they go:
/// down, where they begin above the fixed point.
pub(super) trait Valuation {
    /// What a node is worth before claims on others are valued.
    fn own(&self, node: usize, failed: bool) -> f64;

    /// What a unit of a claim on the node adds to what its holder is worth: its value, or where `own` has the claim at
    /// face value already, less what is lost of it.
    fn claim(&self, node: usize, worth: Worth, failed: bool) -> f64;

    /// Whether a node that is worth so much fails.
    fn fails(&self, node: usize, equity: f64) -> bool;

    /// Whether the value of a claim on the node does not depend on what it is worth, until it fails: then what it is
    /// worth is worked out once, when all values have come to rest.
    fn is_fixed(&self, node: usize, failed: bool) -> bool;
}

/// What a node is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Worth {
    /// What the claims that it holds add.
    pub claims: f64,
    /// That and its own things; below zero by what its creditors lose.
    pub equity: f64,
}

/// The fixed point.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Settled {
    /// What each node is worth.
    pub worth: Vec<Worth>,
    /// What a unit of a claim on each node adds.
    pub claims: Vec<f64>,
    /// Whether each has failed.
    pub failed: Vec<bool>,
    /// Who failed when those before had.
    pub waves: Vec<Vec<u32>>,
}

/// Sweeps after which it is given up: enough where each closes a thousandth of what is missing.
const SWEEPS_MAX: u32 = 100_000;

/// The greatest fixed point in which nobody fails who need not: values are settled while nobody has failed, then with
/// those failed who can't help it, and so on (the fictitious default algorithm of Eisenberg and Noe, section 3.1).
///
/// `start` values every claim, not below the fixed point if values are to fall, or not above if they are to rise, as
/// long as nobody has failed. From there on every sum, product and quotient moves one way only, in floating point too,
/// so that the values come to rest at the last bit: that is the end, not a tolerance.
pub(super) fn settle(claims: &Claims, valuation: &impl Valuation, start: f64) -> Result<Settled, RiskError> {
    let nodes = claims.nodes() as usize;
    let settled = Settled {
        worth: vec![Worth::default(); nodes],
        claims: vec![start; nodes],
        failed: vec![false; nodes],
        waves: Vec::new(),
    };
    resettle(claims, valuation, settled, vec![true; nodes])
}

/// The fixed point after the own things of the nodes that are `stale` have changed the way that values go: down, where
/// they fell. It is the one that would be found from the beginning; who had failed comes first in its waves.
pub(super) fn resettle(
    claims: &Claims,
    valuation: &impl Valuation,
    mut settled: Settled,
    mut stale: Vec<bool>,
) -> Result<Settled, RiskError> {
    let mut sweeps = 0;
    loop {
        settle_values(claims, valuation, &mut settled, &mut stale, &mut sweeps)?;
        let fails = |node: &u32| {
            let node = *node as usize;
            !settled.failed[node] && valuation.fails(node, settled.worth[node].equity)
        };
        let wave: Vec<u32> = (0..claims.nodes()).filter(fails).collect();
        if wave.is_empty() {
            return Ok(settled);
        }
        for node in &wave {
            settled.failed[*node as usize] = true;
            stale[*node as usize] = true;
        }
        settled.waves.push(wave);
    }
}

/// Values nodes again until nothing changes, each after those before it: in the first sweep those that are `stale`,
/// which none is then, and in all others those whose values are not fixed.
fn settle_values(
    claims: &Claims,
    valuation: &impl Valuation,
    settled: &mut Settled,
    stale: &mut [bool],
    sweeps: &mut u32,
) -> Result<(), RiskError> {
    let (worths, values, failed) = (&mut settled.worth[..], &mut settled.claims[..], &settled.failed[..]);
    let is_fixed = |number: u32| valuation.is_fixed(number as usize, failed[number as usize]);
    let mut moved = vec![false; stale.len()];
    let mut turn: Vec<u32> = (0..claims.nodes()).filter(|number| stale[*number as usize]).collect();
    stale.fill(false);
    let mut is_first = true;
    while !turn.is_empty() {
        let mut residual = 0.0;
        let moved = &mut moved[..];
        for number in turn.iter().copied() {
            let node = number as usize;
            let worth = worth(claims, valuation, values, number, failed[node]);
            worths[node] = worth;
            let value = valuation.claim(node, worth, failed[node]);
            let change = libm::fabs(value - values[node]);
            if change > 0.0 {
                residual = change.max(residual);
                values[node] = value;
                moved[node] = true;
            }
        }
        if residual == 0.0 {
            break;
        }
        if *sweeps == SWEEPS_MAX {
            return Err(RiskError::NotConverged { iterations: SWEEPS_MAX, residual });
        }
        *sweeps += 1;
        if std::mem::take(&mut is_first) {
            turn = (0..claims.nodes()).filter(|number| !is_fixed(*number)).collect();
        }
    }
    // Those whose values are fixed are worth what the values at rest make of their claims.
    let mut late = vec![false; moved.len()];
    for number in (0..claims.nodes()).filter(|number| moved[*number as usize]) {
        for debt in claims.owed_by(number) {
            late[debt.creditor as usize] = true;
        }
    }
    for number in (0..claims.nodes()).filter(|number| late[*number as usize] && is_fixed(*number)) {
        let node = number as usize;
        worths[node] = worth(claims, valuation, values, number, failed[node]);
    }
    Ok(())
}

/// What a node is worth at the values of the claims that it holds. This is the inner loop of it all: over slices, which
/// are indexed without a call where the compiler builds for size.
#[inline(always)]
fn worth(
    claims: &Claims,
    valuation: &impl Valuation,
    values: &[f64],
    number: u32,
    has_failed: bool,
) -> Worth {
    let mut of_claims = 0.0;
    for debt in claims.held_by(number) {
        of_claims += debt.amount * values[debt.debtor as usize];
    }
    Worth { claims: of_claims, equity: valuation.own(number as usize, has_failed) + of_claims }
}
