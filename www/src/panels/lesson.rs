//! The lesson that is under way. A step ends when the engine says that the world is as the step asks for;
//! nothing that is pressed here ends one.

use crate::{
    handle::{Handle, use_handle},
    scene::Scene,
    ui::Dialog,
    widgets::{Icon, icon},
};
use causeway::session::{
    lesson::{LessonView, StepView},
    protocol::{Request, Response},
    timeline::Travel,
};
use std::rc::Rc;
use yew::prelude::*;

/// What the panel shows.
#[derive(Clone, Properties, PartialEq)]
pub struct LessonProps {
    /// The lesson's name.
    pub name: AttrValue,
    /// The world.
    pub scene: Rc<Scene>,
}

/// How far the visitor has come.
#[derive(Clone, Debug, Default, PartialEq)]
struct Progress {
    /// Steps that are done.
    step: usize,
    /// What was guessed, step by step.
    guesses: Vec<Option<usize>>,
    /// What came true, step by step.
    outcomes: Vec<Vec<bool>>,
    /// What had been done when each step began.
    deeds: Vec<u64>,
}

impl Progress {
    fn of(lesson: &LessonView) -> Self {
        Self { guesses: vec![None; lesson.steps.len()], deeds: vec![0], ..Self::default() }
    }
}

/// The panel.
#[component]
pub fn Lesson(props: &LessonProps) -> Html {
    let handle = use_handle();
    let lesson = use_state_eq(|| None::<Rc<LessonView>>);
    let progress = use_state_eq(Progress::default);
    let hint = use_state_eq(|| false);
    {
        let (driver, lesson, progress) = (handle.driver.clone(), lesson.setter(), progress.setter());
        use_effect_with(props.name.clone(), move |name| {
            driver.ask(Request::Lesson(name.to_string()), move |response| {
                if let Response::Lesson(view) = response {
                    progress.set(Progress::of(&view));
                    lesson.set(Some(Rc::new(*view)));
                }
            });
        });
    }
    use_verdict(&handle, props, lesson.as_ref(), &progress, &hint);
    let Some(lesson) = (*lesson).clone() else { return html! {} };
    let done = progress.step;
    let step = lesson.steps.get(done);
    let current = done.checked_sub(1).and_then(|before| Some((before, lesson.steps.get(before)?)));
    html! {
        <section class="lesson" aria-label="Lesson" data-testid="lesson">
            <header class="lesson-head">
                <p class="page-kind">{ format!("Lesson · {} of {}", (done + 1).min(lesson.steps.len()), lesson.steps.len()) }</p>
                <h2>{ &lesson.glance.title }</h2>
                <progress max={lesson.steps.len().to_string()} value={done.to_string()} aria-label="Steps done" />
            </header>
            <div class="lesson-body" aria-live="polite">
                { current.map(|(before, step)| seen(step, &progress, before)) }
                { match step {
                    Some(step) => task(&handle, step, done, &progress, &hint),
                    None => ending(&handle, &lesson),
                } }
            </div>
            { foot(&handle, props, &progress, &lesson) }
        </section>
    }
}

/// Asks, whenever the world was seen anew, whether the step is done.
#[hook]
fn use_verdict(
    handle: &Handle,
    props: &LessonProps,
    lesson: Option<&Rc<LessonView>>,
    progress: &UseStateHandle<Progress>,
    hint: &UseStateHandle<bool>,
) {
    let asked = use_mut_ref(|| false);
    let timeline = &props.scene.timeline;
    let open = lesson.is_some_and(|lesson| progress.step < lesson.steps.len());
    let deeds = timeline.branches.iter().find(|branch| branch.id == timeline.branch).map_or(0, |it| it.deeds);
    let (driver, name) = (handle.driver.clone(), props.name.to_string());
    let (progress, hint) = (progress.clone(), hint.setter());
    use_effect_with((props.scene.clone(), open, (*progress).clone()), move |(_, open, now)| {
        if !open || asked.replace(true) {
            return;
        }
        let now = now.clone();
        let step = u32::try_from(now.step).unwrap_or(u32::MAX);
        driver.ask(Request::Step { lesson: name, step }, move |response| {
            asked.replace(false);
            let Response::Step(verdict) = response else { return };
            if verdict.is_done {
                let mut next = now;
                next.step += 1;
                next.outcomes.push(verdict.holds);
                next.deeds.push(deeds);
                progress.set(next);
                hint.set(false);
            }
        });
    });
}

/// What the last step showed, and whether the guess was right.
fn seen(step: &StepView, progress: &Progress, at: usize) -> Html {
    let guess = progress.guesses.get(at).copied().flatten();
    let came_true = progress.outcomes.get(at);
    let verdict = step.question.as_ref().map(|_| {
        let right = came_true.and_then(|holds| holds.iter().position(|holds| *holds));
        let answer = right.and_then(|right| step.options.get(right)).cloned().unwrap_or_default();
        let (class, text) = match (guess, right) {
            (Some(guess), Some(right)) if guess == right => ("is-right", "You guessed right: "),
            (Some(_), _) => ("is-wrong", "You guessed otherwise; it was: "),
            (None, _) => ("", "It was: "),
        };
        html! { <p class={classes!("verdict", class)} data-testid="lesson-verdict">{ text }<strong>{ answer }</strong></p> }
    });
    html! {
        <div class="lesson-seen" data-testid="lesson-seen">
            <p class="lesson-done">{ format!("✓ {}", step.title) }</p>
            { verdict }
            <p>{ &step.after }</p>
        </div>
    }
}

fn task(
    handle: &Handle,
    step: &StepView,
    number: usize,
    progress: &UseStateHandle<Progress>,
    hint: &UseStateHandle<bool>,
) -> Html {
    let _ = handle;
    let guessed = progress.guesses.get(number).copied().flatten();
    let toggle = {
        let hint = hint.clone();
        Callback::from(move |_: MouseEvent| hint.set(!*hint))
    };
    html! {
        <div class="lesson-task" data-testid={format!("lesson-step-{number}")}>
            <h3>{ &step.title }</h3>
            <p>{ &step.text }</p>
            { step.question.as_ref().map(|question| html! {
                <fieldset class="guess">
                    <legend>{ "Guess first: " }{ question }</legend>
                    { for step.options.iter().enumerate().map(|(at, option)| {
                        let progress = progress.clone();
                        let onchange = Callback::from(move |_: Event| {
                            let mut next = (*progress).clone();
                            if let Some(guess) = next.guesses.get_mut(number) {
                                *guess = Some(at);
                            }
                            progress.set(next);
                        });
                        html! {
                            <label class="radio" key={at}>
                                <input type="radio" name={format!("guess-{number}")} checked={guessed == Some(at)} data-testid={format!("guess-{at}")} {onchange} />
                                { option }
                            </label>
                        }
                    }) }
                </fieldset>
            }) }
            <button type="button" class="link" aria-expanded={hint.to_string()} data-testid="lesson-hint" onclick={toggle}>
                { if **hint { "Hide the hint" } else { "How?" } }
            </button>
            { if **hint { html! { <p class="lesson-hint">{ &step.hint }</p> } } else { html! {} } }
            // Marks what the step is about; its name is checked where lessons are read.
            <style>{ format!("[data-testid=\"{}\"]{{outline:2px dashed var(--accent);outline-offset:2px}}", step.target) }</style>
        </div>
    }
}

fn ending(handle: &Handle, lesson: &LessonView) -> Html {
    html! {
        <div class="lesson-task" data-testid="lesson-end">
            <h3>{ "The world is yours" }</h3>
            <p>{ &lesson.ending }</p>
            <button type="button" class="secondary" onclick={handle.on(|handle| handle.open(Dialog::Lessons))}>
                { "Another lesson" }
            </button>
        </div>
    }
}

/// The ways back and out.
fn foot(
    handle: &Handle,
    props: &LessonProps,
    progress: &UseStateHandle<Progress>,
    lesson: &Rc<LessonView>,
) -> Html {
    let timeline = &props.scene.timeline;
    let deeds = timeline.branches.iter().find(|branch| branch.id == timeline.branch).map_or(0, |it| it.deeds);
    let began = progress.deeds.last().copied().unwrap_or(0);
    let can_go_back = progress.step > 0 || deeds > began;
    let back = {
        let (progress, handle) = (progress.clone(), handle.clone());
        Callback::from(move |_: MouseEvent| {
            let mut next = (*progress).clone();
            // What was done in this step is taken back first; with nothing done, the step before is.
            if deeds <= began {
                next.step = next.step.saturating_sub(1);
                next.deeds.pop();
                next.outcomes.pop();
            }
            let target = next.deeds.last().copied().unwrap_or(0);
            for _ in target..deeds {
                handle.driver.travel(Travel::Undo);
            }
            progress.set(next);
        })
    };
    let again = {
        let (progress, name, lesson) = (progress.clone(), props.name.to_string(), lesson.clone());
        handle.on(move |handle| {
            let (progress, lesson) = (progress.setter(), lesson.clone());
            let source = causeway::session::protocol::Source::Lesson(name.clone());
            handle.driver.replace(source, move |outcome| {
                if outcome.is_ok() {
                    progress.set(Progress::of(&lesson));
                }
            });
        })
    };
    html! {
        <footer class="lesson-foot">
            <button type="button" class="quiet framed" disabled={!can_go_back} data-testid="lesson-back" onclick={back}>
                { icon(Icon::Back) }<span>{ "Back" }</span>
            </button>
            <button type="button" class="quiet framed" data-testid="lesson-again" onclick={again}>{ "Start again" }</button>
            <button type="button" class="quiet framed" data-testid="lesson-leave" onclick={handle.on(|handle| handle.driver.leave_lesson())}>
                { "Leave" }
            </button>
        </footer>
    }
}
