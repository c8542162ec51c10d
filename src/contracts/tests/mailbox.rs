//! The synchronous mailbox: who puts, who reads, how often, and what the roots say.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::world::*;
use crate::contracts::abi::*;
use crate::contracts::addresses::{MAILBOX, MULTICALL3};
use crate::contracts::{MailboxMessage, MessageName, inbox_root, outbox_root, root_after};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_sol_types::SolCall;

const SESSION: U256 = U256::from_limbs([7, 0, 0, 0]);

fn id(chain_id: u64) -> U256 {
    U256::from(chain_id)
}

fn write(receiver: Address, session: U256, data: &'static [u8]) -> IMailbox::writeCall {
    IMailbox::writeCall { destination: id(B), receiver, session, data: Bytes::from_static(data) }
}

fn read(sender: Address) -> IMailbox::readCall {
    IMailbox::readCall { source: id(A), sender, session: SESSION }
}

fn from_alice_to_bob() -> MessageName {
    MessageName { source: id(A), destination: id(B), sender: ALICE, receiver: BOB, session: SESSION }
}

fn message(data: &'static [u8]) -> MailboxMessage {
    MailboxMessage { name: from_alice_to_bob(), data: Bytes::from_static(data) }
}

#[test]
fn what_is_written_is_put_and_read_once() {
    let mut world = World::with_rollups();
    assert_eq!(world.rollup(B).waits_for(BOB, MAILBOX, read(ALICE)), from_alice_to_bob());
    let outcome = world.rollup(A).done(ALICE, MAILBOX, 0, write(BOB, SESSION, b"hello"));
    let written = MailboxMessage::from_log(&outcome.logs[0], id(A)).unwrap();
    assert_eq!(written, message(b"hello"));
    let key = written.name.key();
    assert_eq!(world.rollup(A).read(MAILBOX, IMailbox::outboxCall { key }), keccak256(b"hello"));
    let rollup = world.rollup(B);
    rollup.put(&written);
    assert_eq!(rollup.read(MAILBOX, IMailbox::inboxCall { key }), keccak256(b"hello"));
    // Nobody else has such a message, nor has he one of somebody else.
    assert_eq!(rollup.waits_for(ALICE, MAILBOX, read(ALICE)).receiver, ALICE);
    assert_eq!(rollup.waits_for(BOB, MAILBOX, read(BOB)).sender, BOB);
    let outcome = rollup.done(BOB, MAILBOX, 0, read(ALICE));
    let data = IMailbox::readCall::abi_decode_returns(&outcome.output).unwrap();
    assert_eq!(data, Bytes::from_static(b"hello"));
    assert_eq!(event::<IMailbox::Read>(&outcome.logs).sender, ALICE);
    assert_eq!(rollup.waits_for(BOB, MAILBOX, read(ALICE)), from_alice_to_bob());
}

#[test]
fn an_empty_message_is_one_too() {
    let mut world = World::with_rollups();
    world.rollup(B).put(&message(b""));
    world.rollup(B).done(BOB, MAILBOX, 0, read(ALICE));
    world.rollup(B).refused(BOB, MAILBOX, 0, read(ALICE), "MessageMissing");
}

#[test]
fn a_name_serves_once() {
    let mut world = World::with_rollups();
    world.rollup(A).done(ALICE, MAILBOX, 0, write(BOB, SESSION, b"one"));
    world.rollup(A).refused(ALICE, MAILBOX, 0, write(BOB, SESSION, b"two"), "Mailbox_AlreadyWritten");
    world.rollup(B).put(&message(b"one"));
    world.rollup(B).done(BOB, MAILBOX, 0, read(ALICE));
    let again = IMailbox::putCall {
        source: id(A),
        sender: ALICE,
        receiver: BOB,
        session: SESSION,
        data: Bytes::from_static(b"two"),
    };
    let sequencer = crate::contracts::addresses::SHARED_SEQUENCER;
    world.rollup(B).refused(sequencer, MAILBOX, 0, again.clone(), "Mailbox_AlreadyPut");
    world.rollup(B).refused(ALICE, MAILBOX, 0, again.clone(), "Mailbox_NotSharedSequencer");
    world.rollup(A).refused(sequencer, MAILBOX, 0, again, "Mailbox_SameChain");
    let to_itself = IMailbox::writeCall { destination: id(A), ..write(BOB, SESSION, b"me") };
    world.rollup(A).refused(ALICE, MAILBOX, 0, to_itself, "Mailbox_SameChain");
}

#[test]
fn the_roots_agree_once_all_is_put_in_order() {
    let mut world = World::with_rollups();
    let mut expected = B256::ZERO;
    let mut written = Vec::new();
    for (session, data) in [(1_u64, &b"first"[..]), (2, b"second")] {
        let outcome = world.rollup(A).done(ALICE, MAILBOX, 0, write(BOB, U256::from(session), data));
        let message = MailboxMessage::from_log(&outcome.logs[0], id(A)).unwrap();
        expected = root_after(expected, &message);
        written.push(message);
    }
    let outbox = outbox_root(&world.rollup(A).state, id(B));
    assert_eq!(outbox, expected);
    assert_eq!(world.rollup(A).read(MAILBOX, IMailbox::outboxRootCall { destination: id(B) }), expected);
    let before = world.rollup(B).state.clone();
    for message in &written {
        assert_ne!(inbox_root(&world.rollup(B).state, id(A)), outbox);
        world.rollup(B).put(message);
    }
    assert_eq!(inbox_root(&world.rollup(B).state, id(A)), outbox);
    assert_eq!(world.rollup(B).read(MAILBOX, IMailbox::inboxRootCall { source: id(A) }), outbox);
    // The other direction and other chains are apart.
    assert_eq!(outbox_root(&world.rollup(B).state, id(A)), B256::ZERO);
    assert_eq!(inbox_root(&world.rollup(B).state, id(903)), B256::ZERO);
    world.rollup(B).state = before;
    written.iter().rev().for_each(|message| world.rollup(B).put(message));
    assert_ne!(inbox_root(&world.rollup(B).state, id(A)), outbox);
}

#[test]
fn other_data_makes_another_root() {
    assert_ne!(root_after(B256::ZERO, &message(b"1")), root_after(B256::ZERO, &message(b"2")));
    assert_ne!(root_after(B256::ZERO, &message(b"1")), root_after(B256::repeat_byte(1), &message(b"1")));
    let mut other = message(b"1");
    other.name.session += U256::from(1);
    assert_ne!(root_after(B256::ZERO, &message(b"1")), root_after(B256::ZERO, &other));
}

#[test]
fn the_key_is_the_contracts() {
    let mut world = World::with_rollups();
    let MessageName { source, destination, sender, receiver, session } = from_alice_to_bob();
    let call = IMailbox::messageKeyCall { source, destination, sender, receiver, session };
    assert_eq!(world.rollup(A).read(MAILBOX, call), from_alice_to_bob().key());
}

#[test]
fn a_caller_that_swallows_the_revert_hides_what_is_missing() {
    let mut world = World::with_rollups();
    let call3 = IMulticall3::Call3 {
        target: MAILBOX,
        allowFailure: false,
        callData: read(ALICE).abi_encode().into(),
    };
    let call = IMulticall3::aggregate3Call { calls: vec![call3] };
    let outcome = world.rollup(B).send(BOB, MULTICALL3, 0, call);
    assert!(!outcome.succeeded());
    assert_eq!(MessageName::missing(&outcome.output, id(B)), None);
}
