// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {GameStatus} from "../libraries/Types.sol";
import {DisputeGame} from "./DisputeGame.sol";
import {IProvableGame} from "./Interfaces.sol";

/// @title ValidityGame
/// @notice A claim that stands as soon as the rollup's prover vouches for it.
/// @dev No proof is verified here: the contract checks who calls, not what the proof says, and trusts the prover for
///      the rest. The time that proving takes is modelled off chain, by when the prover calls.
contract ValidityGame is DisputeGame, IProvableGame {
    event Proven(bytes32 indexed rootClaim, bytes32 proofHash);

    /// @notice Only the rollup's prover may prove.
    error NotProver(address caller, address prover);

    string public constant version = "1.0.0";

    /// @notice The account whose word decides.
    function prover() public view returns (address) {
        return _prover();
    }

    /// @notice Decides for the claim. The factory may call for the creator, in the transaction that made the game.
    function prove(bytes calldata proof) external {
        address caller = msg.sender;
        if (caller == address(anchorStateRegistry().disputeGameFactory())) caller = gameCreator();
        if (caller != prover()) revert NotProver(caller, prover());
        if (status != GameStatus.IN_PROGRESS) revert GameAlreadyResolved();
        emit Proven(rootClaim(), keccak256(proof));
        _decide(GameStatus.DEFENDER_WINS);
    }

    /// @notice The outcome. There is nothing to wait for: proving resolves the game.
    function resolve() external view returns (GameStatus) {
        if (status == GameStatus.IN_PROGRESS) revert GameNotResolved();
        return status;
    }
}
