// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @title RollupRegistry
/// @notice Puts each rollup's configuration into an L1 log, so that a rollup can be derived from L1 bytes alone. Anyone
///         may register a chain id that is free, once.
contract RollupRegistry {
    event RollupRegistered(uint256 indexed chainId, bytes config);

    /// @notice The chain id is taken, or is not one that a rollup of this L1 can have.
    error ChainIdUnavailable(uint256 chainId);

    /// @notice Who registered a chain id; zero while it is free.
    mapping(uint256 chainId => address) public registrant;

    function register(uint256 chainId, bytes calldata config) external {
        if (chainId == 0 || chainId == block.chainid || registrant[chainId] != address(0)) {
            revert ChainIdUnavailable(chainId);
        }
        registrant[chainId] = msg.sender;
        emit RollupRegistered(chainId, config);
    }
}
