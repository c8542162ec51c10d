//! Receipts: what a transaction of a block came to.

use crate::evm::Outcome;
use alloy_primitives::{Address, Bloom, Bytes, Log};
use alloy_rlp::Encodable;
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

    /// Appends the EIP-2718 bytes that the receipts root is made of; a deposit's have the sender's nonce
    /// and the version of that rule behind the usual fields (OP Stack, Canyon).
    pub fn encode_2718(&self, out: &mut Vec<u8>) {
        if self.type_id != 0 {
            out.push(self.type_id);
        }
        let nonce_length = self.deposit_nonce.map_or(0, |nonce| nonce.length() + 1u64.length());
        let payload_length = self.succeeded.length()
            + self.cumulative_gas_used.length()
            + self.bloom.length()
            + self.logs.length()
            + nonce_length;
        alloy_rlp::Header { list: true, payload_length }.encode(out);
        self.succeeded.encode(out);
        self.cumulative_gas_used.encode(out);
        self.bloom.encode(out);
        self.logs.encode(out);
        if let Some(nonce) = self.deposit_nonce {
            nonce.encode(out);
            1u64.encode(out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_consensus::{ReceiptEnvelope, ReceiptWithBloom};
    use alloy_eips::eip2718::Encodable2718;
    use alloy_primitives::{B256, address};
    use op_alloy_consensus::{OpDepositReceipt, OpReceiptEnvelope};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn receipt(type_id: u8, deposit_nonce: Option<u64>) -> Receipt {
        let log = Log::new_unchecked(
            address!("00000000000000000000000000000000000000aa"),
            vec![B256::repeat_byte(7)],
            Bytes::from_static(b"data"),
        );
        let mut bloom = Bloom::default();
        bloom.accrue_log(&log);
        Receipt {
            type_id,
            succeeded: true,
            cumulative_gas_used: 77_000,
            gas_used: 50_000,
            effective_gas_price: 9,
            logs: vec![log],
            bloom,
            created: None,
            deposit_nonce,
            output: Bytes::new(),
        }
    }

    #[test]
    fn bytes_are_those_of_the_consensus_libraries() {
        let ours = receipt(2, None);
        let inner = alloy_consensus::Receipt {
            status: true.into(),
            cumulative_gas_used: ours.cumulative_gas_used,
            logs: ours.logs.clone(),
        };
        let with_bloom = ReceiptWithBloom { receipt: inner.clone(), logs_bloom: ours.bloom };
        let encoded = |receipt: &Receipt| {
            let mut out = Vec::new();
            receipt.encode_2718(&mut out);
            out
        };
        assert_eq!(encoded(&ours), ReceiptEnvelope::Eip1559(with_bloom.clone()).encoded_2718());
        assert_eq!(encoded(&receipt(0, None)), ReceiptEnvelope::Legacy(with_bloom).encoded_2718());
        let deposit = OpDepositReceipt { inner, deposit_nonce: Some(300), deposit_receipt_version: Some(1) };
        let with_bloom = ReceiptWithBloom { receipt: deposit, logs_bloom: ours.bloom };
        assert_eq!(encoded(&receipt(0x7e, Some(300))), OpReceiptEnvelope::Deposit(with_bloom).encoded_2718());
    }
}
