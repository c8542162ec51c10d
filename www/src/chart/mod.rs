//! The sea chart as geometry: where islands lie, how the coast runs, which way a route takes. Pure
//! functions of the chains' ids and the size of the sheet, so that a world always looks the same and
//! tests can measure it natively. Floats are for drawing only; nothing here goes back to the engine.

mod coast;
mod layout;
mod noise;
mod outline;
mod route;

pub use coast::{Coast, Stroke};
pub use layout::{Place, Sheet, Size};
pub use outline::Outline;
pub use route::{Route, queue};

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

/// SVG path data of a line through the points.
pub fn line_path(points: &[Point]) -> String {
    let mut path = String::with_capacity(points.len() * 14);
    for (index, point) in points.iter().enumerate() {
        let letter = if index == 0 { 'M' } else { 'L' };
        path.push_str(&format!("{letter}{:.1} {:.1}", point.x, point.y));
    }
    path
}

/// SVG path data of a closed smooth curve through the points (Catmull-Rom as cubic Béziers).
pub fn closed_path(points: &[Point]) -> String {
    let count = points.len();
    let Some(first) = points.first() else { return String::new() };
    let mut path = format!("M{:.1} {:.1}", first.x, first.y);
    for index in 0..count {
        let at = |offset: usize| points[(index + offset + count - 1) % count];
        let (before, start, end, after) = (at(0), at(1), at(2), at(3));
        path.push_str(&format!(
            "C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}",
            start.x + (end.x - before.x) / 6.0,
            start.y + (end.y - before.y) / 6.0,
            end.x - (after.x - start.x) / 6.0,
            end.y - (after.y - start.y) / 6.0,
            end.x,
            end.y
        ));
    }
    path.push('Z');
    path
}
