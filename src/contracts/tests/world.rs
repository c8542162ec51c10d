//! An L1 and rollups that are nothing but states: what the contracts need of a world, without blocks or batches.

use crate::contracts::abi::{GameType, IDisputeGame, IDisputeGameFactory, IOptimismPortal, IRollupDeployer};
use crate::contracts::{
    Deposit, MailboxMessage, MessageName, OutputRootProof, RollupContracts, Withdrawal, addresses,
    describe_revert, l1_genesis, l2_genesis,
};
use crate::evm::{
    self, AccountChange, BlobFee, BlockEnv, Changes, Code, CodeStore, Fees, GenesisAccount, Origin, Outcome,
    Overlay, Precompiles, Spec, State, TxEnv,
};
use alloy_eips::eip2930::AccessList;
use alloy_primitives::{Address, B256, Bytes, Log, TxKind, U256, address, keccak256};
use alloy_sol_types::{SolCall, SolEvent, SolValue};
use imbl::OrdMap;
use std::collections::BTreeMap;

pub(super) const ALICE: Address = address!("00000000000000000000000000000000000a11ce");
pub(super) const BOB: Address = address!("0000000000000000000000000000000000000b0b");
pub(super) const GUARDIAN: Address = address!("000000000000000000000000000000000096a4d1");
pub(super) const PROVER: Address = address!("00000000000000000000000000000000009403e4");
pub(super) const PROPOSER: Address = address!("0000000000000000000000000000000000940905");
pub(super) const ETHER: u128 = 1_000_000_000_000_000_000;

/// Rollups of the tests, and the delays of an optimistic one.
pub(super) const A: u64 = 901;
pub(super) const B: u64 = 902;
pub(super) const CLOCK_S: u64 = 302_400;
pub(super) const MATURITY_S: u64 = 604_800;
pub(super) const FINALITY_S: u64 = 302_400;
pub(super) const BOND: u128 = ETHER / 10;

/// A chain as a state and the environment of its next transaction.
pub(super) struct Chain {
    pub(super) state: State,
    pub(super) env: BlockEnv,
}

impl Chain {
    fn new(chain_id: u64, mut accounts: BTreeMap<Address, GenesisAccount>, precompiles: Precompiles) -> Self {
        for account in [ALICE, BOB, GUARDIAN, PROVER, PROPOSER] {
            accounts.entry(account).or_default().balance = U256::from(1_000 * ETHER);
        }
        let env = BlockEnv {
            chain_id,
            number: 1,
            timestamp_s: 1_800_000_000,
            beneficiary: Address::ZERO,
            gas_limit: 60_000_000,
            base_fee: 0,
            base_fee_recipient: None,
            data_fee_recipient: None,
            blob: BlobFee::MIN,
            prevrandao: B256::ZERO,
            ancestors: OrdMap::from(vec![(0_u64, B256::repeat_byte(0x11))]),
            spec: Spec::Prague,
            precompiles,
        };
        Self { state: State::from_genesis(&accounts, CodeStore::default()), env }
    }

    /// Executes a transaction of an account, whatever comes of it.
    pub(super) fn send(&mut self, from: Address, to: Address, value: u128, call: impl SolCall) -> Outcome {
        self.send_raw(from, TxKind::Call(to), value, call.abi_encode().into())
    }

    pub(super) fn send_raw(&mut self, from: Address, to: TxKind, value: u128, data: Bytes) -> Outcome {
        let tx = self.tx(from, to, value, data);
        self.execute(&tx)
    }

    /// As `send`, and it must succeed.
    #[track_caller]
    pub(super) fn done(&mut self, from: Address, to: Address, value: u128, call: impl SolCall) -> Outcome {
        let outcome = self.send(from, to, value, call);
        assert!(outcome.succeeded(), "{:?}: {}", outcome.status, describe_revert(&outcome.output));
        outcome
    }

    /// As `send`, and it must revert with the error of that name.
    #[track_caller]
    pub(super) fn refused(
        &mut self,
        from: Address,
        to: Address,
        value: u128,
        call: impl SolCall,
        error: &str,
    ) {
        let outcome = self.send(from, to, value, call);
        assert!(!outcome.succeeded(), "expected {error}, found success");
        assert_error(&outcome.output, error);
    }

    /// Puts a message as the shared sequencer does, and it must be taken.
    #[track_caller]
    pub(super) fn put(&mut self, message: &MailboxMessage) {
        let to = TxKind::Call(addresses::MAILBOX);
        let outcome = self.send_raw(addresses::SHARED_SEQUENCER, to, 0, message.put());
        assert!(outcome.succeeded(), "{}", describe_revert(&outcome.output));
    }

    /// What the transaction, which must revert, waits for.
    #[track_caller]
    pub(super) fn waits_for(&mut self, from: Address, to: Address, call: impl SolCall) -> MessageName {
        let outcome = self.send(from, to, 0, call);
        assert!(!outcome.succeeded(), "expected MessageMissing, found success");
        MessageName::missing(&outcome.output, U256::from(self.env.chain_id)).expect("a missing message")
    }

    /// Executes a deposit transaction.
    pub(super) fn deposit(&mut self, deposit: &Deposit) -> Outcome {
        let Deposit { from, to, mint, value, gas_limit, data } = deposit.clone();
        let mut tx = self.tx(from, to, 0, data);
        (tx.origin, tx.value, tx.gas_limit) = (Origin::Deposit { mint }, value, gas_limit);
        self.execute(&tx)
    }

    /// Reads.
    #[track_caller]
    pub(super) fn read<C: SolCall>(&self, to: Address, call: C) -> C::Return {
        let outcome = self.try_read(to, call);
        assert!(outcome.succeeded(), "{}", describe_revert(&outcome.output));
        C::abi_decode_returns(&outcome.output).expect("declared return type")
    }

    pub(super) fn try_read(&self, to: Address, call: impl SolCall) -> Outcome {
        let mut tx = self.tx(ALICE, TxKind::Call(to), 0, call.abi_encode().into());
        tx.nonce = self.state.nonce(ALICE);
        evm::call(&self.state, &self.env, &tx).expect("a call is never refused")
    }

    /// Puts code at an address, whatever stands there.
    pub(super) fn put_code(&mut self, address: Address, runtime: &[u8]) {
        self.put_account(address, runtime, BTreeMap::new());
    }

    /// As `put_code`, and changes storage.
    pub(super) fn put_account(&mut self, address: Address, runtime: &[u8], storage: BTreeMap<U256, U256>) {
        let code = Code::new(runtime.to_vec().into());
        let hashed = |(slot, value): (U256, U256)| (slot, (keccak256(B256::from(slot)), value));
        let updated = AccountChange::Updated {
            hashed: keccak256(address),
            nonce: 1,
            balance: self.state.balance(address),
            code_hash: code.hash(),
            storage_wiped: false,
            storage: storage.into_iter().map(hashed).collect(),
        };
        let accounts = BTreeMap::from([(address, updated)]);
        self.state.apply(&Changes { accounts, code: BTreeMap::from([(code.hash(), code)]) });
    }

    fn tx(&self, from: Address, to: TxKind, value: u128, data: Bytes) -> TxEnv {
        TxEnv {
            from,
            origin: Origin::Impersonated,
            nonce: self.state.nonce(from),
            gas_limit: 10_000_000,
            fees: Fees::NONE,
            to,
            value: U256::from(value),
            data,
            access_list: AccessList::default(),
            data_fee: U256::ZERO,
        }
    }

    fn execute(&mut self, tx: &TxEnv) -> Outcome {
        let mut overlay = Overlay::new(self.state.clone());
        let outcome = evm::execute(&mut overlay, &self.env, tx).expect("a valid transaction");
        self.state = overlay.into_state();
        outcome
    }
}

/// Return data must be the error of that name.
#[track_caller]
pub(super) fn assert_error(output: &[u8], name: &str) {
    let found = describe_revert(output).to_string();
    assert_eq!(found.split(':').next(), Some(name), "found {found}");
}

/// What a claim of a rollup's present state needs to be proven against.
pub(super) struct Claim {
    pub(super) index: u64,
    pub(super) game: Address,
    pub(super) output: OutputRootProof,
    pub(super) state: State,
}

impl Claim {
    pub(super) fn proof_of(&self, withdrawal: &Withdrawal) -> Vec<Bytes> {
        let slot = withdrawal.storage_slot().into();
        self.state.proof(addresses::L2_TO_L1_MESSAGE_PASSER, &[slot]).storage[0].proof.clone()
    }

    pub(super) fn prove_call(
        &self,
        withdrawal: &Withdrawal,
    ) -> IOptimismPortal::proveWithdrawalTransactionCall {
        IOptimismPortal::proveWithdrawalTransactionCall {
            withdrawal: withdrawal.to_abi(),
            disputeGameIndex: U256::from(self.index),
            outputRootProof: self.output.to_abi(),
            withdrawalProof: self.proof_of(withdrawal),
        }
    }
}

/// An L1 and rollups.
pub(super) struct World {
    pub(super) l1: Chain,
    rollups: BTreeMap<u64, Chain>,
    claims: u64,
}

impl World {
    /// An L1 alone.
    pub(super) fn new() -> Self {
        Self { l1: Chain::new(1, l1_genesis(), Precompiles::L1), rollups: BTreeMap::new(), claims: 0 }
    }

    /// With an optimistic rollup A and a ZK rollup B.
    pub(super) fn with_rollups() -> Self {
        let mut world = Self::new();
        world.spawn(Self::optimistic(A));
        world.spawn(Self::zk(B));
        world
    }

    pub(super) fn optimistic(chain_id: u64) -> IRollupDeployer::RollupParams {
        IRollupDeployer::RollupParams {
            chainId: U256::from(chain_id),
            guardian: GUARDIAN,
            gameType: GameType::Optimistic as u32,
            prover: Address::ZERO,
            maxClockDurationSeconds: CLOCK_S,
            proofMaturityDelaySeconds: MATURITY_S,
            disputeGameFinalityDelaySeconds: FINALITY_S,
            initBond: U256::from(BOND),
            anchorRoot: B256::repeat_byte(0xa0),
            anchorL2SequenceNumber: U256::ZERO,
        }
    }

    pub(super) fn zk(chain_id: u64) -> IRollupDeployer::RollupParams {
        IRollupDeployer::RollupParams {
            gameType: GameType::Validity as u32,
            prover: PROVER,
            maxClockDurationSeconds: 0,
            proofMaturityDelaySeconds: 0,
            disputeGameFinalityDelaySeconds: 0,
            ..Self::optimistic(chain_id)
        }
    }

    pub(super) fn spawn(&mut self, params: IRollupDeployer::RollupParams) -> Outcome {
        let chain_id: u64 = params.chainId.to();
        let deploy = IRollupDeployer::deployCall { params, config: Bytes::from_static(b"{}") };
        let outcome = self.l1.done(BOB, addresses::ROLLUP_DEPLOYER, 0, deploy);
        self.rollups
            .insert(chain_id, Chain::new(chain_id, l2_genesis(chain_id, &[ALICE, BOB]), Precompiles::Rollup));
        outcome
    }

    pub(super) fn rollup(&mut self, chain_id: u64) -> &mut Chain {
        self.rollups.get_mut(&chain_id).expect("spawned")
    }

    pub(super) fn advance(&mut self, seconds: u64) {
        for chain in std::iter::once(&mut self.l1).chain(self.rollups.values_mut()) {
            chain.env.timestamp_s += seconds;
            chain.env.number += 1;
        }
    }

    /// Executes on the rollups what the portals of these L1 logs deposit, in order.
    pub(super) fn derive(&mut self, logs: &[Log]) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for log in logs {
            let ours =
                self.rollups.iter_mut().find(|(id, _)| RollupContracts::of(**id).portal == log.address);
            if let (Some((_, rollup)), Ok(deposit)) = (ours, Deposit::from_log(log)) {
                outcomes.push(rollup.deposit(&deposit));
            }
        }
        outcomes
    }

    /// The output root of the rollup's present state, under a block hash that stands for its block.
    pub(super) fn output(&mut self, chain_id: u64) -> OutputRootProof {
        self.claims += 1;
        let state = &self.rollup(chain_id).state;
        OutputRootProof {
            state_root: state.root(),
            message_passer_storage_root: state.proof(addresses::L2_TO_L1_MESSAGE_PASSER, &[]).storage_root,
            block_hash: B256::from(U256::from(self.claims)),
        }
    }

    /// Claims the rollup's present state in an optimistic game.
    pub(super) fn claim(&mut self, chain_id: u64) -> Claim {
        let output = self.output(chain_id);
        let create = IDisputeGameFactory::createCall {
            gameType: GameType::Optimistic as u32,
            rootClaim: output.hash(),
            extraData: U256::from(self.claims).abi_encode().into(),
        };
        let factory = RollupContracts::of(chain_id).dispute_game_factory;
        let outcome = self.l1.done(PROPOSER, factory, BOND, create);
        self.claimed(chain_id, output, &outcome)
    }

    /// Claims and proves the rollup's present state in a validity game, in one transaction.
    pub(super) fn claim_proven(&mut self, chain_id: u64) -> Claim {
        let output = self.output(chain_id);
        let create = IDisputeGameFactory::proposeAndProveCall {
            gameType: GameType::Validity as u32,
            rootClaim: output.hash(),
            extraData: U256::from(self.claims).abi_encode().into(),
            proof: Bytes::from_static(b"proof"),
        };
        let factory = RollupContracts::of(chain_id).dispute_game_factory;
        let outcome = self.l1.done(PROVER, factory, BOND, create);
        self.claimed(chain_id, output, &outcome)
    }

    fn claimed(&mut self, chain_id: u64, output: OutputRootProof, outcome: &Outcome) -> Claim {
        let created = event::<IDisputeGameFactory::DisputeGameCreated>(&outcome.logs);
        let factory = RollupContracts::of(chain_id).dispute_game_factory;
        let count: u64 = self.l1.read(factory, IDisputeGameFactory::gameCountCall {}).to();
        let state = self.rollup(chain_id).state.clone();
        Claim { index: count - 1, game: created.disputeProxy, output, state }
    }

    /// Proves the withdrawal by a fresh claim and brings it to where it can be finalized.
    pub(super) fn ready(&mut self, chain_id: u64, withdrawal: &Withdrawal) -> Claim {
        let contracts = RollupContracts::of(chain_id);
        let maturity = self.l1.read(contracts.portal, IOptimismPortal::proofMaturityDelaySecondsCall {});
        if maturity == U256::ZERO {
            let claim = self.claim_proven(chain_id);
            self.l1.done(ALICE, contracts.portal, 0, claim.prove_call(withdrawal));
            return claim;
        }
        let claim = self.claim(chain_id);
        self.advance(1);
        self.l1.done(ALICE, contracts.portal, 0, claim.prove_call(withdrawal));
        self.advance(CLOCK_S);
        self.l1.done(BOB, claim.game, 0, IDisputeGame::resolveCall {});
        self.advance(MATURITY_S);
        claim
    }

    /// Carries the withdrawal of a rollup's transaction all the way.
    #[track_caller]
    pub(super) fn carry(&mut self, chain_id: u64, source: &Outcome) -> Outcome {
        assert!(source.succeeded(), "{}", describe_revert(&source.output));
        let withdrawal = source.logs.iter().find_map(Withdrawal::from_log).expect("a withdrawal");
        self.ready(chain_id, &withdrawal);
        let portal = RollupContracts::of(chain_id).portal;
        self.l1.done(ALICE, portal, 0, finalize_call(&withdrawal))
    }
}

pub(super) fn finalize_call(withdrawal: &Withdrawal) -> IOptimismPortal::finalizeWithdrawalTransactionCall {
    IOptimismPortal::finalizeWithdrawalTransactionCall { withdrawal: withdrawal.to_abi() }
}

/// The one event of its kind among the logs.
#[track_caller]
pub(super) fn event<E: SolEvent>(logs: &[Log]) -> E {
    let mut found = logs.iter().filter_map(|log| E::decode_log(log).ok());
    let event = found.next().unwrap_or_else(|| panic!("expected {}, found none", E::SIGNATURE));
    assert!(found.next().is_none(), "expected one {}, found more", E::SIGNATURE);
    event.data
}
