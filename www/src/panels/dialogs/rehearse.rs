//! One trade both ways: its legs apart and as a bundle, in two futures of this moment, side by side.

use super::forms::{chain_of, chain_options, foot, units, whole_number};
use crate::{
    driver::refusal,
    handle::use_handle,
    ui::UiAction,
    widgets::{Choice, Dialog, Field},
};
use causeway::{
    session::{
        protocol::{Request, Response},
        rehearsal::{Rehearsal, Rehearsed, RivalMoment},
        timeline::Travel,
        view::ChainView,
    },
    types::{Amount, ChainId},
};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct RehearseProps {
    pub(super) chains: Rc<Vec<ChainView>>,
    pub(super) on_close: Callback<()>,
}

#[derive(Clone, PartialEq)]
struct Form {
    buy_on: ChainId,
    sell_on: ChainId,
    spend: String,
    shortfall: String,
    rival: String,
}

/// When somebody else sells: value, words, and the moment.
const RIVALS: [(&str, &str, Option<RivalMoment>); 3] = [
    ("none", "nobody", None),
    ("next-slot", "Bob sells 5 000 WAVE, a slot later", Some(RivalMoment::NextSlot)),
    ("at-once", "Bob sells 5 000 WAVE at the same moment", Some(RivalMoment::AtOnce)),
];

/// The dialog.
#[component]
pub(super) fn Rehearse(props: &RehearseProps) -> Html {
    let handle = use_handle();
    let form = use_state_eq(|| {
        let members: Vec<ChainId> =
            props.chains.iter().filter(|chain| chain.is_member).map(|chain| chain.id).collect();
        let member = |at: usize| members.get(at).copied().unwrap_or(ChainId::new(0));
        Form {
            buy_on: member(0),
            sell_on: member(1),
            spend: "1000".into(),
            shortfall: "1".into(),
            rival: "next-slot".into(),
        }
    });
    let found = use_state_eq(|| None::<Rehearsed>);
    let complaint = use_state_eq(|| None::<String>);
    let busy = use_state_eq(|| false);
    let onsubmit = {
        let (form, found, complaint, busy) = (form.clone(), found.clone(), complaint.clone(), busy.clone());
        let driver = handle.driver.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let order = match form.order() {
                Ok(order) => order,
                Err(why) => return complaint.set(Some(why)),
            };
            busy.set(true);
            let (found, complaint, busy) = (found.clone(), complaint.clone(), busy.clone());
            let looker = driver.clone();
            driver.ask(Request::Rehearse(order), move |response| {
                busy.set(false);
                match response {
                    Response::Rehearsed(outcome) => {
                        complaint.set(None);
                        found.set(Some(*outcome));
                        looker.look();
                    }
                    other => complaint.set(Some(refusal(other))),
                }
            });
        })
    };
    html! {
        <Dialog title="A trade apart and together" name="rehearse" on_close={props.on_close.clone()}>
            <form {onsubmit} novalidate=true>
                <div class="dialog-body">
                    <p class="quiet-text">{ "Alice buys WAVE on one rollup and sells it on another. From this moment the trade is carried out in two futures; this one stays as it is." }</p>
                    { fields(props, &form) }
                    { found.as_ref().map(|found| outcome(&handle, found)).unwrap_or_default() }
                </div>
                { foot(complaint.as_deref(), "Try both ways", *busy) }
            </form>
        </Dialog>
    }
}

fn fields(props: &RehearseProps, form: &UseStateHandle<Form>) -> Html {
    let set = |apply: fn(&mut Form, String)| {
        let form = form.clone();
        Callback::from(move |value: String| {
            let mut next = (*form).clone();
            apply(&mut next, value);
            form.set(next);
        })
    };
    let members = || chain_options(props.chains.iter().filter(|chain| chain.is_member));
    let rivals: Vec<(String, String)> =
        RIVALS.iter().map(|(value, text, _)| ((*value).into(), (*text).into())).collect();
    html! {
        <div class="fields">
            <Choice name="buy-on" label="Buy WAVE on" options={members()} value={form.buy_on.to_string()}
                on_change={set(|form, value| form.buy_on = chain_of(&value))} />
            <Choice name="sell-on" label="Sell it on" options={members()} value={form.sell_on.to_string()}
                on_change={set(|form, value| form.sell_on = chain_of(&value))} />
            <Field name="spend" label="Spend" unit="USDX" value={form.spend.clone()}
                on_input={set(|form, text| form.spend = text)} />
            <Field name="shortfall" label="Sell for at most … less than promised" unit="percent" value={form.shortfall.clone()}
                on_input={set(|form, text| form.shortfall = text)} />
            <Choice name="rival" label="Who else trades there" options={rivals} value={form.rival.clone()}
                on_change={set(|form, value| form.rival = value)} />
        </div>
    }
}

fn outcome(handle: &crate::handle::Handle, found: &Rehearsed) -> Html {
    let go = |text: &'static str, testid: &'static str, branch: u32| {
        let onclick = handle.on(move |handle| {
            handle.driver.travel(Travel::Switch(branch));
            handle.ui.dispatch(UiAction::Shut);
        });
        html! { <button type="button" class="secondary" data-testid={testid} {onclick}>{ text }</button> }
    };
    html! {
        <section data-testid="rehearsed" aria-live="polite">
            <p>{ &found.quote }</p>
            <div class="scroll-x" tabindex="0" role="region" aria-label="Both futures">
                <table class="holdings">
                    <caption class="visually-hidden">{ "The same trade in both futures" }</caption>
                    <thead><tr><th scope="col">{ "Figure" }</th><th scope="col">{ "Sent apart" }</th><th scope="col">{ "As a bundle" }</th></tr></thead>
                    <tbody>
                        { for found.rows.iter().map(|row| html! {
                            <tr key={row.name.clone()}>
                                <th scope="row">{ &row.name }</th>
                                <td class="number">{ &row.here }</td>
                                <td class="number">{ &row.there }</td>
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
            <div class="buttons">
                { go("Go on where it was sent apart", "go-apart", found.branches[0]) }
                { go("Go on where it was a bundle", "go-bundle", found.branches[1]) }
            </div>
        </section>
    }
}

impl Form {
    fn order(&self) -> Result<Rehearsal, String> {
        let percent = whole_number(&self.shortfall).ok().and_then(|found| u32::try_from(found).ok());
        let shortfall_max = percent.filter(|percent| *percent <= 100).ok_or_else(|| {
            format!("Less than promised: expected 0 to 100 percent, found {}", self.shortfall)
        })?;
        let rival = RIVALS.iter().find(|(value, ..)| *value == self.rival).and_then(|(.., after)| *after);
        Ok(Rehearsal {
            buy_on: self.buy_on,
            sell_on: self.sell_on,
            spend: units(&self.spend, 18).map_err(|why| why.replace("Amount", "Spend"))?,
            shortfall_max,
            rival: rival.map(|moment| (Amount::ether(5_000), moment)),
        })
    }
}
