//! The controls of bridges: in step with `rules` over drawn histories, at their boundaries, and in the bridges' way.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::world::*;
use crate::contracts::abi::*;
use crate::contracts::addresses::{BRIDGE_GUARD as GUARD, ETHER as ETH, L2_STANDARD_BRIDGE, TEST_TOKEN};
use crate::contracts::{RollupContracts, TEST_TOKEN_ON_L2, Withdrawal, addresses};
use crate::rules::{
    BreakerConfig, BreakerError, BucketError, BucketLimit, CircuitBreaker, LimitError, OnLimit, Outflow,
    TokenBucket, XErc20Limits,
};
use alloy_primitives::{Address, B256, Bytes, I256, U256, keccak256};
use alloy_sol_types::SolCall;

const HOUR_S: u64 = 3_600;
const DAY_S: u64 = 24 * HOUR_S;

fn units(amount: u64) -> U256 {
    U256::from(amount)
}

fn bridge() -> Address {
    RollupContracts::of(A).portal
}

fn id(number: u64) -> B256 {
    U256::from(number).into()
}

fn release(amount: U256, number: u64) -> IBridgeGuard::releasedCall {
    IBridgeGuard::releasedCall { asset: ETH, asked: amount, id: id(number) }
}

fn absorb(amount: u64) -> IBridgeGuard::absorbedCall {
    IBridgeGuard::absorbedCall { asset: ETH, amount: units(amount) }
}

/// What the guard says to a release: whether it may be paid and how much, or the call that reverted.
fn ask(chain: &mut Chain, amount: U256, number: u64) -> Result<(bool, U256), Bytes> {
    let outcome = chain.send(bridge(), GUARD, 0, release(amount, number));
    if !outcome.succeeded() {
        return Err(outcome.output);
    }
    let said = IBridgeGuard::releasedCall::abi_decode_returns(&outcome.output).unwrap();
    Ok((said.mayPay, said.amount))
}

fn bucket_of(capacity: u128, rate: u128) -> IBridgeGuard::setTokenBucketCall {
    IBridgeGuard::setTokenBucketCall { bridge: bridge(), asset: ETH, capacity, rate }
}

fn daily_of(limit: U256) -> IBridgeGuard::setDailyLimitCall {
    IBridgeGuard::setDailyLimitCall { bridge: bridge(), asset: ETH, limit }
}

/// The breaker of the worked cases: 70 % stay, ticks of 5 minutes, a cooldown of 3 days.
fn breaker_of(period: u64) -> IBridgeGuard::setBreakerCall {
    IBridgeGuard::setBreakerCall {
        bridge: bridge(),
        asset: ETH,
        minRetainedBps: 7_000,
        beginThreshold: units(1_000),
        period,
        tick: 300,
        cooldown: 3 * DAY_S,
    }
}

const fn config(period_s: u64) -> BreakerConfig {
    BreakerConfig { period_s, tick_s: 300, cooldown_s: 3 * DAY_S }
}

fn pause(paused: bool) -> IBridgeGuard::setPausedCall {
    IBridgeGuard::setPausedCall { bridge: bridge(), asset: ETH, paused }
}

fn cap(cap: u64) -> IBridgeGuard::setExposureCapCall {
    IBridgeGuard::setExposureCapCall { bridge: bridge(), asset: ETH, cap: units(cap) }
}

fn wind_down(asset: Address, bridge: Address, claimed: u64) -> IBridgeGuard::windDownCall {
    IBridgeGuard::windDownCall { bridge, asset, claimed: units(claimed) }
}

fn releasable(chain: &Chain) -> U256 {
    chain.read(GUARD, IBridgeGuard::releasableCall { bridge: bridge(), asset: ETH })
}

/// Marsaglia's xorshift64.
struct Draws(u64);

impl Draws {
    const fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// A world in which the bridge of A holds a million wei.
fn world() -> World {
    let mut world = World::with_rollups();
    world.l1.done(ALICE, bridge(), 1_000_000, IOptimismPortal::donateETHCall {});
    world
}

#[test]
fn a_bucket_is_in_step_with_the_rule() {
    for seed in 1..=6 {
        let (mut world, mut draws) = (world(), Draws(seed * 7_919));
        let limit = |draws: &mut Draws| (u128::from(2 + draws.below(500)), u128::from(1 + draws.below(20)));
        let mut bucket: Option<TokenBucket> = None;
        for step in 0..120 {
            world.advance(draws.below(30));
            let l1 = &mut world.l1;
            let now_s = l1.env.timestamp_s;
            if bucket.is_none() || draws.below(12) == 0 {
                let (capacity, rate) = limit(&mut draws);
                match BucketLimit::new(capacity, rate) {
                    Ok(limit) => {
                        l1.done(GUARDIAN, GUARD, 0, bucket_of(capacity, rate));
                        match &mut bucket {
                            Some(bucket) => bucket.set_limit(Some(limit), now_s).unwrap(),
                            None => bucket = Some(TokenBucket::full(Some(limit), now_s)),
                        }
                    }
                    Err(BucketError::InvalidRate { .. }) => {
                        l1.refused(GUARDIAN, GUARD, 0, bucket_of(capacity, rate), "Guard_InvalidRate");
                    }
                    Err(other) => panic!("{other}"),
                }
            }
            let Some(bucket) = &mut bucket else { continue };
            let available = bucket.available(now_s).unwrap().unwrap();
            // Often the last unit that passes, or the first that does not.
            let amount = match draws.below(4) {
                0 => U256::from(available),
                1 => U256::from(available) + U256::from(1),
                _ => units(draws.below(600)),
            };
            let (said, ruled) = (ask(l1, amount, step), bucket.consume(amount, now_s));
            match (said, ruled) {
                (Ok(said), Ok(())) => assert_eq!(said, (true, amount)),
                (Err(output), Err(BucketError::RateLimitReached { available, min_wait_s, .. })) => {
                    assert_error(&output, "Guard_RateLimitReached");
                    let [wait, left] = [4, 36].map(|at| U256::from_be_slice(&output[at..at + 32]));
                    assert_eq!((wait, left), (U256::from(min_wait_s), U256::from(available)));
                }
                (Err(output), Err(BucketError::MaxCapacityExceeded { .. })) => {
                    assert_error(&output, "Guard_MaxCapacityExceeded");
                }
                (said, ruled) => panic!("{step}: {said:?}, {ruled:?}"),
            }
            let tokens = IBridgeGuard::bucketTokensCall { bridge: bridge(), asset: ETH };
            assert_eq!(l1.read(GUARD, tokens), U256::from(bucket.available(now_s).unwrap().unwrap()));
            assert_eq!(releasable(l1), U256::from(bucket.available(now_s).unwrap().unwrap()));
        }
    }
}

#[test]
fn a_daily_limit_is_in_step_with_the_rule() {
    for seed in 1..=6 {
        let (mut world, mut draws) = (world(), Draws(seed * 104_729));
        let mut limits = XErc20Limits::new(None);
        for step in 0..120 {
            let pause_s = [0, 1, 3_000, 43_200, 86_399, 86_400];
            world.advance(pause_s[draws.below(6) as usize]);
            let l1 = &mut world.l1;
            let now_s = l1.env.timestamp_s;
            if step == 0 || draws.below(10) == 0 {
                // Some refill by the second, some, below 86 400 units, only by the day.
                let limit = if draws.below(2) == 0 { draws.below(90_000) } else { draws.below(5_000_000) };
                l1.done(GUARDIAN, GUARD, 0, daily_of(units(limit)));
                limits.set_limits(bridge(), units(limit), U256::ZERO, now_s).unwrap();
            }
            let current = limits.of(&bridge()).mint.current(now_s).unwrap();
            let amount = match draws.below(4) {
                0 => current,
                1 => current + U256::from(1),
                _ => units(draws.below(2_000_000)),
            };
            match (ask(l1, amount, step), limits.mint(bridge(), amount, now_s)) {
                (Ok(said), Ok(())) => assert_eq!(said, (true, amount)),
                (Err(output), Err(LimitError::NotHighEnough { current, .. })) => {
                    assert_error(&output, "Guard_NotHighEnough");
                    assert_eq!(U256::from_be_slice(&output[4..36]), current);
                }
                (said, ruled) => panic!("{step}: {said:?}, {ruled:?}"),
            }
            let left = IBridgeGuard::dailyLeftCall { bridge: bridge(), asset: ETH };
            assert_eq!(l1.read(GUARD, left), limits.of(&bridge()).mint.current(now_s).unwrap());
        }
    }
    let mut world = world();
    let high = U256::from(1) << 255;
    world.l1.refused(GUARDIAN, GUARD, 0, daily_of(high), "Guard_LimitsTooHigh");
    world.l1.done(GUARDIAN, GUARD, 0, daily_of(high - U256::from(1)));
}

fn assert_same_breaker(chain: &Chain, breaker: &CircuitBreaker) {
    let state = IBridgeGuard::breakerStateCall { bridge: bridge(), asset: ETH };
    let found = chain.read(GUARD, state);
    assert_eq!((found.total, found.recent), breaker.liquidity(&ETH));
    assert_eq!(found.tripped, breaker.is_limited());
}

#[test]
fn a_breaker_is_in_step_with_the_rule() {
    let mut seen = [0; 4];
    for seed in 1..=8 {
        let (mut world, mut draws) = (world(), Draws(seed * 15_485_863));
        let period_s = [HOUR_S, 4 * HOUR_S][draws.below(2) as usize];
        let mut breaker = CircuitBreaker::new(config(period_s)).unwrap();
        breaker.register_holding(ETH, 7_000, units(1_000), units(1_000_000)).unwrap();
        world.l1.done(GUARDIAN, GUARD, 0, breaker_of(period_s));
        let mut waiting = Vec::new();
        for step in 0..150_u64 {
            world.advance([0, 7, 299, 301, 1_800, 5 * HOUR_S][draws.below(6) as usize]);
            let l1 = &mut world.l1;
            let now_s = l1.env.timestamp_s;
            match draws.below(10) {
                0..=2 => {
                    let amount = draws.below(100_000);
                    l1.done(bridge(), GUARD, 0, absorb(amount));
                    breaker.inflow(ETH, units(amount), now_s).unwrap();
                }
                3..=7 => {
                    // The last unit that trips nothing, one more, or any.
                    let (total, recent) = breaker.liquidity(&ETH);
                    let least = total * I256::unchecked_from(7_000) / I256::unchecked_from(10_000);
                    let room = U256::try_from(total + recent - least).unwrap_or_default();
                    let amount = match draws.below(5) {
                        0 if now_s % 2 == 0 => room,
                        1 if now_s % 2 == 0 => room + U256::from(1),
                        _ => units(draws.below(60_000)),
                    };
                    let recipient = Address::left_padding_from(&step.to_be_bytes());
                    let ruled = breaker.outflow(ETH, amount, recipient, now_s, OnLimit::Lock).unwrap();
                    let said = ask(l1, amount, step).unwrap();
                    seen[ruled as usize] += 1;
                    if ruled == Outflow::Paid {
                        assert_eq!(said, (true, amount), "{step}");
                    } else {
                        assert_eq!(said, (false, U256::ZERO), "{step}");
                        waiting.push((step, recipient, amount));
                    }
                }
                8 => {
                    let clear = IBridgeGuard::clearBreakerCall { bridge: bridge(), asset: ETH };
                    match breaker.clear(now_s) {
                        Ok(()) => drop(l1.done(BOB, GUARD, 0, clear)),
                        Err(BreakerError::NotRateLimited) => {
                            l1.refused(BOB, GUARD, 0, clear, "Guard_NotRateLimited");
                        }
                        Err(_) => l1.refused(BOB, GUARD, 0, clear, "Guard_CooldownNotOver"),
                    }
                }
                _ => {
                    let call = IBridgeGuard::overrideBreakerCall { bridge: bridge(), asset: ETH };
                    match breaker.override_limit() {
                        Ok(()) => drop(l1.done(GUARDIAN, GUARD, 0, call)),
                        Err(_) => l1.refused(GUARDIAN, GUARD, 0, call, "Guard_NotRateLimited"),
                    }
                }
            }
            if let Some((number, recipient, amount)) = waiting.last().copied() {
                match breaker.claim(recipient, ETH) {
                    Ok(claimed) => {
                        assert_eq!(claimed, amount);
                        assert_eq!(ask(l1, amount, number).unwrap(), (true, amount));
                        seen[3] += 1;
                        waiting.pop();
                    }
                    Err(BreakerError::NoLockedFunds) => {
                        waiting.pop();
                    }
                    Err(_) => {
                        assert_error(&ask(l1, amount, number).unwrap_err(), "Guard_RateLimited");
                    }
                }
            }
            assert_same_breaker(l1, &breaker);
        }
    }
    assert!(seen.iter().all(|count| *count > 10), "paid, tripped, locked, claimed: {seen:?}");
}

#[test]
fn r04_a_breaker_trips_at_300_001_and_not_at_300_000() {
    for (amount, pays) in [(300_000, true), (300_001, false)] {
        let mut world = world();
        world.l1.done(GUARDIAN, GUARD, 0, breaker_of(4 * HOUR_S));
        assert_eq!(releasable(&world.l1), units(300_000));
        assert_eq!(ask(&mut world.l1, units(amount), 1).unwrap().0, pays);
        // Once it has tripped, a single wei is held back too.
        assert!(!ask(&mut world.l1, units(1), 2).unwrap().0);
        assert_eq!(releasable(&world.l1), U256::ZERO);
    }
}

#[test]
fn what_a_breaker_says_may_leave_grows_again_with_time() {
    let mut world = world();
    world.l1.done(GUARDIAN, GUARD, 0, breaker_of(4 * HOUR_S));
    assert!(ask(&mut world.l1, units(300_000), 1).unwrap().0);
    assert_eq!(releasable(&world.l1), U256::ZERO);
    world.advance(4 * HOUR_S);
    assert_eq!(releasable(&world.l1), units(210_000), "30 % of what is left");
    assert!(ask(&mut world.l1, units(210_000), 2).unwrap().0);
    world.advance(4 * HOUR_S);
    let beyond = releasable(&world.l1) + U256::from(1);
    assert!(!ask(&mut world.l1, beyond, 3).unwrap().0);
}

#[test]
fn controls_that_are_off_cost_next_to_nothing_and_only_the_guardian_sets_them() {
    let mut world = world();
    let gas = |world: &mut World| world.l1.done(bridge(), GUARD, 0, release(units(5), 1)).gas_used;
    // 21 000 and calldata; one read of storage.
    assert!(gas(&mut world) < 26_500, "{}", gas(&mut world));
    world.l1.refused(ALICE, GUARD, 0, bucket_of(100, 5), "Guard_NotGuardian");
    world.l1.refused(ALICE, GUARD, 0, daily_of(units(100)), "Guard_NotGuardian");
    world.l1.refused(ALICE, GUARD, 0, breaker_of(1), "Guard_NotGuardian");
    world.l1.refused(ALICE, GUARD, 0, cap(1), "Guard_NotGuardian");
    world.l1.refused(ALICE, GUARD, 0, pause(true), "Guard_NotGuardian");
    world.l1.refused(ALICE, GUARD, 0, wind_down(ETH, bridge(), 1), "Guard_NotGuardian");
    let off = IBridgeGuard::switchOffCall { bridge: bridge(), asset: ETH };
    world.l1.refused(ALICE, GUARD, 0, off.clone(), "Guard_NotGuardian");
    for (share, tick) in [(0, 1), (10_001, 1), (1, 0)] {
        let call = IBridgeGuard::setBreakerCall { minRetainedBps: share, tick, ..breaker_of(1) };
        world.l1.refused(GUARDIAN, GUARD, 0, call, "Guard_InvalidBreaker");
    }
    assert_eq!(releasable(&world.l1), U256::MAX);
    world.l1.done(GUARDIAN, GUARD, 0, pause(true));
    world.l1.done(GUARDIAN, GUARD, 0, bucket_of(100, 5));
    world.l1.done(GUARDIAN, GUARD, 0, daily_of(units(50)));
    assert_eq!(releasable(&world.l1), U256::ZERO);
    assert_error(&ask(&mut world.l1, units(1), 2).unwrap_err(), "Guard_Paused");
    world.l1.done(GUARDIAN, GUARD, 0, pause(false));
    assert_eq!(releasable(&world.l1), units(50), "the lower of both");
    // What the daily limit refuses takes nothing from the bucket.
    assert_error(&ask(&mut world.l1, units(60), 2).unwrap_err(), "Guard_NotHighEnough");
    let tokens = IBridgeGuard::bucketTokensCall { bridge: bridge(), asset: ETH };
    assert_eq!(world.l1.read(GUARD, tokens), units(100));
    world.l1.done(GUARDIAN, GUARD, 0, off);
    assert_eq!((releasable(&world.l1), ask(&mut world.l1, units(60), 2).unwrap().0), (U256::MAX, true));
    // What is set for one bridge and asset is set for no other.
    world.l1.done(GUARDIAN, GUARD, 0, pause(true));
    let other = IBridgeGuard::releasedCall { asset: TEST_TOKEN, asked: units(1), id: B256::ZERO };
    world.l1.done(bridge(), GUARD, 0, other);
    world.l1.done(RollupContracts::of(B).portal, GUARD, 0, release(units(1), 3));
}

fn deposit(value: u64) -> IOptimismPortal::depositTransactionCall {
    IOptimismPortal::depositTransactionCall {
        to: BOB,
        value: units(value),
        gasLimit: 100_000,
        isCreation: false,
        data: Bytes::new(),
    }
}

/// A withdrawal of ether that can be finalized but for the guard.
fn withdrawal(world: &mut World, value: u64, target: Address, data: Bytes) -> Withdrawal {
    let initiate = IL2ToL1MessagePasser::initiateWithdrawalCall { target, gasLimit: units(100_000), data };
    let passer = addresses::L2_TO_L1_MESSAGE_PASSER;
    let source = world.rollup(A).done(ALICE, passer, value.into(), initiate);
    let withdrawal = source.logs.iter().find_map(Withdrawal::from_log).unwrap();
    world.ready(A, &withdrawal);
    withdrawal
}

#[test]
fn a_withdrawal_beyond_the_bucket_is_not_lost() {
    let mut world = world();
    let target = Address::repeat_byte(0x77);
    let sent = withdrawal(&mut world, 50, target, Bytes::new());
    world.l1.done(GUARDIAN, GUARD, 0, bucket_of(60, 5));
    ask(&mut world.l1, units(40), 1).unwrap();
    world.l1.refused(ALICE, bridge(), 0, finalize_call(&sent), "Guard_RateLimitReached");
    world.advance(5);
    world.l1.refused(ALICE, bridge(), 0, finalize_call(&sent), "Guard_RateLimitReached");
    world.advance(1);
    world.l1.done(ALICE, bridge(), 0, finalize_call(&sent));
    assert_eq!(world.l1.state.balance(target), units(50));
    world.l1.refused(ALICE, bridge(), 0, finalize_call(&sent), "OptimismPortal_AlreadyFinalized");
}

#[test]
fn a_withdrawal_that_trips_the_breaker_is_held_and_paid_once_it_is_cleared() {
    let mut world = world();
    let target = Address::repeat_byte(0x77);
    let large = withdrawal(&mut world, 300_001, target, Bytes::new());
    let small = withdrawal(&mut world, 1, target, Bytes::new());
    world.l1.done(GUARDIAN, GUARD, 0, breaker_of(4 * HOUR_S));
    for held in [&large, &small] {
        let outcome = world.l1.done(ALICE, bridge(), 0, finalize_call(held));
        let event = event::<IOptimismPortal::WithdrawalHeld>(&outcome.logs);
        assert_eq!(event.withdrawalHash, held.hash());
        world.l1.refused(ALICE, bridge(), 0, finalize_call(held), "Guard_RateLimited");
    }
    let locked = IBridgeGuard::lockedCall { bridge: bridge(), asset: ETH, id: large.hash() };
    assert_eq!(world.l1.read(GUARD, locked), units(300_001));
    assert_eq!(world.l1.state.balance(target), U256::ZERO);
    let clear = IBridgeGuard::clearBreakerCall { bridge: bridge(), asset: ETH };
    world.advance(3 * DAY_S - 1);
    world.l1.refused(BOB, GUARD, 0, clear.clone(), "Guard_CooldownNotOver");
    world.advance(1);
    world.l1.done(BOB, GUARD, 0, clear);
    for held in [&large, &small] {
        world.l1.done(ALICE, bridge(), 0, finalize_call(held));
        world.l1.refused(ALICE, bridge(), 0, finalize_call(held), "OptimismPortal_AlreadyFinalized");
    }
    assert_eq!(world.l1.state.balance(target), units(300_002));
}

#[test]
fn a_cap_refuses_what_would_exceed_it_and_not_what_leaves() {
    let mut world = world();
    world.l1.done(GUARDIAN, GUARD, 0, cap(1_000_100));
    world.l1.done(ALICE, bridge(), 100, deposit(100));
    world.l1.refused(ALICE, bridge(), 1, deposit(1), "Guard_ExposureTooHigh");
    // A deposit without ether, and one of another rollup.
    world.l1.done(ALICE, bridge(), 0, deposit(0));
    world.l1.done(ALICE, RollupContracts::of(B).portal, 1, deposit(1));
    assert!(ask(&mut world.l1, units(1_000_100), 1).unwrap().0);
}

#[test]
fn a_wind_down_pays_first_and_last_the_same_share() {
    let mut world = world();
    let target = Address::repeat_byte(0x77);
    let sent = [1_000_000, 500_001].map(|value| withdrawal(&mut world, value, target, Bytes::new()));
    let called = withdrawal(&mut world, 10, target, Bytes::from_static(b"call"));
    world.l1.refused(GUARDIAN, GUARD, 0, wind_down(ETH, bridge(), 0), "Guard_NoClaims");
    // A million is held for three.
    world.l1.done(GUARDIAN, GUARD, 0, wind_down(ETH, bridge(), 3_000_000));
    world.l1.refused(GUARDIAN, GUARD, 0, wind_down(ETH, bridge(), 1), "Guard_WindingDown");
    for sent in &sent {
        world.l1.done(ALICE, bridge(), 0, finalize_call(sent));
    }
    assert_eq!(world.l1.state.balance(target), units(333_333 + 166_667));
    world.l1.refused(ALICE, bridge(), 0, finalize_call(&called), "OptimismPortal_ShareWithCall");
    // Nobody gets more than is claimed.
    world.l1.done(GUARDIAN, GUARD, 0, IBridgeGuard::switchOffCall { bridge: bridge(), asset: ETH });
    world.l1.done(GUARDIAN, GUARD, 0, wind_down(ETH, bridge(), 10));
    assert_eq!(ask(&mut world.l1, units(7), 1).unwrap(), (true, units(7)));
    world.l1.done(ALICE, bridge(), 0, finalize_call(&called));
}

fn bridge_token(local: Address, remote: Address, amount: u64) -> IStandardBridge::bridgeERC20ToCall {
    IStandardBridge::bridgeERC20ToCall {
        localToken: local,
        remoteToken: remote,
        to: ALICE,
        amount: units(amount),
        minGasLimit: 300_000,
        extraData: Bytes::new(),
    }
}

#[test]
fn tokens_beyond_a_limit_stay_with_the_messenger_and_can_be_sent_again() {
    let mut world = world();
    let RollupContracts { bridge, messenger, .. } = RollupContracts::of(A);
    world.l1.done(ALICE, TEST_TOKEN, 0, IToken::mintCall { to: ALICE, amount: units(2_000) });
    world.l1.done(ALICE, TEST_TOKEN, 0, IToken::approveCall { spender: bridge, value: U256::MAX });
    let cap = IBridgeGuard::setExposureCapCall { bridge, asset: TEST_TOKEN, cap: units(1_000) };
    world.l1.done(GUARDIAN, GUARD, 0, cap);
    let down = |amount| bridge_token(TEST_TOKEN, TEST_TOKEN_ON_L2, amount);
    let locked = world.l1.done(ALICE, bridge, 0, down(1_000));
    world.derive(&locked.logs);
    world.l1.refused(ALICE, bridge, 0, down(1), "Guard_ExposureTooHigh");
    // Ether that goes by this bridge is counted by the portal, not here.
    let breaker = IBridgeGuard::setBreakerCall { bridge, asset: TEST_TOKEN, ..breaker_of(4 * HOUR_S) };
    world.l1.done(GUARDIAN, GUARD, 0, breaker);
    let up = bridge_token(TEST_TOKEN_ON_L2, TEST_TOKEN, 301);
    let source = world.rollup(A).done(ALICE, L2_STANDARD_BRIDGE, 0, up);
    let outcome = world.carry(A, &source);
    event::<ICrossDomainMessenger::FailedRelayedMessage>(&outcome.logs);
    let held = |world: &World| world.l1.read(TEST_TOKEN, IToken::balanceOfCall { account: bridge });
    assert_eq!(held(&world), units(1_000));
    let withdrawal = source.logs.iter().find_map(Withdrawal::from_log).unwrap();
    let relay = ICrossDomainMessenger::relayMessageCall::abi_decode(&withdrawal.data).unwrap();
    let again = world.l1.done(BOB, messenger, 0, relay.clone());
    event::<ICrossDomainMessenger::FailedRelayedMessage>(&again.logs);
    // A wind-down pays a share of tokens too: 300 of 1000 are within the breaker's limit.
    world.l1.done(GUARDIAN, GUARD, 0, wind_down(TEST_TOKEN, bridge, 1_003));
    let again = world.l1.done(BOB, messenger, 0, relay.clone());
    assert_eq!(event::<IStandardBridge::ERC20BridgeFinalized>(&again.logs).amount, units(300));
    assert_eq!(held(&world), units(700));
    world.l1.refused(BOB, messenger, 0, relay, "Messenger_AlreadyRelayed");
    let key = keccak256(b"nobody's");
    let locked = IBridgeGuard::lockedCall { bridge, asset: TEST_TOKEN, id: key };
    assert_eq!(world.l1.read(GUARD, locked), U256::ZERO);
}
