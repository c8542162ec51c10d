//! Messages from a rollup to L1: their event, their hash and the output root that they are proven against.
//!
//! OP Stack specs/protocol/withdrawals.md and proposals.md.

use super::abi::{ICrossDomainMessenger, IL2ToL1MessagePasser, OutputRoot, WithdrawalTransaction};
use super::addresses;
use alloy_primitives::{Address, B256, Bytes, Log, U256, keccak256};
use alloy_sol_types::{SolCall, SolEvent, SolValue};
use serde::{Deserialize, Serialize};

/// A message that left a rollup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// Its number, with the message version in the two most significant bytes.
    pub nonce: U256,
    /// Who sent it on the rollup.
    pub sender: Address,
    /// What is called on L1.
    pub target: Address,
    /// Wei that the call carries.
    pub value: U256,
    /// Gas that the call gets at least.
    pub gas_limit: U256,
    /// The call's data.
    pub data: Bytes,
}

impl Withdrawal {
    /// The withdrawal that a log of the message passer announces; none for any other log.
    pub fn from_log(log: &Log) -> Option<Self> {
        if log.address != addresses::L2_TO_L1_MESSAGE_PASSER {
            return None;
        }
        let event = IL2ToL1MessagePasser::MessagePassed::decode_log(log).ok()?.data;
        Some(Self {
            nonce: event.nonce,
            sender: event.sender,
            target: event.target,
            value: event.value,
            gas_limit: event.gasLimit,
            data: event.data,
        })
    }

    /// The hash by which both layers know it.
    pub fn hash(&self) -> B256 {
        keccak256(self.to_abi().abi_encode_params())
    }

    /// The slot of the message passer's storage in which it is recorded, with value one.
    pub fn storage_slot(&self) -> B256 {
        keccak256((self.hash(), U256::ZERO).abi_encode_params())
    }

    /// The form in which the portal takes it.
    pub fn to_abi(&self) -> WithdrawalTransaction {
        WithdrawalTransaction {
            nonce: self.nonce,
            sender: self.sender,
            target: self.target,
            value: self.value,
            gasLimit: self.gas_limit,
            data: self.data.clone(),
        }
    }
}

/// What an output root of version 0 commits to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputRootProof {
    /// State root of the rollup's block.
    pub state_root: B256,
    /// Storage root of the message passer in that state.
    pub message_passer_storage_root: B256,
    /// Hash of the block.
    pub block_hash: B256,
}

impl OutputRootProof {
    /// The output root.
    pub fn hash(&self) -> B256 {
        keccak256(self.to_abi().abi_encode())
    }

    /// The form in which the portal takes it.
    pub fn to_abi(&self) -> OutputRoot {
        OutputRoot {
            version: B256::ZERO,
            stateRoot: self.state_root,
            messagePasserStorageRoot: self.message_passer_storage_root,
            latestBlockhash: self.block_hash,
        }
    }
}

/// The hash by which messengers know a message: that of the call which relays it.
pub fn hash_cross_domain_message(relay: &ICrossDomainMessenger::relayMessageCall) -> B256 {
    keccak256(relay.abi_encode())
}
