//! The way of a message over the chart as a line with a length, and places along it.

use super::{Point, line_path};
use crate::order::sort_by_number;

/// A line with known length.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    points: Vec<Point>,
    /// Length from the start to each point.
    lengths: Vec<f64>,
}

impl Route {
    /// The route through these points.
    pub fn new(points: Vec<Point>) -> Self {
        let mut total = 0.0;
        let mut lengths = Vec::with_capacity(points.len());
        for (index, point) in points.iter().enumerate() {
            if let Some(before) = index.checked_sub(1) {
                total += points[before].distance(*point);
            }
            lengths.push(total);
        }
        Self { points, lengths }
    }

    /// How long it is, in pixels.
    pub fn length(&self) -> f64 {
        self.lengths.last().copied().unwrap_or(0.0)
    }

    /// The points it goes through.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// SVG path data.
    pub fn path(&self) -> String {
        line_path(&self.points)
    }

    /// The place `distance` pixels from the start; before the start and beyond the end are those.
    pub fn at(&self, distance: f64) -> Point {
        let next = self.lengths.partition_point(|length| *length < distance);
        match (next.checked_sub(1), self.points.get(next)) {
            (None, Some(first)) => *first,
            (Some(before), Some(end)) => {
                let leg = self.lengths[next] - self.lengths[before];
                let part = if leg > 0.0 { (distance - self.lengths[before]) / leg } else { 0.0 };
                self.points[before].toward(*end, part)
            }
            (_, None) => self.points.last().copied().unwrap_or(Point::new(0.0, 0.0)),
        }
    }
}

/// Distances along a route of marks whose progress is given in thousandths, so that none hides
/// another: each keeps `gap` behind the one ahead, and those at the start wait there in line.
pub fn queue(route_length: f64, progress: &[u32], gap: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..progress.len()).collect();
    sort_by_number(&mut order, |index| u64::MAX - u64::from(progress[*index]));
    let mut places = vec![0.0; progress.len()];
    let mut ahead = f64::INFINITY;
    for &index in &order {
        let wanted = route_length * f64::from(progress[index].min(1000)) / 1000.0;
        let place = wanted.min(ahead - gap);
        places[index] = place;
        ahead = place;
    }
    // Who would wait before the start pushes the whole line ahead as far as is needed.
    let mut behind = f64::NEG_INFINITY;
    for index in order.into_iter().rev() {
        places[index] = places[index].max(0.0).max(behind + gap).min(route_length.max(0.0));
        behind = places[index];
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn places_lie_on_the_line() {
        let route = Route::new(vec![Point::new(0.0, 0.0), Point::new(30.0, 0.0), Point::new(30.0, 40.0)]);
        assert_eq!(route.length(), 70.0);
        assert_eq!(route.at(-5.0), Point::new(0.0, 0.0));
        assert_eq!(route.at(15.0), Point::new(15.0, 0.0));
        assert_eq!(route.at(50.0), Point::new(30.0, 20.0));
        assert_eq!(route.at(99.0), Point::new(30.0, 40.0));
    }

    #[test]
    fn marks_keep_their_distance() {
        let places = queue(200.0, &[500, 500, 0, 0, 1000], 12.0);
        assert_eq!(places[0], 100.0);
        assert_eq!(places[1], 88.0);
        assert_eq!(places[4], 200.0);
        assert_eq!((places[3], places[2]), (0.0, 12.0));
    }
}
