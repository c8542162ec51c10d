//! Rebuilding a rollup from the bytes of an L1 and nothing else: what anybody can do who distrusts its node.

use super::{
    BatchDrop, DerivationError, GenesisError, Head, L1Origin, L1Source, Posted, RollupGenesis, derive_block,
    posted_in, read_batch,
};
use crate::{
    chain::{Chain, SealedBlock},
    contracts::{abi::IRollupRegistry, addresses::ROLLUP_REGISTRY},
    l1::ImportedL1,
    types::{BlockNumber, ChainId},
};
use alloy_primitives::{B256, Bytes, U256};
use alloy_sol_types::SolEvent;
use std::sync::Arc;

/// Why a rollup can't be rebuilt, or not further.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RebuildError {
    /// The L1's registry does not name it.
    #[error("chain: expected one of the registered rollups {known:?}, found {found}")]
    NotRegistered {
        /// What was asked for.
        found: ChainId,
        /// Ids in the registry.
        known: Vec<ChainId>,
    },
    /// What the registry says of it can't be read.
    #[error(transparent)]
    Genesis(#[from] GenesisError),
    /// Its data is not on L1.
    #[error("rollup {0}: expected its data in blobs or calldata, found a committee's or an operator's")]
    DataElsewhere(ChainId),
    /// A blob is there but damaged.
    #[error("L1 block {block}: expected a payload with versioned hash {expected}, found {found}")]
    BlobDamaged {
        /// The L1 block.
        block: BlockNumber,
        /// The blob's versioned hash.
        expected: B256,
        /// What its payload hashes to.
        found: B256,
    },
    /// Something is not there.
    #[error(transparent)]
    Missing(#[from] DerivationError),
}

impl L1Source for ImportedL1 {
    fn block(&self, number: BlockNumber) -> Option<&Arc<SealedBlock>> {
        self.block(number)
    }

    fn blob(&self, versioned_hash: &B256) -> Option<&Bytes> {
        self.blob(versioned_hash)
    }

    fn held_data(&self, _: &B256) -> Option<&Bytes> {
        None
    }
}

/// What one L1 block added to a rollup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RebuiltBlocks {
    /// The L1 block.
    pub l1_block: BlockNumber,
    /// Height, hash and state root of the safe head after it.
    pub safe: (BlockNumber, B256, B256),
    /// Why batches, or the rest of them, were ignored.
    pub ignored: Vec<String>,
}

/// A rollup that is being rebuilt: an iterator over the L1 blocks that carry its batches. It ends after the
/// newest L1 block, or with the first error.
#[derive(Clone, Debug)]
pub struct Rebuild<'a> {
    l1: &'a ImportedL1,
    genesis: RollupGenesis,
    chain: Chain,
    /// L1 origin and sequence number of each block.
    origins: Vec<(L1Origin, u64)>,
    rewound_at_ms: u64,
    next: BlockNumber,
    stopped: bool,
}

impl<'a> Rebuild<'a> {
    /// Finds a rollup in the L1's registry and begins with its first block.
    pub fn new(l1: &'a ImportedL1, chain: ChainId) -> Result<Self, RebuildError> {
        let mut known = Vec::new();
        for block in l1.blocks() {
            for (_, _, log) in block.logs().filter(|(_, _, log)| log.address == ROLLUP_REGISTRY) {
                let Ok(event) = IRollupRegistry::RollupRegistered::decode_log(log) else { continue };
                if event.chainId == U256::from(chain.get()) {
                    return Self::from_registered(l1, block, chain, &event.config);
                }
                known.extend(u64::try_from(event.chainId).ok().map(ChainId::new));
            }
        }
        Err(RebuildError::NotRegistered { found: chain, known })
    }

    fn from_registered(
        l1: &'a ImportedL1,
        block: &SealedBlock,
        chain: ChainId,
        config: &[u8],
    ) -> Result<Self, RebuildError> {
        let genesis = RollupGenesis::from_bytes(config)?;
        if !genesis.is_rebuilt_from_l1() {
            return Err(RebuildError::DataElsewhere(chain));
        }
        Ok(Self {
            l1,
            chain: genesis.chain(),
            genesis,
            origins: vec![(L1Origin::of(block), 0)],
            rewound_at_ms: 0,
            next: block.number().next(),
            stopped: false,
        })
    }

    /// The rollup's chain as far as it is rebuilt.
    pub const fn rebuilt(&self) -> &Chain {
        &self.chain
    }

    /// Reads one payload; a batch that the rules ignore ends it.
    fn read_payload(&mut self, payload: &Bytes, included_in: BlockNumber) -> Result<(), String> {
        for batch in read_batch(payload).map_err(|drop| drop.to_string())? {
            let (origin, sequence_number) =
                *self.origins.last().expect("the first block has an origin and is never undone");
            let head = Head {
                genesis: &self.genesis,
                origin,
                sequence_number,
                is_genesis: self.chain.head().header.number == 0,
                rewound_at_ms: self.rewound_at_ms,
            };
            let (_, origin) = derive_block(&mut self.chain, &head, self.l1, included_in, &batch)
                .map_err(|drop| drop.to_string())?;
            let sequence = if origin == head.origin { sequence_number + 1 } else { 0 };
            self.origins.push((origin, sequence));
        }
        Ok(())
    }

    /// Undoes the blocks above one.
    fn rewind(&mut self, kept: BlockNumber, hash: B256, by: &SealedBlock) -> Result<(), String> {
        if self.chain.block(kept).is_none_or(|block| block.hash != hash) {
            return Err(BatchDrop::Rewind { kept, hash }.to_string());
        }
        self.chain.truncate(kept);
        self.origins.truncate(usize::try_from(kept.get()).unwrap_or(usize::MAX).saturating_add(1));
        self.rewound_at_ms = self.genesis.millis_of(by);
        Ok(())
    }

    fn explained(&self, error: DerivationError) -> RebuildError {
        if let DerivationError::BlobMissing { block, hash } = error
            && let Some(found) = self.l1.damaged_blob(&hash)
        {
            return RebuildError::BlobDamaged { block, expected: hash, found: *found };
        }
        RebuildError::Missing(error)
    }
}

impl Iterator for Rebuild<'_> {
    type Item = Result<RebuiltBlocks, RebuildError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.stopped {
            let block = self.l1.block(self.next)?.clone();
            let posted = match posted_in(&self.genesis, self.l1, &block) {
                Ok(posted) => posted,
                Err(error) => {
                    self.stopped = true;
                    return Some(Err(self.explained(error)));
                }
            };
            self.next = self.next.next();
            if posted.is_empty() {
                continue;
            }
            let read = posted.iter().map(|posted| match posted {
                Posted::Batch(payload) => self.read_payload(payload, block.number()),
                Posted::Rewind { kept, hash } => self.rewind(*kept, *hash, &block),
            });
            let ignored = read.filter_map(Result::err).collect();
            let head = self.chain.head();
            let safe = (head.number(), head.hash, head.header.state_root);
            return Some(Ok(RebuiltBlocks { l1_block: block.number(), safe, ignored }));
        }
        None
    }
}
