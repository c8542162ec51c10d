// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Constants} from "../libraries/Constants.sol";

/// @title SequencerBonds
/// @notice Ether that the nodes of the shared sequencer stand to lose: whoever breaks its rules is slashed.
/// @dev Who decides is a fixed account, since the proof of a broken rule is checked outside the EVM. A bond is given
///      back when that account says that the node has left.
contract SequencerBonds {
    event Bonded(address indexed node, address indexed from, uint256 amount, uint256 bond);
    event Slashed(address indexed node, address indexed beneficiary, uint256 amount, uint256 bond, string reason);
    event Returned(address indexed node, uint256 amount, uint256 bond);

    /// @notice Only the shared sequencer slashes and returns.
    error Bonds_NotAuthority(address caller);
    /// @notice The node's bond is smaller.
    error Bonds_TooSmall(uint256 asked, uint256 bond);
    /// @notice Nothing was asked for.
    error Bonds_NoAmount();
    /// @notice The receiver did not accept the ether.
    error Bonds_TransferFailed(address to);

    /// @notice A node's bond, in wei.
    mapping(address node => uint256) public bonds;

    modifier onlyAuthority() {
        if (msg.sender != Constants.SHARED_SEQUENCER) revert Bonds_NotAuthority(msg.sender);
        _;
    }

    /// @notice Adds to a node's bond; anyone may pay.
    function bond(address node) external payable {
        if (msg.value == 0) revert Bonds_NoAmount();
        bonds[node] += msg.value;
        emit Bonded(node, msg.sender, msg.value, bonds[node]);
    }

    /// @notice Takes of a node's bond.
    function slash(address node, uint256 amount, address beneficiary, string calldata reason) external onlyAuthority {
        _take(node, amount);
        emit Slashed(node, beneficiary, amount, bonds[node], reason);
        _pay(beneficiary, amount);
    }

    /// @notice Gives a node back what it has bonded.
    function giveBack(address node, uint256 amount) external onlyAuthority {
        _take(node, amount);
        emit Returned(node, amount, bonds[node]);
        _pay(node, amount);
    }

    function authority() external pure returns (address) {
        return Constants.SHARED_SEQUENCER;
    }

    function _take(address node, uint256 amount) private {
        if (amount == 0) revert Bonds_NoAmount();
        if (amount > bonds[node]) revert Bonds_TooSmall(amount, bonds[node]);
        bonds[node] -= amount;
    }

    function _pay(address to, uint256 amount) private {
        (bool accepted,) = to.call{value: amount}("");
        if (!accepted) revert Bonds_TransferFailed(to);
    }
}
