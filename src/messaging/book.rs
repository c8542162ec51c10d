//! The book of messages: every message between the chains of a world, and each stage that it passed.
//! It learns from blocks alone, so that messages sent by hand over JSON-RPC are in it too.

use super::{Cargo, Stage};
use crate::{
    chain::{Receipt, SealedBlock, Transaction},
    contracts::{
        Deposit, Withdrawal,
        abi::{ICrossDomainMessenger, IHopRouter, IOptimismPortal},
        describe_revert,
    },
    rollup::source_hash,
    types::{BlockNumber, ChainId, Span, Time},
};
use alloy_primitives::{Address, B256};
use alloy_sol_types::SolEvent;
use imbl::{OrdMap, Vector};
use serde::{Deserialize, Serialize};

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its number in order of sending.
    pub number: u64,
    /// A name that it was given.
    pub label: Option<String>,
    /// Source.
    pub from: ChainId,
    /// Destination.
    pub to: ChainId,
    /// Who sent it.
    pub sender: Address,
    /// What it carries; none if it was sent by hand.
    pub cargo: Option<Cargo>,
    /// Whether the world's relayer carries it.
    pub relay: bool,
    /// The transaction that sends it.
    pub sent_by: B256,
    /// The withdrawal that it is, once it is in a block of its source.
    pub withdrawal: Option<Withdrawal>,
    /// The source hash of the deposit that it is, once that is in a block of L1.
    pub deposit: Option<B256>,
    /// Stages that it passed, in order.
    pub passed: Vector<Passed>,
    /// Why it failed, if it did.
    pub failure: Option<String>,
}

/// A stage that a message passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// The stage.
    pub stage: Stage,
    /// When.
    pub at: Time,
    /// The block that made it so; none while it waits in a mempool.
    pub block: (ChainId, Option<BlockNumber>),
    /// The transaction that made it so, if one did.
    pub transaction: Option<B256>,
}

impl Message {
    /// Where it stands.
    pub fn stage(&self) -> Stage {
        self.passed.last().map_or(Stage::Pending, |passed| passed.stage)
    }

    /// How long it took from being sent to its end; none while it is under way.
    pub fn latency(&self) -> Option<Span> {
        let ended = self.passed.last().filter(|passed| passed.stage.is_last())?;
        Some(ended.at.since(self.reached(Stage::Pending)?))
    }

    /// When it reached a stage.
    pub fn reached(&self, stage: Stage) -> Option<Time> {
        self.passed(stage).map(|passed| passed.at)
    }

    /// How it reached a stage.
    pub fn passed(&self, stage: Stage) -> Option<&Passed> {
        self.passed.iter().find(|passed| passed.stage == stage)
    }
}

/// A stage that a message has just passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The message's number.
    pub number: u64,
    /// The stage.
    pub stage: Stage,
}

/// All messages of a world. Cloning shares everything.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Book {
    messages: Vector<Message>,
    by_label: OrdMap<String, u64>,
    by_sending: OrdMap<B256, u64>,
    by_withdrawal: OrdMap<B256, u64>,
    by_deposit: OrdMap<B256, u64>,
    /// Messages that are not at their end.
    under_way: OrdMap<u64, ()>,
}

/// A message that is about to be sent.
#[derive(Clone, Debug)]
pub struct Sending {
    /// A name for it.
    pub label: Option<String>,
    /// Source.
    pub from: ChainId,
    /// Destination.
    pub to: ChainId,
    /// Who sends it.
    pub sender: Address,
    /// What it carries.
    pub cargo: Option<Cargo>,
    /// Whether the world's relayer carries it.
    pub relay: bool,
    /// The transaction that sends it.
    pub sent_by: B256,
}

impl Book {
    /// All messages in order of sending.
    pub const fn messages(&self) -> &Vector<Message> {
        &self.messages
    }

    /// A message by number.
    pub fn get(&self, number: u64) -> Option<&Message> {
        self.messages.get(usize::try_from(number).ok()?)
    }

    /// A message by label.
    pub fn labelled(&self, label: &str) -> Option<&Message> {
        self.by_label.get(label).and_then(|number| self.get(*number))
    }

    /// All labels.
    pub fn labels(&self) -> impl Iterator<Item = &String> {
        self.by_label.keys()
    }

    /// Messages that are not at their end, oldest first.
    pub fn under_way(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.under_way.keys().filter_map(|number| self.get(*number))
    }

    /// The message that a transaction sends.
    pub fn sent_by(&self, transaction: &B256) -> Option<&Message> {
        self.by_sending.get(transaction).and_then(|number| self.get(*number))
    }

    /// The message that is this withdrawal.
    pub fn withdrawal(&self, hash: &B256) -> Option<&Message> {
        self.by_withdrawal.get(hash).and_then(|number| self.get(*number))
    }

    /// The message that is this deposit.
    pub fn deposit(&self, source_hash: &B256) -> Option<&Message> {
        self.by_deposit.get(source_hash).and_then(|number| self.get(*number))
    }

    /// Adds a message whose transaction waits in its source's mempool.
    pub fn send(&mut self, now: Time, sending: Sending) -> Progress {
        let number = self.add(sending);
        let from = self.messages[index(number)].from;
        self.pass(number, Passed { stage: Stage::Pending, at: now, block: (from, None), transaction: None })
    }

    fn add(&mut self, sending: Sending) -> u64 {
        let number = self.messages.len() as u64;
        if let Some(label) = &sending.label {
            self.by_label.insert(label.clone(), number);
        }
        if sending.cargo.is_some() {
            self.by_sending.insert(sending.sent_by, number);
        }
        self.under_way.insert(number, ());
        let Sending { label, from, to, sender, cargo, relay, sent_by } = sending;
        self.messages.push_back(Message {
            number,
            label,
            from,
            to,
            sender,
            cargo,
            relay,
            sent_by,
            withdrawal: None,
            deposit: None,
            passed: Vector::new(),
            failure: None,
        });
        number
    }

    fn pass(&mut self, number: u64, passed: Passed) -> Progress {
        let stage = passed.stage;
        if stage.is_last() {
            self.under_way.remove(&number);
        }
        self.messages[index(number)].passed.push_back(passed);
        Progress { number, stage }
    }

    fn fail(
        &mut self,
        number: u64,
        at: Time,
        block: (ChainId, BlockNumber),
        tx: B256,
        why: String,
    ) -> Progress {
        self.messages[index(number)].failure = Some(why);
        let block = (block.0, Some(block.1));
        self.pass(number, Passed { stage: Stage::Failed, at, block, transaction: Some(tx) })
    }

    /// Notes that the transaction which sends a message has another hash now.
    pub fn resent(&mut self, old: &B256, new: B256) {
        if let Some(number) = self.by_sending.remove(old) {
            self.by_sending.insert(new, number);
            self.messages[index(number)].sent_by = new;
        }
    }

    /// Reads a new block of a rollup: messages that leave and deposits that arrive.
    pub fn read_rollup_block(&mut self, l1: ChainId, rollup: ChainId, block: &SealedBlock) -> Vec<Progress> {
        let mut progress = Vec::new();
        for (transaction, receipt) in block.included() {
            let place = Place { at: block.sealed_at, chain: rollup, block: block.number(), transaction };
            if let Some(hash) = source_hash(transaction) {
                progress.extend(self.arrive(&hash, &place, receipt));
            }
            progress.extend(self.fail_if_reverted(&place, receipt));
            for withdrawal in receipt.logs.iter().filter_map(Withdrawal::from_log) {
                progress.push(self.leave(l1, &place, withdrawal));
            }
        }
        progress
    }

    fn arrive(&mut self, source: &B256, place: &Place<'_>, receipt: &Receipt) -> Option<Progress> {
        let number = *self.by_deposit.get(source)?;
        Some(match failure(receipt) {
            None => self.pass(number, place.passed(Stage::Delivered)),
            Some(why) => self.fail_at(number, place, why),
        })
    }

    fn fail_at(&mut self, number: u64, place: &Place<'_>, why: String) -> Progress {
        self.fail(number, place.at, (place.chain, place.block), place.transaction.hash(), why)
    }

    /// A transaction that was to send a message but reverted.
    fn fail_if_reverted(&mut self, place: &Place<'_>, receipt: &Receipt) -> Option<Progress> {
        let number = *self.by_sending.get(&place.transaction.hash())?;
        let waits = self.messages[index(number)].stage() == Stage::Pending;
        (waits && !receipt.succeeded).then(|| {
            let why = format!("the sending transaction reverted: {}", describe_revert(&receipt.output));
            self.fail_at(number, place, why)
        })
    }

    fn leave(&mut self, l1: ChainId, place: &Place<'_>, withdrawal: Withdrawal) -> Progress {
        let hash = withdrawal.hash();
        let number = self.by_sending.get(&place.transaction.hash()).copied().unwrap_or_else(|| {
            self.add(Sending {
                label: None,
                from: place.chain,
                to: l1,
                sender: place.transaction.from(),
                cargo: None,
                relay: false,
                sent_by: place.transaction.hash(),
            })
        });
        self.by_withdrawal.insert(hash, number);
        self.messages[index(number)].withdrawal = Some(withdrawal);
        self.pass(number, place.passed(Stage::Initiated))
    }

    /// Reads a new block of L1; `rollup_of` tells which rollup a portal belongs to.
    pub fn read_l1_block(
        &mut self,
        l1: ChainId,
        block: &SealedBlock,
        rollup_of: impl Fn(&Address) -> Option<ChainId>,
    ) -> Vec<Progress> {
        let mut progress = Vec::new();
        let mut first_log = 0;
        for (transaction, receipt) in block.included() {
            let place = Place { at: block.sealed_at, chain: l1, block: block.number(), transaction };
            progress.extend(self.fail_if_reverted(&place, receipt));
            let finalized = self.read_withdrawals(&place, receipt, &rollup_of, &mut progress);
            for (log, log_index) in receipt.logs.iter().zip(first_log..) {
                let Some(rollup) = rollup_of(&log.address) else { continue };
                let Ok(deposit) = Deposit::from_log(log) else { continue };
                let source = deposit.to_transaction(block.hash, log_index).source_hash;
                let carried = finalized.filter(|number| self.messages[index(*number)].to == rollup);
                progress.extend(self.deposit_in(&place, rollup, source, deposit.from, carried));
            }
            first_log += receipt.logs.len() as u64;
        }
        progress
    }

    /// Notes proven and finalized withdrawals; gives the message that was finalized, if one was.
    fn read_withdrawals(
        &mut self,
        place: &Place<'_>,
        receipt: &Receipt,
        rollup_of: &impl Fn(&Address) -> Option<ChainId>,
        progress: &mut Vec<Progress>,
    ) -> Option<u64> {
        let mut finalized = None;
        for log in receipt.logs.iter().filter(|log| rollup_of(&log.address).is_some()) {
            if let Ok(event) = IOptimismPortal::WithdrawalProven::decode_log(log)
                && let Some(number) = self.by_withdrawal.get(&event.withdrawalHash).copied()
                // It may be proven again, which is no news.
                && self.messages[index(number)].stage() < Stage::Proven
            {
                progress.push(self.pass(number, place.passed(Stage::Proven)));
            }
            let Ok(event) = IOptimismPortal::WithdrawalFinalized::decode_log(log) else { continue };
            let Some(number) = self.by_withdrawal.get(&event.withdrawalHash).copied() else { continue };
            finalized = Some(number);
            progress.push(self.pass(number, place.passed(Stage::Finalized)));
            let ends_here = self.messages[index(number)].to == place.chain;
            if let Some(why) = l1_failure(event.success, receipt) {
                progress.push(self.fail_at(number, place, why));
            } else if ends_here {
                progress.push(self.pass(number, place.passed(Stage::Delivered)));
            }
        }
        finalized
    }

    fn deposit_in(
        &mut self,
        place: &Place<'_>,
        rollup: ChainId,
        source: B256,
        sender: Address,
        carried: Option<u64>,
    ) -> Vec<Progress> {
        let sent = self.by_sending.get(&place.transaction.hash()).copied();
        let number = carried.or(sent).unwrap_or_else(|| {
            self.add(Sending {
                label: None,
                from: place.chain,
                to: rollup,
                sender,
                cargo: None,
                relay: false,
                sent_by: place.transaction.hash(),
            })
        });
        self.by_deposit.insert(source, number);
        self.messages[index(number)].deposit = Some(source);
        let mut progress = Vec::new();
        if carried.is_none() {
            progress.push(self.pass(number, place.passed(Stage::Initiated)));
        }
        progress.push(self.pass(number, place.passed(Stage::Deposited)));
        progress
    }

    /// Notes that a rollup's blocks up to `safe` can be rebuilt from L1, by L1 block `by`.
    pub fn note_safe(
        &mut self,
        at: Time,
        rollup: ChainId,
        safe: BlockNumber,
        by: (ChainId, BlockNumber),
    ) -> Vec<Progress> {
        self.note_covered(at, rollup, safe, by, Stage::Initiated, Stage::Batched, None)
    }

    /// Notes that an output root on L1 covers a rollup's blocks up to `covered`.
    pub fn note_proposed(
        &mut self,
        at: Time,
        rollup: ChainId,
        covered: BlockNumber,
        by: (ChainId, BlockNumber),
        transaction: B256,
    ) -> Vec<Progress> {
        self.note_covered(at, rollup, covered, by, Stage::Batched, Stage::Proposed, Some(transaction))
    }

    #[expect(clippy::too_many_arguments, reason = "one private step of the two public ones above")]
    fn note_covered(
        &mut self,
        at: Time,
        rollup: ChainId,
        covered: BlockNumber,
        by: (ChainId, BlockNumber),
        from: Stage,
        to: Stage,
        transaction: Option<B256>,
    ) -> Vec<Progress> {
        let moved: Vec<u64> = self
            .under_way()
            .filter(|message| message.from == rollup && message.stage() == from)
            .filter(|message| {
                let initiated = message.passed(Stage::Initiated).and_then(|passed| passed.block.1);
                initiated.is_some_and(|number| number <= covered)
            })
            .map(|message| message.number)
            .collect();
        let passed = Passed { stage: to, at, block: (by.0, Some(by.1)), transaction };
        moved.into_iter().map(|number| self.pass(number, passed.clone())).collect()
    }

    /// Takes back all stages that rest on blocks of `chain` above `kept`.
    pub fn rewind(&mut self, chain: ChainId, kept: BlockNumber) -> Vec<u64> {
        let rests = |passed: &Passed| passed.block.0 == chain && passed.block.1.is_some_and(|n| n > kept);
        let hit: Vec<u64> = self
            .messages
            .iter()
            .filter(|message| message.passed.iter().any(rests))
            .map(|message| message.number)
            .collect();
        for number in &hit {
            let message = &mut self.messages[index(*number)];
            let first = message.passed.iter().position(rests).unwrap_or(message.passed.len());
            message.passed.truncate(first);
            message.failure = None;
            self.under_way.insert(*number, ());
        }
        hit
    }
}

/// Where something was read.
struct Place<'a> {
    at: Time,
    chain: ChainId,
    block: BlockNumber,
    transaction: &'a Transaction,
}

impl Place<'_> {
    fn passed(&self, stage: Stage) -> Passed {
        let block = (self.chain, Some(self.block));
        Passed { stage, at: self.at, block, transaction: Some(self.transaction.hash()) }
    }
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("there are fewer messages than addresses")
}

/// Why a deposit's execution failed, also where a messenger caught the failure.
fn failure(receipt: &Receipt) -> Option<String> {
    if !receipt.succeeded {
        return Some(format!("the call failed: {}", describe_revert(&receipt.output)));
    }
    caught_by_messenger(receipt)
}

fn caught_by_messenger(receipt: &Receipt) -> Option<String> {
    let topic = ICrossDomainMessenger::FailedRelayedMessage::SIGNATURE_HASH;
    let failed = receipt.logs.iter().any(|log| log.topics().first() == Some(&topic));
    failed.then(|| "the messenger's call failed; it can be tried again there".into())
}

fn l1_failure(success: bool, receipt: &Receipt) -> Option<String> {
    if !success {
        return Some("the call on L1 failed; the portal does not try again".into());
    }
    let hop_failed = IHopRouter::HopFailed::SIGNATURE_HASH;
    if receipt.logs.iter().any(|log| log.topics().first() == Some(&hop_failed)) {
        return Some(
            "the way on from L1 failed; the recipient can claim the funds from the router on L1".into(),
        );
    }
    caught_by_messenger(receipt)
}
