//! The sheet itself: frame, graticule, compass, the coast with its hachures, and L1's name on it.

use super::spot::{Spot, tab_index};
use crate::{
    chart::{Coast, Fine, Outline, Point, Px, Sheet},
    format,
    handle::use_handle,
};
use causeway::session::view::{ChainView, Subject};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct CoastViewProps {
    pub(super) sheet: Rc<Sheet>,
    pub(super) l1: Option<ChainView>,
    /// The middle of what is in sight: the name follows it along the coast.
    pub(super) middle: f64,
    pub(super) magnification: f64,
    pub(super) here: Option<Spot>,
    pub(super) subject: Option<Subject>,
}

/// Sheet and coast.
#[component]
pub(super) fn CoastView(props: &CoastViewProps) -> Html {
    let handle = use_handle();
    let drawing = use_memo(props.sheet.clone(), |sheet| drawing(sheet));
    let Some(l1) = &props.l1 else { return (*drawing).clone() };
    let spot = Spot::Chain(l1.id);
    let selected = props.subject == Some(Subject::Chain(l1.id));
    let (x, bottom) = (props.middle, props.sheet.size.height);
    let level = Coast::shore_at(props.sheet.coast_level, x);
    let y = level + (bottom - level) / 2.0;
    let transform = format!("translate({} {}) scale({})", Px(x), Px(y), Fine(1.0 / props.magnification));
    let id = l1.id;
    html! {
        <>
            { (*drawing).clone() }
            <g
                id={spot.element_id()}
                class={classes!("l1", selected.then_some("is-selected"))}
                role="button"
                tabindex={tab_index(spot, props.here)}
                aria-label={format!("{} {}, the coast", l1.name, head(l1))}
                data-testid={format!("chart-chain-{id}")}
                onclick={handle.on(move |handle| handle.inspect(Subject::Chain(id)))}
            >
                <rect
                    class="l1-ground"
                    x="6"
                    width={Px(props.sheet.size.width - 12.0).to_string()}
                    y={Px(props.sheet.coast_level + 18.0).to_string()}
                    height={Px((bottom - props.sheet.coast_level - 26.0).max(10.0)).to_string()}
                />
                <g {transform}>
                    <text class="l1-name" y="3" text-anchor="middle">{ &l1.name }</text>
                    { " " }
                    <text class="l1-head" y="19" text-anchor="middle">{ head(l1) }</text>
                </g>
            </g>
        </>
    }
}

/// The newest block, and what kind of chain it is where the name does not say so.
fn head(l1: &ChainView) -> String {
    let kind = if l1.name == "L1" { "" } else { "L1 · " };
    format!("{kind}block {}", format::grouped(l1.head.get()))
}

/// All that does not change while the sheet is the same.
fn drawing(sheet: &Sheet) -> Html {
    let (width, height) = (sheet.size.width, sheet.size.height);
    let coast = Coast::of(width, height, sheet.coast_level);
    let graticule: String = (1..)
        .map(|step| f64::from(step) * 120.0)
        .take_while(|at| *at < width)
        .map(|x| format!("M{} 0V{}", Px(x), Px(height)))
        .chain(
            (1..)
                .map(|step| f64::from(step) * 120.0)
                .take_while(|at| *at < height)
                .map(|y| format!("M0 {}H{}", Px(y), Px(width))),
        )
        .collect();
    let frame = |inset: f64| {
        let (right, bottom, inset) = (Px(width - inset), Px(height - inset), Px(inset));
        format!("M{inset} {inset}H{right}V{bottom}H{inset}Z")
    };
    html! {
        <g class="sheet" aria-hidden="true">
            <path class="graticule" d={graticule} />
            { compass_place(sheet).map(|place| compass(place.x, place.y)).unwrap_or_default() }
            { for coast.shallows.iter().map(|path| html! { <path class="shallow" d={path.clone()} /> }) }
            <path class="land" d={coast.land} />
            <path class="hachures" d={coast.hachures} />
            <path class="shore" d={coast.shore} />
            <path class="road" d={coast.road} />
            <path class="frame frame-scale" d={frame(4.5)} />
            <path class="frame" d={frame(1.0)} />
            <path class="frame" d={frame(8.0)} />
        </g>
    }
}

/// The first corner of the sea that no island comes near; none on a small sheet.
fn compass_place(sheet: &Sheet) -> Option<Point> {
    let (left, right) = (62.0, sheet.size.width - 62.0);
    let (top, bottom) = (66.0, sheet.coast_level - 92.0);
    let corners = [(right, top), (left, top), (left, bottom), (right, bottom)];
    let is_free = |corner: &Point| {
        sheet.places.iter().all(|place| {
            let lane = place.lane.points().iter().all(|point| point.distance(*corner) > 46.0);
            lane && place.centre.distance(*corner) > place.radius * Outline::REACH + 50.0
        })
    };
    let wide = sheet.size.width > 560.0;
    corners.into_iter().map(|(x, y)| Point::new(x, y)).find(is_free).filter(|_| wide)
}

/// A compass rose of eight points.
fn compass(x: f64, y: f64) -> Html {
    html! {
        <g class="compass" transform={format!("translate({} {})", Px(x), Px(y))}>
            <circle r="29" />
            <circle r="25.5" class="compass-scale" />
            <path class="compass-minor" d="M0 0L7-7 17-17 7-7zM0 0L7 7 17 17zM0 0L-7 7-17 17zM0 0L-7-7-17-17z" />
            <path d="M0-34L4.5-4.5 34 0 4.5 4.5 0 34-4.5 4.5-34 0-4.5-4.5z" />
            <path class="compass-dark" d="M0-34V0L4.5-4.5zM34 0H0L4.5 4.5zM0 34V0L-4.5 4.5zM-34 0H0L-4.5-4.5z" />
            <text y="-38" text-anchor="middle">{ "N" }</text>
        </g>
    }
}
