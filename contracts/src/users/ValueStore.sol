// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

interface IMessageSender {
    function xDomainMessageSender() external view returns (address);
}

/// @title ValueStore
/// @notice Keeps a number and who set it: the smallest target of a message from another chain.
contract ValueStore {
    event ValueSet(address caller, uint256 value);
    event RemoteValueSet(address indexed messenger, address indexed remoteSender, uint256 value);

    uint256 public value;
    /// @notice Who called last, as this chain sees it: an account, a messenger, or an aliased L1 contract.
    address public lastCaller;
    /// @notice Who sent the last message on the other chain, if the caller was a messenger; else zero.
    address public lastRemoteSender;

    /// @notice Stores the value. The sender that a messenger reports is recorded, not trusted: anyone can pose as a
    ///         messenger here.
    function setValue(uint256 value_) external payable {
        value = value_;
        lastCaller = msg.sender;
        lastRemoteSender = _remoteSender();
        emit ValueSet(msg.sender, value_);
        if (lastRemoteSender != address(0)) emit RemoteValueSet(msg.sender, lastRemoteSender, value_);
    }

    /// @notice Always fails: for trying what a failed call does on each path.
    function refuse() external payable {
        revert("ValueStore: refused");
    }

    function _remoteSender() private view returns (address) {
        if (msg.sender.code.length == 0) return address(0);
        (bool answered, bytes memory answer) =
            msg.sender.staticcall(abi.encodeCall(IMessageSender.xDomainMessageSender, ()));
        if (!answered || answer.length != 32) return address(0);
        return address(uint160(uint256(bytes32(answer))));
    }
}
