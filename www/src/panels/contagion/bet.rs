//! A guess before anything fails, and how it compares with what came.

use super::ledger::and_more;
use crate::{
    format,
    handle::Handle,
    panels::dialogs::forms::{chain_of, chain_options, foot, whole_number},
    scene::chain_name,
    ui::{Bet, Dialog, UiAction},
    widgets::{Choice, Field, Term},
};
use causeway::session::view::{ChainView, ContagionView, On};
use std::rc::Rc;
use yew::prelude::*;

/// Most firms that one can bet on.
const FIRMS_MAX: usize = 24;

/// A guess as it is filled in.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Form {
    chain: Option<String>,
    falls: Vec<String>,
    total: String,
    complaint: Option<String>,
}

/// Asks for a guess; once there is one it can be broken, and the forecasts are no secret any more.
pub(super) fn before(
    view: &Rc<ContagionView>,
    chains: &[ChainView],
    bet: Option<&Rc<Bet>>,
    form: &UseStateHandle<Form>,
    handle: &Handle,
) -> Html {
    let Some(bet) = bet else { return ask(view, chains, form, handle) };
    let chain = bet.chain;
    html! {
        <section class="bet" data-testid="bet" aria-label="Your bet">
            <p>{ format!("Your bet: if the bridge of {} fails, {} are lost, and {}.", chain_name(chains, chain), whole(bet.total), falls(&bet.falls)) }</p>
            <div class="buttons">
                <button type="button" class="primary" data-testid="bet-break" onclick={handle.on(move |handle| handle.open(Dialog::Break(Some(chain))))}>{ "Break it" }</button>
                <button type="button" class="secondary" data-testid="bet-again" onclick={handle.on(|handle| handle.ui.dispatch(UiAction::Bet(None)))}>{ "Bet again" }</button>
            </div>
            { forecasts(view, chains) }
        </section>
    }
}

fn ask(view: &Rc<ContagionView>, chains: &[ChainView], form: &UseStateHandle<Form>, handle: &Handle) -> Html {
    let rollups: Vec<&ChainView> = chains.iter().skip(1).filter(|chain| chain.status != "removed").collect();
    let Some(first) = rollups.first() else {
        return html! { <p class="empty">{ "There is no rollup that could fail." }</p> };
    };
    let chosen = form.chain.clone().unwrap_or_else(|| first.id.to_string());
    let owes = |place: u32| view.reliances.iter().any(|reliance| reliance.on == On::Party(place));
    let firms: Vec<&str> = (0u32..)
        .zip(&view.parties)
        .filter(|(place, party)| party.is_firm || owes(*place))
        .map(|(_, party)| party.name.as_str())
        .collect();
    let onsubmit = {
        let (form, handle, view, chosen) = (form.clone(), handle.clone(), view.clone(), chosen.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match whole_number(form.total.trim_start_matches('$')) {
                Ok(total) => {
                    let bet = Bet::new(chain_of(&chosen), form.falls.clone(), total, &view);
                    handle.ui.dispatch(UiAction::Bet(Some(Rc::new(bet))));
                }
                Err(why) => change(&form, |form| form.complaint = Some(format!("Lost in all: {why}"))),
            }
        })
    };
    let on_chain = {
        let form = form.clone();
        Callback::from(move |chain: String| change(&form, |form| form.chain = Some(chain)))
    };
    let on_total = {
        let form = form.clone();
        Callback::from(move |total: String| change(&form, |form| form.total = total))
    };
    html! {
        <form class="bet" data-testid="bet" {onsubmit} novalidate=true>
            <h2>{ "Place your bet: a bridge fails, and who falls?" }</h2>
            <div class="fields">
                <Choice name="bet-chain" label="The bridge that fails" options={chain_options(rollups)} value={chosen} on_change={on_chain} />
                <Field name="bet-total" label="Lost in all" unit="dollars" value={form.total.clone()} on_input={on_total} />
            </div>
            { if firms.is_empty() { html! {} } else { html! {
                <fieldset class="bet-falls">
                    <legend>{ "Who will default" }</legend>
                    { for firms.iter().take(FIRMS_MAX).map(|name| {
                        let (form, own) = (form.clone(), (*name).to_owned());
                        let checked = form.falls.contains(&own);
                        let testid = format!("bet-on-{own}");
                        let onchange = Callback::from(move |_: Event| change(&form, |form| {
                            let before = form.falls.len();
                            form.falls.retain(|other| *other != own);
                            if form.falls.len() == before {
                                form.falls.push(own.clone());
                            }
                        }));
                        html! {
                            <label class="check" key={*name}>
                                <input type="checkbox" {checked} data-testid={testid} {onchange} />{ *name }
                            </label>
                        }
                    }) }
                    { and_more(firms.len().saturating_sub(FIRMS_MAX)) }
                </fieldset>
            } } }
            { foot(form.complaint.as_deref(), "Place your bet", false) }
        </form>
    }
}

fn change(form: &UseStateHandle<Form>, apply: impl FnOnce(&mut Form)) {
    let mut next = (**form).clone();
    next.complaint = None;
    apply(&mut next);
    form.set(next);
}

/// What the loss of each bridge would come to.
fn forecasts(view: &ContagionView, chains: &[ChainView]) -> Html {
    html! {
        <table class="ledger" data-testid="forecasts">
            <caption>{ "What the loss of each bridge would come to" }</caption>
            <thead><tr>{ for ["Bridge", "Lost in all", "Hops", "Who defaults"].map(|head| html! { <th scope="col">{ head }</th> }) }</tr></thead>
            <tbody>
                { for view.forecasts.iter().map(|forecast| {
                    let names: Vec<&str> = forecast.falls.iter().filter_map(|place| Some(view.parties.get(*place as usize)?.name.as_str())).collect();
                    html! {
                        <tr key={forecast.chain.get()}>
                            <th scope="row">{ chain_name(chains, forecast.chain) }</th>
                            <td class="number">{ format::dollars(forecast.total) }</td>
                            <td class="number">{ forecast.hops }</td>
                            <td>{ if names.is_empty() { "nobody".into() } else { names.join(", ") } }</td>
                        </tr>
                    }
                }) }
            </tbody>
        </table>
    }
}

/// The guess beside what came and what the engine had forecast.
pub(super) fn after(view: &ContagionView, chains: &[ChainView], bet: &Bet) -> Html {
    let fallen: Vec<String> =
        view.parties.iter().filter(|party| party.is_fallen).map(|party| party.name.clone()).collect();
    let row = |name: &'static str, total: String, who: &[String]| {
        html! { <tr key={name}><th scope="row">{ name }</th><td class="number">{ total }</td><td>{ falls(who) }</td></tr> }
    };
    let right = bet.falls.iter().filter(|name| fallen.contains(name)).count();
    html! {
        <section class="bet" data-testid="bet" aria-label="Your bet">
            <table class="ledger">
                <caption>{ format!("Your bet on {}: {right} of {} defaults guessed", chain_name(chains, bet.chain), fallen.len()) }</caption>
                <thead><tr>{ for ["Whose", "Lost in all", "Who defaults"].map(|head| html! { <th scope="col">{ head }</th> }) }</tr></thead>
                <tbody>
                    { row("you", whole(bet.total), &bet.falls) }
                    { bet.forecast.as_ref().map(|(forecast, names)| row("forecast", format::dollars(forecast.total), names)).unwrap_or_default() }
                    { row("so far", format::dollars(view.total), &fallen) }
                </tbody>
            </table>
        </section>
    }
}

pub(super) fn whole(dollars: u64) -> String {
    format!("${}", format::grouped(dollars))
}

fn falls(names: &[String]) -> String {
    if names.is_empty() { "nobody defaults".into() } else { format!("{} default", names.join(", ")) }
}

/// What the view is about, where nothing is lost.
pub(super) fn lead() -> Html {
    html! {
        <p class="lead">
            { "Nothing is lost. Lines are each one’s " }<Term word="exposure" place="lead" />
            { ": who holds something on a bridge stands around it, and who is owed by those stands further out. If a bridge fails, that is how " }
            <Term word="contagion" place="lead" />{ " goes." }
        </p>
    }
}
