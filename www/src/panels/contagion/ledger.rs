//! The ledger: what the rings show, as a table, and from every loss the way back to its cause.

use super::web::{Who, bridge_text, has_failed, in_short, kind, party_text, permille, reached, whole};
use crate::{
    format,
    handle::Handle,
    ui::UiAction,
    widgets::{Term, subject_link},
};
use causeway::{
    session::view::{ContagionView, LossKind, PartyView, Subject},
    types::Amount,
};
use yew::prelude::*;

/// A price of a test token, in ten thousandths of a dollar, below which a pool is one that people flee.
const ALARM_BPS: u32 = 9_500;

/// Most rows of a table.
const ROWS_MAX: usize = 60;

/// Rows of a table with a head; more than it takes are counted.
fn table(caption: &'static str, heads: &[&'static str], rows: Vec<Html>, more: usize) -> Html {
    html! {
        <>
            <table class="ledger" data-testid="contagion-table">
                <caption>{ caption }</caption>
                <thead><tr>{ for heads.iter().map(|head| html! { <th scope="col">{ *head }</th> }) }</tr></thead>
                <tbody>{ for rows }</tbody>
            </table>
            { and_more(more) }
        </>
    }
}

/// How many are left out.
pub(super) fn and_more(more: usize) -> Html {
    if more == 0 {
        html! {}
    } else {
        html! { <p class="quiet-text">{ format!("and {more} more") }</p> }
    }
}

/// How many lines are not named in the rows since others are larger.
fn smaller(count: u64) -> Html {
    if count == 0 {
        html! {}
    } else {
        html! { <p class="quiet-text">{ format!("{} smaller lines are counted and not named", format::grouped(count)) }</p> }
    }
}

/// Who relies on whom.
pub(super) fn exposures(view: &ContagionView) -> Html {
    let mut rows = vec![];
    for (place, party) in (0u32..).zip(&view.parties) {
        let mut own = view
            .reliances
            .iter()
            .filter(|reliance| reliance.party == place && whole(reliance.worth) > 0)
            .peekable();
        if own.peek().is_none() {
            continue;
        }
        let lines = own.map(|reliance| {
            let on = Who::of(reliance.on, view).map(|who| who.name(view)).unwrap_or_default();
            let due = reliance.due.map(|due| format!(", due {}", format::clock(due))).unwrap_or_default();
            html! { <li>{ format!("{on}: {} ({}{due})", in_short(&reliance.what), format::dollars(reliance.worth)) }</li> }
        });
        rows.push(html! {
            <tr key={party.name.clone()}>
                <th scope="row">{ party_name(party) }</th>
                <td>{ if party.is_firm { "firm" } else { "" } }</td>
                <td><ul>{ for lines }</ul></td>
            </tr>
        });
    }
    let more = rows.len().saturating_sub(ROWS_MAX);
    rows.truncate(ROWS_MAX);
    html! {
        <>
            { table("Who relies on what", &["Who", "Kind", "On what"], rows, more) }
            { smaller(view.smaller_reliances) }
        </>
    }
}

/// What was lost, hop by hop. Rows have no keys: each is written anew where its place has come to another party.
pub(super) fn losses(
    view: &ContagionView,
    picked: Option<&Who>,
    on_pick: &Callback<Who>,
    handle: &Handle,
) -> Html {
    let failed = view.bridges.iter().filter(|bridge| has_failed(bridge));
    let mut rows: Vec<Html> = failed
        .map(|bridge| {
            let who = Who::Bridge(bridge.chain);
            html! {
                <tr class={(picked == Some(&who)).then_some("is-picked")}>
                    <td class="number">{ "0" }</td>
                    <th scope="row" tabindex="-1" data-testid={row_id(&who)}>{ &bridge.name }</th>
                    <td class="number">{ format::dollars(bridge.begun) }</td>
                    <td class="number">{ format::dollars(bridge.begun) }</td>
                    <td class="number">{ "–" }</td>
                    <td>{ bridge_text(bridge) }{ ": " }{ because(view, &who, on_pick, handle, "ledger") }</td>
                </tr>
            }
        })
        .collect();
    rows.extend(reached(view).take(ROWS_MAX).map(|party| {
        let who = Who::Party(party.name.clone());
        let share = permille(party.borne, party.had);
        html! {
            <tr class={(picked == Some(&who)).then_some("is-picked")}>
                <td class="number">{ party.hop }</td>
                <th scope="row" tabindex="-1" data-testid={row_id(&who)}>
                    { party_name(party) }
                    { if party.is_fallen { html! { <span class="fallen">{ " † defaulted" }</span> } } else { html! {} } }
                </th>
                <td class="number">{ format::dollars(party.reached) }</td>
                <td class="number">{ format::dollars(party.passed_on) }</td>
                <td class="number bar" style={format!("--share:{}", format::tenths(share))}>{ format::dollars(party.borne) }</td>
                <td>{ because(view, &who, on_pick, handle, "ledger") }</td>
            </tr>
        }
    }));
    let more = reached(view).count().saturating_sub(ROWS_MAX);
    let heads = ["Hop", "Who", "Reached it", "Passed on", "Bears", "Because of"];
    html! {
        <div class="ledger-holder" data-testid="contagion-ledger">
            { table("The ledger: whom losses reached, and from where", &heads, rows, more) }
            { smaller(view.smaller_losses) }
        </div>
    }
}

fn party_name(party: &PartyView) -> Html {
    party.account.map_or_else(
        || html! { <>{ &party.name }</> },
        |account| subject_link(Some(Subject::Account(account)), &party.name),
    )
}

/// The test id of somebody's row.
pub(super) fn row_id(who: &Who) -> String {
    match who {
        Who::Bridge(chain) => format!("loss-bridge-{chain}"),
        Who::Party(name) => format!("loss-{name}"),
    }
}

/// From where losses came to somebody: to a party from parties and bridges, to a bridge from what was done to its
/// rollup, which leads to the log.
pub(super) fn because(
    view: &ContagionView,
    who: &Who,
    on_pick: &Callback<Who>,
    handle: &Handle,
    place: &'static str,
) -> Html {
    let button = |testid: String, text: String, onclick: Callback<MouseEvent>| {
        html! { <li><button type="button" class="link" data-testid={testid} {onclick}>{ text }</button></li> }
    };
    let Who::Party(name) = who else {
        let own =
            |chain: Option<causeway::types::ChainId>| chain.is_some_and(|chain| Who::Bridge(chain) == *who);
        // What was done to no rollup in particular may be the cause of anything.
        let is_named = view.causes.iter().any(|cause| own(cause.chain));
        let causes = view
            .causes
            .iter()
            .filter(|cause| if is_named { own(cause.chain) } else { cause.chain.is_none() });
        return html! {
            <ul class="because">
                { for causes.map(|cause| {
                    let line = cause.line;
                    let onclick = handle.on(move |handle| handle.ui.dispatch(UiAction::Point(line)));
                    button(format!("{place}-cause-{line}"), format!("{} at {}", cause.text.trim_end_matches('.'), format::clock(cause.at)), onclick)
                }) }
            </ul>
        };
    };
    let is_own = |to: u32| view.parties.get(to as usize).is_some_and(|party| party.name == *name);
    let losses = view.losses.iter().filter(|loss| is_own(loss.to));
    html! {
        <ul class="because">
            { for losses.filter_map(|loss| {
                let from = Who::of(loss.from, view)?;
                let what = format!("{} {}", in_short(&loss.what), kind(loss.kind).1);
                if loss.kind == LossKind::Cost {
                    return Some(html! { <li>{ what }</li> });
                }
                let text = format!("{}: {what}", from.name(view));
                let (testid, on_pick) = (format!("{place}-from-{}", from.name(view)), on_pick.clone());
                Some(button(testid, text, Callback::from(move |_: MouseEvent| on_pick.emit(from.clone()))))
            }) }
        </ul>
    }
}

/// Somebody who was picked, in a sentence, and from where it came.
pub(super) fn picked(view: &ContagionView, who: &Who, on_pick: &Callback<Who>, handle: &Handle) -> Html {
    let party = view.parties.iter().find(|party| Who::Party(party.name.clone()) == *who && party.hop > 0);
    let bridge = view.bridges.iter().find(|bridge| Who::Bridge(bridge.chain) == *who);
    let text = match (party, bridge) {
        (Some(party), _) => party_text(party),
        (_, Some(bridge)) if has_failed(bridge) => bridge_text(bridge).into(),
        _ => return html! {},
    };
    html! {
        <div class="picked" data-testid="contagion-picked">
            <p tabindex="-1" data-testid="picked-text"><strong>{ who.name(view) }</strong>{ format!(", {text}. Because of:") }</p>
            { because(view, who, on_pick, handle, "picked") }
        </div>
    }
}

/// Total, hops and defaults in a line.
pub(super) fn summary(view: &ContagionView) -> Html {
    let fallen = view.parties.iter().filter(|party| party.is_fallen).count();
    let count =
        |count: u64, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    html! {
        <p class="toll" role="status">
            <strong class="number" data-testid="contagion-total">{ format::dollars(view.total) }</strong>
            { " lost · " }
            <span data-testid="contagion-hops">{ count(view.hops.into(), "hop", "hops") }</span>
            { " · " }
            { count(fallen as u64, "default", "defaults") }
            { if fallen > 1 { html! { <>{ " · " }<Term word="default cascade" place="toll" /></> } } else { html! {} } }
        </p>
    }
}

/// What a test token costs in the pools that somebody provides.
pub(super) fn prices(view: &ContagionView) -> Html {
    let prices: Vec<(&str, u32)> =
        view.bridges.iter().filter_map(|bridge| Some((bridge.name.as_str(), bridge.price_bps?))).collect();
    if prices.is_empty() {
        return html! {};
    }
    html! {
        <dl class="prices" data-testid="token-prices">
            <dt>{ "1 TEST, a " }<Term word="wrapped token" place="prices" />{ ", in pools" }</dt>
            { for prices.into_iter().map(|(name, bps)| html! {
                <dd class={(bps < ALARM_BPS).then_some("is-low")}>
                    { name }{ " " }<span class="number">{ format::price(bps) }</span>
                </dd>
            }) }
        </dl>
    }
}

/// Two amounts of two futures, by what.
struct Pair(String, Amount, Amount);

/// What was lost in two futures, side by side.
pub(in crate::panels) fn beside(
    ours: &ContagionView,
    theirs: &ContagionView,
    here: &str,
    there: &str,
) -> Html {
    let mut pairs = vec![Pair("lost in all".into(), ours.total, theirs.total)];
    let borne = |view: &ContagionView, name: &str| {
        view.parties.iter().find(|party| party.name == name).map(|party| party.borne).unwrap_or_default()
    };
    for party in ours.parties.iter().chain(&theirs.parties) {
        let (a, b) = (borne(ours, &party.name), borne(theirs, &party.name));
        let is_new = pairs.iter().all(|Pair(name, ..)| *name != party.name);
        if is_new && whole(a.max(b)) > 0 && pairs.len() < ROWS_MAX {
            pairs.push(Pair(party.name.clone(), a, b));
        }
    }
    let most = |at: usize| {
        // The total is its own scale, parties have one together.
        let of = |pair: &Pair| pair.1.max(pair.2);
        if at == 0 { of(&pairs[0]) } else { pairs.iter().skip(1).map(of).max().unwrap_or_default() }
    };
    let cell = |at: usize, amount: Amount| {
        let share = format::tenths(permille(amount, most(at)));
        html! { <td class="number bar" style={format!("--share:{share}")}>{ format::dollars(amount) }</td> }
    };
    let fallen = |view: &ContagionView| view.parties.iter().filter(|party| party.is_fallen).count();
    let count = |name: &'static str, here: String, there: String| {
        html! { <tr key={name}><th scope="row">{ name }</th><td class="number">{ here }</td><td class="number">{ there }</td></tr> }
    };
    html! {
        <table class="ledger" data-testid="contagion-compare">
            <caption>{ "What was lost, by who bears it" }</caption>
            <thead><tr><th scope="col">{ "Who" }</th><th scope="col">{ here.to_owned() }</th><th scope="col">{ there.to_owned() }</th></tr></thead>
            <tbody>
                { for pairs.iter().enumerate().map(|(at, Pair(name, a, b))| html! {
                    <tr key={name.clone()}><th scope="row">{ name }</th>{ cell(at, *a) }{ cell(at, *b) }</tr>
                }) }
                { count("hops", ours.hops.to_string(), theirs.hops.to_string()) }
                { count("defaults", fallen(ours).to_string(), fallen(theirs).to_string()) }
            </tbody>
        </table>
    }
}
