// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {GameStatus, Proposal} from "../libraries/Types.sol";
import {IAnchorStateRegistry, IDisputeGame, IDisputeGameFactory} from "./Interfaces.sol";

/// @title AnchorStateRegistry
/// @notice Says which games of one rollup may be believed, and keeps the latest believed claim as the anchor from which
///         new claims start. The guardian stops what goes wrong: it pauses, blacklists games and retires old ones.
/// @dev ABI and meaning of the questions follow the OP Stack's registry of version 3.
contract AnchorStateRegistry is Initializable, IAnchorStateRegistry {
    event AnchorUpdated(IDisputeGame indexed game);
    event RespectedGameTypeSet(uint32 gameType);
    event RetirementTimestampSet(uint256 timestamp);
    event DisputeGameBlacklisted(IDisputeGame indexed disputeGame);
    event Paused(address account);
    event Unpaused(address account);

    /// @notice The game's claim is not valid, or not newer than the anchor.
    error AnchorStateRegistry_InvalidAnchorGame();
    /// @notice Only the guardian may do this.
    error AnchorStateRegistry_Unauthorized();

    string public constant version = "3.5.0";

    IDisputeGameFactory public disputeGameFactory;
    address public guardian;
    bool public paused;
    uint32 public respectedGameType;
    uint64 public retirementTimestamp;
    uint256 public disputeGameFinalityDelaySeconds;
    mapping(IDisputeGame game => bool) public disputeGameBlacklist;
    /// @notice The game whose claim is the anchor; zero while it is the starting one.
    IDisputeGame public anchorGame;

    Proposal private startingAnchor;

    constructor() {
        _disableInitializers();
    }

    modifier onlyGuardian() {
        if (msg.sender != guardian) revert AnchorStateRegistry_Unauthorized();
        _;
    }

    function initialize(
        IDisputeGameFactory disputeGameFactory_,
        address guardian_,
        uint32 respectedGameType_,
        uint256 disputeGameFinalityDelaySeconds_,
        Proposal calldata startingAnchor_
    ) external initializer {
        disputeGameFactory = disputeGameFactory_;
        guardian = guardian_;
        respectedGameType = respectedGameType_;
        disputeGameFinalityDelaySeconds = disputeGameFinalityDelaySeconds_;
        startingAnchor = startingAnchor_;
    }

    /// @notice Stops proving and finalizing withdrawals, and relaying messages on L1.
    function pause() external onlyGuardian {
        paused = true;
        emit Paused(msg.sender);
    }

    function unpause() external onlyGuardian {
        paused = false;
        emit Unpaused(msg.sender);
    }

    function setRespectedGameType(uint32 gameType) external onlyGuardian {
        respectedGameType = gameType;
        emit RespectedGameTypeSet(gameType);
    }

    /// @notice Makes every game up to now improper.
    function updateRetirementTimestamp() external onlyGuardian {
        retirementTimestamp = uint64(block.timestamp);
        emit RetirementTimestampSet(block.timestamp);
    }

    function blacklistDisputeGame(IDisputeGame game) external onlyGuardian {
        disputeGameBlacklist[game] = true;
        emit DisputeGameBlacklisted(game);
    }

    /// @notice Makes a valid and newer claim the anchor. Anyone may call.
    function setAnchorState(IDisputeGame game) external {
        if (!isGameClaimValid(game)) revert AnchorStateRegistry_InvalidAnchorGame();
        (, uint256 current) = getAnchorRoot();
        if (game.l2SequenceNumber() <= current) revert AnchorStateRegistry_InvalidAnchorGame();
        anchorGame = game;
        emit AnchorUpdated(game);
    }

    /// @notice The latest claim that was made the anchor. If its game was blacklisted since, the starting anchor.
    function getAnchorRoot() public view returns (bytes32 root, uint256 l2SequenceNumber) {
        if (address(anchorGame) == address(0) || isGameBlacklisted(anchorGame)) {
            return (startingAnchor.root, startingAnchor.l2SequenceNumber);
        }
        return (anchorGame.rootClaim(), anchorGame.l2SequenceNumber());
    }

    /// @notice The anchor, by its older name; there is one for all game types.
    function anchors(uint32) external view returns (bytes32 root, uint256 l2SequenceNumber) {
        return getAnchorRoot();
    }

    /// @notice Whether this rollup's factory made the game.
    function isGameRegistered(IDisputeGame game) public view returns (bool) {
        (uint32 gameType, bytes32 rootClaim, bytes memory extraData) = game.gameData();
        (IDisputeGame registered,) = disputeGameFactory.games(gameType, rootClaim, extraData);
        return address(registered) == address(game) && address(game.anchorStateRegistry()) == address(this);
    }

    /// @notice Whether the game was of the respected type when it was made.
    function isGameRespected(IDisputeGame game) public view returns (bool) {
        return game.wasRespectedGameTypeWhenCreated();
    }

    function isGameBlacklisted(IDisputeGame game) public view returns (bool) {
        return disputeGameBlacklist[game];
    }

    function isGameRetired(IDisputeGame game) public view returns (bool) {
        return game.createdAt() <= retirementTimestamp;
    }

    function isGameResolved(IDisputeGame game) public view returns (bool) {
        return game.resolvedAt() != 0 && game.status() != GameStatus.IN_PROGRESS;
    }

    /// @notice Whether the game counts at all.
    function isGameProper(IDisputeGame game) public view returns (bool) {
        return isGameRegistered(game) && !isGameBlacklisted(game) && !isGameRetired(game) && !paused;
    }

    /// @notice Whether the game was resolved long enough ago for the guardian to have looked at it. The delay must be
    ///         exceeded; a delay of zero means no wait at all.
    function isGameFinalized(IDisputeGame game) public view returns (bool) {
        if (!isGameResolved(game)) return false;
        uint256 delay = disputeGameFinalityDelaySeconds;
        return delay == 0 || block.timestamp - game.resolvedAt() > delay;
    }

    /// @notice Whether the game's claim may be acted upon.
    function isGameClaimValid(IDisputeGame game) public view returns (bool) {
        return isGameProper(game) && isGameRespected(game) && isGameFinalized(game)
            && game.status() == GameStatus.DEFENDER_WINS;
    }
}
