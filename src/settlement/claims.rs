//! The proposer: it claims output roots on L1 while messages wait for one, and sees its claims through.
//!
//! Deviation: nothing is claimed while no message waits, so that idle rollups cost nothing.

use super::{
    Game, INIT_BOND,
    deploy::game_kind,
    settler::{Errand, ProofJob, Settler, Sight, Task, draft, is_claim_final},
};
use crate::{
    chain::Draft,
    contracts::abi::{IDisputeGame, IDisputeGameFactory},
    rollup::{Rollup, Settlement, output_root},
    types::{BlockNumber, Span, Time},
};
use alloy_primitives::{B256, Bytes, U256};
use alloy_sol_types::{SolCall, SolValue};

pub(super) fn act(settler: &mut Settler, sight: &Sight<'_>, errands: &mut Vec<Errand>) {
    match sight.rollup.config().settlement {
        Settlement::Optimistic { game_clock, air_gap, .. } => {
            propose(settler, sight, errands);
            for game in settler.games.clone() {
                see_through(settler, sight, &game, [game_clock, air_gap], errands);
            }
        }
        Settlement::Zk { proving_delay, prover_gas_per_second, .. } => {
            prove(settler, sight, proving_delay, prover_gas_per_second, errands);
        }
    }
}

/// The block to claim, if a message waits for a claim: the safe head. A message waits until a claim
/// lies beyond its block, since that is what the OP Stack's tools look for.
fn wanted(settler: &Settler, sight: &Sight<'_>) -> Option<BlockNumber> {
    let covered = settler.covered(sight.rollup).unwrap_or(BlockNumber::GENESIS);
    let safe = sight.rollup.safe_head();
    let waits = settler.message_blocks.range(covered..=safe).next().is_some();
    (safe > covered && waits).then_some(safe)
}

fn propose(settler: &mut Settler, sight: &Sight<'_>, errands: &mut Vec<Errand>) {
    let Some(target) = wanted(settler, sight) else {
        settler.proposal_at = None;
        settler.done(Task::Propose);
        return;
    };
    let interval = sight.rollup.config().proposal_interval;
    match settler.proposal_at {
        Some(at) if sight.now >= at => {
            if settler.take_up(Task::Propose, sight, errands) {
                errands.extend(claim(sight, target));
            }
        }
        Some(at) => errands.push(Errand::Wake(at)),
        None => {
            let at = sight.now.next_multiple_of(interval);
            settler.proposal_at = Some(at);
            errands.push(Errand::Wake(at));
        }
    }
}

/// Claims the output root of a block.
fn claim(sight: &Sight<'_>, target: BlockNumber) -> Option<Errand> {
    let block = sight.rollup.chain().block(target)?;
    let root = output_root(&block.header, block.hash);
    Some(Errand::SendL1(vec![claim_draft(sight.rollup, target, root)]))
}

/// The L1 transaction in which a rollup's proposer claims an output root of a block; a prover vouches for it at once.
pub fn claim_draft(rollup: &Rollup, covers: BlockNumber, root: B256) -> Draft {
    let settlement = &rollup.config().settlement;
    let extra: Bytes = U256::from(covers.get()).abi_encode().into();
    let kind = game_kind(settlement).type_id();
    let data = match settlement {
        Settlement::Optimistic { .. } => {
            IDisputeGameFactory::createCall { gameType: kind, rootClaim: root, extraData: extra }.abi_encode()
        }
        Settlement::Zk { .. } => IDisputeGameFactory::proposeAndProveCall {
            gameType: kind,
            rootClaim: root,
            extraData: extra,
            proof: Bytes::new(),
        }
        .abi_encode(),
    };
    let factory = rollup.genesis().contracts().dispute_game_factory;
    let from = rollup.id().actor_address("proposer");
    Draft { value: INIT_BOND, ..draft(from, factory, data, 1_000_000) }
}

/// Resolves a claim once its clock has run out, and takes the bond back once it is final.
fn see_through(
    settler: &mut Settler,
    sight: &Sight<'_>,
    game: &Game,
    [clock, air_gap]: [Span; 2],
    errands: &mut Vec<Errand>,
) {
    let proposer = sight.actor("proposer");
    let (due, task, call) = match game.resolved {
        None => {
            let due = game.created.1.plus(clock).at_or_next_multiple_of(sight.l1.config().slot);
            (due, Task::Resolve(game.index), IDisputeGame::resolveCall {}.abi_encode())
        }
        Some((_, at)) if !game.bond_returned => {
            let due = sight.slot_after(at.plus(air_gap));
            (due, Task::ReturnBond(game.index), IDisputeGame::claimCreditCall {}.abi_encode())
        }
        Some(_) => return,
    };
    let send_at = sight.send_time(due);
    if sight.now < send_at {
        errands.push(Errand::Wake(send_at));
        return;
    }
    let slot = sight.slot_after(sight.now);
    if matches!(task, Task::ReturnBond(_)) {
        if !is_claim_final(sight, game, slot) {
            return;
        }
        settler.note_bond_returned(game.index);
    }
    if settler.take_up(task, sight, errands) {
        errands.push(Errand::SendL1(vec![draft(proposer, game.address, call, 500_000)]));
    }
}

/// The prover's jobs: one for each safe head with messages that no job covers.
fn prove(
    settler: &mut Settler,
    sight: &Sight<'_>,
    delay: Span,
    gas_per_second: u64,
    errands: &mut Vec<Errand>,
) {
    let covered = settler.covered(sight.rollup).unwrap_or(BlockNumber::GENESIS);
    settler.jobs.retain(|job| job.target > covered);
    if let Some(target) = wanted(settler, sight) {
        let in_work = settler.jobs.iter().map(|job| job.target).max().unwrap_or(covered);
        let new = settler.message_blocks.range(in_work..=target).next().is_some();
        if target > in_work && new {
            let gas = gas_between(sight, in_work, target);
            let work = gas.saturating_mul(1000).checked_div(gas_per_second).map_or(Span::ZERO, Span::millis);
            // Its rate is that of all its work: a job begins when the one before is worked through.
            let free = settler.jobs.last().map_or(sight.now, |job| job.ready.minus(delay));
            let ready = sight.now.max(free).plus(work).plus(delay);
            settler.jobs.push_back(ProofJob { target, ready });
        }
    }
    let ready: Option<ProofJob> =
        settler.jobs.iter().filter(|job| sight.now >= job.ready).max_by_key(|job| job.target).copied();
    match ready {
        Some(job) => {
            if settler.take_up(Task::Propose, sight, errands) {
                errands.extend(claim(sight, job.target));
            }
        }
        None => settler.done(Task::Propose),
    }
    let next: Option<Time> = settler.jobs.iter().map(|job| job.ready).filter(|at| *at > sight.now).min();
    errands.extend(next.map(Errand::Wake));
}

fn gas_between(sight: &Sight<'_>, after: BlockNumber, until: BlockNumber) -> u64 {
    (after.get() + 1..=until.get())
        .filter_map(|number| sight.rollup.chain().block(BlockNumber::new(number)))
        .map(|block| block.header.gas_used)
        .sum()
}
