//! How a rollup begins. The whole of it is an event of the L1's registry, so that whoever has the L1
//! can rebuild the rollup.

use super::{DataAvailability, RollupConfig};
use crate::{
    chain::{Chain, ChainRules},
    contracts::{self, RollupContracts, addresses},
    evm::{CodeStore, GenesisAccount, Precompiles, Spec, State},
    types::{Amount, ChainId, Time},
};
use alloy_primitives::{Address, B256, U256, address, keccak256};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::OnceLock};

/// Receives base fees (OP Stack `BaseFeeVault`).
pub const BASE_FEE_VAULT: Address = address!("4200000000000000000000000000000000000019");
/// Receives priority fees (OP Stack `SequencerFeeVault`).
pub const SEQUENCER_FEE_VAULT: Address = address!("4200000000000000000000000000000000000011");

/// Everything that decides a rollup's first block and its rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollupGenesis {
    /// Its parameters.
    pub config: RollupConfig,
    /// Unix time of the world's beginning, in seconds.
    pub world_timestamp: u64,
    /// When it was spawned, in milliseconds since the world began.
    pub spawned_at_ms: u64,
    /// Ether that accounts have from the start; its portal holds as much on L1. Each has tokens of the rollup's
    /// market too.
    pub alloc: BTreeMap<Address, Amount>,
    /// What follows from the chain id, computed once.
    #[serde(skip)]
    addresses: OnceLock<Addresses>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Addresses {
    batcher: Address,
    inbox: Address,
    contracts: RollupContracts,
}

/// Why registered bytes are no rollup.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GenesisError {
    /// Not the JSON of a genesis.
    #[error("registered rollup: expected JSON of its parameters: {0}")]
    Json(String),
    /// The parameters are impossible.
    #[error("registered {0}")]
    Config(#[from] super::RollupConfigError),
}

impl RollupGenesis {
    /// When an L1 block was sealed by its header, in milliseconds since the world began.
    pub(super) fn millis_of(&self, l1_block: &crate::chain::SealedBlock) -> u64 {
        l1_block.header.timestamp.saturating_sub(self.world_timestamp) * 1000
    }

    /// A rollup spawned `spawned_at` in a world that began at Unix second `world_timestamp`.
    pub const fn new(
        config: RollupConfig,
        world_timestamp: u64,
        spawned_at: Time,
        alloc: BTreeMap<Address, Amount>,
    ) -> Self {
        let spawned_at_ms = spawned_at.millis();
        Self { config, world_timestamp, spawned_at_ms, alloc, addresses: OnceLock::new() }
    }

    fn addresses(&self) -> &Addresses {
        self.addresses.get_or_init(|| Addresses {
            batcher: self.id().actor_address("batcher"),
            inbox: self.id().actor_address("inbox"),
            contracts: RollupContracts::of(self.id().get()),
        })
    }

    /// First base fee of a rollup, in wei per gas.
    const BASE_FEE: u64 = 1_000_000;

    /// The bytes that go in the registry.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a genesis is plain data")
    }

    /// The genesis that registered bytes are.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, GenesisError> {
        let genesis: Self = serde_json::from_slice(bytes).map_err(|e| GenesisError::Json(e.to_string()))?;
        genesis.config.check()?;
        Ok(genesis)
    }

    /// Its chain id.
    pub const fn id(&self) -> ChainId {
        self.config.chain_id
    }

    /// Unix time of a moment of its world, in seconds.
    pub const fn unix_seconds(&self, millis: u64) -> u64 {
        self.world_timestamp + millis / 1000
    }

    /// The account that posts its batches.
    pub fn batcher(&self) -> Address {
        self.addresses().batcher
    }

    /// Where its batches go on L1.
    pub fn inbox(&self) -> Address {
        self.addresses().inbox
    }

    /// Its contracts on L1.
    pub fn contracts(&self) -> RollupContracts {
        self.addresses().contracts
    }

    /// Ether that exists in its first block, which its portal must hold.
    pub fn endowment(&self) -> U256 {
        self.alloc.values().fold(U256::ZERO, |sum, amount| sum.saturating_add(amount.get()))
    }

    /// Whether its data is on L1 itself.
    pub const fn is_rebuilt_from_l1(&self) -> bool {
        matches!(self.config.data_availability, DataAvailability::Blob | DataAvailability::Calldata)
    }

    /// The chain with its first block.
    pub fn chain(&self) -> Chain {
        let rules = ChainRules {
            id: self.id(),
            spec: Spec::Prague,
            precompiles: Precompiles::Rollup,
            gas_limit: self.config.gas_limit,
            base_fee_recipient: Some(BASE_FEE_VAULT),
            message_passer: Some(addresses::L2_TO_L1_MESSAGE_PASSER),
        };
        let holders: Vec<Address> = self.alloc.keys().copied().collect();
        let mut accounts = contracts::l2_genesis(self.id().get(), &holders);
        for (address, amount) in &self.alloc {
            let account: &mut GenesisAccount = accounts.entry(*address).or_default();
            account.balance = account.balance.saturating_add(amount.get());
        }
        let state = State::from_genesis(&accounts, CodeStore::default());
        Chain::new(rules, state, self.unix_seconds(self.spawned_at_ms), Self::BASE_FEE)
    }
}

/// The OP Stack's output root, version 0: what a rollup claims about one of its blocks (specs:
/// proposals). The message passer's storage root is the header's withdrawals root (Isthmus).
pub fn output_root(header: &alloy_consensus::Header, block_hash: B256) -> B256 {
    let passer_root = header.withdrawals_root.unwrap_or_default();
    keccak256([B256::ZERO, header.state_root, passer_root, block_hash].concat())
}
