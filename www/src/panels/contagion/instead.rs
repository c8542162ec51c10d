//! Controls: in another future, before the same failures, or in this one from now on.

use crate::{
    handle::Handle,
    panels::dialogs::forms::{chain_of, chain_options, units, whole_number},
    ui::Dialog,
    widgets::{Choice, Field},
};
use causeway::{
    command::{BridgedAsset, Command, Control, SetControl},
    session::{timeline::Travel, view::ChainView},
    types::{Amount, ChainId},
};
use yew::prelude::*;

/// What is to be filled in beside the rollup.
#[derive(Clone, Copy, PartialEq)]
enum Needs {
    Nothing,
    Asset,
    /// An asset, and so much of it.
    Amount,
    /// An asset, and how much of it must stay, in percent.
    Percent,
}

/// What can be done first: name, what it is called, what it needs. [`command`] has the same names.
const REMEDIES: [(&str, &str, Needs); 7] = [
    ("breaker", "set a circuit breaker on its bridge", Needs::Percent),
    ("daily", "limit what leaves its bridge in a day", Needs::Amount),
    ("cap", "cap what its bridge may hold", Needs::Amount),
    ("wind-down", "wind its bridge down: the same share for all", Needs::Asset),
    ("pause", "pause its bridge", Needs::Asset),
    ("off", "take all controls off its bridge", Needs::Asset),
    ("leave", "have it leave the shared sequencer", Needs::Nothing),
];

/// What is filled in.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Form {
    what: String,
    chain: Option<String>,
    asset: String,
    amount: String,
    percent: String,
    complaint: Option<String>,
}

impl Default for Form {
    fn default() -> Self {
        Self {
            what: REMEDIES[0].0.into(),
            chain: None,
            asset: "token".into(),
            amount: "10000".into(),
            percent: "70".into(),
            complaint: None,
        }
    }
}

impl Form {
    fn needs(&self) -> Needs {
        REMEDIES.iter().find(|(name, ..)| *name == self.what).map_or(Needs::Nothing, |(.., needs)| *needs)
    }

    fn amount(&self) -> Result<Amount, String> {
        units(&self.amount, 18)
    }

    fn command(&self, chain: ChainId) -> Result<Command, String> {
        let control = match self.what.as_str() {
            "breaker" => Control::breaker(self.retained()?),
            "daily" => Control::DailyLimit { limit: self.amount()? },
            "cap" => Control::ExposureCap { cap: self.amount()? },
            "wind-down" => Control::WindDown { claimed: None },
            "pause" => Control::Pause { on: true },
            "off" => Control::Off,
            _ => return Ok(Command::SetOrdering { chain, shared: false }),
        };
        let asset = if self.asset == "ether" { BridgedAsset::Ether } else { BridgedAsset::Token };
        Ok(Command::SetControl(SetControl { chain, asset, control }))
    }

    fn retained(&self) -> Result<u16, String> {
        let percent = whole_number(&self.percent).ok().filter(|percent| (1..=100).contains(percent));
        let percent = percent.and_then(|percent| u16::try_from(percent).ok());
        percent
            .map(|percent| percent * 100)
            .ok_or_else(|| format!("Must stay: expected 1 to 100 percent, found {}", self.percent))
    }
}

/// The form. The future that it opens is shown beside `branch`, which it leaves.
pub(super) fn form(
    state: &UseStateHandle<Form>,
    chains: &[ChainView],
    failed: Option<ChainId>,
    branch: u32,
    handle: &Handle,
) -> Html {
    let rollups = chains.iter().skip(1);
    let first = failed.or_else(|| chains.get(1).map(|chain| chain.id)).unwrap_or(ChainId::new(0));
    let chain = state.chain.clone().unwrap_or_else(|| first.to_string());
    let set = |apply: fn(&mut Form, String)| {
        let state = state.clone();
        Callback::from(move |value: String| {
            let mut next = Form { complaint: None, ..(*state).clone() };
            apply(&mut next, value);
            state.set(next);
        })
    };
    // Done before the first failure of another future, or here and now.
    let act = |handle: &Handle, is_first: bool| {
        let (state, handle, chosen) = (state.clone(), handle.clone(), chain_of(&chain));
        move || {
            let outcome = {
                let state = state.clone();
                move |complaint| state.set(Form { complaint, ..(*state).clone() })
            };
            let command = match state.command(chosen) {
                Ok(command) => command,
                Err(why) => return outcome(Some(why)),
            };
            if !is_first {
                return handle.driver.dispatch(command, move |answer| outcome(answer.err()));
            }
            let opener = handle.clone();
            handle.driver.travel_then(Travel::Instead(Box::new(command)), move |answer| match answer {
                Ok(()) => opener.open(Dialog::Compare(branch)),
                Err(why) => outcome(Some(why)),
            });
        }
    };
    let onsubmit = {
        let act = act(handle, true);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            act();
        })
    };
    let set_now = {
        let act = act(handle, false);
        Callback::from(move |_: MouseEvent| act())
    };
    let needs = state.needs();
    let remedies: Vec<(String, String)> =
        REMEDIES.iter().map(|(name, text, _)| ((*name).to_owned(), (*text).to_owned())).collect();
    let assets = [("token", "TEST"), ("ether", "ETH")].map(|(name, text)| (name.to_owned(), text.to_owned()));
    html! {
        <form class="instead" data-testid="instead" {onsubmit} novalidate=true>
            <h2>{ "What would have stopped it?" }</h2>
            <p class="quiet-text">{ "Another future leaves this one just before the first failure. This is done there first, then everything fails as it did here. Or it is set in this future, now." }</p>
            <div class="fields">
                <Choice name="instead-what" label="First" options={remedies} value={state.what.clone()} on_change={set(|form, value| form.what = value)} />
                <Choice name="instead-chain" label="Rollup" options={chain_options(rollups)} value={chain} on_change={set(|form, value| form.chain = Some(value))} />
                { if needs == Needs::Nothing { html! {} } else { html! {
                    <Choice name="instead-asset" label="Asset" options={assets.to_vec()} value={state.asset.clone()} on_change={set(|form, value| form.asset = value)} />
                } } }
                { match needs {
                    Needs::Amount => html! { <Field name="instead-amount" label="How much" unit="of the asset" value={state.amount.clone()} on_input={set(|form, value| form.amount = value)} /> },
                    Needs::Percent => html! { <Field name="instead-percent" label="Must stay within 4 hours" unit="percent" value={state.percent.clone()} on_input={set(|form, value| form.percent = value)} /> },
                    Needs::Nothing | Needs::Asset => html! {},
                } }
            </div>
            <div class="buttons">
                <button type="submit" class="secondary" data-testid="instead-submit">{ "Try that instead" }</button>
                <button type="button" class="secondary" data-testid="set-now" onclick={set_now}>{ "Set it now" }</button>
            </div>
            <p class="complaint" role="alert">{ state.complaint.clone().unwrap_or_default() }</p>
        </form>
    }
}
