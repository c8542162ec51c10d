//! Claims about a rollup's state as they stand on L1: one dispute game each.

use crate::{
    chain::{Chain, SealedBlock},
    contracts::abi::{IDisputeGame, IDisputeGameFactory},
    evm::{Fees, Origin, TxEnv},
    rollup::{Rollup, output_root},
    types::{BlockNumber, Time},
};
use alloy_primitives::{Address, B256, Bytes, TxKind, U256};
use alloy_sol_types::{SolCall, SolEvent};
use serde::{Deserialize, Serialize};

/// How a claim is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GameKind {
    /// By nobody winning against it in time.
    Optimistic,
    /// By a validity proof.
    Validity,
}

impl GameKind {
    /// Its number at the factory (OP Stack game types).
    pub const fn type_id(self) -> u32 {
        match self {
            Self::Optimistic => 0,
            Self::Validity => 10,
        }
    }
}

/// A claim on L1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Game {
    /// Its index at the factory.
    pub index: u64,
    /// Its contract.
    pub address: Address,
    /// The output root that it claims.
    pub root: B256,
    /// The rollup block that the root is of.
    pub covers: BlockNumber,
    /// The L1 block that it was made in, with its time.
    pub created: (BlockNumber, Time),
    /// The transaction that made it.
    pub created_by: B256,
    /// The L1 block that it was resolved in, with its time.
    pub resolved: Option<(BlockNumber, Time)>,
    /// Whether its bond was paid back.
    pub bond_returned: bool,
}

impl Game {
    /// Whether its root is the one of the rollup's block as it stands.
    pub fn is_true(&self, rollup: &Rollup) -> bool {
        let block = rollup.chain().block(self.covers);
        block.is_some_and(|block| output_root(&block.header, block.hash) == self.root)
    }
}

/// A call of an L1 contract that changes nothing.
pub(crate) fn view_call(to: Address, data: Vec<u8>) -> TxEnv {
    TxEnv {
        from: Address::ZERO,
        origin: Origin::Impersonated,
        nonce: 0,
        gas_limit: 10_000_000,
        fees: Fees::NONE,
        to: TxKind::Call(to),
        value: U256::ZERO,
        data: data.into(),
        access_list: Default::default(),
        data_fee: U256::ZERO,
    }
}

/// The games that an L1 block made at `factory`, the first of them with `next_index`. Which block of
/// the rollup a game is about is read from the game itself.
pub(super) fn created_games(l1: &Chain, block: &SealedBlock, factory: Address, next_index: u64) -> Vec<Game> {
    let created = block.logs().filter(|(_, _, log)| log.address == factory).filter_map(|(_, tx, log)| {
        let event = IDisputeGameFactory::DisputeGameCreated::decode_log(log).ok()?;
        Some((tx.hash(), event.disputeProxy, event.rootClaim))
    });
    let mut games = Vec::new();
    for ((created_by, address, root), index) in created.zip(next_index..) {
        let call = view_call(address, IDisputeGame::l2SequenceNumberCall {}.abi_encode());
        let number = l1
            .call(&call, block.header.timestamp)
            .ok()
            .filter(|outcome| outcome.succeeded())
            .and_then(|outcome| read_number(&outcome.output));
        games.push(Game {
            index,
            address,
            root,
            // A game that names no possible block covers nothing.
            covers: BlockNumber::new(number.unwrap_or(0)),
            created: (block.number(), block.sealed_at),
            created_by,
            resolved: None,
            bond_returned: false,
        });
    }
    games
}

fn read_number(output: &Bytes) -> Option<u64> {
    let number = U256::try_from_be_slice(output)?;
    u64::try_from(number).ok()
}
