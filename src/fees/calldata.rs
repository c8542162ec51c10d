//! What calldata costs in gas: by its tokens, and at least the floor of EIP-7623.

use alloy_eips::eip7623::{STANDARD_TOKEN_COST, TOTAL_COST_FLOOR_PER_TOKEN, tokens_in_calldata};

/// What every transaction costs.
const TRANSACTION_GAS: u64 = 21_000;

/// The tokens of calldata: one for a zero byte, four for another.
pub fn calldata_tokens(calldata: &[u8]) -> u64 {
    tokens_in_calldata(calldata)
}

/// The gas taken before execution from a transaction that creates no contract and has no access list.
pub const fn intrinsic_gas(tokens: u64) -> u64 {
    TRANSACTION_GAS.saturating_add(tokens.saturating_mul(STANDARD_TOKEN_COST))
}

/// The gas that a transaction with so many tokens pays at least, however little it executes.
pub const fn floor_gas(tokens: u64) -> u64 {
    TRANSACTION_GAS.saturating_add(tokens.saturating_mul(TOTAL_COST_FLOOR_PER_TOKEN))
}

/// The gas charged to a transaction whose execution, creation and access list used so much after refunds.
pub fn charged_gas(tokens: u64, executed_gas: u64) -> u64 {
    intrinsic_gas(tokens).saturating_add(executed_gas).max(floor_gas(tokens))
}
