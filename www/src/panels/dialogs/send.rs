//! Sends ether, the token or a call from one chain to another, and shows the way before it is taken.

use super::forms::{chain_of, chain_options, foot, units, whole_number};
use crate::{
    format,
    handle::use_handle,
    scene::WorldInfo,
    ui::UiAction,
    widgets::{Choice, Dialog, Field, cargo_shape},
    words,
};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::{SolCall, sol};
use causeway::{
    command::{Command, MessageContent, SendMessage},
    session::view::{Cargo, ChainView, Subject},
    types::{Amount, ChainId},
};
use std::rc::Rc;
use yew::prelude::*;

sol! {
    /// The call that the form offers: of the destination's `ValueStore`.
    function setValue(uint256 value);
}

/// Gas for that call.
const CALL_GAS: u64 = 200_000;

#[derive(Properties, PartialEq)]
pub(super) struct SendProps {
    pub(super) chains: Rc<Vec<ChainView>>,
    pub(super) world: Rc<WorldInfo>,
    pub(super) from: Option<ChainId>,
    pub(super) to: Option<ChainId>,
    pub(super) on_close: Callback<()>,
}

/// What the form holds.
#[derive(Clone, PartialEq)]
struct Form {
    from: ChainId,
    to: ChainId,
    cargo: Cargo,
    quantity: String,
    sender: String,
    recipient: String,
    relay: bool,
}

/// The dialog.
#[component]
pub(super) fn Send(props: &SendProps) -> Html {
    let handle = use_handle();
    let form = use_state_eq(|| first_form(props));
    let complaint = use_state_eq(|| None::<String>);
    let busy = use_state_eq(|| false);
    let onsubmit = {
        let (form, complaint, busy, world) =
            (form.clone(), complaint.clone(), busy.clone(), props.world.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let command = match form.command(&world) {
                Ok(command) => command,
                Err(why) => return complaint.set(Some(why)),
            };
            busy.set(true);
            let (handle, complaint, busy) = (handle.clone(), complaint.clone(), busy.clone());
            let driver = handle.driver.clone();
            driver.dispatch(Command::SendMessage(command), move |outcome| match outcome {
                Ok(view) => {
                    handle.ui.dispatch(UiAction::Shut);
                    handle.ui.dispatch(UiAction::Welcomed);
                    // Messages are numbered in order of sending: the newest is this one.
                    if let Some(number) = view.messages.iter().map(|message| message.number).max() {
                        handle.inspect(Subject::Message(number));
                    }
                }
                Err(why) => {
                    busy.set(false);
                    complaint.set(Some(why));
                }
            });
        })
    };
    html! {
        <Dialog title="Send a message" name="send" on_close={props.on_close.clone()}>
            <form {onsubmit} novalidate=true>
                <div class="dialog-body">
                    { ends(props, &form) }
                    { carries(&form) }
                    { amounts(props, &form) }
                    { way(props, &form) }
                </div>
                { foot(complaint.as_deref(), "Send", *busy) }
            </form>
        </Dialog>
    }
}

fn first_form(props: &SendProps) -> Form {
    let l1 = props.chains.first().map_or(ChainId::new(0), |chain| chain.id);
    let rollup = |index: usize| props.chains.get(index).map_or(l1, |chain| chain.id);
    let (from, to) = match (props.from, props.to) {
        (Some(from), Some(to)) => (from, to),
        (Some(from), None) if from == l1 => (from, rollup(1)),
        (Some(from), None) => (from, l1),
        (None, Some(to)) if to == l1 => (rollup(1), to),
        (None, Some(to)) => (l1, to),
        (None, None) => (l1, rollup(1)),
    };
    let sender = props.world.people.first().map(|person| person.address.to_string()).unwrap_or_default();
    Form {
        from,
        to,
        cargo: Cargo::Ether,
        quantity: "1".into(),
        sender,
        recipient: String::new(),
        relay: true,
    }
}

/// A callback that changes one thing of the form.
fn change<T: 'static>(form: &UseStateHandle<Form>, apply: fn(&mut Form, T)) -> Callback<T> {
    let form = form.clone();
    Callback::from(move |value: T| {
        let mut next = (*form).clone();
        apply(&mut next, value);
        form.set(next);
    })
}

fn ends(props: &SendProps, form: &UseStateHandle<Form>) -> Html {
    let options = chain_options(props.chains.iter().filter(|chain| chain.status != "removed"));
    let swap = change(form, |form, _: MouseEvent| std::mem::swap(&mut form.from, &mut form.to));
    html! {
        <div class="ends">
            <Choice
                name="from"
                label="From"
                options={options.clone()}
                value={form.from.to_string()}
                on_change={change(form, |form, value: String| form.from = chain_of(&value))}
            />
            <button type="button" class="quiet framed" aria-label="Swap" title="Swap" data-testid="swap" onclick={swap}>
                { crate::widgets::icon(crate::widgets::Icon::Swap) }
            </button>
            <Choice
                name="to"
                label="To"
                {options}
                value={form.to.to_string()}
                on_change={change(form, |form, value: String| form.to = chain_of(&value))}
            />
        </div>
    }
}

fn carries(form: &UseStateHandle<Form>) -> Html {
    let options = [(Cargo::Ether, "Ether"), (Cargo::Token, "Token"), (Cargo::Call, "Call")];
    html! {
        <fieldset class="radios">
            <legend>{ "Carries" }</legend>
            { for options.into_iter().map(|(cargo, text)| {
                let form = form.clone();
                let onchange = {
                    let form = form.clone();
                    Callback::from(move |_: Event| form.set(Form { cargo, ..(*form).clone() }))
                };
                html! {
                    <label class="radio">
                        <input
                            type="radio"
                            name="cargo"
                            checked={form.cargo == cargo}
                            data-testid={format!("cargo-{}", words::cargo(cargo))}
                            {onchange}
                        />
                        <svg class="cargo-sign" viewBox="-9 -9 18 18" width="18" height="18" aria-hidden="true">{ cargo_shape(cargo) }</svg>
                        { text }
                    </label>
                }
            }) }
        </fieldset>
    }
}

fn amounts(props: &SendProps, form: &UseStateHandle<Form>) -> Html {
    let people: Vec<(String, String)> =
        props.world.people.iter().map(|person| (person.address.to_string(), person.name.clone())).collect();
    let to_whom =
        [(String::new(), "the sender".to_owned())].into_iter().chain(people.clone()).collect::<Vec<_>>();
    let (label, unit) = match form.cargo {
        Cargo::Ether => ("Amount", "ETH".to_owned()),
        Cargo::Token => ("Amount", props.world.token.symbol.clone()),
        Cargo::Call => ("Value to set", "in the ValueStore of the destination".to_owned()),
    };
    let on_relay = change(form, |form, _: Event| form.relay = !form.relay);
    html! {
        <div class="fields">
            <Field
                name="quantity"
                {label}
                {unit}
                value={form.quantity.clone()}
                on_input={change(form, |form, text: String| form.quantity = text)}
            />
            <Choice
                name="sender"
                label="Sender"
                options={people}
                value={form.sender.clone()}
                on_change={change(form, |form, value: String| form.sender = value)}
            />
            { if form.cargo == Cargo::Call { html! {} } else { html! {
                <Choice
                    name="recipient"
                    label="Recipient"
                    options={to_whom}
                    value={form.recipient.clone()}
                    on_change={change(form, |form, value: String| form.recipient = value)}
                />
            } } }
            <label class="check">
                <input type="checkbox" checked={form.relay} data-testid="relay" onchange={on_relay} />
                { "The relayer proves and finalizes it on L1" }
            </label>
        </div>
    }
}

/// The stages to come and what takes longest.
fn way(props: &SendProps, form: &Form) -> Html {
    let Some(l1) = props.chains.first().map(|chain| chain.id) else { return html! {} };
    if form.from == form.to {
        return html! { <p class="quiet-text">{ "Choose two chains." }</p> };
    }
    let stages = words::way(form.from == l1, form.to == l1);
    let source = props.chains.iter().find(|chain| chain.id == form.from);
    let longest = match source.and_then(|chain| chain.exit_delay) {
        Some(delay) => {
            let why = match source.map(|chain| chain.kind.as_str()) {
                Some("zk") => "Its claims stand once they are proven",
                _ => "Its claims may be challenged",
            };
            format!("{why}: on L1 the message waits at least {}.", format::about(delay))
        }
        None => "A deposit needs an L1 block and the destination's next block: well under a minute.".into(),
    };
    html! {
        <div class="way" data-testid="expected-way">
            <p class="way-title">{ "The way it will take" }</p>
            <ol>{ for stages.iter().map(|stage| html! { <li title={words::stage_meaning(*stage)}>{ stage.name() }</li> }) }</ol>
            <p class="quiet-text">{ longest }</p>
        </div>
    }
}

impl Form {
    fn command(&self, world: &WorldInfo) -> Result<SendMessage, String> {
        if self.from == self.to {
            return Err(format!("To: expected another chain than {}, found the same", self.from));
        }
        let recipient = self.recipient.parse::<Address>().ok();
        let content = match self.cargo {
            Cargo::Ether => MessageContent::Ether { amount: units(&self.quantity, 18)?, recipient },
            Cargo::Token => {
                MessageContent::Token { amount: units(&self.quantity, world.token.decimals)?, recipient }
            }
            Cargo::Call => {
                let value =
                    U256::from(whole_number(&self.quantity).map_err(|why| format!("Value to set: {why}"))?);
                let data = Bytes::from(setValueCall { value }.abi_encode());
                MessageContent::Call { target: None, value: Amount::ZERO, data, gas_limit: CALL_GAS }
            }
        };
        let sender = self.sender.parse().ok();
        Ok(SendMessage { label: None, from: self.from, to: self.to, sender, content, relay: self.relay })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_call_is_the_value_stores() {
        // keccak256("setValue(uint256)") begins with 55241077.
        let data = setValueCall { value: U256::from(7) }.abi_encode();
        assert_eq!(data[..4], [0x55, 0x24, 0x10, 0x77]);
        assert_eq!((data.len(), data[35]), (36, 7));
    }
}
