//! The field's words in sentences: what a stage, a kind of chain or of cargo means to a reader.

use alloy_primitives::U256;
use causeway::{
    messaging::Stage,
    session::view::{Cargo, ChainView},
    types::Amount,
};

/// What a stage means, in one sentence.
pub const fn stage_meaning(stage: Stage) -> &'static str {
    match stage {
        Stage::Pending => "Its transaction waits in the source's mempool.",
        Stage::Initiated => "Its transaction is in a block of the source.",
        Stage::Batched => "The source block can be rebuilt from what is on L1.",
        Stage::Proposed => "An output root that covers it is on L1.",
        Stage::Proven => "A storage proof of it was checked on L1.",
        Stage::Finalized => "Its L1 part was executed.",
        Stage::Deposited => "A deposit for the destination is in an L1 block.",
        Stage::Delivered => "It was executed on the destination.",
        Stage::Failed => "It was executed and failed.",
    }
}

/// The stages that a message from one chain to another passes, all being well.
pub fn way(from_l1: bool, to_l1: bool) -> &'static [Stage] {
    const DEPOSIT: [Stage; 4] = [Stage::Pending, Stage::Initiated, Stage::Deposited, Stage::Delivered];
    const WITHDRAWAL: [Stage; 7] = [
        Stage::Pending,
        Stage::Initiated,
        Stage::Batched,
        Stage::Proposed,
        Stage::Proven,
        Stage::Finalized,
        Stage::Delivered,
    ];
    match (from_l1, to_l1) {
        (true, _) => &DEPOSIT,
        (false, true) => &WITHDRAWAL,
        (false, false) => Stage::ALL.split_last().map_or(&[], |(_, rest)| rest),
    }
}

/// The kind of a chain in words.
pub fn chain_kind(chain: &ChainView) -> &'static str {
    match chain.kind.as_str() {
        "l1" => "L1",
        "zk" => "ZK rollup",
        _ => "optimistic rollup",
    }
}

/// USDX for a WAVE, of a pool that holds so much of both, to four digits after the point.
pub fn price([wave, usdx]: [Amount; 2]) -> String {
    let parts = usdx.get() * U256::from(10_000) / wave.get().max(U256::from(1));
    crate::format::cut(parts, 4, 4)
}

/// What a state of a bundle means, in one sentence.
pub fn bundle_meaning(state: &str) -> &'static str {
    match state {
        "waiting" => "It waits to be ordered.",
        "ordered" => "A slot has it: when the slot ends its rollups build their blocks together.",
        "held" => "Its rollups hold blocks with it ready and vote; the committee decides the outcome.",
        "landed" => "It is in blocks of one moment.",
        "rolled back" => "The L1 rejected what one of its rollups claimed: its blocks are undone everywhere.",
        _ => "It has no effect on any rollup.",
    }
}

/// Whether nothing changes any more for a bundle in that state.
pub fn is_ended(state: &str) -> bool {
    !matches!(state, "waiting" | "ordered" | "held")
}

/// How a node behaves, in words.
pub fn behaviour(name: &str) -> &'static str {
    match name {
        "honest" => "honest",
        "silent" => "keeps silent",
        "double_propose" => "proposes twice",
        "double_vote" => "votes twice",
        _ => "equivocates",
    }
}

/// The kind of cargo in a word.
pub const fn cargo(cargo: Cargo) -> &'static str {
    match cargo {
        Cargo::Ether => "ether",
        Cargo::Token => "token",
        Cargo::Call => "call",
    }
}
