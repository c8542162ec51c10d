//! The event log. Only the lines in sight are in the document, and only they are asked for; at its
//! end it follows what happens.

use crate::{
    driver::now_ms,
    format,
    handle::{Handle, use_handle},
    scene::{LogWindow, WorldInfo, chain_name},
    ui::{Region, UiAction},
    widgets::{FoldButton, value_of},
};
use causeway::{
    session::{
        protocol::LogSearch,
        view::{ChainView, LogLine, ViewRequest},
    },
    types::ChainId,
};
use std::rc::Rc;
use web_sys::HtmlElement;
use yew::prelude::*;

/// Height of a line in pixels; the style sheet has the same.
const LINE: i32 = 24;
/// Lines asked for beyond those in sight, on either side.
const SPARE: u64 = 12;
/// Most lines that a scroll bar can tell apart; browsers limit the height of what scrolls.
const LINES_MAX: u64 = 500_000;
/// Wall milliseconds between two searches of a log that grows.
const SEARCH_EVERY_MS: f64 = 1_000.0;
/// Kinds of lines.
const KINDS: [&str; 9] =
    ["block", "transaction", "message", "batch", "settlement", "slot", "bundle", "fault", "world"];

/// What the log shows.
#[derive(Properties, PartialEq)]
pub struct LogProps {
    /// The window of the log.
    pub log: Rc<LogWindow>,
    /// The chains.
    pub chains: Rc<Vec<ChainView>>,
    /// The world.
    pub world: Rc<WorldInfo>,
    /// Whether it follows what happens.
    pub follows: bool,
    /// A line that was pointed at, and how often one was.
    pub pointed: Option<(u64, u32)>,
    /// Whether it is folded away.
    pub folded: bool,
}

/// The log.
#[component]
pub fn Log(props: &LogProps) -> Html {
    let kind = use_state_eq(String::new);
    let chain = use_state_eq(String::new);
    let text = use_state_eq(String::new);
    let filtered = !kind.is_empty() || !chain.is_empty() || !text.trim().is_empty();
    {
        let filters = [kind.setter(), chain.setter(), text.setter()];
        use_effect_with(props.pointed, move |_| filters.iter().for_each(|filter| filter.set(String::new())));
    }
    let handle = use_handle();
    let wanted = filtered.then(|| LogSearch {
        kind: (!kind.is_empty()).then(|| (*kind).clone()),
        chain: chain.parse().ok().map(ChainId::new),
        text: (*text).clone(),
        before: None,
    });
    let found = use_found(&handle, wanted, props.log.count);
    let on_text = {
        let text = text.clone();
        Callback::from(move |event: InputEvent| text.set(value_of(&event)))
    };
    let kinds = [(String::new(), "all kinds".to_owned())]
        .into_iter()
        .chain(KINDS.map(|kind| (kind.to_owned(), kind.to_owned())))
        .collect();
    let chains = [(String::new(), "all chains".to_owned())]
        .into_iter()
        .chain(props.chains.iter().map(|chain| (chain.id.to_string(), chain.name.clone())))
        .collect();
    let follows = props.follows;
    html! {
        <section class={classes!("log", props.folded.then_some("is-folded"))} aria-label="Event log" data-testid="event-log">
            <div class="region-head">
                <h2>{ "Event log" }</h2>
                <span class="number quiet-text">{ format!("{} lines", format::grouped(props.log.count)) }</span>
                { if props.folded { html! {} } else { html! {
                    <>
                        { filter("log-kind", "Kind of event", &kind, kinds) }
                        { filter("log-chain", "Chain", &chain, chains) }
                        <input
                            type="text"
                            class="log-search"
                            placeholder="Search"
                            aria-label="Search the event log"
                            autocomplete="off"
                            maxlength="80"
                            value={(*text).clone()}
                            data-testid="log-search"
                            oninput={on_text}
                        />
                        { if filtered { html! { <span class="quiet-text" role="status" data-testid="log-found">{ said(&found) }</span> } } else { html! {} } }
                        <button
                            type="button"
                            class={classes!("quiet", "follow", follows.then_some("is-on"))}
                            aria-pressed={follows.to_string()}
                            data-testid="log-follow"
                            onclick={handle.on(|handle| handle.ui.dispatch(UiAction::Log(None, 40)))}
                        >
                            { "Follow" }
                        </button>
                    </>
                } } }
                <FoldButton region={Region::Log} label="event log" folded={props.folded} />
            </div>
            { if props.folded {
                html! {}
            } else if filtered {
                html! { <FilteredLines lines={found.lines} chains={props.chains.clone()} /> }
            } else {
                html! { <Lines log={props.log.clone()} chains={props.chains.clone()} {follows} pointed={props.pointed} /> }
            } }
        </section>
    }
}

/// What a search gave.
#[derive(Clone, Default, PartialEq)]
struct Results {
    lines: Rc<Vec<LogLine>>,
    /// Whether older lines match too.
    more: bool,
}

fn said(found: &Results) -> String {
    match (found.lines.len(), found.more) {
        (count, true) => format!("the newest {count} that match"),
        (1, false) => "1 matches".into(),
        (count, false) => format!("{count} match"),
    }
}

/// Searches the log anew when something else is wanted, and, while it grows, every second.
#[hook]
fn use_found(handle: &Handle, wanted: Option<LogSearch>, count: u64) -> Results {
    let found = use_state_eq(Results::default);
    let busy = use_mut_ref(|| false);
    let searched = use_mut_ref(|| (None::<LogSearch>, 0.0));
    let (driver, set) = (handle.driver.clone(), found.setter());
    use_effect_with((wanted, count), move |(wanted, _)| {
        let Some(wanted) = wanted.clone() else { return };
        let now = now_ms();
        let is_new = searched.borrow().0.as_ref() != Some(&wanted);
        if !is_new && (*busy.borrow() || now - searched.borrow().1 < SEARCH_EVERY_MS) {
            return;
        }
        searched.replace((Some(wanted.clone()), now));
        busy.replace(true);
        driver.search(wanted.clone(), move |lines, more| {
            busy.replace(false);
            // What is wanted may have changed meanwhile.
            if searched.borrow().0.as_ref() == Some(&wanted) {
                set.set(Results { lines: Rc::new(lines), more });
            }
        });
    });
    (*found).clone()
}

/// A choice of what to see.
fn filter(
    testid: &'static str,
    label: &'static str,
    state: &UseStateHandle<String>,
    options: Vec<(String, String)>,
) -> Html {
    let set = state.clone();
    html! {
        <label class="filter">
            <span class="visually-hidden">{ label }</span>
            <select data-testid={testid} onchange={Callback::from(move |event: Event| set.set(value_of(&event)))}>
                { for options.into_iter().map(|(value, text)| {
                    let selected = value == **state;
                    html! { <option {value} {selected}>{ text }</option> }
                }) }
            </select>
        </label>
    }
}

#[derive(Properties, PartialEq)]
struct FilteredProps {
    lines: Rc<Vec<LogLine>>,
    chains: Rc<Vec<ChainView>>,
}

#[component]
fn FilteredLines(props: &FilteredProps) -> Html {
    html! {
        <div class="log-scroll" tabindex="0" role="region" aria-label="Lines of the log that match">
            <ol class="log-lines">
                { for props.lines.iter().map(|line| html! {
                    <Line key={line.number} line={line.clone()} chain={line_chain(line, &props.chains)} top={None::<u64>} is_pointed={false} />
                }) }
            </ol>
            { if props.lines.is_empty() { html! { <p class="empty">{ "Nothing in the log matches." }</p> } } else { html! {} } }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct LinesProps {
    log: Rc<LogWindow>,
    chains: Rc<Vec<ChainView>>,
    follows: bool,
    pointed: Option<(u64, u32)>,
}

#[component]
fn Lines(props: &LinesProps) -> Html {
    let handle = use_handle();
    let node = use_node_ref();
    // Lines before the first that a scroll bar can reach.
    let skipped = props.log.count.saturating_sub(LINES_MAX);
    {
        let node = node.clone();
        use_effect_with((props.follows, props.log.count), move |(follows, _)| {
            if let Some(element) = node.cast::<HtmlElement>().filter(|_| *follows) {
                element.set_scroll_top(element.scroll_height());
            }
        });
    }
    {
        let node = node.clone();
        use_effect_with(props.pointed, move |pointed| {
            let (Some(element), Some((line, _))) = (node.cast::<HtmlElement>(), pointed) else { return };
            let before = i32::try_from(line.saturating_sub(skipped)).unwrap_or(i32::MAX / LINE);
            element.set_scroll_top((before - 2) * LINE);
            // The list has the focus, wherever it came from, so that keys go on from the line.
            let _ = element.focus();
        });
    }
    let top_before = use_mut_ref(|| 0);
    let onscroll = {
        let (node, ui, follows) = (node.clone(), handle.ui.clone(), props.follows);
        Callback::from(move |_: Event| {
            let Some(element) = node.cast::<HtmlElement>() else { return };
            let (top, height) = (element.scroll_top(), element.client_height());
            // Lines that came since make the end look far; only a reader goes up.
            let went_up = top < top_before.replace(top);
            if follows && !went_up {
                return;
            }
            let in_sight = u64::from((height / LINE + 1).unsigned_abs());
            let lines = u32::try_from(in_sight + 2 * SPARE).unwrap_or(ViewRequest::LOG_LINES_MAX);
            let at_end = top + height >= element.scroll_height() - LINE;
            let first = skipped + u64::from((top / LINE).unsigned_abs());
            let from = (!at_end).then(|| first.saturating_sub(SPARE));
            ui.dispatch(UiAction::Log(from, lines.min(ViewRequest::LOG_LINES_MAX)));
        })
    };
    let height = (props.log.count - skipped) * u64::from(LINE.unsigned_abs());
    html! {
        <div class="log-scroll" ref={node} tabindex="0" role="region" aria-label="Lines of the log" {onscroll}>
            <ol class="log-lines" style={format!("height:{height}px")}>
                { for props.log.lines.iter().filter(|line| line.number >= skipped).map(|line| html! {
                    <Line
                        key={line.number}
                        line={line.clone()}
                        chain={line_chain(line, &props.chains)}
                        top={Some((line.number - skipped) * u64::from(LINE.unsigned_abs()))}
                        is_pointed={props.pointed.is_some_and(|(number, _)| number == line.number)}
                    />
                }) }
            </ol>
        </div>
    }
}

fn line_chain(line: &LogLine, chains: &[ChainView]) -> String {
    line.chain.map(|id| chain_name(chains, id)).unwrap_or_default()
}

#[derive(Properties, PartialEq)]
struct LineProps {
    line: LogLine,
    chain: String,
    /// Where it stands in pixels, or in the flow.
    top: Option<u64>,
    is_pointed: bool,
}

#[component]
fn Line(props: &LineProps) -> Html {
    let handle = use_handle();
    let line = &props.line;
    let text = match line.subject.clone() {
        Some(subject) => html! {
            <button
                type="button"
                class="link"
                data-testid={format!("log-line-{}", line.number)}
                onclick={handle.on(move |handle| handle.inspect(subject.clone()))}
            >
                { &line.text }
            </button>
        },
        None => html! { <span>{ &line.text }</span> },
    };
    html! {
        <li
            class={classes!("log-line", format!("is-{}", line.kind), props.top.is_some().then_some("is-placed"), props.is_pointed.then_some("is-pointed"))}
            aria-current={props.is_pointed.then_some("true")}
            data-testid={props.is_pointed.then_some("log-pointed")}
            style={props.top.map(|top| format!("transform:translateY({top}px)"))}
        >
            <span class="log-time number">{ format::short_clock(line.at) }</span>
            <span class="log-kind">{ &line.kind }</span>
            <span class="log-chain">{ &props.chain }</span>
            <span class="log-text">{ text }</span>
        </li>
    }
}
