//! Calls over two rollups that return within one transaction: what one leg writes another reads in the same slot.

use crate::bundles::{A, B, alice, call, ether, shared, state, submit, transfer};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_sol_types::{SolCall, SolValue};
use causeway::{
    command::LegOrder,
    contracts::{
        abi::{ICollateralVault, ICoveredCall, IMailboxBridge, ITermShort},
        addresses::{COLLATERAL_VAULT, COVERED_CALL, MAILBOX_BRIDGE, TERM_SHORT, USDX, WAVE},
        approve, inbox_root, outbox_root, token_balance,
    },
    sequencing::{BundleState, Guarantee},
    types::{ChainId, Span},
    world::World,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const SALT: B256 = B256::repeat_byte(7);

fn id(chain: ChainId) -> U256 {
    U256::from(chain.get())
}

fn own(owner: Address) -> B256 {
    keccak256((owner, SALT).abi_encode())
}

fn release_session(id: B256) -> U256 {
    keccak256(id.abi_encode()).into()
}

fn leg(world: &World, chain: ChainId, from: Address, to: Address, data: impl Into<Bytes>) -> LegOrder {
    let mut leg = call(world, chain, to, data.into());
    if let LegOrder::Actor(transact) = &mut leg {
        transact.from = from;
    }
    leg
}

fn land(world: &mut World, guarantee: Guarantee, legs: Vec<LegOrder>) {
    let bundle = submit(world, guarantee, legs);
    world.run_until(world.now().plus(Span::seconds(8)));
    let state = state(world, bundle);
    assert!(
        matches!(&state, BundleState::Landed(_, ends) if ends.iter().all(|leg| leg.succeeded)),
        "{state:?}"
    );
}

fn has(world: &World, chain: ChainId, token: Address, account: Address) -> U256 {
    token_balance(world.chain(chain).unwrap().state(), token, account)
}

/// All that was written was put, in order.
fn assert_roots(world: &World) {
    for (from, to) in [(A, B), (B, A)] {
        let written = outbox_root(world.chain(from).unwrap().state(), id(to));
        assert_eq!(inbox_root(world.chain(to).unwrap().state(), id(from)), written, "from {from} to {to}");
    }
}

fn someone(world: &World) -> Address {
    world.people().iter().nth(1).unwrap().1
}

#[test]
fn a_token_crosses_within_a_slot_in_either_order_of_legs() {
    for claims_first in [false, true] {
        let mut world = shared();
        let (alice, bob) = (alice(&world), someone(&world));
        let send = IMailboxBridge::sendCall {
            token: WAVE,
            amount: ether(5),
            destination: id(B),
            to: bob,
            salt: SALT,
        };
        let claim = IMailboxBridge::claimCall { source: id(A), session: own(alice).into() };
        let before = (has(&world, A, WAVE, alice), has(&world, B, WAVE, bob));
        let mut legs = vec![
            leg(&world, A, alice, MAILBOX_BRIDGE, send.abi_encode()),
            leg(&world, B, bob, MAILBOX_BRIDGE, claim.abi_encode()),
        ];
        if claims_first {
            legs.reverse();
        }
        land(&mut world, Guarantee::Execution, legs);
        let after = (has(&world, A, WAVE, alice), has(&world, B, WAVE, bob));
        assert_eq!(after, (before.0 - ether(5), before.1 + ether(5)));
        assert_ne!(outbox_root(world.chain(A).unwrap().state(), id(B)), B256::ZERO);
        assert_roots(&world);
    }
}

#[test]
fn an_option_is_exercised_here_while_its_collateral_moves_there() {
    let mut world = shared();
    let (writer, holder) = (alice(&world), someone(&world));
    let until = U256::from(world.unix_seconds() + 3_600);
    let lock = ICollateralVault::lockCall {
        salt: SALT,
        token: WAVE,
        amount: ether(10),
        chain: id(A),
        controller: COVERED_CALL,
        until,
        beneficiary: writer,
    };
    let open = ICoveredCall::openCall {
        salt: SALT,
        holder,
        vaultChain: id(B),
        vault: COLLATERAL_VAULT,
        amount: ether(10),
        strike: ether(21),
        expiry: until,
    };
    let legs = vec![
        leg(&world, B, writer, WAVE, approve(COLLATERAL_VAULT, ether(10))),
        leg(&world, B, writer, COLLATERAL_VAULT, lock.abi_encode()),
        leg(&world, A, writer, COVERED_CALL, open.abi_encode()),
        leg(&world, A, holder, USDX, approve(COVERED_CALL, ether(21))),
    ];
    land(&mut world, Guarantee::Execution, legs);
    let before = (has(&world, A, USDX, writer), has(&world, B, WAVE, holder));
    let option = own(writer);
    let release = ICollateralVault::releaseCall {
        chain: id(A),
        controller: COVERED_CALL,
        session: release_session(option),
    };
    let legs = vec![
        leg(&world, A, holder, COVERED_CALL, ICoveredCall::exerciseCall { id: option }.abi_encode()),
        leg(&world, B, holder, COLLATERAL_VAULT, release.abi_encode()),
    ];
    land(&mut world, Guarantee::Execution, legs);
    let after = (has(&world, A, USDX, writer), has(&world, B, WAVE, holder));
    assert_eq!(after, (before.0 + ether(21), before.1 + ether(10)));
    assert_roots(&world);
}

#[test]
fn a_short_is_opened_here_with_collateral_locked_there_and_paid_back() {
    let mut world = shared();
    let borrower = alice(&world);
    let until = U256::from(world.unix_seconds() + 3_600);
    let lock = ICollateralVault::lockAndAnnounceCall {
        salt: SALT,
        token: USDX,
        amount: ether(40),
        chain: id(A),
        controller: TERM_SHORT,
        until,
        beneficiary: TERM_SHORT,
    };
    let open = ITermShort::openCall {
        salt: SALT,
        vaultChain: id(B),
        vault: COLLATERAL_VAULT,
        amount: ether(10),
        proceedsMin: U256::ZERO,
    };
    let before = (has(&world, A, USDX, borrower), has(&world, B, USDX, borrower));
    let legs = vec![
        leg(&world, B, borrower, USDX, approve(COLLATERAL_VAULT, ether(40))),
        leg(&world, A, borrower, TERM_SHORT, open.abi_encode()),
        leg(&world, B, borrower, COLLATERAL_VAULT, lock.abi_encode()),
    ];
    land(&mut world, Guarantee::Settlement, legs);
    assert!(has(&world, A, USDX, borrower) > before.0 + ether(19), "the loan is sold at once");
    assert_eq!(has(&world, B, USDX, borrower), before.1 - ether(40));
    let loan = own(borrower);
    let release = ICollateralVault::releaseCall {
        chain: id(A),
        controller: TERM_SHORT,
        session: release_session(loan),
    };
    let legs = vec![
        leg(&world, A, borrower, WAVE, approve(TERM_SHORT, ether(10))),
        leg(&world, A, borrower, TERM_SHORT, ITermShort::repayCall { id: loan }.abi_encode()),
        leg(&world, B, borrower, COLLATERAL_VAULT, release.abi_encode()),
    ];
    land(&mut world, Guarantee::Execution, legs);
    assert_eq!(has(&world, B, USDX, borrower), before.1);
    assert_roots(&world);
}

#[test]
fn a_claim_whose_sending_fails_leaves_no_message() {
    let mut world = shared();
    let (alice, bob) = (alice(&world), someone(&world));
    let send = IMailboxBridge::sendCall {
        token: WAVE,
        amount: ether(1_000_000_000),
        destination: id(B),
        to: bob,
        salt: SALT,
    };
    let claim = IMailboxBridge::claimCall { source: id(A), session: own(alice).into() };
    let legs = vec![
        leg(&world, A, alice, MAILBOX_BRIDGE, send.abi_encode()),
        leg(&world, B, bob, MAILBOX_BRIDGE, claim.abi_encode()),
        transfer(&world, A, 1),
    ];
    let bundle = submit(&mut world, Guarantee::Execution, legs);
    world.run_until(world.now().plus(Span::seconds(8)));
    assert!(matches!(state(&world, bundle), BundleState::Aborted(_)), "{:?}", state(&world, bundle));
    assert_eq!(inbox_root(world.chain(B).unwrap().state(), id(A)), B256::ZERO);
    assert_eq!(has(&world, A, WAVE, Address::repeat_byte(9)), U256::ZERO);
}
