//! Another future: the same failures, after something was done first.

use crate::{
    handle::Handle,
    panels::dialogs::forms::{chain_of, chain_options},
    ui::Dialog,
    widgets::Choice,
};
use causeway::{
    command::Command,
    session::{timeline::Travel, view::ChainView},
    types::ChainId,
};
use yew::prelude::*;

/// What can be done first: name, and what it is called. `command` has the same names.
const REMEDIES: [(&str, &str); 1] = [("leave", "leave the shared sequencer")];

/// What is filled in.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Form {
    what: String,
    chain: Option<String>,
    complaint: Option<String>,
}

impl Default for Form {
    fn default() -> Self {
        Self { what: REMEDIES[0].0.into(), chain: None, complaint: None }
    }
}

fn command(what: &str, chain: ChainId) -> Command {
    match what {
        _ => Command::SetOrdering { chain, shared: false },
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
    let onsubmit = {
        let (state, handle, chosen) = (state.clone(), handle.clone(), chain_of(&chain));
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let travel = Travel::Instead(Box::new(command(&state.what, chosen)));
            let (state, opener) = (state.clone(), handle.clone());
            handle.driver.travel_then(travel, move |outcome| match outcome {
                Ok(()) => opener.open(Dialog::Compare(branch)),
                Err(why) => state.set(Form { complaint: Some(why), ..(*state).clone() }),
            });
        })
    };
    let remedies =
        REMEDIES.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect::<Vec<_>>();
    html! {
        <form class="instead" data-testid="instead" {onsubmit} novalidate=true>
            <h3>{ "What would have stopped it?" }</h3>
            <p class="quiet-text">{ "Another future begins just before the first failure: this is done first, then everything fails as it did here." }</p>
            <div class="fields">
                <Choice name="instead-what" label="First" options={remedies} value={state.what.clone()} on_change={set(|form, value| form.what = value)} />
                <Choice name="instead-chain" label="Rollup" options={chain_options(rollups)} value={chain} on_change={set(|form, value| form.chain = Some(value))} />
            </div>
            <div class="buttons">
                <button type="submit" class="secondary" data-testid="instead-submit">{ "Try that instead" }</button>
            </div>
            <p class="complaint" role="alert">{ state.complaint.clone().unwrap_or_default() }</p>
        </form>
    }
}
