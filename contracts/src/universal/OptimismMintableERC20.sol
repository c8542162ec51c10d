// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IOptimismMintableERC20} from "./IOptimismMintableERC20.sol";

/// @title OptimismMintableERC20
/// @notice The representation of a token of the other layer. Only the bridge mints and burns it.
/// @dev What the OP Stack keeps in immutables lies in storage here, so that one runtime code serves every token and a
///      genesis state can hold one: slots 3 and 4 name and symbol, 5 remote token, 6 bridge and decimals.
contract OptimismMintableERC20 is ERC20, IOptimismMintableERC20, IERC165 {
    event Mint(address indexed account, uint256 amount);
    event Burn(address indexed account, uint256 amount);

    /// @notice Only the bridge may change the supply.
    error OnlyBridge(address caller);

    string public constant version = "1.4.0";

    address private _remoteToken;
    address private _bridge;
    uint8 private _decimals;

    constructor(address bridge_, address remoteToken_, string memory name_, string memory symbol_, uint8 decimals_)
        ERC20(name_, symbol_)
    {
        _remoteToken = remoteToken_;
        _bridge = bridge_;
        _decimals = decimals_;
    }

    modifier onlyBridge() {
        if (msg.sender != _bridge) revert OnlyBridge(msg.sender);
        _;
    }

    function mint(address to, uint256 amount) external onlyBridge {
        _mint(to, amount);
        emit Mint(to, amount);
    }

    function burn(address from, uint256 amount) external onlyBridge {
        _burn(from, amount);
        emit Burn(from, amount);
    }

    function remoteToken() public view returns (address) {
        return _remoteToken;
    }

    function bridge() public view returns (address) {
        return _bridge;
    }

    function REMOTE_TOKEN() external view returns (address) {
        return remoteToken();
    }

    function BRIDGE() external view returns (address) {
        return bridge();
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IERC165).interfaceId || interfaceId == type(IOptimismMintableERC20).interfaceId;
    }
}
