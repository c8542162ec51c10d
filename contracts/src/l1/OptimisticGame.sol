// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {GameStatus} from "../libraries/Types.sol";
import {DisputeGame} from "./DisputeGame.sol";

/// @title OptimisticGame
/// @notice A claim that stands unless it is stopped before its clock runs out.
/// @dev It cannot be challenged: what stops a false claim is the guardian's blacklist in the AnchorStateRegistry.
contract OptimisticGame is DisputeGame {
    /// @notice The clock still runs.
    error ClockNotExpired();

    string public constant version = "1.0.0";

    /// @notice Seconds from the creation until the game can be resolved.
    function maxClockDuration() external view returns (uint64) {
        return _clockSeconds();
    }

    /// @notice When the game can be resolved.
    function expectedResolution() public view returns (uint64) {
        return createdAt + _clockSeconds();
    }

    /// @notice Decides for the claim. Anyone may call.
    function resolve() external returns (GameStatus) {
        if (status != GameStatus.IN_PROGRESS) revert GameAlreadyResolved();
        if (createdAt == 0 || block.timestamp < expectedResolution()) revert ClockNotExpired();
        _decide(GameStatus.DEFENDER_WINS);
        return status;
    }
}
