//! Messages as a sequence: chains across, time downwards, one line for each message through the stages that
//! it passed. Its rows are moments in which something happened, so that a week takes no more room than a
//! second.

use crate::{chart::Px, format, handle::use_handle, order::sort_by_number, scene::chain_name, words};
use causeway::{
    session::view::{ChainView, MessageView, Subject},
    types::{ChainId, Time},
};
use std::rc::Rc;
use yew::prelude::*;

/// Messages that are drawn; more are no help.
const MESSAGES_MAX: usize = 12;
/// Pixels from row to row, from column to column, of the margin with the moments, and of the heads.
const ROW: f64 = 22.0;
const COLUMN: f64 = 132.0;
const LEFT: f64 = 110.0;
const HEAD: f64 = 34.0;

/// What is drawn.
#[derive(Clone, Properties, PartialEq)]
pub struct SequenceProps {
    /// The chains, L1 first.
    pub chains: Rc<Vec<ChainView>>,
    /// Messages, those under way first.
    pub messages: Rc<Vec<MessageView>>,
    /// What the inspector shows.
    pub subject: Option<Subject>,
}

/// Where everything lies.
struct Plan<'a> {
    messages: Vec<&'a MessageView>,
    columns: Vec<ChainId>,
    rows: Vec<Time>,
}

impl<'a> Plan<'a> {
    fn of(messages: &'a [MessageView], picked: Option<u64>) -> Self {
        let is_picked = |message: &&MessageView| Some(message.number) == picked;
        let mut shown: Vec<&MessageView> = messages.iter().filter(is_picked).collect();
        let room = MESSAGES_MAX - shown.len();
        shown.extend(messages.iter().filter(|message| !is_picked(message)).take(room));
        sort_by_number(&mut shown, |message| message.number);
        let passed = || shown.iter().flat_map(|message| &message.passed);
        let mut columns: Vec<ChainId> = passed().map(|passed| passed.chain).collect();
        columns.extend(shown.iter().map(|message| message.to));
        sort_by_number(&mut columns, |chain| chain.get());
        columns.dedup();
        let mut rows: Vec<Time> = passed().map(|passed| passed.at).collect();
        sort_by_number(&mut rows, |at| at.millis());
        rows.dedup();
        Self { messages: shown, columns, rows }
    }

    fn x(&self, chain: ChainId) -> f64 {
        let column = self.columns.iter().position(|other| *other == chain).unwrap_or(0);
        LEFT + COLUMN * (column as f64 + 0.5)
    }

    fn y(&self, at: Time) -> f64 {
        HEAD + ROW * (self.rows.partition_point(|row| *row < at) as f64 + 0.5)
    }

    fn width(&self) -> f64 {
        LEFT + COLUMN * self.columns.len() as f64
    }

    fn height(&self) -> f64 {
        HEAD + ROW * (self.rows.len() as f64 + 1.0)
    }
}

/// The diagram.
#[component]
pub fn Sequence(props: &SequenceProps) -> Html {
    let handle = use_handle();
    let picked = match props.subject {
        Some(Subject::Message(number)) => Some(number),
        _ => None,
    };
    let plan = Plan::of(&props.messages, picked);
    if plan.messages.is_empty() {
        return html! { <p class="empty sequence" data-testid="sequence">{ "No message has been sent yet." }</p> };
    }
    let (width, height) = (plan.width(), plan.height());
    html! {
        <div class="sequence" tabindex="0" role="region" aria-label="Messages as a sequence: chains across, time downwards" data-testid="sequence">
            <svg width={Px(width).to_string()} height={Px(height).to_string()} viewBox={format!("0 0 {} {}", Px(width), Px(height))} role="group" aria-label="Sequence of messages">
                { for plan.columns.iter().map(|chain| html! {
                    <g key={chain.get()} aria-hidden="true">
                        <text class="sequence-head" x={Px(plan.x(*chain)).to_string()} y="20" text-anchor="middle">{ chain_name(&props.chains, *chain) }</text>
                        <line class="sequence-life" x1={Px(plan.x(*chain)).to_string()} x2={Px(plan.x(*chain)).to_string()} y1={Px(HEAD - 6.0).to_string()} y2={Px(height).to_string()} />
                    </g>
                }) }
                { moments(&plan) }
                { for plan.messages.iter().map(|message| {
                    let number = message.number;
                    let is_picked = picked == Some(number);
                    let onkeydown = {
                        let handle = handle.clone();
                        Callback::from(move |event: KeyboardEvent| if matches!(event.key().as_str(), "Enter" | " ") {
                            event.prevent_default();
                            handle.inspect(Subject::Message(number));
                        })
                    };
                    html! {
                        <g
                            key={number}
                            class={classes!("sequence-message", format!("is-{}", words::cargo(message.cargo)), is_picked.then_some("is-selected"))}
                            role="button"
                            tabindex="0"
                            aria-label={format!("Message {number}, {}, {}", message.content, message.stage.name())}
                            data-testid={format!("sequence-message-{number}")}
                            onclick={handle.on(move |handle| handle.inspect(Subject::Message(number)))}
                            {onkeydown}
                        >
                            { line(&plan, message) }
                        </g>
                    }
                }) }
            </svg>
        </div>
    }
}

/// The moments at the left; one that reads like the one above it is not written again.
fn moments(plan: &Plan<'_>) -> Html {
    let mut before = String::new();
    plan.rows
        .iter()
        .map(|at| {
            let text = format::short_clock(*at);
            let shown = if text == before { String::new() } else { text.clone() };
            before = text;
            html! { <text key={at.millis()} class="sequence-time" x="8" y={Px(plan.y(*at) + 4.0).to_string()} aria-hidden="true">{ shown }</text> }
        })
        .collect()
}

/// A message's way, dashed from where it waits.
fn line(plan: &Plan<'_>, message: &MessageView) -> Html {
    let points: Vec<(f64, f64)> =
        message.passed.iter().map(|passed| (plan.x(passed.chain), plan.y(passed.at))).collect();
    let path: String = points
        .iter()
        .enumerate()
        .map(|(at, (x, y))| format!("{}{} {}", if at == 0 { "M" } else { "L" }, Px(*x), Px(*y)))
        .collect();
    let waits = points.last().filter(|_| !message.stage.is_last());
    let first = points.first().copied().unwrap_or_default();
    html! {
        <>
            <path class="sequence-reach" d={path.clone()} />
            <path class="sequence-line" d={path} />
            { waits.map(|(x, y)| html! {
                <path class="sequence-line is-waiting" d={format!("M{} {}V{}", Px(*x), Px(*y), Px(plan.height()))} />
            }) }
            { for message.passed.iter().zip(&points).map(|(passed, (x, y))| html! {
                <circle key={passed.stage.name()} class="sequence-stage" cx={Px(*x).to_string()} cy={Px(*y).to_string()} r="3.5">
                    <title>{ format!("{} at {}", passed.stage.name(), format::clock(passed.at)) }</title>
                </circle>
            }) }
            <text class="sequence-number" x={Px(first.0 + 7.0).to_string()} y={Px(first.1 - 4.0).to_string()}>{ message.number }</text>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use causeway::session::{Session, protocol::Source, view::ViewRequest};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn time_runs_downwards_and_every_message_has_its_columns() {
        let mut session = Session::start(&Source::Default { seed: None }).expect("the default world");
        session.run_until(Time::new(600_000));
        let view = session.view(&ViewRequest { messages: 100, ..ViewRequest::default() });
        let plan = Plan::of(&view.messages, Some(0));
        assert_eq!(plan.messages.len(), MESSAGES_MAX);
        assert_eq!(plan.messages[0].number, 0, "what was picked is there");
        for message in &plan.messages {
            let heights: Vec<f64> = message.passed.iter().map(|passed| plan.y(passed.at)).collect();
            assert!(heights.is_sorted(), "{heights:?}");
            assert!(message.passed.iter().all(|passed| plan.x(passed.chain) < plan.width()));
        }
    }
}
