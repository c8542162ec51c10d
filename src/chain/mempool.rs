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
    queues: OrdMap<Address, Arc<Queue>>,
    count: u64,
    next_arrival: u64,
}

/// What one sender has waiting, by nonce; never empty.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Queue(Vec<Waiting>);

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Waiting {
    nonce: u64,
    transaction: Arc<Transaction>,
    arrival: u64,
}

impl Queue {
    fn place(&self, nonce: u64) -> Result<usize, usize> {
        self.0.binary_search_by_key(&nonce, |waiting| waiting.nonce)
    }

    fn get(&self, nonce: u64) -> Option<&Waiting> {
        self.place(nonce).ok().and_then(|place| self.0.get(place))
    }

    /// The waiting ones from `nonce` on.
    fn from(&self, nonce: u64) -> &[Waiting] {
        let (Ok(place) | Err(place)) = self.place(nonce);
        &self.0[place..]
    }
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
        let sender = transaction.from();
        match self.queues.get(&sender).and_then(|queue| queue.get(nonce)) {
            Some(old) => {
                if old.transaction.hash() == transaction.hash() {
                    return Err(PoolRefusal::Known(transaction.hash()));
                }
                let expected = fee_cap(&old.transaction) / 10 * 11;
                let found = fee_cap(&transaction);
                if found < expected {
                    return Err(PoolRefusal::Underpriced { expected, found });
                }
            }
            None if self.count >= Self::TRANSACTIONS_MAX => {
                return Err(PoolRefusal::Full { most: Self::TRANSACTIONS_MAX });
            }
            None => self.count += 1,
        }
        let waiting = Waiting { nonce, transaction, arrival: self.next_arrival };
        self.next_arrival += 1;
        let queue = Arc::make_mut(self.queues.entry(sender).or_default());
        match queue.place(nonce) {
            Ok(place) => queue.0[place] = waiting,
            Err(place) => queue.0.insert(place, waiting),
        }
        Ok(())
    }

    /// The waiting transaction of that hash. Looks at all: who asks is a reader, not a block.
    pub fn get(&self, hash: &B256) -> Option<&Arc<Transaction>> {
        self.iter().find(|transaction| transaction.hash() == *hash)
    }

    /// The waiting transaction of that sender and nonce.
    pub fn at(&self, sender: Address, nonce: u64) -> Option<&Arc<Transaction>> {
        self.queues.get(&sender)?.get(nonce).map(|waiting| &waiting.transaction)
    }

    /// How many wait.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// All that wait, by sender and nonce.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Transaction>> {
        self.queues.iter().flat_map(|(_, queue)| &queue.0).map(|waiting| &waiting.transaction)
    }

    /// The nonce after the last one that `sender` uses without a gap, from `next` on.
    pub fn next_nonce(&self, sender: Address, next: u64) -> u64 {
        let waiting = self.queues.get(&sender).map_or(&[][..], |queue| queue.from(next));
        // Almost always there is no gap, and the last says all.
        match waiting.last() {
            Some(last) if last.nonce - next == waiting.len() as u64 - 1 => last.nonce + 1,
            _ => {
                (next..).zip(waiting).take_while(|(nonce, waiting)| waiting.nonce == *nonce).count() as u64
                    + next
            }
        }
    }

    /// All of a sender's waiting transactions, by nonce.
    pub fn of(&self, sender: Address) -> impl Iterator<Item = &Arc<Transaction>> {
        self.queues.get(&sender).into_iter().flat_map(|queue| &queue.0).map(|waiting| &waiting.transaction)
    }

    /// Forgets a transaction: it is in a block, or never will be.
    pub fn remove(&mut self, transaction: &Transaction) {
        let is_it = |waiting: &Waiting| waiting.transaction.hash() == transaction.hash();
        self.retain(transaction.from(), |waiting| !is_it(waiting));
    }

    /// Forgets all transactions of a sender below its next nonce.
    pub fn drop_used(&mut self, sender: Address, next_nonce: u64) {
        self.retain(sender, |waiting| waiting.nonce >= next_nonce);
    }

    fn retain(&mut self, sender: Address, keep: impl Fn(&Waiting) -> bool) {
        let Some(shared) = self.queues.get_mut(&sender) else { return };
        let before = shared.0.len();
        let queue = Arc::make_mut(shared);
        queue.0.retain(keep);
        let after = queue.0.len();
        self.count -= (before - after) as u64;
        if after == 0 {
            self.queues.remove(&sender);
        }
    }

    /// Transactions in the order in which a builder takes them: highest tip first, of equal tips the
    /// one that came first, and of each sender by nonce without a gap from `next_nonce(sender)`.
    pub fn best(&self, base_fee: u64, mut next_nonce: impl FnMut(Address) -> u64) -> Best<'_> {
        let firsts = self.queues.iter().filter_map(|(sender, queue)| queue.get(next_nonce(*sender)));
        let heap = firsts.map(|first| Candidate::new(first, base_fee)).collect();
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
        let queue = self.pool.queues.get(&transaction.from());
        let next = transaction.nonce().and_then(|nonce| queue?.get(nonce + 1));
        if let Some(waiting) = next {
            self.heap.push(Candidate::new(waiting, self.base_fee));
        }
    }
}
