//! A chain: its rules, all its blocks with the states that they left, and its mempool.

use super::{DecodeError, Draft, Mempool, PoolRefusal, SealedBlock, Transaction, seal, transaction::Fees};
use crate::{
    evm::{
        BlobFee, BlockEnv, BlockExecutor, EstimateError, Outcome, Overlay, Precompiles, Refusal, Spec, State,
        TxEnv,
    },
    types::{BlockNumber, ChainId, Gather as _},
};
use alloy_consensus::Transaction as _;
use alloy_primitives::{Address, B256, Bytes, U256, map::FbBuildHasher};
use imbl::{GenericHashMap, OrdMap, Vector, shared_ptr::DefaultSharedPtr};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// The rules that do not change from block to block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainRules {
    /// EIP-155 chain id.
    pub id: ChainId,
    /// The EVM's rules.
    pub spec: Spec,
    /// Which precompiles it has.
    pub precompiles: Precompiles,
    /// Most gas in a block.
    pub gas_limit: u64,
    /// Who receives base fees; none burns them.
    pub base_fee_recipient: Option<Address>,
    /// The contract whose storage root is the header's withdrawals root (OP Stack, Isthmus).
    pub message_passer: Option<Address>,
}

/// Looked up, never walked, so that its order has no effect.
type ByHash<V> = GenericHashMap<B256, V, FbBuildHasher<32>, DefaultSharedPtr>;

/// A chain. Cloning shares everything.
#[derive(Clone, Debug)]
pub struct Chain {
    rules: ChainRules,
    blocks: Vector<Arc<SealedBlock>>,
    ancestors: OrdMap<u64, B256>,
    by_hash: ByHash<BlockNumber>,
    transactions: ByHash<(BlockNumber, u32)>,
    /// Transactions that wait.
    pub(crate) mempool: Mempool,
}

/// Why a transaction is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Its bytes are no transaction.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// It could not be executed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The mempool does not take it.
    #[error(transparent)]
    Pool(#[from] PoolRefusal),
    /// A limit for its gas can't be found, since it fails.
    #[error(transparent)]
    Estimate(#[from] EstimateError),
}

impl Chain {
    /// BLOCKHASH reaches this far back.
    const ANCESTORS_MAX: u64 = 256;

    /// A chain with only its genesis block.
    pub fn new(rules: ChainRules, state: State, timestamp: u64, base_fee: u64) -> Self {
        let genesis = seal::genesis(&rules, state, timestamp, base_fee);
        let mut chain = Self::without_blocks(rules);
        chain.append(genesis);
        chain
    }

    /// What becomes a chain with its first block.
    fn without_blocks(rules: ChainRules) -> Self {
        Self {
            rules,
            blocks: Vector::new(),
            ancestors: OrdMap::new(),
            by_hash: ByHash::default(),
            transactions: ByHash::default(),
            mempool: Mempool::default(),
        }
    }

    /// The rules.
    pub const fn rules(&self) -> &ChainRules {
        &self.rules
    }

    /// The newest block.
    pub fn head(&self) -> &Arc<SealedBlock> {
        self.blocks.last().expect("a chain has its genesis block")
    }

    /// The state after the newest block.
    pub fn state(&self) -> &State {
        &self.head().state
    }

    /// All blocks from genesis on.
    pub const fn blocks(&self) -> &Vector<Arc<SealedBlock>> {
        &self.blocks
    }

    /// A block by height.
    pub fn block(&self, number: BlockNumber) -> Option<&Arc<SealedBlock>> {
        self.blocks.get(usize::try_from(number.get()).ok()?)
    }

    /// A block by hash.
    pub fn block_by_hash(&self, hash: &B256) -> Option<&Arc<SealedBlock>> {
        self.by_hash.get(hash).and_then(|number| self.block(*number))
    }

    /// The block that has a transaction, and its index there.
    pub fn transaction(&self, hash: &B256) -> Option<(&Arc<SealedBlock>, usize)> {
        let (number, index) = self.transactions.get(hash)?;
        Some((self.block(*number)?, usize::try_from(*index).ok()?))
    }

    /// How many transactions are in blocks.
    pub fn transaction_count(&self) -> u64 {
        self.transactions.len() as u64
    }

    /// Transactions that wait.
    pub const fn mempool(&self) -> &Mempool {
        &self.mempool
    }

    /// Hashes of the last 256 blocks by height.
    pub(super) const fn ancestors(&self) -> &OrdMap<u64, B256> {
        &self.ancestors
    }

    /// Whether a transaction waits that a block with this base fee would take.
    pub fn has_ready(&self, base_fee: u64) -> bool {
        let state = self.state();
        let mut best = self.mempool.best(base_fee, |sender| state.nonce(sender));
        std::iter::from_fn(|| best.next()).any(|transaction| match transaction.body() {
            super::Body::Ethereum(envelope) => envelope.max_fee_per_gas() >= u128::from(base_fee),
            super::Body::Deposit(_) => false,
        })
    }

    /// Takes a signed transaction's bytes in the mempool.
    pub fn send_raw(&mut self, raw: &Bytes) -> Result<B256, SendError> {
        let transaction = Transaction::decode_signed(raw, self.rules.id)?;
        let env = transaction.env();
        let sender = Funds::of(self.state(), env.from);
        self.check(&env, sender)?;
        if env.nonce == sender.nonce {
            // The EVM's own checks: a trial in the next block, whatever its base fee.
            BlockExecutor::new(Overlay::new(self.state().clone()), self.next_env(0))
                .execute_if(&env, |_| false)?;
        }
        self.send(transaction)
    }

    /// Takes a simulated actor's transaction in the mempool, with the sender's next nonce.
    pub fn send_as(&mut self, draft: Draft) -> Result<B256, SendError> {
        let sender = Funds::of(self.state(), draft.from);
        let nonce = self.mempool.next_nonce(draft.from, sender.nonce);
        let base_fee = u128::from(self.head().header.base_fee_per_gas.unwrap_or_default());
        // Twice the base fee and a gwei more outlast eight full blocks; blob fees move faster.
        let fees = Fees {
            max_fee: base_fee * 2 + 2_000_000_000,
            priority_fee: 1_000_000,
            max_blob_fee: 1_000_000_000_000,
        };
        let transaction = Transaction::impersonated(draft, nonce, self.rules.id.get(), fees);
        self.check(&transaction.env(), sender)?;
        self.send(transaction)
    }

    /// Sends a simulated actor's transaction again, with the nonce that it must have now.
    pub(super) fn send_anew(&mut self, old: &Transaction) -> Option<B256> {
        let draft = Draft {
            from: old.from(),
            to: old.to(),
            value: old.value(),
            data: old.input().clone(),
            gas_limit: old.gas_limit(),
            blobs: old.blobs().to_vec(),
        };
        self.send_as(draft).ok()
    }

    /// Takes a transaction back in the mempool, after its block was dropped.
    pub(crate) fn send_again(&mut self, transaction: Arc<Transaction>) {
        // What the pool refuses now (a deposit, or one that is there) has no way back by design.
        let _ = self.mempool.add(transaction);
    }

    fn send(&mut self, transaction: Transaction) -> Result<B256, SendError> {
        let hash = transaction.hash();
        if self.transactions.contains_key(&hash) {
            return Err(PoolRefusal::Known(hash).into());
        }
        self.mempool.add(Arc::new(transaction))?;
        Ok(hash)
    }

    /// Refuses what no block can ever include: the checks that do not depend on the next base fee.
    fn check(&self, env: &TxEnv, sender: Funds) -> Result<(), Refusal> {
        if env.nonce < sender.nonce {
            return Err(Refusal::NonceTooLow { expected: sender.nonce, found: env.nonce });
        }
        if env.gas_limit > self.rules.gas_limit {
            return Err(Refusal::GasLimitExceedsBlock { left: self.rules.gas_limit, found: env.gas_limit });
        }
        let fee = U256::from(env.gas_limit) * U256::from(env.fees.cap());
        let need = fee.saturating_add(env.value);
        if need > sender.balance {
            return Err(Refusal::InsufficientFunds { need, have: sender.balance });
        }
        Ok(())
    }

    /// The block after the newest, as calls and estimates see it.
    pub fn next_env(&self, base_fee: u64) -> BlockEnv {
        let head = &self.head().header;
        BlockEnv {
            chain_id: self.rules.id.get(),
            number: head.number + 1,
            timestamp_s: head.timestamp,
            beneficiary: head.beneficiary,
            gas_limit: self.rules.gas_limit,
            base_fee,
            base_fee_recipient: self.rules.base_fee_recipient,
            data_fee_recipient: self.rules.base_fee_recipient,
            blob: BlobFee::MIN,
            prevrandao: head.mix_hash,
            ancestors: self.ancestors.clone(),
            spec: self.rules.spec,
            precompiles: self.rules.precompiles,
        }
    }

    /// What a call would do now, without doing it; `timestamp` is the time that it sees.
    pub fn call(&self, tx: &TxEnv, timestamp: u64) -> Result<Outcome, Refusal> {
        let env = BlockEnv { timestamp_s: timestamp.max(self.head().header.timestamp), ..self.next_env(0) };
        crate::evm::call(self.state(), &env, tx)
    }

    /// How much gas a transaction needs now.
    pub fn estimate_gas(&self, tx: &TxEnv, timestamp: u64) -> Result<u64, EstimateError> {
        let env = BlockEnv { timestamp_s: timestamp.max(self.head().header.timestamp), ..self.next_env(0) };
        crate::evm::estimate_gas(self.state(), &env, tx)
    }

    /// Adds a sealed block.
    pub(super) fn append(&mut self, block: SealedBlock) -> Arc<SealedBlock> {
        let block = Arc::new(block);
        let number = block.number();
        for (transaction, index) in block.transactions.iter().zip(0..) {
            self.transactions.insert(transaction.hash(), (number, index));
        }
        let next_nonces: BTreeMap<Address, u64> = block
            .transactions
            .iter()
            .filter_map(|transaction| Some((transaction.from(), transaction.nonce()? + 1)))
            .gather();
        for (sender, next_nonce) in next_nonces {
            self.mempool.drop_used(sender, next_nonce);
        }
        self.by_hash.insert(block.hash, number);
        self.ancestors.insert(number.get(), block.hash);
        if let Some(old) = number.get().checked_sub(Self::ANCESTORS_MAX) {
            self.ancestors.remove(&old);
        }
        self.blocks.push_back(block.clone());
        block
    }

    /// Drops all blocks above `number` and gives them, oldest first.
    pub(crate) fn truncate(&mut self, number: BlockNumber) -> Vec<Arc<SealedBlock>> {
        let keep = usize::try_from(number.get()).map_or(self.blocks.len(), |n| n + 1).min(self.blocks.len());
        let dropped: Vec<_> = self.blocks.split_off(keep).into_iter().collect();
        for block in &dropped {
            self.by_hash.remove(&block.hash);
            for transaction in &block.transactions {
                self.transactions.remove(&transaction.hash());
            }
        }
        let recent = self.blocks.iter().rev().take(Self::ANCESTORS_MAX as usize);
        self.ancestors = recent.map(|block| (block.header.number, block.hash)).collect();
        dropped
    }

    /// The parts of which the rest can be computed: rules, blocks and mempool.
    pub(super) const fn parts(&self) -> (&ChainRules, &Vector<Arc<SealedBlock>>, &Mempool) {
        (&self.rules, &self.blocks, &self.mempool)
    }

    /// A chain of these parts; none without blocks.
    pub(super) fn from_parts(rules: ChainRules, blocks: Vec<SealedBlock>, mempool: Mempool) -> Option<Self> {
        if blocks.is_empty() {
            return None;
        }
        let mut chain = Self::without_blocks(rules);
        for block in blocks {
            chain.append(block);
        }
        chain.mempool = mempool;
        Some(chain)
    }
}

/// What a sender may use, read once: finding an account hashes its address.
#[derive(Clone, Copy)]
struct Funds {
    nonce: u64,
    balance: U256,
}

impl Funds {
    fn of(state: &State, sender: Address) -> Self {
        let account = state.account(sender);
        Self {
            nonce: account.map_or(0, |account| account.nonce),
            balance: account.map_or(U256::ZERO, |account| account.balance),
        }
    }
}
