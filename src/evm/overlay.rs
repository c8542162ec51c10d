//! A block's changes so far, over the state it began with.
//!
//! An overlay reads through to its base and keeps what it has read or changed in flat hash maps, which end
//! here: [`Overlay::into_changes`] gives sorted maps. A transaction's effects arrive as a whole, after it
//! was executed, so there is nothing to roll back when one is refused. To undo several transactions, set a
//! savepoint before them: what they replace is remembered, so that undoing costs what they did.

use super::account::Account;
use super::changes::{AccountChange, Changes};
use super::code::Code;
use super::hashed::{hashed_address, hashed_slot};
use super::state::State;
use crate::types::Gather as _;
use alloy_primitives::map::{AddressMap, U256Map};
use alloy_primitives::{Address, B256, KECCAK256_EMPTY, U256};
use revm::state::{AccountInfo, EvmState};
use std::collections::BTreeMap;

/// Reads through to a state and accumulates changes.
#[derive(Clone, Debug, Default)]
pub struct Overlay {
    base: State,
    entries: AddressMap<Entry>,
    deployed: BTreeMap<B256, Code>,
    /// What was replaced since the savepoint, oldest first, if one is set.
    replaced: Option<Vec<Replaced>>,
}

/// Something as it was before a transaction replaced it.
#[derive(Clone, Debug)]
enum Replaced {
    /// An account without its slots.
    Account { address: Address, info: Option<Info>, changed: bool },
    /// A slot's value.
    Slot { address: Address, slot: U256, value: U256 },
    /// All slots of an account that was created or removed.
    Slots { address: Address, wiped: bool, slots: U256Map<SlotEntry> },
    /// That code was not deployed yet.
    Code(B256),
}

/// What is known of one address.
#[derive(Clone, Debug)]
struct Entry {
    hashed: B256,
    base: Option<Account>,
    info: Option<Info>,
    changed: bool,
    /// Whether the base's storage is hidden, the account having been created or removed since.
    wiped: bool,
    slots: U256Map<SlotEntry>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Info {
    nonce: u64,
    balance: U256,
    code_hash: B256,
}

#[derive(Clone, Copy, Debug)]
struct SlotEntry {
    hashed: B256,
    base: U256,
    value: U256,
}

impl Overlay {
    /// An overlay without changes.
    pub fn new(base: State) -> Self {
        Self { base, ..Self::default() }
    }

    /// Remembers from now on what transactions replace, so that all of them can be undone at once.
    pub(super) fn set_savepoint(&mut self) {
        self.replaced = Some(Vec::new());
    }

    /// Keeps what was done since the savepoint.
    pub(super) fn release_savepoint(&mut self) {
        self.replaced = None;
    }

    /// Undoes what was done since the savepoint.
    pub(super) fn undo_to_savepoint(&mut self) {
        for replaced in self.replaced.take().unwrap_or_default().into_iter().rev() {
            match replaced {
                Replaced::Account { address, info, changed } => {
                    let entry = self.entry(address);
                    (entry.info, entry.changed) = (info, changed);
                }
                Replaced::Slot { address, slot, value } => self.entry(address).slot(slot).value = value,
                Replaced::Slots { address, wiped, slots } => {
                    let entry = self.entry(address);
                    (entry.wiped, entry.slots) = (wiped, slots);
                }
                Replaced::Code(hash) => {
                    self.deployed.remove(&hash);
                }
            }
        }
    }

    /// The state that the changes are relative to.
    pub const fn base(&self) -> &State {
        &self.base
    }

    /// An account's balance in wei.
    pub fn balance(&mut self, address: Address) -> U256 {
        self.entry(address).info.map_or(U256::ZERO, |info| info.balance)
    }

    /// An account's nonce.
    pub fn nonce(&mut self, address: Address) -> u64 {
        self.entry(address).info.map_or(0, |info| info.nonce)
    }

    /// A storage slot's value.
    pub fn storage(&mut self, address: Address, slot: U256) -> U256 {
        self.entry(address).slot(slot).value
    }

    /// Gives an account ether from nowhere and one nonce: what stands of a deposit that failed before it
    /// could execute.
    pub(super) fn keep_failed_deposit(&mut self, sender: Address, mint: u128) {
        let entry = self.entry_to_change(sender);
        let mut info = entry.info.unwrap_or(Info::EMPTY);
        info.balance = info.balance.saturating_add(U256::from(mint));
        info.nonce = info.nonce.saturating_add(1);
        entry.info = Some(info);
        entry.changed = true;
    }

    /// What changed relative to the base, sorted.
    pub fn into_changes(self) -> Changes {
        let accounts = self
            .entries
            .into_iter()
            .filter_map(|(address, entry)| entry.into_change().map(|change| (address, change)))
            .gather();
        Changes { accounts, code: self.deployed }
    }

    /// The base with the changes applied.
    pub fn into_state(mut self) -> State {
        let mut state = std::mem::take(&mut self.base);
        state.apply(&self.into_changes());
        state
    }

    /// Takes over what one transaction did, as revm's journal reports it.
    pub(super) fn commit(&mut self, state: EvmState) {
        for (address, account) in state {
            if !account.is_touched() {
                continue;
            }
            let wiped = account.is_created() || account.is_selfdestructed();
            // EIP-161: a touched account that is empty ceases to exist.
            let removed = account.is_selfdestructed() || account.is_empty();
            let entry = self.entry_to_change(address);
            entry.changed = true;
            if wiped || removed {
                let (wiped, slots) = (entry.wiped, entry.wipe());
                if let Some(replaced) = &mut self.replaced {
                    replaced.push(Replaced::Slots { address, wiped, slots });
                }
            }
            let entry = self.entry(address);
            if removed {
                entry.info = None;
                continue;
            }
            let info = Info::from_revm(&account.info);
            let code_was = entry.info.map_or(KECCAK256_EMPTY, |info| info.code_hash);
            entry.info = Some(info);
            for (slot, value) in account.storage {
                if value.is_changed() {
                    self.store(address, slot, value.present_value);
                }
            }
            if info.code_hash != code_was
                && let Some(code) = account.info.code
                && self.deployed.insert(info.code_hash, Code::from_revm(code)).is_none()
                && let Some(replaced) = &mut self.replaced
            {
                replaced.push(Replaced::Code(info.code_hash));
            }
        }
    }

    fn store(&mut self, address: Address, slot: U256, value: U256) {
        let place = self.entry(address).slot(slot);
        let was = std::mem::replace(&mut place.value, value);
        if let Some(replaced) = &mut self.replaced {
            replaced.push(Replaced::Slot { address, slot, value: was });
        }
    }

    /// An entry whose account is about to change.
    fn entry_to_change(&mut self, address: Address) -> &mut Entry {
        if self.replaced.is_some() {
            let Entry { info, changed, .. } = *self.entry(address);
            let was = Replaced::Account { address, info, changed };
            self.replaced.get_or_insert_default().push(was);
        }
        self.entry(address)
    }

    /// What revm wants to know of an account.
    pub(super) fn info(&mut self, address: Address) -> Option<AccountInfo> {
        let info = self.entry(address).info?;
        let code = self.code(&info.code_hash);
        Some(AccountInfo {
            balance: info.balance,
            nonce: info.nonce,
            code_hash: info.code_hash,
            account_id: None,
            code: Some(code.to_revm()),
        })
    }

    /// Code by hash; unknown code is empty, which a state checked on entry never has.
    pub(super) fn code(&self, hash: &B256) -> Code {
        self.base.codes().get(hash).or_else(|| self.deployed.get(hash).cloned()).unwrap_or_default()
    }

    fn entry(&mut self, address: Address) -> &mut Entry {
        let base = &self.base;
        self.entries.entry(address).or_insert_with(|| Entry::read(base, address))
    }
}

impl Entry {
    fn read(base: &State, address: Address) -> Self {
        let hashed = hashed_address(address);
        let base = base.account_hashed(&hashed).cloned();
        let info = base.as_ref().map(Info::from_account);
        Self { hashed, base, info, changed: false, wiped: false, slots: U256Map::default() }
    }

    fn slot(&mut self, slot: U256) -> &mut SlotEntry {
        let (base, wiped) = (&self.base, self.wiped);
        self.slots.entry(slot).or_insert_with(|| {
            let hashed = hashed_slot(slot);
            let stored = match base {
                Some(account) if !wiped => account.storage.get(&hashed).copied().unwrap_or_default(),
                _ => U256::ZERO,
            };
            SlotEntry { hashed, base: stored, value: stored }
        })
    }

    /// Hides the base's storage, and gives the slots that were known.
    fn wipe(&mut self) -> U256Map<SlotEntry> {
        self.wiped = true;
        std::mem::take(&mut self.slots)
    }

    fn into_change(self) -> Option<AccountChange> {
        if !self.changed {
            return None;
        }
        let hashed = self.hashed;
        let Some(info) = self.info else {
            return self.base.is_some().then_some(AccountChange::Removed { hashed });
        };
        let storage: BTreeMap<_, _> = self
            .slots
            .into_iter()
            .filter(|(_, slot)| slot.value != slot.base)
            .map(|(key, slot)| (key, (slot.hashed, slot.value)))
            .gather();
        let storage_wiped = self.wiped && self.base.is_some();
        let unchanged = self.base.as_ref().map(Info::from_account) == Some(info);
        if unchanged && !storage_wiped && storage.is_empty() {
            return None;
        }
        let Info { nonce, balance, code_hash } = info;
        Some(AccountChange::Updated { hashed, nonce, balance, code_hash, storage_wiped, storage })
    }
}

impl Info {
    const EMPTY: Self = Self { nonce: 0, balance: U256::ZERO, code_hash: KECCAK256_EMPTY };

    const fn from_account(account: &Account) -> Self {
        Self { nonce: account.nonce, balance: account.balance, code_hash: account.code_hash }
    }

    const fn from_revm(info: &AccountInfo) -> Self {
        Self { nonce: info.nonce, balance: info.balance, code_hash: info.code_hash }
    }
}
