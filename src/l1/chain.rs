//! The L1 as a chain: a slot every 12 seconds, blocks where there is something to seal, finality two
//! epochs later, and reorgs before it.

use super::{FeeMarket, L1Config};
use crate::{
    chain::{Attributes, Chain, ChainRules, Draft, SealError, SealedBlock, SendError, Transactions},
    evm::{BlobFee, CodeStore, GenesisAccount, Precompiles, Spec, State},
    types::{BlockNumber, ChainId, Span, Time},
};
use alloy_primitives::{Address, B256, Bytes, keccak256};
use imbl::{OrdMap, Vector};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// Most blobs that wait or are kept; older ones than retention are dropped first.
const BLOB_RETENTION_EPOCHS: u64 = 4096;

impl L1Config {
    /// Unix time at which a slot begins. Slot 0 begins with the world.
    pub const fn unix_seconds_of_slot(&self, slot: u64) -> u64 {
        self.genesis_timestamp + slot * self.slot.as_seconds()
    }

    /// The slot that a moment lies in.
    pub const fn slot_at(&self, now: Time) -> u64 {
        now.millis() / self.slot.as_millis()
    }

    /// When a slot begins.
    pub const fn time_of_slot(&self, slot: u64) -> Time {
        Time::ZERO.plus(self.slot.times(slot))
    }

    /// How long an epoch takes.
    pub const fn epoch(&self) -> Span {
        self.slot.times(self.slots_per_epoch)
    }
}

/// The L1. Cloning shares everything.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct L1 {
    config: L1Config,
    chain: Chain,
    /// Prices of the slot after each block, genesis first.
    markets: Vector<FeeMarket>,
    /// Payloads of the blobs that blocks or waiting transactions refer to, with the slot they came in.
    blobs: OrdMap<B256, (u64, Bytes)>,
    /// Distinguishes blocks sealed after a reorg from those that they replace.
    reorgs: u64,
}

/// Why the L1 cannot be reorganised so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReorgError {
    /// Nothing to drop.
    #[error("depth: expected at least 1, found 0")]
    Zero,
    /// It would drop a final block.
    #[error("depth: expected at most {most} blocks that are not final, found {found}")]
    Final {
        /// How many are not final.
        most: u64,
        /// What was asked for.
        found: u64,
    },
}

impl L1 {
    /// An L1 with these accounts in its genesis block, one slot before the world begins.
    pub fn new(config: L1Config, genesis: &BTreeMap<Address, GenesisAccount>) -> Self {
        let rules = ChainRules {
            id: config.chain_id,
            spec: Spec::Osaka,
            precompiles: Precompiles::L1,
            gas_limit: config.gas_limit,
            base_fee_recipient: None,
            message_passer: None,
        };
        let state = State::from_genesis(genesis, CodeStore::default());
        let timestamp = config.genesis_timestamp - config.slot.as_seconds().min(config.genesis_timestamp);
        let market = FeeMarket::genesis(&config);
        let chain = Chain::new(rules, state, timestamp, market.base_fee);
        Self { config, chain, markets: Vector::unit(market), blobs: OrdMap::new(), reorgs: 0 }
    }

    /// Its parameters.
    pub const fn config(&self) -> &L1Config {
        &self.config
    }

    /// Its id.
    pub const fn id(&self) -> ChainId {
        self.config.chain_id
    }

    /// Its blocks and mempool.
    pub const fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Its blocks and mempool, to send to.
    pub const fn chain_mut(&mut self) -> &mut Chain {
        &mut self.chain
    }

    /// The prices in the slot of that moment.
    pub fn market_at(&self, now: Time) -> FeeMarket {
        let last = self.markets.last().expect("there is one for genesis");
        last.skip_to(&self.config, self.config.slot_at(now))
    }

    /// Takes an actor's transaction in the mempool, with the payloads of its blobs.
    pub fn send_with_blobs(
        &mut self,
        now: Time,
        mut draft: Draft,
        payloads: Vec<Bytes>,
    ) -> Result<B256, SendError> {
        draft.blobs = payloads.iter().map(blob_versioned_hash).collect();
        let hashes = draft.blobs.clone();
        let hash = self.chain.send_as(draft)?;
        let slot = self.config.slot_at(now);
        for (hash, payload) in hashes.into_iter().zip(payloads) {
            self.blobs.insert(hash, (slot, payload));
        }
        Ok(hash)
    }

    /// The payload of a blob, while it is kept.
    pub fn blob(&self, versioned_hash: &B256) -> Option<&Bytes> {
        self.blobs.get(versioned_hash).map(|(_, payload)| payload)
    }

    /// Most blobs that the block of the slot of that moment takes, beside those that everybody else posts.
    pub fn blob_room(&self, now: Time) -> u64 {
        let most = self.market_at(now).schedule(&self.config).max();
        u64::from(most).saturating_sub(self.config.ambient_blobs).max(1)
    }

    /// Whether the slot of that moment has something to seal.
    pub fn wants_block(&self, now: Time) -> bool {
        // The prices, which must be carried forward slot by slot, are asked last.
        now >= self.heartbeat()
            || (self.chain.mempool().count() > 0 && self.chain.has_ready(self.market_at(now).base_fee))
    }

    /// When a block is sealed even if nothing waits: once an epoch.
    pub fn heartbeat(&self) -> Time {
        let last = self.chain.head();
        let after =
            if last.header.number == 0 { Time::ZERO } else { last.sealed_at.plus(self.config.epoch()) };
        after.at_or_next_multiple_of(self.config.slot)
    }

    /// Seals the block of the slot that begins at `now`.
    pub fn seal(&mut self, now: Time) -> Result<Arc<SealedBlock>, SealError> {
        let market = self.market_at(now);
        let schedule = market.schedule(&self.config);
        let fee =
            BlobFee { excess_blob_gas: market.excess_blob_gas, update_fraction: schedule.update_fraction() };
        // The randomness of a slot is a model of RANDAO: it depends on the slot and on the reorg.
        let prevrandao = keccak256([market.slot.to_be_bytes(), self.reorgs.to_be_bytes()].concat());
        let attributes = Attributes {
            sealed_at: now,
            timestamp: self.config.unix_seconds_of_slot(market.slot),
            beneficiary: self.config.chain_id.actor_address("validator"),
            base_fee: market.base_fee,
            blobs: Some((fee, self.blob_room(now))),
            prevrandao,
        };
        let block = self.chain.seal(&attributes, Transactions::Build(Vec::new()))?.block;
        let header = &block.header;
        self.markets.push_back(market.step(
            &self.config,
            header.gas_used,
            header.blob_gas_used.unwrap_or_default(),
        ));
        self.forget_old_blobs(market.slot);
        Ok(block)
    }

    fn forget_old_blobs(&mut self, slot: u64) {
        let Some(horizon) = slot.checked_sub(BLOB_RETENTION_EPOCHS * self.config.slots_per_epoch) else {
            return;
        };
        if self.blobs.iter().any(|(_, (came, _))| *came < horizon) {
            self.blobs = self
                .blobs
                .iter()
                .filter(|(_, (came, _))| *came >= horizon)
                .map(|(h, b)| (*h, b.clone()))
                .collect();
        }
    }

    /// The newest block that is final: it lies in an epoch that ended `finality_epochs` ago.
    pub fn finalized(&self, now: Time) -> BlockNumber {
        let epoch = self.config.slot_at(now) / self.config.slots_per_epoch;
        let Some(checkpoint) = epoch.checked_sub(self.config.finality_epochs) else {
            return BlockNumber::GENESIS;
        };
        let limit = self.config.time_of_slot(checkpoint * self.config.slots_per_epoch);
        let blocks = self.chain.blocks();
        let after = partition_point(blocks.len(), |index| {
            blocks.get(index).is_some_and(|b| b.header.number == 0 || b.sealed_at <= limit)
        });
        BlockNumber::new((after as u64).saturating_sub(1))
    }

    /// Drops the last `depth` blocks; their transactions wait again. Gives the blocks, oldest first.
    pub fn reorg(&mut self, now: Time, depth: u64) -> Result<Vec<Arc<SealedBlock>>, ReorgError> {
        if depth == 0 {
            return Err(ReorgError::Zero);
        }
        let head = self.chain.head().header.number;
        let most = head - self.finalized(now).get();
        if depth > most {
            return Err(ReorgError::Final { most, found: depth });
        }
        let keep = BlockNumber::new(head - depth);
        let dropped = self.chain.truncate(keep);
        self.markets.truncate(usize::try_from(keep.get()).map_or(usize::MAX, |n| n + 1));
        for block in &dropped {
            for transaction in &block.transactions {
                self.chain.send_again(transaction.clone());
            }
        }
        self.reorgs += 1;
        Ok(dropped)
    }
}

/// A blob's versioned hash. The commitment is a model: `0x01 ‖ keccak256(payload)[1..]` in place of
/// the KZG commitment's hash, since a payload need not be padded to 4096 field elements here.
pub fn blob_versioned_hash(payload: &Bytes) -> B256 {
    let mut hash = keccak256(payload);
    hash.0[0] = 1;
    hash
}

/// The first index below `len` at which `holds` is false, if it is true before and false after.
fn partition_point(len: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}
