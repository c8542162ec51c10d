//! The published cases of `tests/vectors/rules.json`, what holds at the limits' last unit, and refusals.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::vectors::vector;
use alloy_primitives::{Address, I256, U256, U512};
use serde_json::Value;

const HOUR_S: u64 = 3_600;
const DAY_S: u64 = 24 * HOUR_S;
const ASSET: Address = Address::repeat_byte(1);
const BOB: Address = Address::repeat_byte(2);

fn case(id: &str) -> (Value, Value) {
    let case = vector(id);
    (case["inputs"].clone(), case["expected"].clone())
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

fn units(amount: u64) -> U256 {
    U256::from(amount)
}

fn bucket(capacity: u128, rate: u128) -> TokenBucket {
    TokenBucket::full(Some(BucketLimit::new(capacity, rate).unwrap()), 0)
}

#[test]
fn r01_token_bucket() {
    let (inputs, expected) = case("R01");
    let [capacity, rate] = ["capacity", "rate"].map(|key| u128::from(number(&inputs[key])));
    let mut bucket = bucket(capacity, rate);
    bucket.consume(units(50), 0).unwrap();
    assert_eq!(bucket.available(0), Ok(Some(number(&expected[1]).into())));
    bucket.consume(units(50), 4).unwrap();
    assert_eq!(bucket.available(4), Ok(Some(number(&expected[3]).into())));
    let before = bucket;
    let wait = BucketError::RateLimitReached { available: 20, requested: 50, min_wait_s: 6 };
    assert_eq!(bucket.consume(units(50), 4), Err(wait));
    assert_eq!(expected[4], "RateLimitReached(wait=6,available=20)");
    let beyond = BucketError::MaxCapacityExceeded { capacity: 100, requested: units(101) };
    assert_eq!(bucket.consume(units(101), 4), Err(beyond));
    assert_eq!(bucket, before);
    let longer = BucketError::RateLimitReached { available: 20, requested: 51, min_wait_s: 7 };
    assert_eq!(bucket.consume(units(51), 4), Err(longer));
    // The wait is the shortest.
    assert!(bucket.consume(units(50), 9).is_err());
    assert_eq!(bucket.consume(units(50), 10), Ok(()));
}

#[test]
fn buckets_that_are_changed_or_off() {
    let mut off = TokenBucket::full(None, 0);
    assert_eq!(off.consume(U256::MAX, 7), Ok(()));
    assert_eq!(off.available(7), Ok(None));
    // Switched on it is empty, and fills from then.
    off.set_limit(Some(BucketLimit::new(100, 5).unwrap()), 10).unwrap();
    assert_eq!((off.available(10), off.available(12)), (Ok(Some(0)), Ok(Some(10))));
    let mut bucket = bucket(100, 5);
    bucket.consume(units(60), 0).unwrap();
    // What has flowed in until now flowed at the old rate; the new capacity clips it.
    bucket.set_limit(Some(BucketLimit::new(45, 1).unwrap()), 2).unwrap();
    assert_eq!((bucket.available(2), bucket.available(3)), (Ok(Some(45)), Ok(Some(45))));
    assert_eq!(bucket.consume(U256::ZERO, 0), Ok(()), "nothing always passes");
    let back = BucketError::TimeRunsBack { updated_s: 2, now_s: 1 };
    assert_eq!((bucket.consume(units(1), 1), bucket.set_limit(None, 1)), (Err(back), Err(back)));
    for (capacity, rate) in [(10, 0), (10, 10), (0, 0), (10, 11)] {
        assert_eq!(BucketLimit::new(capacity, rate), Err(BucketError::InvalidRate { capacity, rate }));
    }
    let mut large = TokenBucket::full(Some(BucketLimit::new(u128::MAX, u128::MAX - 1).unwrap()), 0);
    assert_eq!(large.consume(U256::from(u128::MAX), u64::MAX), Ok(()));
    assert!(matches!(large.consume(U256::MAX, u64::MAX), Err(BucketError::MaxCapacityExceeded { .. })));
}

/// A token whose bridge ASSET has used part of its limit at the start.
fn used(limit: u64, used: u64) -> XErc20Limits {
    let mut limits = XErc20Limits::new(None);
    limits.set_limits(ASSET, units(limit), units(limit), 0).unwrap();
    limits.mint(ASSET, units(used), 0).unwrap();
    limits
}

#[test]
fn r03_xerc20() {
    let expected = case("R03").1;
    for (name, limit) in [("a", 864_000), ("b", 100)] {
        let limits = used(limit, limit);
        for (when, now_s) in [("12h", DAY_S / 2), ("86399", DAY_S - 1), ("24h", DAY_S)] {
            let found = limits.of(&ASSET).mint.current(now_s).unwrap();
            assert_eq!(found, units(number(&expected[format!("{name}_{when}")])), "{name} {when}");
        }
    }
    let mut limits = used(1_000_000, 400_000);
    for (limit, key) in [(900_000, "c_after_decrease"), (1_500_000, "c_after_increase")] {
        limits.set_limits(ASSET, units(limit), units(limit), 0).unwrap();
        assert_eq!(limits.of(&ASSET).mint.current(0), Ok(units(number(&expected[key]))));
    }
}

#[test]
fn bridges_mint_and_burn_within_limits_of_their_own() {
    let mut limits = used(1_000, 600);
    let before = limits.clone();
    let short = LimitError::NotHighEnough { current: units(400), asked: units(401) };
    assert_eq!(limits.mint(ASSET, units(401), 0), Err(short));
    let stranger = LimitError::NotHighEnough { current: U256::ZERO, asked: units(1) };
    assert_eq!(limits.burn(BOB, units(1), 0), Err(stranger));
    let high = U256::from(1) << 255;
    assert_eq!(limits.set_limits(BOB, units(1), high, 0), Err(LimitError::LimitsTooHigh { found: high }));
    assert_eq!(limits, before, "a refusal changes nothing");
    assert_eq!(limits.set_limits(BOB, high - units(1), high - units(1), 0), Ok(()));
    assert_eq!(limits.mint(BOB, high - units(1), 5), Ok(()));
    assert!(limits.of(&BOB).mint.current(DAY_S + 4).unwrap() < high - units(1));
    // Burning has a limit of its own.
    assert_eq!(limits.burn(ASSET, units(1_000), 1), Ok(()));
    assert_eq!(
        (limits.of(&ASSET).mint.current(1), limits.of(&ASSET).burn.current(1)),
        (Ok(units(400)), Ok(U256::ZERO))
    );
    let back = LimitError::TimeRunsBack { updated_s: 1, now_s: 0 };
    assert_eq!(limits.burn(ASSET, units(1), 0), Err(back));
    // A limit that falls by more than is left leaves nothing.
    limits.set_limits(ASSET, units(100), units(100), 2).unwrap();
    assert_eq!(limits.of(&ASSET).mint.current(2), Ok(U256::ZERO));
    let mut boxed = XErc20Limits::new(Some(BOB));
    assert_eq!((boxed.mint(BOB, U256::MAX, 0), boxed.burn(BOB, U256::MAX, 0)), (Ok(()), Ok(())));
}

/// The breaker of the cases, with a million in it that is older than the period at 5 h.
fn breaker() -> CircuitBreaker {
    let config = BreakerConfig { period_s: 4 * HOUR_S, tick_s: 300, cooldown_s: 3 * DAY_S };
    let mut breaker = CircuitBreaker::new(config).unwrap();
    breaker.register(ASSET, 7_000, units(1_000)).unwrap();
    breaker.inflow(ASSET, units(1_000_000), HOUR_S).unwrap();
    breaker
}

fn out(breaker: &mut CircuitBreaker, amount: u64, now_s: u64) -> Outflow {
    breaker.outflow(ASSET, units(amount), BOB, now_s, OnLimit::Lock).unwrap()
}

fn change(amount: i64) -> I256 {
    I256::try_from(amount).unwrap()
}

#[test]
fn r04_a_breaker_trips_at_300_001_and_not_at_300_000() {
    let expected = case("R04").1;
    let mut tripped = breaker();
    assert_eq!(out(&mut tripped, 300_001, 5 * HOUR_S), Outflow::Tripped);
    assert_eq!(tripped.liquidity(&ASSET), (change(1_000_000), change(expected["a"][2].as_i64().unwrap())));
    assert_eq!(out(&mut tripped, 10_000, 6 * HOUR_S), Outflow::Locked);
    assert_eq!(tripped.liquidity(&ASSET).1, change(expected["a"][4].as_i64().unwrap()));
    assert_eq!(tripped.locked(BOB, ASSET), units(number(&expected["a"][5])));
    let mut paid = breaker();
    assert_eq!(out(&mut paid, 300_000, 5 * HOUR_S), Outflow::Paid);
    assert_eq!(paid.status(&ASSET), Ok(LimitStatus::Ok));
    assert_eq!(out(&mut paid, 1, 5 * HOUR_S), Outflow::Tripped);
    let mut little = breaker();
    little.register(BOB, 7_000, units(1_000)).unwrap();
    little.inflow(BOB, units(100), 5 * HOUR_S).unwrap();
    let outflow = little.outflow(BOB, units(60), BOB, 5 * HOUR_S, OnLimit::Revert);
    assert_eq!((outflow, little.status(&BOB)), (Ok(Outflow::Paid), Ok(LimitStatus::Inactive)));
}

#[test]
fn what_comes_in_makes_up_for_what_leaves_and_ages() {
    let mut breaker = breaker();
    breaker.inflow(ASSET, units(500_000), 5 * HOUR_S).unwrap();
    assert_eq!(out(&mut breaker, 800_000, 5 * HOUR_S + 299), Outflow::Paid);
    assert_eq!(breaker.liquidity(&ASSET), (change(1_000_000), change(-300_000)));
    // Four hours after the tick both are old.
    breaker.inflow(ASSET, U256::ZERO, 9 * HOUR_S).unwrap();
    assert_eq!(breaker.liquidity(&ASSET), (change(700_000), change(0)));
    assert_eq!(out(&mut breaker, 210_000, 9 * HOUR_S), Outflow::Paid);
    assert_eq!(out(&mut breaker, 1, 9 * HOUR_S), Outflow::Tripped);
}

#[test]
fn a_breaker_that_tripped_stops_everything_until_it_is_cleared() {
    let mut breaker = breaker();
    breaker.register(BOB, 9_000, units(10)).unwrap();
    assert_eq!(breaker.clear(5 * HOUR_S), Err(BreakerError::NotRateLimited));
    let at = 5 * HOUR_S;
    let untouched = breaker.clone();
    let refused = breaker.outflow(ASSET, units(400_000), BOB, at, OnLimit::Revert);
    assert_eq!(refused, Err(BreakerError::RateLimited { tripped_s: at }));
    assert_eq!(breaker, untouched, "a refusal changes nothing");
    out(&mut breaker, 400_000, at);
    // Another asset that lost nothing is stopped as well; one that nobody registered is not.
    assert_eq!(breaker.outflow(BOB, units(1), BOB, at, OnLimit::Lock), Ok(Outflow::Locked));
    assert_eq!(breaker.outflow(Address::ZERO, units(1), BOB, at, OnLimit::Revert), Ok(Outflow::Paid));
    assert_eq!(breaker.claim(BOB, ASSET), Err(BreakerError::RateLimited { tripped_s: at }));
    let until_s = at + 3 * DAY_S;
    let early = BreakerError::CooldownNotOver { until_s, now_s: until_s - 1 };
    assert_eq!(breaker.clear(until_s - 1), Err(early));
    assert_eq!(breaker.clear(until_s), Ok(()));
    assert_eq!(breaker.claim(BOB, ASSET), Ok(units(400_000)));
    assert_eq!(breaker.claim(BOB, ASSET), Err(BreakerError::NoLockedFunds));
}

#[test]
fn a_breaker_that_was_overridden_is_blind_for_a_period() {
    let mut breaker = breaker();
    assert_eq!(breaker.override_limit(), Err(BreakerError::NotRateLimited));
    let at = 5 * HOUR_S;
    out(&mut breaker, 300_001, at);
    assert!(breaker.is_limited());
    breaker.override_limit().unwrap();
    assert_eq!(out(&mut breaker, 600_000, at + 4 * HOUR_S - 301), Outflow::Paid);
    assert_eq!(breaker.status(&ASSET), Ok(LimitStatus::Triggered));
    // The last second of the grace; afterwards it trips again.
    let mut later = breaker.clone();
    assert_eq!(out(&mut breaker, 1, at + 4 * HOUR_S), Outflow::Paid);
    assert_eq!(out(&mut later, 1, at + 4 * HOUR_S + 1), Outflow::Tripped);
}

#[test]
fn what_a_breaker_refuses() {
    let config = BreakerConfig { period_s: 1, tick_s: 0, cooldown_s: 1 };
    assert_eq!(CircuitBreaker::new(config), Err(BreakerError::NoTick));
    let mut breaker = breaker();
    let before = breaker.clone();
    for found in [0, 10_001] {
        assert_eq!(breaker.register(BOB, found, units(1)), Err(BreakerError::InvalidShare { found }));
    }
    let twice = BreakerError::AlreadyInitialized { asset: ASSET };
    assert_eq!(breaker.register(ASSET, 1, units(1)), Err(twice));
    let back = BreakerError::TimeRunsBack { updated_s: HOUR_S, now_s: 1 };
    assert_eq!(breaker.inflow(ASSET, units(1), 1), Err(back));
    assert_eq!(breaker.inflow(ASSET, U256::MAX, HOUR_S), Err(BreakerError::Overflow));
    let most = I256::MAX.into_raw();
    assert_eq!(breaker.inflow(ASSET, most, HOUR_S), Err(BreakerError::Overflow));
    assert_eq!(breaker.status(&BOB), Ok(LimitStatus::Uninitialized));
    assert_eq!(breaker, before);
}

fn import(leaf: u32, amount: u64) -> Import {
    Import { source: 0, leaf, token: TokenId::ETHER, amount: units(amount) }
}

fn exit(amount: u64) -> Exit {
    Exit { destination: 3, token: TokenId::ETHER, amount: units(amount) }
}

fn settle(
    balances: &mut LocalBalances,
    imports: &[Import],
    exits: &[Exit],
) -> (Result<(), PessimisticError>, u64) {
    let certificate = Certificate { imports: imports.to_vec(), exits: exits.to_vec() };
    let settled = balances.apply(&certificate);
    (settled, balances.balance(&TokenId::ETHER).to())
}

#[test]
fn r06_pessimistic() {
    let (inputs, expected) = case("R06");
    let network = inputs["network"].as_u64().unwrap() as u32;
    let mut balances = LocalBalances::new(network);
    assert_eq!(settle(&mut balances, &[import(0, 100)], &[]), (Ok(()), number(&expected[1])));
    assert_eq!(settle(&mut balances, &[], &[exit(60)]), (Ok(()), number(&expected[3])));
    let underflow =
        PessimisticError::BalanceUnderflowInBridgeExit { balance: U512::from(40), amount: units(41) };
    assert_eq!(settle(&mut balances, &[], &[exit(41)]), (Err(underflow), number(&expected[5])));
    assert_eq!(settle(&mut balances, &[import(1, 5)], &[exit(45)]), (Ok(()), number(&expected[7])));
    let native = TokenId { origin_network: network, address: BOB };
    let much = Exit { destination: 3, token: native, amount: U256::MAX };
    assert_eq!(settle(&mut balances, &[], &[much, much]), (Ok(()), 0));
    let home = Exit { destination: network, ..exit(1) };
    let same = PessimisticError::CannotExitToSameNetwork { network };
    assert_eq!(settle(&mut balances, &[], &[home]), (Err(same), 0));
}

#[test]
fn a_certificate_settles_as_a_whole_and_an_import_once() {
    let mut balances = LocalBalances::new(7);
    // The exit that can't be paid takes the import and the exit before it along.
    let (settled, left) = settle(&mut balances, &[import(0, 10)], &[exit(4), exit(7)]);
    assert!(settled.is_err() && left == 0);
    assert_eq!(balances, LocalBalances::new(7));
    assert_eq!(settle(&mut balances, &[import(0, 10)], &[exit(4)]), (Ok(()), 6));
    let twice = PessimisticError::AlreadyNullified { source_network: 0, leaf: 0 };
    assert_eq!(settle(&mut balances, &[import(0, 10)], &[]), (Err(twice), 6));
    assert_eq!(settle(&mut balances, &[import(1, 1), import(1, 1)], &[]).1, 6);
    let home = Import { source: 7, ..import(2, 1) };
    let same = PessimisticError::CannotExitToSameNetwork { network: 7 };
    assert_eq!(settle(&mut balances, &[home], &[]), (Err(same), 6));
    let forged = TokenId { origin_network: 3, address: Address::ZERO };
    let other = Exit { token: forged, ..exit(0) };
    assert_eq!(settle(&mut balances, &[], &[other]), (Err(PessimisticError::InvalidL1Token { found: 3 }), 6));
    // More than 256 bits may pass within a certificate, but not stay.
    let much = |leaf| Import { amount: U256::MAX, ..import(leaf, 0) };
    let whole = Exit { amount: U256::MAX, ..exit(0) };
    assert_eq!(settle(&mut balances, &[much(3)], &[whole]), (Ok(()), 6));
    let stays = settle(&mut balances, &[much(4)], &[]);
    assert!(matches!(stays, (Err(PessimisticError::BalanceOverflowInBridgeExit { .. }), 6)), "{stays:?}");
}

#[test]
fn r05_bounds() {
    let (inputs, expected) = case("R05");
    let of = |key: &str| number(&inputs[key]);
    let limit = BucketLimit::new(of("cap").into(), of("rate").into()).unwrap();
    assert_eq!(drain::token_bucket(limit, of("T")), units(number(&expected["bucket"])));
    assert_eq!(drain::xerc20(units(of("xerc20_limit")), of("T_x")), units(number(&expected["xerc20"])));
    let windows = drain::fixed_windows(units(of("window_limit")), DAY_S, 1);
    assert_eq!(windows, Some(units(number(&expected["fixed_window_two_boundary"]))));
    let breaker = drain::circuit_breaker(units(of("liqTotal")), of("bps") as u16);
    assert_eq!(breaker, units(number(&expected["breaker"])));
    assert_eq!(drain::fixed_windows(units(100), DAY_S, 0), Some(units(100)));
    assert_eq!(drain::fixed_windows(units(100), DAY_S, DAY_S + 1), Some(units(300)));
    assert_eq!(drain::fixed_windows(units(100), 0, 1), None);
    assert_eq!(drain::circuit_breaker(units(3), 5_000), units(2));
    assert_eq!(drain::circuit_breaker(U256::MAX, 10_000), U256::ZERO);
    assert_eq!(drain::token_bucket(limit, u64::MAX), units(100) + units(5) * units(u64::MAX));
    assert_eq!(drain::xerc20(U256::MAX, u64::MAX), U256::MAX);
}

/// Whoever takes all there is every second gets the bound of a bucket, and no more.
#[test]
fn a_bucket_drains_to_its_bound() {
    let mut bucket = bucket(100, 5);
    let mut taken = U256::ZERO;
    for now_s in 0..=60 {
        let available = U256::from(bucket.available(now_s).unwrap().unwrap());
        bucket.consume(available, now_s).unwrap();
        assert!(bucket.consume(units(1), now_s).is_err());
        taken += available;
    }
    assert_eq!(taken, drain::token_bucket(BucketLimit::new(100, 5).unwrap(), 60));
}

/// Whoever waits for the day to pass gets the bound of a rolling limit; whoever takes all there is each hour, less.
#[test]
fn a_rolling_limit_drains_to_its_bound() {
    for (limit, duration_s) in [(864_000, DAY_S / 2), (1_000_000, 3 * DAY_S + HOUR_S), (100, 2 * DAY_S)] {
        let drain_every = |step_s: u64| {
            let mut limits = used(limit, 0);
            let mut taken = U256::ZERO;
            let times = (0..).map(|step| step * step_s).take_while(|now_s| *now_s <= duration_s);
            for now_s in times.chain([duration_s]) {
                let available = limits.of(&ASSET).mint.current(now_s).unwrap();
                limits.mint(ASSET, available, now_s).unwrap();
                taken += available;
            }
            taken
        };
        let bound = drain::xerc20(units(limit), duration_s);
        assert_eq!(drain_every(DAY_S), bound);
        assert!(drain_every(HOUR_S) <= bound);
        assert!(bound <= units(limit + limit * duration_s / DAY_S));
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod random {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_way_through_a_bucket_beats_its_bound(
            capacity in 2_u128..1_000,
            rate in 1_u128..100,
            steps in prop::collection::vec((0_u64..30, 0_u64..1_200), 1..40),
        ) {
            let Ok(limit) = BucketLimit::new(capacity, rate) else { return Ok(()) };
            let (mut bucket, mut now_s, mut taken) = (TokenBucket::full(Some(limit), 0), 0, U256::ZERO);
            for (wait_s, amount) in steps {
                now_s += wait_s;
                if bucket.consume(units(amount), now_s).is_ok() {
                    taken += units(amount);
                }
            }
            prop_assert!(taken <= drain::token_bucket(limit, now_s));
        }

        #[test]
        fn no_way_through_a_rolling_limit_beats_its_bound(
            limit in 0_u64..1_000_000,
            steps in prop::collection::vec((0_u64..2 * DAY_S, 0_u64..1_000_000), 1..40),
        ) {
            let (mut limits, mut now_s, mut taken) = (used(limit, 0), 0, U256::ZERO);
            for (wait_s, amount) in steps {
                now_s += wait_s;
                if limits.mint(ASSET, units(amount), now_s).is_ok() {
                    taken += units(amount);
                }
            }
            prop_assert!(taken <= drain::xerc20(units(limit), now_s));
        }

        #[test]
        fn no_more_leaves_a_chain_than_came_in(
            steps in prop::collection::vec((any::<bool>(), 0_u32..20, 0_u64..100), 1..60),
        ) {
            let mut balances = LocalBalances::new(7);
            let (mut came, mut left) = (0, 0);
            for (comes, leaf, amount) in steps {
                if comes && settle(&mut balances, &[import(leaf, amount)], &[]).0.is_ok() {
                    came += amount;
                } else if !comes && settle(&mut balances, &[], &[exit(amount)]).0.is_ok() {
                    left += amount;
                }
                prop_assert_eq!(balances.balance(&TokenId::ETHER), units(came - left));
            }
        }
    }
}
