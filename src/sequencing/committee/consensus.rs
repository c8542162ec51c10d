//! What Malachite's driver is generic over: our votes, proposals, values and validators.

use super::{
    signing::Ed25519,
    types::{Height, NodeId, Round, ValueId},
    validators::{Validator, ValidatorSet},
};
use alloy_primitives::Bytes;
use arc_malachitebft_core_driver as driver;
use arc_malachitebft_core_types::{
    Context, LinearTimeouts, NilOrVal, ProposalPart, Round as DriverRound, SignedExtension, VoteType,
};
use serde::{Deserialize, Serialize};

pub(super) type Driver = driver::Driver<Consensus>;
pub(super) type DriverInput = driver::Input<Consensus>;
pub(super) type DriverOutput = driver::Output<Consensus>;

/// The consensus of a committee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consensus;

/// What a committee decides on: bytes that mean nothing here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Value {
    id: ValueId,
    payload: Bytes,
}

impl Value {
    /// The value of a payload.
    pub fn new(payload: Bytes) -> Self {
        Self { id: ValueId::of(&payload), payload }
    }

    /// What nodes vote for.
    pub const fn id(&self) -> ValueId {
        self.id
    }

    /// The bytes.
    pub const fn payload(&self) -> &Bytes {
        &self.payload
    }
}

/// A leader's proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The leader.
    pub node: NodeId,
    /// Height at which it proposes.
    pub height: Height,
    /// Round in which it proposes.
    pub round: Round,
    /// What it proposes.
    pub value: Value,
    /// The earlier round in which two thirds of the weight prevoted the value, if any.
    pub valid_round: Option<Round>,
}

/// The two votes of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoteKind {
    /// That a proposal is acceptable.
    Prevote,
    /// That two thirds of the weight were seen to prevote it.
    Precommit,
}

/// A node's vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// The voter.
    pub node: NodeId,
    /// Which of the two.
    pub kind: VoteKind,
    /// Height at which it votes.
    pub height: Height,
    /// Round in which it votes.
    pub round: Round,
    /// The value, or nil: none in this round.
    pub value: NilOrVal<ValueId>,
}

/// Proposals travel whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoPart {}

impl ProposalPart<Consensus> for NoPart {
    fn is_first(&self) -> bool {
        match *self {}
    }

    fn is_last(&self) -> bool {
        match *self {}
    }
}

impl arc_malachitebft_core_types::Value for Value {
    type Id = ValueId;

    fn id(&self) -> ValueId {
        self.id
    }
}

impl arc_malachitebft_core_types::Proposal<Consensus> for Proposal {
    fn height(&self) -> Height {
        self.height
    }

    fn round(&self) -> DriverRound {
        self.round.driver()
    }

    fn value(&self) -> &Value {
        &self.value
    }

    fn take_value(self) -> Value {
        self.value
    }

    fn pol_round(&self) -> DriverRound {
        self.valid_round.map_or(DriverRound::Nil, Round::driver)
    }

    fn validator_address(&self) -> &NodeId {
        &self.node
    }
}

impl arc_malachitebft_core_types::Vote<Consensus> for Vote {
    fn height(&self) -> Height {
        self.height
    }

    fn round(&self) -> DriverRound {
        self.round.driver()
    }

    fn value(&self) -> &NilOrVal<ValueId> {
        &self.value
    }

    fn take_value(self) -> NilOrVal<ValueId> {
        self.value
    }

    fn vote_type(&self) -> VoteType {
        match self.kind {
            VoteKind::Prevote => VoteType::Prevote,
            VoteKind::Precommit => VoteType::Precommit,
        }
    }

    fn validator_address(&self) -> &NodeId {
        &self.node
    }

    fn extension(&self) -> Option<&SignedExtension<Consensus>> {
        None
    }

    fn take_extension(&mut self) -> Option<SignedExtension<Consensus>> {
        None
    }

    fn extend(self, _: SignedExtension<Consensus>) -> Self {
        self
    }
}

fn defined(round: DriverRound) -> Round {
    Round::from_driver(round).expect("a driver proposes and votes in rounds that have begun")
}

impl Context for Consensus {
    type Address = NodeId;
    type Height = Height;
    type ProposalPart = NoPart;
    type Proposal = Proposal;
    type Validator = Validator;
    type ValidatorSet = ValidatorSet;
    type Timeouts = LinearTimeouts;
    type Value = Value;
    type Vote = Vote;
    type Extension = ();
    type SigningScheme = Ed25519;

    fn select_proposer<'a>(
        &self,
        validators: &'a ValidatorSet,
        height: Height,
        round: DriverRound,
    ) -> &'a Validator {
        validators.leader(height, defined(round))
    }

    fn new_proposal(
        &self,
        height: Height,
        round: DriverRound,
        value: Value,
        valid_round: DriverRound,
        node: NodeId,
    ) -> Proposal {
        let valid_round = Round::from_driver(valid_round);
        Proposal { node, height, round: defined(round), value, valid_round }
    }

    fn new_prevote(
        &self,
        height: Height,
        round: DriverRound,
        value: NilOrVal<ValueId>,
        node: NodeId,
    ) -> Vote {
        Vote { node, kind: VoteKind::Prevote, height, round: defined(round), value }
    }

    fn new_precommit(
        &self,
        height: Height,
        round: DriverRound,
        value: NilOrVal<ValueId>,
        node: NodeId,
    ) -> Vote {
        Vote { node, kind: VoteKind::Precommit, height, round: defined(round), value }
    }
}
