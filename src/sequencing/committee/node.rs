//! One node: its height, the inputs since the height began, and what of its driver others must see. The
//! driver itself cannot be cloned or stored, so that it is a cache which replaying the inputs rebuilds.

use super::{
    consensus::{Driver, DriverInput, DriverOutput, Value, VoteKind},
    effects::{Decision, TimeoutKind},
    faults::Behaviour,
    message::{Message, MessageNumber, Messages},
    types::{Height, NodeId, Round, ValueId},
    validators::ValidatorSet,
};
use crate::sim::Generator;
use arc_malachitebft_core_driver as driver;
use arc_malachitebft_core_types::{
    PolkaCertificate, SignedMessage, Timeout, TimeoutKind as DriverTimeout, Validity,
};
use imbl::{OrdMap, Vector};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt, sync::Arc};

/// Most decisions that a node keeps for others that missed them.
pub const DECISIONS_KEPT_MAX: usize = 64;

/// Most messages of the next height that a node keeps until it gets there.
pub(super) const EARLY_MESSAGES_MAX: usize = 512;

/// Where a node is within its round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// It waits for the next height to begin.
    Idle,
    /// It waits for the leader's proposal.
    Propose,
    /// It has prevoted.
    Prevote,
    /// It has precommitted.
    Precommit,
    /// It has decided, and the next height has not begun.
    Decided,
}

/// Prevotes for one value of more than two thirds of the weight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Polka {
    pub(super) round: Round,
    pub(super) value: ValueId,
    pub(super) prevotes: Vec<MessageNumber>,
}

/// What a driver is given, so that it can be given again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Input {
    Round(Round),
    /// The node's own value, in the proposal that the driver made of it.
    Propose(MessageNumber),
    Proposal {
        message: MessageNumber,
        is_valid: bool,
    },
    Vote(MessageNumber),
    Polka(Arc<Polka>),
    Timeout(Round, TimeoutKind),
}

/// When a node sends again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Retransmission {
    /// Distinguishes the running timer from those that it replaced.
    pub(super) token: u32,
    pub(super) doublings: u32,
    /// Inputs at the last time.
    pub(super) inputs: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Node {
    pub(super) id: NodeId,
    pub(super) behaviour: Behaviour,
    pub(super) is_crashed: bool,
    /// Nodes of different groups do not reach each other.
    pub(super) group: u8,
    pub(super) generator: Generator,
    /// The height that it decides next; begun there if it is running.
    pub(super) height: Height,
    pub(super) is_running: bool,
    pub(super) round: Round,
    pub(super) step: Step,
    pub(super) inputs: Vector<Input>,
    /// Timeouts of its round that run.
    pub(super) timeouts: Vec<TimeoutKind>,
    pub(super) early: Vector<MessageNumber>,
    pub(super) retransmission: Retransmission,
    /// The last round in which it voted twice, if it does such things.
    pub(super) double_voted: Option<Round>,
    pub(super) decisions: OrdMap<Height, Arc<Decision>>,
    #[serde(skip)]
    cache: Slot,
}

/// A driver with the messages that it was given.
struct Cache {
    driver: Driver,
    seen: BTreeSet<MessageNumber>,
}

/// Room for a cache, which clones leave behind.
#[derive(Default)]
struct Slot(Option<Box<Cache>>);

impl Clone for Slot {
    fn clone(&self) -> Self {
        Self(None)
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "filled" } else { "empty" })
    }
}

impl Node {
    pub(super) fn new(id: NodeId, generator: Generator) -> Self {
        Self {
            id,
            behaviour: Behaviour::Honest,
            is_crashed: false,
            group: 0,
            generator,
            height: Height::FIRST,
            is_running: false,
            round: Round::FIRST,
            step: Step::Idle,
            inputs: Vector::new(),
            timeouts: Vec::new(),
            early: Vector::new(),
            retransmission: Retransmission::default(),
            double_voted: None,
            decisions: OrdMap::new(),
            cache: Slot::default(),
        }
    }

    /// Begins its height.
    pub(super) fn start(&mut self) {
        self.is_running = true;
        self.round = Round::FIRST;
        self.inputs = Vector::new();
        self.timeouts.clear();
        self.double_voted = None;
        let token = self.retransmission.token + 1;
        self.retransmission = Retransmission { token, doublings: 0, inputs: 0 };
        self.cache = Slot::default();
    }

    /// Ends its height with a decision. What led to it is kept for the eye until the next height begins.
    pub(super) fn finish(&mut self, decision: Arc<Decision>) {
        self.is_running = false;
        self.height = decision.certificate.height.next();
        self.step = Step::Decided;
        self.timeouts.clear();
        self.cache = Slot::default();
        self.decisions.insert(decision.certificate.height, decision);
        if self.decisions.len() > DECISIONS_KEPT_MAX {
            self.decisions = self.decisions.without_min().1;
        }
    }

    /// Loses what it has in memory only. Its inputs are its write-ahead log.
    pub(super) fn crash(&mut self) {
        self.is_crashed = true;
        self.cache = Slot::default();
    }

    pub(super) fn has_seen(
        &mut self,
        number: MessageNumber,
        messages: &Messages,
        validators: &ValidatorSet,
    ) -> bool {
        self.cache(messages, validators).seen.contains(&number)
    }

    pub(super) fn has_polka(
        &mut self,
        polka: &Polka,
        messages: &Messages,
        validators: &ValidatorSet,
    ) -> bool {
        let driver = &self.cache(messages, validators).driver;
        driver.polka_certificate(polka.round.driver(), &polka.value).is_some()
    }

    /// The value that two thirds of the weight prevoted last, and in which round.
    pub(super) fn valid(
        &mut self,
        messages: &Messages,
        validators: &ValidatorSet,
    ) -> Option<(Round, ValueId)> {
        let valid = self.cache(messages, validators).driver.valid_value()?;
        Some((Round::from_driver(valid.round)?, valid.value.id()))
    }

    /// Gives the driver an input and records it.
    pub(super) fn process(
        &mut self,
        input: Input,
        messages: &Messages,
        validators: &ValidatorSet,
    ) -> Vec<DriverOutput> {
        let height = self.height;
        let cache = self.cache(messages, validators);
        let outputs = cache.give(&input, height, messages, validators);
        self.inputs.push_back(input);
        self.reflect();
        outputs
    }

    /// Gives the driver the node's own value; the input is recorded once the proposal is signed.
    pub(super) fn propose(
        &mut self,
        round: Round,
        value: Value,
        messages: &Messages,
        validators: &ValidatorSet,
    ) -> Vec<DriverOutput> {
        let driver = &mut self.cache(messages, validators).driver;
        let outputs = processed(driver, DriverInput::ProposeValue(round.driver(), value));
        self.reflect();
        outputs
    }

    fn reflect(&mut self) {
        let Some(cache) = &self.cache.0 else { return };
        self.round = Round::from_driver(cache.driver.round()).unwrap_or_default();
        self.step = match cache.driver.step() {
            driver::Step::Unstarted => Step::Idle,
            driver::Step::Propose => Step::Propose,
            driver::Step::Prevote => Step::Prevote,
            driver::Step::Precommit => Step::Precommit,
            driver::Step::Commit => Step::Decided,
        };
    }

    /// The precommits for a value that the driver has counted.
    pub(super) fn precommits(&self, round: Round, value: ValueId) -> Vec<Message> {
        let Some(cache) = &self.cache.0 else { return Vec::new() };
        let mut votes = cache.driver.restore_precommits(round.driver(), &value);
        votes.sort_by_key(|vote| vote.message.node);
        votes.into_iter().map(vote_message).collect()
    }

    /// Pairs of conflicting messages that the driver has noticed since it was last asked.
    pub(super) fn take_evidence(&mut self) -> Vec<[Message; 2]> {
        self.cache.0.as_mut().map_or_else(Vec::new, |cache| cache.take_evidence())
    }

    fn cache(&mut self, messages: &Messages, validators: &ValidatorSet) -> &mut Cache {
        let Self { id, height, inputs, cache, .. } = self;
        cache.0.get_or_insert_with(|| {
            let thresholds = driver::ThresholdParams::default();
            let driver =
                Driver::new(super::consensus::Consensus, *height, validators.clone(), *id, thresholds);
            let mut cache = Box::new(Cache { driver, seen: BTreeSet::new() });
            for input in inputs.iter() {
                cache.give(input, *height, messages, validators);
            }
            cache.take_evidence();
            cache
        })
    }
}

fn processed(driver: &mut Driver, input: DriverInput) -> Vec<DriverOutput> {
    driver
        .process(input)
        .expect("only members' messages of the driver's height get here, after a first round")
}

fn vote_message(vote: arc_malachitebft_core_types::SignedVote<super::consensus::Consensus>) -> Message {
    Message::Vote(vote.message, vote.signature)
}

impl Cache {
    fn give(
        &mut self,
        input: &Input,
        height: Height,
        messages: &Messages,
        validators: &ValidatorSet,
    ) -> Vec<DriverOutput> {
        let get = |number| messages.get(number).expect("messages of a running height are kept");
        let input = match input {
            Input::Round(round) => {
                let leader = validators.leader(height, *round).node;
                DriverInput::NewRound(height, round.driver(), leader)
            }
            Input::Propose(number) => {
                let Message::Proposal(proposal, _) = &**get(*number) else { return Vec::new() };
                DriverInput::ProposeValue(proposal.round.driver(), proposal.value.clone())
            }
            Input::Proposal { message: number, is_valid } => {
                self.seen.insert(*number);
                let message = get(*number);
                let Message::Proposal(proposal, _) = &**message else { return Vec::new() };
                let signed = SignedMessage::new(proposal.clone(), *message.signature());
                DriverInput::Proposal(signed, Validity::from_bool(*is_valid))
            }
            Input::Vote(number) => {
                self.seen.insert(*number);
                let message = get(*number);
                let Message::Vote(vote, _) = &**message else { return Vec::new() };
                DriverInput::Vote(SignedMessage::new(vote.clone(), *message.signature()))
            }
            Input::Polka(polka) => {
                let votes = polka.prevotes.iter().filter_map(|number| match &**get(*number) {
                    Message::Vote(vote, _) if vote.kind == VoteKind::Prevote => {
                        Some(SignedMessage::new(vote.clone(), *get(*number).signature()))
                    }
                    Message::Vote(..) | Message::Proposal(..) => None,
                });
                let round = polka.round.driver();
                let certificate = PolkaCertificate::new(height, round, polka.value, votes.collect());
                DriverInput::PolkaCertificate(certificate)
            }
            Input::Timeout(round, kind) => {
                let kind = match kind {
                    TimeoutKind::Propose => DriverTimeout::Propose,
                    TimeoutKind::Prevote => DriverTimeout::Prevote,
                    TimeoutKind::Precommit => DriverTimeout::Precommit,
                };
                DriverInput::TimeoutElapsed(Timeout::new(round.driver(), kind))
            }
        };
        processed(&mut self.driver, input)
    }

    fn take_evidence(&mut self) -> Vec<[Message; 2]> {
        let mut pairs = Vec::new();
        if !self.driver.votes().evidence().is_empty() {
            for (_, found) in self.driver.take_vote_evidence().iter() {
                pairs.extend(found.iter().cloned().map(|(a, b)| [vote_message(a), vote_message(b)]));
            }
        }
        if !self.driver.proposals().evidence().is_empty() {
            for (_, found) in self.driver.take_proposal_evidence() {
                pairs.extend(
                    found.into_iter().map(|(a, b)| [a, b].map(|p| Message::Proposal(p.message, p.signature))),
                );
            }
        }
        pairs
    }
}
