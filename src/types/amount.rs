//! Amounts of ether or of a token, in its smallest unit.

use alloy_primitives::U256;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{borrow::Cow, fmt, str::FromStr};

/// An amount in wei, or in the smallest unit of a token. In JSON `"0x…"`, decimal digits, or a
/// number with a unit: `"1.5 ether"`, `"30 gwei"`, `"7 wei"`; always written as `0x…`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(U256);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(U256::ZERO);

    /// Wraps a number of smallest units.
    pub const fn new(units: U256) -> Self {
        Self(units)
    }

    /// Whole ether, or whole tokens of 18 decimals.
    pub fn ether(count: u64) -> Self {
        Self(U256::from(count) * U256::from(10u64.pow(18)))
    }

    /// The number of smallest units.
    pub const fn get(self) -> U256 {
        self.0
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format_units(self.0, 18))
    }
}

/// Writes `units` with a decimal point `decimals` digits from the right and no zeros behind.
pub fn format_units(units: U256, decimals: usize) -> String {
    let digits = format!("{units:0>width$}", width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    match fraction.trim_end_matches('0') {
        "" => whole.into(),
        fraction => format!("{whole}.{fraction}"),
    }
}

/// Why a text is no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// It is not of a form that is understood.
    #[error("expected \"0x…\", decimal digits, or a number with ether, gwei or wei, found {0:?}")]
    Form(String),
    /// It has more digits after the point than its unit has.
    #[error("expected at most {decimals} digits after the point, found {text:?}")]
    TooFine {
        /// What was given.
        text: String,
        /// How many digits the unit has.
        decimals: usize,
    },
    /// It does not fit in 256 bits.
    #[error("expected less than 2^256, found {0:?}")]
    TooLarge(String),
}

impl FromStr for Amount {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        let form = || AmountError::Form(text.into());
        let large = || AmountError::TooLarge(text.into());
        let trimmed = text.trim();
        if let Some(hex) = trimmed.strip_prefix("0x") {
            if hex.is_empty() || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
                return Err(form());
            }
            return U256::from_str_radix(hex, 16).map(Self).map_err(|_| large());
        }
        let (number, decimals) = match trimmed.split_once(char::is_whitespace) {
            None => (trimmed, 0),
            Some((number, unit)) => {
                let decimals = match unit.trim() {
                    "ether" => 18,
                    "gwei" => 9,
                    "wei" => 0,
                    _ => return Err(form()),
                };
                (number, decimals)
            }
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || number.ends_with('.') {
            return Err(form());
        }
        if fraction.len() > decimals {
            return Err(AmountError::TooFine { text: text.into(), decimals });
        }
        U256::from_str_radix(&format!("{whole}{fraction:0<decimals$}"), 10).map(Self).map_err(|_| large())
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = Cow::<str>::deserialize(deserializer)?;
            text.parse().map_err(de::Error::custom)
        } else {
            U256::deserialize(deserializer).map(Self)
        }
    }
}

impl JsonSchema for Amount {
    fn schema_name() -> Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An amount in wei or a token's smallest unit: \"0x…\", decimal digits, or \"1.5 ether\", \"30 gwei\", \"7 wei\".",
            "type": "string",
            "pattern": "^\\s*(0x[0-9a-fA-F]+|\\d+(\\.\\d+)?(\\s+(ether|gwei|wei))?)\\s*$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn amounts_read_every_form() {
        for (text, units) in [
            ("0x10", 16u128),
            ("42", 42),
            ("1.5 ether", 1_500_000_000_000_000_000),
            ("30 gwei", 30_000_000_000),
        ] {
            assert_eq!(text.parse::<Amount>().unwrap().get(), U256::from(units), "{text}");
        }
    }

    #[test]
    fn amounts_refuse_what_they_cannot_mean() {
        for text in ["", "0x", "1.5", "-1", "1 euro", "1. ether", ".5 ether", "0xzz", "1e18"] {
            assert!(text.parse::<Amount>().is_err(), "{text}");
        }
        let huge = format!("1{} ether", "0".repeat(70));
        assert!(matches!(huge.parse::<Amount>(), Err(AmountError::TooLarge(_))));
    }

    #[test]
    fn units_are_written_without_idle_zeros() {
        assert_eq!(format_units(U256::from(1_500_000u64), 6), "1.5");
        assert_eq!(format_units(U256::ZERO, 18), "0");
        assert_eq!(format_units(U256::from(1u64), 18), "0.000000000000000001");
    }
}
