//! Who owes whom how much, as a sparse matrix that can be read from both sides.

use super::{RiskError, check_amount, check_finite, count};

/// What one node owes another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Debt {
    /// Who owes.
    pub debtor: u32,
    /// Who is owed.
    pub creditor: u32,
    /// How much, or which share where claims are shares.
    pub amount: f64,
}

/// All debts between the nodes of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Claims {
    nodes: u32,
    by_creditor: Sorted,
    by_debtor: Sorted,
}

/// Debts in the order of one side, and where those of each node begin.
#[derive(Clone, Debug, PartialEq)]
struct Sorted {
    debts: Vec<Debt>,
    starts: Vec<u32>,
}

impl Sorted {
    fn new(nodes: u32, mut debts: Vec<Debt>, key: impl Fn(&Debt) -> (u32, u32)) -> Result<Self, RiskError> {
        debts.sort_by_key(|debt| key(debt));
        let end = count(debts.len())?;
        let mut starts = Vec::new();
        let mut place = 0;
        for node in 0..nodes {
            starts.push(place);
            place += count(debts[place as usize..].iter().take_while(|debt| key(debt).0 == node).count())?;
        }
        starts.push(end);
        Ok(Self { debts, starts })
    }

    #[inline(always)]
    fn of(&self, node: u32) -> &[Debt] {
        let node = node as usize;
        &self.debts[self.starts[node] as usize..self.starts[node + 1] as usize]
    }
}

impl Claims {
    /// A network of so many nodes. Debts between the same two are added up, and debts of nothing are left out.
    pub fn new(nodes: u32, debts: impl IntoIterator<Item = Debt>) -> Result<Self, RiskError> {
        let mut kept: Vec<Debt> = Vec::new();
        for debt in debts {
            for found in [debt.debtor, debt.creditor] {
                if found >= nodes {
                    return Err(RiskError::OutOfRange { nodes, found });
                }
            }
            check_amount(debt.amount)?;
            if debt.amount == 0.0 {
                continue;
            }
            if debt.debtor == debt.creditor {
                return Err(RiskError::SelfOwing { node: debt.debtor });
            }
            kept.push(debt);
        }
        // Equal pairs stay in the order given, so that their sum does not depend on the sort.
        kept.sort_by_key(|debt| (debt.creditor, debt.debtor));
        kept.dedup_by(|next, first| {
            let same = (next.creditor, next.debtor) == (first.creditor, first.debtor);
            if same {
                first.amount += next.amount;
            }
            same
        });
        check_finite(kept.iter().map(|debt| debt.amount).sum())?;
        let by_debtor = Sorted::new(nodes, kept.clone(), |debt| (debt.debtor, debt.creditor))?;
        let by_creditor = Sorted::new(nodes, kept, |debt| (debt.creditor, debt.debtor))?;
        Ok(Self { nodes, by_creditor, by_debtor })
    }

    /// How many nodes there are.
    pub const fn nodes(&self) -> u32 {
        self.nodes
    }

    /// Every debt, by creditor and then by debtor.
    pub fn debts(&self) -> &[Debt] {
        &self.by_creditor.debts
    }

    /// What a node is owed, by debtor. Panics if there is no such node.
    #[inline(always)]
    pub fn held_by(&self, creditor: u32) -> &[Debt] {
        self.by_creditor.of(creditor)
    }

    /// What a node owes, by creditor. Panics if there is no such node.
    pub fn owed_by(&self, debtor: u32) -> &[Debt] {
        self.by_debtor.of(debtor)
    }

    /// What each node is owed in all.
    pub fn held(&self) -> Vec<f64> {
        (0..self.nodes).map(|node| total(self.held_by(node))).collect()
    }

    /// What each node owes in all.
    pub fn owed(&self) -> Vec<f64> {
        (0..self.nodes).map(|node| total(self.owed_by(node))).collect()
    }
}

fn total(debts: &[Debt]) -> f64 {
    debts.iter().map(|debt| debt.amount).sum()
}
