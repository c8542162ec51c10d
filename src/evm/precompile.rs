//! A chain's precompiled contracts: Ethereum's for its fork and, on the simulated L1, one that checks
//! Merkle-Patricia proofs.
//!
//! The proof check stands in for the library that the OP Stack's portal runs in EVM code; it is a deviation
//! from Ethereum and shown as such. Input is `abi.encode(bytes32 root, bytes32 hashedKey, bytes value,
//! bytes[] proof)`, output one word: 1 if the trie of that root holds that value under that hashed key.
//! It is a total function of its bytes and fails closed: whatever is malformed is answered with 0.
//!
//! Price: 5000 gas, 200 for each node of the proof, 6 for each word of input.

use crate::merkle;
use alloy_primitives::{Address, B256, Bytes, U256, address};
use alloy_sol_types::{SolType, SolValue, sol_data};
use revm::context::Cfg;
use revm::context_interface::ContextTr;
use revm::handler::{EthPrecompiles, PrecompileProvider};
use revm::interpreter::{CallInputs, Gas, InstructionResult, InterpreterResult};
use revm::primitives::AddressSet;
use revm::primitives::hardfork::SpecId;

/// Where the simulated L1 checks Merkle-Patricia proofs.
pub const MPT_VERIFY: Address = address!("00000000000000000000000000000000000ca501");

const GAS_BASE: u64 = 5_000;
const GAS_PER_NODE: u64 = 200;
const GAS_PER_WORD: u64 = 6;

type Arguments =
    (sol_data::FixedBytes<32>, sol_data::FixedBytes<32>, sol_data::Bytes, sol_data::Array<sol_data::Bytes>);

/// What the proof check costs for an input of that many bytes with that many proof nodes.
pub const fn mpt_verify_gas(input_bytes: u64, node_count: u64) -> u64 {
    GAS_BASE
        .saturating_add(GAS_PER_NODE.saturating_mul(node_count))
        .saturating_add(GAS_PER_WORD.saturating_mul(input_bytes.div_ceil(32)))
}

/// How many proof nodes an input announces, as far as it can be read; zero where it cannot.
fn announced_node_count(input: &[u8]) -> u64 {
    let word = |at: usize| -> Option<u64> {
        let bytes = input.get(at..at.checked_add(32)?)?;
        u64::try_from(U256::from_be_slice(bytes)).ok()
    };
    let count = word(96).and_then(|offset| usize::try_from(offset).ok()).and_then(word);
    // More nodes than words cannot be there, whatever the length says.
    count.unwrap_or(0).min(input.len() as u64 / 32)
}

/// Whether the input is well formed and its proof holds.
fn mpt_verify(input: &[u8]) -> bool {
    // Decoding allocates for what is announced, so that is bounded first.
    if announced_node_count(input) > u64::from(merkle::PROOF_NODES_MAX) {
        return false;
    }
    let Ok((root, key, value, proof)) = <Arguments as SolType>::abi_decode_params_validate(input) else {
        return false;
    };
    // One statement has one encoding: padding and offsets are not free.
    let arguments = (root, key, value, proof);
    if arguments.abi_encode_params() != input {
        return false;
    }
    let (root, key, value, proof) = arguments;
    merkle::verify(root, &key, Some(&value), &proof).is_ok()
}

/// Ethereum's precompiled contracts of a fork, with or without the proof check.
#[derive(Clone, Debug)]
pub(super) struct ChainPrecompiles {
    ethereum: EthPrecompiles,
    set: super::Precompiles,
    warm: AddressSet,
}

impl ChainPrecompiles {
    pub(super) fn new(spec: SpecId, set: super::Precompiles) -> Self {
        let ethereum = EthPrecompiles::new(spec);
        let mut warm = AddressSet::default();
        if set == super::Precompiles::L1 {
            warm.clone_from(ethereum.warm_addresses());
            warm.insert(MPT_VERIFY);
        }
        Self { ethereum, set, warm }
    }
}

impl<CTX: ContextTr<Cfg: Cfg<Spec = SpecId>>> PrecompileProvider<CTX> for ChainPrecompiles {
    type Output = InterpreterResult;

    fn set_spec(&mut self, spec: SpecId) -> bool {
        // The fork is fixed when the machine is built.
        <EthPrecompiles as PrecompileProvider<CTX>>::set_spec(&mut self.ethereum, spec)
    }

    fn run(&mut self, context: &mut CTX, inputs: &CallInputs) -> Result<Option<InterpreterResult>, String> {
        if self.set == super::Precompiles::L1 && inputs.bytecode_address == MPT_VERIFY {
            let input = inputs.input.as_bytes_local(context.local());
            return Ok(Some(run_mpt_verify(&input, inputs.gas_limit, inputs.reservoir)));
        }
        <EthPrecompiles as PrecompileProvider<CTX>>::run(&mut self.ethereum, context, inputs)
    }

    fn warm_addresses(&self) -> &AddressSet {
        match self.set {
            super::Precompiles::L1 => &self.warm,
            super::Precompiles::Rollup => self.ethereum.warm_addresses(),
        }
    }
}

fn run_mpt_verify(input: &[u8], gas_limit: u64, reservoir: u64) -> InterpreterResult {
    let mut gas = Gas::new_with_regular_gas_and_reservoir(gas_limit, reservoir);
    if !gas.record_regular_cost(mpt_verify_gas(input.len() as u64, announced_node_count(input))) {
        gas.spend_all();
        return InterpreterResult::new(InstructionResult::PrecompileOOG, Bytes::new(), gas);
    }
    let answer = U256::from(mpt_verify(input));
    let output = Bytes::copy_from_slice(&B256::from(answer)[..]);
    InterpreterResult::new(InstructionResult::Return, output, gas)
}
