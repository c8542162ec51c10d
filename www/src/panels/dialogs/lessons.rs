//! The lessons to choose from.

use crate::{driver::refusal, handle::use_handle, ui::UiAction, widgets::Dialog};
use causeway::session::{
    lesson::LessonGlance,
    protocol::{Request, Response, Source},
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct LessonsProps {
    pub(super) on_close: Callback<()>,
}

/// The list.
#[component]
pub(super) fn Lessons(props: &LessonsProps) -> Html {
    let handle = use_handle();
    let lessons = use_state_eq(Vec::<LessonGlance>::new);
    let complaint = use_state_eq(|| None::<String>);
    {
        let (driver, lessons, complaint) = (handle.driver.clone(), lessons.setter(), complaint.setter());
        use_effect_with((), move |()| {
            driver.ask(Request::Lessons, move |response| match response {
                Response::Lessons(found) => lessons.set(found),
                other => complaint.set(Some(refusal(other))),
            });
        });
    }
    let begin = |name: &str| {
        let (name, complaint) = (name.to_owned(), complaint.clone());
        handle.on(move |handle| {
            let (ui, complaint) = (handle.ui.clone(), complaint.setter());
            handle.driver.replace(Source::Lesson(name.clone()), move |outcome| match outcome {
                Ok(()) => ui.dispatch(UiAction::Shut),
                Err(why) => complaint.set(Some(why)),
            });
        })
    };
    html! {
        <Dialog title="Lessons" name="lessons" on_close={props.on_close.clone()}>
            <div class="dialog-body">
                <p class="quiet-text">
                    { "Each is a world of its own; the one that runs now ends. A step is done when the world is as it asks for." }
                </p>
                <ol class="lesson-list">
                    { for lessons.iter().map(|lesson| html! {
                        <li key={lesson.name.clone()}>
                            <button type="button" class="lesson-choice" data-testid={format!("lesson-{}", lesson.name)} onclick={begin(&lesson.name)}>
                                <strong>{ &lesson.title }</strong>
                                <span>{ &lesson.summary }</span>
                                <span class="quiet-text">{ format!("{} steps, about {} minutes", lesson.steps, lesson.minutes) }</span>
                            </button>
                        </li>
                    }) }
                </ol>
                <p class="complaint" role="alert">{ (*complaint).clone().unwrap_or_default() }</p>
            </div>
        </Dialog>
    }
}
