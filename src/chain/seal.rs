//! Sealing of a block: executing its transactions and computing its roots. The same code builds a
//! block from a mempool, rebuilds one from what was posted to L1, and lets a shared sequencer build blocks
//! of several chains together.

use super::{Chain, Receipt, SealedBlock, Transaction};
use crate::{
    evm::{BlobFee, BlockEnv, BlockExecutor, Overlay, Refusal, State},
    merkle::ordered_root,
    types::{BlockNumber, ChainId, Gather as _, Time},
};
use alloy_consensus::{EMPTY_OMMER_ROOT_HASH, EMPTY_ROOT_HASH, Header, constants::EMPTY_WITHDRAWALS};
use alloy_eips::{eip4844::DATA_GAS_PER_BLOB, eip7685::EMPTY_REQUESTS_HASH};
use alloy_primitives::{Address, B256, Bloom, Bytes, Log, U256};
use std::{collections::BTreeSet, sync::Arc};

/// What a block is given from outside.
#[derive(Clone, Debug)]
pub struct Attributes {
    /// When it is sealed.
    pub sealed_at: Time,
    /// Unix time of its header, in seconds.
    pub timestamp: u64,
    /// Who receives priority fees.
    pub beneficiary: Address,
    /// Wei per gas.
    pub base_fee: u64,
    /// Blob fee and most blobs, on a chain that carries blobs.
    pub blobs: Option<(BlobFee, u64)>,
    /// The randomness of its slot.
    pub prevrandao: B256,
}

/// Where a block's transactions come from.
#[derive(Clone, Debug)]
pub enum Transactions {
    /// These first, then the best of the mempool as far as they fit.
    Build(Vec<Transaction>),
    /// Exactly these.
    Exact(Vec<Transaction>),
}

/// A block that was sealed, and what it did to the mempool.
#[derive(Clone, Debug)]
pub struct Sealing {
    /// The block.
    pub block: Arc<SealedBlock>,
    /// Transactions of simulated actors that were sent anew since a deposit took their nonce: the hash
    /// before and after. A wallet would have them signed again.
    pub resent: Vec<(B256, B256)>,
}

/// Why a block cannot be sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// A transaction that must be in it cannot be executed.
    #[error("transaction {index} ({hash}): {refusal}")]
    Transaction {
        /// Its place in the block.
        index: usize,
        /// Its hash.
        hash: B256,
        /// Why not.
        refusal: Refusal,
    },
    /// Its time lies before its parent's.
    #[error("timestamp: expected at least {parent}, found {found}")]
    Timestamp {
        /// The parent's.
        parent: u64,
        /// What was given.
        found: u64,
    },
}

impl Chain {
    /// Seals the next block. On an error the chain is as it was.
    pub fn seal(
        &mut self,
        attributes: &Attributes,
        transactions: Transactions,
    ) -> Result<Sealing, SealError> {
        let mut hopeless = Vec::new();
        let builder = match transactions {
            Transactions::Exact(exact) => self.begin_block(attributes, exact)?,
            Transactions::Build(forced) => {
                let mut builder = self.begin_block(attributes, forced)?;
                hopeless = builder.fill_from_pool(self);
                builder
            }
        };
        let block = builder.finish(self, attributes);
        let sealing = self.adopt(block);
        // Last, since adopting a block sends anew what a deposit outdated, which a builder finds hopeless.
        self.forget(&hopeless);
        Ok(sealing)
    }

    /// Begins the next block with these transactions, which must execute.
    pub fn begin_block(
        &self,
        attributes: &Attributes,
        forced: Vec<Transaction>,
    ) -> Result<BlockBuilder, SealError> {
        let parent = self.head().header.timestamp;
        if attributes.timestamp < parent {
            return Err(SealError::Timestamp { parent, found: attributes.timestamp });
        }
        let mut builder = BlockBuilder::new(self, attributes);
        builder.include_all(forced)?;
        Ok(builder)
    }

    /// Drops transactions from the mempool.
    pub fn forget(&mut self, transactions: &[Arc<Transaction>]) {
        for transaction in transactions {
            self.mempool.remove(transaction);
        }
    }

    /// Takes a block that was built on the newest one as the next.
    pub fn adopt(&mut self, block: SealedBlock) -> Sealing {
        debug_assert_eq!(block.header.parent_hash, self.head().hash);
        let outdated = self.outdated(&block);
        self.forget(&outdated);
        let block = self.append(block);
        let actors = outdated.iter().filter(|transaction| transaction.is_impersonated());
        let resent = actors.filter_map(|old| Some((old.hash(), self.send_anew(old)?))).collect();
        Sealing { block, resent }
    }
}

impl Chain {
    /// Waiting transactions that must be sent anew since something else of their sender took a nonce, a deposit
    /// or a leg of a bundle: with one go all later ones of its sender, so that their order stays.
    fn outdated(&self, block: &SealedBlock) -> Vec<Arc<Transaction>> {
        let takes_a_nonce = |sealed: &&Arc<Transaction>| match sealed.nonce() {
            None => true,
            Some(nonce) => {
                let waiting = self.mempool.at(sealed.from(), nonce);
                waiting.is_some_and(|waiting| waiting.hash() != sealed.hash())
            }
        };
        let takers = block.transactions.iter().filter(takes_a_nonce);
        let senders: BTreeSet<Address> = takers.map(|taker| taker.from()).gather();
        let included: BTreeSet<B256> = block.transactions.iter().map(|t| t.hash()).gather();
        let of_sender = |sender: Address| {
            let next = block.state.nonce(sender);
            let waiting = self.mempool.of(sender).filter(|waiting| !included.contains(&waiting.hash()));
            let waiting: Vec<_> = waiting.cloned().collect();
            let is_late = waiting.first().is_some_and(|first| first.nonce() < Some(next));
            let moves = move |waiting: &Arc<Transaction>| {
                is_late && (waiting.is_impersonated() || waiting.nonce() < Some(next))
            };
            waiting.into_iter().filter(moves)
        };
        senders.into_iter().flat_map(of_sender).collect()
    }
}

/// A block in the making.
#[derive(Debug)]
pub struct BlockBuilder {
    executor: BlockExecutor,
    chain: ChainId,
    gas_limit: u64,
    gas_used: u64,
    blobs_left: u64,
    transactions: Vec<Arc<Transaction>>,
    receipts: Vec<Receipt>,
    savepoint: Savepoint,
}

/// How far a block was at its savepoint.
#[derive(Clone, Copy, Debug, Default)]
struct Savepoint {
    gas_used: u64,
    blobs_left: u64,
    transactions: usize,
}

/// What a transaction came to that was added to a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Included {
    /// Whether it succeeded.
    pub succeeded: bool,
    /// Returned data, or the revert's.
    pub output: Bytes,
}

impl BlockBuilder {
    fn new(chain: &Chain, attributes: &Attributes) -> Self {
        let rules = chain.rules();
        let env = BlockEnv {
            chain_id: rules.id.get(),
            number: chain.head().header.number + 1,
            timestamp_s: attributes.timestamp,
            beneficiary: attributes.beneficiary,
            gas_limit: rules.gas_limit,
            base_fee: attributes.base_fee,
            base_fee_recipient: rules.base_fee_recipient,
            data_fee_recipient: rules.base_fee_recipient,
            blob: attributes.blobs.map_or(BlobFee::MIN, |(fee, _)| fee),
            prevrandao: attributes.prevrandao,
            ancestors: chain.ancestors().clone(),
            spec: rules.spec,
            precompiles: rules.precompiles,
        };
        Self {
            executor: BlockExecutor::new(Overlay::new(chain.head().state.clone()), env),
            chain: rules.id,
            gas_limit: rules.gas_limit,
            gas_used: 0,
            blobs_left: attributes.blobs.map_or(0, |(_, most)| most),
            transactions: Vec::new(),
            receipts: Vec::new(),
            savepoint: Savepoint::default(),
        }
    }

    /// Its chain.
    pub const fn chain(&self) -> ChainId {
        self.chain
    }

    /// Wei per gas that every transaction pays.
    pub const fn base_fee(&self) -> u64 {
        self.executor.env().base_fee
    }

    /// An account's nonce after the transactions so far.
    pub fn nonce(&mut self, account: Address) -> u64 {
        self.executor.overlay_mut().nonce(account)
    }

    /// A storage slot after the transactions so far.
    pub fn storage(&mut self, account: Address, slot: U256) -> U256 {
        self.executor.overlay_mut().storage(account, slot)
    }

    /// The events of the newest transaction, in order; none if it failed.
    pub fn last_logs(&self) -> &[Log] {
        self.receipts.last().map_or(&[], |receipt| &receipt.logs)
    }

    /// The transactions so far.
    pub fn transactions(&self) -> &[Arc<Transaction>] {
        &self.transactions
    }

    /// Remembers this moment, to which [`Self::undo_to_savepoint`] leads back. One is set at a time.
    pub fn set_savepoint(&mut self) {
        self.savepoint = Savepoint {
            gas_used: self.gas_used,
            blobs_left: self.blobs_left,
            transactions: self.transactions.len(),
        };
        self.executor.set_savepoint();
    }

    /// Keeps the transactions since the savepoint.
    pub fn release_savepoint(&mut self) {
        self.executor.release_savepoint();
    }

    /// Takes out the transactions since the savepoint.
    pub fn undo_to_savepoint(&mut self) {
        let Savepoint { gas_used, blobs_left, transactions } = self.savepoint;
        (self.gas_used, self.blobs_left) = (gas_used, blobs_left);
        self.transactions.truncate(transactions);
        self.receipts.truncate(transactions);
        self.executor.undo_to_savepoint();
    }

    /// Every event that a transaction would emit now, those too that a revert would take back.
    pub fn overhear(&mut self, transaction: &Transaction) -> Result<Vec<Log>, Refusal> {
        self.executor.overhear(&transaction.env())
    }

    /// Executes a transaction and adds it. One that is refused leaves no trace.
    pub fn include(&mut self, transaction: Arc<Transaction>) -> Result<Included, Refusal> {
        let outcome = self.executor.execute(&transaction.env())?;
        let included = Included { succeeded: outcome.succeeded(), output: outcome.output.clone() };
        self.gas_used += outcome.gas_used;
        let is_deposit = transaction.nonce().is_none();
        let deposit_nonce = is_deposit.then_some(outcome.sender_nonce);
        self.blobs_left = self.blobs_left.saturating_sub(transaction.blobs().len() as u64);
        self.receipts.push(Receipt::new(transaction.type_id(), outcome, self.gas_used, deposit_nonce));
        self.transactions.push(transaction);
        Ok(included)
    }

    fn include_all(&mut self, transactions: Vec<Transaction>) -> Result<(), SealError> {
        for (index, transaction) in transactions.into_iter().enumerate() {
            let hash = transaction.hash();
            self.include(Arc::new(transaction)).map_err(|refusal| SealError::Transaction {
                index,
                hash,
                refusal,
            })?;
        }
        Ok(())
    }

    /// Takes the best of the chain's mempool; gives those that can never be in a block.
    pub fn fill_from_pool(&mut self, chain: &Chain) -> Vec<Arc<Transaction>> {
        let state = &chain.head().state;
        let base_fee = self.executor.env().base_fee;
        let mut best = chain.mempool.best(base_fee, |sender| state.nonce(sender));
        let mut hopeless = Vec::new();
        while let Some(transaction) = best.next() {
            let fits = transaction.gas_limit() <= self.gas_limit.saturating_sub(self.gas_used)
                && transaction.blobs().len() as u64 <= self.blobs_left;
            if !fits {
                continue;
            }
            match self.include(transaction.clone()) {
                Ok(_) => best.included(&transaction),
                Err(
                    Refusal::FeeCapBelowBaseFee { .. }
                    | Refusal::BlobFeeCapBelowBaseFee { .. }
                    | Refusal::GasLimitExceedsBlock { .. }
                    | Refusal::NonceTooHigh { .. },
                ) => {}
                Err(_) => hopeless.push(transaction),
            }
        }
        hopeless
    }

    /// The block with its roots, on the newest one of the chain that it was begun on.
    pub fn finish(self, chain: &Chain, attributes: &Attributes) -> SealedBlock {
        let parent = chain.head();
        let blob_gas: u64 =
            self.transactions.iter().map(|t| t.blobs().len() as u64 * DATA_GAS_PER_BLOB).sum();
        let state = self.executor.into_overlay().into_state();
        let mut logs_bloom = Bloom::default();
        for receipt in &self.receipts {
            logs_bloom.accrue_bloom(&receipt.bloom);
        }
        let withdrawals_root = chain.rules().message_passer.map_or(EMPTY_WITHDRAWALS, |passer| {
            state.account(passer).map_or(EMPTY_ROOT_HASH, |account| account.storage.root())
        });
        let header = Header {
            parent_hash: parent.hash,
            ommers_hash: EMPTY_OMMER_ROOT_HASH,
            beneficiary: attributes.beneficiary,
            state_root: state.root(),
            transactions_root: ordered_root(&self.transactions, |transaction, out| {
                out.extend_from_slice(transaction.raw());
            }),
            receipts_root: ordered_root(&self.receipts, |receipt, out| receipt.encode_2718(out)),
            logs_bloom,
            difficulty: U256::ZERO,
            number: parent.header.number + 1,
            gas_limit: self.gas_limit,
            gas_used: self.gas_used,
            timestamp: attributes.timestamp,
            mix_hash: attributes.prevrandao,
            base_fee_per_gas: Some(attributes.base_fee),
            withdrawals_root: Some(withdrawals_root),
            blob_gas_used: Some(blob_gas),
            excess_blob_gas: Some(attributes.blobs.map_or(0, |(fee, _)| fee.excess_blob_gas)),
            parent_beacon_block_root: Some(B256::ZERO),
            requests_hash: Some(EMPTY_REQUESTS_HASH),
            ..Header::default()
        };
        debug_assert_eq!(self.chain, chain.rules().id);
        SealedBlock {
            hash: header.hash_slow(),
            header,
            sealed_at: attributes.sealed_at,
            transactions: self.transactions,
            receipts: self.receipts,
            state,
        }
    }
}

/// The first block of a chain, with `state` in it and no transactions.
pub(super) fn genesis(rules: &super::ChainRules, state: State, timestamp: u64, base_fee: u64) -> SealedBlock {
    let withdrawals_root = rules.message_passer.map_or(EMPTY_WITHDRAWALS, |passer| {
        state.account(passer).map_or(EMPTY_ROOT_HASH, |account| account.storage.root())
    });
    let header = Header {
        ommers_hash: EMPTY_OMMER_ROOT_HASH,
        state_root: state.root(),
        transactions_root: EMPTY_ROOT_HASH,
        receipts_root: EMPTY_ROOT_HASH,
        gas_limit: rules.gas_limit,
        timestamp,
        number: BlockNumber::GENESIS.get(),
        base_fee_per_gas: Some(base_fee),
        withdrawals_root: Some(withdrawals_root),
        blob_gas_used: Some(0),
        excess_blob_gas: Some(0),
        parent_beacon_block_root: Some(B256::ZERO),
        requests_hash: Some(EMPTY_REQUESTS_HASH),
        ..Header::default()
    };
    SealedBlock {
        hash: header.hash_slow(),
        header,
        sealed_at: Time::ZERO,
        transactions: Vec::new(),
        receipts: Vec::new(),
        state,
    }
}
