// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @notice Names that rollups agree on without asking each other: an account's own, so that nobody can take them first.
library OwnId {
    function derive(address owner, bytes32 salt) internal pure returns (bytes32) {
        return keccak256(abi.encode(owner, salt));
    }

    /// @notice The session in which a lock's controller orders its release; the lock's announcement has its id.
    function releaseSession(bytes32 id) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(id)));
    }
}
