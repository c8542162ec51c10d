//! Wheel, mouse and fingers over the chart. Yew listens passively to some of these, so they are listened to here:
//! what moves the chart must not move the page as well. The page comes first wherever it can scroll: then a
//! plain wheel and one finger are its own, and the chart takes the wheel with Ctrl or Meta, and two fingers.

use super::view::{Look, Looker, page_stands_still, place_of};
use crate::chart::{Point, within};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{AddEventListenerOptions, Element, Event, PointerEvent, TouchEvent, WheelEvent};
use yew::prelude::*;

/// Pixels that a pressed mouse moves before it drags: less is a click.
const DRAG_FROM: i32 = 4;
/// Pixels of a line and of a page of a wheel that counts in those.
const LINE: f64 = 16.0;
const PAGE: f64 = 400.0;

/// What holds the chart.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Grip {
    /// Nothing.
    #[default]
    None,
    /// A mouse that was pressed there, and whether it drags yet.
    Mouse { pointer: i32, at: (i32, i32), drags: bool },
    /// Fingers: their middle on the chart, and how far apart they are in pixels (one: not at all).
    Fingers { count: u32, middle: Point, apart: f64 },
}

struct Hand {
    chart: Element,
    look: Looker,
    grip: RefCell<Grip>,
    is_magnified: Rc<RefCell<bool>>,
}

/// Lets wheel, mouse and fingers move the chart.
#[hook]
pub(super) fn use_gestures(chart: &NodeRef, look: &Looker, is_magnified: bool) {
    let magnified = use_mut_ref(|| is_magnified);
    magnified.replace(is_magnified);
    let (chart, look) = (chart.clone(), look.clone());
    use_effect_with((), move |()| {
        let listening = chart.cast::<Element>().map(|chart| {
            let hand = Rc::new(Hand { chart, look, grip: RefCell::default(), is_magnified: magnified });
            NAMES.map(|(name, act)| {
                let acting = hand.clone();
                let listener = Closure::<dyn FnMut(Event)>::new(move |event: Event| act(&acting, &event));
                let options = AddEventListenerOptions::new();
                options.set_passive(false);
                // Every element lets these be listened to.
                let _ = hand.chart.add_event_listener_with_callback_and_add_event_listener_options(
                    name,
                    listener.as_ref().unchecked_ref(),
                    &options,
                );
                (hand.chart.clone(), name, listener)
            })
        });
        move || {
            for (chart, name, listener) in listening.into_iter().flatten() {
                let _ = chart.remove_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
            }
        }
    });
}

type Act = fn(&Hand, &Event);

const NAMES: [(&str, Act); 8] = [
    ("wheel", |hand, event| hand.wheel(event.unchecked_ref())),
    ("pointerdown", |hand, event| hand.press(event.unchecked_ref())),
    ("pointermove", |hand, event| hand.drag(event.unchecked_ref())),
    ("pointerup", |hand, _| hand.let_go()),
    ("pointercancel", |hand, _| hand.let_go()),
    ("touchstart", |hand, event| hand.touch(event.unchecked_ref())),
    ("touchmove", |hand, event| hand.stroke(event.unchecked_ref())),
    ("touchend", |hand, event| hand.touch(event.unchecked_ref())),
];

impl Hand {
    fn wheel(&self, event: &WheelEvent) {
        let chorded = event.ctrl_key() || event.meta_key();
        if !chorded && !page_stands_still() {
            return;
        }
        let Some(at) = place_of(&self.chart, event.client_x(), event.client_y()) else { return };
        event.prevent_default();
        let unit = match event.delta_mode() {
            WheelEvent::DOM_DELTA_LINE => LINE,
            WheelEvent::DOM_DELTA_PAGE => PAGE,
            _ => 1.0,
        };
        // A pinch on a touchpad comes as a wheel with Ctrl, in much smaller steps.
        let pixels =
            event.delta_y() * unit * if event.ctrl_key() && event.delta_y().abs() < 40.0 { 5.0 } else { 1.0 };
        self.look.dispatch(Look::Zoom(within(libm::exp(-pixels / 500.0), 0.5, 2.0), at));
    }

    fn press(&self, event: &PointerEvent) {
        if event.pointer_type() != "touch" && event.button() == 0 && *self.is_magnified.borrow() {
            let at = (event.client_x(), event.client_y());
            self.grip.replace(Grip::Mouse { pointer: event.pointer_id(), at, drags: false });
        }
    }

    fn drag(&self, event: &PointerEvent) {
        let Grip::Mouse { pointer, at, drags } = *self.grip.borrow() else { return };
        if pointer != event.pointer_id() || event.buttons() & 1 == 0 {
            return self.let_go();
        }
        let (x, y) = (event.client_x() - at.0, event.client_y() - at.1);
        if !drags && x.abs().max(y.abs()) < DRAG_FROM {
            return;
        }
        if !drags {
            // From here on it is no click on what lies under it; where capture is refused, it is one.
            let _ = self.chart.set_pointer_capture(pointer);
        }
        let (width, height) = (self.chart.client_width().max(1), self.chart.client_height().max(1));
        self.look.dispatch(Look::Pan(-f64::from(x) / f64::from(width), -f64::from(y) / f64::from(height)));
        let at = (event.client_x(), event.client_y());
        self.grip.replace(Grip::Mouse { pointer, at, drags: true });
    }

    fn let_go(&self) {
        if matches!(*self.grip.borrow(), Grip::Fingers { .. }) {
            return;
        }
        self.grip.replace(Grip::None);
    }

    fn fingers(&self, event: &TouchEvent) -> Grip {
        let touches = event.touches();
        let place = |index: u32| {
            let touch = touches.item(index)?;
            let at = (touch.client_x(), touch.client_y());
            Some((place_of(&self.chart, at.0, at.1)?, Point::new(f64::from(at.0), f64::from(at.1))))
        };
        match (touches.length(), place(0), place(1)) {
            (1, Some((middle, _)), _) => Grip::Fingers { count: 1, middle, apart: 0.0 },
            (2, Some((a, from)), Some((b, to))) => {
                Grip::Fingers { count: 2, middle: a.toward(b, 0.5), apart: from.distance(to).max(1.0) }
            }
            _ => Grip::None,
        }
    }

    fn touch(&self, event: &TouchEvent) {
        self.grip.replace(self.fingers(event));
    }

    fn stroke(&self, event: &TouchEvent) {
        let next = self.fingers(event);
        let before = self.grip.replace(next);
        let (Grip::Fingers { count, middle, apart }, Grip::Fingers { count: now, middle: to, apart: wide }) =
            (before, next)
        else {
            return;
        };
        let is_ours = count == 2 || (*self.is_magnified.borrow() && page_stands_still());
        // What the browser took for scrolling already stays that.
        if count != now || !is_ours || !event.cancelable() {
            return;
        }
        event.prevent_default();
        if count == 2 {
            self.look.dispatch(Look::Zoom(wide / apart, middle));
        }
        self.look.dispatch(Look::Pan(middle.x - to.x, middle.y - to.y));
    }
}
