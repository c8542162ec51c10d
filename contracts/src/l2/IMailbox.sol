// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @notice What contracts know of the mailbox.
interface IMailbox {
    event Written(
        uint256 indexed destination, address indexed sender, address indexed receiver, uint256 session, bytes data
    );
    event Put(uint256 indexed source, address indexed sender, address indexed receiver, uint256 session, bytes data);
    event Read(uint256 indexed source, address indexed sender, address indexed receiver, uint256 session);

    /// @notice No such message is there to be read: not put yet, or read already. A contract that reads must let this
    ///         revert through, since the shared sequencer learns from it what the transaction waits for.
    error MessageMissing(uint256 source, address sender, address receiver, uint256 session);
    /// @notice A chain does not write to itself.
    error Mailbox_SameChain(uint256 chainId);
    /// @notice Sender, receiver, session and chains name one message for ever.
    error Mailbox_AlreadyWritten(bytes32 key);
    /// @notice The message was put before.
    error Mailbox_AlreadyPut(bytes32 key);
    /// @notice Only the shared sequencer puts messages.
    error Mailbox_NotSharedSequencer(address caller);

    /// @notice Writes a message to `receiver` on another rollup.
    function write(uint256 destination, address receiver, uint256 session, bytes calldata data) external;

    /// @notice Takes the message that `sender` on `source` wrote to the caller; each can be taken once.
    function read(uint256 source, address sender, uint256 session) external returns (bytes memory data);

    /// @notice Puts a message that was written on `source` where its receiver reads it.
    function put(uint256 source, address sender, address receiver, uint256 session, bytes calldata data) external;
}
