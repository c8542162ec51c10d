//! Bad input is refused with a reason, and leaves the world as it was.

use crate::support::{at, run, shipped};
use alloy_primitives::{Address, B256, Bytes, TxKind, U256};
use alloy_sol_types::SolCall;
use causeway::{
    command::Command,
    contracts::{
        RevertReason, TEST_TOKEN_ON_L2,
        abi::{IOptimismPortal, IToken},
        describe_revert,
    },
    evm::{Fees, Origin, Outcome, TxEnv},
    messaging::Stage,
    scenario::Scenario,
    settlement::prove_call,
    types::ChainId,
    world::World,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const ZK: ChainId = ChainId::new(902);

fn call(world: &World, chain: ChainId, to: Address, value: U256, data: Vec<u8>) -> Outcome {
    let tx = TxEnv {
        from: world.people().first(),
        origin: Origin::Impersonated,
        nonce: 0,
        gas_limit: 10_000_000,
        fees: Fees::NONE,
        to: TxKind::Call(to),
        value,
        data: data.into(),
        access_list: Default::default(),
        data_fee: U256::ZERO,
    };
    world.chain(chain).unwrap().call(&tx, world.unix_seconds()).unwrap()
}

fn assert_named(outcome: &Outcome, what: &str) {
    assert!(!outcome.succeeded(), "{what} was accepted");
    let reason = describe_revert(&outcome.output);
    assert!(matches!(reason, RevertReason::Known { .. }), "{what}: {reason}");
}

/// A world in which a claim covers the ZK rollup's message, and the call that proves it.
fn provable() -> (World, Address, IOptimismPortal::proveWithdrawalTransactionCall) {
    let mut world = World::new(&shipped()).unwrap();
    while world.book().labelled("zk across").is_none_or(|message| message.stage() < Stage::Proposed) {
        assert!(world.step_until(at("1h")), "the message was never claimed");
    }
    let member = world.member(ZK).unwrap();
    let message = world.book().labelled("zk across").unwrap();
    let block = message.passed(Stage::Initiated).unwrap().block.1.unwrap();
    let game = member.settler().covering(member.rollup(), block).unwrap();
    let call = prove_call(member.rollup(), game, message.withdrawal.as_ref().unwrap()).unwrap();
    let portal = member.rollup().genesis().contracts().portal;
    // The portal wants a proof to be later than the claim that it relies on.
    let mut later = world.clone();
    later.run_until(world.now().plus(causeway::types::Span::seconds(1)));
    (later, portal, call)
}

fn flipped(hash: B256, index: usize) -> B256 {
    let mut hash = hash;
    hash[index] ^= 1;
    hash
}

#[test]
fn a_proof_with_any_byte_changed_is_refused() {
    let (world, portal, good) = provable();
    let l1 = world.l1().id();
    let send = |call: &IOptimismPortal::proveWithdrawalTransactionCall| {
        call_portal(&world, l1, portal, call.abi_encode())
    };
    let outcome = send(&good);
    assert!(outcome.succeeded(), "{}", describe_revert(&outcome.output));
    for (place, node) in good.withdrawalProof.iter().enumerate() {
        for index in 0..node.len() {
            let mut bad = good.clone();
            let mut bytes = node.to_vec();
            bytes[index] ^= 1 << (index % 8);
            bad.withdrawalProof[place] = Bytes::from(bytes);
            assert_named(&send(&bad), &format!("byte {index} of node {place}"));
        }
    }
    for index in 0..32 {
        let mut bad = good.clone();
        bad.outputRootProof.stateRoot = flipped(good.outputRootProof.stateRoot, index);
        assert_named(&send(&bad), "another state root");
        let mut bad = good.clone();
        bad.outputRootProof.messagePasserStorageRoot =
            flipped(good.outputRootProof.messagePasserStorageRoot, index);
        assert_named(&send(&bad), "another storage root");
        let mut bad = good.clone();
        bad.outputRootProof.latestBlockhash = flipped(good.outputRootProof.latestBlockhash, index);
        assert_named(&send(&bad), "another block hash");
        let mut bad = good.clone();
        bad.outputRootProof.version = flipped(good.outputRootProof.version, index);
        assert_named(&send(&bad), "another version");
    }
    let mut bad = good.clone();
    bad.withdrawal.value += U256::ONE;
    assert_named(&send(&bad), "another value");
    let mut bad = good.clone();
    bad.withdrawal.sender.0[0] ^= 1;
    assert_named(&send(&bad), "another sender");
    let mut bad = good.clone();
    bad.withdrawalProof.pop();
    assert_named(&send(&bad), "a missing node");
    let mut bad = good;
    bad.withdrawalProof.push(Bytes::new());
    assert_named(&send(&bad), "a node too many");
}

fn call_portal(world: &World, l1: ChainId, portal: Address, data: Vec<u8>) -> Outcome {
    call(world, l1, portal, U256::ZERO, data)
}

#[test]
fn a_withdrawal_is_finalized_once() {
    let world = run(&shipped(), "20m");
    let message = world.book().labelled("zk across").unwrap();
    assert_eq!(message.stage(), Stage::Delivered);
    let withdrawal = message.withdrawal.as_ref().unwrap();
    let again = IOptimismPortal::finalizeWithdrawalTransactionExternalProofCall {
        withdrawal: withdrawal.to_abi(),
        proofSubmitter: causeway::settlement::relayer(world.l1()),
    };
    let portal = world.member(ZK).unwrap().rollup().genesis().contracts().portal;
    let outcome = call_portal(&world, world.l1().id(), portal, again.abi_encode());
    let reason = describe_revert(&outcome.output).to_string();
    assert!(reason.starts_with("OptimismPortal_AlreadyFinalized"), "{reason}");
}

#[test]
fn nobody_but_the_bridge_mints() {
    let world = run(&shipped(), "5m");
    let mint = IToken::mintCall { to: world.people().first(), amount: U256::from(1) };
    let outcome = call(&world, ZK, TEST_TOKEN_ON_L2, U256::ZERO, mint.abi_encode());
    assert!(describe_revert(&outcome.output).to_string().starts_with("OnlyBridge"));
}

#[test]
fn a_deposit_mints_no_more_than_was_sent() {
    let world = run(&shipped(), "5m");
    let deposit = IOptimismPortal::depositTransactionCall {
        to: Address::repeat_byte(9),
        value: U256::from(1_000),
        gasLimit: 100_000,
        isCreation: false,
        data: Bytes::new(),
    };
    let portal = world.member(ZK).unwrap().rollup().genesis().contracts().portal;
    let outcome = call(&world, world.l1().id(), portal, U256::from(7), deposit.abi_encode());
    let deposits = outcome.logs.iter().filter_map(|log| causeway::contracts::Deposit::from_log(log).ok());
    assert_eq!(deposits.map(|deposit| deposit.mint).collect::<Vec<_>>(), [7]);
}

#[test]
fn refused_commands_name_the_field_and_change_nothing() {
    let mut world = run(&shipped(), "5m");
    let digest = world.digest();
    let ether = r#""content": { "ether": { "amount": "1 ether" } }"#;
    let too_much = r#""content": { "ether": { "amount": "1000000 ether" } }"#;
    let refused = [
        (format!(r#"{{ "send_message": {{ "from": 7, "to": 901, {ether} }} }}"#), "chain: expected one of"),
        (format!(r#"{{ "send_message": {{ "from": 901, "to": 901, {ether} }} }}"#), "send_message.to"),
        (
            format!(r#"{{ "send_message": {{ "label": "deposit", "from": 900, "to": 901, {ether} }} }}"#),
            "send_message.label",
        ),
        (format!(r#"{{ "send_message": {{ "from": 900, "to": 901, {too_much} }} }}"#), "insufficient funds"),
        (r#"{ "remove_rollup": { "chain": 900 } }"#.into(), "chain: expected a rollup"),
        (r#"{ "spawn_rollup": { "chain_id": 901 } }"#.into(), "rollup.chain_id"),
        (r#"{ "spawn_rollup": { "chain_id": 903, "block_time": "0s" } }"#.into(), "rollup.block_time"),
        (r#"{ "fault": { "l1_reorg": { "depth": 0 } } }"#.into(), "fault.l1_reorg.depth"),
        (
            r#"{ "fault": { "withhold_data": { "chain": 901, "withheld": true } } }"#.into(),
            "fault.withhold_data",
        ),
        (r#"{ "send_raw_transaction": { "chain": 900, "raw": "0x02c0" } }"#.into(), "raw transaction"),
    ];
    for (json, field) in refused {
        let command: Command = serde_json::from_str(&json).unwrap();
        let error = world.dispatch(&command).unwrap_err().to_string();
        assert!(error.starts_with(field), "{json}: {error}");
        assert_eq!(world.digest(), digest, "{json}");
    }
}

#[test]
fn refused_scenarios_name_the_field() {
    let refused = [
        (r#"{ "sed": 1 }"#, "unknown field `sed`"),
        (r#"{ "seed": -1 }"#, "invalid value"),
        (r#"{ "until": "soon" }"#, "expected whole numbers with units"),
        (r#"{ "l1": { "slot": "1500ms" } }"#, "l1.slot: expected"),
        (r#"{ "l1": { "slots_per_epoch": 0 } }"#, "l1.slots_per_epoch: expected 1 to 1024, found 0"),
        (r#"{ "rollups": [{}, {}] }"#, "rollups[1].chain_id: expected an id of its own, found 901"),
        (r#"{ "rollups": [{ "gas_limit": 5 }] }"#, "rollups[0]: rollup.gas_limit: expected"),
        (
            r#"{ "timeline": [{ "at": "2s", "command": { "remove_rollup": { "chain": 1 } } },
                              { "at": "1s", "command": { "remove_rollup": { "chain": 1 } } }] }"#,
            "timeline[1].at: expected at least 2s, found 1s",
        ),
    ];
    for (json, part) in refused {
        let error = Scenario::from_json(json).unwrap_err().to_string();
        assert!(error.contains(part), "{json}: {error}");
    }
    let long = format!(r#"{{ "title": "{}" }}"#, "x".repeat(81));
    assert_eq!(Scenario::from_json(&long).unwrap_err().to_string(), "title: expected at most 80, found 81");
}
