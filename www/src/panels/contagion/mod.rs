//! Who relies on whom, and who has lost what because of whom: rings around what failed, the ledger that says the
//! same, a guess before it and another future after it.

mod analysis;
mod analysis_plot;
mod bet;
mod instead;
mod layout;
mod ledger;
mod rings;
mod web;

pub(super) use ledger::beside;

use crate::{
    handle::use_handle,
    keys,
    ui::Bet,
    widgets::{use_size, value_of},
};
use analysis::Analysis;
use causeway::{
    session::{
        timeline::Travel,
        view::{ChainView, ContagionView},
    },
    types::{Span, Time},
};
use layout::Plan;
use rings::Drawing;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web::{Web, Who};
use yew::prelude::*;

/// Times that one may let pass at once, while losses go on.
const LATER: [(&str, Span); 2] = [("An hour on", Span::hours(1)), ("A day on", Span::days(1))];

/// What is shown.
#[derive(Clone, Properties, PartialEq)]
pub struct ContagionProps {
    /// Who relies on whom and who has lost what, once it has come.
    pub view: Option<Rc<ContagionView>>,
    /// The chains, L1 first.
    pub chains: Rc<Vec<ChainView>>,
    /// The future that is shown.
    pub branch: u32,
    /// Simulated time in whole seconds.
    pub now: Time,
    /// What the visitor guessed.
    pub bet: Option<Rc<Bet>>,
    /// Whether nothing moves.
    pub still: bool,
}

/// All of it.
#[component]
pub fn Contagion(props: &ContagionProps) -> Html {
    let handle = use_handle();
    let holder = use_node_ref();
    let (width, _) = use_size(&holder);
    let picked = use_state_eq(|| None::<Who>);
    let until = use_state_eq(|| None::<u32>);
    let stop = use_state_eq(|| 0usize);
    let guess = use_state_eq(bet::Form::default);
    let remedy = use_state_eq(instead::Form::default);
    // Whoever goes from sentence to sentence takes the focus along: the button that was pressed is gone.
    let walks = use_mut_ref(|| false);
    {
        let walks = walks.clone();
        use_effect_with((*picked).clone(), move |_| {
            if walks.replace(false) {
                keys::focus("picked-text");
            }
        });
    }
    let Some(view) = &props.view else {
        return html! { <div class="contagion" data-testid="contagion" ref={holder}><p class="empty">{ "Reading the state of all chains…" }</p></div> };
    };
    let is_flood = !view.losses.is_empty();
    let web = Web::of(view);
    let plan = Plan::of(&web.seeds(), f64::from(width).max(240.0));
    let last = web.last_ring();
    let on_pick = {
        let picked = picked.clone();
        Callback::from(move |who: Who| {
            // In the ledger the way leads from row to row, above it from sentence to sentence.
            keys::focus(&ledger::row_id(&who));
            picked.set(Some(who));
        })
    };
    let on_ring = {
        let picked = picked.clone();
        Callback::from(move |who: Who| picked.set(Some(who)))
    };
    let on_walk = {
        let (picked, walks) = (picked.clone(), walks.clone());
        Callback::from(move |who: Who| {
            walks.replace(true);
            picked.set(Some(who));
        })
    };
    let drawing = Drawing {
        web: &web,
        plan: &plan,
        is_flood,
        until: until.unwrap_or(last),
        picked: picked.as_ref(),
        trail: picked
            .as_ref()
            .filter(|who| is_flood && web.nodes.iter().any(|node| node.who == **who))
            .map(|who| web.trail(who)),
        stop: (*stop).min(web.nodes.len().saturating_sub(1)),
        on_pick: on_ring.clone(),
    };
    let onfocusin = {
        let stop = stop.clone();
        Callback::from(move |event: FocusEvent| {
            let element = event.target_dyn_into::<web_sys::Element>();
            if let Some(place) = element.and_then(|element| element.get_attribute("data-place")?.parse().ok())
            {
                stop.set(place);
            }
        })
    };
    let on_until = {
        let until = until.clone();
        Callback::from(move |event: InputEvent| {
            until.set(value_of(&event).parse().ok().filter(|ring| *ring < last))
        })
    };
    let label = if is_flood {
        "Rings of losses around what failed. Arrow keys go from one to the next, Enter shows where its loss came from."
    } else {
        "Rings of who relies on whom, around bridges. Arrow keys go from one to the next."
    };
    html! {
        <div class={classes!("contagion", props.still.then_some("is-still"))} role="region" tabindex="0" aria-label="Contagion" data-testid="contagion">
            <div class="contagion-head">
                { if is_flood { ledger::summary(view) } else { bet::lead() } }
                { ledger::prices(view) }
                { if is_flood { later(props.now, &handle) } else { html! {} } }
                { if is_flood && last > 1 { html! {
                    <label class="until">
                        { format!("shown up to hop {}", until.unwrap_or(last)) }
                        <input type="range" min="0" max={last.to_string()} value={until.unwrap_or(last).to_string()} data-testid="contagion-until" oninput={on_until} />
                    </label>
                } } else { html! {} } }
            </div>
            <div class="rings-holder" ref={holder}>
                <svg
                    class="chart rings"
                    viewBox={format!("0 0 {} {}", chart_px(plan.width), chart_px(plan.height))}
                    height={chart_px(plan.height)}
                    role="group"
                    aria-label={label}
                    data-testid="contagion-rings"
                    onkeydown={on_key(&web, &on_ring)}
                    {onfocusin}
                >
                    { rings::drawing(&drawing) }
                </svg>
                { ledger::and_more(web.more) }
                { rings::key(is_flood) }
            </div>
            { picked.as_ref().map(|who| ledger::picked(view, who, &on_walk, &handle)).unwrap_or_default() }
            { if is_flood { html! {
                <>
                    { props.bet.as_ref().map(|bet| bet::after(view, &props.chains, bet)).unwrap_or_default() }
                    { ledger::losses(view, picked.as_ref(), &on_pick, &handle) }
                    { instead::form(&remedy, &props.chains, view.causes.iter().find_map(|cause| cause.chain), props.branch, &handle) }
                </>
            } } else { html! {
                <>
                    { bet::before(view, &props.chains, props.bet.as_ref(), &guess, &handle) }
                    { ledger::exposures(view) }
                </>
            } } }
            <Analysis branch={props.branch} {is_flood} />
        </div>
    }
}

fn chart_px(length: f64) -> String {
    crate::chart::Px(length).to_string()
}

/// Lets time pass at once.
fn later(now: Time, handle: &crate::handle::Handle) -> Html {
    html! {
        <div class="buttons" data-testid="contagion-later">
            { for LATER.map(|(text, span)| html! {
                <button type="button" class="secondary" onclick={handle.on(move |handle| handle.driver.travel(Travel::To(now.plus(span))))}>{ text }</button>
            }) }
        </div>
    }
}

/// Arrow keys go from one to the next, Enter is a press.
fn on_key(web: &Web, on_ring: &Callback<Who>) -> Callback<KeyboardEvent> {
    let (all, on_ring): (Vec<Who>, _) =
        (web.nodes.iter().map(|node| node.who.clone()).collect(), on_ring.clone());
    Callback::from(move |event: KeyboardEvent| {
        let Some(here) = event.target_dyn_into::<web_sys::SvgElement>() else { return };
        let next = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => here.next_element_sibling(),
            "ArrowLeft" | "ArrowUp" => here.previous_element_sibling(),
            "Enter" | " " => {
                event.prevent_default();
                let place = here.get_attribute("data-place").and_then(|place| place.parse::<usize>().ok());
                if let Some(who) = place.and_then(|place| all.get(place)) {
                    on_ring.emit(who.clone());
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        if let Some(next) = next {
            // What is not focusable keeps the focus where it is.
            let _ = next.unchecked_into::<web_sys::SvgElement>().focus();
        }
    })
}
