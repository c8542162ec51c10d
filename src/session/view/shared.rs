//! The shared sequencer, its slots and its bundles as a user interface shows them.

use super::{Parameter, Subject};
use crate::types::{Amount, ChainId, Span, Time};
use alloy_primitives::{Address, B256};
use serde::{Deserialize, Serialize};

/// The shared sequencer as the chart shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SequencerView {
    /// Time between two slots.
    pub slot: Span,
    /// Whether leaders see what they order.
    pub is_open: bool,
    /// The rollups that it orders.
    pub members: Vec<ChainId>,
    /// The nodes in order.
    pub nodes: Vec<NodeView>,
    /// The height that the nodes are at, and whether it is decided.
    pub height: u64,
    /// Whether a height is being decided.
    pub is_deciding: bool,
    /// Most weight that may be faulty: one less and safety and progress are certain.
    pub tolerated: u64,
    /// What all nodes weigh together.
    pub weight: u64,
    /// Newest slots, newest first.
    pub slots: Vec<SlotGlance>,
    /// Bundles under way first, then the newest.
    pub bundles: Vec<BundleView>,
    /// What is wrong with it, in sentences.
    pub troubles: Vec<String>,
}

/// A sequencer node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeView {
    /// Its number.
    pub node: u8,
    /// Its weight.
    pub weight: u64,
    /// `honest`, `silent`, `double_propose`, `double_vote` or `equivocate`.
    pub behaviour: String,
    /// Whether it is down.
    pub is_crashed: bool,
    /// Its group while the committee is split, 0 for those in none.
    pub group: u8,
    /// Its round.
    pub round: u32,
    /// `idle`, `propose`, `prevote`, `precommit` or `decided`.
    pub step: String,
    /// Whether it leads its round, or the first round of the next height while none is decided.
    pub is_leader: bool,
    /// Its prevote of the round, as others have seen it: `unseen`, `nil` or `value`.
    pub prevote: String,
    /// Its precommit of the round, as others have seen it.
    pub precommit: String,
    /// Its bond on L1.
    pub bond: Amount,
}

/// A slot at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotGlance {
    /// Its height.
    pub height: u64,
    /// The round that decided.
    pub round: u32,
    /// Who led it.
    pub leader: u8,
    /// When it was decided.
    pub decided_at: Time,
    /// How long deciding took.
    pub took: Span,
    /// How many transactions and bundles it orders.
    pub items: u64,
}

/// All about the shared sequencer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SequencerDetail {
    /// Parameters as name and value.
    pub parameters: Vec<Parameter>,
}

/// All about a slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotDetail {
    /// At a glance.
    pub glance: SlotGlance,
    /// What was voted for.
    pub value: B256,
    /// Who signed the certificate.
    pub signers: Vec<u8>,
    /// When its bundles are executed.
    pub lands_at: Time,
    /// Its order, in words, with what a click inspects.
    pub order: Vec<(String, Option<Subject>)>,
    /// What became of bundles of an earlier slot, in words.
    pub outcome: Option<String>,
}

/// A bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleView {
    /// Its number.
    pub number: u64,
    /// Its label, if it was given one.
    pub label: Option<String>,
    /// `inclusion`, `execution` or `settlement`.
    pub guarantee: String,
    /// `waiting`, `ordered`, `held`, `landed` or `aborted`.
    pub state: String,
    /// Why it has no effect, if it has none.
    pub failure: Option<String>,
    /// Its legs.
    pub legs: Vec<LegView>,
    /// Each state with its moment.
    pub states: Vec<(String, Time)>,
    /// When it is given up.
    pub deadline: Time,
    /// The slot that has it.
    pub slot: Option<u64>,
    /// How far it is along its way in thousandths, by time where that is known.
    pub progress_permille: u32,
}

/// A leg of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegView {
    /// Its rollup.
    pub chain: ChainId,
    /// Who sends it.
    pub from: Address,
    /// What it does, in words.
    pub content: String,
    /// Whether it succeeded; none while that is open.
    pub succeeded: Option<bool>,
    /// Why it failed, if it did.
    pub failure: Option<String>,
}

/// What a bundle would come to now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DryRun {
    /// Whether it would land.
    pub lands: bool,
    /// Why not, in words.
    pub reason: Option<String>,
    /// How each leg would end; empty where none has an effect.
    pub legs: Vec<LegView>,
}
