// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Constants} from "../libraries/Constants.sol";

/// @title L1Block
/// @notice What the rollup knows of L1: the first deposit of every block writes it.
/// @dev Storage layout and the packed calldata are those of the OP Stack's Isthmus upgrade; fee code reads the slots.
contract L1Block {
    /// @notice Only the L1 attributes depositor may write.
    error NotDepositor();
    /// @notice The calldata is not as long as the attributes are.
    error WrongAttributesLength(uint256 expected, uint256 found);

    string public constant version = "1.6.0";

    /// @notice Length of the calldata of `setL1BlockValuesIsthmus`.
    uint256 private constant ATTRIBUTES_LENGTH = 176;

    uint64 public number;
    uint64 public timestamp;
    uint256 public basefee;
    bytes32 public hash;
    /// @notice How many rollup blocks before this one have the same L1 block.
    uint64 public sequenceNumber;
    uint32 public blobBaseFeeScalar;
    uint32 public baseFeeScalar;
    /// @notice Versioned hash of the account that posts batches.
    bytes32 public batcherHash;
    /// @notice Fee parameters from before Ecotone: always zero, kept for the layout.
    uint256 public l1FeeOverhead;
    uint256 public l1FeeScalar;
    uint256 public blobBaseFee;
    uint64 public operatorFeeConstant;
    uint32 public operatorFeeScalar;

    function DEPOSITOR_ACCOUNT() external pure returns (address) {
        return Constants.L1_ATTRIBUTES_DEPOSITOR;
    }

    /// @notice Writes the attributes. The calldata after the selector is packed, not ABI-encoded:
    ///         baseFeeScalar u32, blobBaseFeeScalar u32, sequenceNumber u64, timestamp u64, number u64, basefee u256,
    ///         blobBaseFee u256, hash b32, batcherHash b32, operatorFeeScalar u32, operatorFeeConstant u64.
    function setL1BlockValuesIsthmus() external {
        if (msg.sender != Constants.L1_ATTRIBUTES_DEPOSITOR) revert NotDepositor();
        if (msg.data.length != ATTRIBUTES_LENGTH) revert WrongAttributesLength(ATTRIBUTES_LENGTH, msg.data.length);
        baseFeeScalar = uint32(bytes4(msg.data[4:8]));
        blobBaseFeeScalar = uint32(bytes4(msg.data[8:12]));
        sequenceNumber = uint64(bytes8(msg.data[12:20]));
        timestamp = uint64(bytes8(msg.data[20:28]));
        number = uint64(bytes8(msg.data[28:36]));
        basefee = uint256(bytes32(msg.data[36:68]));
        blobBaseFee = uint256(bytes32(msg.data[68:100]));
        hash = bytes32(msg.data[100:132]);
        batcherHash = bytes32(msg.data[132:164]);
        operatorFeeScalar = uint32(bytes4(msg.data[164:168]));
        operatorFeeConstant = uint64(bytes8(msg.data[168:176]));
    }
}
