//! What a request reads: one chain of a world, and the blocks that its parameters name.

use super::{
    error::{Code, RpcError},
    params::Params,
};
use crate::{
    chain::{Chain, SealedBlock},
    evm::{BlobFee, BlockEnv},
    fees::BlobSchedule,
    rollup::next_base_fee,
    types::{BlockNumber, ChainId},
    world::World,
};
use alloy_eips::{BlockId, BlockNumberOrTag};
use std::sync::Arc;

/// What a block parameter may be, in words.
const BLOCK_FORMS: &str =
    "a block: \"0x…\", \"latest\", \"pending\", \"safe\", \"finalized\", \"earliest\", or {blockHash}";

/// One chain of a world, to read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    pub(super) world: &'a World,
    pub(super) chain: &'a Chain,
    id: ChainId,
}

/// A block that a parameter named.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) block: Arc<SealedBlock>,
    now: Now,
}

/// Whether a call sees a block as it was, or the present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Now {
    Then,
    Latest,
    Pending,
}

impl<'a> Reader<'a> {
    pub(super) fn new(world: &'a World, id: ChainId) -> Result<Self, RpcError> {
        let chain = world.chain(id).ok_or_else(|| {
            let rollups = world.members().map(|member| member.rollup().id());
            RpcError::no_such_chain(id, &[world.l1().id()].into_iter().chain(rollups).collect::<Vec<_>>())
        })?;
        Ok(Self { world, chain, id })
    }

    pub(super) fn is_l1(&self) -> bool {
        self.id == self.world.l1().id()
    }

    /// The base fee of the block that would be sealed now.
    pub(super) fn base_fee(&self) -> u64 {
        if self.is_l1() {
            self.world.l1().market_at(self.world.now()).base_fee
        } else {
            next_base_fee(self.chain)
        }
    }

    /// Height of the newest block that L1, or finality, vouches for.
    fn tagged(&self, tag: BlockNumberOrTag) -> BlockNumber {
        let head = self.chain.head().number();
        let finalized = || self.world.finalized_head(self.id).unwrap_or(BlockNumber::GENESIS);
        match tag {
            BlockNumberOrTag::Latest | BlockNumberOrTag::Pending => head,
            BlockNumberOrTag::Earliest => BlockNumber::GENESIS,
            BlockNumberOrTag::Finalized => finalized(),
            // The simulated L1 has no justification short of finality.
            BlockNumberOrTag::Safe => {
                self.world.member(self.id).map_or_else(finalized, |member| member.rollup().safe_head())
            }
            BlockNumberOrTag::Number(number) => BlockNumber::new(number),
        }
    }

    /// The height that a parameter names, whether or not there is such a block.
    pub(super) fn height(&self, tag: Option<BlockNumberOrTag>) -> u64 {
        self.tagged(tag.unwrap_or_default()).get()
    }

    /// The block that a parameter names, if there is one.
    pub(super) fn find(&self, id: BlockId) -> Option<Place> {
        let (block, now) = match id {
            BlockId::Hash(hash) => (self.chain.block_by_hash(&hash.block_hash), Now::Then),
            BlockId::Number(tag) => {
                let now = match tag {
                    BlockNumberOrTag::Latest => Now::Latest,
                    BlockNumberOrTag::Pending => Now::Pending,
                    _ => Now::Then,
                };
                (self.chain.block(self.tagged(tag)), now)
            }
        };
        block.map(|block| Place { block: block.clone(), now })
    }

    /// The block that a parameter names; left out it is the latest.
    pub(super) fn place(&self, params: &Params, index: usize) -> Result<Place, RpcError> {
        let id: BlockId = params.optional(index, "block", BLOCK_FORMS)?.unwrap_or_default();
        self.find(id).ok_or_else(|| {
            let newest = self.chain.head().number();
            let found = match id {
                BlockId::Hash(hash) => hash.block_hash.to_string(),
                BlockId::Number(tag) => self.tagged(tag).to_string(),
            };
            let message = format!(
                "{}: expected a block of chain {}, whose newest is {newest}, found {found}",
                super::params::place(index, "block"),
                self.id
            );
            RpcError::new(Code::NotFound, message)
        })
    }

    /// What a parameter names, if there is such a block.
    pub(super) fn named(&self, params: &Params, index: usize) -> Result<Option<Place>, RpcError> {
        let tag: BlockNumberOrTag = params.typed(index, "block", BLOCK_FORMS)?;
        Ok(self.find(tag.into()))
    }

    /// The block that a call at `place` executes in. At `latest` and `pending` its clock shows the present.
    pub(super) fn env(&self, place: &Place) -> BlockEnv {
        let header = &place.block.header;
        let next = self.chain.next_env(0);
        let (number, timestamp_s) = match place.now {
            Now::Then => (header.number, header.timestamp),
            Now::Latest => (header.number, header.timestamp.max(self.world.unix_seconds())),
            Now::Pending => (header.number + 1, header.timestamp.max(self.world.unix_seconds())),
        };
        let is_head = place.block.hash == self.chain.head().hash;
        let ancestors = if is_head { next.ancestors.clone() } else { self.ancestors_of(header.number) };
        let blob = match (self.is_l1(), header.excess_blob_gas) {
            (true, Some(excess_blob_gas)) => {
                let update_fraction = BlobSchedule::at(header.timestamp).update_fraction();
                BlobFee { excess_blob_gas, update_fraction }
            }
            _ => BlobFee::MIN,
        };
        BlockEnv {
            number,
            timestamp_s,
            beneficiary: header.beneficiary,
            gas_limit: header.gas_limit,
            prevrandao: header.mix_hash,
            ancestors,
            blob,
            ..next
        }
    }

    /// Hashes that BLOCKHASH can reach in a block of that height.
    fn ancestors_of(&self, number: u64) -> imbl::OrdMap<u64, alloy_primitives::B256> {
        let heights = number.saturating_sub(256)..number;
        let blocks = heights.filter_map(|height| self.chain.block(BlockNumber::new(height)));
        blocks.map(|block| (block.header.number, block.hash)).collect()
    }
}
