//! The coast of L1 along the lower edge: the shore, the lines of shallow water off it, and the
//! hachures that make it land.

use super::{Point, Px, line_path, noise};

/// Every world has the same coast.
const SEED: u64 = 0xc0a5;
/// Most that the shore departs from its level.
const SWING: f64 = 11.0;
/// Pixels between two points of the shore.
const STEP: f64 = 8.0;

/// The coast of a sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct Coast {
    /// The land as a closed path.
    pub land: String,
    /// The shore.
    pub shore: String,
    /// Shallow water, nearest first.
    pub shallows: Vec<String>,
    /// Hachures, as one path of many strokes.
    pub hachures: String,
    /// The road along the shore that joins the harbours.
    pub road: String,
}

/// A stroke from one point to another.
pub type Stroke = (Point, Point);

impl Coast {
    /// Height of the shore at `x` on a sheet whose shore lies about `level`.
    pub fn shore_at(level: f64, x: f64) -> f64 {
        level + SWING * noise::wave(SEED, x)
    }

    /// Height of the road at `x`.
    pub fn road_at(level: f64, x: f64) -> f64 {
        Self::shore_at(level, x) + 15.0
    }

    /// The coast of a sheet of that size, about `level`.
    pub fn of(width: f64, height: f64, level: f64) -> Self {
        let along = |shift: f64, calm: f64| -> Vec<Point> {
            let steps = (width / STEP) as u64 + 2;
            (0..steps)
                .map(|step| {
                    let x = (step as f64 * STEP).min(width);
                    let shore = Self::shore_at(level, x);
                    Point::new(x, level + (shore - level) * calm + shift)
                })
                .collect()
        };
        let shore = along(0.0, 1.0);
        let land = format!("{}L{} {}L0 {}Z", line_path(&shore), Px(width), Px(height), Px(height));
        Self {
            land,
            shore: line_path(&shore),
            shallows: [(-6.0, 0.94), (-14.0, 0.84), (-25.0, 0.7)]
                .into_iter()
                .map(|(shift, calm)| line_path(&along(shift, calm)))
                .collect(),
            hachures: hachures(width, level)
                .iter()
                .map(|(from, to)| line_path(&[*from, *to]))
                .collect::<String>(),
            road: line_path(&along(15.0, 1.0)),
        }
    }
}

/// Short strokes from the shore inland, of uneven length as a pen makes them.
fn hachures(width: f64, level: f64) -> Vec<Stroke> {
    let count = (width / 4.0) as u64;
    (0..count)
        .map(|index| {
            let x = index as f64 * 4.0 + noise::signed(SEED, index);
            let length = 4.5 + 5.0 * noise::unit(SEED + 1, index);
            let top = Point::new(x, Coast::shore_at(level, x));
            (top, Point::new(x + noise::signed(SEED + 2, index) * 0.8, top.y + length))
        })
        .collect()
}
