//! The relayer: it proves messages on L1 once a claim covers them, and finalizes them once they may be.

use super::{
    Game,
    game::view_call,
    settler::{Errand, Settler, Sight, Task, draft, relayer},
};
use crate::{
    chain::Draft,
    contracts::{OutputRootProof, Withdrawal, abi::IOptimismPortal, addresses::L2_TO_L1_MESSAGE_PASSER},
    messaging::{Message, Stage},
    rollup::{Rollup, Settlement},
    types::{BlockNumber, Span, Time},
};
use alloy_primitives::Address;
use alloy_sol_types::SolCall;

/// Gas of the proof on L1: some ten trie nodes as calldata and to hash, and three storage slots.
const PROVE_GAS: u64 = 1_500_000;
/// Gas of finalizing on L1 but for the message's own call.
const FINALIZE_GAS: u64 = 400_000;

pub(super) fn act(settler: &mut Settler, sight: &Sight<'_>, errands: &mut Vec<Errand>) {
    let waiting: Vec<&Message> = sight
        .book
        .under_way()
        .filter(|message| message.relay && message.from == sight.rollup.id() && message.withdrawal.is_some())
        .collect();
    for message in waiting {
        let Some(withdrawal) = &message.withdrawal else { continue };
        match message.stage() {
            Stage::Proposed => prove(settler, sight, message, withdrawal, errands),
            Stage::Proven => finalize(settler, sight, message, withdrawal, errands),
            _ => {}
        }
    }
}

/// The call that proves a withdrawal against a claim: anybody may send it to the portal. None if the
/// rollup does not have the block that is claimed.
pub fn prove_call(
    rollup: &Rollup,
    game: &Game,
    withdrawal: &Withdrawal,
) -> Option<IOptimismPortal::proveWithdrawalTransactionCall> {
    let block = rollup.chain().block(game.covers)?;
    let slot = withdrawal.storage_slot().into();
    let mut proof = block.state.proof(L2_TO_L1_MESSAGE_PASSER, &[slot]);
    let output = OutputRootProof {
        state_root: block.header.state_root,
        message_passer_storage_root: proof.storage_root,
        block_hash: block.hash,
    };
    Some(IOptimismPortal::proveWithdrawalTransactionCall {
        withdrawal: withdrawal.to_abi(),
        disputeGameIndex: alloy_primitives::U256::from(game.index),
        outputRootProof: output.to_abi(),
        withdrawalProof: proof.storage.pop()?.proof,
    })
}

fn initiated_in(message: &Message) -> Option<BlockNumber> {
    message.passed(Stage::Initiated).and_then(|passed| passed.block.1)
}

fn prove(
    settler: &mut Settler,
    sight: &Sight<'_>,
    message: &Message,
    withdrawal: &Withdrawal,
    errands: &mut Vec<Errand>,
) {
    let Some(game) = initiated_in(message).and_then(|block| settler.covering(sight.rollup, block)).cloned()
    else {
        return;
    };
    let Some(call) = prove_call(sight.rollup, &game, withdrawal) else { return };
    if !settler.take_up(Task::Prove(message.number), sight, errands) {
        return;
    }
    let mut drafts = vec![prove_draft(sight.rollup, relayer(sight.l1), &call)];
    let at_once = matches!(
        sight.rollup.config().settlement,
        Settlement::Zk { execution_delay, .. } if execution_delay == Span::ZERO
    );
    if at_once && settler.take_up(Task::Finalize(message.number), sight, errands) {
        drafts.push(finalize_draft(sight.rollup, relayer(sight.l1), withdrawal));
    }
    errands.push(Errand::SendL1(drafts));
}

/// The L1 transaction in which `from` proves a message.
pub fn prove_draft(
    rollup: &Rollup,
    from: Address,
    call: &IOptimismPortal::proveWithdrawalTransactionCall,
) -> Draft {
    draft(from, rollup.genesis().contracts().portal, call.abi_encode(), PROVE_GAS)
}

/// The L1 transaction in which `from`, who proved it, has a message executed.
pub fn finalize_draft(rollup: &Rollup, from: Address, withdrawal: &Withdrawal) -> Draft {
    let portal = rollup.genesis().contracts().portal;
    let call = IOptimismPortal::finalizeWithdrawalTransactionCall { withdrawal: withdrawal.to_abi() };
    let data = call.abi_encode();
    // EIP-150 keeps back a 64th at each call; two calls deep this leaves the message its gas.
    let inner = u64::try_from(withdrawal.gas_limit).unwrap_or(u64::MAX).min(10_000_000);
    let gas = FINALIZE_GAS + inner / 60 * 64 + 40 * data.len() as u64;
    draft(from, portal, data, gas)
}

/// The first moment after which the contracts let a proven message be finalized, as far as it can be
/// told now: proof maturity and the claim's own finality are both over.
pub fn when_final(rollup: &Rollup, game: &Game, proven_at: Time) -> Time {
    match rollup.config().settlement {
        Settlement::Optimistic { challenge_period, game_clock, air_gap } => {
            let resolved = game.resolved.map_or(game.created.1.plus(game_clock), |(_, at)| at);
            proven_at.plus(challenge_period).max(resolved.plus(air_gap))
        }
        Settlement::Zk { execution_delay, .. } => game.created.1.plus(execution_delay).max(proven_at),
    }
}

fn finalize(
    settler: &mut Settler,
    sight: &Sight<'_>,
    message: &Message,
    withdrawal: &Withdrawal,
    errands: &mut Vec<Errand>,
) {
    let Some(game) = initiated_in(message).and_then(|block| settler.covering(sight.rollup, block)) else {
        return;
    };
    let Some(proven_at) = message.reached(Stage::Proven) else { return };
    let send_at = sight.send_time(sight.slot_after(when_final(sight.rollup, game, proven_at)));
    if sight.now < send_at {
        errands.push(Errand::Wake(send_at));
        return;
    }
    // The portal's own word, for the block that the transaction is meant for.
    let slot = sight.slot_after(sight.now);
    let portal = sight.rollup.genesis().contracts().portal;
    let check = IOptimismPortal::checkWithdrawalCall {
        withdrawalHash: withdrawal.hash(),
        proofSubmitter: relayer(sight.l1),
    };
    let outcome = sight.l1.chain().call(&view_call(portal, check.abi_encode()), sight.unix(slot));
    if !outcome.is_ok_and(|outcome| outcome.succeeded()) {
        errands.push(Errand::Wake(sight.send_time(slot.plus(sight.l1.config().slot))));
        return;
    }
    if settler.take_up(Task::Finalize(message.number), sight, errands) {
        errands.push(Errand::SendL1(vec![finalize_draft(sight.rollup, relayer(sight.l1), withdrawal)]));
    }
}
