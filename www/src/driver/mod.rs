//! Drives the world: sends simulated time to the worker frame by frame, takes its views, and hands
//! them to the page no more often than an eye can follow. Nothing is sent while nothing changes.

mod clock;
mod measure;
mod motion;
mod recovery;
mod run;
mod search;
mod travel;

pub use clock::{Mode, SPEED_DEFAULT, SPEED_STEPS, position_of_speed, speed_at};
pub use motion::{Animator, Motion};
pub(crate) use recovery::now_ms;

use crate::{channel::Channel, scene::Scene, ui::Notice};
use alloy_primitives::Bytes;
use causeway::{
    command::Command,
    session::{
        protocol::{Request, Response, Source},
        view::{View, ViewRequest},
    },
    types::Time,
};
use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};
use wasm_bindgen::prelude::Closure;
use yew::Callback;

/// Messages that the chart asks for.
const MESSAGES: u32 = 120;

/// How far the engine has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// It is being fetched: bytes so far, and in all where that is known.
    Loading(f64, f64),
    /// A world runs.
    Running,
    /// It died with this text; the flag says whether there is a moment to restore.
    Dead(String, bool),
}

/// What the page shows of the driver.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    /// How far the engine has come.
    pub phase: Phase,
    /// How time passes.
    pub mode: Mode,
    /// Simulated milliseconds per millisecond of the visitor's.
    pub speed: u64,
    /// The world as it was last seen.
    pub scene: Option<Rc<Scene>>,
    /// How many worlds were started, to tell one from the next.
    pub world: u32,
    /// The lesson whose world it is, by name.
    pub lesson: Option<String>,
}

/// Where the driver reports to.
#[derive(Clone)]
pub struct Listener {
    /// Takes what the page shows.
    pub on_status: Callback<Status>,
    /// Takes what the page says.
    pub on_notice: Callback<Notice>,
}

/// What the browser calls before it paints, with the time.
type OnFrame = Closure<dyn FnMut(f64)>;

/// The driver. There is one; whoever acts on the world holds it.
pub struct Driver {
    me: Weak<Self>,
    listener: Listener,
    channel: RefCell<Option<Rc<Channel>>>,
    state: RefCell<State>,
    motion: RefCell<Motion>,
    animator: RefCell<Option<Animator>>,
    frame: RefCell<Option<OnFrame>>,
    frame_due: Cell<bool>,
    on_running: RefCell<Vec<Box<dyn FnOnce()>>>,
}

impl PartialEq for Driver {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

struct State {
    status: Status,
    /// What is visible.
    request: ViewRequest,
    /// A look is wanted though no time passes.
    look: bool,
    /// The line of the log that a scrubber wants to go to.
    scrub: Option<u64>,
    /// When the last frame was, in wall milliseconds.
    last_frame: Option<f64>,
    /// Wall time that has not been turned into simulated time yet.
    owed: f64,
    /// The moment that the worker last told of.
    heard: Time,
    last_published: f64,
    /// Wall milliseconds that the panels took to draw last.
    drawing_took: f64,
    last_snapshot: f64,
    /// Wall milliseconds that it took.
    snapshot_took: f64,
    snapshot: Option<Bytes>,
    /// The world was changed since it was kept.
    snapshot_due: bool,
    /// When the worker's world began to run, in wall milliseconds.
    began_at: f64,
    /// How many workers in a row died as soon as their world ran.
    short_lives: u32,
}

impl Driver {
    /// Starts the worker and in it the default world, which plays unless it `waits`.
    pub fn start(listener: Listener, waits: bool) -> Rc<Self> {
        let status = Status {
            phase: Phase::Loading(0.0, 0.0),
            mode: if waits { Mode::Paused } else { Mode::Playing },
            speed: SPEED_DEFAULT,
            scene: None,
            world: 0,
            lesson: None,
        };
        let state = State {
            status,
            request: ViewRequest { messages: MESSAGES, log_lines: 40, ..ViewRequest::default() },
            look: false,
            scrub: None,
            last_frame: None,
            owed: 0.0,
            heard: Time::ZERO,
            last_published: 0.0,
            drawing_took: 0.0,
            last_snapshot: 0.0,
            snapshot_took: 0.0,
            snapshot: None,
            snapshot_due: false,
            began_at: 0.0,
            short_lives: 0,
        };
        let driver = Rc::new_cyclic(|me: &Weak<Self>| Self {
            me: me.clone(),
            listener,
            channel: RefCell::new(None),
            state: RefCell::new(state),
            motion: RefCell::new(Motion::default()),
            animator: RefCell::new(None),
            frame: RefCell::new(None),
            frame_due: Cell::new(false),
            on_running: RefCell::new(Vec::new()),
        });
        driver.prepare_frames();
        driver.watch();
        driver.open_worker(Source::Default { seed: None });
        driver
    }

    /// What the page shows now.
    pub fn status(&self) -> Status {
        self.state.borrow().status.clone()
    }

    /// Calls back once a world is there to be seen: at once where one is.
    pub fn when_running(&self, call: impl FnOnce() + 'static) {
        let status = self.status();
        if status.phase == Phase::Running && status.scene.is_some() {
            call();
        } else {
            self.on_running.borrow_mut().push(Box::new(call));
        }
    }

    /// Sends a request when its turn comes; refused at once where no worker lives.
    pub fn ask(&self, request: Request, on_response: impl FnOnce(Response) + 'static) {
        let channel = self.channel.borrow().clone();
        match channel {
            Some(channel) => channel.ask(request, Box::new(on_response)),
            None => on_response(Response::Refused("the engine has stopped".into())),
        }
    }

    /// Changes the world; `done` hears what the world is then, or why it was refused.
    pub fn dispatch(&self, command: Command, done: impl FnOnce(Result<Rc<Scene>, String>) + 'static) {
        let request = Request::Dispatch(command, self.state.borrow().request.clone());
        let me = self.me.clone();
        self.ask(request, move |response| {
            let Some(driver) = me.upgrade() else { return };
            match response {
                Response::View(view) => {
                    driver.state.borrow_mut().snapshot_due = true;
                    done(Ok(driver.take_view(*view)));
                }
                other => done(Err(refusal(other))),
            }
        });
    }

    /// Replaces the world; the old one goes on where the new one is refused.
    pub fn replace(&self, source: Source, done: impl FnOnce(Result<(), String>) + 'static) {
        let me = self.me.clone();
        // A link leads to a moment, which passes if time does.
        let stops = matches!(source, Source::Link(_));
        let lesson = match &source {
            Source::Lesson(name) => Some(name.clone()),
            Source::Default { .. } | Source::Scenario(_) | Source::Snapshot(_) | Source::Link(_) => None,
        };
        self.ask(Request::Start(source), move |response| {
            let Some(driver) = me.upgrade() else { return };
            match response {
                Response::View(_) => {
                    if stops {
                        driver.set_mode(Mode::Paused);
                    }
                    driver.state.borrow_mut().status.lesson = lesson;
                    driver.world_began();
                    done(Ok(()));
                }
                other => done(Err(refusal(other))),
            }
        });
    }

    /// Goes on in a lesson's world without the lesson.
    pub fn leave_lesson(&self) {
        self.state.borrow_mut().status.lesson = None;
        self.publish();
    }

    /// Shows another part of the world from now on.
    pub fn show(&self, change: impl FnOnce(&mut ViewRequest)) {
        change(&mut self.state.borrow_mut().request);
        self.look();
    }

    /// Fetches a view soon, even though no time passes.
    pub fn look(&self) {
        self.state.borrow_mut().look = true;
        self.want_frame();
    }

    /// The world was changed by somebody else than the driver: it is to be kept, and looked at.
    pub(crate) fn changed(&self) {
        self.state.borrow_mut().snapshot_due = true;
        self.look();
    }

    /// Moves the chart's marks: called once a frame with what is to move and the milliseconds since;
    /// tells whether something still moves.
    pub fn set_animator(&self, animator: Option<Animator>) {
        *self.animator.borrow_mut() = animator;
        self.want_frame();
    }

    /// Takes a view of what is visible and tells the page at once.
    pub(crate) fn take_view(&self, view: View) -> Rc<Scene> {
        self.motion.borrow_mut().follow(&view.messages);
        let scene = {
            let mut state = self.state.borrow_mut();
            state.heard = view.now;
            // A journey goes on with the next look.
            state.look |= view.timeline.journey.is_some();
            let scene = Rc::new(Scene::cut(view, state.status.scene.as_deref()));
            state.status.scene = Some(scene.clone());
            scene
        };
        self.publish();
        self.want_frame();
        let waiting = self.on_running.take();
        waiting.into_iter().for_each(|call| call());
        scene
    }

    fn publish(&self) {
        let status = {
            let mut state = self.state.borrow_mut();
            state.last_published = state.last_frame.unwrap_or(0.0);
            state.status.clone()
        };
        self.listener.on_status.emit(status);
    }

    pub(crate) fn say(&self, text: impl Into<String>, is_failure: bool) {
        self.listener.on_notice.emit(Notice { text: text.into(), is_failure });
    }
}

/// Why a response is not what was asked for.
pub(crate) fn refusal(response: Response) -> String {
    match response {
        Response::Refused(why) => why,
        Response::RpcError { message, .. } => message,
        Response::Verdict { expected, found, .. } => format!("expected {expected}, found {found}"),
        Response::View(_)
        | Response::Comparison(_)
        | Response::Capacity(_)
        | Response::Analysis(_)
        | Response::Link(_)
        | Response::Preview(_)
        | Response::DryRun(_)
        | Response::Rehearsed(_)
        | Response::Found(_)
        | Response::Json(_)
        | Response::Lessons(_)
        | Response::Lesson(_)
        | Response::Step(_)
        | Response::Answer(_)
        | Response::Rpc(_)
        | Response::Snapshot { .. } => "the engine answered something else than was asked".into(),
    }
}
