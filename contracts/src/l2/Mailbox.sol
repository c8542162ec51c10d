// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Constants} from "../libraries/Constants.sol";
import {IMailbox} from "./IMailbox.sol";

/// @title Mailbox
/// @notice The synchronous mailbox of ERC-7841: a contract on one rollup writes a message, and a contract on another
///         reads it in the same slot, because the shared sequencer puts it there before the transaction that reads.
/// @dev Nothing is proven here. That everything put was written, and in that order, shows by the roots: the inbox root
///      of A on B is the outbox root of B on A once all that was written is put. Slot 0 outbox roots, 1 inbox roots.
contract Mailbox is IMailbox {
    mapping(uint256 destination => bytes32) public outboxRoot;
    mapping(uint256 source => bytes32) public inboxRoot;
    /// @notice Hash of the data of what was written, by its key.
    mapping(bytes32 key => bytes32) public outbox;
    /// @notice Hash of the data of what was put, by its key; it stays when the message is read.
    mapping(bytes32 key => bytes32) public inbox;
    mapping(bytes32 key => bytes) private _unread;
    mapping(bytes32 key => bool) private _isUnread;

    function write(uint256 destination, address receiver, uint256 session, bytes calldata data) external {
        if (destination == block.chainid) revert Mailbox_SameChain(destination);
        bytes32 key = messageKey(block.chainid, destination, msg.sender, receiver, session);
        if (outbox[key] != 0) revert Mailbox_AlreadyWritten(key);
        bytes32 dataHash = keccak256(data);
        outbox[key] = dataHash;
        outboxRoot[destination] = _extend(outboxRoot[destination], key, dataHash);
        emit Written(destination, msg.sender, receiver, session, data);
    }

    function read(uint256 source, address sender, uint256 session) external returns (bytes memory data) {
        bytes32 key = messageKey(source, block.chainid, sender, msg.sender, session);
        if (!_isUnread[key]) revert MessageMissing(source, sender, msg.sender, session);
        data = _unread[key];
        delete _unread[key];
        delete _isUnread[key];
        emit Read(source, sender, msg.sender, session);
    }

    function put(uint256 source, address sender, address receiver, uint256 session, bytes calldata data) external {
        if (msg.sender != Constants.SHARED_SEQUENCER) revert Mailbox_NotSharedSequencer(msg.sender);
        if (source == block.chainid) revert Mailbox_SameChain(source);
        bytes32 key = messageKey(source, block.chainid, sender, receiver, session);
        if (inbox[key] != 0) revert Mailbox_AlreadyPut(key);
        bytes32 dataHash = keccak256(data);
        inbox[key] = dataHash;
        inboxRoot[source] = _extend(inboxRoot[source], key, dataHash);
        _unread[key] = data;
        _isUnread[key] = true;
        emit Put(source, sender, receiver, session, data);
    }

    function messageKey(uint256 source, uint256 destination, address sender, address receiver, uint256 session)
        public
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(source, destination, sender, receiver, session));
    }

    function _extend(bytes32 root, bytes32 key, bytes32 dataHash) private pure returns (bytes32) {
        return keccak256(abi.encode(root, key, dataHash));
    }
}
