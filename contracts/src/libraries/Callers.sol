// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @notice Who is calling: accounts, contracts, and contracts of the other layer.
library Callers {
    /// @notice What is added to a contract's address when it acts on the other layer. Without it, a contract on L1
    ///         could act as the different contract that has the same address on a rollup.
    uint160 internal constant ALIAS_OFFSET = uint160(0x1111000000000000000000000000000000001111);

    /// @notice The address under which an L1 contract acts on a rollup.
    function aliased(address l1Address) internal pure returns (address) {
        unchecked {
            return address(uint160(l1Address) + ALIAS_OFFSET);
        }
    }

    /// @notice The L1 contract that acts on a rollup under this address.
    function unaliased(address l2Address) internal pure returns (address) {
        unchecked {
            return address(uint160(l2Address) - ALIAS_OFFSET);
        }
    }

    /// @notice Whether the caller is an account with a key: the transaction's own sender, or an account whose code is
    ///         an EIP-7702 delegation. Such an account is the same person on both layers, so it is not aliased.
    function senderHasKey() internal view returns (bool) {
        return msg.sender == tx.origin || isDelegated(msg.sender);
    }

    /// @notice Whether an account may use the short forms of a bridge, which send to the same address on the other
    ///         side: a contract has no such address there.
    function senderIsAccount() internal view returns (bool) {
        return msg.sender.code.length == 0 || isDelegated(msg.sender);
    }

    function isDelegated(address account) private view returns (bool) {
        bytes memory code = account.code;
        return code.length == 23 && bytes3(code) == 0xef0100;
    }
}
