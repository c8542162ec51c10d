//! Messengers: both directions, who sent, and the replay of what failed.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::world::*;
use crate::contracts::abi::*;
use crate::contracts::{RollupContracts, addresses, hash_cross_domain_message};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolCall;

const L2_MESSENGER: Address = addresses::L2_CROSS_DOMAIN_MESSENGER;

fn send(target: Address, message: Bytes) -> ICrossDomainMessenger::sendMessageCall {
    ICrossDomainMessenger::sendMessageCall { target, message, minGasLimit: 150_000 }
}

fn set_value(value: u64) -> Bytes {
    IValueStore::setValueCall { value: U256::from(value) }.abi_encode().into()
}

fn relay_call(
    nonce: u64,
    sender: Address,
    target: Address,
    value: u128,
    message: Bytes,
) -> ICrossDomainMessenger::relayMessageCall {
    ICrossDomainMessenger::relayMessageCall {
        nonce: (U256::from(1) << 240) | U256::from(nonce),
        sender,
        target,
        value: U256::from(value),
        minGasLimit: U256::from(150_000),
        message,
    }
}

#[test]
fn a_message_to_the_rollup_tells_who_sent_it() {
    let mut world = World::with_rollups();
    let outcome = world.l1.done(
        ALICE,
        RollupContracts::of(A).messenger,
        6,
        send(addresses::VALUE_STORE, set_value(11)),
    );
    let sent = event::<ICrossDomainMessenger::SentMessage>(&outcome.logs);
    assert_eq!(
        (sent.target, sent.sender, sent.gasLimit),
        (addresses::VALUE_STORE, ALICE, U256::from(150_000))
    );
    assert_eq!(sent.messageNonce, U256::from(1) << 240);
    assert_eq!(event::<ICrossDomainMessenger::SentMessageExtension1>(&outcome.logs).value, U256::from(6));
    let arrived = world.derive(&outcome.logs).remove(0);
    let hash = hash_cross_domain_message(&relay_call(0, ALICE, addresses::VALUE_STORE, 6, set_value(11)));
    assert_eq!(event::<ICrossDomainMessenger::RelayedMessage>(&arrived.logs).msgHash, hash);
    let set = event::<IValueStore::RemoteValueSet>(&arrived.logs);
    assert_eq!((set.messenger, set.remoteSender, set.value), (L2_MESSENGER, ALICE, U256::from(11)));
    assert_eq!(world.rollup(A).state.balance(addresses::VALUE_STORE), U256::from(6));
}

#[test]
fn a_message_from_the_rollup_tells_who_sent_it() {
    let mut world = World::with_rollups();
    world.l1.done(ALICE, RollupContracts::of(A).portal, ETHER, IOptimismPortal::donateETHCall {});
    let source = world.rollup(A).done(BOB, L2_MESSENGER, 8, send(addresses::VALUE_STORE, set_value(12)));
    let outcome = world.carry(A, &source);
    let set = event::<IValueStore::RemoteValueSet>(&outcome.logs);
    assert_eq!((set.messenger, set.remoteSender), (RollupContracts::of(A).messenger, BOB));
    assert_eq!(world.l1.state.balance(addresses::VALUE_STORE), U256::from(8));
}

#[test]
fn what_failed_is_replayed_by_anybody_once() {
    let mut world = World::with_rollups();
    let message = set_value(13);
    // Code that reverts stands at the target first and a value store later: a contract that was repaired.
    let call = send(addresses::TEST_TOKEN, message.clone());
    let outcome = world.l1.done(ALICE, RollupContracts::of(A).messenger, 5, call);
    world.rollup(A).put_code(addresses::TEST_TOKEN, &[0x5f, 0x5f, 0xfd]);
    let arrived = world.derive(&outcome.logs).remove(0);
    let relay = relay_call(0, ALICE, addresses::TEST_TOKEN, 5, message);
    let hash = hash_cross_domain_message(&relay);
    assert_eq!(event::<ICrossDomainMessenger::FailedRelayedMessage>(&arrived.logs).msgHash, hash);
    let rollup = world.rollup(A);
    assert!(rollup.read(L2_MESSENGER, ICrossDomainMessenger::failedMessagesCall { msgHash: hash }));
    assert_eq!(rollup.state.balance(L2_MESSENGER), U256::from(5), "its ether waits with it");

    let still = rollup.done(BOB, L2_MESSENGER, 0, relay.clone());
    assert_eq!(event::<ICrossDomainMessenger::FailedRelayedMessage>(&still.logs).msgHash, hash);
    rollup.refused(BOB, L2_MESSENGER, 1, relay.clone(), "Messenger_WrongValue");
    rollup.put_code(addresses::TEST_TOKEN, crate::contracts::artifacts::VALUE_STORE.runtime_code);
    let replayed = rollup.done(BOB, L2_MESSENGER, 0, relay.clone());
    assert_eq!(event::<IValueStore::RemoteValueSet>(&replayed.logs).remoteSender, ALICE);
    assert_eq!(rollup.state.balance(addresses::TEST_TOKEN), U256::from(5));
    assert!(rollup.read(L2_MESSENGER, ICrossDomainMessenger::successfulMessagesCall { msgHash: hash }));
    rollup.refused(BOB, L2_MESSENGER, 0, relay, "Messenger_AlreadyRelayed");
}

#[test]
fn nobody_else_delivers_a_message_first() {
    let mut world = World::with_rollups();
    let relay = relay_call(0, ALICE, addresses::VALUE_STORE, 0, set_value(1));
    world.rollup(A).refused(BOB, L2_MESSENGER, 0, relay.clone(), "Messenger_NotReplayable");
    let messenger = RollupContracts::of(A).messenger;
    world.l1.refused(BOB, messenger, 0, relay.clone(), "Messenger_NotReplayable");
    let legacy = ICrossDomainMessenger::relayMessageCall { nonce: U256::ZERO, ..relay };
    world.l1.refused(BOB, messenger, 0, legacy, "Messenger_UnsupportedVersion");
}

#[test]
fn a_withdrawal_that_poses_as_a_message_is_not_one() {
    let mut world = World::with_rollups();
    let relay = relay_call(0, ALICE, addresses::VALUE_STORE, 0, set_value(1));
    let forged = IL2ToL1MessagePasser::initiateWithdrawalCall {
        target: RollupContracts::of(A).messenger,
        gasLimit: U256::from(500_000),
        data: relay.abi_encode().into(),
    };
    let source = world.rollup(A).done(BOB, addresses::L2_TO_L1_MESSAGE_PASSER, 0, forged);
    let outcome = world.carry(A, &source);
    assert!(!event::<IOptimismPortal::WithdrawalFinalized>(&outcome.logs).success);
    assert_eq!(world.l1.read(addresses::VALUE_STORE, IValueStore::valueCall {}), U256::ZERO);
}

#[test]
fn the_messengers_own_carrier_is_no_target() {
    let mut world = World::with_rollups();
    let outcome = world.l1.done(
        ALICE,
        RollupContracts::of(A).messenger,
        0,
        send(addresses::L2_TO_L1_MESSAGE_PASSER, Bytes::new()),
    );
    let arrived = world.derive(&outcome.logs).remove(0);
    assert!(!arrived.succeeded());
    assert_error(&arrived.output, "Messenger_BlockedTarget");
}

#[test]
fn outside_a_message_there_is_no_sender() {
    let mut world = World::with_rollups();
    let call = ICrossDomainMessenger::xDomainMessageSenderCall {};
    let outcome = world.rollup(A).try_read(L2_MESSENGER, call);
    assert_error(&outcome.output, "Messenger_NoMessage");
}
