//! What the visitor has opened, picked and folded: the state of the page that is not the world's.

use crate::storage;
use causeway::{
    session::view::{ContagionView, ForecastView, Subject},
    types::ChainId,
};
use std::rc::Rc;
use yew::Reducible;

/// A region that folds away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Region {
    /// The tools.
    Rail,
    /// The chart.
    Chart,
    /// The inspector.
    Inspector,
    /// The event log.
    Log,
}

impl Region {
    /// Its name in storage and in the document.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rail => "rail",
            Self::Chart => "chart",
            Self::Inspector => "inspector",
            Self::Log => "log",
        }
    }
}

/// A way to look at the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// As a sea chart.
    Chart,
    /// As tables.
    Table,
    /// As a sequence: chains across, time downwards.
    Sequence,
    /// As rings of who relies on whom, and of who has lost what.
    Contagion,
}

impl Look {
    const ALL: [Self; 4] = [Self::Chart, Self::Table, Self::Sequence, Self::Contagion];

    /// Its name in storage.
    const fn name(self) -> &'static str {
        match self {
            Self::Chart => "chart",
            Self::Table => "table",
            Self::Sequence => "sequence",
            Self::Contagion => "contagion",
        }
    }
}

/// What a visitor guesses the loss of a bridge would come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bet {
    /// The bridge's rollup.
    pub chain: ChainId,
    /// Who would default, by name.
    pub falls: Vec<String>,
    /// What would be lost in all, in whole dollars.
    pub total: u64,
    /// What the engine forecast when the guess was made, and who would default by that.
    pub forecast: Option<(ForecastView, Vec<String>)>,
}

impl Bet {
    /// A guess, beside what the engine forecasts.
    pub fn new(chain: ChainId, falls: Vec<String>, total: u64, view: &ContagionView) -> Self {
        let forecast = view.forecasts.iter().find(|forecast| forecast.chain == chain).map(|forecast| {
            let name = |place: &u32| Some(view.parties.get(*place as usize)?.name.clone());
            (forecast.clone(), forecast.falls.iter().filter_map(name).collect())
        });
        Self { chain, falls, total, forecast }
    }
}

/// A dialog that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// To spawn a rollup.
    Spawn,
    /// To send a message from one chain to another, where they were picked already.
    Send(Option<ChainId>, Option<ChainId>),
    /// To send transactions on several rollups together.
    Bundle,
    /// To carry a trade out in two futures.
    Rehearse,
    /// To break something, on a chain that was picked already.
    Break(Option<ChainId>),
    /// To remove a rollup for ever.
    Remove(ChainId),
    /// To start another world.
    NewWorld,
    /// To share this moment.
    Share,
    /// To open the world of a link.
    OpenLink(String),
    /// To open another future here.
    Fork,
    /// To see two futures side by side.
    Compare(u32),
    /// To choose a lesson.
    Lessons,
    /// To have transfers sent on a chain.
    Traffic(Option<ChainId>),
    /// To measure how much the chains carry.
    Capacity,
    /// To look up a word.
    Glossary,
    /// Keys and settings.
    Help,
}

/// Something that the page says to the visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What.
    pub text: String,
    /// Whether something failed.
    pub is_failure: bool,
}

/// The state of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ui {
    /// What the inspector shows.
    pub subject: Option<Subject>,
    /// What it showed before, newest last.
    pub back: Vec<Subject>,
    /// The open dialog.
    pub dialog: Option<Dialog>,
    /// Regions that are folded away.
    pub folded: Vec<Region>,
    /// What stands in the place of the chart.
    pub look: Look,
    /// What the visitor guessed about a failure.
    pub bet: Option<Rc<Bet>>,
    /// A line of the log that was pointed at, and how often one was.
    pub pointed: Option<(u64, u32)>,
    /// First log line wanted; none follows the newest.
    pub log_from: Option<u64>,
    /// How many log lines are wanted.
    pub log_lines: u32,
    /// What the page says.
    pub notice: Option<Notice>,
    /// Whether the visitor has done the first thing.
    pub welcomed: bool,
    /// Whether marks on the chart stand still.
    pub still: bool,
    /// Whether single keys do something.
    pub keys: bool,
}

/// The system's wish that nothing moves.
const STILLNESS: &str = "(prefers-reduced-motion: reduce)";

/// Whether the page is as narrow as a phone.
pub fn is_narrow() -> bool {
    matches_media("(max-width: 720px)")
}

/// Whether a media query holds now.
fn matches_media(query: &str) -> bool {
    web_sys::window().and_then(|window| window.match_media(query).ok()?).is_some_and(|query| query.matches())
}

/// Most steps that the back button remembers.
const BACK_MAX: usize = 50;

/// A change of the page.
#[derive(Clone, Debug)]
pub enum UiAction {
    /// Shows something in the inspector.
    Inspect(Subject),
    /// Shows what the inspector showed before.
    Back,
    /// Empties the inspector.
    Close,
    /// Opens a dialog.
    Open(Dialog),
    /// Closes the dialog.
    Shut,
    /// A dialog was closed, whatever was opened since.
    WasShut(Option<Dialog>),
    /// Folds or unfolds a region.
    Fold(Region),
    /// Shows the world in another way.
    Look(Look),
    /// Shows what a failure costs, where the chart stands.
    Flood,
    /// Guesses what a failure would do, or takes the guess back.
    Bet(Option<Rc<Bet>>),
    /// Shows a line of the log.
    Point(u64),
    /// Shows another window of the log.
    Log(Option<u64>, u32),
    /// Says something, or nothing any more.
    Say(Option<Notice>),
    /// The first thing was done.
    Welcomed,
    /// Lets marks on the chart move, or not.
    Still(bool),
    /// Lets single keys do something, or not.
    Keys(bool),
    /// Another world runs: what was picked belongs to the old one.
    Reset,
}

impl Ui {
    /// The state of a visit, with what an earlier one left.
    pub fn remembered() -> Self {
        let folds = storage::get("folded");
        let narrow = is_narrow();
        let folded = match folds {
            Some(names) => [Region::Rail, Region::Chart, Region::Inspector, Region::Log]
                .into_iter()
                .filter(|region| names.split(' ').any(|name| name == region.name()))
                .collect(),
            None if narrow => vec![Region::Log],
            None => vec![],
        };
        Self {
            subject: None,
            back: vec![],
            dialog: None,
            folded,
            look: Look::ALL
                .into_iter()
                .find(|look| storage::get("look").as_deref() == Some(look.name()))
                .unwrap_or(Look::Chart),
            bet: None,
            pointed: None,
            log_from: None,
            log_lines: 40,
            notice: None,
            welcomed: storage::get("welcomed").is_some(),
            still: storage::get("still").map_or_else(|| matches_media(STILLNESS), |value| value == "yes"),
            keys: storage::get("keys").is_none_or(|value| value == "yes"),
        }
    }

    /// Whether a region is folded away.
    pub fn is_folded(&self, region: Region) -> bool {
        self.folded.contains(&region)
    }
}

impl Reducible for Ui {
    type Action = UiAction;

    fn reduce(self: Rc<Self>, action: UiAction) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            UiAction::Inspect(subject) if next.subject.as_ref() == Some(&subject) => {}
            UiAction::Inspect(subject) => {
                if let Some(before) = next.subject.replace(subject) {
                    next.back.push(before);
                    let over = next.back.len().saturating_sub(BACK_MAX);
                    next.back.drain(..over);
                }
            }
            UiAction::Back => next.subject = next.back.pop(),
            UiAction::Close => {
                next.subject = None;
                next.back.clear();
            }
            UiAction::Open(dialog) => next.dialog = Some(dialog),
            UiAction::Shut => next.dialog = None,
            UiAction::WasShut(shut) => {
                if next.dialog == shut {
                    next.dialog = None;
                }
            }
            UiAction::Fold(region) => {
                if next.is_folded(region) {
                    next.folded.retain(|other| *other != region);
                } else {
                    next.folded.push(region);
                }
                let names: Vec<&str> = next.folded.iter().map(|region| region.name()).collect();
                storage::set("folded", &names.join(" "));
            }
            UiAction::Look(look) => {
                next.look = look;
                storage::set("look", look.name());
            }
            // Whoever reads tables goes on to read them, and the next visit begins as this one.
            UiAction::Flood if next.look == Look::Chart => next.look = Look::Contagion,
            UiAction::Flood => {}
            UiAction::Bet(bet) => next.bet = bet,
            UiAction::Point(line) => {
                let times = next.pointed.map_or(0, |(_, times)| times);
                next.pointed = Some((line, times + 1));
                next.log_from = Some(line.saturating_sub(10));
                next.folded.retain(|region| *region != Region::Log);
            }
            UiAction::Log(from, lines) => {
                next.log_from = from;
                next.log_lines = lines;
            }
            UiAction::Say(notice) => next.notice = notice,
            UiAction::Welcomed => {
                next.welcomed = true;
                storage::set("welcomed", "yes");
            }
            UiAction::Still(still) => {
                next.still = still;
                storage::set("still", if still { "yes" } else { "no" });
            }
            UiAction::Keys(keys) => {
                next.keys = keys;
                storage::set("keys", if keys { "yes" } else { "no" });
            }
            UiAction::Reset => {
                next.subject = None;
                next.back.clear();
                next.bet = None;
                next.pointed = None;
                next.log_from = None;
            }
        }
        Rc::new(next)
    }
}
