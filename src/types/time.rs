//! Simulated time: whole milliseconds since the world began. Nothing in the engine reads a clock.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{borrow::Cow, fmt, str::FromStr};

/// Largest number of milliseconds that JavaScript holds exactly.
const MILLIS_MAX: u64 = (1 << 53) - 1;

/// A moment, in milliseconds since the world began.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Time(u64);

impl Time {
    /// The beginning of the world.
    pub const ZERO: Self = Self(0);

    /// A moment `millis` after the beginning; later than 2^53 − 1 is that.
    pub const fn new(millis: u64) -> Self {
        Self(if millis > MILLIS_MAX { MILLIS_MAX } else { millis })
    }

    /// Milliseconds since the beginning.
    pub const fn millis(self) -> u64 {
        self.0
    }

    /// `span` later, at most the end of time.
    pub const fn plus(self, span: Span) -> Self {
        Self::new(self.0.saturating_add(span.0))
    }

    /// `span` earlier, at the earliest the beginning.
    pub const fn minus(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }

    /// How long after `earlier` this is; nothing if it is not.
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// The first multiple of `period` strictly after this moment.
    pub const fn next_multiple_of(self, period: Span) -> Self {
        Self::new((self.0 / period.0 + 1) * period.0)
    }

    /// The first multiple of `period` at or after this moment.
    pub const fn at_or_next_multiple_of(self, period: Span) -> Self {
        Self::new(self.0.div_ceil(period.0) * period.0)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Span(self.0).fmt(f)
    }
}

/// A length of time in milliseconds. In JSON a whole number of milliseconds or a text such as
/// `"12s"`, `"1h 30m"`, `"7d"`; always written as text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(u64);

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A span of milliseconds; more than 2^53 − 1 is that.
    pub const fn millis(millis: u64) -> Self {
        Self(if millis > MILLIS_MAX { MILLIS_MAX } else { millis })
    }

    /// A span of whole seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self::millis(seconds.saturating_mul(1000))
    }

    /// A span of whole minutes.
    pub const fn minutes(minutes: u64) -> Self {
        Self::seconds(minutes.saturating_mul(60))
    }

    /// A span of whole hours.
    pub const fn hours(hours: u64) -> Self {
        Self::minutes(hours.saturating_mul(60))
    }

    /// A span of whole days.
    pub const fn days(days: u64) -> Self {
        Self::hours(days.saturating_mul(24))
    }

    /// The number of milliseconds.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// Whole seconds, rounded down.
    pub const fn as_seconds(self) -> u64 {
        self.0 / 1000
    }

    /// Both together.
    pub const fn plus(self, other: Self) -> Self {
        Self::millis(self.0.saturating_add(other.0))
    }

    /// This many times as long.
    pub const fn times(self, count: u64) -> Self {
        Self::millis(self.0.saturating_mul(count))
    }
}

const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let mut rest = self.0;
        let mut gap = "";
        for (unit, millis) in UNITS {
            let count = rest / millis;
            if count > 0 {
                write!(f, "{gap}{count}{unit}")?;
                gap = " ";
                rest %= millis;
            }
        }
        Ok(())
    }
}

/// Why a text is no span of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    /// A part is not a whole number followed by a unit.
    #[error("expected whole numbers with units d, h, m, s or ms, such as \"1h 30m\", found {0:?}")]
    Part(String),
    /// The sum is over 2^53 − 1 milliseconds.
    #[error("expected at most {MILLIS_MAX} ms, found {0:?}")]
    TooLong(String),
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let bad = || SpanError::Part(text.into());
        let mut total = 0u64;
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err(bad());
        }
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(bad)?;
            let (number, tail) = rest.split_at(digits);
            let letters = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
            let (unit, tail) = tail.split_at(letters);
            let millis = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(bad)?.1;
            let count: u64 = number.parse().map_err(|_| bad())?;
            total = count
                .checked_mul(millis)
                .and_then(|part| total.checked_add(part))
                .filter(|sum| *sum <= MILLIS_MAX)
                .ok_or_else(|| SpanError::TooLong(text.into()))?;
            rest = tail.trim_start();
        }
        Ok(Self(total))
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_u64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Span;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time span: whole milliseconds, or text such as \"12s\" or \"7d\"")
            }
            fn visit_u64<E: de::Error>(self, millis: u64) -> Result<Span, E> {
                (millis <= MILLIS_MAX)
                    .then_some(Span(millis))
                    .ok_or_else(|| E::custom(SpanError::TooLong(millis.to_string())))
            }
            fn visit_i64<E: de::Error>(self, millis: i64) -> Result<Span, E> {
                // JavaScript's numbers arrive signed.
                let unsigned = u64::try_from(millis)
                    .map_err(|_| E::invalid_value(de::Unexpected::Signed(millis), &self))?;
                self.visit_u64(unsigned)
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Span, E> {
                text.parse().map_err(E::custom)
            }
        }
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(Visitor)
        } else {
            deserializer.deserialize_u64(Visitor)
        }
    }
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A length of time: whole milliseconds, or text such as \"12s\", \"1h 30m\", \"7d\".",
            "oneOf": [
                { "type": "integer", "minimum": 0, "maximum": MILLIS_MAX },
                { "type": "string", "pattern": "^\\s*(\\d+(d|h|m|s|ms)\\s*)+$" }
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn spans_read_back_what_they_write() {
        for (text, millis) in
            [("7d", 604_800_000), ("1h 30m", 5_400_000), ("12s", 12_000), ("250ms", 250), ("0s", 0)]
        {
            let span: Span = text.parse().unwrap();
            assert_eq!((span.as_millis(), span.to_string().as_str()), (millis, text));
        }
    }

    #[test]
    fn spans_refuse_what_they_cannot_mean() {
        for text in ["", "12", "s", "1.5h", "-1s", "1 s", "9x", "99999999999999999999s"] {
            assert!(matches!(text.parse::<Span>(), Err(SpanError::Part(_))), "{text}");
        }
        assert!(matches!("200000000d".parse::<Span>(), Err(SpanError::TooLong(_))));
    }

    #[test]
    fn multiples_are_strictly_after_or_at() {
        let slot = Span::seconds(12);
        assert_eq!(Time::new(12_000).next_multiple_of(slot), Time::new(24_000));
        assert_eq!(Time::new(12_000).at_or_next_multiple_of(slot), Time::new(12_000));
        assert_eq!(Time::new(11_999).next_multiple_of(slot), Time::new(12_000));
    }
}
