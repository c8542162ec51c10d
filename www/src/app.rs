//! The page as a whole: regions, what they are given, and what holds them together.

use crate::{
    api, browser,
    driver::{Driver, Listener, Mode, Phase, Status},
    handle::Handle,
    keys,
    panels::{
        contagion::ContagionProps,
        crash::Crash,
        dialogs::DialogsProps,
        inspector::Inspector,
        later::{self, Late, Later},
        lesson::LessonProps,
        live::Live,
        log::Log,
        map::Map,
        rail::Rail,
        scrubber::Scrubber,
        sequence::SequenceProps,
        table::TableProps,
        timeline::Timeline,
        top_bar::TopBar,
    },
    scene::Scene,
    storage,
    ui::{Dialog, Look, Notice, Region, Ui, UiAction},
    widgets::{FoldButton, Icon, icon, icon_button},
};
use causeway::types::Time;
use std::rc::Rc;
use wasm_bindgen::{JsCast, prelude::Closure};
use yew::prelude::*;

/// How long a notice stands, in milliseconds.
const NOTICE_MS: i32 = 7_000;

/// Takes the place of the skeleton that the document was delivered with.
pub fn run() {
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("app"));
    match root {
        Some(root) => {
            root.set_inner_html("");
            yew::Renderer::<App>::with_root(root).render();
        }
        None => web_sys::console::error_1(&"expected an element with the id app, found none".into()),
    }
}

/// The page.
#[component]
pub fn App() -> Html {
    let ui = use_reducer_eq(Ui::remembered);
    let status = use_state_eq(|| None::<Status>);
    let driver = use_memo((), |()| {
        let (set, dispatcher) = (status.setter(), ui.dispatcher());
        let listener = Listener {
            on_status: Callback::from(move |next| set.set(Some(next))),
            on_notice: Callback::from(move |notice: Notice| dispatcher.dispatch(UiAction::Say(Some(notice)))),
        };
        // Whoever came by a link looks at it first.
        Driver::start(listener, browser::link_in_address().is_some())
    });
    let handle = Handle { driver: (*driver).clone(), ui: ui.dispatcher() };
    use_once(&handle);
    use_keys(&handle, ui.keys);
    use_window_of_view(&handle, &ui);
    use_fading_notice(&handle, ui.notice.as_ref());
    let status = (*status).clone().unwrap_or_else(|| handle.driver.status());
    {
        let dispatcher = ui.dispatcher();
        use_effect_with(status.world, move |_| dispatcher.dispatch(UiAction::Reset));
    }
    // Fetched ahead of need, once nothing else is; whoever needs it tries again, and tells if that fails.
    use_effect_with(status.phase == Phase::Running, |is_running| {
        if *is_running {
            later::fetch(|_| ());
        }
    });
    html! {
        <ContextProvider<Handle> context={handle.clone()}>
            { page(&handle, &ui, &status) }
        </ContextProvider<Handle>>
    }
}

/// What happens once: the JavaScript API appears, and the page notices when it was hidden.
#[hook]
fn use_once(handle: &Handle) {
    let handle = handle.clone();
    use_effect_with((), move |()| {
        if let Some(link) = browser::link_in_address() {
            handle.open(Dialog::OpenLink(link));
        }
        let opener = handle.clone();
        browser::on_link(move |link| opener.open(Dialog::OpenLink(link)));
        let teller = handle.clone();
        storage::on_refusal(move || {
            teller.say(
                "This browser keeps nothing for your next visit: its storage is full or blocked.",
                false,
            );
        });
        if let Err(error) = api::install(&handle.driver) {
            web_sys::console::error_2(&"window.causeway could not be set:".into(), &error);
        }
        let document = web_sys::window().and_then(|window| window.document());
        let hidden_at = std::cell::Cell::new(None::<f64>);
        let watched = document.clone();
        let on_change = Closure::<dyn FnMut()>::new(move || {
            let now = js_sys::Date::now();
            if watched.as_ref().is_some_and(web_sys::Document::hidden) {
                hidden_at.set(Some(now));
            } else if let Some(since) = hidden_at.take() {
                let seconds = ((now - since) / 1000.0) as u64;
                if seconds >= 3 && handle.driver.status().mode != Mode::Paused {
                    handle.say(format!("The world waited {seconds}s while this tab was hidden."), false);
                }
            }
        });
        if let Some(document) = document {
            // Listening to an event that every document has is refused by none.
            let _ = document
                .add_event_listener_with_callback("visibilitychange", on_change.as_ref().unchecked_ref());
        }
        // The page lives as long as its document.
        on_change.forget();
    });
}

/// Single keys do something, as long as they are on.
#[hook]
fn use_keys(handle: &Handle, on: bool) {
    let is_on = use_mut_ref(|| on);
    is_on.replace(on);
    let handle = handle.clone();
    use_effect_with((), move |()| keys::listen(&handle, move || *is_on.borrow()));
}

/// Takes a notice away after a while; a failure stays until it is dismissed.
#[hook]
fn use_fading_notice(handle: &Handle, notice: Option<&Notice>) {
    let dispatcher = handle.ui.clone();
    use_effect_with(notice.cloned(), move |notice| {
        let fade = notice.as_ref().filter(|notice| !notice.is_failure).and_then(|_| {
            let fade = Closure::<dyn FnMut()>::new(move || dispatcher.dispatch(UiAction::Say(None)));
            let window = web_sys::window()?;
            let timer = window
                .set_timeout_with_callback_and_timeout_and_arguments_0(
                    fade.as_ref().unchecked_ref(),
                    NOTICE_MS,
                )
                .ok()?;
            Some((window, timer, fade))
        });
        move || {
            if let Some((window, timer, _fade)) = fade {
                window.clear_timeout_with_handle(timer);
            }
        }
    });
}

/// Asks for what is in sight.
#[hook]
fn use_window_of_view(handle: &Handle, ui: &UseReducerHandle<Ui>) {
    let driver = handle.driver.clone();
    let lines = if ui.is_folded(Region::Log) { 24 } else { ui.log_lines };
    // It is read from the state of all chains, which is not done for nobody.
    let contagion = ui.look == Look::Contagion && !ui.is_folded(Region::Chart);
    use_effect_with(
        (ui.subject.clone(), ui.log_from, lines, contagion),
        move |(subject, from, lines, contagion)| {
            driver.show(|request| {
                request.contagion = *contagion;
                request.inspect = subject.clone();
                request.log_from = *from;
                request.log_lines = *lines;
            });
        },
    );
}

fn page(handle: &Handle, ui: &Ui, status: &Status) -> Html {
    let scene = status.scene.as_ref();
    let folded = |region| ui.is_folded(region);
    let class = classes!(
        "page",
        status.lesson.is_some().then_some("has-lesson"),
        folded(Region::Rail).then_some("no-rail"),
        folded(Region::Inspector).then_some("no-inspector"),
        folded(Region::Log).then_some("no-log"),
        folded(Region::Chart).then_some("no-chart"),
    );
    html! {
        <div {class}>
            <TopBar
                title={scene.map(|scene| scene.world.title.clone()).unwrap_or_default()}
                mode={status.mode}
                speed={status.speed}
                now={scene.map_or(Time::ZERO, |scene| scene.now)}
                unix_seconds={scene.map_or(0, |scene| scene.unix_seconds)}
                ready={status.phase == Phase::Running}
            />
            { match (&status.phase, scene) {
                (_, Some(scene)) => regions(handle, ui, status, scene),
                (Phase::Dead(..), None) => html! { <main class="loading" /> },
                (Phase::Loading(current, total), None) => loading(*current, *total),
                (Phase::Running, None) => loading(1.0, 1.0),
            } }
            { if let Phase::Dead(text, can_restore) = &status.phase {
                html! { <Crash text={text.clone()} can_restore={*can_restore} /> }
            } else {
                html! {}
            } }
            { notice(handle, ui.notice.as_ref()) }
            <Live scene={scene.cloned()} notice={ui.notice.clone()} />
        </div>
    }
}

fn regions(handle: &Handle, ui: &Ui, status: &Status, scene: &Rc<Scene>) -> Html {
    let now = Time::new(scene.now.millis() / 1000 * 1000);
    html! {
        <>
            <Rail folded={ui.is_folded(Region::Rail)} marks_first={!ui.welcomed && status.lesson.is_none()} />
            { status.lesson.as_ref().map(|name| {
                later(Late::Lesson(LessonProps { name: name.clone().into(), scene: scene.clone() }))
            }) }
            { chart(handle, ui, scene, now, status.lesson.is_none()) }
            <Inspector
                subject={ui.subject.clone()}
                inspected={scene.inspected.clone()}
                can_go_back={!ui.back.is_empty()}
                chains={scene.chains.clone()}
                messages={scene.messages.clone()}
                sequencer={scene.sequencer.clone()}
                world={scene.world.clone()}
                {now}
                mode={status.mode}
                folded={ui.is_folded(Region::Inspector)}
            />
            <footer class="under">
                <Scrubber timeline={scene.timeline.clone()} {now} />
                <Timeline {now} log={scene.log.clone()} messages={scene.messages.clone()} />
                <Log
                    log={scene.log.clone()}
                    chains={scene.chains.clone()}
                    world={scene.world.clone()}
                    follows={ui.log_from.is_none()}
                    pointed={ui.pointed}
                    folded={ui.is_folded(Region::Log)}
                />
            </footer>
            // One node in either case: otherwise all that stands before it would begin anew.
            { ui.dialog.as_ref().map(|dialog| later(Late::Dialog(DialogsProps {
                dialog: dialog.clone(),
                chains: scene.chains.clone(),
                world: scene.world.clone(),
                flows: scene.flows.clone(),
                sequencer: scene.sequencer.clone(),
                timeline: scene.timeline.clone(),
                contagion: scene.contagion.clone(),
                keys: ui.keys,
                still: ui.still,
            }))).unwrap_or_default() }
        </>
    }
}

fn chart(handle: &Handle, ui: &Ui, scene: &Rc<Scene>, now: Time, marks_first: bool) -> Html {
    let folded = ui.is_folded(Region::Chart);
    html! {
        <main class={classes!("chart-region", folded.then_some("is-folded"))}>
            <div class="caption">
                <p class="caption-text">{ &scene.world.summary }</p>
                { if ui.welcomed || !marks_first { html! {} } else { html! {
                    <button
                        type="button"
                        class="primary first"
                        data-testid="first-thing"
                        onclick={handle.on(|handle| handle.open(Dialog::Send(None, None)))}
                    >
                        { "Send a message" }
                    </button>
                } } }
                { look_button(handle, ui.look, Look::Sequence, "as-sequence", "Show as a sequence", Icon::Sequence) }
                { look_button(handle, ui.look, Look::Contagion, "as-contagion", "Show who relies on whom", Icon::Rings) }
                { look_button(handle, ui.look, Look::Table, "as-table", "Show as a table", Icon::Table) }
                <FoldButton region={Region::Chart} label="chart" {folded} />
            </div>
            { match ui.look {
                _ if folded => html! {},
                Look::Table => later(Late::Table(TableProps {
                    chains: scene.chains.clone(),
                    messages: scene.messages.clone(),
                    sequencer: scene.sequencer.clone(),
                    message_count: scene.message_count,
                    now,
                })),
                Look::Sequence => later(Late::Sequence(SequenceProps {
                    chains: scene.chains.clone(),
                    messages: scene.messages.clone(),
                    subject: ui.subject.clone(),
                })),
                Look::Contagion => later(Late::Contagion(ContagionProps {
                    view: scene.contagion.clone(),
                    chains: scene.chains.clone(),
                    branch: scene.timeline.branch,
                    now,
                    bet: ui.bet.clone(),
                    still: ui.still,
                })),
                Look::Chart => html! {
                    <Map
                        sequencer={scene.sequencer.clone()}
                        {now}
                        chains={scene.chains.clone()}
                        flows={scene.flows.clone()}
                        messages={scene.messages.clone()}
                        subject={ui.subject.clone()}
                        still={ui.still}
                    />
                },
            } }
        </main>
    }
}

fn later(late: Late) -> Html {
    html! { <Later {late} /> }
}

/// Shows the world in a way, or on the chart again.
fn look_button(
    handle: &Handle,
    shown: Look,
    look: Look,
    testid: &'static str,
    text: &'static str,
    sign: Icon,
) -> Html {
    let is_on = shown == look;
    let (next, text, sign) =
        if is_on { (Look::Chart, "Show the chart", Icon::Chart) } else { (look, text, sign) };
    let onclick = handle.on(move |handle| handle.ui.dispatch(UiAction::Look(next)));
    icon_button(sign, text, testid, false, onclick)
}

fn loading(current: f64, total: f64) -> Html {
    let kilobytes = (current / 1024.0) as u64;
    // Where the size in all is unknown, what has arrived is all that can be said truly.
    let (value, text) = match total {
        total if current >= total && total > 0.0 => (None, "Starting the world…".to_owned()),
        total if total > 0.0 => (
            Some((current / total * 100.0) as u32),
            format!("Loading the engine: {kilobytes} of {} KB", (total / 1024.0) as u64),
        ),
        _ if kilobytes > 0 => (None, format!("Loading the engine: {kilobytes} KB")),
        _ => (None, "Loading the engine…".to_owned()),
    };
    html! {
        <main class="loading" data-testid="loading">
            <p>{ text }</p>
            <progress max="100" value={value.map(|value| value.to_string())} aria-label="Loading" />
        </main>
    }
}

fn notice(handle: &Handle, notice: Option<&Notice>) -> Html {
    let Some(notice) = notice else { return html! {} };
    html! {
        <div class={classes!("notice", notice.is_failure.then_some("is-failure"))} data-testid="notice">
            <p>{ &notice.text }</p>
            <button
                type="button"
                class="quiet"
                aria-label="Dismiss"
                data-testid="notice-dismiss"
                onclick={handle.on(|handle| handle.ui.dispatch(UiAction::Say(None)))}
            >
                { icon(Icon::Close) }
            </button>
        </div>
    }
}
