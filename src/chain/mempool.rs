//! Transactions that wait for a block: at most one for each sender and nonce.

use super::Transaction;
use alloy_consensus::Transaction as _;
use alloy_primitives::{Address, B256};
use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use std::{cmp::Reverse, collections::BinaryHeap, sync::Arc};

/// Waiting transactions. Cloning shares everything.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Mempool {
    waiting: OrdMap<(Address, u64), Waiting>,
    by_hash: OrdMap<B256, (Address, u64)>,
    next_arrival: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Waiting {
    transaction: Arc<Transaction>,
    arrival: u64,
}

/// Why a mempool does not take a transaction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PoolRefusal {
    /// It is there already.
    #[error("transaction {0} is already known")]
    Known(B256),
    /// The pool is full.
    #[error("mempool: expected at most {most} waiting transactions, found it full")]
    Full {
        /// Most allowed.
        most: u64,
    },
    /// Another one has this nonce, and this one doesn't pay a tenth more.
    #[error("replacement underpriced: expected a fee cap of at least {expected} wei, found {found}")]
    Underpriced {
        /// Least fee cap.
        expected: u128,
        /// What was offered.
        found: u128,
    },
    /// A deposit cannot wait in a mempool.
    #[error("expected a transaction with a nonce, found a deposit")]
    Deposit,
}

impl Mempool {
    /// Most waiting transactions.
    pub const TRANSACTIONS_MAX: u64 = 50_000;

    /// Adds a transaction, in place of one with the same sender and nonce if it pays a tenth more.
    pub fn add(&mut self, transaction: Arc<Transaction>) -> Result<(), PoolRefusal> {
        let nonce = transaction.nonce().ok_or(PoolRefusal::Deposit)?;
        if self.by_hash.contains_key(&transaction.hash()) {
            return Err(PoolRefusal::Known(transaction.hash()));
        }
        let key = (transaction.from(), nonce);
        match self.waiting.get(&key) {
            Some(old) => {
                let expected = fee_cap(&old.transaction) / 10 * 11;
                let found = fee_cap(&transaction);
                if found < expected {
                    return Err(PoolRefusal::Underpriced { expected, found });
                }
                let old = old.transaction.hash();
                self.by_hash.remove(&old);
            }
            None if self.waiting.len() as u64 >= Self::TRANSACTIONS_MAX => {
                return Err(PoolRefusal::Full { most: Self::TRANSACTIONS_MAX });
            }
            None => {}
        }
        self.by_hash.insert(transaction.hash(), key);
        self.waiting.insert(key, Waiting { transaction, arrival: self.next_arrival });
        self.next_arrival += 1;
        Ok(())
    }

    /// The waiting transaction of that hash.
    pub fn get(&self, hash: &B256) -> Option<&Arc<Transaction>> {
        self.by_hash.get(hash).and_then(|key| self.waiting.get(key)).map(|waiting| &waiting.transaction)
    }

    /// How many wait.
    pub fn count(&self) -> u64 {
        self.waiting.len() as u64
    }

    /// All that wait, by sender and nonce.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Transaction>> {
        self.waiting.iter().map(|(_, waiting)| &waiting.transaction)
    }

    /// The nonce after the last one that `sender` uses without a gap, from `next` on.
    pub fn next_nonce(&self, sender: Address, next: u64) -> u64 {
        let mut nonce = next;
        for ((_, waiting), _) in self.waiting.range((sender, next)..=(sender, u64::MAX)) {
            if *waiting != nonce {
                break;
            }
            nonce += 1;
        }
        nonce
    }

    /// All of a sender's waiting transactions, by nonce.
    pub fn of(&self, sender: Address) -> impl Iterator<Item = &Arc<Transaction>> {
        self.waiting.range((sender, 0)..=(sender, u64::MAX)).map(|(_, waiting)| &waiting.transaction)
    }

    /// Forgets a transaction: it is in a block, or never will be.
    pub fn remove(&mut self, transaction: &Transaction) {
        if let Some(key) = self.by_hash.remove(&transaction.hash()) {
            self.waiting.remove(&key);
        }
    }

    /// Forgets all transactions of a sender below its next nonce.
    pub fn drop_used(&mut self, sender: Address, next_nonce: u64) {
        let used: Vec<_> =
            self.waiting.range((sender, 0)..(sender, next_nonce)).map(|(key, _)| *key).collect();
        for key in used {
            if let Some(waiting) = self.waiting.remove(&key) {
                self.by_hash.remove(&waiting.transaction.hash());
            }
        }
    }

    /// Transactions in the order in which a builder takes them: highest tip first, of equal tips the
    /// one that came first, and of each sender by nonce without a gap from `next_nonce(sender)`.
    pub fn best(&self, base_fee: u64, mut next_nonce: impl FnMut(Address) -> u64) -> Best<'_> {
        let mut heap = BinaryHeap::new();
        let mut start = self.waiting.get_min().map(|(key, _)| key.0);
        while let Some(sender) = start {
            let nonce = next_nonce(sender);
            if let Some(first) = self.waiting.get(&(sender, nonce)) {
                heap.push(Candidate::new(first, base_fee));
            }
            start =
                self.waiting.range((sender, u64::MAX)..).map(|(key, _)| key.0).find(|next| *next != sender);
        }
        Best { pool: self, base_fee, heap }
    }
}

fn fee_cap(transaction: &Transaction) -> u128 {
    match transaction.body() {
        super::Body::Ethereum(envelope) => envelope.max_fee_per_gas(),
        super::Body::Deposit(_) => 0,
    }
}

/// See [`Mempool::best`].
pub struct Best<'a> {
    pool: &'a Mempool,
    base_fee: u64,
    heap: BinaryHeap<Candidate>,
}

struct Candidate {
    order: (u128, Reverse<u64>),
    transaction: Arc<Transaction>,
}

impl Candidate {
    fn new(waiting: &Waiting, base_fee: u64) -> Self {
        let tip = match waiting.transaction.body() {
            super::Body::Ethereum(envelope) => envelope.effective_tip_per_gas(base_fee).unwrap_or(0),
            super::Body::Deposit(_) => 0,
        };
        Self { order: (tip, Reverse(waiting.arrival)), transaction: waiting.transaction.clone() }
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl Eq for Candidate {}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.order.cmp(&other.order)
    }
}

impl Best<'_> {
    /// The next candidate. Its sender's later transactions follow only after [`Best::included`].
    pub fn next(&mut self) -> Option<Arc<Transaction>> {
        self.heap.pop().map(|candidate| candidate.transaction)
    }

    /// Says that a candidate is in the block, so that its sender's next one may follow.
    pub fn included(&mut self, transaction: &Transaction) {
        let next = transaction.nonce().map(|nonce| (transaction.from(), nonce + 1));
        if let Some(waiting) = next.and_then(|key| self.pool.waiting.get(&key)) {
            self.heap.push(Candidate::new(waiting, self.base_fee));
        }
    }
}
