//! A rollup's actors on L1 besides its batcher: the proposer (for ZK rollups with its prover) and the
//! relayer. They look at what stands on L1 and do what is missing; what got lost is sent again.

use super::{Game, claims, game, relay};
use crate::{
    chain::{Chain, Draft, SealedBlock},
    contracts::{
        Withdrawal,
        abi::{IAnchorStateRegistry, IDisputeGame},
    },
    l1::L1,
    messaging::Book,
    rollup::Rollup,
    types::{BlockNumber, Span, Time},
};
use alloy_primitives::Address;
use alloy_sol_types::SolEvent;
use imbl::{OrdMap, OrdSet, Vector};
use serde::{Deserialize, Serialize};

/// What an actor wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Errand {
    /// To send transactions to L1, which arrive together in this order.
    SendL1(Vec<Draft>),
    /// To look again at this time.
    Wake(Time),
}

/// What an actor has sent and not yet seen on L1, so that it is not sent twice in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Task {
    /// A claim about this block or a later one.
    Propose,
    /// Resolution of the game with this index.
    Resolve(u64),
    /// Return of the bond of the game with this index.
    ReturnBond(u64),
    /// The proof of the message with this number.
    Prove(u64),
    /// The finalization of the message with this number.
    Finalize(u64),
}

/// A validity proof in the making. Its time is a model; the proof is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ProofJob {
    /// The newest block that it covers.
    pub target: BlockNumber,
    /// When it is done.
    pub ready: Time,
}

/// The proposer and the relayer of one rollup.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Settler {
    pub(super) games: Vector<Game>,
    /// Rollup blocks with messages that leave.
    pub(super) message_blocks: OrdSet<BlockNumber>,
    pub(super) proposal_at: Option<Time>,
    pub(super) jobs: Vector<ProofJob>,
    sent: OrdMap<Task, Time>,
}

/// All that an actor sees when it decides.
pub(super) struct Sight<'a> {
    pub now: Time,
    pub l1: &'a L1,
    pub rollup: &'a Rollup,
    pub book: &'a Book,
}

impl Sight<'_> {
    /// An address that belongs to a role of this rollup.
    pub(super) fn actor(&self, role: &str) -> Address {
        self.rollup.id().actor_address(role)
    }

    /// The first slot that begins after `time`.
    pub(super) fn slot_after(&self, time: Time) -> Time {
        time.next_multiple_of(self.l1.config().slot)
    }

    /// When to send what is meant for the block of the slot that begins at `slot`: right after the slot
    /// before it began, so that it comes neither too early nor too late.
    pub(super) fn send_time(&self, slot: Time) -> Time {
        slot.minus(self.l1.config().slot).plus(Span::millis(1))
    }

    /// Unix time of a moment.
    pub(super) fn unix(&self, time: Time) -> u64 {
        self.l1.config().genesis_timestamp + time.millis() / 1000
    }
}

/// The account that relays all messages of a world.
pub fn relayer(l1: &L1) -> Address {
    l1.id().actor_address("relayer")
}

impl Settler {
    /// What was sent is sent again if it is not on L1 after so many slots.
    const PATIENCE_SLOTS: u64 = 5;

    /// The claims on L1, oldest first.
    pub const fn games(&self) -> &Vector<Game> {
        &self.games
    }

    /// The newest rollup block that a claim on L1 covers. A claim that is not what the rollup's chain says,
    /// since L1 dropped the batch that it was made about, covers nothing.
    pub fn covered(&self, rollup: &Rollup) -> Option<BlockNumber> {
        self.games.iter().filter(|game| game.is_true(rollup)).map(|game| game.covers).max()
    }

    /// The oldest true claim that covers a block.
    pub fn covering(&self, rollup: &Rollup, block: BlockNumber) -> Option<&Game> {
        self.games.iter().find(|game| game.covers >= block && game.is_true(rollup))
    }

    /// The newest rollup block that the prover has taken on, and when it has worked through all of them,
    /// where the last step of a proof takes `delay`.
    pub fn proving_until(&self, delay: Span) -> Option<(BlockNumber, Time)> {
        self.jobs.last().map(|job| (job.target, job.ready.minus(delay)))
    }

    /// When the next claim that covers a block is due, if that is known.
    pub fn claim_due(&self, block: BlockNumber) -> Option<Time> {
        let proof = self.jobs.iter().filter(|job| job.target >= block).map(|job| job.ready).min();
        proof.or(self.proposal_at)
    }

    /// Notes a new block of the rollup.
    pub fn read_rollup_block(&mut self, block: &SealedBlock) {
        if block.logs().any(|(_, _, log)| Withdrawal::from_log(log).is_some()) {
            self.message_blocks.insert(block.number());
        }
    }

    /// Forgets the rollup's blocks above `kept`.
    pub fn rewind_rollup(&mut self, kept: BlockNumber) {
        self.message_blocks = self.message_blocks.iter().filter(|number| **number <= kept).copied().collect();
        self.jobs = self.jobs.iter().filter(|job| job.target <= kept).copied().collect();
    }

    /// Notes a new block of L1; gives the claims that it made.
    pub fn read_l1_block(&mut self, l1: &Chain, rollup: &Rollup, block: &SealedBlock) -> Vec<Game> {
        let factory = rollup.genesis().contracts().dispute_game_factory;
        let created = game::created_games(l1, block, factory, self.games.len() as u64);
        self.games.extend(created.iter().cloned());
        for (_, _, log) in block.logs() {
            let resolved = IDisputeGame::Resolved::decode_log(log).is_ok();
            let Some(at) = resolved.then(|| self.games.iter().position(|game| game.address == log.address))
            else {
                continue;
            };
            if let Some(game) = at.and_then(|at| self.games.get_mut(at)) {
                game.resolved = Some((block.number(), block.sealed_at));
            }
        }
        created
    }

    /// Forgets what L1 blocks above `kept` said.
    pub fn rewind_l1(&mut self, kept: BlockNumber) {
        self.games = self.games.iter().filter(|game| game.created.0 <= kept).cloned().collect();
        for game in &mut self.games {
            if game.resolved.is_some_and(|(block, _)| block > kept) {
                game.resolved = None;
            }
        }
        self.sent = OrdMap::new();
    }

    /// Decides what to do now.
    pub fn act(&mut self, now: Time, l1: &L1, rollup: &Rollup, book: &Book) -> Vec<Errand> {
        let sight = Sight { now, l1, rollup, book };
        let mut errands = Vec::new();
        claims::act(self, &sight, &mut errands);
        relay::act(self, &sight, &mut errands);
        errands
    }

    /// Whether a task was sent lately, so that it may be on its way.
    pub(super) fn is_sent(&self, task: Task, sight: &Sight<'_>) -> bool {
        let patience = sight.l1.config().slot.times(Self::PATIENCE_SLOTS);
        self.sent.get(&task).is_some_and(|at| sight.now < at.plus(patience))
    }

    /// Whether a task is to be done now: it was not sent lately. Notes that it is.
    pub(super) fn take_up(&mut self, task: Task, sight: &Sight<'_>, errands: &mut Vec<Errand>) -> bool {
        let patience = sight.l1.config().slot.times(Self::PATIENCE_SLOTS);
        if let Some(at) = self.sent.get(&task) {
            let again = at.plus(patience);
            if sight.now < again {
                errands.push(Errand::Wake(again));
                return false;
            }
        }
        self.sent.insert(task, sight.now);
        errands.push(Errand::Wake(sight.now.plus(patience)));
        true
    }

    /// Notes that the bond of a game is on its way back.
    pub(super) fn note_bond_returned(&mut self, index: u64) {
        if let Some(game) = self.games.iter_mut().find(|game| game.index == index) {
            game.bond_returned = true;
        }
    }

    /// Notes that a task is done, so that the next one of its kind can be taken up at once.
    pub(super) fn done(&mut self, task: Task) {
        self.sent.remove(&task);
    }
}

/// A call of an L1 contract without ether.
pub(super) fn draft(from: Address, to: Address, data: Vec<u8>, gas_limit: u64) -> Draft {
    let value = alloy_primitives::U256::ZERO;
    Draft { from, to: Some(to), value, data: data.into(), gas_limit, blobs: Vec::new() }
}

/// The contract's word on whether a claim may be acted upon, at a later time.
pub(super) fn is_claim_final(sight: &Sight<'_>, game: &Game, at: Time) -> bool {
    use alloy_sol_types::SolCall;
    let registry = sight.rollup.genesis().contracts().anchor_state_registry;
    let call = IAnchorStateRegistry::isGameClaimValidCall { game: game.address }.abi_encode();
    let outcome = sight.l1.chain().call(&game::view_call(registry, call), sight.unix(at));
    outcome.is_ok_and(|outcome| outcome.succeeded() && outcome.output.last() == Some(&1))
}
