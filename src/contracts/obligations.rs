//! The debts that a rollup keeps: what is on record in its state, and the calls that change it.

use super::abi::IObligations;
use super::addresses::OBLIGATIONS;
use crate::evm::State;
use alloy_primitives::{Address, Bytes, U256, keccak256};
use alloy_sol_types::{SolCall, SolValue};

/// The slot of `live` in `Obligations`.
const LIVE_SLOT: U256 = U256::ZERO;
/// The slot of `obligations`.
const OBLIGATIONS_SLOT: U256 = U256::from_limbs([1, 0, 0, 0]);

/// A debt that is open or defaulted; what was paid is on record no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Obligation {
    /// Its number on its rollup.
    pub id: U256,
    /// Who owes.
    pub debtor: Address,
    /// Who is owed.
    pub creditor: Address,
    /// Which token.
    pub token: Address,
    /// How much, in base units.
    pub owed: U256,
    /// The last second, in Unix time, before it can be settled.
    pub due_s: u64,
    /// What a default costs, in ten thousandths of what is seized.
    pub cost_bps: u16,
    /// Whether it was settled with less than is owed.
    pub is_defaulted: bool,
    /// What the creditor got, in base units.
    pub paid: U256,
    /// What the default cost, in base units.
    pub cost: U256,
}

impl Obligation {
    /// What the creditor did not get, once the debt is settled.
    pub fn short(&self) -> U256 {
        if self.is_defaulted { self.owed.saturating_sub(self.paid) } else { U256::ZERO }
    }
}

/// The debts of a rollup that are open or defaulted, by number.
pub fn obligations(state: &State) -> Vec<Obligation> {
    let count = u64::try_from(state.storage(OBLIGATIONS, LIVE_SLOT)).unwrap_or(0);
    let first: U256 = keccak256(LIVE_SLOT.abi_encode()).into();
    let read = |place| read(state, state.storage(OBLIGATIONS, first.wrapping_add(U256::from(place))));
    let mut found: Vec<Obligation> = (0..count).map(read).collect();
    found.sort_by_key(|debt| debt.id);
    found
}

fn read(state: &State, id: U256) -> Obligation {
    let base: U256 = keccak256((id, OBLIGATIONS_SLOT).abi_encode()).into();
    let slot = |offset: u64| state.storage(OBLIGATIONS, base.wrapping_add(U256::from(offset)));
    let address = |slot: U256| Address::from_word(slot.into());
    // From the lowest bit: 160 of the debtor, 64 of the due date, 16 of the cost's share, 8 and 8 of two booleans.
    let packed = slot(0);
    Obligation {
        id,
        debtor: address(packed),
        creditor: address(slot(1)),
        token: address(slot(2)),
        owed: slot(3),
        due_s: (packed >> 160_usize).wrapping_to(),
        cost_bps: (packed >> 224_usize).wrapping_to(),
        is_defaulted: (packed >> 240_usize).byte(0) != 0,
        paid: slot(4),
        cost: slot(5),
    }
}

/// Calldata: a creditor may lend the caller so many base units of a token.
pub fn allow_credit(creditor: Address, token: Address, amount: U256) -> Bytes {
    IObligations::allowCreditCall { creditor, token, amount }.abi_encode().into()
}

/// Terms of a debt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Which token.
    pub token: Address,
    /// How much, in base units.
    pub amount: U256,
    /// The last second, in Unix time, before it can be settled.
    pub due_s: u64,
    /// What a default costs, in ten thousandths of what is seized.
    pub cost_bps: u16,
}

/// Calldata: the caller lends to a debtor that allows it.
pub fn lend(debtor: Address, terms: Terms) -> Bytes {
    let Terms { token, amount, due_s: due, cost_bps } = terms;
    IObligations::lendCall { debtor, token, amount, due, costBps: cost_bps }.abi_encode().into()
}

/// Calldata: the caller owes a creditor.
pub fn owe(creditor: Address, terms: Terms) -> Bytes {
    let Terms { token, amount, due_s: due, cost_bps } = terms;
    IObligations::oweCall { creditor, token, amount, due, costBps: cost_bps }.abi_encode().into()
}

/// Calldata: all that a debtor owes of a token and that is due is settled.
pub fn settle(debtor: Address, token: Address) -> Bytes {
    IObligations::settleCall { debtor, token }.abi_encode().into()
}
