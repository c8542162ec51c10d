//! The marks of messages. Yew makes and removes them; one animation loop moves them, by their
//! `transform` alone, outside the virtual document.

use super::{
    fleet::{Group, MarkInfo},
    spot::{Spot, tab_index},
};
use crate::{
    chart::{Fine, Route, Sheet, queue},
    driver::{Animator, Motion},
    handle::use_handle,
    widgets::cargo_shape,
    words,
};
use causeway::{session::view::Subject, types::ChainId};
use std::{cell::RefCell, collections::BTreeMap, rc::Rc};
use web_sys::Element;
use yew::prelude::*;

/// Pixels between two marks on one way.
const GAP: f64 = 17.0;
/// Milliseconds in which a mark makes up most of its way to where it should be.
const EASE_MS: f64 = 160.0;
/// How far a mark keeps to the right of its lane, so that it passes those that come toward it.
const KEEP_RIGHT: f64 = 6.0;

#[derive(Properties, PartialEq)]
pub(super) struct MarksProps {
    pub(super) sheet: Rc<Sheet>,
    pub(super) groups: Rc<Vec<Group>>,
    pub(super) names: Rc<Vec<(ChainId, String)>>,
    pub(super) here: Option<Spot>,
    pub(super) subject: Option<Subject>,
    pub(super) still: bool,
    /// How much larger than at first the chart is drawn; marks stay as large as they are.
    pub(super) magnification: f64,
}

/// All marks.
#[component]
pub(super) fn Marks(props: &MarksProps) -> Html {
    let handle = use_handle();
    let shown = use_mut_ref(BTreeMap::<u64, f64>::new);
    {
        let driver = handle.driver.clone();
        let deps = (props.sheet.clone(), props.groups.clone(), props.still, props.magnification);
        use_effect_with(deps, move |(sheet, groups, still, magnification)| {
            let mover = Mover::of(sheet, groups, *still, *magnification, shown);
            driver.set_animator(Some(
                Rc::new(move |motion: &Motion, passed| mover.animate(motion, passed)) as Animator
            ));
        });
    }
    let smaller = format!("scale({})", Fine(1.0 / props.magnification));
    let name = |id: ChainId| {
        props.names.iter().find(|(other, _)| *other == id).map_or_else(String::new, |(_, name)| name.clone())
    };
    html! {
        <g class={classes!("marks", props.still.then_some("are-still"))}>
            { for props.groups.iter().flat_map(|group| {
                let way = format!("from {} to {}", name(group.from), name(group.to));
                group.marks.iter().map(move |mark| (group, mark, way.clone()))
            }).map(|(group, mark, way)| {
                let spot = Spot::Message(mark.number);
                let number = mark.number;
                let selected = props.subject == Some(spot.subject());
                html! {
                    <g
                        key={mark.number}
                        id={spot.element_id()}
                        class={classes!("mark", selected.then_some("is-selected"))}
                        role="button"
                        tabindex={tab_index(spot, props.here)}
                        aria-label={label(group, mark, &way)}
                        data-testid={format!("mark-{number}")}
                        onclick={handle.on(move |handle| handle.inspect(Subject::Message(number)))}
                    >
                        <g transform={smaller.clone()}>
                            <circle class="mark-target" r="12" />
                            { cargo_shape(mark.cargo) }
                            { caption(group, mark, props.still) }
                        </g>
                    </g>
                }
            }) }
        </g>
    }
}

fn label(group: &Group, mark: &MarkInfo, way: &str) -> String {
    if is_crowd(group) {
        return format!("{} messages {way}", group.count);
    }
    format!("Message {}, {}: {}, {way}, {}", mark.number, words::cargo(mark.cargo), mark.content, mark.stage)
}

fn caption(group: &Group, mark: &MarkInfo, still: bool) -> Html {
    let text = if is_crowd(group) {
        format!("×{}", group.count)
    } else if still {
        mark.number.to_string()
    } else {
        return html! {};
    };
    html! { <text class="mark-count" x="10" y="4">{ text }</text> }
}

/// Whether one mark stands for more messages than are shown.
fn is_crowd(group: &Group) -> bool {
    group.count > group.marks.len() as u64
}

struct Mover {
    lanes: Vec<(Route, Vec<(u64, Element)>)>,
    /// How far along its way each mark is drawn.
    shown: Rc<RefCell<BTreeMap<u64, f64>>>,
    still: bool,
    /// Pixels of the sheet in a pixel of the screen.
    pixel: f64,
}

impl Mover {
    fn of(
        sheet: &Sheet,
        groups: &[Group],
        still: bool,
        magnification: f64,
        shown: Rc<RefCell<BTreeMap<u64, f64>>>,
    ) -> Self {
        let document = web_sys::window().and_then(|window| window.document());
        let element = |number| {
            let id = Spot::Message(number).element_id();
            document.as_ref().and_then(|document| document.get_element_by_id(&id))
        };
        let lanes: Vec<(Route, Vec<(u64, Element)>)> = groups
            .iter()
            .filter_map(|group| {
                let route = sheet.route(group.from.get(), group.to.get())?;
                let marks = group.marks.iter().filter_map(|mark| Some((mark.number, element(mark.number)?)));
                Some((route, marks.collect()))
            })
            .collect();
        let alive =
            |number: &u64| lanes.iter().any(|(_, marks)| marks.iter().any(|(other, _)| other == number));
        shown.borrow_mut().retain(|number, _| alive(number));
        Self { lanes, shown, still, pixel: 1.0 / magnification }
    }

    fn animate(&self, motion: &Motion, passed: f64) -> bool {
        let mut shown = self.shown.borrow_mut();
        let part = 1.0 - libm::exp(-passed / EASE_MS);
        let mut moves = false;
        for (route, marks) in &self.lanes {
            let progress: Vec<u32> = marks
                .iter()
                .map(|(number, _)| if self.still { 500 } else { motion.of(*number).unwrap_or(1000) })
                .collect();
            let targets = queue(route.length(), &progress, GAP * self.pixel);
            for ((number, element), target) in marks.iter().zip(targets) {
                let at = shown.entry(*number).or_insert(target);
                let left = target - *at;
                *at = if self.still || left.abs() < 0.3 * self.pixel { target } else { *at + left * part };
                moves |= *at != target;
                put(element, route, *at, KEEP_RIGHT * self.pixel);
            }
        }
        moves
    }
}

/// Moves a mark to its place, a little to the right of the lane.
fn put(element: &Element, route: &Route, at: f64, aside: f64) {
    let (here, ahead, behind) = (route.at(at), route.at(at + 4.0), route.at(at - 4.0));
    let (dx, dy) = (ahead.x - behind.x, ahead.y - behind.y);
    let length = libm::hypot(dx, dy).max(0.001);
    let (x, y) = (here.x - dy / length * aside, here.y + dx / length * aside);
    // The attribute is refused by no browser; a mark that stays behind for a frame harms nobody.
    let _ = element.set_attribute("transform", &format!("translate({} {})", Fine(x), Fine(y)));
}
