// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice Who takes tokens before paying for them is called back by this.
interface IUniswapV2Callee {
    function uniswapV2Call(address sender, uint256 amount0, uint256 amount1, bytes calldata data) external;
}

/// @title ConstantProductPair
/// @notice A market of two tokens whose reserves' product never falls: 0.3 % of what comes in stays in the pool. The
///         pair is itself the token of its liquidity.
/// @dev Integers, events and functions are those of Uniswap v2's pair and library. The contract has no factory: tokens
///      and the receiver of the protocol fee lie in storage, where a genesis state puts them (slots 5 and 6 tokens,
///      7 reserves, 8 `kLast`, 9 `feeTo`; 12 to 15 are those of what was stolen). The first liquidity is locked at an address without a key, since
///      OpenZeppelin's token mints nothing to zero.
contract ConstantProductPair is ERC20("", ""), ReentrancyGuard {
    using SafeERC20 for IERC20;

    event Mint(address indexed sender, uint256 amount0, uint256 amount1);
    event Burn(address indexed sender, uint256 amount0, uint256 amount1, address indexed to);
    event Swap(
        address indexed sender,
        uint256 amount0In,
        uint256 amount1In,
        uint256 amount0Out,
        uint256 amount1Out,
        address indexed to
    );
    event Sync(uint112 reserve0, uint112 reserve1);

    /// @notice What was brought is worth no liquidity.
    error Pair_InsufficientLiquidityMinted();
    /// @notice The liquidity that was given back is worth nothing of one token.
    error Pair_InsufficientLiquidityBurned();
    /// @notice Nothing was asked for, or less would come out than was asked for at least.
    error Pair_InsufficientOutputAmount(uint256 expected, uint256 found);
    /// @notice Nothing came in.
    error Pair_InsufficientInputAmount();
    /// @notice The pool has not that much, or nothing at all.
    error Pair_InsufficientLiquidity();
    /// @notice The pair's own tokens cannot receive.
    error Pair_InvalidTo(address to);
    /// @notice The pair does not trade this token.
    error Pair_UnknownToken(address token);
    /// @notice The product of the reserves, less the fee, would fall.
    error Pair_K();
    /// @notice A reserve would not fit into 112 bits.
    error Pair_Overflow();
    /// @notice The deadline has passed.
    error Pair_Expired(uint256 deadline, uint256 timestamp);

    /// @notice Liquidity that the first provider leaves in the pool for ever.
    uint256 public constant MINIMUM_LIQUIDITY = 1000;
    /// @notice Where that liquidity lies.
    address public constant LOCKED = 0x000000000000000000000000000000000000dEaD;

    address public token0;
    address public token1;
    uint112 private reserve0;
    uint112 private reserve1;
    uint32 private blockTimestampLast;
    /// @notice Product of the reserves after the last change of liquidity, while the protocol fee is on.
    uint256 public kLast;
    /// @notice Receives a sixth of the fees as liquidity; zero while the protocol fee is off.
    address public feeTo;
    /// @notice Sum over seconds of each token's price in the other, as 112.112-bit fixed point; wraps.
    uint256 public price0CumulativeLast;
    uint256 public price1CumulativeLast;

    /// @notice Token 0 that is gone without a trade, as `sync` or `burn` found, in all.
    uint256 public stolen;
    /// @dev The same for each unit of liquidity that there was, as 128.128-bit fixed point.
    uint256 private stolenPerUnit;
    /// @dev What of `stolenPerUnit` an account's liquidity has borne, and what that came to.
    mapping(address account => uint256) private borneUntil;
    mapping(address account => uint256) private borne;

    /// @dev Named here rather than in storage, as in `TestToken`.
    function name() public pure override returns (string memory) {
        return "Pool Liquidity";
    }

    function symbol() public pure override returns (string memory) {
        return "POOL";
    }

    /// @notice Gives `amountIn` of one token, which the caller has approved, for the other: a trade in one call.
    function swapExactIn(address tokenIn, uint256 amountIn, uint256 amountOutMin, address to, uint256 deadline)
        external
        nonReentrant
        returns (uint256 amountOut)
    {
        if (block.timestamp > deadline) revert Pair_Expired(deadline, block.timestamp);
        bool first = tokenIn == token0;
        if (!first && tokenIn != token1) revert Pair_UnknownToken(tokenIn);
        amountOut = first ? getAmountOut(amountIn, reserve0, reserve1) : getAmountOut(amountIn, reserve1, reserve0);
        if (amountOut < amountOutMin) revert Pair_InsufficientOutputAmount(amountOutMin, amountOut);
        IERC20(tokenIn).safeTransferFrom(msg.sender, address(this), amountIn);
        _swap(first ? 0 : amountOut, first ? amountOut : 0, to, "");
    }

    /// @notice Gives out tokens, lets `to` use them if there is `data`, and then asks that they are paid for.
    function swap(uint256 amount0Out, uint256 amount1Out, address to, bytes calldata data) external nonReentrant {
        _swap(amount0Out, amount1Out, to, data);
    }

    /// @notice Makes liquidity of what was sent to the pair before.
    function mint(address to) external nonReentrant returns (uint256 liquidity) {
        (uint256 balance0, uint256 balance1) = _balances();
        uint256 amount0 = balance0 - reserve0;
        uint256 amount1 = balance1 - reserve1;
        bool feeOn = _mintFee();
        uint256 supply = totalSupply();
        if (supply == 0) {
            uint256 root = Math.sqrt(amount0 * amount1);
            if (root <= MINIMUM_LIQUIDITY) revert Pair_InsufficientLiquidityMinted();
            liquidity = root - MINIMUM_LIQUIDITY;
            _mint(LOCKED, MINIMUM_LIQUIDITY);
        } else {
            liquidity = Math.min(amount0 * supply / reserve0, amount1 * supply / reserve1);
            if (liquidity == 0) revert Pair_InsufficientLiquidityMinted();
        }
        _mint(to, liquidity);
        _update(balance0, balance1);
        if (feeOn) kLast = uint256(reserve0) * reserve1;
        emit Mint(msg.sender, amount0, amount1);
    }

    /// @notice Pays out the liquidity that was sent to the pair before.
    function burn(address to) external nonReentrant returns (uint256 amount0, uint256 amount1) {
        (uint256 balance0, uint256 balance1) = _balances();
        _book(balance0);
        uint256 liquidity = balanceOf(address(this));
        bool feeOn = _mintFee();
        uint256 supply = totalSupply();
        if (supply == 0) revert Pair_InsufficientLiquidityBurned();
        // Shares of the balances, not of the reserves: what was sent to the pool belongs to its providers.
        amount0 = liquidity * balance0 / supply;
        amount1 = liquidity * balance1 / supply;
        if (amount0 == 0 || amount1 == 0) revert Pair_InsufficientLiquidityBurned();
        _burn(address(this), liquidity);
        IERC20(token0).safeTransfer(to, amount0);
        IERC20(token1).safeTransfer(to, amount1);
        (balance0, balance1) = _balances();
        _update(balance0, balance1);
        if (feeOn) kLast = uint256(reserve0) * reserve1;
        emit Burn(msg.sender, amount0, amount1, to);
    }

    /// @notice Gives `to` what the pair has beyond its reserves.
    function skim(address to) external nonReentrant {
        (uint256 balance0, uint256 balance1) = _balances();
        IERC20(token0).safeTransfer(to, balance0 - reserve0);
        IERC20(token1).safeTransfer(to, balance1 - reserve1);
    }

    /// @notice Takes what the pair has for its reserves.
    function sync() external nonReentrant {
        (uint256 balance0, uint256 balance1) = _balances();
        _book(balance0);
        _update(balance0, balance1);
    }

    /// @notice What of `stolen` was an account's, rounded down; it stays its loss whatever becomes of its liquidity.
    function stolenFrom(address account) public view returns (uint256) {
        return borne[account] + ((balanceOf(account) * (stolenPerUnit - borneUntil[account])) >> 128);
    }

    function getReserves() external view returns (uint112, uint112, uint32) {
        return (reserve0, reserve1, blockTimestampLast);
    }

    /// @notice What comes out for `amountIn`, rounded down.
    function getAmountOut(uint256 amountIn, uint256 reserveIn, uint256 reserveOut) public pure returns (uint256) {
        if (amountIn == 0) revert Pair_InsufficientInputAmount();
        if (reserveIn == 0 || reserveOut == 0) revert Pair_InsufficientLiquidity();
        uint256 withoutFee = amountIn * 997;
        return withoutFee * reserveOut / (reserveIn * 1000 + withoutFee);
    }

    /// @notice What must come in for `amountOut`, rounded up.
    function getAmountIn(uint256 amountOut, uint256 reserveIn, uint256 reserveOut) external pure returns (uint256) {
        if (amountOut == 0) revert Pair_InsufficientOutputAmount(1, 0);
        if (reserveIn == 0 || reserveOut <= amountOut) revert Pair_InsufficientLiquidity();
        return reserveIn * amountOut * 1000 / ((reserveOut - amountOut) * 997) + 1;
    }

    function _swap(uint256 amount0Out, uint256 amount1Out, address to, bytes memory data) private {
        if (amount0Out == 0 && amount1Out == 0) revert Pair_InsufficientOutputAmount(1, 0);
        if (amount0Out >= reserve0 || amount1Out >= reserve1) revert Pair_InsufficientLiquidity();
        if (to == token0 || to == token1) revert Pair_InvalidTo(to);
        if (amount0Out > 0) IERC20(token0).safeTransfer(to, amount0Out);
        if (amount1Out > 0) IERC20(token1).safeTransfer(to, amount1Out);
        if (data.length > 0) IUniswapV2Callee(to).uniswapV2Call(msg.sender, amount0Out, amount1Out, data);
        (uint256 balance0, uint256 balance1) = _balances();
        uint256 amount0In = Math.saturatingSub(balance0, reserve0 - amount0Out);
        uint256 amount1In = Math.saturatingSub(balance1, reserve1 - amount1Out);
        if (amount0In == 0 && amount1In == 0) revert Pair_InsufficientInputAmount();
        uint256 adjusted0 = balance0 * 1000 - amount0In * 3;
        uint256 adjusted1 = balance1 * 1000 - amount1In * 3;
        if (adjusted0 * adjusted1 < uint256(reserve0) * reserve1 * 1000 ** 2) revert Pair_K();
        _update(balance0, balance1);
        emit Swap(msg.sender, amount0In, amount1In, amount0Out, amount1Out, to);
    }

    function _balances() private view returns (uint256, uint256) {
        return (IERC20(token0).balanceOf(address(this)), IERC20(token1).balanceOf(address(this)));
    }

    /// @dev What is missing of the reserve of token 0 was stolen.
    function _book(uint256 balance0) private {
        uint256 supply = totalSupply();
        if (balance0 >= reserve0 || supply == 0) return;
        stolen += reserve0 - balance0;
        stolenPerUnit += ((reserve0 - balance0) << 128) / supply;
    }

    /// @dev Liquidity bears what was stolen while it was an account's.
    function _update(address from, address to, uint256 value) internal override {
        _bear(from);
        _bear(to);
        super._update(from, to, value);
    }

    function _bear(address account) private {
        if (borneUntil[account] == stolenPerUnit) return;
        borne[account] = stolenFrom(account);
        borneUntil[account] = stolenPerUnit;
    }

    /// @dev Prices count by the reserves that held until now.
    function _update(uint256 balance0, uint256 balance1) private {
        if (balance0 > type(uint112).max || balance1 > type(uint112).max) revert Pair_Overflow();
        uint32 timestamp = uint32(block.timestamp);
        unchecked {
            uint32 elapsed = timestamp - blockTimestampLast;
            if (elapsed > 0 && reserve0 != 0 && reserve1 != 0) {
                price0CumulativeLast += ((uint256(reserve1) << 112) / reserve0) * elapsed;
                price1CumulativeLast += ((uint256(reserve0) << 112) / reserve1) * elapsed;
            }
        }
        reserve0 = uint112(balance0);
        reserve1 = uint112(balance1);
        blockTimestampLast = timestamp;
        emit Sync(reserve0, reserve1);
    }

    /// @dev Liquidity worth a sixth of what fees have added to the root of the product.
    function _mintFee() private returns (bool feeOn) {
        feeOn = feeTo != address(0);
        if (kLast == 0) return feeOn;
        if (!feeOn) {
            kLast = 0;
            return false;
        }
        uint256 root = Math.sqrt(uint256(reserve0) * reserve1);
        uint256 rootLast = Math.sqrt(kLast);
        if (root <= rootLast) return true;
        uint256 liquidity = totalSupply() * (root - rootLast) / (root * 5 + rootLast);
        if (liquidity > 0) _mint(feeTo, liquidity);
    }
}
