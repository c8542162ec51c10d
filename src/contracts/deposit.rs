//! Deposits: what a portal's `TransactionDeposited` has the rollup execute.
//!
//! OP Stack specs/protocol/deposits.md, version 0 of the event.

use super::abi::IOptimismPortal;
use alloy_primitives::{Address, B256, Bytes, Log, TxKind, U256};
use alloy_sol_types::SolEvent;
use op_alloy_consensus::{TxDeposit, UserDepositSource};

/// A transaction that L1 has a rollup execute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deposit {
    /// The sender on the rollup: aliased if it is a contract.
    pub from: Address,
    /// What it calls, or a creation.
    pub to: TxKind,
    /// Wei minted to the sender, whatever becomes of the call.
    pub mint: u128,
    /// Wei that the call carries.
    pub value: U256,
    /// Gas of the transaction.
    pub gas_limit: u64,
    /// The call's data.
    pub data: Bytes,
}

/// Why a log of the portal is no deposit that a rollup can execute.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DepositError {
    /// The log is not the event.
    #[error("expected a TransactionDeposited event, found another log")]
    NotADeposit,
    /// The layout is not the one known here.
    #[error("expected opaque data of version 0, found version {found}")]
    UnknownVersion {
        /// The version in the event.
        found: U256,
    },
    /// The opaque data ends too early.
    #[error("expected at least 73 bytes of opaque data, found {found}")]
    TooShort {
        /// How many bytes there are.
        found: usize,
    },
    /// More ether than there can be.
    #[error("expected a mint below 2^128 wei, found {found}")]
    MintTooLarge {
        /// The mint in the event.
        found: U256,
    },
    /// The flag for a creation is neither zero nor one.
    #[error("expected 0 or 1 as the creation flag, found {found}")]
    BadCreationFlag {
        /// The byte in the event.
        found: u8,
    },
}

/// Bytes of mint, value, gas and creation flag.
const FIXED_LENGTH: usize = 32 + 32 + 8 + 1;

impl Deposit {
    /// Reads the event. Whether the log is the rollup's own portal's is for the caller to check.
    pub fn from_log(log: &Log) -> Result<Self, DepositError> {
        let event = IOptimismPortal::TransactionDeposited::decode_log(log)
            .map_err(|_| DepositError::NotADeposit)?
            .data;
        if event.version != U256::ZERO {
            return Err(DepositError::UnknownVersion { found: event.version });
        }
        Self::from_opaque_data(event.from, event.to, &event.opaqueData)
    }

    /// The transaction that the rollup executes. The source hash names the log by its block and its index there.
    pub fn to_transaction(&self, l1_block_hash: B256, log_index: u64) -> TxDeposit {
        TxDeposit {
            source_hash: UserDepositSource::new(l1_block_hash, log_index).source_hash(),
            from: self.from,
            to: self.to,
            mint: self.mint,
            value: self.value,
            gas_limit: self.gas_limit,
            is_system_transaction: false,
            input: self.data.clone(),
        }
    }

    fn from_opaque_data(from: Address, to: Address, opaque: &Bytes) -> Result<Self, DepositError> {
        let too_short = DepositError::TooShort { found: opaque.len() };
        let (mint, rest) = opaque.split_first_chunk::<32>().ok_or(too_short.clone())?;
        let (value, rest) = rest.split_first_chunk::<32>().ok_or(too_short.clone())?;
        let (gas, rest) = rest.split_first_chunk::<8>().ok_or(too_short.clone())?;
        let (creation, _) = rest.split_first().ok_or(too_short)?;
        let mint = U256::from_be_bytes(*mint);
        let to = match creation {
            0 => TxKind::Call(to),
            1 => TxKind::Create,
            found => return Err(DepositError::BadCreationFlag { found: *found }),
        };
        Ok(Self {
            from,
            to,
            mint: u128::try_from(mint).map_err(|_| DepositError::MintTooLarge { found: mint })?,
            value: U256::from_be_bytes(*value),
            gas_limit: u64::from_be_bytes(*gas),
            data: opaque.slice(FIXED_LENGTH..),
        })
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use alloy_primitives::{LogData, address};

    fn log(opaque: Vec<u8>, version: u64) -> Log {
        let event = IOptimismPortal::TransactionDeposited {
            from: address!("1111000000000000000000000000000000001112"),
            to: address!("00000000000000000000000000000000000000aa"),
            version: U256::from(version),
            opaqueData: opaque.into(),
        };
        Log { address: Address::ZERO, data: event.encode_log_data() }
    }

    fn opaque(mint: U256, creation: u8, data: &[u8]) -> Vec<u8> {
        let mut bytes = mint.to_be_bytes::<32>().to_vec();
        bytes.extend_from_slice(&U256::from(5).to_be_bytes::<32>());
        bytes.extend_from_slice(&100_000_u64.to_be_bytes());
        bytes.push(creation);
        bytes.extend_from_slice(data);
        bytes
    }

    #[test]
    fn reads_every_field() {
        let deposit = Deposit::from_log(&log(opaque(U256::from(7), 0, &[1, 2, 3]), 0)).unwrap();
        assert_eq!(deposit.mint, 7);
        assert_eq!(deposit.value, U256::from(5));
        assert_eq!(deposit.gas_limit, 100_000);
        assert_eq!(deposit.to, TxKind::Call(address!("00000000000000000000000000000000000000aa")));
        assert_eq!(deposit.data.as_ref(), [1, 2, 3]);
        let creation = Deposit::from_log(&log(opaque(U256::ZERO, 1, &[]), 0)).unwrap();
        assert_eq!(creation.to, TxKind::Create);
        assert!(creation.data.is_empty());
    }

    #[test]
    fn refuses_what_is_malformed_by_name() {
        let refused = |log: &Log| Deposit::from_log(log).unwrap_err();
        assert_eq!(
            refused(&Log { address: Address::ZERO, data: LogData::default() }),
            DepositError::NotADeposit
        );
        let other = U256::from(1);
        assert_eq!(refused(&log(opaque(other, 0, &[]), 1)), DepositError::UnknownVersion { found: other });
        assert_eq!(refused(&log(vec![0; 72], 0)), DepositError::TooShort { found: 72 });
        let mint = U256::from(u128::MAX) + U256::from(1);
        assert_eq!(refused(&log(opaque(mint, 0, &[]), 0)), DepositError::MintTooLarge { found: mint });
        assert_eq!(refused(&log(opaque(other, 2, &[]), 0)), DepositError::BadCreationFlag { found: 2 });
    }
}
