//! Which part of the sheet is in sight: how far one has zoomed in, and where. A value without side effects, so
//! that tests can hold it to its bounds.

use super::{Point, Size, within};

/// The part of a sheet that is in sight. Never more than the whole sheet, and never anything beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// How much larger than at first everything is drawn.
    magnification: f64,
    /// Upper left corner of what is in sight, as parts of the sheet's width and height: a sheet that changes
    /// its size stays where it is.
    left: f64,
    top: f64,
}

impl Camera {
    /// Most magnification.
    pub const MOST: f64 = 8.0;
    /// The whole sheet.
    pub const WHOLE: Self = Self { magnification: 1.0, left: 0.0, top: 0.0 };
    /// By how much a press of a button or a key zooms.
    pub const STEP: f64 = 1.5;

    fn bounded(magnification: f64, left: f64, top: f64) -> Self {
        let magnification =
            if magnification.is_finite() { within(magnification, 1.0, Self::MOST) } else { 1.0 };
        let most = 1.0 - 1.0 / magnification;
        let inside = |corner: f64| if corner.is_finite() { within(corner, 0.0, most) } else { 0.0 };
        Self { magnification, left: inside(left), top: inside(top) }
    }

    /// How much larger than at first everything is drawn: 1 to 8.
    pub const fn magnification(self) -> f64 {
        self.magnification
    }

    /// Upper left corner of what is in sight.
    pub fn corner(self, sheet: Size) -> Point {
        Point::new(self.left * sheet.width, self.top * sheet.height)
    }

    /// Size of what is in sight.
    pub fn extent(self, sheet: Size) -> Size {
        Size { width: sheet.width / self.magnification, height: sheet.height / self.magnification }
    }

    /// What lies at a place on the screen, which is given as parts of the chart's width and height.
    pub fn under(self, at: Point, sheet: Size) -> Point {
        let (corner, extent) = (self.corner(sheet), self.extent(sheet));
        Point::new(corner.x + at.x * extent.width, corner.y + at.y * extent.height)
    }

    /// Zooms by a factor; what lies under `at` stays there. `at` is a place on the screen as parts of the
    /// chart's width and height.
    #[must_use]
    pub fn zoomed(self, factor: f64, at: Point) -> Self {
        let next = Self::bounded(self.magnification * factor, 0.0, 0.0).magnification;
        let shift = 1.0 / self.magnification - 1.0 / next;
        Self::bounded(next, self.left + at.x * shift, self.top + at.y * shift)
    }

    /// Moves what is in sight by parts of the chart's width and height: to the right and downwards.
    #[must_use]
    pub fn panned(self, right: f64, down: f64) -> Self {
        let part = 1.0 / self.magnification;
        Self::bounded(self.magnification, self.left + right * part, self.top + down * part)
    }

    /// Moves as little as brings `point` of the sheet into sight, with some room around it.
    #[must_use]
    pub fn showing(self, point: Point, sheet: Size) -> Self {
        let part = 1.0 / self.magnification;
        let room = part * 0.15;
        let toward = |corner: f64, wanted: f64| {
            if wanted < corner + room * 0.5 || wanted > corner + part - room * 0.5 {
                within(corner, wanted - part + room, wanted - room)
            } else {
                corner
            }
        };
        let (x, y) = (point.x / sheet.width, point.y / sheet.height);
        Self::bounded(self.magnification, toward(self.left, x), toward(self.top, y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const SHEET: Size = Size { width: 900.0, height: 500.0 };

    /// Many cameras, reached by zooming and panning.
    fn cameras() -> impl Iterator<Item = Camera> {
        (0..400u32).map(|step| {
            let part = |times: u32| f64::from(step * times % 101) / 100.0;
            let factor = 0.5 + part(7) * 6.0;
            let camera = Camera::WHOLE.zoomed(factor, Point::new(part(13), part(29)));
            camera.panned(part(31) * 3.0 - 1.5, part(37) * 3.0 - 1.5)
        })
    }

    #[test]
    fn the_sheet_never_leaves_the_view_nor_is_it_smaller_than_it() {
        for camera in cameras() {
            let (corner, extent) = (camera.corner(SHEET), camera.extent(SHEET));
            assert!((1.0..=Camera::MOST).contains(&camera.magnification()));
            assert!(corner.x >= 0.0 && corner.x + extent.width <= SHEET.width + 1e-9, "{camera:?}");
            assert!(corner.y >= 0.0 && corner.y + extent.height <= SHEET.height + 1e-9, "{camera:?}");
        }
        assert_eq!(Camera::WHOLE.zoomed(0.1, Point::new(0.3, 0.9)), Camera::WHOLE);
        assert_eq!(Camera::WHOLE.zoomed(1e9, Point::new(0.3, 0.9)).magnification(), Camera::MOST);
        assert_eq!(Camera::WHOLE.zoomed(f64::NAN, Point::new(0.3, 0.9)), Camera::WHOLE);
    }

    #[test]
    fn what_is_under_the_pointer_stays_under_it() {
        let at = Point::new(0.7, 0.2);
        for camera in cameras() {
            let next = camera.zoomed(1.3, at);
            assert!(camera.under(at, SHEET).distance(next.under(at, SHEET)) < 1e-6, "{camera:?}");
        }
        // Zooming out again goes back where nothing had to give way to the sheet's edge.
        let there = Camera::WHOLE.zoomed(4.0, at);
        let back = there.zoomed(0.25, at);
        assert!((back.magnification() - 1.0).abs() < 1e-9 && back.corner(SHEET).x < 1e-6);
    }

    #[test]
    fn what_is_selected_comes_into_sight_and_what_is_in_sight_stays() {
        let wanted = Point::new(880.0, 30.0);
        for camera in cameras() {
            let next = camera.showing(wanted, SHEET);
            let (corner, extent) = (next.corner(SHEET), next.extent(SHEET));
            assert!(wanted.x >= corner.x && wanted.x <= corner.x + extent.width);
            assert!(wanted.y >= corner.y && wanted.y <= corner.y + extent.height);
            assert_eq!(next.showing(wanted, SHEET), next);
            let middle = camera.under(Point::new(0.5, 0.5), SHEET);
            assert_eq!(camera.showing(middle, SHEET), camera);
        }
    }
}
