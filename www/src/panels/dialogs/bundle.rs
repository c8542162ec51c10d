//! Composes a bundle: its legs in order, what is promised of them together, and a trial of all of it on the
//! world as it is.

use super::{
    bundle_legs::{LegForm, What},
    forms::{chain_of, chain_options, people_options},
};
use crate::{
    driver::refusal,
    handle::use_handle,
    scene::{WorldInfo, chain_name},
    ui::{Dialog as Open, UiAction},
    widgets::{Choice, Dialog, Field, Icon, icon},
};
use alloy_primitives::Address;
use causeway::{
    command::{Command, LegOrder, SubmitBundle, Transact},
    sequencing::Guarantee,
    session::{
        protocol::{Request, Response},
        view::{ChainView, DryRun, Subject},
    },
    types::{ChainId, SpanError},
};
use std::rc::Rc;
use yew::prelude::*;

/// What each promise promises, and what it does not.
const PROMISES: [(Guarantee, &str); 3] = [
    (
        Guarantee::Inclusion,
        "All legs are in blocks of one slot, or none is. Not promised: that they succeed; one may revert while the others stand.",
    ),
    (
        Guarantee::Execution,
        "All legs succeed, or none has any effect. Not promised: that the L1 will accept what the rollups claim of it.",
    ),
    (
        Guarantee::Settlement,
        "As execution, and if the L1 rejects what one rollup claims, all roll back to what is final. Not promised: that anything becomes final sooner.",
    ),
];

#[derive(Properties, PartialEq)]
pub(super) struct BundleProps {
    pub(super) chains: Rc<Vec<ChainView>>,
    pub(super) world: Rc<WorldInfo>,
    pub(super) on_close: Callback<()>,
}

#[derive(Clone, PartialEq)]
struct Form {
    sender: String,
    legs: Vec<LegForm>,
    next_key: u64,
    guarantee: Guarantee,
    deadline: String,
}

type FormState = UseStateHandle<Form>;

/// The dialog.
#[component]
pub(super) fn Bundle(props: &BundleProps) -> Html {
    let handle = use_handle();
    let form = use_state_eq(|| first_form(props));
    let complaint = use_state_eq(|| None::<String>);
    let trial = use_state_eq(|| None::<Result<DryRun, String>>);
    // Salts of the mailbox bridge must be new ones: the world's moment makes them so.
    let salt = handle.driver.status().scene.map_or(0, |scene| scene.now.millis() * 64);
    {
        let (driver, trial) = (handle.driver.clone(), trial.setter());
        use_effect_with((*form).clone(), move |form| match form.order(salt) {
            Ok(order) => driver.ask(Request::DryRun(order), move |response| {
                trial.set(Some(match response {
                    Response::DryRun(found) => Ok(*found),
                    other => Err(refusal(other)),
                }));
            }),
            Err(why) => trial.set(Some(Err(why))),
        });
    }
    let onsubmit = {
        let (form, complaint, handle) = (form.clone(), complaint.clone(), handle.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let order = match form.order(salt) {
                Ok(order) => order,
                Err(why) => return complaint.set(Some(why)),
            };
            let (handle, complaint) = (handle.clone(), complaint.clone());
            let driver = handle.driver.clone();
            driver.dispatch(Command::SubmitBundle(order), move |outcome| match outcome {
                Ok(view) => {
                    handle.ui.dispatch(UiAction::Shut);
                    // Bundles are numbered in order of sending: the newest is this one.
                    let bundles = view.sequencer.iter().flat_map(|sequencer| &sequencer.bundles);
                    if let Some(number) = bundles.map(|bundle| bundle.number).max() {
                        handle.inspect(Subject::Bundle(number));
                    }
                }
                Err(why) => complaint.set(Some(why)),
            });
        })
    };
    let on_apart = {
        let (form, complaint, handle) = (form.clone(), complaint.clone(), handle.clone());
        Callback::from(move |_: MouseEvent| {
            let Some(sender) = form.sender.parse().ok() else { return };
            match form.transactions(sender, salt) {
                Ok(transactions) => send_apart(&handle, &complaint, transactions),
                Err(why) => complaint.set(Some(why)),
            }
        })
    };
    html! {
        <Dialog title="Send a bundle" name="bundle" on_close={props.on_close.clone()}>
            <form {onsubmit} novalidate=true>
                <div class="dialog-body">
                    <ol class="legs" aria-label="Legs">
                        { for form.legs.iter().enumerate().map(|(at, leg)| leg_fields(props, &form, at, leg)) }
                    </ol>
                    <div class="buttons">
                        <button type="button" class="secondary" data-testid="add-leg" onclick={add_leg(&form)}>{ "Add a leg" }</button>
                        <button type="button" class="secondary" data-testid="rehearse" onclick={handle.on(|handle| handle.open(Open::Rehearse))}>
                            { "Apart or together? Try a trade both ways" }
                        </button>
                    </div>
                    { promises(&form) }
                    <div class="fields">
                        <Choice name="sender" label="Sender of all legs" options={people_options(&props.world.people)} value={form.sender.clone()}
                            on_change={change(&form, |form, value: String| form.sender = value)} />
                        <Field name="deadline" label="Given up after" unit="like 30s, 5m" value={form.deadline.clone()}
                            on_input={change(&form, |form, text: String| form.deadline = text)} />
                    </div>
                    { trial_of(props, trial.as_ref()) }
                </div>
                <div class="dialog-foot">
                    <p class="complaint" role="alert" data-testid="form-complaint">{ (*complaint).clone().unwrap_or_default() }</p>
                    <button type="button" class="secondary" data-testid="send-apart" title="Each leg as a transaction of its own, with no promise about them together" onclick={on_apart}>{ "Send apart" }</button>
                    <button type="submit" class="primary" data-testid="submit">{ "Send the bundle" }</button>
                </div>
            </form>
        </Dialog>
    }
}

/// Each transaction by itself, in order; the first that is refused ends it.
fn send_apart(
    handle: &crate::handle::Handle,
    complaint: &UseStateHandle<Option<String>>,
    mut rest: Vec<Transact>,
) {
    if rest.is_empty() {
        handle.say("Sent apart: each is a transaction of its own rollup now.", false);
        return handle.ui.dispatch(UiAction::Shut);
    }
    let first = rest.remove(0);
    let (handle, complaint) = (handle.clone(), complaint.clone());
    let driver = handle.driver.clone();
    driver.dispatch(Command::Transact(first), move |outcome| match outcome {
        Ok(_) => send_apart(&handle, &complaint, rest),
        Err(why) => complaint.set(Some(why)),
    });
}

fn first_form(props: &BundleProps) -> Form {
    let members: Vec<ChainId> =
        props.chains.iter().filter(|chain| chain.is_member).map(|chain| chain.id).collect();
    let member = |at: usize| members.get(at).or(members.first()).copied().unwrap_or(ChainId::new(0));
    let person = |at: usize| props.world.people.get(at).map(|person| person.address.to_string());
    let bob = person(1).unwrap_or_default();
    let leg = |key, chain, to| LegForm {
        key,
        chain,
        what: What::Token,
        is_usdx: false,
        amount: "10".into(),
        recipient: bob.clone(),
        to,
        least: String::new(),
        target: String::new(),
        data: String::new(),
    };
    Form {
        sender: person(0).unwrap_or_default(),
        legs: vec![leg(0, member(0), member(1)), leg(1, member(1), member(0))],
        next_key: 2,
        guarantee: Guarantee::Execution,
        deadline: "1m".into(),
    }
}

fn change<T: 'static>(form: &FormState, apply: impl Fn(&mut Form, T) + 'static) -> Callback<T> {
    let form = form.clone();
    Callback::from(move |value: T| {
        let mut next = (*form).clone();
        apply(&mut next, value);
        form.set(next);
    })
}

fn add_leg(form: &FormState) -> Callback<MouseEvent> {
    change(form, |form, _| {
        if let Some(last) = form.legs.last().cloned() {
            form.legs.push(LegForm { key: form.next_key, ..last });
            form.next_key += 1;
        }
    })
}

fn leg_fields(props: &BundleProps, form: &FormState, at: usize, leg: &LegForm) -> Html {
    let name = |field: &str| format!("leg-{at}-{field}");
    let set = |apply: fn(&mut LegForm, String)| {
        change(form, move |form, value: String| {
            if let Some(leg) = form.legs.get_mut(at) {
                apply(leg, value);
            }
        })
    };
    let members = || chain_options(props.chains.iter().filter(|chain| chain.is_member));
    let what = What::ALL.iter().find(|(what, ..)| *what == leg.what).map_or("", |(_, name, _)| name);
    let options: Vec<(String, String)> =
        What::ALL.iter().map(|(_, name, text)| ((*name).into(), (*text).into())).collect();
    let choice = |field: &str, label: &'static str, options, value: String, apply| {
        html! { <Choice name={name(field)} {label} {options} {value} on_change={set(apply)} /> }
    };
    let text = |field: &str, label: &'static str, unit: &'static str, value: &str, apply| {
        html! { <Field name={name(field)} {label} {unit} value={value.to_owned()} on_input={set(apply)} /> }
    };
    let token = || {
        let options = vec![("wave".into(), "WAVE".into()), ("usdx".into(), "USDX".into())];
        let value = if leg.is_usdx { "usdx" } else { "wave" };
        choice("token", "Token", options, value.into(), |leg, value| leg.is_usdx = value == "usdx")
    };
    let amount = |unit| text("amount", "Amount", unit, &leg.amount, |leg, text| leg.amount = text);
    let symbol = if leg.is_usdx { "USDX" } else { "WAVE" };
    let recipient = || {
        let you = (String::new(), "the sender".to_owned());
        let options = [you].into_iter().chain(people_options(&props.world.people)).collect();
        choice("recipient", "To", options, leg.recipient.clone(), |leg, value| leg.recipient = value)
    };
    html! {
        <li key={leg.key} class="leg" data-testid={format!("leg-{at}")}>
            <fieldset>
                <legend class="leg-head">
                    <span>{ format!("Leg {}", at + 1) }</span>
                    { leg_buttons(form, at) }
                </legend>
                <div class="fields">
                    { choice("chain", "On", members(), leg.chain.to_string(), |leg, value| leg.chain = chain_of(&value)) }
                    { choice("what", "It", options, what.into(), |leg, value| {
                        let found = What::ALL.iter().find(|(_, name, _)| *name == value);
                        leg.what = found.map_or(leg.what, |(what, ..)| *what);
                    }) }
                    { match leg.what {
                        What::Token => html! { <>{ token() }{ amount(symbol) }{ recipient() }</> },
                        What::Swap => html! {
                            <>
                                { token() }
                                { amount(symbol) }
                                { text("least", "Only for at least", "of the other; empty: any", &leg.least, |leg, text| leg.least = text) }
                            </>
                        },
                        What::Bridge => html! {
                            <>
                                { token() }
                                { amount(symbol) }
                                { choice("to", "To rollup", members(), leg.to.to_string(), |leg, value| leg.to = chain_of(&value)) }
                                { recipient() }
                            </>
                        },
                        What::Ether => html! { <>{ amount("ETH") }{ recipient() }</> },
                        What::Call => html! {
                            <>
                                { text("target", "Contract", "0x…", &leg.target, |leg, text| leg.target = text) }
                                { text("data", "Calldata", "0x…", &leg.data, |leg, text| leg.data = text) }
                            </>
                        },
                    } }
                </div>
            </fieldset>
        </li>
    }
}

/// Up, down and away.
fn leg_buttons(form: &FormState, at: usize) -> Html {
    let button = |text: &'static str,
                  testid: &str,
                  sign: Icon,
                  class: &'static str,
                  off: bool,
                  act: Callback<MouseEvent>| {
        html! {
            <button type="button" class={classes!("quiet", class)} aria-label={format!("{text} leg {}", at + 1)} title={text}
                data-testid={format!("leg-{at}-{testid}")} disabled={off} onclick={act}>{ icon(sign) }</button>
        }
    };
    let last = form.legs.len() - 1;
    let swap = |other: usize| change(form, move |form, _| form.legs.swap(at, other));
    let up = swap(at.saturating_sub(1));
    let down = swap((at + 1).min(last));
    let remove = change(form, move |form, _| drop(form.legs.remove(at)));
    html! {
        <span class="leg-buttons">
            { button("Move up", "up", Icon::Fold, "is-up", at == 0, up) }
            { button("Move down", "down", Icon::Fold, "", at == last, down) }
            { button("Remove", "remove", Icon::Close, "", last == 0, remove) }
        </span>
    }
}

fn promises(form: &FormState) -> Html {
    html! {
        <fieldset class="radios is-column">
            <legend>{ "Promised of all legs together" }</legend>
            { for PROMISES.into_iter().map(|(guarantee, meaning)| {
                let onchange = change(form, move |form, _: Event| form.guarantee = guarantee);
                let name = guarantee.name();
                html! {
                    <label class="radio" key={name}>
                        <input type="radio" name="guarantee" checked={form.guarantee == guarantee} data-testid={format!("guarantee-{name}")} {onchange} />
                        <span><strong>{ format!("Atomic {name}") }</strong><span class="quiet-text">{ format!(": {meaning}") }</span></span>
                    </label>
                }
            }) }
        </fieldset>
    }
}

/// What it would come to: each transaction, those that were added too, and which one fails and why.
fn trial_of(props: &BundleProps, trial: Option<&Result<DryRun, String>>) -> Html {
    let body = match trial {
        None => html! { <p>{ "Trying it…" }</p> },
        Some(Err(why)) => html! { <p class="complaint">{ why }</p> },
        Some(Ok(found)) => {
            let summary = match &found.reason {
                Some(reason) => format!("As the world is now, it would have no effect: {reason}."),
                None if found.legs.iter().any(|leg| leg.succeeded == Some(false)) => {
                    "As the world is now, it would land, with a leg that reverts.".into()
                }
                None => "As the world is now, all of it would succeed.".into(),
            };
            html! {
                <>
                    <p>{ summary }</p>
                    <ol class="trial">
                        { for found.legs.iter().map(|leg| {
                            let (sign, is_bad) = match leg.succeeded {
                                Some(false) => ("✗ ", true),
                                Some(true) => ("✓ ", false),
                                None => ("", false),
                            };
                            html! {
                                <li class={is_bad.then_some("is-failure")}>
                                    { format!("{sign}{}: {}", chain_name(&props.chains, leg.chain), leg.content) }
                                    { leg.failure.as_ref().filter(|_| is_bad).map(|why| format!(", and fails: {why}")).unwrap_or_default() }
                                </li>
                            }
                        }) }
                    </ol>
                </>
            }
        }
    };
    html! {
        <div class="way" data-testid="dry-run" aria-live="polite">
            <p class="way-title">{ "Tried on the world as it is" }</p>
            { body }
        </div>
    }
}

impl Form {
    fn transactions(&self, sender: Address, salt: u64) -> Result<Vec<Transact>, String> {
        let mut all = Vec::new();
        for (at, leg) in self.legs.iter().enumerate() {
            let found = leg.transactions(sender, salt + leg.key);
            all.extend(found.map_err(|why| format!("Leg {}: {why}", at + 1))?);
        }
        Ok(all)
    }

    fn order(&self, salt: u64) -> Result<SubmitBundle, String> {
        let sender = self.sender.parse().map_err(|_| "Sender: expected somebody, found nobody".to_owned())?;
        let deadline = self.deadline.parse().map_err(|why: SpanError| format!("Given up after: {why}"))?;
        let legs = self.transactions(sender, salt)?.into_iter().map(LegOrder::Actor).collect();
        Ok(SubmitBundle { label: None, guarantee: self.guarantee, deadline, legs })
    }
}
