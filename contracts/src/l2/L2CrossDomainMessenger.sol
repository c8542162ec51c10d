// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Callers} from "../libraries/Callers.sol";
import {Predeploys} from "../libraries/Constants.sol";
import {CrossDomainMessenger} from "../universal/CrossDomainMessenger.sol";
import {L2ToL1MessagePasser} from "./L2ToL1MessagePasser.sol";

/// @title L2CrossDomainMessenger
/// @notice The rollup's side of its messenger. Its messages are withdrawals.
contract L2CrossDomainMessenger is CrossDomainMessenger {
    string public constant version = "2.1.0";

    /// @notice The messenger on L1. Written into the genesis state, at slot 3.
    address public l1CrossDomainMessenger;

    function otherMessenger() public view override returns (address) {
        return l1CrossDomainMessenger;
    }

    function _sendMessage(address to, uint64 gasLimit, uint256 value, bytes memory data) internal override {
        L2ToL1MessagePasser(payable(Predeploys.L2_TO_L1_MESSAGE_PASSER)).initiateWithdrawal{value: value}(
            to, gasLimit, data
        );
    }

    function _callerIsOtherMessenger() internal view override returns (bool) {
        return Callers.unaliased(msg.sender) == l1CrossDomainMessenger;
    }

    function _isBlockedTarget(address target) internal view override returns (bool) {
        return target == address(this) || target == Predeploys.L2_TO_L1_MESSAGE_PASSER;
    }
}
