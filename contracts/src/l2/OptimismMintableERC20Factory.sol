// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Predeploys} from "../libraries/Constants.sol";
import {OptimismMintableERC20} from "../universal/OptimismMintableERC20.sol";

/// @title OptimismMintableERC20Factory
/// @notice Makes the rollup's representation of an L1 token, at an address that follows from its arguments alone.
contract OptimismMintableERC20Factory {
    event StandardL2TokenCreated(address indexed remoteToken, address indexed localToken);
    event OptimismMintableERC20Created(address indexed localToken, address indexed remoteToken, address deployer);

    /// @notice A representation must represent something.
    error NoRemoteToken();

    string public constant version = "1.10.0";

    /// @notice The remote token of each token made here.
    mapping(address localToken => address remoteToken) public deployments;

    function BRIDGE() public pure returns (address) {
        return Predeploys.L2_STANDARD_BRIDGE;
    }

    function bridge() external pure returns (address) {
        return BRIDGE();
    }

    function createOptimismMintableERC20(address remoteToken, string calldata name, string calldata symbol)
        external
        returns (address)
    {
        return createOptimismMintableERC20WithDecimals(remoteToken, name, symbol, 18);
    }

    function createOptimismMintableERC20WithDecimals(
        address remoteToken,
        string calldata name,
        string calldata symbol,
        uint8 decimals
    ) public returns (address localToken) {
        if (remoteToken == address(0)) revert NoRemoteToken();
        bytes32 salt = keccak256(abi.encode(remoteToken, name, symbol, decimals));
        localToken = address(new OptimismMintableERC20{salt: salt}(BRIDGE(), remoteToken, name, symbol, decimals));
        deployments[localToken] = remoteToken;
        emit StandardL2TokenCreated(remoteToken, localToken);
        emit OptimismMintableERC20Created(localToken, remoteToken, msg.sender);
    }
}
