//! What leaders and traders do in the pools: trading around a victim, and letting a pool take tokens.

use super::World;
use crate::{
    agents::{Pools, SWAP_GAS},
    chain::{Draft, Transaction},
    contracts::{
        Reserves, abi::IConstantProductPair, addresses, approve, reserves, swap_exact_in, token_balance,
    },
    finance::amount_out,
    sequencing::{Candidate, Ordered, SharedSequencer},
    types::ChainId,
};
use alloy_primitives::{Address, U256};
use alloy_sol_types::SolCall;

const APPROVE_GAS: u64 = 60_000;
/// How many sizes of a front run are tried, each nine tenths of the one before.
const SIZES: u32 = 48;

/// A trade in a pool, as its calldata says.
struct Swap {
    token_in: Address,
    amount_in: U256,
    amount_out_min: U256,
}

impl Swap {
    fn of(transaction: &Transaction) -> Option<Self> {
        if transaction.to() != Some(addresses::PAIR) {
            return None;
        }
        let call = IConstantProductPair::swapExactInCall::abi_decode(transaction.input()).ok()?;
        Some(Self { token_in: call.tokenIn, amount_in: call.amountIn, amount_out_min: call.amountOutMin })
    }
}

/// A swap as a simulated actor sends it, with no bound on its price and no end.
pub(crate) fn swap_draft(from: Address, token_in: Address, amount_in: U256) -> Draft {
    Draft {
        from,
        to: Some(addresses::PAIR),
        value: U256::ZERO,
        data: swap_exact_in(token_in, amount_in, U256::ZERO, from, u64::MAX),
        gas_limit: SWAP_GAS,
        blobs: Vec::new(),
    }
}

impl World {
    /// What an attacker trades right before and right after somebody's swap, if it gains by it: as much as
    /// the victim's bound on its price allows, sold again afterwards.
    pub(super) fn surround(
        &self,
        sequencer: &SharedSequencer,
        candidate: &Candidate,
        attacker: Address,
    ) -> Option<[Ordered; 2]> {
        let Candidate { chain, transaction, sender, .. } = candidate;
        if *sender == attacker || !sequencer.members().contains(chain) {
            return None;
        }
        let Swap { token_in, amount_in, amount_out_min } = Swap::of(transaction)?;
        let state = self.chain(*chain)?.state();
        let found = reserves(state, addresses::PAIR);
        let (pool, other) = if token_in == addresses::WAVE {
            (found, addresses::USDX)
        } else {
            (found.flipped(), addresses::WAVE)
        };
        let purse = token_balance(state, token_in, attacker);
        let sizes = std::iter::successors(Some(purse), |size| Some(*size / U256::from(10) * U256::from(9)));
        let plans = sizes.take(SIZES as usize).filter_map(|size| {
            let gain = sandwich(pool, size, amount_in, amount_out_min)?;
            (gain.proceeds > size).then(|| (gain.proceeds - size, size, gain.bought))
        });
        let (_, size, bought) = plans.max()?;
        let inserted = |draft| Ordered::Inserted { chain: *chain, draft };
        Some([inserted(swap_draft(attacker, token_in, size)), inserted(swap_draft(attacker, other, bought))])
    }

    /// Lets the pools of rollups take an account's tokens.
    pub(super) fn approve_pair(&mut self, owner: Address, chains: &[ChainId], pools: Pools) {
        let (pair, token) = pools.contracts();
        for chain in chains.iter().copied() {
            for token in [token, addresses::USDX] {
                let draft = Draft {
                    from: owner,
                    to: Some(token),
                    value: U256::ZERO,
                    data: approve(pair, U256::MAX),
                    gas_limit: APPROVE_GAS,
                    blobs: Vec::new(),
                };
                // A rollup that takes none now has no market either.
                let _ = self.send_draft(chain, draft);
            }
        }
    }
}

/// What a sandwich buys first and gets back at last.
struct Sandwich {
    bought: U256,
    proceeds: U256,
}

/// A front run of `size`, the victim's swap, and the back run; none if the victim's would revert.
fn sandwich(pool: Reserves, size: U256, victim_in: U256, victim_out_min: U256) -> Option<Sandwich> {
    let trade = |pool: Reserves, amount: U256| {
        let out = amount_out(amount, pool.reserve0, pool.reserve1).ok()?;
        Some((Reserves { reserve0: pool.reserve0 + amount, reserve1: pool.reserve1 - out }, out))
    };
    let (pool, bought) = trade(pool, size)?;
    let (pool, victim_out) = trade(pool, victim_in)?;
    if victim_out < victim_out_min {
        return None;
    }
    let (_, proceeds) = trade(pool.flipped(), bought)?;
    Some(Sandwich { bought, proceeds })
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn whole(amount: u64) -> U256 {
        U256::from(amount) * U256::from(10u64.pow(18))
    }

    #[test]
    fn a_sandwich_gains_what_its_victim_loses_and_stops_at_its_bound() {
        let pool = Reserves { reserve0: whole(100_000), reserve1: whole(200_000) };
        let alone = amount_out(whole(5_000), pool.reserve0, pool.reserve1).unwrap();
        let found = sandwich(pool, whole(10_000), whole(5_000), U256::ZERO).unwrap();
        assert!(found.proceeds > whole(10_000));
        assert!(sandwich(pool, whole(10_000), whole(5_000), alone).is_none());
    }
}
