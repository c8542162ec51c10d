//! The portal: deposits as derivation reads them, withdrawals executed once.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::world::*;
use crate::contracts::abi::*;
use crate::contracts::{Deposit, DepositError, RollupContracts, Withdrawal, addresses};
use alloy_primitives::{Address, Bytes, TxKind, U256};
use alloy_sol_types::SolCall;

fn deposit_call(gas_limit: u64, data: Vec<u8>) -> IOptimismPortal::depositTransactionCall {
    IOptimismPortal::depositTransactionCall {
        to: BOB,
        value: U256::from(5),
        gasLimit: gas_limit,
        isCreation: false,
        data: data.into(),
    }
}

#[test]
fn a_deposit_is_logged_with_packed_data_of_version_0() {
    let mut world = World::with_rollups();
    let portal = RollupContracts::of(A).portal;
    let outcome = world.l1.done(ALICE, portal, 7, deposit_call(100_000, vec![0xab, 0xcd]));
    let logged = event::<IOptimismPortal::TransactionDeposited>(&outcome.logs);
    let mut packed = U256::from(7).to_be_bytes_vec();
    packed.extend(U256::from(5).to_be_bytes_vec());
    packed.extend(100_000_u64.to_be_bytes());
    packed.extend([0, 0xab, 0xcd]);
    assert_eq!((logged.from, logged.to, logged.version), (ALICE, BOB, U256::ZERO));
    assert_eq!(logged.opaqueData, Bytes::from(packed));
    let deposit = Deposit::from_log(&outcome.logs[0]).unwrap();
    assert_eq!((deposit.mint, deposit.value, deposit.gas_limit), (7, U256::from(5), 100_000));
    assert_eq!((deposit.to, deposit.data.as_ref()), (TxKind::Call(BOB), [0xab, 0xcd].as_slice()));
}

#[test]
fn a_contract_deposits_under_its_alias() {
    let mut world = World::with_rollups();
    let call = IMulticall3::aggregate3Call {
        calls: vec![IMulticall3::Call3 {
            target: RollupContracts::of(A).portal,
            allowFailure: false,
            callData: deposit_call(100_000, vec![]).abi_encode().into(),
        }],
    };
    let outcome = world.l1.done(ALICE, addresses::MULTICALL3, 0, call);
    assert_eq!(Deposit::from_log(&outcome.logs[0]).unwrap().from, addresses::aliased(addresses::MULTICALL3));
}

#[test]
fn ether_sent_without_data_is_deposited_to_the_sender() {
    let mut world = World::with_rollups();
    let portal = RollupContracts::of(A).portal;
    let outcome = world.l1.send_raw(ALICE, TxKind::Call(portal), 9, Bytes::new());
    let deposit = Deposit::from_log(&outcome.logs[0]).unwrap();
    assert_eq!((deposit.from, deposit.to), (ALICE, TxKind::Call(ALICE)));
    assert_eq!((deposit.mint, deposit.value, deposit.gas_limit), (9, U256::from(9), 100_000));
}

#[test]
fn deposits_beyond_the_limits_are_refused() {
    let mut world = World::with_rollups();
    let portal = RollupContracts::of(A).portal;
    let l1 = &mut world.l1;
    l1.done(ALICE, portal, 0, deposit_call(21_000 + 40 * 3, vec![1; 3]));
    l1.refused(
        ALICE,
        portal,
        0,
        deposit_call(21_000 + 40 * 3 - 1, vec![1; 3]),
        "OptimismPortal_GasLimitTooLow",
    );
    l1.done(ALICE, portal, 0, deposit_call(20_000_000, vec![]));
    l1.refused(ALICE, portal, 0, deposit_call(20_000_001, vec![]), "OptimismPortal_GasLimitTooHigh");
    l1.done(ALICE, portal, 0, deposit_call(20_000_000, vec![0; 120_000]));
    l1.refused(
        ALICE,
        portal,
        0,
        deposit_call(20_000_000, vec![0; 120_001]),
        "OptimismPortal_CalldataTooLarge",
    );
    let creation =
        IOptimismPortal::depositTransactionCall { isCreation: true, ..deposit_call(100_000, vec![]) };
    l1.refused(ALICE, portal, 0, creation, "OptimismPortal_BadTarget");
}

#[test]
fn a_log_of_another_kind_is_no_deposit() {
    let mut world = World::new();
    let outcome = world.spawn(World::optimistic(A));
    assert_eq!(Deposit::from_log(&outcome.logs[0]), Err(DepositError::NotADeposit));
}

fn withdraw(world: &mut World, target: Address, value: u128, data: Bytes) -> Withdrawal {
    let call = IL2ToL1MessagePasser::initiateWithdrawalCall { target, gasLimit: U256::from(200_000), data };
    let outcome = world.rollup(A).done(BOB, addresses::L2_TO_L1_MESSAGE_PASSER, value, call);
    outcome.logs.iter().find_map(Withdrawal::from_log).expect("a withdrawal")
}

fn set_value(value: u64) -> Bytes {
    IValueStore::setValueCall { value: U256::from(value) }.abi_encode().into()
}

#[test]
fn a_withdrawal_is_executed_once() {
    let mut world = World::with_rollups();
    let portal = RollupContracts::of(A).portal;
    world.l1.done(ALICE, portal, ETHER, IOptimismPortal::donateETHCall {});
    let withdrawal = withdraw(&mut world, addresses::VALUE_STORE, 3, set_value(42));
    world.ready(A, &withdrawal);
    let outcome = world.l1.done(ALICE, portal, 0, finalize_call(&withdrawal));
    let finalized = event::<IOptimismPortal::WithdrawalFinalized>(&outcome.logs);
    assert_eq!((finalized.withdrawalHash, finalized.success), (withdrawal.hash(), true));
    let set = event::<IValueStore::ValueSet>(&outcome.logs);
    assert_eq!((set.caller, set.value), (portal, U256::from(42)));
    assert_eq!(world.l1.state.balance(addresses::VALUE_STORE), U256::from(3));
    world.l1.refused(ALICE, portal, 0, finalize_call(&withdrawal), "OptimismPortal_AlreadyFinalized");
}

#[test]
fn a_failed_call_is_final() {
    let mut world = World::with_rollups();
    let portal = RollupContracts::of(A).portal;
    let refuse = IValueStore::refuseCall {}.abi_encode().into();
    let withdrawal = withdraw(&mut world, addresses::VALUE_STORE, 0, refuse);
    world.ready(A, &withdrawal);
    let outcome = world.l1.done(ALICE, portal, 0, finalize_call(&withdrawal));
    assert!(!event::<IOptimismPortal::WithdrawalFinalized>(&outcome.logs).success);
    world.l1.refused(ALICE, portal, 0, finalize_call(&withdrawal), "OptimismPortal_AlreadyFinalized");
}

#[test]
fn ether_that_the_portal_does_not_hold_cannot_leave() {
    let mut world = World::with_rollups();
    let withdrawal = withdraw(&mut world, ALICE, ETHER, Bytes::new());
    world.ready(A, &withdrawal);
    let outcome = world.l1.done(ALICE, RollupContracts::of(A).portal, 0, finalize_call(&withdrawal));
    assert!(!event::<IOptimismPortal::WithdrawalFinalized>(&outcome.logs).success);
}

#[test]
fn another_may_finalize_with_the_submitters_proof() {
    let mut world = World::with_rollups();
    let portal = RollupContracts::of(A).portal;
    let withdrawal = withdraw(&mut world, addresses::VALUE_STORE, 0, set_value(1));
    world.ready(A, &withdrawal);
    world.l1.refused(BOB, portal, 0, finalize_call(&withdrawal), "OptimismPortal_Unproven");
    let call = IOptimismPortal::finalizeWithdrawalTransactionExternalProofCall {
        withdrawal: withdrawal.to_abi(),
        proofSubmitter: ALICE,
    };
    world.l1.done(BOB, portal, 0, call);
}

#[test]
fn a_withdrawal_cannot_execute_another_of_its_rollup() {
    let mut world = World::with_rollups();
    let portal = RollupContracts::of(A).portal;
    let inner = withdraw(&mut world, addresses::VALUE_STORE, 0, set_value(1));
    let nested = IOptimismPortal::finalizeWithdrawalTransactionExternalProofCall {
        withdrawal: inner.to_abi(),
        proofSubmitter: ALICE,
    };
    let calls = vec![IMulticall3::Call3 {
        target: portal,
        allowFailure: false,
        callData: nested.abi_encode().into(),
    }];
    let data = IMulticall3::aggregate3Call { calls }.abi_encode().into();
    let outer = withdraw(&mut world, addresses::MULTICALL3, 0, data);
    world.ready(A, &inner);
    world.ready(A, &outer);
    let outcome = world.l1.done(ALICE, portal, 0, finalize_call(&outer));
    let finalized = event::<IOptimismPortal::WithdrawalFinalized>(&outcome.logs);
    assert_eq!((finalized.withdrawalHash, finalized.success), (outer.hash(), false));
    world.l1.done(ALICE, portal, 0, finalize_call(&inner));
}

#[test]
fn a_withdrawal_to_another_rollups_portal_needs_no_router() {
    let mut world = World::with_rollups();
    world.l1.done(ALICE, RollupContracts::of(A).portal, ETHER, IOptimismPortal::donateETHCall {});
    let onward = IOptimismPortal::depositTransactionCall {
        to: addresses::VALUE_STORE,
        value: U256::from(4),
        gasLimit: 200_000,
        isCreation: false,
        data: set_value(77),
    };
    let data = onward.abi_encode().into();
    let withdrawal = withdraw(&mut world, RollupContracts::of(B).portal, 4, data);
    world.ready(A, &withdrawal);
    let outcome = world.l1.done(ALICE, RollupContracts::of(A).portal, 0, finalize_call(&withdrawal));
    let arrived = world.derive(&outcome.logs);
    assert!(arrived.len() == 1 && arrived[0].succeeded());
    let store = &world.rollup(B);
    assert_eq!(store.read(addresses::VALUE_STORE, IValueStore::valueCall {}), U256::from(77));
    let caller = store.read(addresses::VALUE_STORE, IValueStore::lastCallerCall {});
    assert_eq!(caller, addresses::aliased(RollupContracts::of(A).portal));
    assert_eq!(store.state.balance(addresses::VALUE_STORE), U256::from(4));
}
