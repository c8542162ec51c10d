// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {GameStatus, Proposal} from "../libraries/Types.sol";

/// @notice A claim about a rollup's state, and how it stands.
interface IDisputeGame {
    event Resolved(GameStatus indexed status);

    function initialize() external payable;
    function resolve() external returns (GameStatus);
    function status() external view returns (GameStatus);
    function createdAt() external view returns (uint64);
    function resolvedAt() external view returns (uint64);
    function gameType() external view returns (uint32);
    function gameCreator() external view returns (address);
    function rootClaim() external view returns (bytes32);
    function l1Head() external view returns (bytes32);
    function l2SequenceNumber() external view returns (uint256);
    function extraData() external view returns (bytes memory);
    function gameData() external view returns (uint32 gameType_, bytes32 rootClaim_, bytes memory extraData_);
    function wasRespectedGameTypeWhenCreated() external view returns (bool);
    function anchorStateRegistry() external view returns (IAnchorStateRegistry);
}

/// @notice A game that a proof decides.
interface IProvableGame is IDisputeGame {
    function prove(bytes calldata proof) external;
}

/// @notice Makes games and finds them again.
interface IDisputeGameFactory {
    function gameAtIndex(uint256 index) external view returns (uint32 gameType, uint64 timestamp, IDisputeGame proxy);
    function games(uint32 gameType, bytes32 rootClaim, bytes calldata extraData)
        external
        view
        returns (IDisputeGame proxy, uint64 timestamp);
}

/// @notice Says which games may be believed.
interface IAnchorStateRegistry {
    function disputeGameFactory() external view returns (IDisputeGameFactory);
    function disputeGameFinalityDelaySeconds() external view returns (uint256);
    function respectedGameType() external view returns (uint32);
    function retirementTimestamp() external view returns (uint64);
    function disputeGameBlacklist(IDisputeGame game) external view returns (bool);
    function guardian() external view returns (address);
    function paused() external view returns (bool);
    function getAnchorRoot() external view returns (bytes32 root, uint256 l2SequenceNumber);
    function isGameProper(IDisputeGame game) external view returns (bool);
    function isGameRespected(IDisputeGame game) external view returns (bool);
    function isGameFinalized(IDisputeGame game) external view returns (bool);
    function isGameClaimValid(IDisputeGame game) external view returns (bool);
}

/// @notice The part of the portal that other L1 contracts use.
interface IOptimismPortal {
    function l2Sender() external view returns (address);
    function paused() external view returns (bool);
    function depositTransaction(address to, uint256 value, uint64 gasLimit, bool isCreation, bytes calldata data)
        external
        payable;
}
