// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Types} from "./Types.sol";

/// @notice The hashes by which both layers name a withdrawal, a message and an output.
library Hashing {
    /// @notice Messages of this version commit to value and gas limit.
    uint16 internal constant MESSAGE_VERSION = 1;

    /// @notice A nonce with the message version in its two most significant bytes.
    function versionedNonce(uint240 nonce) internal pure returns (uint256) {
        return (uint256(MESSAGE_VERSION) << 240) | uint256(nonce);
    }

    /// @notice The version in the two most significant bytes of a nonce.
    function nonceVersion(uint256 nonce) internal pure returns (uint16) {
        return uint16(nonce >> 240);
    }

    function hashWithdrawal(Types.WithdrawalTransaction memory withdrawal) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                withdrawal.nonce,
                withdrawal.sender,
                withdrawal.target,
                withdrawal.value,
                withdrawal.gasLimit,
                withdrawal.data
            )
        );
    }

    function hashOutputRootProof(Types.OutputRootProof memory proof) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(proof.version, proof.stateRoot, proof.messagePasserStorageRoot, proof.latestBlockhash)
        );
    }

    /// @notice The hash of a messenger's message of version 1: that of the call which relays it.
    function hashCrossDomainMessage(
        uint256 nonce,
        address sender,
        address target,
        uint256 value,
        uint256 minGasLimit,
        bytes memory message
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encodeWithSignature(
                "relayMessage(uint256,address,address,uint256,uint256,bytes)",
                nonce,
                sender,
                target,
                value,
                minGasLimit,
                message
            )
        );
    }
}
