//! The market of a rollup as its first block has it: two tokens, their pool, an empty one for the test token, the
//! contracts that use the mailbox, the one that keeps debts, and price feeds.
//!
//! Nothing here depends on the chain: every rollup begins with the same. The tokens are local and come into being in
//! the first block; afterwards only the mailbox bridge mints and burns them, so that their sum over all rollups stays.
//! The test token's pool begins empty: on a rollup it is what L1 has locked, and a first block locks nothing.

use super::artifacts;
use super::genesis::{stateless, word};
use super::token::{TEST_TOKEN_ON_L2, mintable_account};
use super::{addresses, pool};
use crate::evm::GenesisAccount;
use alloy_primitives::{Address, U256, uint};

/// WAVE that the pool begins with, in base units.
pub const POOL_WAVE: U256 = uint!(100_000_000_000_000_000_000_000_U256);
/// USDX that the pool begins with, in base units.
pub const POOL_USDX: U256 = uint!(200_000_000_000_000_000_000_000_U256);
/// WAVE that each holder begins with, in base units.
pub const HOLDER_WAVE: U256 = uint!(10_000_000_000_000_000_000_000_U256);
/// USDX that each holder begins with, in base units.
pub const HOLDER_USDX: U256 = uint!(20_000_000_000_000_000_000_000_U256);
/// WAVE that the lender of shorts begins with, in base units.
pub const LENT_WAVE: U256 = uint!(10_000_000_000_000_000_000_000_U256);

/// The slot of a token's supply in OpenZeppelin's ERC-20.
const SUPPLY_SLOT: U256 = uint!(2_U256);

/// The accounts of the market, with tokens for each of `holders`.
pub(super) fn accounts(holders: &[Address]) -> [(Address, GenesisAccount); 11] {
    let wave_holders = [(addresses::PAIR, POOL_WAVE), (addresses::TERM_SHORT, LENT_WAVE)];
    let wave_holders = wave_holders.into_iter().chain(holders.iter().map(|holder| (*holder, HOLDER_WAVE)));
    let usdx_holders = [(addresses::PAIR, POOL_USDX)];
    let usdx_holders = usdx_holders.into_iter().chain(holders.iter().map(|holder| (*holder, HOLDER_USDX)));
    [
        (addresses::MAILBOX, stateless(artifacts::MAILBOX)),
        (
            addresses::WAVE,
            held(mintable_account("Wave", "WAVE", addresses::MAILBOX_BRIDGE, 18), wave_holders),
        ),
        (
            addresses::USDX,
            held(mintable_account("Dollar", "USDX", addresses::MAILBOX_BRIDGE, 18), usdx_holders),
        ),
        (addresses::PAIR, pair()),
        (addresses::TOKEN_PAIR, empty_pair(TEST_TOKEN_ON_L2)),
        (addresses::MAILBOX_BRIDGE, stateless(artifacts::MAILBOX_BRIDGE)),
        (addresses::COLLATERAL_VAULT, stateless(artifacts::COLLATERAL_VAULT)),
        (addresses::COVERED_CALL, stateless(artifacts::COVERED_CALL)),
        (addresses::TERM_SHORT, stateless(artifacts::TERM_SHORT)),
        (addresses::OBLIGATIONS, stateless(artifacts::OBLIGATIONS)),
        (addresses::PRICE_FEED, stateless(artifacts::PRICE_FEED)),
    ]
}

/// A market of a token and USDX that nobody provides yet.
fn empty_pair(token: Address) -> GenesisAccount {
    let mut account = stateless(artifacts::CONSTANT_PRODUCT_PAIR);
    let tokens = [(pool::TOKEN0_SLOT, token), (pool::TOKEN1_SLOT, addresses::USDX)];
    account.storage.extend(tokens.map(|(slot, token)| (slot, word(token))));
    account
}

fn pair() -> GenesisAccount {
    let mut account = empty_pair(addresses::WAVE);
    let reserves = pool::Reserves { reserve0: POOL_WAVE, reserve1: POOL_USDX };
    account.storage.insert(pool::RESERVES_SLOT, reserves.to_slot());
    held(account, [(addresses::LOCKED, (POOL_WAVE * POOL_USDX).root(2))])
}

/// A token's account in which these hold all there is.
fn held(mut token: GenesisAccount, holders: impl IntoIterator<Item = (Address, U256)>) -> GenesisAccount {
    let mut supply = U256::ZERO;
    for (holder, amount) in holders {
        supply += amount;
        token.storage.insert(pool::balance_slot(holder), amount);
    }
    token.storage.insert(SUPPLY_SLOT, supply);
    token
}
