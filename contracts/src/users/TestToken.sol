// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title TestToken
/// @notice A token for trying bridges. Anyone may mint, up to `MINT_LIMIT` at a time: a faucet.
contract TestToken is ERC20("", "") {
    /// @notice More was asked for than the faucet gives at once.
    error MintLimitExceeded(uint256 asked, uint256 limit);

    uint256 public constant MINT_LIMIT = 1_000_000 ether;

    function mint(address to, uint256 amount) external {
        if (amount > MINT_LIMIT) revert MintLimitExceeded(amount, MINT_LIMIT);
        _mint(to, amount);
    }

    /// @dev Named here rather than in storage, so that the token can stand in a genesis state by its code alone.
    function name() public pure override returns (string memory) {
        return "Test Token";
    }

    function symbol() public pure override returns (string memory) {
        return "TEST";
    }
}
