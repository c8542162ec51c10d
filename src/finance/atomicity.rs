//! What it is worth to a trader that both legs of a trade across two rollups happen or neither.
//!
//! The model of Silva and Livshits (arXiv:2410.11552): a trader buys `x` on A for `cost` and sells it on B for
//! `revenue`; each leg fails by itself with some probability; what a lone leg leaves open is closed at an outside price.

/// A trade of two legs, in units of the currency it is paid in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoLegs {
    /// How much is bought and sold.
    pub quantity: f64,
    /// What it costs on A, in all.
    pub cost: f64,
    /// What it brings on B, in all.
    pub revenue: f64,
    /// The price of one outside.
    pub outside_price: f64,
    /// Probability that the leg on A fails.
    pub failure_a: f64,
    /// Probability that the leg on B fails, whatever A does.
    pub failure_b: f64,
}

/// Expected profits of a trade, in its currency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExpectedProfit {
    /// Where each leg happens or fails by itself.
    pub nonatomic: f64,
    /// Where both happen or neither.
    pub atomic: f64,
    /// The second less the first: what atomicity is worth, which is never positive while the outside price lies
    /// between the legs' prices.
    pub difference: f64,
}

impl TwoLegs {
    /// What it brings on average.
    pub fn expected(&self) -> ExpectedProfit {
        let outside = self.quantity * self.outside_price;
        let (happens_a, happens_b) = (1.0 - self.failure_a, 1.0 - self.failure_b);
        let (gain_a, gain_b) = (outside - self.cost, self.revenue - outside);
        let nonatomic = happens_a * gain_a + happens_b * gain_b;
        let atomic = happens_a * happens_b * (self.revenue - self.cost);
        // Not their difference: that would round away what is small.
        let difference = -(happens_a * self.failure_b * gain_a) - self.failure_a * happens_b * gain_b;
        ExpectedProfit { nonatomic, atomic, difference }
    }
}

/// What a trader risks whose second leg comes later.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LegRisk {
    /// Expected profit.
    pub mean: f64,
    /// Standard deviation of the profit.
    pub standard_deviation: f64,
    /// Probability of a loss.
    pub loss_probability: f64,
}

/// Seconds of a day.
const DAY_S: f64 = 86_400.0;

/// The risk of buying `quantity` at `price_a` and selling it `delay_s` seconds later where it costs `price_b` now, if
/// that price moves as a driftless geometric Brownian motion of volatility `daily_volatility` per square root of a day.
/// Without delay or volatility there is no risk.
pub fn second_leg_risk(
    quantity: f64,
    price_a: f64,
    price_b: f64,
    daily_volatility: f64,
    delay_s: f64,
) -> LegRisk {
    let variance = daily_volatility * daily_volatility * delay_s / DAY_S;
    let mean = quantity * (price_b - price_a);
    let standard_deviation = quantity * price_b * libm::sqrt(libm::expm1(variance));
    let loss_probability = if variance > 0.0 {
        normal_cdf((libm::log(price_a / price_b) + variance / 2.0) / libm::sqrt(variance))
    } else if mean < 0.0 {
        1.0
    } else {
        0.0
    };
    LegRisk { mean, standard_deviation, loss_probability }
}

/// The standard normal distribution function, exact to the last digits far out in its lower tail too.
fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z * core::f64::consts::FRAC_1_SQRT_2)
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::vectors::vector;
    use serde_json::Value;

    fn real(value: &Value) -> f64 {
        value.as_f64().unwrap()
    }

    #[track_caller]
    fn assert_near(found: f64, expected: &Value) {
        let expected = real(expected);
        assert!((found - expected).abs() <= 1e-9 * expected.abs(), "expected {expected}, found {found}");
    }

    #[test]
    fn d19_atomic_and_not() {
        let case = vector("D19");
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        for (name, case) in inputs.as_object().unwrap() {
            let legs = TwoLegs {
                quantity: real(&case["x"]),
                cost: real(&case["yA"]),
                revenue: real(&case["yB"]),
                outside_price: real(&case["Pext"]),
                failure_a: real(&case["FA"]),
                failure_b: real(&case["FB"]),
            };
            let found = legs.expected();
            assert_near(found.nonatomic, &expected[name]["nonatomic"]);
            assert_near(found.atomic, &expected[name]["atomic"]);
            assert_near(found.difference, &expected[name]["diff"]);
        }
    }

    /// By the four outcomes one by one.
    #[test]
    fn the_formulas_are_the_sums_over_outcomes() {
        let legs = TwoLegs {
            quantity: 10.0,
            cost: 19_900.0,
            revenue: 20_100.0,
            outside_price: 1980.0,
            failure_a: 0.25,
            failure_b: 0.5,
        };
        let (a, b) = (19_800.0 - 19_900.0, 20_100.0 - 19_800.0);
        let outcomes = [(0.75 * 0.5, a + b), (0.75 * 0.5, a), (0.25 * 0.5, b), (0.25 * 0.5, 0.0)];
        let found = legs.expected();
        assert_eq!(found.nonatomic, outcomes.iter().map(|(chance, gain)| chance * gain).sum::<f64>());
        assert_eq!(found.atomic, 0.75 * 0.5 * 200.0);
        assert_eq!(found.difference, found.atomic - found.nonatomic);
    }

    #[test]
    fn d20_second_leg_risk() {
        let case = vector("D20");
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        for delay in inputs["taus_s"].as_array().unwrap() {
            let [quantity, a, b, volatility] = ["q", "pA", "pB", "sigma_daily"].map(|key| real(&inputs[key]));
            let found = second_leg_risk(quantity, a, b, volatility, real(delay));
            let expected = &expected[format!("tau={delay}s")];
            assert_near(found.mean, &expected["mean"]);
            assert_near(found.standard_deviation, &expected["sd"]);
            assert_near(found.loss_probability, &expected["prob_loss"]);
        }
    }

    #[test]
    fn without_delay_there_is_no_risk() {
        for (price_b, loss) in [(2010.0, 0.0), (2000.0, 0.0), (1990.0, 1.0)] {
            let found = second_leg_risk(1.0, 2000.0, price_b, 0.05, 0.0);
            assert_eq!((found.standard_deviation, found.loss_probability), (0.0, loss));
        }
    }
}
