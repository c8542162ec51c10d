// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {RollupSystem} from "../libraries/Constants.sol";
import {OwnId} from "../libraries/OwnId.sol";
import {IMailbox} from "./IMailbox.sol";

/// @notice What the bridge does to a token.
interface IBridgedToken {
    function mint(address to, uint256 amount) external;
    function burn(address from, uint256 amount) external;
}

/// @title MailboxBridge
/// @notice Moves a token within a slot: burns it here and mints it on another rollup, where token and bridge have the
///         same addresses.
/// @dev Like the messages it rests on, what it mints is only as good as the shared sequencer. Only tokens that take
///      this bridge for theirs can be moved; one that does so on one rollup only harms nobody but itself.
contract MailboxBridge {
    event Sent(
        address indexed token, address indexed from, uint256 indexed destination, address to, uint256 amount, uint256 session
    );
    event Received(address indexed token, uint256 indexed source, address indexed to, uint256 amount, uint256 session);

    IMailbox private constant MAILBOX = IMailbox(RollupSystem.MAILBOX);

    /// @notice Burns the caller's tokens, to be minted to `to`. The salt must be one that the caller has not used.
    function send(address token, uint256 amount, uint256 destination, address to, bytes32 salt)
        external
        returns (uint256 session)
    {
        session = sessionOf(msg.sender, salt);
        IBridgedToken(token).burn(msg.sender, amount);
        MAILBOX.write(destination, address(this), session, abi.encode(token, to, amount));
        emit Sent(token, msg.sender, destination, to, amount, session);
    }

    /// @notice Mints what was burnt on `source` in this session; anyone may call.
    function claim(uint256 source, uint256 session) external returns (uint256 amount) {
        bytes memory message = MAILBOX.read(source, address(this), session);
        address token;
        address to;
        (token, to, amount) = abi.decode(message, (address, address, uint256));
        IBridgedToken(token).mint(to, amount);
        emit Received(token, source, to, amount, session);
    }

    /// @notice The session of a transfer, known before it is sent.
    function sessionOf(address from, bytes32 salt) public pure returns (uint256) {
        return uint256(OwnId.derive(from, salt));
    }
}
