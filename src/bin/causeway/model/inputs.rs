//! A case's inputs, read as what the models take.

use alloy_primitives::U256;
use serde_json::Value;

/// A value within a case's inputs.
#[derive(Clone, Copy)]
pub(super) struct Inputs<'a>(&'a Value);

impl<'a> Inputs<'a> {
    pub(super) const fn new(value: &'a Value) -> Self {
        Self(value)
    }

    /// The member of this name.
    pub(super) fn get(self, key: &str) -> Result<Self, String> {
        self.0.get(key).map(Self).ok_or_else(|| format!("inputs without {key}"))
    }

    /// The member of this name, unless it is missing or null.
    pub(super) fn find(self, key: &str) -> Option<Self> {
        self.0.get(key).filter(|value| !value.is_null()).map(Self)
    }

    /// The element at this place.
    pub(super) fn at(self, place: usize) -> Result<Self, String> {
        self.0.get(place).map(Self).ok_or_else(|| format!("inputs without element {place} in {}", self.0))
    }

    pub(super) fn list(self) -> Result<impl Iterator<Item = Self>, String> {
        let list = self.0.as_array().ok_or_else(|| format!("{} where a list is expected", self.0))?;
        Ok(list.iter().map(Self))
    }

    pub(super) fn members(self) -> Result<impl Iterator<Item = (&'a str, Self)>, String> {
        let members = self.0.as_object().ok_or_else(|| format!("{} where an object is expected", self.0))?;
        Ok(members.iter().map(|(key, value)| (key.as_str(), Self(value))))
    }

    pub(super) fn is_null(self) -> bool {
        self.0.is_null()
    }

    pub(super) fn flag(self) -> Result<bool, String> {
        self.0.as_bool().ok_or_else(|| format!("{} where true or false is expected", self.0))
    }

    pub(super) fn text(self) -> Result<&'a str, String> {
        self.0.as_str().ok_or_else(|| format!("{} where text is expected", self.0))
    }

    pub(super) fn real(self) -> Result<f64, String> {
        self.0.as_f64().ok_or_else(|| format!("{} where a number is expected", self.0))
    }

    pub(super) fn reals(self) -> Result<Vec<f64>, String> {
        self.list()?.map(Self::real).collect()
    }

    pub(super) fn matrix(self) -> Result<Vec<Vec<f64>>, String> {
        self.list()?.map(Self::reals).collect()
    }

    pub(super) fn number(self) -> Result<u64, String> {
        self.0.as_u64().ok_or_else(|| format!("{} where a whole number is expected", self.0))
    }

    pub(super) fn small(self) -> Result<u32, String> {
        u32::try_from(self.number()?).map_err(|_| format!("{} where a smaller number is expected", self.0))
    }

    pub(super) fn units(self) -> Result<U256, String> {
        units(self.0)
    }

    pub(super) fn three_units(self) -> Result<[U256; 3], String> {
        Ok([self.at(0)?.units()?, self.at(1)?.units()?, self.at(2)?.units()?])
    }
}

/// A whole number, be it a number, its digits as text, or text such as "10e18".
pub(super) fn units(value: &Value) -> Result<U256, String> {
    let wrong = || format!("{value} where a whole number is expected");
    match value.as_str() {
        Some(text) => units_in(text),
        None => value.as_u64().map(U256::from).ok_or_else(wrong),
    }
}

/// The same of text.
pub(super) fn units_in(text: &str) -> Result<U256, String> {
    let wrong = || format!("\"{text}\" where a whole number is expected");
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(wrong());
    }
    let scale: u64 = exponent.parse().map_err(|_| wrong())?;
    let factor = U256::from(10).checked_pow(U256::from(scale)).ok_or_else(wrong)?;
    let digits: U256 = digits.parse().map_err(|_| wrong())?;
    digits.checked_mul(factor).ok_or_else(wrong)
}
