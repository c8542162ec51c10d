//! What part of the chart is in sight, and how that is changed: by keys, by buttons, and by what is selected.

use crate::{
    chart::{Camera, Point, Sheet, Size},
    widgets::{Icon, icon_button},
};
use causeway::session::view::Subject;
use std::rc::Rc;
use yew::prelude::*;

/// The middle of the screen.
const MIDDLE: Point = Point::new(0.5, 0.5);
/// The part of the chart by which a key moves it.
const KEY_PART: f64 = 0.2;

/// What is in sight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct View(pub(super) Camera);

/// A change of what is in sight. Places on the screen are parts of the chart's width and height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Look {
    /// Zooms by a factor about a place on the screen.
    Zoom(f64, Point),
    /// Moves to the right and downwards, by parts of the chart.
    Pan(f64, f64),
    /// Brings a point of the sheet into sight.
    Show(Point, Size),
    /// Brings a place on the screen, or beside it, into sight.
    ShowPlace(Point),
    /// Shows the whole sheet.
    Whole,
}

impl Reducible for View {
    type Action = Look;

    fn reduce(self: Rc<Self>, look: Look) -> Rc<Self> {
        let Self(camera) = *self;
        Rc::new(Self(match look {
            Look::Zoom(factor, at) => camera.zoomed(factor, at),
            Look::Pan(right, down) => camera.panned(right, down),
            Look::Show(point, sheet) => camera.showing(point, sheet),
            Look::ShowPlace(at) => {
                let unit = Size { width: 1.0, height: 1.0 };
                camera.showing(camera.under(at, unit), unit)
            }
            Look::Whole => Camera::WHOLE,
        }))
    }
}

/// Dispatches changes of what is in sight.
pub(super) type Looker = UseReducerDispatcher<View>;

/// What a key does to the chart that has the focus, if anything.
pub(super) fn look_of(event: &KeyboardEvent) -> Option<Look> {
    Some(match (event.key().as_str(), event.shift_key()) {
        ("+" | "=", _) => Look::Zoom(Camera::STEP, MIDDLE),
        ("-" | "_", _) => Look::Zoom(1.0 / Camera::STEP, MIDDLE),
        ("0", _) => Look::Whole,
        ("ArrowRight", true) => Look::Pan(KEY_PART, 0.0),
        ("ArrowLeft", true) => Look::Pan(-KEY_PART, 0.0),
        ("ArrowDown", true) => Look::Pan(0.0, KEY_PART),
        ("ArrowUp", true) => Look::Pan(0.0, -KEY_PART),
        _ => return None,
    })
}

/// A chain that gets selected, on the chart or elsewhere, comes into sight.
#[hook]
pub(super) fn use_selected_in_sight(
    subject: &Option<Subject>,
    l1: Option<u64>,
    sheet: &Rc<Sheet>,
    look: &Looker,
) {
    let (sheet, look) = (sheet.clone(), look.clone());
    use_effect_with(subject.clone(), move |subject| {
        let Some(Subject::Chain(id)) = subject else { return };
        let point = match sheet.place(id.get()) {
            Some(place) => place.centre,
            None if Some(id.get()) == l1 => Point::new(sheet.size.width / 2.0, sheet.size.height - 24.0),
            None => return,
        };
        look.dispatch(Look::Show(point, sheet.size));
    });
}

/// Brings what the keyboard went to into sight.
pub(super) fn show_focused(element: &web_sys::Element, look: &Looker) {
    if !element.matches(":focus-visible").unwrap_or(false) {
        return;
    }
    let Some(chart) = element.closest("svg").ok().flatten() else { return };
    let (there, chart) = (element.get_bounding_client_rect(), chart.get_bounding_client_rect());
    if chart.width() > 0.0 && chart.height() > 0.0 {
        let x = (there.left() + there.width() / 2.0 - chart.left()) / chart.width();
        let y = (there.top() + there.height() / 2.0 - chart.top()) / chart.height();
        // The coast is wider than the screen: its middle is always as good as any other part.
        let x = if there.width() >= chart.width() { 0.5 } else { x };
        look.dispatch(Look::ShowPlace(Point::new(x, y)));
    }
}

/// The place of an event on the chart.
pub(super) fn place_of(chart: &web_sys::Element, x: i32, y: i32) -> Option<Point> {
    let rect = chart.get_bounding_client_rect();
    let is_there = rect.width() > 0.0 && rect.height() > 0.0;
    is_there.then(|| {
        Point::new((f64::from(x) - rect.left()) / rect.width(), (f64::from(y) - rect.top()) / rect.height())
    })
}

/// Three small buttons.
pub(super) fn buttons(look: &Looker) -> Html {
    let button = |sign: Icon, text: &'static str, testid: &'static str, change: Look| {
        let look = look.clone();
        let onclick = Callback::from(move |_: MouseEvent| look.dispatch(change));
        icon_button(sign, text, testid, false, onclick)
    };
    html! {
        <div class="zoom" role="group" aria-label="Zoom of the chart">
            { button(Icon::Plus, "Zoom in", "zoom-in", Look::Zoom(Camera::STEP, MIDDLE)) }
            { button(Icon::Minus, "Zoom out", "zoom-out", Look::Zoom(1.0 / Camera::STEP, MIDDLE)) }
            { button(Icon::Whole, "The whole chart", "zoom-fit", Look::Whole) }
        </div>
    }
}

/// Whether the page has nothing to scroll, so that nothing is taken from it by moving the chart instead.
pub(super) fn page_stands_still() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let root = document.and_then(|document| document.document_element());
    root.is_some_and(|root| root.scroll_height() <= inner_height())
}

fn inner_height() -> i32 {
    let height = web_sys::window().and_then(|window| window.inner_height().ok()?.as_f64());
    height.unwrap_or(0.0) as i32 + 1
}
