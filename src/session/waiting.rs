//! What a message waits for, why, and until when; and how far it is on its way.

use super::{contagion::in_words, view::Waiting};
use crate::{
    messaging::{Message, Stage},
    rollup::{RollupConfig, Settlement, Status},
    settlement::when_final,
    types::{ChainId, Span, Time},
    world::{Member, World},
};

/// The stages of a message's way, in order.
pub(super) fn way(world: &World, from: ChainId, to: ChainId) -> Vec<Stage> {
    use Stage::{Batched, Delivered, Deposited, Finalized, Initiated, Pending, Proposed, Proven};
    let l1 = world.l1().id();
    let up = [Pending, Initiated, Batched, Proposed, Proven, Finalized];
    match (from == l1, to == l1) {
        (true, _) => vec![Pending, Initiated, Deposited, Delivered],
        (false, true) => [&up[..], &[Delivered]].concat(),
        (false, false) => [&up[..], &[Deposited, Delivered]].concat(),
    }
}

/// Stages that are still to come.
pub(super) fn ahead(world: &World, message: &Message) -> Vec<Stage> {
    let stage = message.stage();
    if stage.is_last() {
        return Vec::new();
    }
    way(world, message.from, message.to).into_iter().filter(|next| *next > stage).collect()
}

/// What a message waits for now; none at its end.
pub(super) fn waits(world: &World, message: &Message) -> Option<Waiting> {
    let stage = message.stage();
    if stage.is_last() {
        return None;
    }
    let source = world.member(message.from);
    let destination = world.member(message.to);
    let halted = |member: Option<&Member>| {
        member.is_some_and(|m| matches!(m.rollup().status(), Status::Halted | Status::Removed))
    };
    let stands_still = match stage {
        Stage::Pending | Stage::Initiated => halted(source),
        Stage::Finalized | Stage::Deposited => halted(destination),
        _ => false,
    };
    let (what, why) = reason(world, message, stage);
    let by_hand = !message.relay && matches!(stage, Stage::Proposed | Stage::Proven);
    if by_hand {
        return Some(Waiting {
            what: what.into(),
            why: format!("{why} No relayer carries this message: somebody must send that transaction."),
            until: None,
        });
    }
    let until = until(world, message, stage);
    let is_due = stage == Stage::Proven
        && until.is_none_or(|until| until.since(world.now()) <= world.l1().config().slot);
    if let Some((asset, most)) = is_due.then(|| world.held_back(message)).flatten() {
        let why = format!("They let {} leave now, and it carries more.", in_words(asset, most));
        return Some(Waiting { what: "the controls of its bridge".into(), why, until: None });
    }
    if stands_still {
        let why = format!("{why} That chain's sequencer is halted.");
        return Some(Waiting { what: what.into(), why, until: None });
    }
    Some(Waiting { what: what.into(), why: why.into(), until })
}

const fn kind(member: Option<&Member>) -> Option<&Settlement> {
    match member {
        Some(member) => Some(&member.rollup().config().settlement),
        None => None,
    }
}

fn reason(world: &World, message: &Message, stage: Stage) -> (&'static str, &'static str) {
    let is_zk = matches!(kind(world.member(message.from)), Some(Settlement::Zk { .. }));
    match stage {
        Stage::Pending => ("the next block of its source", "Its transaction waits in the mempool."),
        Stage::Initiated if message.from == world.l1().id() => {
            ("the rollup to see the L1 block", "A deposit is picked up from the L1 block that it is in.")
        }
        Stage::Initiated => (
            "the next batch on L1",
            "L1 knows nothing of the rollup's block until its batcher posts the data.",
        ),
        Stage::Batched if is_zk => (
            "the validity proof",
            "The prover works on the batch; its time is a model. The claim goes to L1 together with the proof.",
        ),
        Stage::Batched => (
            "the next output root on L1",
            "The proposer claims the rollup's state on L1 at its interval, and only a claim can be proven against.",
        ),
        Stage::Proposed => (
            "its proof to be checked on L1",
            "A storage proof shows the message in the state that was claimed.",
        ),
        Stage::Proven if is_zk => {
            ("the execution delay to end", "The rollup holds messages back after the proof.")
        }
        Stage::Proven => (
            "the challenge period to end",
            "The claim about the rollup's state could be wrong, and until then anybody can show that it is.",
        ),
        Stage::Finalized | Stage::Deposited => (
            "the next block of its destination",
            "The rollup takes deposits from the L1 block that it builds on.",
        ),
        Stage::Delivered | Stage::Failed => ("nothing", "It is at its end."),
    }
}

/// When a message leaves its stage, as far as it can be told now.
fn until(world: &World, message: &Message, stage: Stage) -> Option<Time> {
    let now = world.now();
    let slot = world.l1().config().slot;
    let after = |time: Time| time.next_multiple_of(slot);
    let source = world.member(message.from);
    let initiated = message.passed(Stage::Initiated).and_then(|passed| passed.block.1);
    match stage {
        Stage::Pending => Some(now.next_multiple_of(source.map_or(slot, |m| m.rollup().config().block_time))),
        Stage::Initiated => match source {
            Some(member) => Some(after(now.next_multiple_of(member.rollup().config().batch_cadence))),
            None => arrives_below(world, message),
        },
        Stage::Batched => {
            let due = initiated.and_then(|block| source?.settler().claim_due(block));
            due.map(|at| after(at.max(now)))
        }
        Stage::Proposed => Some(after(now)),
        Stage::Proven => {
            let member = source?;
            let game = member.settler().covering(member.rollup(), initiated?)?;
            let proven_at = message.reached(Stage::Proven)?;
            Some(after(when_final(member.rollup(), game, proven_at)).max(after(now)))
        }
        Stage::Finalized | Stage::Deposited => arrives_below(world, message),
        Stage::Delivered | Stage::Failed => None,
    }
}

fn arrives_below(world: &World, message: &Message) -> Option<Time> {
    let config = world.member(message.to)?.rollup().config();
    let wait = world.l1().config().slot.times(config.l1_confirmations);
    let seen = message.reached(Stage::Deposited).unwrap_or(world.now()).plus(wait);
    Some(seen.max(world.now()).next_multiple_of(config.block_time))
}

/// When a message arrives if nothing goes wrong: the end of its stage and the usual time of those after.
pub(super) fn arrival(world: &World, message: &Message) -> Option<Time> {
    let waits = waits(world, message)?;
    let mut stages = ahead(world, message).into_iter();
    let first = stages.next()?;
    let source = world.member(message.from).map(|member| member.rollup().config());
    let destination = world.member(message.to).map(|member| member.rollup().config());
    let usual = |stage| usual_time(world, source, destination, stage);
    let end_of_stage = match waits.until {
        Some(until) => until,
        None if message.relay && !matches!(first, Stage::Initiated | Stage::Finalized) => {
            let since = message.passed.last().map_or(world.now(), |passed| passed.at);
            since.plus(usual(first)).max(world.now())
        }
        None => return None,
    };
    Some(stages.fold(end_of_stage, |time, stage| time.plus(usual(stage))))
}

/// How long it usually takes to reach a stage from the one before.
fn usual_time(
    world: &World,
    source: Option<&RollupConfig>,
    destination: Option<&RollupConfig>,
    stage: Stage,
) -> Span {
    let slot = world.l1().config().slot;
    let settlement = source.map(|config| &config.settlement);
    match stage {
        Stage::Initiated => source.map_or(slot, |config| config.block_time),
        Stage::Batched => source.map_or(Span::ZERO, |config| config.batch_cadence.plus(slot)),
        Stage::Proposed => match settlement {
            Some(Settlement::Zk { proving_delay, .. }) => proving_delay.plus(slot),
            _ => source.map_or(Span::ZERO, |config| config.proposal_interval.plus(slot)),
        },
        Stage::Proven => slot,
        Stage::Finalized => match settlement {
            Some(Settlement::Optimistic { challenge_period, game_clock, air_gap }) => {
                (*challenge_period).max(game_clock.plus(*air_gap)).plus(slot)
            }
            Some(Settlement::Zk { execution_delay, .. }) => *execution_delay,
            None => Span::ZERO,
        },
        Stage::Delivered => destination
            .map_or(Span::ZERO, |config| config.block_time.plus(slot.times(config.l1_confirmations))),
        Stage::Pending | Stage::Deposited | Stage::Failed => Span::ZERO,
    }
}

/// How far a message is, in thousandths of its way: by time where its arrival can be told.
pub(super) fn progress_permille(world: &World, message: &Message) -> u32 {
    if message.stage().is_last() {
        return 1000;
    }
    let start = message.passed.head().map_or(Time::ZERO, |passed| passed.at);
    let permille = match arrival(world, message) {
        Some(arrival) if arrival > start => {
            let (gone, all) = (world.now().since(start).as_millis(), arrival.since(start).as_millis());
            gone.saturating_mul(1000) / all
        }
        _ => {
            let stages = way(world, message.from, message.to);
            let passed = stages.iter().filter(|stage| **stage <= message.stage()).count() as u64;
            passed * 1000 / stages.len() as u64
        }
    };
    u32::try_from(permille.min(999)).unwrap_or(999)
}
