//! How much the chains carry: asks the engine to measure it, and shows the plot and the table of what it found.

use super::{
    capacity_plot::{Plot, point_sign, rate},
    forms::{chain_of, chain_options},
};
use crate::{
    handle::use_handle,
    widgets::{Choice, Dialog},
};
use causeway::{
    session::{
        capacity::{Bound, CapacityPoint, CapacityStep, CapacityView},
        view::ChainView,
    },
    types::ChainId,
};
use std::{cell::Cell, rc::Rc};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct CapacityProps {
    pub(super) chains: Rc<Vec<ChainView>>,
    pub(super) on_close: Callback<()>,
}

/// A measurement under way, and what it has found.
#[derive(Clone, PartialEq)]
struct Found {
    view: CapacityView,
    complaint: Option<String>,
    is_running: bool,
}

/// The dialog.
#[component]
pub(super) fn Capacity(props: &CapacityProps) -> Html {
    let handle = use_handle();
    let found = use_state_eq(|| Found { view: CapacityView::default(), complaint: None, is_running: false });
    let rollups = || props.chains.iter().skip(1).filter(|chain| chain.status != "removed");
    let like = use_state_eq(|| rollups().next().map(|chain| chain.id));
    // Says to the answers that are still to come whether anybody waits for them.
    let wanted = use_mut_ref(|| Rc::new(Cell::new(true)));
    let ask = {
        let (driver, found, wanted) = (handle.driver.clone(), found.setter(), wanted.clone());
        Callback::from(move |step: CapacityStep| {
            wanted.replace(Rc::new(Cell::new(true))).set(false);
            let (found, goes_on) = (found.clone(), wanted.borrow().clone());
            driver.measure(step, move |outcome| {
                if goes_on.get() {
                    found.set(match outcome {
                        Ok(view) => Found { is_running: !view.is_ready, view, complaint: None },
                        Err(why) => {
                            Found { view: CapacityView::default(), complaint: Some(why), is_running: false }
                        }
                    });
                }
                goes_on.get()
            });
        })
    };
    {
        let (ask, driver) = (ask.clone(), handle.driver.clone());
        use_effect_with((), move |()| {
            // What was measured before is still there.
            ask.emit(CapacityStep::GoOn);
            move || {
                wanted.borrow().set(false);
                driver.measure(CapacityStep::Stop, |_| false);
            }
        });
    }
    let begin = {
        let (ask, like) = (ask.clone(), *like);
        Callback::from(move |_: MouseEvent| {
            if let Some(like) = like {
                ask.emit(CapacityStep::Begin(like));
            }
        })
    };
    let stop = Callback::from(move |_: MouseEvent| ask.emit(CapacityStep::Stop));
    let on_like = {
        let like = like.clone();
        Callback::from(move |value: String| like.set(Some(chain_of(&value))))
    };
    let Found { view, complaint, is_running } = &*found;
    let chosen = like.unwrap_or(ChainId::new(0));
    html! {
        <Dialog title="How much the chains carry" name="capacity" on_close={props.on_close.clone()}>
            <div class="dialog-body capacity">
                <p class="quiet-text">
                    { "For each point a world of its own runs: this world’s L1, alone or with so many rollups like the chosen one, each sent more transfers than it can carry. Counted is what L1 then vouches for: on the L1 what was sealed, on rollups what became safe, and proven where their prover has a rate." }
                </p>
                { if rollups().next().is_some() { html! {
                    <div class="capacity-start">
                        <Choice name="capacity-like" label="Rollups like" options={chain_options(rollups())} value={chosen.to_string()} on_change={on_like} />
                        { if *is_running {
                            html! { <button type="button" class="secondary" data-testid="capacity-stop" onclick={stop}>{ "Stop" }</button> }
                        } else {
                            html! { <button type="button" class="primary" data-testid="capacity-begin" onclick={begin}>{ "Measure" }</button> }
                        } }
                    </div>
                } } else { html! { <p>{ "This world has no rollup to measure: spawn one first." }</p> } } }
                { if *is_running { progress(view) } else { html! {} } }
                <p class="complaint" role="alert">{ complaint.clone().unwrap_or_default() }</p>
                { if view.points.is_empty() { html! {} } else { results(view, *is_running) } }
            </div>
        </Dialog>
    }
}

fn progress(view: &CapacityView) -> Html {
    html! {
        <div class="capacity-progress">
            <progress max="1000" value={view.progress_permille.to_string()} aria-label="Measured so far" />
            <span class="quiet-text">{ format!("{} % · the world behind waits", view.progress_permille / 10) }</span>
        </div>
    }
}

fn results(view: &CapacityView, is_running: bool) -> Html {
    let like = view.rollup.as_ref().map_or("", |(_, name)| name.as_str());
    let mut bounds: Vec<Bound> = Bound::ALL.to_vec();
    bounds.retain(|bound| view.points.iter().any(|point| point.bound == *bound));
    html! {
        <>
            <Plot points={view.points.clone()} />
            <dl class="capacity-bounds">
                { for bounds.iter().map(|bound| html! {
                    <div key={bound.name()}>
                        <dt>
                            <svg viewBox="-8 -8 16 16" width="16" height="16" class="capacity-key" aria-hidden="true">{ point_sign(*bound) }</svg>
                            { bound.name() }
                        </dt>
                        <dd>{ meaning(*bound) }</dd>
                    </div>
                }) }
            </dl>
            <table data-testid="capacity-table">
                <caption>{ format!("Transfers a second over {} of simulated time, rollups like {like}", view.window) }</caption>
                <thead>
                    <tr>
                        <th scope="col">{ "Chains" }</th>
                        <th scope="col">{ "Carried" }</th>
                        <th scope="col">{ "Each" }</th>
                        <th scope="col">{ "Sent" }</th>
                        <th scope="col">{ "Bound by" }</th>
                    </tr>
                </thead>
                <tbody>{ for view.points.iter().map(row) }</tbody>
            </table>
            { if is_running { html! {} } else { html! {
                <p class="visually-hidden" role="status">{ format!("Measured: {} points.", view.points.len()) }</p>
            } } }
        </>
    }
}

fn row(point: &CapacityPoint) -> Html {
    let name = match point.rollups {
        0 => "L1 alone".to_owned(),
        1 => "1 rollup".to_owned(),
        count => format!("{count} rollups"),
    };
    html! {
        <tr key={point.rollups}>
            <th scope="row">{ name }</th>
            <td class="number">{ rate(point.carried()) }</td>
            <td class="number">{ rate(point.carried_each()) }</td>
            <td class="number">{ rate(point.offered) }</td>
            <td>{ point.bound.name() }</td>
        </tr>
    }
}

fn meaning(bound: Bound) -> &'static str {
    match bound {
        Bound::Offered => "all that was sent was carried: these chains have room left",
        Bound::Gas => "the blocks of the chain itself were full, and more waited",
        Bound::Blobs => "L1 took all the blobs that it may, full or not, and batches waited",
        Bound::L1Gas => "L1 blocks were full of batches as calldata, and more waited",
        Bound::Committee => "the committee was still taking data",
        Bound::Prover => "the provers had not worked through what was safe",
        Bound::Batches => "batches came late for another reason",
    }
}
