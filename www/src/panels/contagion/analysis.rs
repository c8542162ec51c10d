//! What may come before anything fails: whose failure costs most, losses if rollups fail at random, and the cheapest
//! attack with the control that stops it. The engine is asked until it is done.

use super::{analysis_plot::Histogram, bet::whole};
use crate::{
    chart::Px,
    format,
    handle::{Handle, use_handle},
    panels::dialogs::forms::{units, whole_number},
    ui::Dialog,
    widgets::Field,
};
use causeway::session::{
    analysis::{
        AnalysisOrder, AnalysisStep, AnalysisView, AttackFound, AttackView, ControlView, Distribution, Price,
        Ranked, TrialsView,
    },
    timeline::Travel,
};
use std::{cell::Cell, rc::Rc};
use yew::prelude::*;

/// Most rows of the ranking.
const ROWS_MAX: usize = 24;

#[derive(Properties, PartialEq)]
pub(super) struct AnalysisProps {
    /// The future that is shown, which another one leaves.
    pub(super) branch: u32,
    /// Whether something was lost: then it can be tried with a control first.
    pub(super) is_flood: bool,
}

/// An analysis under way, and what it has found.
#[derive(Clone, Default, PartialEq)]
struct Found {
    view: AnalysisView,
    complaint: Option<String>,
    is_running: bool,
}

/// What is filled in, by place in [`FIELDS`].
type Form = [String; FIELDS.len()];

/// Fields: name, label, unit, what they begin with.
const FIELDS: [(&str, &str, &str, &str); 7] = [
    ("rollup", "Each rollup fails by itself", "% of trials", "1"),
    ("sequencer", "The shared sequencer fails", "% of trials", "1"),
    ("trials", "Trials", "at most 1 000 000", "100 000"),
    ("least", "An attack is to cause", "dollars; empty: half of all", ""),
    ("keys", "To steal a bridge’s keys costs", "dollars, assumed", "1 000 000"),
    ("theft", "To rob a pool or an issuer costs", "dollars, assumed", "250 000"),
    ("halt", "To stop a rollup costs", "dollars, assumed", "3 000 000"),
];

fn order(form: &Form) -> Result<AnalysisOrder, String> {
    let at =
        |place: usize, what: Result<u64, String>| what.map_err(|why| format!("{}: {why}", FIELDS[place].1));
    let share = |place: usize| {
        let found = &form[place];
        // Percent to four digits after the point.
        let units = units(found, 4).ok().and_then(|amount| u64::try_from(amount.get()).ok());
        let units = units.ok_or_else(|| format!("expected a number such as 1.5, found {found:?}"));
        at(place, units).map(|units| units as f64 / 1_000_000.0)
    };
    let number = |place: usize| at(place, whole_number(&form[place]));
    Ok(AnalysisOrder {
        rollup_fails: share(0)?,
        sequencer_fails: share(1)?,
        trials: u32::try_from(number(2)?).unwrap_or(u32::MAX),
        at_least: if form[3].trim().is_empty() { None } else { Some(number(3)?) },
        keys_cost: number(4)?,
        theft_cost: number(5)?,
        halt_cost: number(6)?,
    })
}

/// The form and what was found.
#[component]
pub(super) fn Analysis(props: &AnalysisProps) -> Html {
    let handle = use_handle();
    let found = use_state_eq(Found::default);
    // What was refused of what is asked here, beside what the analysis itself says.
    let refused = use_state_eq(|| None::<String>);
    let form: UseStateHandle<Form> = use_state_eq(|| FIELDS.map(|(.., first)| first.to_owned()));
    // Says to the answers that are still to come whether anybody waits for them.
    let wanted = use_mut_ref(|| Rc::new(Cell::new(true)));
    let ask = {
        let (driver, found, wanted) = (handle.driver.clone(), found.setter(), wanted.clone());
        Callback::from(move |step: AnalysisStep| {
            wanted.replace(Rc::new(Cell::new(true))).set(false);
            let (found, goes_on) = (found.clone(), wanted.borrow().clone());
            driver.analyse(step, move |outcome| {
                if goes_on.get() {
                    found.set(match outcome {
                        Ok(view) => Found { is_running: !view.is_ready, view, complaint: None },
                        Err(why) => Found { complaint: Some(why), ..Found::default() },
                    });
                }
                goes_on.get()
            });
        })
    };
    {
        let (ask, driver) = (ask.clone(), handle.driver.clone());
        use_effect_with((), move |()| {
            // What was found before is still there.
            ask.emit(AnalysisStep::GoOn);
            move || {
                wanted.borrow().set(false);
                driver.analyse(AnalysisStep::Stop, |_| false);
            }
        });
    }
    let onsubmit = {
        let (ask, form, refused) = (ask.clone(), form.clone(), refused.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match order(&form) {
                Ok(order) => {
                    refused.set(None);
                    ask.emit(AnalysisStep::Begin(order));
                }
                Err(why) => refused.set(Some(why)),
            }
        })
    };
    let stop = Callback::from(move |_: MouseEvent| ask.emit(AnalysisStep::Stop));
    let complain = {
        let refused = refused.clone();
        Callback::from(move |why| refused.set(why))
    };
    let Found { view, complaint, is_running } = &*found;
    html! {
        <section class="instead analysis" aria-label="Analysis" data-testid="analysis">
            <form {onsubmit} novalidate=true>
                <h2>{ "Analysis: what may come before anything fails" }</h2>
                <p class="quiet-text">{ "Assumed: what fails takes with it all that rests on its bridge, every debt comes due at once, and prices stay. The world as it stands is read, not changed." }</p>
                <div class="fields">
                    { for FIELDS.iter().enumerate().map(|(place, (name, label, unit, _))| {
                        let state = form.clone();
                        let on_input = Callback::from(move |value: String| {
                            let mut next = (*state).clone();
                            next[place] = value;
                            state.set(next);
                        });
                        html! { <Field key={*name} name={format!("analysis-{name}")} label={*label} unit={*unit} value={form[place].clone()} {on_input} /> }
                    }) }
                </div>
                <div class="buttons">
                    { if *is_running {
                        html! { <button key="stop" type="button" class="secondary" data-testid="analysis-stop" onclick={stop}>{ "Stop" }</button> }
                    } else {
                        html! { <button key="begin" type="submit" class="secondary" data-testid="analysis-begin">{ "Analyse" }</button> }
                    } }
                </div>
                <p class="complaint" role="alert">{ refused.as_ref().or(complaint.as_ref()).cloned().unwrap_or_default() }</p>
            </form>
            { if *is_running { progress(view) } else { html! {} } }
            <p class="visually-hidden" role="status">{ if *is_running { String::new() } else { said(view) } }</p>
            { if view.ranking.is_empty() { html! {} } else { ranking(view) } }
            { view.attack.as_ref().map(|attack| cheapest(attack, props, &complain, &handle)).unwrap_or_default() }
            { view.trials.as_ref().map(losses).unwrap_or_default() }
        </section>
    }
}

fn progress(view: &AnalysisView) -> Html {
    html! {
        <div class="capacity-progress">
            <progress max="1000" value={view.progress_permille.to_string()} aria-label="Trials done" data-testid="analysis-progress" />
            <span class="quiet-text">{ format!("{} % · the world behind waits", view.progress_permille / 10) }</span>
        </div>
    }
}

/// What a screen reader hears at the end.
fn said(view: &AnalysisView) -> String {
    view.trials
        .as_ref()
        .map_or_else(String::new, |trials| format!("Analysed: {} of {} trials.", trials.done, trials.wanted))
}

fn head(names: &[&'static str]) -> Html {
    html! { <thead><tr>{ for names.iter().map(|name| html! { <th scope="col">{ *name }</th> }) }</tr></thead> }
}

fn ranking(view: &AnalysisView) -> Html {
    let row = |ranked: &Ranked| {
        let permille = libm::round(ranked.debt_rank * 1000.0) as u32;
        html! {
            <tr>
                <th scope="row">{ &ranked.name }</th>
                <td class="number">{ whole(ranked.loss) }</td>
                <td class="number">{ Px(ranked.loss_rank).to_string() }</td>
                <td class="number">{ format::tenths(permille) }</td>
                <td class="number">{ Px(ranked.distress_rank).to_string() }</td>
            </tr>
        }
    };
    let agreement = view.agreement.map_or_else(
        || "One of them finds all alike.".to_owned(),
        |agreement| format!("Spearman’s rank correlation of both: {}.", hundredths(agreement)),
    );
    html! {
        <>
            <div class="ledger-holder" role="region" tabindex="0" aria-label="Ranking">
                <table class="ledger" data-testid="analysis-ranking">
                    <caption>{ format!("Whose failure costs others most, on {}", view.at.map(format::clock).unwrap_or_default()) }</caption>
                    { head(&["If this fails", "Others lose", "Rank", "DebtRank", "Its rank"]) }
                    <tbody>{ for view.ranking.iter().take(ROWS_MAX).map(row) }</tbody>
                </table>
            </div>
            { super::ledger::and_more(view.ranking.len().saturating_sub(ROWS_MAX)) }
            <p class="quiet-text">{ format!("Others lose by default alone; DebtRank also counts distress before it, as a share of all assets. {agreement}") }</p>
        </>
    }
}

/// A number from -1 to 1, to a hundredth.
fn hundredths(number: f64) -> String {
    let hundredths = libm::round(number * 100.0) as i64;
    let sign = if hundredths < 0 { "−" } else { "" };
    format!("{sign}{}.{:02}", hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100)
}

fn cheapest(
    attack: &AttackView,
    props: &AnalysisProps,
    complain: &Callback<Option<String>>,
    handle: &Handle,
) -> Html {
    let wanted = whole(attack.at_least);
    let found = match &attack.found {
        AttackFound::OutOfReach => html! {
            <p>{ format!("No attack causes {wanted}: all faults {}together cause {}.", if attack.left_out > 0 { "that were searched " } else { "" }, whole(attack.all)) }</p>
        },
        AttackFound::Attack { faults, cost, loss, is_proven, control } => html! {
            <>
                <p>{ format!("To cause {wanted} or more costs {} at {}, and causes {}:", whole(*cost), if *is_proven { "least" } else { "most" }, whole(*loss)) }</p>
                { if *is_proven { html! {} } else { html! {
                    <p class="quiet-text">{ "Not all sets of faults were tried: there may be a cheaper one." }</p>
                } } }
                <ul>
                    { for faults.iter().map(|fault| html! {
                        <li>{ format!("{}: {} ({})", fault.text, whole(fault.cost), price(fault.price)) }</li>
                    }) }
                </ul>
                { control.as_ref().map_or_else(|| html! {
                    <p>{ "No single control brings it below that: stolen keys and bugs go past what limits a bridge, and a cap stops only what comes in later." }</p>
                }, |control| against(control, props, complain, handle)) }
            </>
        },
    };
    html! {
        <div class="picked" data-testid="analysis-attack">
            <h2>{ "The cheapest attack" }</h2>
            { found }
            { if attack.left_out > 0 { html! {
                <p class="quiet-text">{ format!("Left out of the search: {} faults that cause least for their price.", attack.left_out) }</p>
            } } else { html! {} } }
        </div>
    }
}

const fn price(price: Price) -> &'static str {
    match price {
        Price::BondAndGas => "the bond of a claim and gas, as on L1 now",
        Price::Bonds => "a third of the nodes’ bonds on L1",
        Price::Model => "assumed: the world has no such price",
    }
}

/// A control, and the ways to set it.
fn against(
    control: &ControlView,
    props: &AnalysisProps,
    complain: &Callback<Option<String>>,
    handle: &Handle,
) -> Html {
    let cost = if control.holds_back == 0 {
        "It holds nothing back.".to_owned()
    } else {
        format!("It costs honest users that {} no longer leave at once.", whole(control.holds_back))
    };
    let set_now = {
        let (handle, complain, command) = (handle.clone(), complain.clone(), control.command.clone());
        Callback::from(move |_: MouseEvent| {
            let complain = complain.clone();
            handle.driver.dispatch((*command).clone(), move |answer| complain.emit(answer.err()));
        })
    };
    let instead = {
        let (handle, complain, command, branch) =
            (handle.clone(), complain.clone(), control.command.clone(), props.branch);
        Callback::from(move |_: MouseEvent| {
            let (opener, complain) = (handle.clone(), complain.clone());
            let travel = Travel::Instead(command.clone());
            handle.driver.travel_then(travel, move |answer| match answer {
                Ok(()) => opener.open(Dialog::Compare(branch)),
                Err(why) => complain.emit(Some(why)),
            });
        })
    };
    html! {
        <>
            <p data-testid="analysis-control">
                { "The cheapest control against it: " }<strong>{ control.text.trim_end_matches('.').to_owned() }</strong>
                { format!(". The same attack then causes {}. {cost} What a limit lets go later is not counted.", whole(control.loss)) }
            </p>
            <div class="buttons">
                <button type="button" class="secondary" data-testid="analysis-set" onclick={set_now}>{ "Set it now" }</button>
                { if props.is_flood { html! {
                    <button type="button" class="secondary" data-testid="analysis-instead" onclick={instead}>{ "Try it in another future" }</button>
                } } else { html! {} } }
            </div>
        </>
    }
}

fn losses(trials: &TrialsView) -> Html {
    let TrialsView { together, apart, .. } = trials;
    let cells = |of: &dyn Fn(&Distribution) -> String| {
        std::iter::once(together)
            .chain(apart)
            .map(|found| html! { <td class="number">{ of(found) }</td> })
            .collect::<Html>()
    };
    let row = |name: String, of: &dyn Fn(&Distribution) -> String| {
        html! { <tr key={name.clone()}><th scope="row">{ &name }</th>{ cells(of) }</tr> }
    };
    let heads: &[&str] = if apart.is_some() {
        &["Loss", "Shared sequencer", "Each by itself"]
    } else {
        &["Loss", "Each by itself"]
    };
    let share = |place: usize| format::tenths(Distribution::SHARES[place]);
    let done = format::grouped(trials.done.into());
    let outages = hundredths(trials.mean_outages);
    let is_empty = |bin: usize| std::iter::once(together).chain(apart).all(|found| found.bins[bin] == 0);
    html! {
        <>
            <div class="ledger-holder" role="region" tabindex="0" aria-label="Losses">
                <table class="ledger" data-testid="analysis-losses">
                    <caption>{ format!("Losses in {done} trials, {outages} rollups down on average in each") }</caption>
                    { head(heads) }
                    <tbody>
                        { row("mean".into(), &|found| whole(found.mean)) }
                        { for (0..Distribution::SHARES.len()).map(|place| {
                            row(format!("not exceeded in {} of trials", share(place)), &|found| whole(found.quantiles[place]))
                        }) }
                    </tbody>
                </table>
            </div>
            <p class="quiet-text">
                { match apart {
                    None => "No rollup that runs shares a sequencer.",
                    Some(apart) if together.quantiles.last() > apart.quantiles.last() => {
                        "Both have the same outages on average. With the shared sequencer its members fail together, so that large losses are far more likely."
                    }
                    Some(_) => "Both have the same outages on average.",
                } }
                { format!(" All that can fail together lose {}.", whole(trials.worst)) }
            </p>
            <Histogram trials={trials.clone()} />
            <div class="ledger-holder" role="region" tabindex="0" aria-label="Trials by loss">
                <table class="ledger" data-testid="analysis-bins">
                    <caption>{ "Trials by loss; losses that never came are left out" }</caption>
                    { head(heads) }
                    <tbody>
                        { for (0..together.bins.len()).filter(|bin| !is_empty(*bin)).map(|bin| {
                            row(format!("{} to {}", whole(edge(trials, bin)), whole(edge(trials, bin + 1))), &|found| format::grouped(found.bins[bin].into()))
                        }) }
                    </tbody>
                </table>
            </div>
        </>
    }
}

/// Where a bin begins, in dollars.
pub(super) fn edge(trials: &TrialsView, bin: usize) -> u64 {
    let dollars = u128::from(trials.worst) * bin as u128 / u128::from(Distribution::BINS);
    u64::try_from(dollars).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn form(changed: &[(usize, &str)]) -> Form {
        let mut form = FIELDS.map(|(.., first)| first.to_owned());
        for (place, text) in changed {
            form[*place] = (*text).to_owned();
        }
        form
    }

    #[test]
    fn the_form_begins_with_what_the_engine_assumes() {
        assert_eq!(order(&form(&[])), Ok(AnalysisOrder::default()));
        let changed = order(&form(&[(0, "2.5"), (3, "7 000"), (2, "10")])).unwrap();
        assert_eq!((changed.rollup_fails, changed.at_least, changed.trials), (0.025, Some(7_000), 10));
    }

    #[test]
    fn what_is_no_number_is_said_with_its_field() {
        let wrong = |place, text| order(&form(&[(place, text)])).unwrap_err();
        assert_eq!(wrong(1, "-1"), "The shared sequencer fails: expected a number such as 1.5, found \"-1\"");
        assert_eq!(wrong(2, "many"), "Trials: expected a whole number, found \"many\"");
        assert!(wrong(4, "").starts_with("To steal a bridge’s keys costs"));
    }

    #[test]
    fn hundredths_are_read_as_people_write_them() {
        assert_eq!([0.976, 1.0, -0.05, 0.0].map(hundredths), ["0.98", "1.00", "−0.05", "0.00"]);
    }
}
