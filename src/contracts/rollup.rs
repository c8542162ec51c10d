//! The L1 contracts of one rollup, at addresses that follow from its chain id.
//!
//! The `RollupDeployer` makes minimal proxies (EIP-1167) by CREATE2 (EIP-1014) with the chain id as salt.

use super::addresses;
use alloy_primitives::{Address, B256, U256, keccak256};

/// Where a rollup's L1 contracts are, or will be once it is spawned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RollupContracts {
    /// Takes deposits, proves and finalizes withdrawals, holds the rollup's ether.
    pub portal: Address,
    /// Makes the games in which outputs are claimed.
    pub dispute_game_factory: Address,
    /// Says which games may be believed; the guardian's controls.
    pub anchor_state_registry: Address,
    /// The L1 side of the messenger.
    pub messenger: Address,
    /// The L1 side of the bridge.
    pub bridge: Address,
}

impl RollupContracts {
    /// The contracts of the rollup with this chain id.
    pub fn of(chain_id: u64) -> Self {
        let salt = B256::from(U256::from(chain_id));
        let clone_of = |implementation| clone_address(implementation, salt);
        Self {
            portal: clone_of(addresses::PORTAL_IMPLEMENTATION),
            dispute_game_factory: clone_of(addresses::FACTORY_IMPLEMENTATION),
            anchor_state_registry: clone_of(addresses::ANCHOR_IMPLEMENTATION),
            messenger: clone_of(addresses::MESSENGER_IMPLEMENTATION),
            bridge: clone_of(addresses::BRIDGE_IMPLEMENTATION),
        }
    }
}

/// The address of a minimal proxy that the deployer makes.
fn clone_address(implementation: Address, salt: B256) -> Address {
    let mut creation_code = Vec::with_capacity(55);
    creation_code.extend_from_slice(&alloy_primitives::hex!("3d602d80600a3d3981f3363d3d373d3d3d363d73"));
    creation_code.extend_from_slice(implementation.as_slice());
    creation_code.extend_from_slice(&alloy_primitives::hex!("5af43d82803e903d91602b57fd5bf3"));
    addresses::ROLLUP_DEPLOYER.create2(salt, keccak256(creation_code))
}
