// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @notice Calls into code that may be hostile: its return data is never copied, and the gas that it was promised is
///         either there or the whole transaction reverts.
library SafeCall {
    /// @notice Less gas is left than the call was promised.
    error NotEnoughGas();

    /// @notice What a call with value to an account may cost before the callee's first instruction.
    uint256 private constant CALL_OVERHEAD = 40_000;

    /// @notice Calls, ignoring what comes back.
    function call(address target, uint256 gasLimit, uint256 value, bytes memory data) internal returns (bool success) {
        assembly ("memory-safe") {
            success := call(gasLimit, target, value, add(data, 0x20), mload(data), 0, 0)
        }
    }

    /// @notice Whether a call may be given `minGas` while `reserved` remains, by the 63/64 rule of EIP-150.
    function hasMinGas(uint256 minGas, uint256 reserved) internal view returns (bool) {
        if (minGas > type(uint64).max) return false;
        return gasleft() * 63 >= minGas * 64 + 63 * (CALL_OVERHEAD + reserved);
    }

    /// @notice Calls with all the gas there is, at least `minGas`, or reverts. A relayer can thus not make a message
    ///         fail by giving it too little.
    function callWithMinGas(address target, uint256 minGas, uint256 value, bytes memory data) internal returns (bool) {
        if (!hasMinGas(minGas, 0)) revert NotEnoughGas();
        return call(target, gasleft(), value, data);
    }
}
