// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @notice Values that the OP Stack fixes for every chain.
library Constants {
    /// @notice What a portal reports as the L2 sender when no withdrawal is being executed.
    address internal constant DEFAULT_L2_SENDER = 0x000000000000000000000000000000000000dEaD;
    /// @notice Gas estimators send from this address, so that a failed inner call becomes visible as a revert.
    address internal constant ESTIMATION_ADDRESS = address(1);
    /// @notice How bridges name ether in events that carry a token address.
    address internal constant ETHER = 0xDeadDeAddeAddEAddeadDEaDDEAdDeaDDeAD0000;
    /// @notice The only account that may write the L1 attributes on a rollup.
    address internal constant L1_ATTRIBUTES_DEPOSITOR = 0xDeaDDEaDDeAdDeAdDEAdDEaddeAddEAdDEAd0001;
    /// @notice The shared sequencer: the only account that puts messages into mailboxes, and the one that slashes.
    address internal constant SHARED_SEQUENCER = 0xDEadDeAddeAdDEADdEaDDeAdDeAddeADDeaD7841;
}

/// @notice Addresses of the contracts that every rollup has from its genesis.
library Predeploys {
    address internal constant L2_CROSS_DOMAIN_MESSENGER = 0x4200000000000000000000000000000000000007;
    address internal constant L2_STANDARD_BRIDGE = 0x4200000000000000000000000000000000000010;
    address internal constant MINTABLE_ERC20_FACTORY = 0x4200000000000000000000000000000000000012;
    address internal constant L1_BLOCK = 0x4200000000000000000000000000000000000015;
    address internal constant L2_TO_L1_MESSAGE_PASSER = 0x4200000000000000000000000000000000000016;
}

/// @notice Addresses of this project's own contracts on rollups: the same on every one of them.
library RollupSystem {
    address internal constant MAILBOX = 0xca5E000000000000000000000000000000000030;
    address internal constant WAVE = 0xcA5E000000000000000000000000000000000031;
    address internal constant USDX = 0xCA5e000000000000000000000000000000000032;
    address internal constant PAIR = 0xca5e000000000000000000000000000000000033;
}

/// @notice Addresses of the contracts that the simulated L1 has from its genesis.
library L1System {
    address internal constant ROLLUP_DEPLOYER = 0xca5E000000000000000000000000000000000001;
    address internal constant ROLLUP_REGISTRY = 0xca5e000000000000000000000000000000000002;
    address internal constant HOP_ROUTER = 0xCa5E000000000000000000000000000000000003;
    address internal constant BRIDGE_GUARD = 0xCa5e000000000000000000000000000000000005;

    address internal constant PORTAL_IMPLEMENTATION = 0xcA5E000000000000000000000000000000000011;
    address internal constant FACTORY_IMPLEMENTATION = 0xcA5e000000000000000000000000000000000012;
    address internal constant ANCHOR_IMPLEMENTATION = 0xca5e000000000000000000000000000000000013;
    address internal constant MESSENGER_IMPLEMENTATION = 0xCa5E000000000000000000000000000000000014;
    address internal constant BRIDGE_IMPLEMENTATION = 0xCA5E000000000000000000000000000000000015;
    address internal constant OPTIMISTIC_GAME_IMPLEMENTATION = 0xCa5E000000000000000000000000000000000016;
    address internal constant VALIDITY_GAME_IMPLEMENTATION = 0xCA5E000000000000000000000000000000000017;
}

/// @notice Numbers of the two game types. Zero is what the OP Stack gives its respected fault-proof game, 10 what it
///         gives its ZK game, and neither is one of the super-root types.
library GameTypes {
    uint32 internal constant OPTIMISTIC = 0;
    uint32 internal constant VALIDITY = 10;
}
