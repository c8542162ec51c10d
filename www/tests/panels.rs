//! The panels in a browser, given views of a real world.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that finds nothing there has failed")]

use causeway::session::{
    Session,
    protocol::Source,
    view::{Inspected, Subject, View, ViewRequest},
};
use causeway::types::Time;
use causeway_www::{
    driver::{Driver, Listener, Mode},
    handle::Handle,
    panels::{inspector::Inspector, log::Log, map::Map, table::Table},
    scene::Scene,
    ui::Ui,
};
use std::rc::Rc;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Element;
use yew::prelude::*;

wasm_bindgen_test_configure!(run_in_browser);

/// A name that would run a script if it were taken for markup.
const HOSTILE: &str = "<img src=x onerror=\"window.hacked=1\">";

/// The default world after a minute and a half.
fn world(inspect: Option<Subject>) -> View {
    let mut session = Session::start(&Source::Default { seed: None }).unwrap();
    session.run_until(Time::new(90_000));
    session.view(&ViewRequest { log_lines: 100, messages: 100, inspect, ..ViewRequest::default() })
}

#[derive(Properties, PartialEq)]
struct StageProps {
    scene: Rc<Scene>,
    subject: Option<Subject>,
}

/// All panels at once, with the handle that they expect.
#[component]
fn Stage(props: &StageProps) -> Html {
    let ui = use_reducer_eq(Ui::remembered);
    let driver = use_memo((), |()| {
        Driver::start(Listener { on_status: Callback::noop(), on_notice: Callback::noop() }, true)
    });
    let handle = Handle { driver: (*driver).clone(), ui: ui.dispatcher() };
    let scene = &props.scene;
    html! {
        <ContextProvider<Handle> context={handle}>
            <Map
                chains={scene.chains.clone()}
                flows={scene.flows.clone()}
                messages={scene.messages.clone()}
                sequencer={scene.sequencer.clone()}
                now={scene.now}
                subject={props.subject.clone()}
                still=true
            />
            <Table
                chains={scene.chains.clone()}
                messages={scene.messages.clone()}
                message_count={scene.message_count}
                sequencer={scene.sequencer.clone()}
                now={scene.now}
            />
            <Inspector
                subject={props.subject.clone()}
                inspected={scene.inspected.clone()}
                can_go_back=false
                chains={scene.chains.clone()}
                messages={scene.messages.clone()}
                world={scene.world.clone()}
                sequencer={scene.sequencer.clone()}
                now={scene.now}
                mode={Mode::Paused}
                folded=false
            />
            <Log
                log={scene.log.clone()}
                chains={scene.chains.clone()}
                world={scene.world.clone()}
                follows=true
                pointed={None::<(u64, u32)>}
                folded=false
            />
        </ContextProvider<Handle>>
    }
}

/// Draws the panels and gives the element that they are in.
async fn draw(view: View, subject: Option<Subject>) -> Element {
    let document = web_sys::window().unwrap().document().unwrap();
    let root = document.create_element("div").unwrap();
    document.body().unwrap().append_child(&root).unwrap();
    let scene = Rc::new(Scene::cut(view, None));
    yew::Renderer::<Stage>::with_root_and_props(root.clone(), StageProps { scene, subject }).render();
    // Yew draws in tasks of its own; what it was given last is there after a few frames.
    let waited = js_sys::Promise::new(&mut |resolve, _| {
        web_sys::window()
            .unwrap()
            .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, 150)
            .unwrap();
    });
    wasm_bindgen_futures::JsFuture::from(waited).await.unwrap();
    root
}

fn count(root: &Element, selector: &str) -> u32 {
    root.query_selector_all(selector).unwrap().length()
}

#[wasm_bindgen_test]
async fn panels_show_the_chains_the_messages_and_the_log() {
    let view = world(None);
    let (chains, messages, lines) = (view.chains.len(), view.messages.len(), view.log.len());
    let under_way = view.messages.iter().filter(|message| !message.stage.is_last()).count();
    assert!(chains > 2 && messages > 1 && lines > 10 && under_way > 0, "the world is worth a look");
    let root = draw(view, None).await;
    assert_eq!(count(&root, "svg .island") as usize, chains - 1);
    assert!(count(&root, "svg .mark") > 0);
    assert_eq!(count(&root, ".tables table:first-of-type tbody tr") as usize, chains);
    assert_eq!(count(&root, ".tables table:last-of-type tbody tr") as usize, messages);
    assert_eq!(count(&root, ".log-line") as usize, lines);
    assert_eq!(count(&root, "svg [tabindex='0']"), 1, "the chart is one tab stop");
}

#[wasm_bindgen_test]
async fn the_inspector_shows_what_was_picked() {
    let first = world(None).messages.last().unwrap().number;
    let subject = Subject::Message(first);
    let view = world(Some(subject.clone()));
    let Some(Inspected::Message(message)) = view.inspected.clone() else { panic!("a message is inspected") };
    let root = draw(view, Some(subject)).await;
    let stages = message.passed.len() + message.ahead.len();
    assert_eq!(count(&root, "[data-testid='stages'] > li") as usize, stages);
    let chain = world(None).chains[1].id;
    let subject = Subject::Chain(chain);
    let root = draw(world(Some(subject.clone())), Some(subject)).await;
    assert!(count(&root, ".inspector .facts > div") > 8);
    assert!(count(&root, "[data-testid='remove-rollup']") == 1);
}

#[wasm_bindgen_test]
async fn names_that_look_like_markup_stay_text() {
    let mut view = world(None);
    view.chains[1].name = HOSTILE.into();
    view.messages[0].content = HOSTILE.into();
    view.people[0].name = HOSTILE.into();
    view.log.last_mut().unwrap().text = HOSTILE.into();
    let root = draw(view, None).await;
    assert_eq!(count(&root, "img"), 0);
    let text = root.text_content().unwrap();
    assert!(text.matches(HOSTILE).count() >= 3, "the names are shown as they are");
    let hacked = js_sys::Reflect::get(&web_sys::window().unwrap(), &"hacked".into()).unwrap();
    assert!(hacked.is_undefined());
}
