// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Constants} from "../libraries/Constants.sol";

/// @notice A bridge that the guard knows: who may set its controls.
interface IGuarded {
    function guardian() external view returns (address);
}

/// @title BridgeGuard
/// @notice Controls on what leaves and enters bridges, by bridge and asset: `Constants.ETHER` for ether, or a token. A
///         bridge asks before it pays out and tells what came in. With no control on, that costs one read of storage.
/// @dev Each control computes in the integers, and with the order of checks, of its reference: the token bucket of
///      CCIP's `RateLimiter`, the daily limit of `XERC20` (ERC-7281), the breaker of DeFi-Circuit-Breaker/v1-core
///      (ERC-7265). Nothing here stops somebody who has the keys of the bridge itself: the guard is asked by the
///      bridge's code, and ether or tokens that are moved past that code are moved past the guard.
contract BridgeGuard {
    using SafeCast for uint256;
    using SafeCast for int256;

    struct Bucket {
        uint128 capacity;
        uint128 rate;
        uint128 tokens;
        uint64 updatedAt;
    }

    struct DailyLimit {
        uint256 max;
        uint256 current;
        uint64 updatedAt;
    }

    struct Change {
        uint64 since;
        int192 amount;
    }

    struct Breaker {
        uint64 period;
        uint64 tick;
        uint64 cooldown;
        uint16 minRetainedBps;
        bool tripped;
        uint64 trippedAt;
        uint64 graceUntil;
        /// The changes that are recent: from `first` up to, but without, `end`.
        uint64 first;
        uint64 end;
        uint256 beginThreshold;
        int256 total;
        int256 recent;
        mapping(uint64 index => Change) changes;
    }

    struct WindDown {
        uint256 held;
        uint256 claimed;
    }

    struct Controls {
        /// Which controls are on, one bit each.
        uint256 active;
        Bucket bucket;
        DailyLimit daily;
        Breaker breaker;
        uint256 exposureCap;
        WindDown windDown;
        /// What the breaker holds back, under the name that the bridge gave it. It counts as gone.
        mapping(bytes32 id => uint256 amount) locked;
    }

    event ControlsSet(address indexed bridge, address indexed asset, uint256 active);
    event Released(address indexed bridge, address indexed asset, uint256 asked, uint256 paid);
    event Absorbed(address indexed bridge, address indexed asset, uint256 amount);
    event Tripped(address indexed bridge, address indexed asset, uint256 amount);
    event Locked(address indexed bridge, address indexed asset, bytes32 indexed id, uint256 amount);
    event Cleared(address indexed bridge, address indexed asset, bool overridden);

    /// @notice Only the guardian of the bridge sets its controls.
    error Guard_NotGuardian(address caller);
    /// @notice Nothing leaves while it is paused.
    error Guard_Paused();
    /// @notice The rate is zero, or fills the bucket within a second.
    error Guard_InvalidRate(uint256 capacity, uint256 rate);
    /// @notice No wait would be long enough.
    error Guard_MaxCapacityExceeded(uint256 capacity, uint256 asked);
    /// @notice There will be enough in the bucket later.
    error Guard_RateLimitReached(uint256 minWaitSeconds, uint256 available);
    /// @notice The daily limit is above 2^255 - 1.
    error Guard_LimitsTooHigh(uint256 limit);
    /// @notice Less is left of the daily limit.
    error Guard_NotHighEnough(uint256 current, uint256 asked);
    /// @notice Ticks have no length, or what must stay is none or more than all.
    error Guard_InvalidBreaker();
    /// @notice The breaker has tripped.
    error Guard_RateLimited(uint256 trippedAt);
    /// @notice The breaker has not tripped.
    error Guard_NotRateLimited();
    /// @notice Only after this time may anybody clear the breaker.
    error Guard_CooldownNotOver(uint256 until);
    /// @notice The bridge would hold more than the cap.
    error Guard_ExposureTooHigh(uint256 cap, uint256 held);
    /// @notice A wind-down needs claims to share among.
    error Guard_NoClaims();
    /// @notice The wind-down was declared before: its figures stay.
    error Guard_WindingDown();

    uint256 public constant TOKEN_BUCKET = 1;
    uint256 public constant DAILY_LIMIT = 2;
    uint256 public constant BREAKER = 4;
    uint256 public constant EXPOSURE_CAP = 8;
    uint256 public constant PAUSE = 16;
    uint256 public constant WIND_DOWN = 32;

    uint256 internal constant DAY = 1 days;
    uint256 internal constant WHOLE_BPS = 10_000;

    mapping(address bridge => mapping(address asset => Controls)) private controlsOf;

    modifier onlyGuardian(address bridge) {
        if (msg.sender != IGuarded(bridge).guardian()) revert Guard_NotGuardian(msg.sender);
        _;
    }

    /// @notice The calling bridge is about to pay out. Reverts if it may not; then nothing has changed here. False means
    ///         that the breaker holds it back under `id`: the bridge pays nothing, or reverts, and asks again by that
    ///         `id` once the breaker is cleared.
    /// @return mayPay whether it may
    /// @return amount how much: all that was asked for, or a share of it in a wind-down
    function released(address asset, uint256 asked, bytes32 id) external returns (bool mayPay, uint256 amount) {
        Controls storage controls = controlsOf[msg.sender][asset];
        uint256 on = controls.active;
        if (on == 0) return (true, asked);
        if (on & PAUSE != 0) revert Guard_Paused();
        amount = on & WIND_DOWN != 0 ? _share(controls.windDown, asked) : asked;
        if (on & BREAKER != 0 && !_passBreaker(controls, asset, amount, id)) return (false, 0);
        if (on & TOKEN_BUCKET != 0) _consume(controls.bucket, amount);
        if (on & DAILY_LIMIT != 0) _spend(controls.daily, amount);
        emit Released(msg.sender, asset, asked, amount);
        return (true, amount);
    }

    /// @notice Something has come into the calling bridge, which holds it already. Reverts if that is too much.
    function absorbed(address asset, uint256 amount) external {
        Controls storage controls = controlsOf[msg.sender][asset];
        uint256 on = controls.active;
        if (on == 0) return;
        if (on & EXPOSURE_CAP != 0) {
            uint256 held = _held(msg.sender, asset);
            if (held > controls.exposureCap) revert Guard_ExposureTooHigh(controls.exposureCap, held);
        }
        if (on & BREAKER != 0) _record(controls.breaker, amount.toInt256());
        emit Absorbed(msg.sender, asset, amount);
    }

    /// @notice Puts a token bucket in place. A new one is full; in one that was on, what it holds stays, up to the new
    ///         capacity.
    function setTokenBucket(address bridge, address asset, uint128 capacity, uint128 rate)
        external
        onlyGuardian(bridge)
    {
        if (rate == 0 || rate >= capacity) revert Guard_InvalidRate(capacity, rate);
        Controls storage controls = controlsOf[bridge][asset];
        uint256 tokens = capacity;
        if (controls.active & TOKEN_BUCKET != 0) tokens = Math.min(_available(controls.bucket), capacity);
        controls.bucket = Bucket(capacity, rate, tokens.toUint128(), uint64(block.timestamp));
        _switchOn(bridge, asset, TOKEN_BUCKET);
    }

    /// @notice Puts a daily limit in place; what is left of one that was on shifts by the difference.
    function setDailyLimit(address bridge, address asset, uint256 limit) external onlyGuardian(bridge) {
        if (limit > type(uint256).max / 2) revert Guard_LimitsTooHigh(limit);
        DailyLimit storage daily = controlsOf[bridge][asset].daily;
        uint256 current = _current(daily);
        uint256 old = daily.max;
        daily.max = limit;
        daily.current = old > limit ? Math.saturatingSub(current, old - limit) : current + (limit - old);
        daily.updatedAt = uint64(block.timestamp);
        _switchOn(bridge, asset, DAILY_LIMIT);
    }

    /// @notice Puts a new breaker in place, for which what the bridge holds now is old.
    function setBreaker(
        address bridge,
        address asset,
        uint16 minRetainedBps,
        uint256 beginThreshold,
        uint64 period,
        uint64 tick,
        uint64 cooldown
    ) external onlyGuardian(bridge) {
        if (tick == 0 || minRetainedBps == 0 || minRetainedBps > WHOLE_BPS) revert Guard_InvalidBreaker();
        Breaker storage breaker = controlsOf[bridge][asset].breaker;
        breaker.period = period;
        breaker.tick = tick;
        breaker.cooldown = cooldown;
        breaker.minRetainedBps = minRetainedBps;
        breaker.tripped = false;
        breaker.trippedAt = 0;
        breaker.graceUntil = 0;
        breaker.first = breaker.end;
        breaker.beginThreshold = beginThreshold;
        breaker.total = _held(bridge, asset).toInt256();
        breaker.recent = 0;
        _switchOn(bridge, asset, BREAKER);
    }

    /// @notice Refuses what would take the bridge's holdings above a cap.
    function setExposureCap(address bridge, address asset, uint256 cap) external onlyGuardian(bridge) {
        controlsOf[bridge][asset].exposureCap = cap;
        _switchOn(bridge, asset, EXPOSURE_CAP);
    }

    /// @notice Stops what leaves, or lets it go on. What comes in does.
    function setPaused(address bridge, address asset, bool paused) external onlyGuardian(bridge) {
        if (paused) return _switchOn(bridge, asset, PAUSE);
        Controls storage controls = controlsOf[bridge][asset];
        controls.active &= ~PAUSE;
        emit ControlsSet(bridge, asset, controls.active);
    }

    /// @notice From now on each release pays its share of what is held now for all `claimed`, first and last alike.
    function windDown(address bridge, address asset, uint256 claimed) external onlyGuardian(bridge) {
        if (claimed == 0) revert Guard_NoClaims();
        Controls storage controls = controlsOf[bridge][asset];
        if (controls.active & WIND_DOWN != 0) revert Guard_WindingDown();
        controls.windDown = WindDown(_held(bridge, asset), claimed);
        _switchOn(bridge, asset, WIND_DOWN);
    }

    /// @notice Switches all controls off.
    function switchOff(address bridge, address asset) external onlyGuardian(bridge) {
        Controls storage controls = controlsOf[bridge][asset];
        controls.active = 0;
        delete controls.bucket;
        delete controls.daily;
        delete controls.exposureCap;
        delete controls.windDown;
        controls.breaker.tripped = false;
        emit ControlsSet(bridge, asset, 0);
    }

    /// @notice Lets outflows pass a breaker whose cooldown is over. Anyone may call.
    function clearBreaker(address bridge, address asset) external {
        Breaker storage breaker = controlsOf[bridge][asset].breaker;
        if (!breaker.tripped) revert Guard_NotRateLimited();
        uint256 until = uint256(breaker.trippedAt) + breaker.cooldown;
        if (block.timestamp < until) revert Guard_CooldownNotOver(until);
        breaker.tripped = false;
        emit Cleared(bridge, asset, false);
    }

    /// @notice Lets outflows pass a breaker now, and nothing trips it until a period after it tripped.
    function overrideBreaker(address bridge, address asset) external onlyGuardian(bridge) {
        Breaker storage breaker = controlsOf[bridge][asset].breaker;
        if (!breaker.tripped) revert Guard_NotRateLimited();
        breaker.tripped = false;
        uint256 until = uint256(breaker.trippedAt) + breaker.period;
        breaker.graceUntil = Math.min(until, type(uint64).max).toUint64();
        emit Cleared(bridge, asset, true);
    }

    /// @notice Which controls are on, one bit each.
    function active(address bridge, address asset) external view returns (uint256) {
        return controlsOf[bridge][asset].active;
    }

    /// @notice The most that may leave now in one go; the highest number if nothing limits it.
    function releasable(address bridge, address asset) external view returns (uint256 most) {
        Controls storage controls = controlsOf[bridge][asset];
        uint256 on = controls.active;
        most = type(uint256).max;
        if (on & PAUSE != 0) return 0;
        if (on & TOKEN_BUCKET != 0) most = Math.min(most, _available(controls.bucket));
        if (on & DAILY_LIMIT != 0) most = Math.min(most, _current(controls.daily));
        if (on & BREAKER != 0) most = Math.min(most, _room(controls.breaker));
    }

    /// @notice What a bucket holds now; nothing if it is off.
    function bucketTokens(address bridge, address asset) external view returns (uint256) {
        return _available(controlsOf[bridge][asset].bucket);
    }

    /// @notice What is left of a daily limit now; nothing if it is off.
    function dailyLeft(address bridge, address asset) external view returns (uint256) {
        return _current(controlsOf[bridge][asset].daily);
    }

    /// @notice A breaker as of its last change.
    function breakerState(address bridge, address asset)
        external
        view
        returns (int256 total, int256 recent, bool tripped)
    {
        Breaker storage breaker = controlsOf[bridge][asset].breaker;
        return (breaker.total, breaker.recent, breaker.tripped);
    }

    /// @notice What the breaker holds back under a name.
    function locked(address bridge, address asset, bytes32 id) external view returns (uint256) {
        return controlsOf[bridge][asset].locked[id];
    }

    /// @notice The figures of a wind-down.
    function windDownOf(address bridge, address asset) external view returns (uint256 held, uint256 claimed) {
        WindDown storage figures = controlsOf[bridge][asset].windDown;
        return (figures.held, figures.claimed);
    }

    function _switchOn(address bridge, address asset, uint256 control) private {
        Controls storage controls = controlsOf[bridge][asset];
        controls.active |= control;
        emit ControlsSet(bridge, asset, controls.active);
    }

    function _held(address bridge, address asset) private view returns (uint256) {
        return asset == Constants.ETHER ? bridge.balance : IERC20(asset).balanceOf(bridge);
    }

    function _share(WindDown storage figures, uint256 asked) private view returns (uint256) {
        if (figures.held >= figures.claimed) return asked;
        return Math.mulDiv(asked, figures.held, figures.claimed);
    }

    function _available(Bucket storage bucket) private view returns (uint256) {
        uint256 refilled = bucket.tokens + uint256(bucket.rate) * (block.timestamp - bucket.updatedAt);
        return Math.min(refilled, bucket.capacity);
    }

    function _consume(Bucket storage bucket, uint256 asked) private {
        if (asked == 0) return;
        if (asked > bucket.capacity) revert Guard_MaxCapacityExceeded(bucket.capacity, asked);
        uint256 available = _available(bucket);
        if (asked > available) {
            revert Guard_RateLimitReached(Math.ceilDiv(asked - available, bucket.rate), available);
        }
        bucket.tokens = uint128(available - asked);
        bucket.updatedAt = uint64(block.timestamp);
    }

    function _current(DailyLimit storage daily) private view returns (uint256) {
        uint256 passed = block.timestamp - daily.updatedAt;
        if (daily.current == daily.max || passed >= DAY) return daily.max;
        return Math.min(daily.max, daily.current + (daily.max / DAY) * passed);
    }

    function _spend(DailyLimit storage daily, uint256 asked) private {
        uint256 current = _current(daily);
        if (asked > current) revert Guard_NotHighEnough(current, asked);
        daily.current = current - asked;
        daily.updatedAt = uint64(block.timestamp);
    }

    /// @dev What is locked was counted when it was locked.
    function _passBreaker(Controls storage controls, address asset, uint256 amount, bytes32 id)
        private
        returns (bool)
    {
        Breaker storage breaker = controls.breaker;
        if (controls.locked[id] != 0) {
            if (breaker.tripped) revert Guard_RateLimited(breaker.trippedAt);
            delete controls.locked[id];
            return true;
        }
        _record(breaker, -amount.toInt256());
        if (!breaker.tripped) {
            if (!_isTriggered(breaker) || block.timestamp <= breaker.graceUntil) return true;
            breaker.tripped = true;
            breaker.trippedAt = uint64(block.timestamp);
            emit Tripped(msg.sender, asset, amount);
        }
        controls.locked[id] = amount;
        emit Locked(msg.sender, asset, id, amount);
        return false;
    }

    function _record(Breaker storage breaker, int256 amount) private {
        uint64 now_ = uint64(block.timestamp);
        uint64 tickStart = now_ - now_ % breaker.tick;
        breaker.recent += amount;
        if (breaker.first == breaker.end) return _push(breaker, tickStart, amount);
        if (now_ - breaker.changes[breaker.first].since >= breaker.period) _sync(breaker, now_);
        Change storage last = breaker.changes[breaker.end - 1];
        if (last.since == tickStart) last.amount = (last.amount + amount).toInt192();
        else _push(breaker, tickStart, amount);
    }

    /// @dev Counts to the total what is no longer recent. As in the reference, a list that has become empty begins
    ///      anew at this second, which is no tick.
    function _sync(Breaker storage breaker, uint64 now_) private {
        int256 aged;
        while (breaker.first != breaker.end) {
            Change storage change = breaker.changes[breaker.first];
            if (now_ - change.since < breaker.period) break;
            aged += change.amount;
            delete breaker.changes[breaker.first];
            breaker.first += 1;
        }
        if (breaker.first == breaker.end) _push(breaker, now_, 0);
        breaker.total += aged;
        breaker.recent -= aged;
    }

    function _push(Breaker storage breaker, uint64 since, int256 amount) private {
        breaker.changes[breaker.end] = Change(since, amount.toInt192());
        breaker.end += 1;
    }

    /// @dev As the reference compares: a total below zero is more than any threshold.
    function _isActive(Breaker storage breaker, int256 total) private view returns (bool) {
        return breaker.beginThreshold <= uint256(total);
    }

    function _least(Breaker storage breaker, int256 total) private view returns (int256) {
        return total * int256(uint256(breaker.minRetainedBps)) / int256(WHOLE_BPS);
    }

    function _isTriggered(Breaker storage breaker) private view returns (bool) {
        int256 total = breaker.total;
        return _isActive(breaker, total) && total + breaker.recent < _least(breaker, total);
    }

    /// @dev What may leave once the changes that have become old count to the total.
    function _room(Breaker storage breaker) private view returns (uint256) {
        if (breaker.tripped) return 0;
        int256 total = breaker.total;
        for (uint64 index = breaker.first; index != breaker.end; ++index) {
            Change storage change = breaker.changes[index];
            if (block.timestamp - change.since < breaker.period) break;
            total += change.amount;
        }
        if (!_isActive(breaker, total) || block.timestamp <= breaker.graceUntil) return type(uint256).max;
        int256 room = breaker.total + breaker.recent - _least(breaker, total);
        return room > 0 ? uint256(room) : 0;
    }
}
