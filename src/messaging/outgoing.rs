//! From what a user wants to send to the transactions that send it.

use crate::{
    chain::Draft,
    contracts::{
        RollupContracts, TEST_TOKEN_ON_L2,
        abi::{IHopRouter, IL2ToL1MessagePasser, IOptimismPortal, IStandardBridge, IToken},
        addresses::{HOP_ROUTER, L2_STANDARD_BRIDGE, L2_TO_L1_MESSAGE_PASSER, TEST_TOKEN, VALUE_STORE},
    },
    types::{Amount, ChainId},
};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::{SolCall, SolValue};
use serde::{Deserialize, Serialize};

/// What a message carries, with nothing left to default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cargo {
    /// Ether.
    Ether {
        /// How much.
        amount: Amount,
        /// For whom.
        recipient: Address,
    },
    /// The test token.
    Token {
        /// How much.
        amount: Amount,
        /// For whom.
        recipient: Address,
    },
    /// A call.
    Call {
        /// Of what.
        target: Address,
        /// Ether that goes along.
        value: Amount,
        /// Calldata.
        data: Bytes,
        /// Gas for it.
        gas_limit: u64,
    },
}

/// A way between two chains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From L1 to a rollup.
    Down(ChainId),
    /// From a rollup to L1.
    Up,
    /// From a rollup over L1 to another.
    Across(ChainId),
}

/// Gas of a plain payment on a rollup or on L1, with room for a receiving contract.
const PAYMENT_GAS: u64 = 100_000;
/// Gas of the token bridge on the other side.
const BRIDGE_GAS: u32 = 300_000;
/// Gas of `depositTransaction` on L1 but for its data and for the deposit itself, which it does not burn.
const DEPOSIT_GAS: u64 = 150_000;

/// The contract that a call goes to by default: on every chain.
pub const DEFAULT_TARGET: Address = VALUE_STORE;

/// The transactions of `sender` on the source chain, in order; the last one sends the message.
pub fn outgoing(sender: Address, way: Way, cargo: &Cargo) -> Vec<Draft> {
    match way {
        Way::Down(to) => down(sender, to, cargo),
        Way::Up => vec![up(sender, cargo)],
        Way::Across(to) => vec![across(sender, to, cargo)],
    }
}

fn draft(from: Address, to: Address, value: U256, data: Vec<u8>, gas_limit: u64) -> Draft {
    Draft { from, to: Some(to), value, data: data.into(), gas_limit, blobs: Vec::new() }
}

/// Gas that calldata costs at most, to be added to what execution takes.
fn data_gas(data: &[u8]) -> u64 {
    40 * data.len() as u64
}

fn deposit_call(to: Address, value: U256, gas_limit: u64, data: Bytes) -> Vec<u8> {
    // The portal asks for at least this much (its `minimumGasLimit`).
    let gas = gas_limit.max(21_000 + data_gas(&data));
    IOptimismPortal::depositTransactionCall { to, value, gasLimit: gas, isCreation: false, data }.abi_encode()
}

fn down(sender: Address, to: ChainId, cargo: &Cargo) -> Vec<Draft> {
    let contracts = RollupContracts::of(to.get());
    let deposit = |to, value: Amount, gas_limit, data| {
        let call = deposit_call(to, value.get(), gas_limit, data);
        let gas = 300_000 + data_gas(&call);
        vec![draft(sender, contracts.portal, value.get(), call, gas)]
    };
    match cargo {
        Cargo::Ether { amount, recipient } => deposit(*recipient, *amount, PAYMENT_GAS, Bytes::new()),
        Cargo::Call { target, value, data, gas_limit } => deposit(*target, *value, *gas_limit, data.clone()),
        Cargo::Token { amount, recipient } => {
            let approve = IToken::approveCall { spender: contracts.bridge, value: amount.get() };
            let bridge = IStandardBridge::bridgeERC20ToCall {
                localToken: TEST_TOKEN,
                remoteToken: TEST_TOKEN_ON_L2,
                to: *recipient,
                amount: amount.get(),
                minGasLimit: BRIDGE_GAS,
                extraData: Bytes::new(),
            };
            vec![
                draft(sender, TEST_TOKEN, U256::ZERO, approve.abi_encode(), 100_000),
                draft(sender, contracts.bridge, U256::ZERO, bridge.abi_encode(), 600_000),
            ]
        }
    }
}

fn initiate(sender: Address, target: Address, value: U256, gas_limit: u64, data: Bytes) -> Draft {
    let call = IL2ToL1MessagePasser::initiateWithdrawalCall { target, gasLimit: U256::from(gas_limit), data };
    let call = call.abi_encode();
    let gas = 200_000 + data_gas(&call);
    draft(sender, L2_TO_L1_MESSAGE_PASSER, value, call, gas)
}

fn bridge_out(sender: Address, to: Address, amount: U256, extra_data: Bytes, min_gas: u32) -> Draft {
    let call = IStandardBridge::bridgeERC20ToCall {
        localToken: TEST_TOKEN_ON_L2,
        remoteToken: TEST_TOKEN,
        to,
        amount,
        minGasLimit: min_gas,
        extraData: extra_data,
    };
    draft(sender, L2_STANDARD_BRIDGE, U256::ZERO, call.abi_encode(), 600_000)
}

fn up(sender: Address, cargo: &Cargo) -> Draft {
    match cargo {
        Cargo::Ether { amount, recipient } => {
            initiate(sender, *recipient, amount.get(), PAYMENT_GAS, Bytes::new())
        }
        Cargo::Call { target, value, data, gas_limit } => {
            initiate(sender, *target, value.get(), *gas_limit, data.clone())
        }
        Cargo::Token { amount, recipient } => {
            bridge_out(sender, *recipient, amount.get(), Bytes::new(), BRIDGE_GAS)
        }
    }
}

/// A call or ether goes on since the L1 call that finalizes it is itself a deposit; a token goes
/// through the router.
fn across(sender: Address, to: ChainId, cargo: &Cargo) -> Draft {
    let portal = RollupContracts::of(to.get()).portal;
    let onward = |target, value: Amount, gas_limit, data| {
        let call = deposit_call(target, value.get(), gas_limit, data);
        let gas = DEPOSIT_GAS + data_gas(&call);
        initiate(sender, portal, value.get(), gas, call.into())
    };
    match cargo {
        Cargo::Ether { amount, recipient } => onward(*recipient, *amount, PAYMENT_GAS, Bytes::new()),
        Cargo::Call { target, value, data, gas_limit } => onward(*target, *value, *gas_limit, data.clone()),
        Cargo::Token { amount, recipient } => {
            let hop = IHopRouter::Hop {
                toChainId: U256::from(to.get()),
                to: *recipient,
                remoteToken: TEST_TOKEN_ON_L2,
                gasLimit: BRIDGE_GAS,
                refundTo: *recipient,
                data: Bytes::new(),
            };
            bridge_out(sender, HOP_ROUTER, amount.get(), hop.abi_encode().into(), 900_000)
        }
    }
}
