//! One future of a world: what its visitor did and when, how far it was seen, and checkpoints to go back
//! to. A checkpoint is a clone of the world; between two of them the world is computed again, which gives
//! the same, since nothing but the visitor's deeds comes from outside.

use crate::{
    command::Command,
    types::Time,
    world::{Done, OrderError, World},
};
use imbl::{OrdMap, Vector};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A place in a branch: so many events happened and so many deeds were done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Events since the world began.
    pub events: u64,
    /// Deeds since the world began.
    pub deeds: u64,
    /// What the clock shows.
    pub at: Time,
}

/// Something that the visitor did, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// Events that had happened before it.
    pub events: u64,
    /// Lines that the log had before it.
    pub line: u64,
    /// When.
    pub at: Time,
    /// What.
    pub command: Command,
}

/// Where to go in a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// The moment, with all that happens in it.
    Moment(Time),
    /// Exactly there.
    Position(Position),
}

/// What comes next on the way to a goal.
enum Next {
    Deed(Arc<Deed>),
    Event(Time),
    Clock(Time),
}

/// See the file's first lines. Cloning shares everything.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    pub(super) id: u32,
    pub(super) name: String,
    /// The branch that it left, and where.
    pub(super) parent: Option<(u32, Position)>,
    pub(super) world: World,
    /// How many deeds were done in `world`; those after them lie in its future.
    pub(super) done: u64,
    pub(super) deeds: Vector<Arc<Deed>>,
    /// The farthest that was seen.
    pub(super) horizon: Position,
    /// The world that was left for the past, farther on than `world`.
    far: Option<World>,
    /// Where it is on its way to.
    pub(super) goal: Option<Goal>,
    marks: OrdMap<(u64, u64), Arc<World>>,
    /// Events between two checkpoints.
    interval: u64,
}

impl Branch {
    /// Events between two checkpoints, as long as they are few.
    const INTERVAL: u64 = 64;
    /// Most checkpoints; beyond, every other one is dropped.
    const MARKS_MAX: usize = 2048;
    /// So many of the last deeds keep the checkpoint before them, so that undoing them takes no time.
    const UNDO_AT_ONCE: u64 = 32;

    /// The beginning of a world.
    pub(super) fn new(id: u32, name: String, world: World) -> Self {
        let mut branch = Self {
            id,
            name,
            parent: None,
            world,
            done: 0,
            deeds: Vector::new(),
            horizon: Position::default(),
            far: None,
            goal: None,
            marks: OrdMap::new(),
            interval: Self::INTERVAL,
        };
        branch.horizon = branch.position();
        branch.mark();
        branch
    }

    /// Where it is.
    pub(super) fn position(&self) -> Position {
        Position { events: self.world.events(), deeds: self.done, at: self.world.now() }
    }

    /// Whether it is where it was last seen, with nothing known after it.
    pub(super) fn is_at_its_end(&self) -> bool {
        self.done == self.deeds.len() as u64
    }

    /// Whether the goal lies behind what the world is now.
    fn is_behind(&self, goal: Goal) -> bool {
        let here = self.position();
        match goal {
            Goal::Moment(moment) => moment < here.at,
            Goal::Position(position) => position < here,
        }
    }

    /// Goes back to the nearest checkpoint, if the goal lies behind, or jumps ahead to one before it.
    pub(super) fn set_out(&mut self, goal: Goal) {
        let here = (self.world.events(), self.done);
        let key = self.nearest_mark(goal);
        let behind = self.is_behind(goal);
        if let Some(key) = key
            && (behind || key > here)
            && let Some(world) = self.marks.get(&key)
        {
            let left = std::mem::replace(&mut self.world, World::clone(world));
            if left.events() >= self.farthest().events() {
                self.far = Some(left);
            }
            self.done = key.1;
        }
        self.goal = Some(goal);
    }

    /// The last checkpoint that is not after the goal.
    fn nearest_mark(&self, goal: Goal) -> Option<(u64, u64)> {
        match goal {
            Goal::Position(position) => {
                let up_to = (position.events, position.deeds);
                self.marks.range(..=up_to).next_back().map(|(key, _)| *key)
            }
            // Keys rise with time, so halving finds the last one in time.
            Goal::Moment(moment) => {
                let all: Vec<_> = self.marks.iter().collect();
                let after = all.partition_point(|(_, world)| world.now() <= moment);
                after.checked_sub(1).and_then(|place| all.get(place)).map(|(key, _)| **key)
            }
        }
    }

    /// Goes towards the goal that is set; tells whether it is there, or there is none.
    pub(super) fn go_on(&mut self, go_on: &mut dyn FnMut() -> bool) -> bool {
        let Some(goal) = self.goal else { return true };
        if self.advance(goal, go_on) {
            self.goal = None;
        }
        self.goal.is_none()
    }

    /// Moves forward to a goal, event by event, as long as `go_on` says so; deeds that lie on the way are
    /// done again. Tells whether it is there.
    pub(super) fn advance(&mut self, goal: Goal, go_on: &mut dyn FnMut() -> bool) -> bool {
        loop {
            match self.next(goal) {
                Next::Deed(deed) => {
                    self.mark();
                    self.world.wait_until(deed.at);
                    // It was taken when it was first done. One that a link from elsewhere brought may be
                    // refused, and then changes nothing.
                    let _ = self.world.dispatch(&deed.command);
                    self.done += 1;
                }
                Next::Event(at) => {
                    self.world.step_until(at);
                    if self.world.events().is_multiple_of(self.interval) {
                        self.mark();
                    }
                }
                Next::Clock(at) => {
                    self.world.wait_until(at);
                    self.horizon = self.horizon.max(self.position());
                    return true;
                }
            }
            self.horizon = self.horizon.max(self.position());
            if !go_on() {
                return false;
            }
        }
    }

    fn next(&self, goal: Goal) -> Next {
        let due = self.deed(self.done).filter(|deed| deed.events <= self.world.events());
        let event = self.world.next_event();
        match goal {
            Goal::Moment(moment) => match (due, event) {
                (Some(deed), _) if deed.at <= moment => Next::Deed(deed.clone()),
                (None, Some(at)) if at <= moment => Next::Event(at),
                _ => Next::Clock(moment),
            },
            Goal::Position(position) => match (due, event) {
                (Some(deed), _) if self.done < position.deeds => Next::Deed(deed.clone()),
                (_, Some(at)) if self.world.events() < position.events => Next::Event(at),
                _ => Next::Clock(position.at),
            },
        }
    }

    /// Keeps the world as it is now.
    fn mark(&mut self) {
        let key = (self.world.events(), self.done);
        if self.marks.contains_key(&key) {
            return;
        }
        self.marks.insert(key, Arc::new(self.world.clone()));
        if self.marks.len() > Self::MARKS_MAX {
            self.interval *= 2;
            let interval = self.interval;
            let recent = self.done.saturating_sub(Self::UNDO_AT_ONCE);
            let keep = |(events, deeds): &(u64, u64)| events.is_multiple_of(interval) || *deeds >= recent;
            let kept = self.marks.iter().filter(|(key, _)| keep(key));
            self.marks = kept.map(|(key, world)| (*key, world.clone())).collect();
        }
    }

    /// Does something new here. What lay ahead is no future of it any more. On an error nothing changed.
    pub(super) fn act(&mut self, command: &Command) -> Result<Done, OrderError> {
        let mut next = self.world.clone();
        let done = next.dispatch(command)?;
        self.forget_future();
        let deed = Deed {
            events: self.world.events(),
            line: self.world.trace().facts().len() as u64,
            at: self.world.now(),
            command: command.clone(),
        };
        self.deeds.push_back(Arc::new(deed));
        self.world = next;
        self.done += 1;
        self.mark();
        self.horizon = self.position();
        Ok(done)
    }

    /// Knows what lies ahead: deeds that were done elsewhere, and how far that went.
    pub(super) fn foresee(&mut self, deeds: Vector<Arc<Deed>>, horizon: Position) {
        self.deeds = deeds;
        self.horizon = self.horizon.max(horizon);
    }

    /// Is at this world from now on, in which so many deeds were done.
    pub(super) fn land(&mut self, world: World, done: u64) {
        self.world = world;
        self.done = done;
        self.goal = None;
        self.horizon = self.horizon.max(self.position());
        self.mark();
    }

    /// Where it will be once it has arrived.
    pub(super) fn destination(&self) -> Position {
        match self.goal {
            Some(Goal::Position(position)) => position,
            Some(Goal::Moment(_)) | None => self.position(),
        }
    }

    /// The deed of that number.
    pub(super) fn deed(&self, number: u64) -> Option<&Arc<Deed>> {
        self.deeds.get(usize::try_from(number).ok()?)
    }

    /// Whether a deed lies ahead that comes before the next event.
    pub(super) fn has_deed_here(&self) -> bool {
        self.deed(self.done).is_some_and(|deed| deed.events <= self.world.events())
    }

    /// Forgets what lies after the position.
    pub(super) fn forget_future(&mut self) {
        let here = (self.world.events(), self.done);
        self.deeds.truncate(usize::try_from(self.done).unwrap_or(usize::MAX));
        // What was kept here may be of a later moment, with no event between.
        while let Some(&(later, _)) = self.marks.get_max()
            && later >= here
        {
            self.marks.remove(&later);
        }
        self.far = None;
        self.mark();
        self.horizon = self.position();
    }

    /// The world with the longest log of this branch.
    pub(super) fn farthest(&self) -> &World {
        self.far.as_ref().filter(|far| far.events() > self.world.events()).unwrap_or(&self.world)
    }

    /// The position before the last deed that was done.
    pub(super) fn before_last_deed(&self) -> Option<Position> {
        let index = self.done.checked_sub(1)?;
        let deed = self.deeds.get(usize::try_from(index).ok()?)?;
        Some(Position { events: deed.events, deeds: index, at: deed.at })
    }
}
