// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @title Counter
/// @notice A small contract to deploy, send to and read logs of.
contract Counter {
    event Incremented(address indexed caller, uint256 count);

    uint256 public count;

    function increment() external {
        count += 1;
        emit Incremented(msg.sender, count);
    }
}
