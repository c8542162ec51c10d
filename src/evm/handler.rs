//! Where a chain's rules differ from Ethereum's: deposits, the data fee, and where the base fee goes.
//!
//! The rest of revm's handler is used as it stands. A deposit follows the OP Stack's specification
//! (deposited transactions): its mint stands whatever happens, its sender's nonce grows, nothing is charged.

use super::env::BlockEnv;
use super::outcome::FeesPaid;
use super::overlay::Overlay;
use super::precompile::ChainPrecompiles;
use alloy_primitives::{Address, B256, Log, U256};
use imbl::OrdMap;
use revm::context::result::{EVMError, HaltReason, InvalidTransaction};
use revm::context::{CfgEnv, Context, ContextTr, Evm, Journal, JournalTr, Transaction};
use revm::context_interface::journaled_state::account::JournaledAccountTr;
use revm::handler::instructions::EthInstructions;
use revm::handler::pre_execution::{calculate_caller_fee, validate_account_nonce_and_code_with_components};
use revm::handler::{EthFrame, FrameResult, Handler, post_execution};
use revm::inspector::{Inspector, InspectorHandler};
use revm::interpreter::interpreter::EthInterpreter;
use revm::interpreter::{Gas, InitialAndFloorGas};
use revm::state::{AccountInfo, Bytecode};
use std::cell::Cell;
use std::convert::Infallible;

/// What revm reads: the overlay, and the ancestors' hashes.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) overlay: Overlay,
    pub(super) ancestors: OrdMap<u64, B256>,
}

impl revm::Database for Source {
    type Error = Infallible;

    fn basic(&mut self, address: Address) -> Result<Option<AccountInfo>, Infallible> {
        Ok(self.overlay.info(address))
    }

    fn code_by_hash(&mut self, code_hash: B256) -> Result<Bytecode, Infallible> {
        Ok(self.overlay.code(&code_hash).to_revm())
    }

    fn storage(&mut self, address: Address, slot: U256) -> Result<U256, Infallible> {
        Ok(self.overlay.storage(address, slot))
    }

    fn block_hash(&mut self, number: u64) -> Result<B256, Infallible> {
        Ok(self.ancestors.get(&number).copied().unwrap_or_default())
    }
}

pub(super) type MachineContext =
    Context<revm::context::BlockEnv, revm::context::TxEnv, CfgEnv, Source, Journal<Source>, ()>;

/// Hears of every event, also of those that a revert takes back.
#[derive(Debug, Default)]
pub(super) struct LogTap {
    pub(super) heard: Vec<Log>,
}

impl Inspector<MachineContext> for LogTap {
    fn log(&mut self, _context: &mut MachineContext, log: Log) {
        self.heard.push(log);
    }
}

pub(super) type Machine = Evm<
    MachineContext,
    LogTap,
    EthInstructions<EthInterpreter, MachineContext>,
    ChainPrecompiles,
    EthFrame<EthInterpreter>,
>;

pub(super) type MachineError = EVMError<Infallible>;

/// Who pays for a transaction, and with what checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Terms {
    /// The sender: nonce, balance and fees are checked.
    Paid {
        /// Taken before execution on top of gas, not refunded.
        data_fee: U256,
    },
    /// Nobody on this chain: an OP Stack deposit.
    Deposit {
        /// Wei that come into being in the sender's account.
        mint: u128,
    },
    /// Nobody: the effects are thrown away.
    Free,
}

/// Executes one transaction by its chain's rules.
#[derive(Debug)]
pub(super) struct ChainHandler {
    terms: Terms,
    base_fee_recipient: Option<Address>,
    data_fee_recipient: Option<Address>,
    fees: Cell<FeesPaid>,
    sender_nonce: Cell<u64>,
}

impl ChainHandler {
    pub(super) fn new(env: &BlockEnv, terms: Terms) -> Self {
        Self {
            terms,
            base_fee_recipient: env.base_fee_recipient,
            data_fee_recipient: env.data_fee_recipient,
            fees: Cell::default(),
            sender_nonce: Cell::default(),
        }
    }

    /// Where the fees went, once it has run.
    pub(super) const fn fees(&self) -> FeesPaid {
        self.fees.get()
    }

    /// The sender's nonce before the transaction, once it has run.
    pub(super) const fn sender_nonce(&self) -> u64 {
        self.sender_nonce.get()
    }

    /// Checks the sender and returns the balance that is left to it while the transaction executes.
    fn begin(&self, context: &mut MachineContext) -> Result<(), MachineError> {
        let (block, tx, cfg, journal, _, _) = context.all_mut();
        let mut sender = journal.load_account_with_code_mut(tx.caller())?.data;
        self.sender_nonce.set(sender.nonce());
        let balance = *sender.balance();
        let left = match self.terms {
            Terms::Paid { data_fee } => {
                validate_account_nonce_and_code_with_components(&sender.account().info, tx, cfg)?;
                let left = calculate_caller_fee(balance, tx, block, cfg)?;
                let need = tx.max_balance_spending()?.saturating_add(data_fee);
                if need > balance {
                    return Err(lacking(need, balance));
                }
                left - data_fee
            }
            Terms::Deposit { mint } => {
                let minted = balance.saturating_add(U256::from(mint));
                if minted < tx.value() {
                    return Err(lacking(tx.value(), minted));
                }
                minted
            }
            Terms::Free => balance.max(tx.value()),
        };
        sender.set_balance(left);
        if tx.kind().is_call() {
            sender.bump_nonce();
        }
        Ok(())
    }

    fn distribute_fees(
        &self,
        context: &mut MachineContext,
        gas: &Gas,
        data: U256,
    ) -> Result<(), MachineError> {
        post_execution::reward_beneficiary(context, gas)?;
        let gas_used = U256::from(gas.used().saturating_sub(gas.reservoir()));
        let base_fee = u128::from(context.block.basefee);
        let price = context.tx.effective_gas_price(base_fee);
        let blob_price = context.block.blob_excess_gas_and_price.map_or(0, |blob| blob.blob_gasprice);
        let fees = FeesPaid {
            base: U256::from(base_fee) * gas_used,
            priority: U256::from(price.saturating_sub(base_fee)) * gas_used,
            blob: U256::from(blob_price) * U256::from(context.tx.total_blob_gas()),
            data,
        };
        self.fees.set(fees);
        credit(context, self.base_fee_recipient, fees.base)?;
        credit(context, self.data_fee_recipient, fees.data)
    }
}

impl Handler for ChainHandler {
    type Evm = Machine;
    type Error = MachineError;
    type HaltReason = HaltReason;

    fn validate_against_state_and_deduct_caller(
        &self,
        machine: &mut Machine,
        _gas: &mut InitialAndFloorGas,
    ) -> Result<(), MachineError> {
        self.begin(&mut machine.ctx)
    }

    fn reimburse_caller(&self, machine: &mut Machine, result: &mut FrameResult) -> Result<(), MachineError> {
        match self.terms {
            Terms::Paid { .. } => {
                Ok(post_execution::reimburse_caller(&mut machine.ctx, result.gas(), U256::ZERO)?)
            }
            Terms::Deposit { .. } | Terms::Free => Ok(()),
        }
    }

    fn reward_beneficiary(
        &self,
        machine: &mut Machine,
        result: &mut FrameResult,
    ) -> Result<(), MachineError> {
        match self.terms {
            Terms::Paid { data_fee } => self.distribute_fees(&mut machine.ctx, result.gas(), data_fee),
            Terms::Deposit { .. } | Terms::Free => Ok(()),
        }
    }
}

impl InspectorHandler for ChainHandler {
    type IT = EthInterpreter;
}

fn credit(context: &mut MachineContext, recipient: Option<Address>, wei: U256) -> Result<(), MachineError> {
    if let Some(recipient) = recipient
        && !wei.is_zero()
    {
        context.journal_mut().load_account_mut(recipient)?.incr_balance(wei);
    }
    Ok(())
}

fn lacking(need: U256, have: U256) -> MachineError {
    InvalidTransaction::LackOfFundForMaxFee { fee: Box::new(need), balance: Box::new(have) }.into()
}
