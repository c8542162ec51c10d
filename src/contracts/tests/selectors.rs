//! The typed ABIs are those that were compiled, and those that tools of the OP Stack expect.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::contracts::abi::*;
use crate::contracts::artifacts::{self, Artifact};
use alloy_primitives::{b256, hex, keccak256};
use alloy_sol_types::{SolCall, SolEvent, SolInterface};
use serde_json::Value;
use std::collections::BTreeSet;

/// Selectors of the functions in a compiled ABI.
fn selectors(artifact: Artifact) -> BTreeSet<[u8; 4]> {
    let abi: Value = serde_json::from_str(artifact.abi_json).unwrap();
    let functions = abi.as_array().unwrap().iter().filter(|item| item["type"] == "function");
    functions
        .map(|item| {
            let signature = format!("{}({})", item["name"].as_str().unwrap(), types(&item["inputs"]));
            keccak256(signature)[..4].try_into().unwrap()
        })
        .collect()
}

fn types(inputs: &Value) -> String {
    let canonical = |input: &Value| {
        let kind = input["type"].as_str().unwrap();
        match kind.strip_prefix("tuple") {
            Some(suffix) => format!("({}){suffix}", types(&input["components"])),
            None => kind.to_string(),
        }
    };
    inputs.as_array().unwrap().iter().map(canonical).collect::<Vec<_>>().join(",")
}

#[track_caller]
fn assert_compiled<I: SolInterface>(artifacts: &[Artifact]) {
    let compiled: BTreeSet<_> = artifacts.iter().flat_map(|artifact| selectors(*artifact)).collect();
    for selector in I::selectors() {
        assert!(compiled.contains(&selector), "{}: {} is in no ABI", I::NAME, hex::encode(selector));
    }
}

#[test]
fn every_typed_call_is_in_a_compiled_abi() {
    assert_compiled::<IOptimismPortal::IOptimismPortalCalls>(&[artifacts::OPTIMISM_PORTAL]);
    assert_compiled::<IDisputeGameFactory::IDisputeGameFactoryCalls>(&[artifacts::DISPUTE_GAME_FACTORY]);
    assert_compiled::<IDisputeGame::IDisputeGameCalls>(&[
        artifacts::OPTIMISTIC_GAME,
        artifacts::VALIDITY_GAME,
    ]);
    assert_compiled::<IAnchorStateRegistry::IAnchorStateRegistryCalls>(&[artifacts::ANCHOR_STATE_REGISTRY]);
    assert_compiled::<IRollupDeployer::IRollupDeployerCalls>(&[artifacts::ROLLUP_DEPLOYER]);
    assert_compiled::<IRollupRegistry::IRollupRegistryCalls>(&[artifacts::ROLLUP_REGISTRY]);
    assert_compiled::<IL2ToL1MessagePasser::IL2ToL1MessagePasserCalls>(&[artifacts::L2_TO_L1_MESSAGE_PASSER]);
    assert_compiled::<IL1Block::IL1BlockCalls>(&[artifacts::L1_BLOCK]);
    for messenger in [artifacts::L1_CROSS_DOMAIN_MESSENGER, artifacts::L2_CROSS_DOMAIN_MESSENGER] {
        assert_compiled::<ICrossDomainMessenger::ICrossDomainMessengerCalls>(&[messenger]);
    }
    for bridge in [artifacts::L1_STANDARD_BRIDGE, artifacts::L2_STANDARD_BRIDGE] {
        assert_compiled::<IStandardBridge::IStandardBridgeCalls>(&[bridge]);
    }
    assert_compiled::<IL2StandardBridge::IL2StandardBridgeCalls>(&[artifacts::L2_STANDARD_BRIDGE]);
    let factory = artifacts::OPTIMISM_MINTABLE_ERC20_FACTORY;
    assert_compiled::<IOptimismMintableERC20Factory::IOptimismMintableERC20FactoryCalls>(&[factory]);
    assert_compiled::<IHopRouter::IHopRouterCalls>(&[artifacts::HOP_ROUTER]);
    assert_compiled::<IToken::ITokenCalls>(&[artifacts::OPTIMISM_MINTABLE_ERC20]);
    assert_compiled::<IConstantProductPair::IConstantProductPairCalls>(&[artifacts::CONSTANT_PRODUCT_PAIR]);
    assert_compiled::<IMailbox::IMailboxCalls>(&[artifacts::MAILBOX]);
    assert_compiled::<IMailboxBridge::IMailboxBridgeCalls>(&[artifacts::MAILBOX_BRIDGE]);
    assert_compiled::<ICollateralVault::ICollateralVaultCalls>(&[artifacts::COLLATERAL_VAULT]);
    assert_compiled::<ICoveredCall::ICoveredCallCalls>(&[artifacts::COVERED_CALL]);
    assert_compiled::<ITermShort::ITermShortCalls>(&[artifacts::TERM_SHORT]);
    assert_compiled::<IObligations::IObligationsCalls>(&[artifacts::OBLIGATIONS]);
    assert_compiled::<ISequencerBonds::ISequencerBondsCalls>(&[artifacts::SEQUENCER_BONDS]);
    assert_compiled::<IBridgeGuard::IBridgeGuardCalls>(&[artifacts::BRIDGE_GUARD]);
    assert_compiled::<IValueStore::IValueStoreCalls>(&[artifacts::VALUE_STORE]);
    assert_compiled::<ICounter::ICounterCalls>(&[artifacts::COUNTER]);
    assert_compiled::<IMulticall3::IMulticall3Calls>(&[artifacts::MULTICALL3]);
}

/// Topics as ethereum-optimism/specs has them.
#[test]
fn topics_are_the_op_stacks() {
    assert_eq!(
        IL2ToL1MessagePasser::MessagePassed::SIGNATURE_HASH,
        b256!("02a52367d10742d8032712c1bb8e0144ff1ec5ffda1ed7d70bb05a2744955054")
    );
    assert_eq!(
        IOptimismPortal::TransactionDeposited::SIGNATURE_HASH,
        b256!("b3813568d9991fc951961fcb4c784893574240a28925604d09fc577c55bb7c32")
    );
}

/// Selectors and errors that viem 2.57 calls and decodes, each by its own declaration there.
#[test]
fn what_viem_calls_is_there() {
    let portal = selectors(artifacts::OPTIMISM_PORTAL);
    for signature in [
        "version()",
        "depositTransaction(address,uint256,uint64,bool,bytes)",
        "proveWithdrawalTransaction((uint256,address,address,uint256,uint256,bytes),uint256,(bytes32,bytes32,bytes32,bytes32),bytes[])",
        "finalizeWithdrawalTransaction((uint256,address,address,uint256,uint256,bytes))",
        "finalizeWithdrawalTransactionExternalProof((uint256,address,address,uint256,uint256,bytes),address)",
        "provenWithdrawals(bytes32,address)",
        "numProofSubmitters(bytes32)",
        "proofSubmitters(bytes32,uint256)",
        "checkWithdrawal(bytes32,address)",
        "finalizedWithdrawals(bytes32)",
        "respectedGameType()",
        "proofMaturityDelaySeconds()",
        "disputeGameFinalityDelaySeconds()",
        "anchorStateRegistry()",
    ] {
        assert!(portal.contains(&keccak256(signature)[..4]), "{signature}");
    }
    let game = selectors(artifacts::VALIDITY_GAME);
    for signature in ["l2SequenceNumber()", "resolvedAt()", "createdAt()"] {
        assert!(game.contains(&keccak256(signature)[..4]), "{signature}");
    }
    let clock = keccak256("maxClockDuration()");
    assert!(selectors(artifacts::OPTIMISTIC_GAME).contains(&clock[..4]) && !game.contains(&clock[..4]));
    assert_eq!(IMulticall3::aggregate3Call::SELECTOR, hex!("82ad56cb"));
    assert_eq!(IL1Block::setL1BlockValuesIsthmusCall::SELECTOR, hex!("098999be"));
}
