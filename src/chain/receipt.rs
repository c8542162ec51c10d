//! Receipts: what a transaction of a block came to.

use crate::evm::Outcome;
use alloy_consensus::{Eip658Value, ReceiptWithBloom, TxReceipt};
use alloy_eips::eip2718::Encodable2718;
use alloy_primitives::{Address, Bloom, Bytes, Log};
use alloy_rlp::Encodable;
use op_alloy_consensus::{DEPOSIT_TX_TYPE_ID, OpDepositReceipt};
use serde::{Deserialize, Serialize};

/// A receipt, with what a user wants to know beyond the part that is hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// EIP-2718 type of the transaction.
    pub type_id: u8,
    /// Whether it succeeded.
    pub succeeded: bool,
    /// Gas used by it and all before it in the block.
    pub cumulative_gas_used: u64,
    /// Gas used by it.
    pub gas_used: u64,
    /// Wei per gas that was paid.
    pub effective_gas_price: u128,
    /// Events.
    pub logs: Vec<Log>,
    /// Bloom filter over the events.
    pub bloom: Bloom,
    /// The contract that it created.
    pub created: Option<Address>,
    /// The sender's nonce before a deposit (Regolith).
    pub deposit_nonce: Option<u64>,
    /// What a failed transaction returned, its first [`Receipt::OUTPUT_BYTES_MAX`] bytes.
    pub output: Bytes,
}

impl Receipt {
    /// Most bytes that are kept of what a failed transaction returned.
    pub const OUTPUT_BYTES_MAX: usize = 1024;

    /// The receipt of an outcome.
    pub fn new(type_id: u8, outcome: Outcome, cumulative_gas_used: u64, deposit_nonce: Option<u64>) -> Self {
        let succeeded = outcome.succeeded();
        let kept = if succeeded { 0 } else { outcome.output.len().min(Self::OUTPUT_BYTES_MAX) };
        let mut bloom = Bloom::default();
        for log in &outcome.logs {
            bloom.accrue_log(log);
        }
        Self {
            type_id,
            succeeded,
            cumulative_gas_used,
            gas_used: outcome.gas_used,
            effective_gas_price: outcome.effective_gas_price,
            bloom,
            logs: outcome.logs,
            created: outcome.created,
            deposit_nonce,
            output: outcome.output.slice(..kept),
        }
    }

    /// Appends the EIP-2718 bytes that the receipts root is made of.
    pub fn encode_2718(&self, out: &mut Vec<u8>) {
        let receipt = alloy_consensus::Receipt {
            status: Eip658Value::Eip658(self.succeeded),
            cumulative_gas_used: self.cumulative_gas_used,
            logs: self.logs.as_slice(),
        };
        if self.type_id == DEPOSIT_TX_TYPE_ID {
            let inner = alloy_consensus::Receipt {
                status: receipt.status,
                cumulative_gas_used: receipt.cumulative_gas_used,
                logs: self.logs.clone(),
            };
            let deposit = OpDepositReceipt {
                inner,
                deposit_nonce: self.deposit_nonce,
                deposit_receipt_version: self.deposit_nonce.map(|_| 1),
            };
            out.push(DEPOSIT_TX_TYPE_ID);
            ReceiptWithBloom { receipt: deposit, logs_bloom: self.bloom }.encode(out);
        } else {
            if self.type_id != 0 {
                out.push(self.type_id);
            }
            encode_fields(&receipt.status, self, out);
        }
    }
}

fn encode_fields(status: &Eip658Value, receipt: &Receipt, out: &mut Vec<u8>) {
    let payload_length = status.length()
        + receipt.cumulative_gas_used.length()
        + receipt.bloom.length()
        + receipt.logs.length();
    alloy_rlp::Header { list: true, payload_length }.encode(out);
    status.encode(out);
    receipt.cumulative_gas_used.encode(out);
    receipt.bloom.encode(out);
    receipt.logs.encode(out);
}
