//! What nodes sign, the signatures, and the one place where the messages of a committee are kept: nodes and
//! events name a message by its number, however many have received it.

use super::{
    consensus::{Proposal, Vote, VoteKind},
    signing::{self, Signature},
    types::{Height, NodeId, Round, ValueId},
    validators::{Validator, ValidatorSet},
};
use crate::sim::Generator;
use arc_malachitebft_core_types::NilOrVal;
use ed25519_dalek::SigningKey;
use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};

/// Most outcomes of signature checks that are remembered; beyond that all are forgotten.
const CHECKS_REMEMBERED_MAX: usize = 8_192;

/// What a node signs is at most this long: kind, height, round, valid round, whether nil, value.
const SIGNED_BYTES: usize = 1 + 8 + 4 + 8 + 1 + 32;

/// A proposal or vote with its sender's signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Message {
    /// A leader's proposal. The signature covers the value's id.
    Proposal(Proposal, Signature),
    /// A prevote or precommit.
    Vote(Vote, Signature),
}

impl Message {
    /// Who sent it.
    pub const fn node(&self) -> NodeId {
        match self {
            Self::Proposal(proposal, _) => proposal.node,
            Self::Vote(vote, _) => vote.node,
        }
    }

    /// The height that it is about.
    pub const fn height(&self) -> Height {
        match self {
            Self::Proposal(proposal, _) => proposal.height,
            Self::Vote(vote, _) => vote.height,
        }
    }

    /// The round that it is about.
    pub const fn round(&self) -> Round {
        match self {
            Self::Proposal(proposal, _) => proposal.round,
            Self::Vote(vote, _) => vote.round,
        }
    }

    /// The value that it is for; none for a vote for nil.
    pub const fn value(&self) -> Option<ValueId> {
        match self {
            Self::Proposal(proposal, _) => Some(proposal.value.id()),
            Self::Vote(vote, _) => match vote.value {
                NilOrVal::Nil => None,
                NilOrVal::Val(value) => Some(value),
            },
        }
    }

    /// The signature.
    pub const fn signature(&self) -> &Signature {
        match self {
            Self::Proposal(_, signature) | Self::Vote(_, signature) => signature,
        }
    }

    /// Whether the member that it names signed it.
    pub fn is_signed(&self, validators: &ValidatorSet) -> bool {
        let member = validators.member(self.node());
        member.is_some_and(|member| signing::is_signed(&member.key, &self.signed_bytes(), self.signature()))
    }

    /// Keys belong to one committee and one world, so that neither is signed.
    fn signed_bytes(&self) -> [u8; SIGNED_BYTES] {
        let (kind, valid_round) = match self {
            Self::Proposal(proposal, _) => (0u8, proposal.valid_round),
            Self::Vote(vote, _) => match vote.kind {
                VoteKind::Prevote => (1, None),
                VoteKind::Precommit => (2, None),
            },
        };
        let valid_round = valid_round.map_or(u64::MAX, |round| round.get().into());
        let mut bytes = [0; SIGNED_BYTES];
        bytes[0] = kind;
        bytes[1..9].copy_from_slice(&self.height().get().to_be_bytes());
        bytes[9..13].copy_from_slice(&self.round().get().to_be_bytes());
        bytes[13..21].copy_from_slice(&valid_round.to_be_bytes());
        if let Some(value) = self.value() {
            bytes[21] = 1;
            bytes[22..].copy_from_slice(value.get().as_slice());
        }
        bytes
    }
}

/// The keys of a committee. They follow from seed and name, so that they are never stored.
pub(super) struct Keys {
    secret: Vec<SigningKey>,
    pub(super) validators: ValidatorSet,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("members", &self.secret.len()).finish_non_exhaustive()
    }
}

impl Keys {
    pub(super) fn new(weights: &[u64], seed: u64, name: &str) -> Self {
        let mut secret = Vec::new();
        let mut members = Vec::new();
        for (number, weight) in (0..=u8::MAX).zip(weights) {
            let mut stream = Generator::new(seed, &format!("{name}/key/{number}"));
            let mut bytes = [0; 32];
            bytes.chunks_mut(8).for_each(|part| part.copy_from_slice(&stream.draw().to_be_bytes()));
            let key = SigningKey::from_bytes(&bytes);
            members.push(Validator { node: NodeId::new(number), key: key.verifying_key(), weight: *weight });
            secret.push(key);
        }
        Self { secret, validators: ValidatorSet::new(members) }
    }

    pub(super) fn sign_vote(&self, vote: Vote) -> Message {
        self.sign(Message::Vote(vote, Signature::ZERO))
    }

    pub(super) fn sign_proposal(&self, proposal: Proposal) -> Message {
        self.sign(Message::Proposal(proposal, Signature::ZERO))
    }

    fn sign(&self, mut message: Message) -> Message {
        let signed = signing::sign(&self.secret[message.node().index()], &message.signed_bytes());
        match &mut message {
            Message::Proposal(_, signature) | Message::Vote(_, signature) => *signature = signed,
        }
        message
    }
}

/// What distinguishes two checks of a signature: signature, node and bytes.
type Check = ([u8; 64], NodeId, [u8; SIGNED_BYTES]);

/// The outcomes of signature checks so far. It saves time and changes nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Checks(OrdMap<Check, bool>);

impl Checks {
    pub(super) fn is_signed(&mut self, message: &Message, validators: &ValidatorSet) -> bool {
        let check = (message.signature().0, message.node(), message.signed_bytes());
        if let Some(known) = self.0.get(&check) {
            return *known;
        }
        if self.0.len() >= CHECKS_REMEMBERED_MAX {
            self.0.clear();
        }
        let is_signed = message.is_signed(validators);
        self.0.insert(check, is_signed);
        is_signed
    }
}

/// The number of a message within its committee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct MessageNumber(u64);

/// The messages of the heights that are undecided somewhere.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Messages {
    by_number: OrdMap<MessageNumber, Arc<Message>>,
    next: u64,
}

impl Messages {
    pub(super) fn add(&mut self, message: Message) -> MessageNumber {
        let number = MessageNumber(self.next);
        self.next += 1;
        self.by_number.insert(number, Arc::new(message));
        number
    }

    pub(super) fn get(&self, number: MessageNumber) -> Option<&Arc<Message>> {
        self.by_number.get(&number)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (MessageNumber, &Message)> {
        self.by_number.iter().map(|(number, message)| (*number, &**message))
    }

    /// Forgets the messages of all other heights.
    pub(super) fn retain(&mut self, is_kept: impl Fn(Height) -> bool) {
        let old: Vec<_> = self.iter().filter(|(_, m)| !is_kept(m.height())).map(|(n, _)| n).collect();
        for number in old {
            self.by_number.remove(&number);
        }
    }
}
