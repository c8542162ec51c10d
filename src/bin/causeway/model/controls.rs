//! Models of limits on what crosses a bridge. The cases say what is done in words, such as "t4 consume 50".

use super::{Inputs, Model, inputs::units_in};
use alloy_primitives::Address;
use causeway::{
    rules::{
        BreakerConfig, BucketError, BucketLimit, Certificate, CircuitBreaker, Exit, Import, LocalBalances,
        OnLimit, Outflow, PessimisticError, TokenBucket, TokenId, XErc20Limits, drain,
    },
    types::Span,
};
use serde_json::{Map, Value, json};

pub(super) const MODELS: &[(&str, Model)] = &[
    ("CCIP token bucket", bucket),
    ("xERC20 (ERC-7281) mint/burn limits", rolling_limits),
    ("ERC-7265 circuit breaker (reference implementation)", breaker),
    ("worst-case drain bounds after compromise for time T", bounds),
    ("AggLayer pessimistic proof (local balance tree)", pessimistic),
];

const DAY_S: u64 = 86_400;

fn said(error: impl ToString) -> String {
    error.to_string()
}

fn unknown(words: &str) -> String {
    format!("\"{words}\" where something to do is expected")
}

fn wide(inputs: Inputs<'_>) -> Result<u128, String> {
    u128::try_from(inputs.units()?).map_err(said)
}

fn limit(inputs: Inputs<'_>, capacity: &str) -> Result<BucketLimit, String> {
    BucketLimit::new(wide(inputs.get(capacity)?)?, wide(inputs.get("rate")?)?).map_err(said)
}

/// A full bucket; what each operation leaves in it, or why it is refused.
fn bucket(inputs: Inputs<'_>) -> Result<Value, String> {
    let mut bucket = TokenBucket::full(Some(limit(inputs, "capacity")?), 0);
    let mut found = Vec::new();
    for operation in inputs.get("ops")?.list()? {
        let words = operation.text()?;
        let (time, amount) = words.split_once(" consume ").ok_or_else(|| unknown(words))?;
        let now_s: u64 = time.strip_prefix('t').and_then(|s| s.parse().ok()).ok_or_else(|| unknown(words))?;
        match bucket.consume(units_in(amount)?, now_s) {
            Ok(()) => {
                let left = bucket.available(now_s).map_err(said)?.unwrap_or_default();
                found.extend([json!("ok"), json!(left.to_string())]);
            }
            Err(BucketError::RateLimitReached { available, min_wait_s, .. }) => {
                found.push(json!(format!("RateLimitReached(wait={min_wait_s},available={available})")));
            }
            Err(BucketError::MaxCapacityExceeded { capacity, requested }) => {
                found.push(json!(format!("MaxCapacityExceeded({capacity},{requested})")));
            }
            Err(error) => return Err(said(error)),
        }
    }
    Ok(found.into())
}

/// Of each case what is left as time goes by after a use of everything, or after each change of the limit.
fn rolling_limits(inputs: Inputs<'_>) -> Result<Value, String> {
    let mut found = Map::new();
    for (name, case) in inputs.members()? {
        let name = name.strip_prefix("case_").unwrap_or(name);
        let words = case.text()?;
        let plain: Vec<&str> = words.split([' ', ',', '(', ')']).filter(|word| !word.is_empty()).collect();
        let after = |word: &str| plain.iter().position(|w| *w == word).and_then(|place| plain.get(place + 1));
        let limit = units_in(after("limit").ok_or_else(|| unknown(words))?)?;
        let (mut limits, bridge) = (XErc20Limits::new(None), Address::repeat_byte(1));
        limits.set_limits(bridge, limit, limit, 0).map_err(said)?;
        let used = match after("use") {
            None | Some(&"all") => limit,
            Some(amount) => units_in(amount)?,
        };
        limits.mint(bridge, used, 0).map_err(said)?;
        let left = |limits: &XErc20Limits, now_s| limits.of(&bridge).mint.current(now_s).map_err(said);
        let mut before = limit;
        for changed in ["set", "then"].into_iter().filter_map(after) {
            let limit = units_in(changed)?;
            limits.set_limits(bridge, limit, limit, 0).map_err(said)?;
            let change = if limit < before { "decrease" } else { "increase" };
            found.insert(format!("{name}_after_{change}"), json!(left(&limits, 0)?.to_string()));
            before = limit;
        }
        for (when, now_s) in [("12h", DAY_S / 2), ("86399", DAY_S - 1), ("24h", DAY_S)] {
            found.insert(format!("{name}_{when}"), json!(left(&limits, now_s)?.to_string()));
        }
    }
    Ok(found.into())
}

fn seconds(span: &str) -> Result<u64, String> {
    Ok(span.parse::<Span>().map_err(said)?.as_seconds())
}

/// Scripts by name in their order. One that begins with a withdrawal goes on from the deposits of the first.
fn breaker(inputs: Inputs<'_>) -> Result<Value, String> {
    let time = |key: &str| seconds(inputs.get(key)?.text()?);
    let config = BreakerConfig {
        period_s: time("withdrawalPeriod")?,
        tick_s: time("tick")?,
        cooldown_s: time("cooldown")?,
    };
    let share = u16::try_from(inputs.get("minLiqRetainedBps")?.number()?).map_err(said)?;
    let threshold = inputs.get("limitBeginThreshold")?.units()?;
    let mut first_deposits: Vec<&str> = Vec::new();
    let mut found = Map::new();
    for (name, script) in inputs.members()?.filter(|(name, _)| name.len() == 1) {
        let steps: Vec<&str> = script.text()?.split([';', ',']).map(str::trim).collect();
        let own = steps.iter().copied().take_while(|step| step.starts_with("deposit")).count();
        if first_deposits.is_empty() {
            first_deposits = steps[..own].to_vec();
        }
        let mut breaker = CircuitBreaker::new(config).map_err(said)?;
        breaker.register(ASSET, share, threshold).map_err(said)?;
        let borrowed = if own == 0 { first_deposits.as_slice() } else { &[] };
        let mut outcomes = Vec::new();
        for step in borrowed.iter().chain(&steps) {
            outcomes.extend(breaker_step(&mut breaker, step)?);
        }
        found.insert(name.into(), outcomes.into());
    }
    Ok(found.into())
}

const ASSET: Address = Address::repeat_byte(0xa);
const RECIPIENT: Address = Address::repeat_byte(0xb);

/// What a withdrawal shows: what became of it, and by what figures.
fn breaker_step(breaker: &mut CircuitBreaker, step: &str) -> Result<Vec<Value>, String> {
    let (what, time) = step.split_once(" @").unwrap_or((step, "0s"));
    let now_s = seconds(time)?;
    let (verb, amount) = what.split_once(' ').ok_or_else(|| unknown(step))?;
    let amount = units_in(amount.trim_start_matches("exactly "))?;
    match verb {
        "deposit" => {
            breaker.inflow(ASSET, amount, now_s).map_err(said)?;
            Ok(Vec::new())
        }
        "withdraw" => {
            let outflow = breaker.outflow(ASSET, amount, RECIPIENT, now_s, OnLimit::Lock).map_err(said)?;
            let (total, recent) = breaker.liquidity(&ASSET);
            let [total, recent] = [total, recent]
                .map(|of| of.to_string().parse::<i64>().map_or(json!(of.to_string()), |of| json!(of)));
            Ok(match outflow {
                Outflow::Paid => {
                    let status = breaker.status(&ASSET).map_err(said)?;
                    vec![json!("paid"), json!(format!("{status:?}"))]
                }
                Outflow::Tripped => vec![json!("triggered+locked"), total, recent],
                Outflow::Locked => {
                    vec![json!("locked"), recent, json!(breaker.locked(RECIPIENT, ASSET).to_string())]
                }
            })
        }
        _ => Err(unknown(step)),
    }
}

fn bounds(inputs: Inputs<'_>) -> Result<Value, String> {
    let number = |key: &str| inputs.get(key)?.number();
    // Whatever the length of a window is, its own length crosses one boundary.
    let windows = drain::fixed_windows(inputs.get("window_limit")?.units()?, number("T")?, number("T")?);
    let bps = u16::try_from(number("bps")?).map_err(said)?;
    Ok(json!({
        "bucket": drain::token_bucket(limit(inputs, "cap")?, number("T")?).to_string(),
        "xerc20": drain::xerc20(inputs.get("xerc20_limit")?.units()?, number("T_x")?).to_string(),
        "fixed_window_two_boundary": windows.ok_or("0 where the length of a window is expected")?.to_string(),
        "breaker": drain::circuit_breaker(inputs.get("liqTotal")?.units()?, bps).to_string(),
    }))
}

/// Each operation is a certificate; after one that comes to look at a balance, that balance is shown.
fn pessimistic(inputs: Inputs<'_>) -> Result<Value, String> {
    let network = inputs.get("network")?.small()?;
    let mut balances = LocalBalances::new(network);
    let mut found = Vec::new();
    for (leaf, operation) in (0..).zip(inputs.get("ops")?.list()?) {
        let words = operation.text()?;
        let mut certificate = Certificate::default();
        let mut counted = None;
        for step in words.split(" + ") {
            let token = if step.contains("native") {
                TokenId { origin_network: network, address: ASSET }
            } else {
                counted = Some(TokenId::ETHER);
                TokenId::ETHER
            };
            let mut plain = step.split(' ');
            let (verb, amount) = (plain.next(), units_in(plain.next().ok_or_else(|| unknown(words))?)?);
            // Where none is named it is L1.
            let other = match step.rsplit_once(' ') {
                Some((_, "self")) => network,
                Some((start, other)) if start.ends_with("from") || start.ends_with("to") => {
                    other.parse().map_err(said)?
                }
                _ => 0,
            };
            match verb {
                Some("import") => certificate.imports.push(Import { source: other, leaf, token, amount }),
                Some("exit") => certificate.exits.push(Exit { destination: other, token, amount }),
                _ => return Err(unknown(words)),
            }
        }
        let outcome = match balances.apply(&certificate) {
            Ok(()) => "ok",
            Err(PessimisticError::BalanceUnderflowInBridgeExit { .. }) => "BalanceUnderflowInBridgeExit",
            Err(PessimisticError::CannotExitToSameNetwork { .. }) => {
                counted = None;
                "CannotExitToSameNetwork"
            }
            Err(error) => return Err(said(error)),
        };
        found.push(json!(outcome));
        found.extend(counted.map(|token| json!(balances.balance(&token).to_string())));
    }
    Ok(found.into())
}
