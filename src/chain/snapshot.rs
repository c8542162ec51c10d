//! A chain as portable bytes: headers, transactions, receipts, the first state's leaves and what each
//! block changed. No trie nodes, no hashes that can be computed, and no code of the engine's own contracts.

use super::{Chain, ChainRules, Mempool, Receipt, SealedBlock, Transaction};
use crate::{
    contracts::artifacts,
    evm::{State, StateDiff, StateLeaves},
    types::{Gather as _, Time},
};
use alloy_consensus::Header;
use alloy_primitives::{B256, Bytes, keccak256};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

#[derive(Serialize, Deserialize)]
struct Portable {
    rules: ChainRules,
    genesis: StateLeaves,
    blocks: Vec<PortableBlock>,
    mempool: Mempool,
}

#[derive(Serialize, Deserialize)]
struct PortableBlock {
    header: Vec<u8>,
    sealed_at: Time,
    transactions: Vec<Arc<Transaction>>,
    receipts: Vec<Receipt>,
    changes: StateDiff,
}

/// The code that genesis states place, by its hash: the engine has it, and every chain would repeat it.
fn own_codes() -> &'static BTreeMap<B256, Bytes> {
    static CODES: OnceLock<BTreeMap<B256, Bytes>> = OnceLock::new();
    CODES.get_or_init(|| {
        let codes = artifacts::ALL.iter().map(|artifact| Bytes::from_static(artifact.runtime_code));
        codes.map(|code| (keccak256(&code), code)).gather()
    })
}

fn without_own_codes(mut genesis: StateLeaves) -> StateLeaves {
    genesis.codes.retain(|code| !own_codes().contains_key(&keccak256(code)));
    genesis
}

fn with_own_codes(mut genesis: StateLeaves) -> StateLeaves {
    let named: BTreeSet<B256> = genesis.accounts.iter().map(|(_, account)| account.code_hash).gather();
    genesis.codes.extend(named.iter().filter_map(|hash| own_codes().get(hash)).cloned());
    genesis
}

impl Serialize for Chain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (rules, blocks, mempool) = self.parts();
        let first = blocks.head().expect("a chain has its genesis block");
        let mut older = &first.state;
        let blocks = blocks
            .iter()
            .map(|block| {
                let changes = block.state.diff(older);
                older = &block.state;
                PortableBlock {
                    header: alloy_rlp::encode(&block.header),
                    sealed_at: block.sealed_at,
                    transactions: block.transactions.clone(),
                    receipts: block.receipts.clone(),
                    changes,
                }
            })
            .collect();
        let genesis = without_own_codes(first.state.leaves());
        Portable { rules: rules.clone(), genesis, blocks, mempool: mempool.clone() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Chain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let portable = Portable::deserialize(deserializer)?;
        let mut state = State::try_from(with_own_codes(portable.genesis)).map_err(de::Error::custom)?;
        let mut blocks = Vec::with_capacity(portable.blocks.len());
        for block in portable.blocks {
            state.apply_diff(&block.changes).map_err(de::Error::custom)?;
            let header: Header = alloy_rlp::Decodable::decode(&mut block.header.as_slice())
                .map_err(|error| de::Error::custom(format!("header: {error}")))?;
            if state.root() != header.state_root {
                return Err(de::Error::custom(format!(
                    "block {}: expected state root {}, found {}",
                    header.number,
                    header.state_root,
                    state.root()
                )));
            }
            blocks.push(SealedBlock {
                hash: header.hash_slow(),
                header,
                sealed_at: block.sealed_at,
                transactions: block.transactions,
                receipts: block.receipts,
                state: state.clone(),
            });
        }
        Self::from_parts(portable.rules, blocks, portable.mempool)
            .ok_or_else(|| de::Error::custom("expected at least the genesis block, found none"))
    }
}
