//! The proof check on L1: what it accepts, what it refuses, what it costs.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::fixture::*;
use crate::evm::{BlockEnv, Halt, MPT_VERIFY, Precompiles, State, Status, TxEnv, call, mpt_verify_gas};
use alloy_primitives::{B256, Bytes, U256, keccak256};
use alloy_sol_types::SolValue;

/// The precompile's answer to an input, and the gas that it took besides the transaction's own.
fn ask(input: &[u8]) -> Option<U256> {
    let asked = TxEnv { gas_limit: 5_000_000, data: input.to_vec().into(), ..tx(ALICE, 0, MPT_VERIFY) };
    let outcome = call(&genesis(), &env(), &asked).expect("executed");
    assert!(outcome.succeeded(), "{outcome:?}");
    (outcome.output.len() == 32).then(|| U256::from_be_slice(&outcome.output))
}

fn statement(state: &State) -> (B256, B256, Bytes, Vec<Bytes>) {
    let proof = state.proof(TOKEN, &[balance_slot(ALICE)]);
    let slot = &proof.storage[0];
    let key = keccak256(slot.slot.to_be_bytes::<32>());
    (proof.storage_root, key, alloy_rlp::encode(slot.value).into(), slot.proof.clone())
}

/// A token whose storage has a dozen holders, so that a proof has several nodes.
fn with_holders() -> State {
    let mut state = genesis();
    for index in 0..12u8 {
        let data = transfer_data(alloy_primitives::Address::with_last_byte(0x70 + index), 1);
        state = run_one(&state, &env(), &TxEnv { data, ..tx(ALICE, u64::from(index), TOKEN) }).1;
    }
    state
}

#[test]
fn true_statement_is_accepted_and_every_flipped_byte_refused() {
    let (root, key, value, proof) = statement(&with_holders());
    assert!(proof.len() >= 2);
    let input = (root, key, value, proof).abi_encode_params();
    assert_eq!(ask(&input), Some(U256::from(1)));
    for index in 0..input.len() {
        let mut flipped = input.clone();
        flipped[index] ^= 0x01;
        assert_eq!(ask(&flipped), Some(U256::ZERO), "byte {index}");
    }
}

#[test]
fn wrong_and_malformed_statements_are_answered_with_zero() {
    let (root, key, value, proof) = statement(&with_holders());
    let no = Some(U256::ZERO);
    assert_eq!(ask(&[]), no);
    assert_eq!(ask(&(root, key, Bytes::from(vec![7]), proof.clone()).abi_encode_params()), no);
    assert_eq!(ask(&(root, B256::ZERO, value.clone(), proof.clone()).abi_encode_params()), no);
    assert_eq!(ask(&(root, key, Bytes::new(), proof.clone()).abi_encode_params()), no);
    assert_eq!(ask(&(root, key, value.clone(), Vec::<Bytes>::new()).abi_encode_params()), no);
    let mut truncated = proof.clone();
    truncated.pop();
    assert_eq!(ask(&(root, key, value.clone(), truncated).abi_encode_params()), no);
    let mut extended = proof.clone();
    extended.push(proof[0].clone());
    assert_eq!(ask(&(root, key, value.clone(), extended).abi_encode_params()), no);
    let endless = vec![proof[0].clone(); 66];
    assert_eq!(ask(&(root, key, value.clone(), endless).abi_encode_params()), no);
    let input = (root, key, value, proof).abi_encode_params();
    assert_eq!(ask(&input[..input.len() - 1]), no);
    let mut announced = input;
    let offset = 3 * 32;
    let at = usize::try_from(U256::from_be_slice(&announced[offset..offset + 32])).expect("small");
    announced[at..at + 32].fill(0xff);
    assert_eq!(ask(&announced), no);
}

#[test]
fn price_follows_nodes_and_words() {
    let (root, key, value, proof) = statement(&with_holders());
    let nodes = proof.len() as u64;
    let input = (root, key, value, proof).abi_encode_params();
    let price = mpt_verify_gas(input.len() as u64, nodes);
    assert_eq!(price, 5_000 + 200 * nodes + 6 * (input.len() as u64 / 32));
    // CALLDATACOPY(0, 0, CALLDATASIZE); STATICCALL(0xca501 with the gas below); MSTORE the answer; RETURN it.
    let caller = |gas: u64| {
        let mut code = vec![0x36, 0x5f, 0x5f, 0x37, 0x60, 0x20, 0x5f, 0x36, 0x5f];
        code.extend_from_slice(&[0x62, 0x0c, 0xa5, 0x01, 0x63]);
        code.extend_from_slice(&u32::try_from(gas).expect("small").to_be_bytes());
        code.extend_from_slice(&[0xfa, 0x60, 0x20, 0x52, 0x60, 0x40, 0x5f, 0xf3]);
        let asked = TxEnv { gas_limit: 5_000_000, data: input.clone().into(), ..tx(ALICE, 0, CAROL) };
        let output = call(&with_code(CAROL, code), &env(), &asked).expect("executed").output;
        (U256::from_be_slice(&output[..32]), U256::from_be_slice(&output[32..]))
    };
    let (answer, success) = caller(price);
    assert_eq!((answer, success), (U256::from(1), U256::from(1)));
    let (_, success) = caller(price - 1);
    assert_eq!(success, U256::ZERO, "out of gas");
}

#[test]
fn rollups_have_no_proof_check() {
    let (root, key, value, proof) = statement(&with_holders());
    let data = Bytes::from((root, key, value, proof).abi_encode_params());
    let rollup = BlockEnv { precompiles: Precompiles::Rollup, ..env() };
    let asked = TxEnv { gas_limit: 5_000_000, data, ..tx(ALICE, 0, MPT_VERIFY) };
    let outcome = call(&genesis(), &rollup, &asked).expect("executed");
    assert!(outcome.succeeded() && outcome.output.is_empty());
}

#[test]
fn ethereums_own_precompiles_are_there() {
    for set in [Precompiles::L1, Precompiles::Rollup] {
        let env = BlockEnv { precompiles: set, ..env() };
        let sha256 = alloy_primitives::Address::with_last_byte(2);
        let outcome = call(&genesis(), &env, &tx(ALICE, 0, sha256)).expect("executed");
        // SHA-256 of nothing (FIPS 180-4).
        let expected =
            alloy_primitives::b256!("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(outcome.output, Bytes::from(expected));
        let modexp = alloy_primitives::Address::with_last_byte(5);
        let data = Bytes::from(vec![0xff; 96]);
        let outcome = call(&genesis(), &env, &TxEnv { data, ..tx(ALICE, 0, modexp) }).expect("executed");
        assert!(matches!(outcome.status, Status::Halted(Halt::Precompile | Halt::OutOfGas)));
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod any_bytes {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn random_bytes_are_answered_with_zero(input in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            prop_assert_eq!(ask(&input), Some(U256::ZERO));
        }

        #[test]
        fn damaged_input_is_answered_with_zero(
            edits in proptest::collection::vec((any::<prop::sample::Index>(), 1u8..), 1..5),
            cut in any::<prop::sample::Index>(),
        ) {
            let input = {
                let (root, key, value, proof) = statement(&with_holders());
                (root, key, value, proof).abi_encode_params()
            };
            let mut damaged = input.clone();
            for (at, xor) in edits {
                let at = at.index(damaged.len());
                damaged[at] ^= xor;
            }
            damaged.truncate(damaged.len() - cut.index(64));
            prop_assume!(damaged != input);
            prop_assert_eq!(ask(&damaged), Some(U256::ZERO));
        }
    }
}
