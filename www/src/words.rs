//! The field's words in sentences: what a stage, a kind of chain or of cargo means to a reader.

use causeway::{
    messaging::Stage,
    session::view::{Cargo, ChainView},
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

/// The kind of cargo in a word.
pub const fn cargo(cargo: Cargo) -> &'static str {
    match cargo {
        Cargo::Ether => "ether",
        Cargo::Token => "token",
        Cargo::Call => "call",
    }
}
