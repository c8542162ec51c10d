//! The members of a committee, who leads when, and the certificates that they sign.

use super::{
    consensus::{Consensus, Vote, VoteKind},
    message::Message,
    signing::Signature,
    types::{Height, NodeId, Round, ValueId},
};
use arc_malachitebft_core_types::{self as malachite, NilOrVal};
use ed25519_dalek::VerifyingKey;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A member of a committee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validator {
    pub(super) node: NodeId,
    pub(super) key: VerifyingKey,
    pub(super) weight: u64,
}

impl Validator {
    /// Which node it is.
    pub const fn node(&self) -> NodeId {
        self.node
    }

    /// Its Ed25519 public key.
    pub fn public_key(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// Its voting weight.
    pub const fn weight(&self) -> u64 {
        self.weight
    }
}

/// The members of a committee in order, with their rotation as leaders. Cloning shares everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidatorSet {
    members: Arc<[Validator]>,
    total_weight: u64,
    rotation: Arc<[NodeId]>,
}

/// Proof that a committee decided a value: precommits of more than two thirds of its weight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitCertificate {
    /// Height that is decided.
    pub height: Height,
    /// Round in which the precommits were signed.
    pub round: Round,
    /// The value that is decided.
    pub value: ValueId,
    /// Who signed, in ascending order, and their Ed25519 signatures over the precommit.
    pub signatures: Vec<(NodeId, Signature)>,
}

/// Why a certificate proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// It is about another height.
    #[error("height of the certificate: expected {expected}, found {found}")]
    Height {
        /// Height that was to be proven.
        expected: Height,
        /// Height of the certificate.
        found: Height,
    },
    /// It is about another value.
    #[error("value of the certificate: expected {expected}, found {found}")]
    Value {
        /// Value that was to be proven.
        expected: ValueId,
        /// Value of the certificate.
        found: ValueId,
    },
    /// Somebody signed who is no member.
    #[error("signer of the certificate: expected one of {members} members, found node {node}")]
    ForeignValidator {
        /// Who signed.
        node: NodeId,
        /// Members of the committee.
        members: usize,
    },
    /// A member's weight is counted twice.
    #[error("signatures of node {0}: expected one, found another")]
    DoubleVote(NodeId),
    /// Too little weight signed.
    #[error("weight that signed: expected at least {expected}, found {found}")]
    TooFew {
        /// Least weight that decides.
        expected: u64,
        /// Weight that signed.
        found: u64,
    },
    /// A signature is not by that member over this decision.
    #[error("signature of node {0}: expected its own over this precommit, found another")]
    BadSignature(NodeId),
}

impl ValidatorSet {
    pub(super) fn new(members: Vec<Validator>) -> Self {
        let total_weight = members.iter().map(|member| member.weight).sum();
        let rotation = rotation(&members, total_weight).into();
        Self { members: members.into(), total_weight, rotation }
    }

    /// The members in order.
    pub fn members(&self) -> &[Validator] {
        &self.members
    }

    /// The member that a node is.
    pub fn member(&self, node: NodeId) -> Option<&Validator> {
        self.members.get(node.index())
    }

    /// The weight of all members.
    pub const fn total_weight(&self) -> u64 {
        self.total_weight
    }

    /// The least weight that decides: more than two thirds.
    pub const fn quorum_weight(&self) -> u64 {
        self.total_weight * 2 / 3 + 1
    }

    /// Who leads in a round: the members take turns by weight, one turn on at every height and every round.
    pub fn leader(&self, height: Height, round: Round) -> &Validator {
        let turn = height.get().wrapping_sub(1).wrapping_add(u64::from(round.get()));
        let place = turn % self.rotation.len() as u64;
        let place = usize::try_from(place).expect("the rotation lies in memory");
        &self.members[self.rotation[place].index()]
    }

    /// The weight of some members together, each counted once.
    pub(super) fn weight(&self, nodes: impl Iterator<Item = NodeId>) -> u64 {
        let mut seen = vec![false; self.members.len()];
        nodes
            .filter(|node| seen.get_mut(node.index()).is_some_and(|seen| !std::mem::replace(seen, true)))
            .map(|node| self.members[node.index()].weight)
            .sum()
    }

    /// Checks that the committee decided `value` at `height`, by the certificate alone.
    pub fn verify(
        &self,
        height: Height,
        value: ValueId,
        certificate: &CommitCertificate,
    ) -> Result<(), CertificateError> {
        self.verify_by(height, value, certificate, |message| message.is_signed(self))
    }

    /// As [`Self::verify`], with signatures checked by `is_signed`.
    pub(super) fn verify_by(
        &self,
        height: Height,
        value: ValueId,
        certificate: &CommitCertificate,
        mut is_signed: impl FnMut(&Message) -> bool,
    ) -> Result<(), CertificateError> {
        if certificate.height != height {
            return Err(CertificateError::Height { expected: height, found: certificate.height });
        }
        if certificate.value != value {
            return Err(CertificateError::Value { expected: value, found: certificate.value });
        }
        let (mut seen, mut found) = (vec![false; self.members.len()], 0);
        for (node, _) in &certificate.signatures {
            let foreign = CertificateError::ForeignValidator { node: *node, members: self.members.len() };
            let member = self.member(*node).ok_or(foreign)?;
            if std::mem::replace(&mut seen[node.index()], true) {
                return Err(CertificateError::DoubleVote(*node));
            }
            found += member.weight;
        }
        let expected = self.quorum_weight();
        if found < expected {
            return Err(CertificateError::TooFew { expected, found });
        }
        for (node, signature) in &certificate.signatures {
            let vote = Vote {
                node: *node,
                kind: VoteKind::Precommit,
                height,
                round: certificate.round,
                value: NilOrVal::Val(value),
            };
            if !is_signed(&Message::Vote(vote, *signature)) {
                return Err(CertificateError::BadSignature(*node));
            }
        }
        Ok(())
    }
}

/// One period of the weighted rotation: at each turn everybody gains its weight, and the one with most leads
/// and pays the total (Tendermint's proposer priorities). After as many turns as there is weight all are
/// even again.
fn rotation(members: &[Validator], total_weight: u64) -> Vec<NodeId> {
    let mut credit = vec![0i64; members.len()];
    let signed = |weight: u64| i64::try_from(weight).expect("weights are at most WEIGHT_MAX");
    let mut turns = Vec::new();
    for _ in 0..total_weight {
        let mut first = 0;
        for (place, member) in members.iter().enumerate() {
            credit[place] += signed(member.weight);
            if credit[place] > credit[first] {
                first = place;
            }
        }
        credit[first] -= signed(total_weight);
        turns.push(members[first].node);
        if credit.iter().all(|credit| *credit == 0) {
            break;
        }
    }
    turns
}

impl malachite::Validator<Consensus> for Validator {
    fn address(&self) -> &NodeId {
        &self.node
    }

    fn public_key(&self) -> &VerifyingKey {
        &self.key
    }

    fn voting_power(&self) -> u64 {
        self.weight
    }
}

impl malachite::ValidatorSet<Consensus> for ValidatorSet {
    fn count(&self) -> usize {
        self.members.len()
    }

    fn total_voting_power(&self) -> u64 {
        self.total_weight
    }

    fn get_by_address(&self, node: &NodeId) -> Option<&Validator> {
        self.member(*node)
    }

    fn get_by_index(&self, index: usize) -> Option<&Validator> {
        self.members.get(index)
    }
}
