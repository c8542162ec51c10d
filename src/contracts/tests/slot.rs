//! What two rollups do within one slot: an option exercised, a short opened and paid back, a token moved. The test
//! stands in for the shared sequencer and puts what the other side writes before the transaction that reads it.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::world::*;
use crate::contracts::abi::*;
use crate::contracts::addresses::{
    COLLATERAL_VAULT, COVERED_CALL, MAILBOX_BRIDGE, PAIR, TERM_SHORT, USDX, WAVE,
};
use crate::contracts::{
    HOLDER_USDX, HOLDER_WAVE, LENT_WAVE, MailboxMessage, POOL_USDX, POOL_WAVE, inbox_root, outbox_root,
    token_balance,
};
use crate::evm::Outcome;
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_sol_types::SolValue;

const SALT: B256 = B256::repeat_byte(0x5a);
const NOW: u64 = 1_800_000_000;
const TERM: U256 = U256::from_limbs([NOW + 1000, 0, 0, 0]);

fn id(chain_id: u64) -> U256 {
    U256::from(chain_id)
}

fn ether(amount: u64) -> U256 {
    U256::from(amount) * U256::from(ETHER)
}

fn lock_id(owner: Address) -> B256 {
    keccak256((owner, SALT).abi_encode())
}

fn release_session(id: B256) -> U256 {
    keccak256(id).into()
}

fn approve(rollup: &mut Chain, owner: Address, token: Address, spender: Address) {
    rollup.done(owner, token, 0, IToken::approveCall { spender, value: U256::MAX });
}

fn lock(
    token: Address,
    amount: U256,
    controller: Address,
    beneficiary: Address,
) -> ICollateralVault::lockCall {
    ICollateralVault::lockCall {
        salt: SALT,
        token,
        amount,
        chain: id(A),
        controller,
        until: TERM,
        beneficiary,
    }
}

fn announced(lock: ICollateralVault::lockCall) -> ICollateralVault::lockAndAnnounceCall {
    let ICollateralVault::lockCall { salt, token, amount, chain, controller, until, beneficiary } = lock;
    ICollateralVault::lockAndAnnounceCall { salt, token, amount, chain, controller, until, beneficiary }
}

/// The one message that a transaction on this rollup has written.
#[track_caller]
fn written(outcome: &Outcome, source: u64) -> MailboxMessage {
    let mut messages = outcome.logs.iter().filter_map(|log| MailboxMessage::from_log(log, id(source)));
    let message = messages.next().expect("a message");
    assert_eq!(messages.next(), None);
    message
}

/// A controller's order on A to the vault on B.
fn order(controller: Address, lock: B256, to: Address) -> MailboxMessage {
    let name = crate::contracts::MessageName {
        source: id(A),
        destination: id(B),
        sender: controller,
        receiver: COLLATERAL_VAULT,
        session: release_session(lock),
    };
    MailboxMessage { name, data: (lock, to).abi_encode().into() }
}

fn release(controller: Address, lock: B256) -> ICollateralVault::releaseCall {
    ICollateralVault::releaseCall { chain: id(A), controller, session: release_session(lock) }
}

#[track_caller]
fn assert_mailboxes_agree(world: &mut World) {
    for (from, to) in [(A, B), (B, A)] {
        let outbox = outbox_root(&world.rollup(from).state, id(to));
        assert_eq!(inbox_root(&world.rollup(to).state, id(from)), outbox, "{from} to {to}");
        assert_ne!(outbox, B256::ZERO);
    }
}

/// Alice writes an option of 100 WAVE for 250 USDX to Bob; her collateral lies on B.
fn with_option() -> World {
    let mut world = World::with_rollups();
    let rollup = world.rollup(B);
    approve(rollup, ALICE, WAVE, COLLATERAL_VAULT);
    rollup.done(ALICE, COLLATERAL_VAULT, 0, lock(WAVE, ether(100), COVERED_CALL, ALICE));
    world.rollup(A).done(ALICE, COVERED_CALL, 0, option());
    approve(world.rollup(A), BOB, USDX, COVERED_CALL);
    world
}

fn option() -> ICoveredCall::openCall {
    ICoveredCall::openCall {
        salt: SALT,
        holder: BOB,
        vaultChain: id(B),
        vault: COLLATERAL_VAULT,
        amount: ether(100),
        strike: ether(250),
        expiry: TERM,
    }
}

#[test]
fn an_option_is_exercised_in_one_transaction_across_two_rollups() {
    let mut world = with_option();
    let option = lock_id(ALICE);
    let exercise = ICoveredCall::exerciseCall { id: option };
    // A waits for the vault's answer, and the vault for A's order.
    let answer = world.rollup(A).waits_for(BOB, COVERED_CALL, exercise.clone());
    assert_eq!((answer.source, answer.sender, answer.receiver), (id(B), COLLATERAL_VAULT, COVERED_CALL));
    assert_eq!(token_balance(&world.rollup(A).state, USDX, BOB), HOLDER_USDX);
    let order = order(COVERED_CALL, option, BOB);
    assert_eq!(world.rollup(B).waits_for(BOB, COLLATERAL_VAULT, release(COVERED_CALL, option)), order.name);
    world.rollup(B).put(&order);
    let released = world.rollup(B).done(BOB, COLLATERAL_VAULT, 0, release(COVERED_CALL, option));
    let message = written(&released, B);
    assert_eq!(message.name, answer);
    world.rollup(A).put(&message);
    let exercised = world.rollup(A).done(BOB, COVERED_CALL, 0, exercise.clone());
    assert_eq!(written(&exercised, A), order);
    assert_eq!(token_balance(&world.rollup(A).state, USDX, ALICE), HOLDER_USDX + ether(250));
    assert_eq!(token_balance(&world.rollup(A).state, USDX, BOB), HOLDER_USDX - ether(250));
    assert_eq!(token_balance(&world.rollup(B).state, WAVE, BOB), HOLDER_WAVE + ether(100));
    assert_eq!(token_balance(&world.rollup(B).state, WAVE, COLLATERAL_VAULT), U256::ZERO);
    assert_mailboxes_agree(&mut world);
    world.rollup(A).refused(BOB, COVERED_CALL, 0, exercise, "Option_Exercised");
}

#[test]
fn an_option_is_refused_by_name() {
    let mut world = with_option();
    let option_id = lock_id(ALICE);
    let exercise = || ICoveredCall::exerciseCall { id: option_id };
    let rollup = world.rollup(A);
    rollup.refused(ALICE, COVERED_CALL, 0, option(), "Option_IdTaken");
    let free = ICoveredCall::openCall { amount: U256::ZERO, salt: B256::ZERO, ..option() };
    rollup.refused(ALICE, COVERED_CALL, 0, free, "Option_BadTerms");
    let over = ICoveredCall::openCall { expiry: U256::from(NOW), salt: B256::ZERO, ..option() };
    rollup.refused(ALICE, COVERED_CALL, 0, over, "Option_BadTerms");
    rollup.refused(ALICE, COVERED_CALL, 0, exercise(), "Option_NotHolder");
    world.advance(1001);
    world.rollup(A).refused(BOB, COVERED_CALL, 0, exercise(), "Option_Expired");
}

#[test]
fn too_little_collateral_or_another_token_makes_exercising_revert() {
    for (token, amount) in [(WAVE, ether(99)), (USDX, ether(100))] {
        let mut world = with_option();
        let mut answer = order(COVERED_CALL, lock_id(ALICE), BOB);
        let name = &mut answer.name;
        (name.source, name.destination) = (name.destination, name.source);
        (name.sender, name.receiver) = (name.receiver, name.sender);
        answer.data = (lock_id(ALICE), token, amount).abi_encode().into();
        world.rollup(A).put(&answer);
        let exercise = ICoveredCall::exerciseCall { id: lock_id(ALICE) };
        world.rollup(A).refused(BOB, COVERED_CALL, 0, exercise, "Option_WrongCollateral");
        assert_eq!(token_balance(&world.rollup(A).state, USDX, BOB), HOLDER_USDX);
    }
}

#[test]
fn the_vault_obeys_nobody_but_the_controller_and_only_in_its_time() {
    let mut world = with_option();
    let option = lock_id(ALICE);
    let rollup = world.rollup(B);
    let vault = COLLATERAL_VAULT;
    rollup.refused(ALICE, vault, 0, lock(WAVE, ether(1), COVERED_CALL, ALICE), "Vault_IdTaken");
    rollup.refused(BOB, vault, 0, lock(WAVE, U256::ZERO, COVERED_CALL, BOB), "Vault_BadTerms");
    let past =
        ICollateralVault::lockCall { until: U256::from(NOW), ..lock(WAVE, ether(1), COVERED_CALL, BOB) };
    rollup.refused(BOB, vault, 0, past, "Vault_BadTerms");
    rollup.put(&order(TERM_SHORT, option, BOB));
    rollup.refused(BOB, vault, 0, release(TERM_SHORT, option), "Vault_NotController");
    rollup.refused(BOB, vault, 0, ICollateralVault::settleCall { id: option }, "Vault_TermNotOver");
    world.advance(1001);
    let rollup = world.rollup(B);
    rollup.put(&order(COVERED_CALL, option, BOB));
    rollup.refused(BOB, vault, 0, release(COVERED_CALL, option), "Vault_TermOver");
    rollup.done(BOB, vault, 0, ICollateralVault::settleCall { id: option });
    assert_eq!(token_balance(&rollup.state, WAVE, ALICE), HOLDER_WAVE);
    rollup.refused(BOB, vault, 0, ICollateralVault::settleCall { id: option }, "Vault_NotLocked");
    rollup.refused(ALICE, vault, 0, lock(WAVE, ether(1), COVERED_CALL, ALICE), "Vault_IdTaken");
}

fn short(amount: U256) -> ITermShort::openCall {
    ITermShort::openCall {
        salt: SALT,
        vaultChain: id(B),
        vault: COLLATERAL_VAULT,
        amount,
        proceedsMin: U256::ZERO,
    }
}

/// Alice locks 3 100 USDX on B for a term.
fn with_collateral() -> World {
    let mut world = World::with_rollups();
    let rollup = world.rollup(B);
    approve(rollup, ALICE, USDX, COLLATERAL_VAULT);
    let lock = announced(lock(USDX, ether(3_100), TERM_SHORT, TERM_SHORT));
    let outcome = rollup.done(ALICE, COLLATERAL_VAULT, 0, lock);
    let announcement = written(&outcome, B);
    let rollup = world.rollup(A);
    assert_eq!(rollup.waits_for(ALICE, TERM_SHORT, short(ether(1_000))), announcement.name);
    rollup.put(&announcement);
    world
}

#[test]
fn a_short_is_opened_and_paid_back_with_its_collateral_elsewhere() {
    let mut world = with_collateral();
    let rollup = world.rollup(A);
    let opened = rollup.done(ALICE, TERM_SHORT, 0, short(ether(1_000)));
    let proceeds = event::<ITermShort::Opened>(&opened.logs).proceeds;
    assert_eq!(token_balance(&rollup.state, USDX, ALICE), HOLDER_USDX + proceeds);
    assert_eq!(token_balance(&rollup.state, WAVE, TERM_SHORT), LENT_WAVE - ether(1_000));
    assert_eq!(token_balance(&rollup.state, WAVE, PAIR), POOL_WAVE + ether(1_000));
    approve(rollup, ALICE, WAVE, TERM_SHORT);
    let loan = lock_id(ALICE);
    let repay = ITermShort::repayCall { id: loan };
    let answer = rollup.waits_for(ALICE, TERM_SHORT, repay.clone());
    let order = order(TERM_SHORT, loan, ALICE);
    world.rollup(B).put(&order);
    let released = world.rollup(B).done(BOB, COLLATERAL_VAULT, 0, release(TERM_SHORT, loan));
    let message = written(&released, B);
    assert_eq!(message.name, answer);
    world.rollup(A).put(&message);
    let repaid = world.rollup(A).done(ALICE, TERM_SHORT, 0, repay.clone());
    assert_eq!(written(&repaid, A), order);
    assert_eq!(token_balance(&world.rollup(A).state, WAVE, TERM_SHORT), LENT_WAVE);
    assert_eq!(token_balance(&world.rollup(B).state, USDX, ALICE), HOLDER_USDX);
    assert_mailboxes_agree(&mut world);
    world.rollup(A).refused(ALICE, TERM_SHORT, 0, repay, "Short_NotOpen");
    world.rollup(A).refused(ALICE, TERM_SHORT, 0, short(ether(1)), "Short_IdTaken");
}

#[test]
fn a_loan_that_is_not_paid_back_leaves_its_collateral_to_the_lender() {
    let mut world = with_collateral();
    world.rollup(A).done(ALICE, TERM_SHORT, 0, short(ether(1_000)));
    approve(world.rollup(A), ALICE, WAVE, TERM_SHORT);
    world.advance(1001);
    let loan = lock_id(ALICE);
    let repay = ITermShort::repayCall { id: loan };
    world.rollup(A).refused(ALICE, TERM_SHORT, 0, repay, "Short_TermOver");
    world.rollup(B).done(BOB, COLLATERAL_VAULT, 0, ICollateralVault::settleCall { id: loan });
    assert_eq!(token_balance(&world.rollup(B).state, USDX, TERM_SHORT), ether(3_100));
}

#[test]
fn a_short_is_refused_by_name() {
    let mut world = with_collateral();
    // 1.5 times what 1 034 WAVE are worth is more than 3 100 USDX.
    let need = world.rollup(A).read(TERM_SHORT, ITermShort::collateralForCall { amount: ether(1_033) });
    assert_eq!(need, ether(1_033) * POOL_USDX * U256::from(3) / (POOL_WAVE * U256::from(2)));
    world.rollup(A).refused(ALICE, TERM_SHORT, 0, short(ether(1_034)), "Short_TooLittleCollateral");
    world.rollup(A).refused(BOB, TERM_SHORT, 0, short(ether(1)), "MessageMissing");
    let dear = ITermShort::openCall { proceedsMin: ether(2), ..short(ether(1)) };
    world.rollup(A).refused(ALICE, TERM_SHORT, 0, dear, "Pair_InsufficientOutputAmount");
    for (token, beneficiary) in [(WAVE, TERM_SHORT), (USDX, BOB)] {
        let rollup = world.rollup(B);
        approve(rollup, BOB, token, COLLATERAL_VAULT);
        let lock = ICollateralVault::lockCall {
            salt: keccak256(token),
            ..lock(token, ether(3_100), TERM_SHORT, beneficiary)
        };
        let call = ITermShort::openCall { salt: lock.salt, ..short(ether(1)) };
        let outcome = rollup.done(BOB, COLLATERAL_VAULT, 0, announced(lock));
        world.rollup(A).put(&written(&outcome, B));
        world.rollup(A).refused(BOB, TERM_SHORT, 0, call, "Short_WrongCollateral");
    }
    world.advance(1001);
    world.rollup(A).refused(ALICE, TERM_SHORT, 0, short(ether(1)), "Short_TermOver");
}

fn send(token: Address, amount: U256) -> IMailboxBridge::sendCall {
    IMailboxBridge::sendCall { token, amount, destination: id(B), to: BOB, salt: SALT }
}

#[test]
fn a_token_moves_in_a_slot_and_its_sum_stays() {
    let mut world = World::with_rollups();
    let supply =
        |world: &mut World| [A, B].map(|chain| world.rollup(chain).read(USDX, IToken::totalSupplyCall {}));
    let [on_a, on_b] = supply(&mut world);
    let session_of = IMailboxBridge::sessionOfCall { from: ALICE, salt: SALT };
    let session = world.rollup(A).read(MAILBOX_BRIDGE, session_of);
    assert_eq!(session, U256::from_be_bytes(lock_id(ALICE).0));
    let claim = IMailboxBridge::claimCall { source: id(A), session };
    let missing = world.rollup(B).waits_for(BOB, MAILBOX_BRIDGE, claim.clone());
    let sent = world.rollup(A).done(ALICE, MAILBOX_BRIDGE, 0, send(USDX, ether(10)));
    let message = written(&sent, A);
    assert_eq!(message.name, missing);
    world.rollup(B).put(&message);
    world.rollup(B).done(BOB, MAILBOX_BRIDGE, 0, claim.clone());
    assert_eq!(supply(&mut world), [on_a - ether(10), on_b + ether(10)]);
    assert_eq!(token_balance(&world.rollup(B).state, USDX, BOB), HOLDER_USDX + ether(10));
    world.rollup(B).refused(BOB, MAILBOX_BRIDGE, 0, claim, "MessageMissing");
    world.rollup(A).refused(ALICE, MAILBOX_BRIDGE, 0, send(USDX, ether(10)), "Mailbox_AlreadyWritten");
    let too_much = IMailboxBridge::sendCall { salt: B256::ZERO, ..send(USDX, HOLDER_USDX) };
    world.rollup(A).refused(ALICE, MAILBOX_BRIDGE, 0, too_much, "ERC20InsufficientBalance");
}

#[test]
fn a_token_of_another_bridge_does_not_move() {
    let mut world = World::with_rollups();
    let test_token = crate::contracts::TEST_TOKEN_ON_L2;
    world.rollup(A).refused(ALICE, MAILBOX_BRIDGE, 0, send(test_token, ether(1)), "OnlyBridge");
    // A message that some other contract wrote under the bridge's session is not the bridge's.
    let mut message = order(ALICE, B256::ZERO, ALICE);
    message.name.receiver = MAILBOX_BRIDGE;
    message.data = Bytes::from((USDX, ALICE, ether(1)).abi_encode());
    world.rollup(B).put(&message);
    let claim = IMailboxBridge::claimCall { source: id(A), session: message.name.session };
    assert_eq!(world.rollup(B).waits_for(ALICE, MAILBOX_BRIDGE, claim).sender, MAILBOX_BRIDGE);
}
