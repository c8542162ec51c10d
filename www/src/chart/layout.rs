//! Where everything lies on a sheet: the coast below, rollups as islands in a loose grid above it,
//! each with a harbour on the coast and a lane to it that passes between the islands.

use super::{Coast, Outline, Point, Route, noise, within};

/// Size of a sheet in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// Across.
    pub width: f64,
    /// Down.
    pub height: f64,
}

/// An island's place.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The chain id.
    pub id: u64,
    /// The middle.
    pub centre: Point,
    /// How far the shore reaches.
    pub radius: f64,
    /// The harbour on the coast.
    pub harbour: Point,
    /// The lane from the island to its harbour.
    pub lane: Route,
}

/// A sheet of the chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Its size.
    pub size: Size,
    /// About where the shore of L1 lies.
    pub coast_level: f64,
    /// The islands in the order of the ids given.
    pub places: Vec<Place>,
    /// Height of the room for an island's name below it: 0 where there is none.
    pub label_height: f64,
    /// Width of the room for an island's name.
    pub label_width: f64,
    /// Room for one island with its name.
    cell: Size,
}

/// How an island's name is written at some magnification.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Label {
    /// Not at all: there is no room.
    None,
    /// As a small name, cut to so many pixels of the screen.
    Small(f64),
    /// As a name with the newest block below it, cut to so many pixels of the screen.
    Large(f64),
}

impl Label {
    /// Height on the screen, from the shore down, in pixels.
    pub const fn height(self) -> f64 {
        match self {
            Self::None => 0.0,
            Self::Small(_) => 15.0,
            Self::Large(_) => 42.0,
        }
    }
}

/// Room for the frame of the chart.
const MARGIN: f64 = 20.0;
/// Largest radius of an island.
const RADIUS_MAX: f64 = 72.0;

/// The grid that gives islands the most room.
#[derive(Clone, Copy, Debug)]
struct Grid {
    columns: usize,
    rows: usize,
    cell: Size,
}

impl Grid {
    fn best(count: usize, sea: Size) -> Self {
        let of_rows = |rows: usize| {
            let columns = count.div_ceil(rows).max(1);
            Self {
                columns,
                rows,
                cell: Size { width: sea.width / columns as f64, height: sea.height / rows as f64 },
            }
        };
        let room = |grid: &Self| grid.cell.width.min(grid.cell.height * 1.1);
        let best =
            (1..=count.max(1)).map(of_rows).max_by(|a, b| room(a).total_cmp(&room(b))).unwrap_or(of_rows(1));
        let single = of_rows(1);
        // One row leaves every lane a free way to the coast: worth a little room.
        if single.cell.width > 120.0 && room(&single) > room(&best) * 0.72 { single } else { best }
    }
}

impl Sheet {
    /// Lays out the rollups `ids` on a sheet of that size.
    pub fn lay_out(ids: &[u64], size: Size) -> Self {
        let land = within(size.height * 0.17, 64.0, 104.0);
        let coast_level = size.height - land;
        // The last column's lanes need a gutter to the right of it.
        let sea = Size {
            width: (size.width - MARGIN * 2.5).max(40.0),
            height: (coast_level - MARGIN - 26.0).max(40.0),
        };
        let grid = Grid::best(ids.len(), sea);
        let label_height = match grid.cell.width.min(grid.cell.height) {
            room if room >= 110.0 => 34.0,
            room if room >= 46.0 => 14.0,
            _ => 0.0,
        };
        let places = ids
            .iter()
            .enumerate()
            .map(|(index, id)| place(*id, index, ids.len(), grid, label_height, coast_level))
            .collect();
        let label_width = grid.cell.width * 0.94;
        Self { size, coast_level, places, label_height, label_width, cell: grid.cell }
    }

    /// How names are written at that magnification: they stay as large on the screen as they are, and take
    /// the room that the sea around the islands gains.
    pub fn label(&self, magnification: f64) -> Label {
        let width = self.label_width * magnification;
        match self.label_height {
            height if height > 20.0 => return Label::Large(width),
            height if height > 0.0 && magnification <= 1.0 => return Label::Small(width),
            _ => {}
        }
        // What lies between the shore of an island and that of the one below, which may sway.
        let shores = self.places.iter().map(|place| place.radius).fold(0.0, f64::max) * 1.76;
        let gap = (self.cell.height - shores) * magnification;
        if gap * 0.8 >= Label::Large(width).height() && width >= 100.0 {
            Label::Large(width)
        } else if self.label_height > 0.0 || (gap * 0.8 >= Label::Small(width).height() && width >= 40.0) {
            Label::Small(width)
        } else {
            Label::None
        }
    }

    /// The place of a rollup.
    pub fn place(&self, id: u64) -> Option<&Place> {
        self.places.iter().find(|place| place.id == id)
    }

    /// The way from one chain to another; a chain that is no rollup here is the L1. None where both
    /// are the same.
    pub fn route(&self, from: u64, to: u64) -> Option<Route> {
        let reversed = |lane: &Route| Route::new(lane.points().iter().rev().copied().collect());
        match (self.place(from), self.place(to)) {
            _ if from == to => None,
            (Some(from), Some(to)) => {
                let mut points = from.lane.points().to_vec();
                points.extend(self.road(from.harbour.x, to.harbour.x));
                points.extend(to.lane.points().iter().rev());
                Some(Route::new(points))
            }
            (Some(from), None) => Some(from.lane.clone()),
            (None, Some(to)) => Some(reversed(&to.lane)),
            (None, None) => None,
        }
    }

    /// The road along the coast from one harbour to another.
    fn road(&self, from: f64, to: f64) -> Vec<Point> {
        let steps = (((to - from).abs() / 10.0) as u64).max(1);
        (0..=steps)
            .map(|step| {
                let x = from + (to - from) * step as f64 / steps as f64;
                Point::new(x, Coast::road_at(self.coast_level, x))
            })
            .collect()
    }
}

/// Where the `index`th of `count` islands lies.
fn place(id: u64, index: usize, count: usize, grid: Grid, label: f64, coast_level: f64) -> Place {
    let Grid { columns, rows, cell } = grid;
    let (row, column) = (index / columns, index % columns);
    let in_row = if row + 1 == rows { count - row * columns } else { columns };
    // A last row that is not full stays on the grid's columns, so that its lanes meet its gutters.
    let shift = ((columns - in_row) / 2) as f64;
    let room = (cell.height - label).max(10.0);
    let radius = (cell.width * 0.3).min(room * 0.36).min(RADIUS_MAX);
    let free_x = (cell.width / 2.0 - radius * Outline::REACH).max(0.0);
    let free_y = (room / 2.0 - radius * Outline::REACH).max(0.0);
    let sway = if rows == 1 && count > 1 {
        let turn = if index.is_multiple_of(2) { 1.0 } else { -1.0 };
        turn * (free_y * 0.55) + noise::signed(id, 91) * free_y * 0.2
    } else {
        noise::signed(id, 91) * free_y * 0.8
    };
    let left = MARGIN + (column as f64 + shift) * cell.width;
    let centre = Point::new(
        left + cell.width / 2.0 + noise::signed(id, 90) * free_x * 0.4,
        MARGIN + row as f64 * cell.height + room / 2.0 + sway,
    );
    let gutter = left + cell.width;
    let spread = (cell.width * 0.12 / rows as f64).min(7.0);
    let harbour_x = if rows == 1 {
        centre.x + (gutter - centre.x) * 0.62
    } else {
        gutter + (row as f64 - (rows - 1) as f64 / 2.0) * spread
    };
    let harbour = Point::new(harbour_x, Coast::shore_at(coast_level, harbour_x) + 2.0);
    Place { id, centre, radius, harbour, lane: lane(id, centre, radius, harbour) }
}

/// From the island's shore over to its harbour's meridian, then down to the harbour.
fn lane(id: u64, centre: Point, radius: f64, harbour: Point) -> Route {
    let start = Point::new(centre.x + radius * 0.8, centre.y + radius * 0.28);
    let bend = Point::new(harbour.x, (centre.y + radius * 1.1).min(harbour.y - 8.0));
    let corner = Point::new(harbour.x, start.y);
    let curve = (0..=10u32).map(|step| {
        let part = f64::from(step) / 10.0;
        start.toward(corner, part).toward(corner.toward(bend, part), part)
    });
    let down = (1..=14u32).map(|step| bend.toward(harbour, f64::from(step) / 14.0));
    let points: Vec<Point> = curve.chain(down).collect();
    let last = points.len() - 1;
    let swayed = points.iter().enumerate().map(|(index, point)| {
        let calm = if index == 0 || index == last { 0.0 } else { 1.6 };
        Point::new(point.x + noise::wave(id, point.y * 3.0) * calm, point.y)
    });
    Route::new(swayed.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const SIZES: [Size; 4] = [
        Size { width: 900.0, height: 560.0 },
        Size { width: 640.0, height: 420.0 },
        Size { width: 304.0, height: 420.0 },
        Size { width: 1700.0, height: 800.0 },
    ];

    fn sheets() -> impl Iterator<Item = Sheet> {
        SIZES.into_iter().flat_map(|size| {
            (1..=64u64).map(move |count| {
                let ids: Vec<u64> = (0..count).map(|index| 901 + index * 7).collect();
                Sheet::lay_out(&ids, size)
            })
        })
    }

    #[test]
    fn islands_never_overlap_nor_leave_the_sea() {
        for sheet in sheets() {
            for (index, a) in sheet.places.iter().enumerate() {
                let reach = a.radius * Outline::REACH;
                assert!(a.radius >= 5.0, "{} of {}", a.radius, sheet.places.len());
                assert!(a.centre.x - reach >= 0.0 && a.centre.x + reach <= sheet.size.width);
                assert!(a.centre.y - reach >= 0.0 && a.centre.y + reach < sheet.coast_level - 11.0);
                for b in &sheet.places[index + 1..] {
                    let apart = a.centre.distance(b.centre);
                    assert!(apart >= reach + b.radius * Outline::REACH, "{} islands", sheet.places.len());
                }
            }
        }
    }

    #[test]
    fn names_cover_neither_islands_nor_the_land_and_come_as_one_zooms_in() {
        for sheet in sheets() {
            let mut before = 0.0;
            for magnification in [1.0, 1.5, 2.0, 4.0, 8.0] {
                let label = sheet.label(magnification);
                assert!(label.height() >= before, "{label:?} of {}", sheet.places.len());
                before = label.height();
                let (Label::Small(width) | Label::Large(width)) = label else { continue };
                let (half, height) = (width / magnification / 2.0, label.height() / magnification);
                for a in &sheet.places {
                    let (top, bottom) = (a.centre.y + a.radius * 0.88, a.centre.y + a.radius * 0.88 + height);
                    assert!(bottom < sheet.coast_level + 11.0, "{} of {}", bottom, sheet.coast_level);
                    for b in sheet.places.iter().filter(|b| b.id != a.id) {
                        let apart = (a.centre.x - b.centre.x).abs() >= half
                            || b.centre.y - b.radius * 0.88 >= bottom
                            || b.centre.y + b.radius * 0.88 <= top;
                        assert!(apart, "{label:?} at {magnification}, {} islands", sheet.places.len());
                    }
                }
            }
            assert_ne!(sheet.label(4.0), Label::None, "{} islands", sheet.places.len());
        }
    }

    /// The layout is made on the page's own thread: the figure that ARCHITECTURE.md gives for it.
    #[cfg(not(target_arch = "wasm32"))]
    #[expect(clippy::disallowed_methods, reason = "the chart is no part of the engine")]
    #[test]
    fn sixty_four_islands_are_laid_out_within_a_fraction_of_a_frame() {
        let ids: Vec<u64> = (901..965).collect();
        let once = || {
            let before = std::time::Instant::now();
            std::hint::black_box(Sheet::lay_out(std::hint::black_box(&ids), SIZES[0]));
            before.elapsed().as_micros()
        };
        let best = (0..50).map(|_| once()).min().unwrap();
        println!("Sheet::lay_out of 64 islands: {best} microseconds");
        assert!(best < 8_000, "{best} microseconds");
    }

    #[test]
    fn lanes_lead_to_the_coast_and_cross_no_island() {
        for sheet in sheets() {
            for place in &sheet.places {
                let end = place.lane.at(place.lane.length());
                assert!(end.distance(place.harbour) < 0.01);
                assert!(end.x > 0.0 && end.x < sheet.size.width);
                for other in sheet.places.iter().filter(|other| other.id != place.id) {
                    let near = place.lane.points().iter().map(|p| p.distance(other.centre));
                    let least = near.fold(f64::INFINITY, f64::min);
                    assert!(least >= other.radius, "{} islands: {least}", sheet.places.len());
                }
            }
        }
    }

    #[test]
    fn a_route_between_rollups_touches_the_coast() {
        let sheet = Sheet::lay_out(&[901, 902, 903], SIZES[0]);
        let route = sheet.route(901, 903).unwrap();
        let lowest = (0..=100).map(|step| route.at(route.length() * f64::from(step) / 100.0).y);
        assert!(lowest.fold(0.0, f64::max) > Coast::shore_at(sheet.coast_level, 450.0) - 20.0);
        assert!(sheet.route(901, 901).is_none());
        let (out, back) = (sheet.route(900, 902).unwrap(), sheet.route(902, 900).unwrap());
        assert_eq!(out.at(0.0), back.at(back.length()));
    }

    #[test]
    fn a_new_rollup_does_not_change_the_picture_by_chance() {
        assert_eq!(Sheet::lay_out(&[901, 902], SIZES[1]), Sheet::lay_out(&[901, 902], SIZES[1]));
    }
}
