//! The cheapest attack: which faults together cost so much at the least expense. And the cheapest control against it.

use super::{RiskError, check_finite, count};
use std::{cmp::Reverse, collections::BinaryHeap, ops::ControlFlow};

/// The most faults that are searched.
pub const FAULTS_MAX: u32 = 24;

/// A set of faults.
#[derive(Clone, Debug, PartialEq)]
pub struct Attack {
    /// Which of the candidates, in order.
    pub faults: Vec<u32>,
    /// What they cost the attacker together.
    pub cost: u128,
    /// What they cost everybody else.
    pub loss: f64,
}

/// A control that is strong enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Control {
    /// Which of the candidates.
    pub control: u32,
    /// What it costs.
    pub cost: u64,
    /// What the attack costs still.
    pub loss: f64,
}

/// The cheapest set of faults whose loss is at least so much; of equally cheap ones that of the fewest faults, and of
/// these the first in the order of their lists. None if all faults together lose less.
///
/// `costs` has one for each candidate. `loss` gives the loss of a set, as places in `costs` in order; it must not fall
/// as faults are added.
///
/// Refuses and fails as [`AttackSearch`] does.
pub fn cheapest_attack(
    costs: &[u64],
    at_least: f64,
    evaluations_max: u32,
    mut loss: impl FnMut(&[u32]) -> Result<f64, RiskError>,
) -> Result<Option<Attack>, RiskError> {
    let mut search = AttackSearch::new(costs.to_vec(), at_least, evaluations_max, &mut loss)?;
    loop {
        if let ControlFlow::Break(found) = search.advance(&mut loss)? {
            return Ok(found);
        }
    }
}

/// The search of [`cheapest_attack`], set by set.
///
/// Sets are tried from the cheapest on (best-first search), without those that even all faults yet to be decided on would
/// not complete.
#[derive(Clone, Debug)]
pub struct AttackSearch {
    costs: Vec<u64>,
    at_least: f64,
    /// The cheapest first, so that to replace the last fault of a set by the next is never cheaper.
    order: Vec<u32>,
    open: BinaryHeap<Reverse<Candidate>>,
    evaluations: u32,
    evaluations_max: u32,
}

impl AttackSearch {
    /// A search that begins.
    ///
    /// Refuses more than [`FAULTS_MAX`] candidates and losses that are not finite. Evaluates the loss of all faults, and
    /// gives up as [`Self::advance`] does where that is once too often. Fails as `loss` does.
    pub fn new(
        costs: Vec<u64>,
        at_least: f64,
        evaluations_max: u32,
        loss: impl FnMut(&[u32]) -> Result<f64, RiskError>,
    ) -> Result<Self, RiskError> {
        let faults = count(costs.len())?;
        if faults > FAULTS_MAX {
            return Err(RiskError::TooManyFaults { limit: FAULTS_MAX, found: faults });
        }
        check_finite(at_least)?;
        let mut order: Vec<u32> = (0..faults).collect();
        order.sort_by_key(|fault| costs[*fault as usize]);
        let open = BinaryHeap::new();
        let mut search = Self { costs, at_least, order, open, evaluations: 0, evaluations_max };
        let all = (0..faults).fold(Set::NONE, Set::with);
        if search.loss_of(all, loss)? >= at_least {
            search.open.push(Reverse(Candidate::new(Set::NONE, 0, &search.costs)));
        }
        Ok(search)
    }

    /// Tries the next set, and ends with the cheapest one or with none.
    ///
    /// Gives up with [`RiskError::Unsearched`] after so many evaluations of the loss. Fails as `loss` does.
    pub fn advance(
        &mut self,
        mut loss: impl FnMut(&[u32]) -> Result<f64, RiskError>,
    ) -> Result<ControlFlow<Option<Attack>>, RiskError> {
        let Some(Reverse(Candidate { set, decided, cost })) = self.open.pop() else {
            return Ok(ControlFlow::Break(None));
        };
        let found = self.loss_of(set, &mut loss)?;
        if found >= self.at_least {
            return Ok(ControlFlow::Break(Some(Attack { faults: set.faults(), cost, loss: found })));
        }
        let Some(next) = self.order.get(decided).copied() else { return Ok(ControlFlow::Continue(())) };
        self.open.push(Reverse(Candidate::new(set.with(next), decided + 1, &self.costs)));
        let Some(last) = decided.checked_sub(1).map(|place| self.order[place]) else {
            return Ok(ControlFlow::Continue(()));
        };
        let without = set.without(last);
        let most = self.order[decided..].iter().copied().fold(without, Set::with);
        if self.loss_of(most, &mut loss)? >= self.at_least {
            self.open.push(Reverse(Candidate::new(without.with(next), decided + 1, &self.costs)));
        }
        Ok(ControlFlow::Continue(()))
    }

    fn loss_of(
        &mut self,
        set: Set,
        mut loss: impl FnMut(&[u32]) -> Result<f64, RiskError>,
    ) -> Result<f64, RiskError> {
        if self.evaluations == self.evaluations_max {
            return Err(RiskError::Unsearched { evaluations: self.evaluations_max });
        }
        self.evaluations += 1;
        let found = loss(&set.faults())?;
        check_finite(found)?;
        Ok(found)
    }
}

/// The cheapest control, of equally cheap ones the first, under which an attack costs less than `below`. None if none
/// does.
///
/// `costs` has one for each candidate, and `loss` gives what the attack costs under one. Refuses losses that are not
/// finite. Fails as `loss` does.
pub fn cheapest_control(
    costs: &[u64],
    below: f64,
    mut loss: impl FnMut(u32) -> Result<f64, RiskError>,
) -> Result<Option<Control>, RiskError> {
    check_finite(below)?;
    let mut order: Vec<u32> = (0..count(costs.len())?).collect();
    order.sort_by_key(|control| costs[*control as usize]);
    for control in order {
        let loss = loss(control)?;
        check_finite(loss)?;
        if loss < below {
            return Ok(Some(Control { control, cost: costs[control as usize], loss }));
        }
    }
    Ok(None)
}

/// Faults as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Set(u32);

impl Set {
    const NONE: Self = Self(0);

    const fn with(self, fault: u32) -> Self {
        Self(self.0 | 1 << fault)
    }

    const fn without(self, fault: u32) -> Self {
        Self(self.0 & !(1 << fault))
    }

    fn faults(self) -> Vec<u32> {
        (0..FAULTS_MAX).filter(|fault| self.0 >> fault & 1 == 1).collect()
    }
}

/// A set whose last fault is the last of those decided on, the cheapest. It stands for all that have the same faults before
/// that one, and others from there on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Candidate {
    cost: u128,
    set: Set,
    decided: usize,
}

impl Candidate {
    fn new(set: Set, decided: usize, costs: &[u64]) -> Self {
        let cost = set.faults().iter().map(|fault| u128::from(costs[*fault as usize])).sum();
        Self { cost, set, decided }
    }

    /// What goes first: the cheaper, the smaller, and of equal size that with the lowest fault that the other lacks.
    const fn key(&self) -> (u128, u32, Reverse<u32>) {
        (self.cost, self.set.0.count_ones(), Reverse(self.set.0.reverse_bits()))
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
