// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {GameStatus} from "../libraries/Types.sol";
import {IAnchorStateRegistry, IDisputeGame} from "./Interfaces.sol";

/// @notice What the two kinds of game share: the claim, read from the clone's own code, the bond and the outcome.
/// @dev Clone data: creator (20 bytes), root claim (32), L1 head (32), game type (4), the factory's arguments for the
///      type (80: anchor state registry 20, prover 20, clock in seconds 8, L2 chain id 32), extra data (the rest, of
///      which the first word is the L2 block number).
abstract contract DisputeGame is IDisputeGame {
    event BondReturned(address indexed recipient, uint256 amount);

    /// @notice The game has begun already.
    error AlreadyInitialized();
    /// @notice The extra data is not one word.
    error BadExtraData();
    /// @notice The game is decided.
    error GameAlreadyResolved();
    /// @notice The game is not decided.
    error GameNotResolved();
    /// @notice The bond stays until the game is final.
    error GameNotFinalized();
    /// @notice The bond was taken, or there was none.
    error NoCreditToClaim();
    /// @notice The creator does not accept the bond.
    error BondTransferFailed();
    /// @notice The claim is not about a later block than the anchor.
    error UnexpectedRootClaim(bytes32 rootClaim);

    uint256 private constant ARGS_OFFSET = 88;
    uint256 private constant EXTRA_DATA_OFFSET = 168;

    uint64 public createdAt;
    uint64 public resolvedAt;
    GameStatus public status;
    bool public wasRespectedGameTypeWhenCreated;
    /// @notice The bond that the creator has not taken back.
    uint256 public bond;

    function initialize() external payable {
        if (createdAt != 0) revert AlreadyInitialized();
        if (extraData().length != 32) revert BadExtraData();
        IAnchorStateRegistry registry = anchorStateRegistry();
        (, uint256 anchor) = registry.getAnchorRoot();
        if (l2SequenceNumber() <= anchor) revert UnexpectedRootClaim(rootClaim());
        createdAt = uint64(block.timestamp);
        wasRespectedGameTypeWhenCreated = registry.respectedGameType() == gameType();
        bond = msg.value;
    }

    /// @notice Returns the bond to the creator once the game is final. There is nobody to lose it to: these games know
    ///         no challenger, and a game that the guardian has blacklisted returns its bond as the OP Stack's does.
    function claimCredit() external {
        if (!anchorStateRegistry().isGameFinalized(this)) revert GameNotFinalized();
        uint256 amount = bond;
        if (amount == 0) revert NoCreditToClaim();
        bond = 0;
        address creator = gameCreator();
        (bool sent,) = creator.call{value: amount}("");
        if (!sent) revert BondTransferFailed();
        emit BondReturned(creator, amount);
    }

    function gameCreator() public view returns (address) {
        return address(bytes20(_word(0)));
    }

    function rootClaim() public view returns (bytes32) {
        return _word(20);
    }

    /// @notice The hash of the L1 block before the one that created the game.
    function l1Head() public view returns (bytes32) {
        return _word(52);
    }

    function gameType() public view returns (uint32) {
        return uint32(bytes4(_word(84)));
    }

    function anchorStateRegistry() public view returns (IAnchorStateRegistry) {
        return IAnchorStateRegistry(address(bytes20(_word(ARGS_OFFSET))));
    }

    function l2ChainId() public view returns (uint256) {
        return uint256(_word(ARGS_OFFSET + 48));
    }

    /// @notice The L2 block whose output root is claimed.
    function l2SequenceNumber() public view returns (uint256) {
        return uint256(_word(EXTRA_DATA_OFFSET));
    }

    /// @notice The same as `l2SequenceNumber`, by its older name.
    function l2BlockNumber() external view returns (uint256) {
        return l2SequenceNumber();
    }

    function extraData() public view returns (bytes memory) {
        bytes memory data = Clones.fetchCloneArgs(address(this));
        bytes memory extra = new bytes(data.length - EXTRA_DATA_OFFSET);
        assembly ("memory-safe") {
            mcopy(add(extra, 0x20), add(add(data, 0x20), EXTRA_DATA_OFFSET), mload(extra))
        }
        return extra;
    }

    function gameData() external view returns (uint32 gameType_, bytes32 rootClaim_, bytes memory extraData_) {
        return (gameType(), rootClaim(), extraData());
    }

    function _prover() internal view returns (address) {
        return address(bytes20(_word(ARGS_OFFSET + 20)));
    }

    function _clockSeconds() internal view returns (uint64) {
        return uint64(bytes8(_word(ARGS_OFFSET + 40)));
    }

    function _decide(GameStatus outcome) internal {
        status = outcome;
        resolvedAt = uint64(block.timestamp);
        emit Resolved(outcome);
    }

    /// @dev One word of the clone's data; bytes past its end are zero.
    function _word(uint256 offset) private view returns (bytes32 word) {
        bytes memory data = Clones.fetchCloneArgs(address(this));
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), offset))
        }
    }
}
