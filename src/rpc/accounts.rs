//! Reads of accounts at any block: balance, code, storage, nonce and proofs (EIP-1186).

use super::{
    answer,
    error::RpcError,
    params::{Params, invalid, place},
    reader::Reader,
};
use alloy_eips::BlockId;
use alloy_primitives::{B256, U64, U256};
use alloy_rpc_types_eth::{EIP1186AccountProofResponse, EIP1186StorageProof};
use alloy_serde::JsonStorageKey;
use serde_json::Value;

/// Most slots in one proof.
const PROOF_SLOTS_MAX: usize = 1024;

pub(super) fn balance(reader: Reader<'_>, params: &Params) -> Result<Value, RpcError> {
    params.at_most(2)?;
    let address = params.address(0, "address")?;
    Ok(answer(&reader.place(params, 1)?.block.state.balance(address)))
}

pub(super) fn code(reader: Reader<'_>, params: &Params) -> Result<Value, RpcError> {
    params.at_most(2)?;
    let address = params.address(0, "address")?;
    Ok(answer(&reader.place(params, 1)?.block.state.code(address).bytes()))
}

pub(super) fn storage(reader: Reader<'_>, params: &Params) -> Result<Value, RpcError> {
    params.at_most(3)?;
    let address = params.address(0, "address")?;
    let slot = params.slot(1, "slot")?;
    Ok(answer(&B256::from(reader.place(params, 2)?.block.state.storage(address, slot))))
}

/// The sender's next nonce; at `pending` after what waits in the mempool.
pub(super) fn nonce(reader: Reader<'_>, params: &Params) -> Result<Value, RpcError> {
    params.at_most(2)?;
    let address = params.address(0, "address")?;
    let next = reader.place(params, 1)?.block.state.nonce(address);
    let is_pending = params.optional::<BlockId>(1, "block", "a block")?.is_some_and(|id| id.is_pending());
    let next = if is_pending { reader.chain.mempool().next_nonce(address, next) } else { next };
    Ok(answer(&U64::from(next)))
}

pub(super) fn proof(reader: Reader<'_>, params: &Params) -> Result<Value, RpcError> {
    params.at_most(3)?;
    let address = params.address(0, "address")?;
    let keys: Vec<JsonStorageKey> = params.typed(1, "storageKeys", "a list of slots")?;
    if keys.len() > PROOF_SLOTS_MAX {
        let expected = format!("at most {PROOF_SLOTS_MAX} slots");
        return Err(invalid(&place(1, "storageKeys"), &expected, Some(&keys.len().into())));
    }
    let slots: Vec<U256> = keys.iter().map(|key| key.as_b256().into()).collect();
    let proof = reader.place(params, 2)?.block.state.proof(address, &slots);
    let storage_proof = keys.into_iter().zip(proof.storage);
    Ok(answer(&EIP1186AccountProofResponse {
        address,
        balance: proof.balance,
        code_hash: proof.code_hash,
        nonce: proof.nonce,
        storage_hash: proof.storage_root,
        account_proof: proof.account_proof,
        storage_proof: storage_proof
            .map(|(key, slot)| EIP1186StorageProof { key, value: slot.value, proof: slot.proof })
            .collect(),
    }))
}
