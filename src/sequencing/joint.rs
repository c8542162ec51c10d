//! Executing an order over several rollups at once: a block for each, built side by side, so that a bundle's
//! legs read each other's messages and stand or fall together. Pure: builders in, builders out.
//!
//! A leg may read what another leg writes in the same slot (ERC-7841's synchronous mailbox). What it will
//! find is not known before the other has run, so the legs are run again with what was written the time before
//! until nothing changes: at most legs + 1 rounds, as each round brings at least one more message or is the last.

use super::{Bundle, Leg, LegCargo};
use crate::{
    chain::{BlockBuilder, Draft, Fees, Included, Transaction},
    contracts::{MailboxMessage, MessageName, addresses, describe_revert},
    evm::Refusal,
    types::ChainId,
};
use alloy_primitives::{Bytes, Log, U256};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The blocks that are being built, by chain.
pub type Lanes = BTreeMap<ChainId, BlockBuilder>;

/// Why a bundle has no effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Abort {
    /// A leg can't be in a block: its nonce, funds or gas.
    #[error("leg {leg} cannot be included: {reason}")]
    NotIncludable {
        /// Which leg.
        leg: usize,
        /// Why.
        reason: String,
    },
    /// A leg failed.
    #[error("leg {leg} failed: {reason}")]
    LegFailed {
        /// Which leg.
        leg: usize,
        /// Why.
        reason: String,
    },
    /// A leg waits for a message that no leg writes before waiting itself.
    #[error("leg {leg} waits for a message that no leg writes first")]
    CyclicWait {
        /// Which leg.
        leg: usize,
    },
    /// A rollup did not build its block, or its vote did not come in time.
    #[error("rollup {chain} did not vote in time")]
    NoVote {
        /// Which.
        chain: ChainId,
    },
    /// A rollup's block has no room for it: it waits for the next.
    #[error("rollup {chain} has no room for it in this block")]
    Full {
        /// Which.
        chain: ChainId,
    },
    /// Its time was over before it was ordered.
    #[error("its deadline passed")]
    Deadline,
    /// A rollup that it touches is no member any more.
    #[error("rollup {chain} left the shared sequencer")]
    Left {
        /// Which.
        chain: ChainId,
    },
}

/// How a leg ended that is in a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegEnd {
    /// Whether it succeeded.
    pub succeeded: bool,
    /// Why not, in words.
    pub reason: String,
}

/// Runs a bundle over the lanes by its guarantee. On an abort the lanes are as they were.
pub fn run_bundle(lanes: &mut Lanes, bundle: &Bundle) -> Result<Vec<LegEnd>, Abort> {
    let chains = bundle.chains();
    if let Some(chain) = chains.iter().find(|chain| !lanes.contains_key(chain)) {
        return Err(Abort::NoVote { chain: *chain });
    }
    if bundle.guarantee.is_all_or_nothing() {
        return run_together(lanes, bundle, &chains);
    }
    each(lanes, &chains, BlockBuilder::set_savepoint);
    let ends: Result<Vec<LegEnd>, Abort> = bundle
        .legs
        .iter()
        .enumerate()
        .map(|(leg, what)| match include(lanes, what) {
            Ok(included) => Ok(LegEnd { succeeded: included.succeeded, reason: reason(&included) }),
            Err(refusal) => Err(not_includable(bundle, leg, &refusal)),
        })
        .collect();
    let settle = if ends.is_ok() { BlockBuilder::release_savepoint } else { BlockBuilder::undo_to_savepoint };
    each(lanes, &chains, settle);
    ends
}

fn not_includable(bundle: &Bundle, leg: usize, refusal: &Refusal) -> Abort {
    match refusal {
        Refusal::GasLimitExceedsBlock { .. } => Abort::Full { chain: bundle.legs[leg].chain },
        _ => Abort::NotIncludable { leg, reason: refusal.to_string() },
    }
}

fn each(lanes: &mut Lanes, chains: &BTreeSet<ChainId>, act: fn(&mut BlockBuilder)) {
    for chain in chains {
        if let Some(lane) = lanes.get_mut(chain) {
            act(lane);
        }
    }
}

fn reason(included: &Included) -> String {
    if included.succeeded { String::new() } else { describe_revert(&included.output).to_string() }
}

/// Adds a leg to its lane.
fn include(lanes: &mut Lanes, leg: &Leg) -> Result<Included, Refusal> {
    let lane = lanes.get_mut(&leg.chain).expect("a bundle runs only where every chain has a lane");
    let transaction = match &leg.cargo {
        LegCargo::Signed(transaction) => transaction.clone(),
        LegCargo::Actor(draft) => Arc::new(as_actor(lane, draft.clone())),
    };
    lane.include(transaction)
}

/// A simulated actor's transaction with its sender's next nonce in that block.
pub(crate) fn as_actor(lane: &mut BlockBuilder, draft: Draft) -> Transaction {
    let base_fee = u128::from(lane.base_fee());
    let fees = Fees { max_fee: base_fee * 2, priority_fee: base_fee.min(1_000_000), max_blob_fee: 0 };
    let nonce = lane.nonce(draft.from);
    Transaction::impersonated(draft, nonce, lane.chain().get(), fees)
}

/// What is known of a bundle's mailbox traffic before a round.
#[derive(Debug, Default)]
struct Mailbag {
    /// What the legs wrote in the round before.
    written: BTreeMap<MessageName, Bytes>,
    /// Which messages each leg reads, in the order in which it was seen to.
    needs: Vec<Vec<MessageName>>,
}

/// How a round ended.
enum Round {
    /// All legs succeeded, on exactly what they wrote.
    Settled,
    /// Something came to be known: another round may do better.
    Learned,
    /// Nothing new, and a leg fails.
    Stuck(Abort),
}

fn run_together(
    lanes: &mut Lanes,
    bundle: &Bundle,
    chains: &BTreeSet<ChainId>,
) -> Result<Vec<LegEnd>, Abort> {
    let mut bag = Mailbag { needs: vec![Vec::new(); bundle.legs.len()], ..Mailbag::default() };
    for _ in 0..=bundle.legs.len() {
        each(lanes, chains, BlockBuilder::set_savepoint);
        match round(lanes, bundle, &mut bag) {
            Round::Settled => {
                each(lanes, chains, BlockBuilder::release_savepoint);
                let end = LegEnd { succeeded: true, reason: String::new() };
                return Ok(vec![end; bundle.legs.len()]);
            }
            Round::Learned => each(lanes, chains, BlockBuilder::undo_to_savepoint),
            Round::Stuck(abort) => {
                each(lanes, chains, BlockBuilder::undo_to_savepoint);
                return Err(abort);
            }
        }
    }
    let leg = bag.needs.iter().position(|needs| !needs.is_empty()).unwrap_or(0);
    Err(Abort::CyclicWait { leg })
}

/// Runs every leg once, each after the messages that it is known to read.
fn round(lanes: &mut Lanes, bundle: &Bundle, bag: &mut Mailbag) -> Round {
    let mut written = BTreeMap::new();
    let (mut abort, mut learned) = (None, false);
    for (leg, what) in bundle.legs.iter().enumerate() {
        if let Err(refusal) = put_mail(lanes, what.chain, &bag.needs[leg], &bag.written) {
            abort.get_or_insert(not_includable(bundle, leg, &refusal));
        }
        match include(lanes, what) {
            Err(refusal) => {
                abort.get_or_insert(not_includable(bundle, leg, &refusal));
            }
            Ok(included) if included.succeeded => {
                let logs = lanes[&what.chain].last_logs();
                written.extend(logs.iter().filter_map(|log| written_by(what.chain, log)));
            }
            Ok(included) => {
                written.extend(overheard(lanes, what));
                match MessageName::missing(&included.output, U256::from(what.chain.get())) {
                    Some(name) if bag.needs[leg].contains(&name) => {
                        abort.get_or_insert(Abort::CyclicWait { leg });
                    }
                    Some(name) => {
                        bag.needs[leg].push(name);
                        learned = true;
                        abort.get_or_insert(Abort::CyclicWait { leg });
                    }
                    None => {
                        abort.get_or_insert(Abort::LegFailed { leg, reason: reason(&included) });
                    }
                }
            }
        }
    }
    let is_same = written == bag.written;
    bag.written = written;
    match abort {
        // What no leg reads may differ from what was known; what is read must not.
        None if is_same || bag.needs.iter().all(Vec::is_empty) => Round::Settled,
        Some(abort) if is_same && !learned => Round::Stuck(abort),
        None | Some(_) => Round::Learned,
    }
}

/// Has the shared sequencer put the messages that a leg reads, as far as they are written.
fn put_mail(
    lanes: &mut Lanes,
    chain: ChainId,
    needs: &[MessageName],
    written: &BTreeMap<MessageName, Bytes>,
) -> Result<(), Refusal> {
    for (name, data) in needs.iter().filter_map(|name| Some((name, written.get(name)?))) {
        let lane = lanes.get_mut(&chain).expect("a bundle runs only where every chain has a lane");
        let data = MailboxMessage { name: *name, data: data.clone() }.put();
        let gas_limit = PUT_GAS + PUT_GAS_PER_WORD * (data.len() as u64).div_ceil(32);
        let draft = Draft {
            from: addresses::SHARED_SEQUENCER,
            to: Some(addresses::MAILBOX),
            value: U256::ZERO,
            data,
            gas_limit,
            blobs: Vec::new(),
        };
        let transaction = as_actor(lane, draft);
        lane.include(Arc::new(transaction))?;
    }
    Ok(())
}

/// What a put takes at most, besides its words: six fresh slots and a call.
const PUT_GAS: u64 = 220_000;
/// Each word of calldata, stored and logged.
const PUT_GAS_PER_WORD: u64 = 25_000;

/// What a leg that failed wrote before it failed: its revert takes it back, and the next round needs it.
fn overheard(lanes: &mut Lanes, leg: &Leg) -> Vec<(MessageName, Bytes)> {
    let Some(lane) = lanes.get_mut(&leg.chain) else { return Vec::new() };
    let transaction = match &leg.cargo {
        LegCargo::Signed(transaction) => transaction.clone(),
        LegCargo::Actor(draft) => Arc::new(as_actor(lane, draft.clone())),
    };
    let heard = lane.overhear(&transaction).unwrap_or_default();
    heard.iter().filter_map(|log| written_by(leg.chain, log)).collect()
}

fn written_by(chain: ChainId, log: &Log) -> Option<(MessageName, Bytes)> {
    let MailboxMessage { name, data } = MailboxMessage::from_log(log, U256::from(chain.get()))?;
    Some((name, data))
}
