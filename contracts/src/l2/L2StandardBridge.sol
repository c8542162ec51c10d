// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Constants, Predeploys} from "../libraries/Constants.sol";
import {CrossDomainMessenger} from "../universal/CrossDomainMessenger.sol";
import {IOptimismMintableERC20} from "../universal/IOptimismMintableERC20.sol";
import {StandardBridge} from "../universal/StandardBridge.sol";

/// @title L2StandardBridge
/// @notice The rollup's side of its bridge.
contract L2StandardBridge is StandardBridge {
    event WithdrawalInitiated(
        address indexed l1Token,
        address indexed l2Token,
        address indexed from,
        address to,
        uint256 amount,
        bytes extraData
    );
    event DepositFinalized(
        address indexed l1Token,
        address indexed l2Token,
        address indexed from,
        address to,
        uint256 amount,
        bytes extraData
    );

    string public constant version = "1.13.0";

    /// @notice The bridge on L1. Written into the genesis state, at slot 1.
    address public l1Bridge;

    /// @notice Withdraws ether (named by the bridges' address for it) or a token to the caller's own address on L1.
    function withdraw(address l2Token, uint256 amount, uint32 minGasLimit, bytes calldata extraData)
        external
        payable
        onlyAccounts
    {
        _withdraw(l2Token, msg.sender, amount, minGasLimit, extraData);
    }

    /// @notice Withdraws ether or a token to `to` on L1.
    function withdrawTo(address l2Token, address to, uint256 amount, uint32 minGasLimit, bytes calldata extraData)
        external
        payable
    {
        _withdraw(l2Token, to, amount, minGasLimit, extraData);
    }

    function messenger() public pure override returns (CrossDomainMessenger) {
        return CrossDomainMessenger(Predeploys.L2_CROSS_DOMAIN_MESSENGER);
    }

    function otherBridge() public view override returns (address) {
        return l1Bridge;
    }

    function _withdraw(address l2Token, address to, uint256 amount, uint32 minGasLimit, bytes calldata extraData)
        private
    {
        if (l2Token == Constants.ETHER) return _initiateETH(msg.sender, to, amount, minGasLimit, extraData);
        if (msg.value != 0) revert Bridge_WrongValue(0, msg.value);
        address l1Token = IOptimismMintableERC20(l2Token).remoteToken();
        _initiateERC20(l2Token, l1Token, msg.sender, to, amount, minGasLimit, extraData);
    }

    function _emitETHInitiated(address from, address to, uint256 amount, bytes memory extraData) internal override {
        emit WithdrawalInitiated(address(0), Constants.ETHER, from, to, amount, extraData);
        super._emitETHInitiated(from, to, amount, extraData);
    }

    function _emitETHFinalized(address from, address to, uint256 amount, bytes memory extraData) internal override {
        emit DepositFinalized(address(0), Constants.ETHER, from, to, amount, extraData);
        super._emitETHFinalized(from, to, amount, extraData);
    }

    function _emitERC20Initiated(
        address localToken,
        address remoteToken,
        address from,
        address to,
        uint256 amount,
        bytes memory extraData
    ) internal override {
        emit WithdrawalInitiated(remoteToken, localToken, from, to, amount, extraData);
        super._emitERC20Initiated(localToken, remoteToken, from, to, amount, extraData);
    }

    function _emitERC20Finalized(
        address localToken,
        address remoteToken,
        address from,
        address to,
        uint256 amount,
        bytes memory extraData
    ) internal override {
        emit DepositFinalized(remoteToken, localToken, from, to, amount, extraData);
        super._emitERC20Finalized(localToken, remoteToken, from, to, amount, extraData);
    }
}
