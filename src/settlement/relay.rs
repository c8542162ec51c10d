//! The relayer: it proves messages on L1 once a claim covers them, and finalizes them once they may be.

use super::{
    Game,
    game::view_call,
    settler::{Errand, Settler, Sight, Task, draft, relayer},
};
use crate::{
    chain::{Chain, Draft},
    contracts::{
        OutputRootProof, Withdrawal,
        abi::{IBridgeGuard, IOptimismPortal},
        addresses::{BRIDGE_GUARD, ETHER, L2_TO_L1_MESSAGE_PASSER, TEST_TOKEN},
    },
    messaging::{Cargo, Message, Stage},
    rollup::{Rollup, Settlement},
    types::{BlockNumber, Span, Time},
};
use alloy_primitives::{Address, U256};
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
    if waiting.is_empty() {
        return;
    }
    let mut rooms = Rooms::of(settler, sight, &waiting);
    for message in waiting {
        let Some(withdrawal) = &message.withdrawal else { continue };
        match message.stage() {
            Stage::Proposed => prove(settler, sight, message, withdrawal, &mut rooms, errands),
            Stage::Proven => finalize(settler, sight, message, withdrawal, &mut rooms, errands),
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
        disputeGameIndex: U256::from(game.index),
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
    rooms: &mut Rooms,
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
    let fits = rooms.fit(message, withdrawal);
    if at_once && fits && settler.take_up(Task::Finalize(message.number), sight, errands) {
        rooms.take(message, withdrawal);
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
    rooms: &mut Rooms,
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
    // The portal's own word, its guard's included, for the block that the transaction is meant for.
    let slot = sight.slot_after(sight.now);
    let draft = finalize_draft(sight.rollup, relayer(sight.l1), withdrawal);
    if !rooms.admit(message, withdrawal) || !would_succeed(sight, &draft, slot) {
        errands.push(Errand::Wake(sight.send_time(slot.plus(sight.l1.config().slot))));
        return;
    }
    if settler.take_up(Task::Finalize(message.number), sight, errands) {
        rooms.take(message, withdrawal);
        errands.push(Errand::SendL1(vec![draft]));
    }
}

fn would_succeed(sight: &Sight<'_>, draft: &Draft, at: Time) -> bool {
    let Some(to) = draft.to else { return false };
    let mut tx = view_call(to, draft.data.to_vec());
    (tx.from, tx.gas_limit) = (draft.from, draft.gas_limit);
    sight.l1.chain().call(&tx, sight.unix(at)).is_ok_and(|outcome| outcome.succeeded())
}

/// What the guard lets go in the next block, less what was sent and is not on L1 yet.
struct Rooms {
    ether: Room,
    tokens: Room,
    /// Whether one that does not fit was tried.
    tried: bool,
}

#[derive(Clone, Copy)]
struct Room {
    most: U256,
    left: U256,
}

impl Rooms {
    fn of(settler: &Settler, sight: &Sight<'_>, waiting: &[&Message]) -> Self {
        let unix_s = sight.unix(sight.slot_after(sight.now));
        let contracts = sight.rollup.genesis().contracts();
        let room = |bridge, asset| {
            let most = releasable(sight.l1.chain(), unix_s, bridge, asset).unwrap_or(U256::MAX);
            Room { most, left: most }
        };
        let mut rooms = Self {
            ether: room(contracts.portal, ETHER),
            tokens: room(contracts.bridge, TEST_TOKEN),
            tried: false,
        };
        for message in waiting {
            if let Some(withdrawal) = &message.withdrawal
                && settler.is_sent(Task::Finalize(message.number), sight)
            {
                rooms.take(message, withdrawal);
            }
        }
        rooms
    }

    fn fit(&self, message: &Message, withdrawal: &Withdrawal) -> bool {
        withdrawal.value <= self.ether.left && tokens(message) <= self.tokens.left
    }

    /// As `fit`, but one that asks for more ether is tried where no other is on its way: it may trip the breaker, and
    /// the portal then holds it. Tokens are not: the messenger would keep the message, and nobody would send it again.
    fn admit(&mut self, message: &Message, withdrawal: &Withdrawal) -> bool {
        if self.fit(message, withdrawal) {
            return true;
        }
        let alone = self.ether.left == self.ether.most && !self.tried;
        self.tried = true;
        alone && tokens(message) <= self.tokens.left
    }

    fn take(&mut self, message: &Message, withdrawal: &Withdrawal) {
        for (room, amount) in [(&mut self.ether, withdrawal.value), (&mut self.tokens, tokens(message))] {
            if room.most < U256::MAX {
                room.left = room.left.saturating_sub(amount);
            }
        }
    }
}

fn tokens(message: &Message) -> U256 {
    match &message.cargo {
        Some(Cargo::Token { amount, .. }) => amount.get(),
        _ => U256::ZERO,
    }
}

/// The most of an asset that the guard on L1 lets go of a bridge at this time, in base units; none if nothing limits
/// it.
pub fn releasable(l1: &Chain, unix_s: u64, bridge: Address, asset: Address) -> Option<U256> {
    let call = view_call(BRIDGE_GUARD, IBridgeGuard::releasableCall { bridge, asset }.abi_encode());
    let outcome = l1.call(&call, unix_s).ok().filter(|outcome| outcome.succeeded())?;
    U256::try_from_be_slice(&outcome.output).filter(|most| *most != U256::MAX)
}
