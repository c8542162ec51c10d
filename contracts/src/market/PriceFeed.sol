// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @title PriceFeed
/// @notice What reporters say that a test token of this rollup costs, in dollars of eight digits after the point: each
///         has a feed of its own, and whoever reads one trusts its reporter.
/// @dev The round is what Chainlink's `AggregatorV3Interface` tells of one.
contract PriceFeed {
    event AnswerUpdated(address indexed reporter, uint96 indexed current, uint80 indexed roundId, uint256 updatedAt);

    struct Round {
        uint96 answer;
        uint80 id;
        uint64 updatedAt;
    }

    mapping(address reporter => Round) private rounds;

    /// @notice Reports a price: the caller's next round.
    function report(uint96 answer) external {
        Round storage round = rounds[msg.sender];
        round.answer = answer;
        round.id += 1;
        round.updatedAt = uint64(block.timestamp);
        emit AnswerUpdated(msg.sender, answer, round.id, block.timestamp);
    }

    /// @notice A reporter's last round; of one who has reported nothing all are zero.
    function latestRound(address reporter) external view returns (uint80 id, uint96 answer, uint64 updatedAt) {
        Round storage round = rounds[reporter];
        return (round.id, round.answer, round.updatedAt);
    }

    /// @notice Digits after the point of an answer.
    function decimals() external pure returns (uint8) {
        return 8;
    }
}
