// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {Predeploys} from "../libraries/Constants.sol";
import {CrossDomainMessenger} from "../universal/CrossDomainMessenger.sol";
import {OptimismPortal} from "./OptimismPortal.sol";

/// @title L1CrossDomainMessenger
/// @notice The L1 side of one rollup's messenger. Its messages go through the rollup's portal.
contract L1CrossDomainMessenger is CrossDomainMessenger, Initializable {
    string public constant version = "2.6.0";

    OptimismPortal public portal;

    constructor() {
        _disableInitializers();
    }

    function initialize(OptimismPortal portal_) external initializer {
        portal = portal_;
    }

    function otherMessenger() public pure override returns (address) {
        return Predeploys.L2_CROSS_DOMAIN_MESSENGER;
    }

    function paused() public view override returns (bool) {
        return portal.paused();
    }

    function _sendMessage(address to, uint64 gasLimit, uint256 value, bytes memory data) internal override {
        portal.depositTransaction{value: value}(to, value, gasLimit, false, data);
    }

    function _callerIsOtherMessenger() internal view override returns (bool) {
        return msg.sender == address(portal) && portal.l2Sender() == otherMessenger();
    }

    function _isBlockedTarget(address target) internal view override returns (bool) {
        return target == address(this) || target == address(portal);
    }
}
