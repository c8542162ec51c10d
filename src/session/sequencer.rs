//! The shared sequencer, its slots and its bundles as a page shows them.

use super::{
    describe::{chain_name, person},
    view::{
        BundleView, DryRun, LegView, NodeView, Parameter, SequencerDetail, SequencerView, SlotDetail,
        SlotGlance, Subject,
    },
};
use crate::{
    command::SubmitBundle,
    contracts::{
        abi::{IConstantProductPair, IMailboxBridge, IToken},
        addresses,
    },
    sequencing::{
        Abort, BundleId, BundleRecord, BundleState, Leg, LegCargo, LegEnd, Ordered, SharedSequencer, Slot,
        Visibility,
        committee::{Ballot, Behaviour, Committee, Height, NodeGlance, Round, Step},
    },
    types::Amount,
    world::{OrderError, World},
};
use alloy_primitives::{Address, U256};
use alloy_sol_types::SolCall;

/// How many slots a view lists.
const SLOTS: usize = 12;
/// How many bundles a view lists.
const BUNDLES: usize = 24;

/// The shared sequencer at a glance.
pub(super) fn view(world: &World) -> Option<Box<SequencerView>> {
    let (sequencer, committee) = world.sequencer().zip(world.committee())?;
    let glance = committee.glance();
    let weights = committee.fault_weights();
    let records = sequencer.bundles().iter().rev();
    let under_way = records.clone().filter(|record| !record.state().is_last());
    let ended = records.filter(|record| record.state().is_last());
    Some(Box::new(SequencerView {
        slot: sequencer.config().slot,
        is_open: sequencer.config().visibility == Visibility::Open,
        members: sequencer.members().iter().copied().collect(),
        nodes: glance.nodes.iter().map(|node| node_view(world, committee, &glance.nodes, node)).collect(),
        height: glance.begun.get(),
        is_deciding: committee.is_deciding(),
        tolerated: weights.total.saturating_sub(1) / 3,
        weight: weights.total,
        slots: sequencer.slots().iter().rev().take(SLOTS).map(|slot| slot_glance(slot)).collect(),
        bundles: under_way.chain(ended).take(BUNDLES).map(|record| bundle_view(world, record)).collect(),
        troubles: troubles(world, sequencer, committee),
    }))
}

fn node_view(world: &World, committee: &Committee, all: &[NodeGlance], node: &NodeGlance) -> NodeView {
    // Between heights the one who leads next is told.
    let next = committee.validators().leader(committee.next_height(), Round::FIRST).node();
    let leader = if committee.is_deciding() { node.leader } else { next };
    let at = usize::from(node.node.get());
    let peers = || all.iter().filter(|peer| peer.height == node.height && peer.round == node.round);
    let seen = |votes: fn(&NodeGlance) -> &Vec<Ballot>| {
        let found = peers().filter_map(|peer| votes(peer).get(at)).find(|vote| **vote != Ballot::Unseen);
        match found {
            None | Some(Ballot::Unseen) => "unseen",
            Some(Ballot::Nil) => "nil",
            Some(Ballot::Value) => "value",
        }
    };
    NodeView {
        node: node.node.get(),
        weight: node.weight,
        behaviour: behaviour_name(node.behaviour).into(),
        is_crashed: node.is_crashed,
        group: node.group,
        round: node.round.get(),
        step: step_name(node.step).into(),
        is_leader: leader == node.node,
        prevote: seen(|peer| &peer.prevotes).into(),
        precommit: seen(|peer| &peer.precommits).into(),
        bond: world.bond(node.node),
    }
}

const fn behaviour_name(behaviour: Behaviour) -> &'static str {
    match behaviour {
        Behaviour::Honest => "honest",
        Behaviour::Silent => "silent",
        Behaviour::DoublePropose => "double_propose",
        Behaviour::DoubleVote => "double_vote",
        Behaviour::Equivocate => "equivocate",
    }
}

const fn step_name(step: Step) -> &'static str {
    match step {
        Step::Idle => "idle",
        Step::Propose => "propose",
        Step::Prevote => "prevote",
        Step::Precommit => "precommit",
        Step::Decided => "decided",
    }
}

fn slot_glance(slot: &Slot) -> SlotGlance {
    SlotGlance {
        height: slot.height.get(),
        round: slot.round.get(),
        leader: slot.leader.get(),
        decided_at: slot.decided_at,
        took: slot.decided_at.since(slot.began_at),
        items: slot.content.order.len() as u64,
    }
}

fn troubles(world: &World, sequencer: &SharedSequencer, committee: &Committee) -> Vec<String> {
    let misconduct = sequencer.misconduct();
    let mut troubles = Vec::new();
    if let Err(bound) = committee.fault_weights().check() {
        troubles.push(bound.to_string());
    }
    if let Some(attacker) = misconduct.sandwicher {
        troubles.push(format!("Leaders let {} trade around others.", person(world, attacker)));
    }
    let censored = misconduct.censored.iter().map(|account| person(world, *account));
    let censored: Vec<String> =
        censored.chain(misconduct.censored_chains.iter().map(|chain| chain_name(world, *chain))).collect();
    if !censored.is_empty() {
        troubles.push(format!("Leaders leave out {}.", censored.join(", ")));
    }
    if misconduct.breaks_promises {
        troubles.push("Leaders include what they promised to execute as a whole.".into());
    }
    troubles.extend(
        misconduct.silent_voters.iter().map(|chain| format!("{} does not vote.", chain_name(world, *chain))),
    );
    troubles
}

/// All about the shared sequencer.
pub(super) fn detail(world: &World) -> Option<SequencerDetail> {
    let config = world.sequencer()?.config();
    let parameter = |name: &str, value: String, is_model| Parameter { name: name.into(), value, is_model };
    let encrypted = config.visibility == Visibility::Encrypted;
    let mut parameters = vec![
        parameter("nodes", config.committee.nodes.to_string(), false),
        parameter("consensus", "Tendermint (Malachite), Ed25519 signatures".into(), false),
        parameter("slot", config.slot.to_string(), false),
        parameter("votes on bundles within", config.vote_timeout.to_string(), false),
        parameter("bond of a node", format!("{} ETH", config.bond), false),
        parameter("mempool", if encrypted { "encrypted until ordered" } else { "open" }.into(), encrypted),
    ];
    if encrypted {
        parameters.push(parameter("decryption takes", config.decryption_delay.to_string(), true));
    }
    Some(SequencerDetail { parameters })
}

/// All about a slot.
pub(super) fn slot_detail(world: &World, height: u64) -> Option<SlotDetail> {
    let slot = world.sequencer()?.slot(Height::new(height))?;
    let order = slot.content.order.iter().map(|ordered| ordered_words(world, ordered)).collect();
    let outcome = slot.content.outcome.as_ref().map(|(of, outcome)| {
        let (stand, fall) = (outcome.committed.len(), outcome.aborted.len());
        format!("Of the bundles of slot {of}, {stand} stand and {fall} fall.")
    });
    Some(SlotDetail {
        glance: slot_glance(slot),
        value: slot.value.get(),
        signers: slot.certificate.signatures.iter().map(|(node, _)| node.get()).collect(),
        lands_at: slot.lands_at,
        order,
        outcome,
    })
}

fn ordered_words(world: &World, ordered: &Ordered) -> (String, Option<Subject>) {
    match ordered {
        Ordered::Transaction { chain, sender, hash, .. } => {
            let text = format!("{} on {}", person(world, *sender), chain_name(world, *chain));
            (text, Some(Subject::Transaction(*chain, *hash)))
        }
        Ordered::Bundle(id) => (format!("bundle {id}"), Some(Subject::Bundle(id.get()))),
        Ordered::Inserted { chain, draft } => {
            let text = format!(
                "put in by the leader: {} on {}",
                person(world, draft.from),
                chain_name(world, *chain)
            );
            (text, Some(Subject::Account(draft.from)))
        }
    }
}

/// A bundle by its number.
pub(super) fn bundle(world: &World, number: u64) -> Option<BundleView> {
    Some(bundle_view(world, world.sequencer()?.bundle(BundleId::new(number))?))
}

fn bundle_view(world: &World, record: &BundleRecord) -> BundleView {
    let BundleRecord { bundle, states, .. } = record;
    let (ends, failure) = match record.state() {
        BundleState::Landed(_, ends) => (ends.as_slice(), None),
        BundleState::Aborted(abort) => (&[][..], Some(abort.to_string())),
        BundleState::RolledBack(_) => (&[][..], Some("rolled back".into())),
        BundleState::Waiting | BundleState::Ordered(_) | BundleState::Held(_) => (&[][..], None),
    };
    let slot = states.iter().rev().find_map(|(_, state)| match state {
        BundleState::Ordered(height)
        | BundleState::Held(height)
        | BundleState::Landed(height, _)
        | BundleState::RolledBack(height) => Some(height.get()),
        BundleState::Waiting | BundleState::Aborted(_) => None,
    });
    BundleView {
        progress_permille: progress_permille(world, record),
        number: bundle.id.get(),
        label: bundle.label.clone(),
        guarantee: bundle.guarantee.name().into(),
        state: record.state().name().into(),
        failure,
        legs: leg_views(world, &bundle.legs, ends),
        states: states.iter().map(|(at, state)| (state.name().into(), *at)).collect(),
        deadline: bundle.deadline,
        slot,
    }
}

/// How far a bundle has come: a quarter when it is ordered, all of it when its slot ends.
fn progress_permille(world: &World, record: &BundleRecord) -> u32 {
    let Some((at, state)) = record.states.last() else { return 0 };
    match state {
        BundleState::Waiting => 100,
        BundleState::Ordered(height) => {
            let lands_at = world.sequencer().and_then(|sequencer| Some(sequencer.slot(*height)?.lands_at));
            let whole = lands_at.map_or(0, |lands_at| lands_at.since(*at).as_millis()).max(1);
            let part = world.now().since(*at).as_millis().min(whole);
            u32::try_from(250 + part * 600 / whole).unwrap_or(850)
        }
        BundleState::Held(_) => 900,
        BundleState::Landed(..) | BundleState::Aborted(_) | BundleState::RolledBack(_) => 1000,
    }
}

fn leg_views(world: &World, legs: &[Leg], ends: &[LegEnd]) -> Vec<LegView> {
    let view = |(at, leg): (usize, &Leg)| LegView {
        chain: leg.chain,
        from: leg.from(),
        content: leg_words(world, leg),
        succeeded: ends.get(at).map(|end| end.succeeded),
        failure: ends.get(at).filter(|end| !end.succeeded).map(|end| end.reason.clone()),
    };
    legs.iter().enumerate().map(view).collect()
}

/// What a leg does, in words.
fn leg_words(world: &World, leg: &Leg) -> String {
    let (value, data) = match &leg.cargo {
        LegCargo::Signed(transaction) => (transaction.value(), transaction.input()),
        LegCargo::Actor(draft) => (draft.value, &draft.data),
    };
    let token = |address: Address| match address {
        addresses::WAVE => "WAVE",
        addresses::USDX => "USDX",
        _ => "tokens",
    };
    let amount = |value: U256| Amount::new(value).to_string();
    if let Ok(call) = IConstantProductPair::swapExactInCall::abi_decode(data) {
        return format!("sells {} {}", amount(call.amountIn), token(call.tokenIn));
    }
    if let Ok(call) = IMailboxBridge::sendCall::abi_decode(data) {
        return format!("bridges {} {} to {}", amount(call.amount), token(call.token), call.destination);
    }
    if IMailboxBridge::claimCall::abi_decode(data).is_ok() {
        return "claims what was bridged".into();
    }
    if let Ok(call) = IToken::transferCall::abi_decode(data) {
        let what = leg.to().map_or("tokens", token);
        return format!("sends {} {what} to {}", amount(call.value), person(world, call.to));
    }
    if IToken::approveCall::abi_decode(data).is_ok() {
        return format!("lets a contract take its {}", leg.to().map_or("tokens", token));
    }
    match leg.to() {
        Some(to) if data.is_empty() => format!("sends {} ETH to {}", amount(value), person(world, to)),
        Some(to) => format!("calls {}", person(world, to)),
        None => "creates a contract".into(),
    }
}

/// What a bundle would come to now.
pub(super) fn dry_run(world: &World, order: &SubmitBundle) -> Result<DryRun, OrderError> {
    let bundle = world.bundle_of(order)?;
    let outcome = world.dry_run(&bundle);
    let (lands, reason, ends) = match outcome {
        Ok(ends) => (true, None, ends),
        Err(abort) => {
            let ends = match &abort {
                Abort::LegFailed { leg, reason } | Abort::NotIncludable { leg, reason } => {
                    let end = |at| LegEnd { succeeded: at != *leg, reason: reason.clone() };
                    (0..bundle.legs.len()).map(end).collect()
                }
                _ => Vec::new(),
            };
            (false, Some(abort.to_string()), ends)
        }
    };
    Ok(DryRun { lands, reason, legs: leg_views(world, &bundle.legs, &ends) })
}
