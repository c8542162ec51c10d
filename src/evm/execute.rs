//! Executes transactions: one machine for all transactions of a block.

use super::convert;
use super::env::BlockEnv;
use super::handler::{ChainHandler, LogTap, Machine, MachineContext, MachineError, Source, Terms};
use super::outcome::{FeesPaid, Halt, Outcome, Status};
use super::overlay::Overlay;
use super::precompile::ChainPrecompiles;
use super::refusal::Refusal;
use super::transaction::{Origin, TxEnv};
use alloy_primitives::{Bytes, Log};
use revm::context::result::{ExecutionResult, Output};
use revm::context::{CfgEnv, Context, ContextSetters, Evm, Journal, JournalTr, LocalContext};
use revm::handler::Handler;
use revm::handler::instructions::EthInstructions;
use revm::inspector::InspectorHandler;
use revm::state::EvmState;

/// Memory that all frames of a transaction may use together; gas allows more only in outsized blocks.
const MEMORY_BYTES_MAX: u64 = 64 << 20;

/// Executes the transactions of one block, one after another, over one overlay.
#[derive(Debug)]
pub struct BlockExecutor {
    machine: Machine,
    env: BlockEnv,
    gas_used: u64,
    gas_used_at_savepoint: u64,
}

impl BlockExecutor {
    /// A machine for a block that has no transactions yet.
    pub fn new(overlay: Overlay, env: BlockEnv) -> Self {
        let spec = convert::spec_id(env.spec);
        let mut cfg = CfgEnv::new_with_spec(spec);
        cfg.chain_id = env.chain_id;
        cfg.max_blobs_per_tx = Some(env.spec.blobs_per_transaction_max());
        cfg.memory_limit = MEMORY_BYTES_MAX;
        let source = Source { overlay, ancestors: env.ancestors.clone() };
        let context: MachineContext = Context {
            block: convert::block_env(&env),
            tx: revm::context::TxEnv::default(),
            cfg,
            journaled_state: Journal::new(source),
            chain: (),
            local: LocalContext::default(),
            error: Ok(()),
        };
        let instructions = EthInstructions::new_mainnet_with_spec(spec);
        let precompiles = ChainPrecompiles::new(spec, env.precompiles);
        let machine = Evm::new_with_inspector(context, LogTap::default(), instructions, precompiles);
        Self { machine, env, gas_used: 0, gas_used_at_savepoint: 0 }
    }

    /// Executes a transaction and keeps its effects. A refused one leaves no trace.
    pub fn execute(&mut self, tx: &TxEnv) -> Result<Outcome, Refusal> {
        self.execute_if(tx, |_| true)
    }

    /// Executes a transaction and keeps its effects only if its outcome is wanted.
    pub fn execute_if(
        &mut self,
        tx: &TxEnv,
        keep: impl FnOnce(&Outcome) -> bool,
    ) -> Result<Outcome, Refusal> {
        let left = self.env.gas_limit.saturating_sub(self.gas_used);
        if tx.gas_limit > left {
            return Err(Refusal::GasLimitExceedsBlock { left, found: tx.gas_limit });
        }
        if convert::creates_with_blobs(tx) {
            return Err(Refusal::BlobCreates);
        }
        let terms = match tx.origin {
            Origin::Signed | Origin::Impersonated => Terms::Paid { data_fee: tx.data_fee },
            Origin::Deposit { mint } => Terms::Deposit { mint },
        };
        let (outcome, effects) = self.run(tx, terms)?;
        if keep(&outcome) {
            self.gas_used += outcome.gas_used;
            match effects {
                Effects::Executed(state) => self.overlay_mut().commit(state),
                Effects::FailedDeposit { mint } => self.overlay_mut().keep_failed_deposit(tx.from, mint),
            }
        }
        Ok(outcome)
    }

    /// Executes a transaction, keeps nothing of it, and gives every event that it emitted, those too that a
    /// revert took back.
    pub fn overhear(&mut self, tx: &TxEnv) -> Result<Vec<Log>, Refusal> {
        self.configure(tx.origin, Terms::Free);
        self.machine.ctx.set_tx(convert::tx_env(tx, self.env.chain_id));
        let result = ChainHandler::new(&self.env, Terms::Free).inspect_run(&mut self.machine);
        self.machine.ctx.journaled_state.finalize();
        let heard = std::mem::take(&mut self.machine.inspector.heard);
        result.map(|_| heard).map_err(|error| self.refusal(error, tx))
    }

    /// Remembers this moment, to which [`Self::undo_to_savepoint`] leads back. One is set at a time.
    pub fn set_savepoint(&mut self) {
        self.gas_used_at_savepoint = self.gas_used;
        self.overlay_mut().set_savepoint();
    }

    /// Keeps the transactions since the savepoint.
    pub fn release_savepoint(&mut self) {
        self.overlay_mut().release_savepoint();
    }

    /// Undoes the transactions since the savepoint.
    pub fn undo_to_savepoint(&mut self) {
        self.gas_used = self.gas_used_at_savepoint;
        self.overlay_mut().undo_to_savepoint();
    }

    /// Gas used by the transactions that were kept.
    pub const fn gas_used(&self) -> u64 {
        self.gas_used
    }

    /// The block.
    pub const fn env(&self) -> &BlockEnv {
        &self.env
    }

    /// The changes so far. Reads may remember what they read, hence `mut`.
    pub fn overlay_mut(&mut self) -> &mut Overlay {
        &mut self.machine.ctx.journaled_state.database.overlay
    }

    /// The changes of all transactions that were kept.
    pub fn into_overlay(self) -> Overlay {
        self.machine.ctx.journaled_state.database.overlay
    }

    /// Executes a call without checking or charging its sender, and keeps nothing.
    pub(super) fn simulate(&mut self, tx: &TxEnv) -> Result<Outcome, Refusal> {
        self.run(tx, Terms::Free).map(|(outcome, _)| outcome)
    }

    fn run(&mut self, tx: &TxEnv, terms: Terms) -> Result<(Outcome, Effects), Refusal> {
        self.configure(tx.origin, terms);
        self.machine.ctx.set_tx(convert::tx_env(tx, self.env.chain_id));
        let mut handler = ChainHandler::new(&self.env, terms);
        let result = handler.run(&mut self.machine);
        let effects = self.machine.ctx.journaled_state.finalize();
        match (result, terms) {
            (Ok(result), _) => {
                let mut outcome = outcome(result);
                outcome.sender_nonce = handler.sender_nonce();
                outcome.fees = handler.fees();
                outcome.effective_gas_price = tx.fees.price(self.env.base_fee);
                Ok((outcome, Effects::Executed(effects)))
            }
            (Err(MachineError::Transaction(_)), Terms::Deposit { mint }) => {
                let sender_nonce = self.overlay_mut().nonce(tx.from);
                Ok((failed_deposit(tx, sender_nonce), Effects::FailedDeposit { mint }))
            }
            (Err(error), _) => Err(self.refusal(error, tx)),
        }
    }

    /// Switches off the checks that do not apply to the next transaction.
    const fn configure(&mut self, origin: Origin, terms: Terms) {
        let free = matches!(terms, Terms::Free);
        let cfg = &mut self.machine.ctx.cfg;
        cfg.disable_eip3607 = !matches!(origin, Origin::Signed);
        cfg.disable_base_fee = free;
        cfg.disable_block_gas_limit = free;
        // EIP-7825 caps what users send, not what derives from L1 nor what has no effect.
        cfg.tx_gas_limit_cap = if matches!(terms, Terms::Paid { .. }) { None } else { Some(u64::MAX) };
    }

    fn refusal(&self, error: MachineError, tx: &TxEnv) -> Refusal {
        match error {
            MachineError::Transaction(error) => convert::refusal(error, tx, &self.env),
            MachineError::Header(error) => Refusal::Aborted { reason: error.to_string() },
            MachineError::Database(never) => match never {},
            MachineError::Custom(reason) => Refusal::Aborted { reason },
            MachineError::CustomAny(error) => Refusal::Aborted { reason: error.to_string() },
        }
    }
}

/// Executes one transaction over an overlay; for many in one block, [`BlockExecutor`] sets up once.
///
/// The whole gas limit of the block is taken as left.
pub fn execute(overlay: &mut Overlay, env: &BlockEnv, tx: &TxEnv) -> Result<Outcome, Refusal> {
    let mut executor = BlockExecutor::new(std::mem::take(overlay), env.clone());
    let result = executor.execute(tx);
    *overlay = executor.into_overlay();
    result
}

/// What stays of an executed transaction if it is kept.
#[derive(Debug)]
enum Effects {
    Executed(EvmState),
    FailedDeposit { mint: u128 },
}

fn outcome(result: ExecutionResult) -> Outcome {
    let gas = *result.gas();
    let (status, logs, output, created) = match result {
        ExecutionResult::Success { logs, output: Output::Call(data), .. } => {
            (Status::Succeeded, logs, data, None)
        }
        ExecutionResult::Success { logs, output: Output::Create(code, created), .. } => {
            (Status::Succeeded, logs, code, created)
        }
        ExecutionResult::Revert { output, .. } => (Status::Reverted, Vec::new(), output, None),
        ExecutionResult::Halt { reason, .. } => (convert::halted(&reason), Vec::new(), Bytes::new(), None),
    };
    Outcome {
        status,
        gas_used: gas.tx_gas_used(),
        gas_refunded: gas.final_refunded(),
        logs,
        output,
        created,
        effective_gas_price: 0,
        sender_nonce: 0,
        fees: FeesPaid::default(),
    }
}

/// A deposit that cannot begin to execute is included all the same, and uses all its gas.
fn failed_deposit(tx: &TxEnv, sender_nonce: u64) -> Outcome {
    Outcome {
        status: Status::Halted(Halt::Deposit),
        gas_used: tx.gas_limit,
        gas_refunded: 0,
        logs: Vec::new(),
        output: Bytes::new(),
        created: None,
        effective_gas_price: 0,
        sender_nonce,
        fees: FeesPaid::default(),
    }
}
