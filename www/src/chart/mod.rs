//! The sea chart as geometry: where islands lie, how the coast runs, which way a route takes. Pure
//! functions of the chains' ids and the size of the sheet, so that a world always looks the same and
//! tests can measure it natively. Floats are for drawing only; nothing here goes back to the engine.

mod camera;
mod causeway;
mod coast;
mod layout;
mod noise;
mod outline;
mod route;

pub use camera::Camera;
pub use causeway::Causeway;
pub use coast::{Coast, Stroke};
pub use layout::{Label, Place, Sheet, Size};
pub use outline::Outline;
pub use route::{Route, queue};

use std::fmt;

/// A point on the sheet, in CSS pixels from its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

impl Point {
    /// A point.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The distance to another point.
    pub fn distance(self, other: Self) -> f64 {
        libm::hypot(self.x - other.x, self.y - other.y)
    }

    /// The point at `part` of the way to `other`, 0 being here and 1 there.
    pub fn toward(self, other: Self, part: f64) -> Self {
        Self::new(self.x + (other.x - self.x) * part, self.y + (other.y - self.y) * part)
    }
}

/// A number, or the bound that it lies beyond. For its complaint about bounds, the standard library's `clamp` brings
/// along all that writes floats.
pub fn within(number: f64, least: f64, most: f64) -> f64 {
    number.max(least).min(most)
}

/// A length in pixels as SVG takes it, to a tenth; much shorter than what the standard library brings along
/// for writing floats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Px(pub f64);

impl fmt::Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = libm::round(self.0 * 10.0) as i64;
        let (sign, size) = (if tenths < 0 { "-" } else { "" }, tenths.unsigned_abs());
        match size % 10 {
            0 => write!(f, "{sign}{}", size / 10),
            tenth => write!(f, "{sign}{}.{tenth}", size / 10),
        }
    }
}

/// A number as SVG takes it, to a thousandth: what magnifies must be finer than what is magnified.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fine(pub f64);

impl fmt::Display for Fine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let thousandths = libm::round(self.0 * 1000.0) as i64;
        let (sign, size) = (if thousandths < 0 { "-" } else { "" }, thousandths.unsigned_abs());
        write!(f, "{sign}{}.{:03}", size / 1000, size % 1000)
    }
}

/// SVG path data of a line through the points.
pub fn line_path(points: &[Point]) -> String {
    let mut path = String::with_capacity(points.len() * 14);
    for (index, point) in points.iter().enumerate() {
        let letter = if index == 0 { 'M' } else { 'L' };
        path.push_str(&format!("{letter}{} {}", Px(point.x), Px(point.y)));
    }
    path
}

/// SVG path data of a closed smooth curve through the points (Catmull-Rom as cubic Béziers).
pub fn closed_path(points: &[Point]) -> String {
    let count = points.len();
    let Some(first) = points.first() else { return String::new() };
    let mut path = format!("M{} {}", Px(first.x), Px(first.y));
    for index in 0..count {
        let at = |offset: usize| points[(index + offset + count - 1) % count];
        let (before, start, end, after) = (at(0), at(1), at(2), at(3));
        path.push_str(&format!(
            "C{} {} {} {} {} {}",
            Px(start.x + (end.x - before.x) / 6.0),
            Px(start.y + (end.y - before.y) / 6.0),
            Px(end.x - (after.x - start.x) / 6.0),
            Px(end.y - (after.y - start.y) / 6.0),
            Px(end.x),
            Px(end.y)
        ));
    }
    path.push('Z');
    path
}

#[cfg(test)]
mod tests {
    use super::{Fine, Px};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn lengths_are_written_to_a_tenth() {
        let written = [0.0, -0.04, 1.25, -1.26, 12.96, 1_000.0].map(|length| Px(length).to_string());
        assert_eq!(written, ["0", "0", "1.3", "-1.3", "13", "1000"]);
        let written = [0.125, -0.0625, 8.0].map(|number| Fine(number).to_string());
        assert_eq!(written, ["0.125", "-0.063", "8.000"]);
    }
}
