// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @notice Where a dispute game stands. The order is the OP Stack's: it is part of the ABI.
enum GameStatus {
    IN_PROGRESS,
    CHALLENGER_WINS,
    DEFENDER_WINS
}

/// @notice A state claim and the L2 block number that it is about.
struct Proposal {
    bytes32 root;
    uint256 l2SequenceNumber;
}

/// @notice Structures shared by the two sides of the L1 message path.
library Types {
    /// @notice A message from a rollup, as its message passer recorded it.
    struct WithdrawalTransaction {
        uint256 nonce;
        address sender;
        address target;
        uint256 value;
        uint256 gasLimit;
        bytes data;
    }

    /// @notice The four words whose hash is an output root of version 0.
    struct OutputRootProof {
        bytes32 version;
        bytes32 stateRoot;
        bytes32 messagePasserStorageRoot;
        bytes32 latestBlockhash;
    }
}
