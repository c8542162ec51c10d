//! Transactions and receipts as JSON. Deposits have the OP Stack's extra fields.

use super::{answer, error::RpcError, params::Params, reader::Reader};
use crate::{
    chain::{Body, SealedBlock, Transaction},
    l1::blob_base_fee,
};
use alloy_consensus::transaction::Recovered;
use alloy_eips::eip4844::DATA_GAS_PER_BLOB;
use alloy_primitives::{B256, U64, U128};
use alloy_rpc_types_eth::Log;
use serde_json::{Map, Value, json};

pub(super) fn by_hash(reader: Reader<'_>, params: &Params) -> Result<Value, RpcError> {
    params.at_most(1)?;
    let hash = params.hash(0, "transactionHash")?;
    Ok(match reader.chain.transaction(&hash) {
        Some((block, index)) => included(block, index),
        None => reader.chain.mempool().get(&hash).map_or(Value::Null, |waiting| body(waiting, None)),
    })
}

pub(super) fn by_block_number(reader: Reader<'_>, params: &Params) -> Result<Value, RpcError> {
    params.at_most(2)?;
    let place = reader.named(params, 0)?;
    let index = params.number(1, "index", u64::from(u32::MAX))?;
    Ok(place.map_or(Value::Null, |place| nth(&place.block, index)))
}

pub(super) fn by_block_hash(reader: Reader<'_>, params: &Params) -> Result<Value, RpcError> {
    params.at_most(2)?;
    let block = reader.chain.block_by_hash(&params.hash(0, "blockHash")?);
    let index = params.number(1, "index", u64::from(u32::MAX))?;
    Ok(block.map_or(Value::Null, |block| nth(block, index)))
}

pub(super) fn receipt(reader: Reader<'_>, params: &Params) -> Result<Value, RpcError> {
    params.at_most(1)?;
    let found = reader.chain.transaction(&params.hash(0, "transactionHash")?);
    Ok(found.map_or(Value::Null, |(block, index)| receipt_json(block, index, block.first_log_index(index))))
}

pub(super) fn block_receipts(reader: Reader<'_>, params: &Params) -> Result<Value, RpcError> {
    params.at_most(1)?;
    let block = reader.place(params, 0)?.block;
    let mut next_log = 0;
    let all = block.receipts.iter().enumerate().map(|(index, receipt)| {
        let first = next_log;
        next_log += receipt.logs.len() as u64;
        receipt_json(&block, index, first)
    });
    Ok(all.collect())
}

/// A transaction of a block.
pub(super) fn included(block: &SealedBlock, index: usize) -> Value {
    block.transactions.get(index).map_or(Value::Null, |transaction| body(transaction, Some((block, index))))
}

/// An event of a block.
pub(super) fn log(
    block: &SealedBlock,
    transaction: (u64, B256),
    index: u64,
    inner: alloy_primitives::Log,
) -> Log {
    Log {
        inner,
        block_hash: Some(block.hash),
        block_number: Some(block.header.number),
        block_timestamp: Some(block.header.timestamp),
        transaction_hash: Some(transaction.1),
        transaction_index: Some(transaction.0),
        log_index: Some(index),
        removed: false,
    }
}

fn nth(block: &SealedBlock, index: u64) -> Value {
    usize::try_from(index).map_or(Value::Null, |index| included(block, index))
}

fn body(transaction: &Transaction, place: Option<(&SealedBlock, usize)>) -> Value {
    let receipt = place.and_then(|(block, index)| block.receipts.get(index));
    match transaction.body() {
        Body::Ethereum(envelope) => answer(&alloy_rpc_types_eth::Transaction {
            inner: Recovered::new_unchecked(envelope.clone(), transaction.from()),
            block_hash: place.map(|(block, _)| block.hash),
            block_number: place.map(|(block, _)| block.header.number),
            transaction_index: place.map(|(_, index)| index as u64),
            effective_gas_price: receipt.map(|receipt| receipt.effective_gas_price),
            block_timestamp: place.map(|(block, _)| block.header.timestamp),
        }),
        Body::Deposit(deposit) => json!({
            "type": "0x7e",
            "hash": transaction.hash(),
            "sourceHash": deposit.source_hash,
            "from": deposit.from,
            "to": deposit.to.to(),
            "mint": U128::from(deposit.mint),
            "value": deposit.value,
            "gas": U64::from(deposit.gas_limit),
            "isSystemTx": deposit.is_system_transaction,
            "input": deposit.input,
            "nonce": U64::from(receipt.and_then(|receipt| receipt.deposit_nonce).unwrap_or_default()),
            "depositReceiptVersion": "0x1",
            "gasPrice": "0x0",
            "v": "0x0",
            "r": "0x0",
            "s": "0x0",
            "blockHash": place.map(|(block, _)| block.hash),
            "blockNumber": place.map(|(block, _)| U64::from(block.header.number)),
            "blockTimestamp": place.map(|(block, _)| U64::from(block.header.timestamp)),
            "transactionIndex": place.map(|(_, index)| U64::from(index)),
        }),
    }
}

fn receipt_json(block: &SealedBlock, index: usize, first_log: u64) -> Value {
    let Some((transaction, receipt)) = block.transactions.get(index).zip(block.receipts.get(index)) else {
        return Value::Null;
    };
    let hash = transaction.hash();
    let logs = receipt.logs.iter().zip(first_log..);
    let logs = logs.map(|(inner, at)| answer(&log(block, (index as u64, hash), at, inner.clone())));
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| fields.insert(name.into(), value);
    put("type", answer(&U64::from(receipt.type_id)));
    put("status", answer(&U64::from(receipt.succeeded)));
    put("transactionHash", answer(&hash));
    put("transactionIndex", answer(&U64::from(index)));
    put("blockHash", answer(&block.hash));
    put("blockNumber", answer(&U64::from(block.header.number)));
    put("from", answer(&transaction.from()));
    put("to", answer(&transaction.to()));
    put("contractAddress", answer(&receipt.created));
    put("gasUsed", answer(&U64::from(receipt.gas_used)));
    put("cumulativeGasUsed", answer(&U64::from(receipt.cumulative_gas_used)));
    put("effectiveGasPrice", answer(&U128::from(receipt.effective_gas_price)));
    put("logs", logs.collect());
    put("logsBloom", answer(&receipt.bloom));
    if !transaction.blobs().is_empty() {
        let gas = transaction.blobs().len() as u64 * DATA_GAS_PER_BLOB;
        put("blobGasUsed", answer(&U64::from(gas)));
        put("blobGasPrice", answer(&U64::from(blob_base_fee(&block.header))));
    }
    if let Some(nonce) = receipt.deposit_nonce {
        put("depositNonce", answer(&U64::from(nonce)));
        put("depositReceiptVersion", answer(&U64::from(1)));
    }
    Value::Object(fields)
}
