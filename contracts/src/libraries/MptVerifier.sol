// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @notice Checks Merkle-Patricia inclusion proofs through the simulated L1's precompile. A deviation from the OP
///         Stack, which walks the trie in Solidity: the proof and the check are the same, the gas is not.
library MptVerifier {
    /// @notice The precompile. Input: abi.encode(bytes32 root, bytes32 key, bytes value, bytes[] proof), the key already
    ///         hashed as a secure trie hashes it, the value as RLP. Output: one word, 1 if the proof holds, else 0.
    address internal constant PRECOMPILE = 0x00000000000000000000000000000000000cA501;

    /// @notice Whether `value` lies under `key` in the trie with this root. Anything but a clear yes is a no: a chain
    ///         without the precompile, or a call that ran out of gas, proves nothing.
    function includes(bytes32 root, bytes32 key, bytes memory value, bytes[] memory proof)
        internal
        view
        returns (bool)
    {
        (bool answered, bytes memory answer) = PRECOMPILE.staticcall(abi.encode(root, key, value, proof));
        return answered && answer.length == 32 && abi.decode(answer, (uint256)) == 1;
    }
}
