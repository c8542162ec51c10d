//! Where contracts stand that are there from genesis, and the accounts with a meaning of their own.
//!
//! The L1 system addresses are this project's choice and are written into `contracts/src/libraries/Constants.sol`
//! too; predeploys, aliasing offset and special accounts are the OP Stack's.

use alloy_primitives::{Address, address};

/// On L1: makes all contracts of a rollup in one transaction.
pub const ROLLUP_DEPLOYER: Address = address!("ca5e000000000000000000000000000000000001");
/// On L1: logs each rollup's configuration.
pub const ROLLUP_REGISTRY: Address = address!("ca5e000000000000000000000000000000000002");
/// On L1: sends what leaves one rollup on to another.
pub const HOP_ROUTER: Address = address!("ca5e000000000000000000000000000000000003");
/// On L1: the bonds of the shared sequencer's nodes.
pub const SEQUENCER_BONDS: Address = address!("ca5e000000000000000000000000000000000004");
/// On L1: the controls on what leaves and enters bridges.
pub const BRIDGE_GUARD: Address = address!("ca5e000000000000000000000000000000000005");

/// On L1: what every portal is a clone of.
pub const PORTAL_IMPLEMENTATION: Address = address!("ca5e000000000000000000000000000000000011");
/// On L1: what every dispute game factory is a clone of.
pub const FACTORY_IMPLEMENTATION: Address = address!("ca5e000000000000000000000000000000000012");
/// On L1: what every anchor state registry is a clone of.
pub const ANCHOR_IMPLEMENTATION: Address = address!("ca5e000000000000000000000000000000000013");
/// On L1: what every L1 messenger is a clone of.
pub const MESSENGER_IMPLEMENTATION: Address = address!("ca5e000000000000000000000000000000000014");
/// On L1: what every L1 bridge is a clone of.
pub const BRIDGE_IMPLEMENTATION: Address = address!("ca5e000000000000000000000000000000000015");
/// On L1: what every optimistic game is a clone of.
pub const OPTIMISTIC_GAME_IMPLEMENTATION: Address = address!("ca5e000000000000000000000000000000000016");
/// On L1: what every validity game is a clone of.
pub const VALIDITY_GAME_IMPLEMENTATION: Address = address!("ca5e000000000000000000000000000000000017");

/// On L1: a token with a faucet.
pub const TEST_TOKEN: Address = address!("ca5e000000000000000000000000000000000020");
/// On every chain: a contract that keeps a number.
pub const VALUE_STORE: Address = address!("ca5e000000000000000000000000000000000021");

/// On rollups: the synchronous mailbox.
pub const MAILBOX: Address = address!("ca5e000000000000000000000000000000000030");
/// On rollups: a token of no chain in particular, which the mailbox bridge moves.
pub const WAVE: Address = address!("ca5e000000000000000000000000000000000031");
/// On rollups: a token that stands for a dollar, which the mailbox bridge moves.
pub const USDX: Address = address!("ca5e000000000000000000000000000000000032");
/// On rollups: the market of [`WAVE`] (its token 0) and [`USDX`] (its token 1).
pub const PAIR: Address = address!("ca5e000000000000000000000000000000000033");
/// On rollups: moves tokens by the mailbox.
pub const MAILBOX_BRIDGE: Address = address!("ca5e000000000000000000000000000000000034");
/// On rollups: collateral for contracts on other rollups.
pub const COLLATERAL_VAULT: Address = address!("ca5e000000000000000000000000000000000035");
/// On rollups: options whose collateral lies on another rollup.
pub const COVERED_CALL: Address = address!("ca5e000000000000000000000000000000000036");
/// On rollups: shorts whose collateral lies on another rollup.
pub const TERM_SHORT: Address = address!("ca5e000000000000000000000000000000000037");
/// On rollups: who owes whom how much of which token, due when.
pub const OBLIGATIONS: Address = address!("ca5e000000000000000000000000000000000038");
/// On rollups: who gets what defaults cost, `COURT` in `Obligations`.
pub const COURT: Address = address!("00000000000000000000000000000000000c0447");

/// On rollups: the market of the test token as the rollup has it (its token 0) and [`USDX`] (its token 1).
pub const TOKEN_PAIR: Address = address!("ca5e000000000000000000000000000000000039");

/// On rollups: what reporters say that a test token costs there.
pub const PRICE_FEED: Address = address!("ca5e00000000000000000000000000000000003a");

/// On every chain: many calls in one.
pub const MULTICALL3: Address = address!("ca11bde05977b3631167028862be2a173976ca11");

/// On the simulated L1: the precompile that checks Merkle-Patricia inclusion proofs.
pub const MPT_VERIFY: Address = address!("00000000000000000000000000000000000ca501");

/// On rollups: the messenger.
pub const L2_CROSS_DOMAIN_MESSENGER: Address = address!("4200000000000000000000000000000000000007");
/// On rollups: the bridge.
pub const L2_STANDARD_BRIDGE: Address = address!("4200000000000000000000000000000000000010");
/// On rollups: makes representations of L1 tokens.
pub const MINTABLE_ERC20_FACTORY: Address = address!("4200000000000000000000000000000000000012");
/// On rollups: what the rollup knows of L1.
pub const L1_BLOCK: Address = address!("4200000000000000000000000000000000000015");
/// On rollups: records the messages that leave.
pub const L2_TO_L1_MESSAGE_PASSER: Address = address!("4200000000000000000000000000000000000016");

/// The only account that may write [`L1_BLOCK`]: the sender of the first deposit of every rollup block.
pub const L1_ATTRIBUTES_DEPOSITOR: Address = address!("deaddeaddeaddeaddeaddeaddeaddeaddead0001");
/// The shared sequencer: the only account that puts messages into a [`MAILBOX`], and the one that slashes
/// [`SEQUENCER_BONDS`].
pub const SHARED_SEQUENCER: Address = address!("deaddeaddeaddeaddeaddeaddeaddeaddead7841");
/// How bridges name ether where an event or a call has a token address.
pub const ETHER: Address = address!("deaddeaddeaddeaddeaddeaddeaddeaddead0000");
/// Where the first liquidity of every pair lies for ever: `LOCKED` in `ConstantProductPair`.
pub const LOCKED: Address = address!("000000000000000000000000000000000000dead");
/// What a portal reports as the L2 sender when no withdrawal is being executed.
pub const DEFAULT_L2_SENDER: Address = address!("000000000000000000000000000000000000dead");

/// What is added to an L1 contract's address when it acts on a rollup.
const ALIAS_OFFSET: Address = address!("1111000000000000000000000000000000001111");

/// The address under which an L1 contract acts on a rollup.
pub fn aliased(l1_address: Address) -> Address {
    shifted(l1_address, |address, offset| address.wrapping_add(offset))
}

/// The L1 contract that acts on a rollup under this address.
pub fn unaliased(l2_address: Address) -> Address {
    shifted(l2_address, |address, offset| address.wrapping_sub(offset))
}

fn shifted(address: Address, shift: impl Fn(Uint160, Uint160) -> Uint160) -> Address {
    shift(address.into(), ALIAS_OFFSET.into()).into()
}

type Uint160 = alloy_primitives::U160;

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    /// The example of the OP Stack's aliasing: the offset itself is the alias of zero, and the sum wraps.
    #[test]
    fn aliasing_wraps_and_reverses() {
        assert_eq!(aliased(Address::ZERO), ALIAS_OFFSET);
        let high = address!("ffffffffffffffffffffffffffffffffffffffff");
        assert_eq!(aliased(high), address!("1111000000000000000000000000000000001110"));
        assert_eq!(unaliased(aliased(high)), high);
    }
}
