//! The pool of a rollup's market: its reserves as its state has them, and the calls of a trade.

use super::abi::{IConstantProductPair, IToken};
use crate::evm::State;
use alloy_primitives::{Address, Bytes, U256, U512, keccak256, uint};
use alloy_sol_types::{SolCall, SolValue};

/// The slot of `token0` in `ConstantProductPair`.
pub(super) const TOKEN0_SLOT: U256 = uint!(5_U256);
/// The slot of `token1`.
pub(super) const TOKEN1_SLOT: U256 = uint!(6_U256);
/// The slot of both reserves and the time of the last change: 112, 112 and 32 bits, the first lowest.
pub(super) const RESERVES_SLOT: U256 = uint!(7_U256);
/// The slots of `stolen`, `stolenPerUnit`, and by account `borneUntil` and `borne`.
const STOLEN_SLOT: U256 = uint!(12_U256);
const STOLEN_PER_UNIT_SLOT: U256 = uint!(13_U256);
const BORNE_UNTIL_SLOT: U256 = uint!(14_U256);
const BORNE_SLOT: U256 = uint!(15_U256);

/// What a pool has of its two tokens, in their base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reserves {
    /// Of token 0.
    pub reserve0: U256,
    /// Of token 1.
    pub reserve1: U256,
}

impl Reserves {
    /// How many bits the pair keeps of each.
    pub const BITS: usize = 112;

    /// As the pair stores them, last changed at Unix second zero.
    pub(super) fn to_slot(self) -> U256 {
        self.reserve0 | (self.reserve1 << Self::BITS)
    }

    fn from_slot(slot: U256) -> Self {
        let mask = (U256::from(1) << Self::BITS) - U256::from(1);
        Self { reserve0: slot & mask, reserve1: (slot >> Self::BITS) & mask }
    }

    /// The same seen from token 1.
    pub const fn flipped(self) -> Self {
        Self { reserve0: self.reserve1, reserve1: self.reserve0 }
    }
}

/// The reserves of a pair; zero where there is none.
pub fn reserves(state: &State, pair: Address) -> Reserves {
    Reserves::from_slot(state.storage(pair, RESERVES_SLOT))
}

/// What an account has of one of the engine's tokens, in its base units. All of them, pairs included, keep balances
/// where OpenZeppelin's ERC-20 does.
pub fn token_balance(state: &State, token: Address, account: Address) -> U256 {
    state.storage(token, balance_slot(account))
}

/// How much there is of one of the engine's tokens, in its base units: OpenZeppelin's ERC-20 keeps it in slot 2.
pub fn token_supply(state: &State, token: Address) -> U256 {
    state.storage(token, uint!(2_U256))
}

/// The slot of an account's balance.
pub(super) fn balance_slot(account: Address) -> U256 {
    slot_of(account, U256::ZERO)
}

/// Where a mapping by accounts keeps an account's.
fn slot_of(account: Address, mapping: U256) -> U256 {
    keccak256((account, mapping).abi_encode()).into()
}

/// How much of token 0 was stolen from a pair in all, in its base units.
pub fn stolen(state: &State, pair: Address) -> U256 {
    state.storage(pair, STOLEN_SLOT)
}

/// What of it was an account's, rounded down: the pair's `stolenFrom`.
pub fn stolen_from(state: &State, pair: Address, account: Address) -> U256 {
    let per_unit = state.storage(pair, STOLEN_PER_UNIT_SLOT);
    if per_unit.is_zero() {
        return U256::ZERO;
    }
    let of = |mapping| state.storage(pair, slot_of(account, mapping));
    let not_yet_borne = per_unit.saturating_sub(of(BORNE_UNTIL_SLOT));
    let product: U512 = token_balance(state, pair, account).widening_mul(not_yet_borne);
    of(BORNE_SLOT).saturating_add(U256::saturating_from(product >> 128))
}

/// Calldata for a token: `spender` may take `amount` base units of the caller's.
pub fn approve(spender: Address, amount: U256) -> Bytes {
    IToken::approveCall { spender, value: amount }.abi_encode().into()
}

/// Calldata for a pair: `amount_in` of `token_in`, which it may take, for at least `amount_out_min` of the other to
/// `to`, until Unix second `deadline_s`.
pub fn swap_exact_in(
    token_in: Address,
    amount_in: U256,
    amount_out_min: U256,
    to: Address,
    deadline_s: u64,
) -> Bytes {
    IConstantProductPair::swapExactInCall {
        tokenIn: token_in,
        amountIn: amount_in,
        amountOutMin: amount_out_min,
        to,
        deadline: U256::from(deadline_s),
    }
    .abi_encode()
    .into()
}

/// What an account sends to make liquidity of so much of each of a pair's tokens, as recipients and calldata in order.
pub fn add_liquidity(pair: Address, account: Address, tokens: [(Address, U256); 2]) -> [(Address, Bytes); 3] {
    let [first, second] =
        tokens.map(|(token, value)| (token, IToken::transferCall { to: pair, value }.abi_encode().into()));
    [first, second, (pair, IConstantProductPair::mintCall { to: account }.abi_encode().into())]
}

/// What an account sends to be paid out so much of a pair's liquidity, as recipients and calldata in order.
pub fn remove_liquidity(pair: Address, account: Address, liquidity: U256) -> [(Address, Bytes); 2] {
    let give = IToken::transferCall { to: pair, value: liquidity };
    let burn = IConstantProductPair::burnCall { to: account };
    [(pair, give.abi_encode().into()), (pair, burn.abi_encode().into())]
}

/// What an account's liquidity in a pair comes to of a reserve, rounded down.
pub fn liquidity_share(state: &State, pair: Address, account: Address, reserve: U256) -> U256 {
    if reserve.is_zero() {
        return U256::ZERO;
    }
    let supply = token_supply(state, pair);
    let product: U512 = token_balance(state, pair, account).widening_mul(reserve);
    product.checked_div(U512::from(supply)).map_or(U256::ZERO, U256::saturating_from)
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn reserves_are_read_past_the_time_of_their_change() {
        let reserves = Reserves { reserve0: U256::from(7), reserve1: (U256::from(1) << 112) - U256::from(1) };
        let slot = reserves.to_slot() | (U256::from(u32::MAX) << 224);
        assert_eq!(Reserves::from_slot(slot), reserves);
        assert_eq!(reserves.flipped().reserve1, U256::from(7));
    }
}
