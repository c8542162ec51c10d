//! The L1 as bytes: all that another process needs to rebuild every rollup whose data is on L1.
//!
//! A file is the mark `CSL1`, a version byte, and RLP of (chain id, hash of the newest block, blocks, blobs).
//! A block is its header, its transactions and its receipts, each as consensus encodes it (EIP-2718 for the
//! last two); a blob is its versioned hash and its payload. Whoever reads the file recomputes every hash, so
//! it needs to trust nothing but the hash of the newest block.

use super::{L1, blob_versioned_hash};
use crate::{
    chain::{Receipt, SealedBlock, Transaction},
    evm::State,
    merkle::ordered_root,
    types::{BlockNumber, ChainId, Time},
};
use alloy_consensus::{Header, ReceiptEnvelope};
use alloy_eips::eip2718::Decodable2718;
use alloy_primitives::{B256, Bytes};
use alloy_rlp::{Decodable, Encodable, RlpDecodable, RlpEncodable};
use std::{collections::BTreeMap, sync::Arc};

const MARK: &[u8] = b"CSL1";
const VERSION: u8 = 1;

#[derive(RlpEncodable, RlpDecodable)]
struct File {
    chain_id: u64,
    head: B256,
    blocks: Vec<Block>,
    blobs: Vec<Blob>,
}

#[derive(RlpEncodable, RlpDecodable)]
struct Block {
    header: Header,
    transactions: Vec<Bytes>,
    receipts: Vec<Bytes>,
}

#[derive(RlpEncodable, RlpDecodable)]
struct Blob {
    versioned_hash: B256,
    payload: Bytes,
}

/// Why bytes are no L1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// They do not begin with the mark.
    #[error("L1 file: expected a file that begins with \"CSL1\"")]
    Mark,
    /// They are of another version.
    #[error("L1 file version: expected {VERSION}, found {0:?}")]
    Version(Option<u8>),
    /// They are not RLP of this form.
    #[error("L1 file: expected RLP of blocks and blobs: {0}")]
    Rlp(String),
    /// There is not even a genesis block.
    #[error("L1 file: expected at least the genesis block, found no block")]
    Empty,
    /// A block is not the one that the next block, or the file's head, names.
    #[error("L1 block {block}: expected hash {expected}, found {found}")]
    Hash {
        /// Its place in the chain.
        block: BlockNumber,
        /// What the block after it says.
        expected: B256,
        /// What its header hashes to.
        found: B256,
    },
    /// A block does not have the height of its place.
    #[error("L1 block {block}: expected that number, found {found}")]
    Number {
        /// Its place in the chain.
        block: BlockNumber,
        /// What its header says.
        found: BlockNumber,
    },
    /// A block's transactions or receipts are not those that its header commits to.
    #[error("L1 block {block}: expected {part} with root {expected}, found {found}")]
    Root {
        /// The block.
        block: BlockNumber,
        /// "transactions" or "receipts".
        part: &'static str,
        /// What the header says.
        expected: B256,
        /// What there is.
        found: B256,
    },
    /// A transaction or a receipt can't be read.
    #[error("L1 block {block}: expected {part}, found {reason}")]
    Unreadable {
        /// The block.
        block: BlockNumber,
        /// "transactions" or "receipts".
        part: &'static str,
        /// Why not.
        reason: String,
    },
}

/// An L1 that was read from bytes: every block was checked, and every blob whose payload does not hash to
/// its versioned hash was put aside. States are not part of it.
#[derive(Clone, Debug)]
pub struct ImportedL1 {
    chain_id: ChainId,
    blocks: Vec<Arc<SealedBlock>>,
    blobs: BTreeMap<B256, Bytes>,
    damaged: BTreeMap<B256, B256>,
}

impl ImportedL1 {
    /// Its chain id.
    pub const fn chain_id(&self) -> ChainId {
        self.chain_id
    }

    /// All blocks from genesis on. Their states are empty and they were sealed at the world's beginning, as
    /// far as they know: neither is on L1, and derivation reads neither.
    pub fn blocks(&self) -> &[Arc<SealedBlock>] {
        &self.blocks
    }

    /// A block by height.
    pub fn block(&self, number: BlockNumber) -> Option<&Arc<SealedBlock>> {
        self.blocks.get(usize::try_from(number.get()).ok()?)
    }

    /// The payload of a blob that is there and undamaged.
    pub fn blob(&self, versioned_hash: &B256) -> Option<&Bytes> {
        self.blobs.get(versioned_hash)
    }

    /// What the payload of a damaged blob hashes to instead of its versioned hash.
    pub fn damaged_blob(&self, versioned_hash: &B256) -> Option<&B256> {
        self.damaged.get(versioned_hash)
    }
}

/// The bytes of an L1: its canonical chain and the payloads of the blobs that its blocks refer to and that
/// are still kept.
pub fn export(l1: &L1) -> Vec<u8> {
    let mut blobs = BTreeMap::new();
    let blocks = l1.chain().blocks().iter().map(|block| {
        let hashes = block.transactions.iter().flat_map(|transaction| transaction.blobs());
        blobs.extend(hashes.filter_map(|hash| Some((*hash, l1.blob(hash)?.clone()))));
        let receipt_bytes = |receipt: &Receipt| {
            let mut bytes = Vec::new();
            receipt.encode_2718(&mut bytes);
            Bytes::from(bytes)
        };
        Block {
            header: block.header.clone(),
            transactions: block.transactions.iter().map(|transaction| transaction.raw().clone()).collect(),
            receipts: block.receipts.iter().map(receipt_bytes).collect(),
        }
    });
    let blocks = blocks.collect();
    let blobs = blobs.into_iter().map(|(versioned_hash, payload)| Blob { versioned_hash, payload }).collect();
    let file = File { chain_id: l1.id().get(), head: l1.chain().head().hash, blocks, blobs };
    let mut bytes = MARK.to_vec();
    bytes.push(VERSION);
    file.encode(&mut bytes);
    bytes
}

/// Reads what [`export`] wrote. A damaged block is refused; a damaged blob is put aside, so that what was
/// derived before it still can be.
pub fn import(bytes: &[u8]) -> Result<ImportedL1, ImportError> {
    let rest = bytes.strip_prefix(MARK).ok_or(ImportError::Mark)?;
    let mut rest = match rest.split_first() {
        Some((&VERSION, rest)) => rest,
        other => return Err(ImportError::Version(other.map(|(version, _)| *version))),
    };
    let file = File::decode(&mut rest).map_err(|error| ImportError::Rlp(error.to_string()))?;
    if !rest.is_empty() {
        return Err(ImportError::Rlp(format!("{} bytes are left over", rest.len())));
    }
    check_chain(&file)?;
    let chain_id = ChainId::new(file.chain_id);
    let blocks = file.blocks.into_iter().map(|block| read_block(block, chain_id).map(Arc::new));
    let blocks = blocks.collect::<Result<Vec<_>, _>>()?;
    let (mut blobs, mut damaged) = (BTreeMap::new(), BTreeMap::new());
    for Blob { versioned_hash, payload } in file.blobs {
        let found = blob_versioned_hash(&payload);
        if found == versioned_hash {
            blobs.insert(versioned_hash, payload);
        } else {
            damaged.insert(versioned_hash, found);
        }
    }
    Ok(ImportedL1 { chain_id, blocks, blobs, damaged })
}

/// Walks the chain of hashes from the newest block back to genesis.
fn check_chain(file: &File) -> Result<(), ImportError> {
    let mut expected = file.head;
    for (place, block) in file.blocks.iter().enumerate().rev() {
        let place = place as u64;
        let number = BlockNumber::new(place);
        let found = block.header.hash_slow();
        if found != expected {
            return Err(ImportError::Hash { block: number, expected, found });
        }
        if block.header.number != place {
            return Err(ImportError::Number { block: number, found: BlockNumber::new(block.header.number) });
        }
        expected = block.header.parent_hash;
    }
    if file.blocks.is_empty() { Err(ImportError::Empty) } else { Ok(()) }
}

fn read_block(block: Block, chain_id: ChainId) -> Result<SealedBlock, ImportError> {
    let Block { header, transactions, receipts } = block;
    let number = BlockNumber::new(header.number);
    let check = |part, expected, items: &[Bytes]| {
        let found = ordered_root(items, |item: &Bytes, out| out.extend_from_slice(item));
        if found == expected {
            Ok(())
        } else {
            Err(ImportError::Root { block: number, part, expected, found })
        }
    };
    check("transactions", header.transactions_root, &transactions)?;
    check("receipts", header.receipts_root, &receipts)?;
    let unreadable = |part| move |reason: String| ImportError::Unreadable { block: number, part, reason };
    let transactions = transactions
        .iter()
        .map(|raw| Transaction::decode_included(raw, chain_id).map(Arc::new).map_err(|e| e.to_string()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(unreadable("transactions"))?;
    let mut before = 0;
    let receipts = receipts
        .iter()
        .map(|bytes| read_receipt(bytes, &mut before))
        .collect::<Result<Vec<_>, _>>()
        .map_err(unreadable("receipts"))?;
    let hash = header.hash_slow();
    let state = State::default();
    Ok(SealedBlock { hash, header, sealed_at: Time::ZERO, transactions, receipts, state })
}

/// A receipt from its consensus bytes; what those do not hold (price, output, created contract) stays empty.
fn read_receipt(bytes: &Bytes, used_before: &mut u64) -> Result<Receipt, String> {
    let envelope = ReceiptEnvelope::decode_2718_exact(bytes).map_err(|error| error.to_string())?;
    let cumulative = envelope.cumulative_gas_used();
    let gas_used = cumulative.saturating_sub(*used_before);
    *used_before = cumulative;
    Ok(Receipt {
        type_id: envelope.tx_type().into(),
        succeeded: envelope.is_success(),
        cumulative_gas_used: cumulative,
        gas_used,
        effective_gas_price: 0,
        logs: envelope.logs().to_vec(),
        bloom: *envelope.logs_bloom(),
        created: None,
        deposit_nonce: None,
        output: Bytes::new(),
    })
}
