//! What every rollup has from genesis: the message passer's record, the L1 attributes, the links to L1.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::world::*;
use crate::contracts::abi::*;
use crate::contracts::{
    Deposit, L1Attributes, RollupContracts, Withdrawal, addresses, l1_genesis, l2_genesis,
};
use alloy_primitives::{Address, B256, Bytes, TxKind, U256};

#[test]
fn a_message_is_recorded_under_its_hash_at_slot_0() {
    let mut world = World::with_rollups();
    let passer = addresses::L2_TO_L1_MESSAGE_PASSER;
    let call = |n: u8| IL2ToL1MessagePasser::initiateWithdrawalCall {
        target: BOB,
        gasLimit: U256::from(77),
        data: vec![n; 40].into(),
    };
    for (nonce, data) in [(0_u64, 1_u8), (1, 2)] {
        let outcome = world.rollup(A).done(ALICE, passer, 3, call(data));
        let logged = event::<IL2ToL1MessagePasser::MessagePassed>(&outcome.logs);
        let withdrawal = Withdrawal::from_log(&outcome.logs[0]).unwrap();
        let expected = Withdrawal {
            nonce: (U256::from(1) << 240) | U256::from(nonce),
            sender: ALICE,
            target: BOB,
            value: U256::from(3),
            gas_limit: U256::from(77),
            data: vec![data; 40].into(),
        };
        assert_eq!(withdrawal, expected);
        assert_eq!(logged.withdrawalHash, withdrawal.hash());
        let slot = withdrawal.storage_slot().into();
        assert_eq!(world.rollup(A).state.storage(passer, slot), U256::from(1));
        let sent = IL2ToL1MessagePasser::sentMessagesCall { withdrawalHash: withdrawal.hash() };
        assert!(world.rollup(A).read(passer, sent));
    }
    let next = world.rollup(A).read(passer, IL2ToL1MessagePasser::messageNonceCall {});
    assert_eq!(next, (U256::from(1) << 240) | U256::from(2));
}

#[test]
fn ether_sent_to_the_passer_is_withdrawn_to_the_sender() {
    let mut world = World::with_rollups();
    let to = TxKind::Call(addresses::L2_TO_L1_MESSAGE_PASSER);
    let outcome = world.rollup(A).send_raw(ALICE, to, 11, Bytes::new());
    let withdrawal = Withdrawal::from_log(&outcome.logs[0]).unwrap();
    assert_eq!((withdrawal.sender, withdrawal.target), (ALICE, ALICE));
    assert_eq!((withdrawal.value, withdrawal.gas_limit), (U256::from(11), U256::from(100_000)));
}

#[test]
fn a_log_of_another_contract_is_no_withdrawal() {
    let mut world = World::with_rollups();
    let to = TxKind::Call(addresses::L2_TO_L1_MESSAGE_PASSER);
    let mut log = world.rollup(A).send_raw(ALICE, to, 11, Bytes::new()).logs.remove(0);
    log.address = ALICE;
    assert_eq!(Withdrawal::from_log(&log), None);
}

fn attributes() -> L1Attributes {
    L1Attributes {
        number: 101,
        timestamp: 102,
        base_fee: U256::from(103),
        blob_base_fee: U256::from(104),
        hash: B256::repeat_byte(0x69),
        sequence_number: 106,
        batcher_hash: B256::repeat_byte(0x6b),
        base_fee_scalar: 108,
        blob_base_fee_scalar: 109,
        operator_fee_scalar: 110,
        operator_fee_constant: 111,
    }
}

fn attributes_deposit(from: Address, data: Bytes) -> Deposit {
    Deposit {
        from,
        to: TxKind::Call(addresses::L1_BLOCK),
        mint: 0,
        value: U256::ZERO,
        gas_limit: 1_000_000,
        data,
    }
}

#[test]
fn the_depositor_writes_the_l1_attributes() {
    let mut world = World::with_rollups();
    let deposit = attributes_deposit(addresses::L1_ATTRIBUTES_DEPOSITOR, attributes().calldata());
    let rollup = world.rollup(A);
    assert!(rollup.deposit(&deposit).succeeded());
    let to = addresses::L1_BLOCK;
    let read = L1Attributes {
        number: rollup.read(to, IL1Block::numberCall {}),
        timestamp: rollup.read(to, IL1Block::timestampCall {}),
        base_fee: rollup.read(to, IL1Block::basefeeCall {}),
        blob_base_fee: rollup.read(to, IL1Block::blobBaseFeeCall {}),
        hash: rollup.read(to, IL1Block::hashCall {}),
        sequence_number: rollup.read(to, IL1Block::sequenceNumberCall {}),
        batcher_hash: rollup.read(to, IL1Block::batcherHashCall {}),
        base_fee_scalar: rollup.read(to, IL1Block::baseFeeScalarCall {}),
        blob_base_fee_scalar: rollup.read(to, IL1Block::blobBaseFeeScalarCall {}),
        operator_fee_scalar: rollup.read(to, IL1Block::operatorFeeScalarCall {}),
        operator_fee_constant: rollup.read(to, IL1Block::operatorFeeConstantCall {}),
    };
    assert_eq!(read, attributes());
    // The slots that the OP Stack's fee code reads: base fee 1, scalars packed in 3, blob base fee 7, operator fee 8.
    let slot = |n: u64| rollup.state.storage(to, U256::from(n));
    assert_eq!(slot(1), U256::from(103));
    assert_eq!(slot(3), U256::from(106) | (U256::from(109) << 64) | (U256::from(108) << 96));
    assert_eq!(slot(7), U256::from(104));
    assert_eq!(slot(8), U256::from(111) | (U256::from(110) << 64));
}

#[test]
fn nobody_else_and_nothing_else_writes_them() {
    let mut world = World::with_rollups();
    let rollup = world.rollup(A);
    let outcome = rollup.deposit(&attributes_deposit(ALICE, attributes().calldata()));
    assert_error(&outcome.output, "NotDepositor");
    let short = attributes().calldata().slice(..175);
    let outcome = rollup.deposit(&attributes_deposit(addresses::L1_ATTRIBUTES_DEPOSITOR, short));
    assert_error(&outcome.output, "WrongAttributesLength");
    assert_eq!(rollup.read(addresses::L1_BLOCK, IL1Block::numberCall {}), 0);
}

#[test]
fn a_rollup_knows_its_own_contracts_on_l1() {
    let mut world = World::with_rollups();
    for chain_id in [A, B] {
        let expected = RollupContracts::of(chain_id);
        let rollup = world.rollup(chain_id);
        let messenger = ICrossDomainMessenger::otherMessengerCall {};
        assert_eq!(rollup.read(addresses::L2_CROSS_DOMAIN_MESSENGER, messenger), expected.messenger);
        let bridge = IStandardBridge::otherBridgeCall {};
        assert_eq!(rollup.read(addresses::L2_STANDARD_BRIDGE, bridge), expected.bridge);
    }
}

#[test]
fn genesis_states_hold_code_and_no_ether() {
    for (chain, accounts) in [("L1", l1_genesis()), ("rollup", l2_genesis(A, &[]))] {
        for (address, account) in accounts {
            assert!(!account.code.is_empty(), "{chain} {address}");
            assert_eq!((account.nonce, account.balance), (1, U256::ZERO), "{chain} {address}");
        }
    }
}

#[test]
fn an_account_that_calls_is_not_taken_for_a_messenger() {
    let mut world = World::with_rollups();
    let call = IValueStore::setValueCall { value: U256::from(1) };
    let outcome = world.rollup(A).done(ALICE, addresses::VALUE_STORE, 0, call);
    assert_eq!(outcome.logs.len(), 1);
    assert_eq!(world.rollup(A).read(addresses::VALUE_STORE, IValueStore::lastCallerCall {}), ALICE);
    let remote = world.rollup(A).read(addresses::VALUE_STORE, IValueStore::lastRemoteSenderCall {});
    assert_eq!(remote, Address::ZERO);
}
