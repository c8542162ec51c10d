//! Breaks something, or mends it.

use super::{
    break_sequencer::{self, SequencerForm},
    forms::{chain_of, chain_options, foot, whole_number},
};
use crate::{
    handle::use_handle,
    scene::WorldInfo,
    ui::{UiAction, is_narrow},
    widgets::{Choice, Dialog, Field},
};
use alloy_primitives::{U256, uint};
use causeway::{
    command::{BridgedAsset, Command, Fault, FeedFault, MarketToken},
    session::view::{ChainView, SequencerView, Subject},
    sim::{Link, PerMillion},
    types::{Amount, AmountError, ChainId, Span},
};
use std::rc::Rc;
use yew::prelude::*;

/// Faults in the order in which they are offered: name, what it is called, what it does.
const FAULTS: [(&str, &str, &str); 16] = [
    ("sequencer", "Halt the sequencer", "The rollup seals no more blocks; messages wait in its mempool."),
    ("batcher", "Halt the batcher", "Nothing new of the rollup reaches L1: blocks stay unsafe, exits wait."),
    ("partition", "Cut the link to L1", "The rollup's actors can't reach L1 at all."),
    ("slow-link", "Slow the link to L1", "What the rollup's actors send to L1 arrives late, or never."),
    (
        "data",
        "Withhold data",
        "The data behind the batches is no longer handed out (committee or operator only).",
    ),
    (
        "portal",
        "Steal the portal's keys",
        "The ether on L1 that backs the rollup's goes to a thief. Who leaves last gets nothing.",
    ),
    (
        "forgery",
        "Claim a forged state",
        "The proposer claims a state with a withdrawal to a thief in it, and has it paid once the claim is final.",
    ),
    (
        "forgery-token",
        "Claim a forged state, for tokens",
        "As before, but the bridge's test tokens are withdrawn: firms that rely on them may fall.",
    ),
    ("escrow", "Steal the bridge's keys", "The test tokens on L1 that back the rollup's go to a thief."),
    (
        "mint",
        "Mint without backing",
        "Test tokens come into being on the rollup with nothing on L1 behind them.",
    ),
    ("pool", "Drain the market's pool", "A bug lets a thief have its USDX; the price of WAVE breaks."),
    (
        "pool-token",
        "Drain the pool of test tokens",
        "A bug lets a thief have them; who provides the pool has lost its share.",
    ),
    (
        "issuer",
        "Rob the issuer of USDX",
        "The test tokens that an issuer keeps on the rollup for its dollars go to a thief; holders sell them.",
    ),
    ("feed-stuck", "Freeze the price feed", "It tells its last price on, whatever a test token costs."),
    (
        "feed-wrong",
        "Let the price feed lie",
        "It tells a price that is none; firms that follow it run, or stay.",
    ),
    (
        "reorg",
        "Reorganise L1",
        "The last blocks of L1 are replaced; their transactions return to the mempool.",
    ),
];

/// A ten thousandth of a dollar, with 18 digits after the point.
const BASIS_POINT: U256 = uint!(100_000_000_000_000_U256);
/// The largest price that is taken for one, in ten thousandths of a dollar.
const PRICE_MAX_BPS: u32 = 10_000_000;

#[derive(Properties, PartialEq)]
pub(super) struct BreakProps {
    pub(super) chains: Rc<Vec<ChainView>>,
    pub(super) world: Rc<WorldInfo>,
    pub(super) sequencer: Option<Rc<SequencerView>>,
    pub(super) chain: Option<ChainId>,
    pub(super) on_close: Callback<()>,
}

#[derive(Clone, PartialEq)]
struct Form {
    fault: &'static str,
    chain: ChainId,
    mends: bool,
    depth: String,
    loot: String,
    price: String,
    delay: String,
    loss: String,
    shared: SequencerForm,
}

/// The dialog.
#[component]
pub(super) fn Break(props: &BreakProps) -> Html {
    let handle = use_handle();
    let form = use_state_eq(|| {
        let first = props.chains.get(1).map_or(ChainId::new(0), |chain| chain.id);
        Form {
            fault: FAULTS[0].0,
            chain: props.chain.unwrap_or(first),
            mends: false,
            depth: "2".into(),
            loot: String::new(),
            price: "0.40".into(),
            delay: "30s".into(),
            loss: "20".into(),
            shared: SequencerForm::first(&props.chains, &props.world),
        }
    });
    let complaint = use_state_eq(|| None::<String>);
    let onsubmit = {
        let (form, complaint) = (form.clone(), complaint.clone());
        let l1 = props.chains.first().map(|chain| chain.id);
        let sequencer = props.sequencer.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let of_sequencer = sequencer.as_ref().filter(|_| is_of_sequencer(form.fault));
            let found = match of_sequencer {
                Some(sequencer) => break_sequencer::fault(form.fault, &form.shared, form.mends, sequencer),
                None => form.fault(),
            };
            let fault = match found {
                Ok(fault) => fault,
                Err(why) => return complaint.set(Some(why)),
            };
            let shown = match form.fault {
                _ if of_sequencer.is_some() => Some(Subject::Sequencer),
                "reorg" => l1.map(Subject::Chain),
                _ => Some(Subject::Chain(form.chain)),
            };
            // In a lesson its own text says what to look at.
            let costs = matches!(
                form.fault,
                "sequencer" | "portal" | "forgery" | "escrow" | "mint" | "pool-token" | "issuer"
            ) && !form.mends;
            let floods = costs && handle.driver.status().lesson.is_none();
            let (handle, complaint) = (handle.clone(), complaint.clone());
            let driver = handle.driver.clone();
            driver.dispatch(Command::Fault(fault), move |outcome| match outcome {
                Ok(_) => {
                    handle.ui.dispatch(UiAction::Shut);
                    if floods {
                        handle.ui.dispatch(UiAction::Flood);
                    }
                    // On a phone the inspector would lie over what the failure costs.
                    if let Some(subject) = shown.filter(|_| !(floods && is_narrow())) {
                        handle.inspect(subject);
                    }
                }
                Err(why) => complaint.set(Some(why)),
            });
        })
    };
    let button = if form.mends && can_be_mended(form.fault) { "Mend" } else { "Break" };
    html! {
        <Dialog title="Break something" name="break" on_close={props.on_close.clone()}>
            <form {onsubmit} novalidate=true>
                <div class="dialog-body">
                    { faults(&form, "What", &FAULTS) }
                    { if props.sequencer.is_some() { faults(&form, "What, in the shared sequencer", &break_sequencer::FAULTS) } else { html! {} } }
                    { details(props, &form) }
                </div>
                { foot(complaint.as_deref(), button, false) }
            </form>
        </Dialog>
    }
}

/// Whether the world is again as it was once the fault is over.
fn can_be_mended(fault: &str) -> bool {
    fault != "reorg" && !is_theft(fault)
}

/// Whether somebody gains by the fault.
fn is_theft(fault: &str) -> bool {
    matches!(
        fault,
        "portal" | "forgery" | "forgery-token" | "escrow" | "mint" | "pool" | "pool-token" | "issuer"
    )
}

fn is_of_sequencer(fault: &str) -> bool {
    break_sequencer::FAULTS.iter().any(|(name, ..)| *name == fault)
}

fn faults(
    form: &UseStateHandle<Form>,
    legend: &'static str,
    all: &'static [(&'static str, &'static str, &'static str)],
) -> Html {
    html! {
        <fieldset class="radios is-column">
            <legend>{ legend }</legend>
            { for all.iter().copied().map(|(name, text, meaning)| {
                let onchange = change(form, move |form, _: Event| form.fault = name);
                html! {
                    <label class="radio" key={name}>
                        <input type="radio" name="fault" checked={form.fault == name} data-testid={format!("fault-{name}")} {onchange} />
                        <span><strong>{ text }</strong><span class="quiet-text">{ format!(" {meaning}") }</span></span>
                    </label>
                }
            }) }
        </fieldset>
    }
}

fn details(props: &BreakProps, form: &UseStateHandle<Form>) -> Html {
    if form.fault == "reorg" {
        return html! {
            <div class="fields">
                <Field name="depth" label="Depth" unit="blocks" value={form.depth.clone()}
                    on_input={change(form, |form, text: String| form.depth = text)} />
            </div>
        };
    }
    if is_of_sequencer(form.fault) {
        let set = |apply: fn(&mut SequencerForm, String)| {
            change(form, move |form, value| apply(&mut form.shared, value))
        };
        return html! {
            <div class="fields">
                { break_sequencer::fields(form.fault, &form.shared, form.mends, &props.chains, &props.world, &set) }
                { mend_box(form) }
            </div>
        };
    }
    let options = chain_options(props.chains.iter().skip(1).filter(|chain| chain.status != "removed"));
    html! {
        <div class="fields">
            <Choice name="chain" label="Rollup" {options} value={form.chain.to_string()}
                on_change={change(form, |form, value: String| form.chain = chain_of(&value))} />
            { if form.fault == "slow-link" && !form.mends { html! {
                <>
                    <Field name="delay" label="Delay" unit="like 30s, 5m" value={form.delay.clone()}
                        on_input={change(form, |form, text: String| form.delay = text)} />
                    <Field name="loss" label="Loss" unit="percent" value={form.loss.clone()}
                        on_input={change(form, |form, text: String| form.loss = text)} />
                </>
            } } else { html! {} } }
            { if form.fault == "feed-wrong" && !form.mends { html! {
                <Field name="price" label="Price of a test token" unit="dollars" value={form.price.clone()}
                    on_input={change(form, |form, text: String| form.price = text)} />
            } } else { html! {} } }
            { if is_theft(form.fault) { html! {
                <Field name="loot" label="How much" unit={loot_unit(form.fault)} value={form.loot.clone()}
                    on_input={change(form, |form, text: String| form.loot = text)} />
            } } else { mend_box(form) } }
        </div>
    }
}

fn loot_unit(fault: &str) -> &'static str {
    match fault {
        "escrow" | "pool-token" | "issuer" => "TEST; empty for all",
        "mint" => "TEST",
        "pool" => "USDX; empty for all",
        _ => "ETH; empty for all",
    }
}

fn mend_box(form: &UseStateHandle<Form>) -> Html {
    html! {
        <label class="check">
            <input type="checkbox" checked={form.mends} data-testid="mends"
                onchange={change(form, |form, _: Event| form.mends = !form.mends)} />
            { "Mend it instead" }
        </label>
    }
}

fn change<T: 'static>(form: &UseStateHandle<Form>, apply: impl Fn(&mut Form, T) + 'static) -> Callback<T> {
    let form = form.clone();
    Callback::from(move |value: T| {
        let mut next = (*form).clone();
        apply(&mut next, value);
        form.set(next);
    })
}

impl Form {
    fn fault(&self) -> Result<Fault, String> {
        let chain = self.chain;
        Ok(match self.fault {
            "sequencer" => Fault::HaltSequencer { chain, halted: !self.mends },
            "batcher" => Fault::HaltBatcher { chain, halted: !self.mends },
            "data" => Fault::WithholdData { chain, withheld: !self.mends },
            "partition" => {
                Fault::SetLink { chain, link: Link { partitioned: !self.mends, ..Link::default() } }
            }
            "portal" => Fault::RobPortal { chain, amount: self.loot()?, thief: None },
            "forgery" | "forgery-token" => {
                let asset = if self.fault == "forgery" { BridgedAsset::Ether } else { BridgedAsset::Token };
                Fault::ForgeRoot { chain, asset, amount: self.loot()?, thief: None }
            }
            "escrow" => Fault::RobBridge { chain, amount: self.loot()?, thief: None },
            "mint" => {
                let amount = self.loot()?.ok_or("How much: expected a number, found nothing")?;
                Fault::MintUnbacked { chain, amount, thief: None }
            }
            "pool" | "pool-token" => {
                let token = if self.fault == "pool" { MarketToken::Usdx } else { MarketToken::Test };
                Fault::DrainPool { chain, token, amount: self.loot()?, thief: None }
            }
            "issuer" => Fault::ImpairIssuer { chain, amount: self.loot()?, thief: None },
            "feed-stuck" | "feed-wrong" if self.mends => Fault::SetFeed { chain, fault: None },
            "feed-stuck" => Fault::SetFeed { chain, fault: Some(FeedFault::Stuck) },
            "feed-wrong" => {
                Fault::SetFeed { chain, fault: Some(FeedFault::Wrong { price_bps: self.price_bps()? }) }
            }
            "slow-link" if self.mends => Fault::SetLink { chain, link: Link::default() },
            "slow-link" => Fault::SetLink { chain, link: self.slow_link()? },
            _ => Fault::L1Reorg { depth: whole_number(&self.depth).map_err(|why| format!("Depth: {why}"))? },
        })
    }

    fn loot(&self) -> Result<Option<Amount>, String> {
        let text = self.loot.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let amount: Result<Amount, AmountError> = format!("{text} ether").parse();
        amount.map(Some).map_err(|why| format!("How much: {why}"))
    }

    fn price_bps(&self) -> Result<u32, String> {
        let price: Result<Amount, AmountError> = format!("{} ether", self.price.trim()).parse();
        let price = price.map_err(|why| format!("Price: {why}"))?;
        let bps = u32::try_from(price.get() / BASIS_POINT).ok();
        let most = bps.filter(|bps| *bps <= PRICE_MAX_BPS);
        most.ok_or_else(|| format!("Price: expected at most 1000 dollars, found {}", self.price))
    }

    fn slow_link(&self) -> Result<Link, String> {
        let delay: Span =
            self.delay.parse().map_err(|why: causeway::types::SpanError| format!("Delay: {why}"))?;
        let percent = whole_number(&self.loss).map_err(|why| format!("Loss: {why}"))?;
        let percent = u32::try_from(percent).ok().filter(|percent| *percent <= 100);
        let percent =
            percent.ok_or_else(|| format!("Loss: expected 0 to 100 percent, found {}", self.loss))?;
        Ok(Link { delay, loss: PerMillion::new(percent * 10_000), ..Link::default() })
    }
}
