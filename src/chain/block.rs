//! A sealed block, with the state that it left.

use super::{Receipt, Transaction};
use crate::{
    evm::State,
    types::{BlockNumber, Time},
};
use alloy_consensus::Header;
use alloy_primitives::{B256, Log};
use std::sync::Arc;

/// A block that no longer changes.
#[derive(Clone, Debug)]
pub struct SealedBlock {
    /// Keccak of the header.
    pub hash: B256,
    /// The header, as Ethereum encodes it.
    pub header: Header,
    /// When it was sealed; the header rounds down to seconds.
    pub sealed_at: Time,
    /// Its transactions in order.
    pub transactions: Vec<Arc<Transaction>>,
    /// Their receipts.
    pub receipts: Vec<Receipt>,
    /// The state after it.
    pub state: State,
}

impl SealedBlock {
    /// Its height.
    pub const fn number(&self) -> BlockNumber {
        BlockNumber::new(self.header.number)
    }

    /// Transactions with their receipts.
    pub fn included(&self) -> impl Iterator<Item = (&Arc<Transaction>, &Receipt)> {
        self.transactions.iter().zip(&self.receipts)
    }

    /// All events with their index in the block and the transaction that they belong to.
    pub fn logs(&self) -> impl Iterator<Item = (u64, &Arc<Transaction>, &Log)> {
        self.included()
            .flat_map(|(transaction, receipt)| receipt.logs.iter().map(move |log| (transaction, log)))
            .zip(0..)
            .map(|((transaction, log), index)| (index, transaction, log))
    }

    /// Index in the block of a transaction's first event.
    pub fn first_log_index(&self, transaction_index: usize) -> u64 {
        self.receipts.iter().take(transaction_index).map(|receipt| receipt.logs.len() as u64).sum()
    }
}
