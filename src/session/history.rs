//! Time travel: to and fro on a branch, other futures, undoing and redoing.

use super::{
    Session,
    branch::{Branch, Goal, Position},
    describe,
    timeline::{BranchView, DeedView, Journey, Timeline, Travel},
};
use crate::{
    command::Command,
    types::Time,
    world::{Done, OrderError},
};

/// Why time cannot be travelled so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TravelError {
    /// Nothing was broken in this future.
    #[error("expected a future in which something was broken, found none")]
    NothingBroken,
    /// Nothing was done.
    #[error("undo: expected something that you did, found nothing on this branch")]
    NothingToUndo,
    /// Nothing was undone.
    #[error("redo: expected something that was undone, found nothing")]
    NothingToRedo,
    /// What was to be done, again or instead, is refused.
    #[error(transparent)]
    Refused(#[from] OrderError),
    /// There is no such branch.
    #[error("branch: expected one of {known:?}, found {found}")]
    UnknownBranch {
        /// What there is.
        known: Vec<u32>,
        /// What was asked for.
        found: u32,
    },
    /// The shown branch cannot be dropped.
    #[error("branch: expected another than the one that is shown, found {0}")]
    Shown(u32),
    /// There are too many branches.
    #[error("branches: expected at most {most}; drop one first")]
    TooMany {
        /// Most allowed.
        most: usize,
    },
    /// A name is empty or too long.
    #[error("branch.name: expected 1 to {most} characters, found {found}")]
    Name {
        /// Most characters.
        most: usize,
        /// How many there are.
        found: usize,
    },
    /// A moment lies too far ahead.
    #[error("moment: expected at most {most}, found {found}")]
    TooFar {
        /// The last moment.
        most: Time,
        /// What was asked for.
        found: Time,
    },
}

/// Deeds that a page is told of.
const DEEDS_SHOWN: usize = 60;
/// Parts into which a page divides its scrubber.
const TICKS: usize = 4;

impl Session {
    /// Most branches of a visit.
    pub const BRANCHES_MAX: usize = 16;
    /// Most characters of a branch's name.
    pub const NAME_MAX: usize = 40;
    /// The last moment that can be gone to: ten years.
    pub const TIME_MAX: Time = Time::new(3_660 * 86_400_000);

    /// Carries out a command now. On an error nothing changed. What lay ahead of the moment stays as a
    /// branch of its own if anything was done in it.
    pub fn dispatch(&mut self, command: &Command) -> Result<Done, OrderError> {
        let done = self.act(command)?;
        self.undone.clear();
        Ok(done)
    }

    fn act(&mut self, command: &Command) -> Result<Done, OrderError> {
        self.arrive();
        let kept = (!self.branch().is_at_its_end()).then(|| self.branch().clone());
        let done = self.branch_mut().act(command)?;
        if let Some(kept) = kept {
            self.keep_future(kept);
        }
        Ok(done)
    }

    /// Keeps a branch as it was before its past was changed, under a name that says so. The oldest that
    /// was kept so makes room if there is none.
    fn keep_future(&mut self, mut kept: Branch) {
        if self.branches.len() >= Self::BRANCHES_MAX {
            let current = self.current;
            match self.branches.iter().position(|branch| branch.id != current) {
                Some(oldest) => drop(self.branches.remove(oldest)),
                None => return,
            }
        }
        let here = self.branch().position();
        kept.id = self.next_branch;
        self.next_branch += 1;
        kept.parent = Some((self.current, here));
        kept.name = format!("{} before the change", first_characters(&kept.name, 22));
        self.branches.push(kept);
    }

    /// Moves through time; see [`Travel`]. A journey may take more than one request: until there is no
    /// [`Timeline::journey`] any more, [`Session::go_on`] continues it.
    pub fn travel(&mut self, travel: &Travel) -> Result<(), TravelError> {
        match travel {
            Travel::To(moment) if *moment > Self::TIME_MAX => {
                return Err(TravelError::TooFar { most: Self::TIME_MAX, found: *moment });
            }
            Travel::To(moment) => self.branch_mut().set_out(Goal::Moment(*moment)),
            Travel::ToLine(line) => self.seek_line(*line),
            Travel::Stop => self.branch_mut().goal = None,
            Travel::Into => self.enter_next(),
            Travel::Over => self.over(),
            Travel::Back => self.back(),
            Travel::Undo => self.undo()?,
            Travel::Redo => self.redo()?,
            Travel::Fork(name) => self.fork(name)?,
            Travel::Instead(command) => self.instead(command)?,
            Travel::Switch(id) => {
                self.check_branch(*id)?;
                self.current = *id;
                self.undone.clear();
            }
            Travel::Forget(id) if *id == self.current => return Err(TravelError::Shown(*id)),
            Travel::Forget(id) => {
                self.check_branch(*id)?;
                self.branches.retain(|branch| branch.id != *id);
            }
        }
        Ok(())
    }

    /// Continues a journey for as long as `go_on` says so; tells whether there is none any more.
    pub fn go_on(&mut self, go_on: &mut dyn FnMut() -> bool) -> bool {
        self.branch_mut().go_on(go_on)
    }

    /// Ends a journey, however long it takes.
    pub(super) fn arrive(&mut self) {
        self.go_on(&mut || true);
    }

    fn check_branch(&self, id: u32) -> Result<(), TravelError> {
        if self.branches.iter().any(|branch| branch.id == id) {
            return Ok(());
        }
        let known = self.branches.iter().map(|branch| branch.id).collect();
        Err(TravelError::UnknownBranch { known, found: id })
    }

    fn enter_next(&mut self) {
        self.arrive();
        let here = self.branch().position();
        let branch = self.branch_mut();
        // A deed that lies ahead comes before the next event.
        let deeds = u64::from(branch.has_deed_here());
        let events = here.events + 1 - deeds;
        let next = Position { events, deeds: here.deeds + deeds, at: here.at };
        branch.advance(Goal::Position(next), &mut || true);
    }

    /// Events with nothing to be seen may lie between; there is no end to them only in a dead world.
    fn over(&mut self) {
        self.arrive();
        let before = self.world().trace().facts().len();
        while let Some(next) = self.world().next_event() {
            self.branch_mut().advance(Goal::Moment(next), &mut || true);
            if self.world().trace().facts().len() > before {
                break;
            }
        }
    }

    fn back(&mut self) {
        self.arrive();
        let now = self.world().now();
        let facts = self.world().trace().facts();
        let before = facts.iter().rev().map(|(at, _)| *at).find(|at| *at < now);
        self.branch_mut().set_out(Goal::Moment(before.unwrap_or(Time::ZERO)));
    }

    fn seek_line(&mut self, line: u64) {
        let facts = self.branch().farthest().trace().facts();
        let all = facts.len();
        let before = usize::try_from(line).unwrap_or(all).min(all).checked_sub(1);
        let moment = before.and_then(|place| facts.get(place)).map_or(Time::ZERO, |(at, _)| *at);
        self.branch_mut().set_out(Goal::Moment(moment));
    }

    fn undo(&mut self) -> Result<(), TravelError> {
        self.arrive();
        let before = self.branch().before_last_deed().ok_or(TravelError::NothingToUndo)?;
        let command = self.branch().deed(before.deeds).map(|deed| deed.command.clone());
        let kept = (!self.branch().is_at_its_end()).then(|| self.branch().clone());
        self.branch_mut().set_out(Goal::Position(before));
        self.arrive();
        self.branch_mut().forget_future();
        self.undone.extend(command);
        if let Some(kept) = kept {
            self.keep_future(kept);
        }
        Ok(())
    }

    fn redo(&mut self) -> Result<(), TravelError> {
        let command = self.undone.pop().ok_or(TravelError::NothingToRedo)?;
        self.act(&command)?;
        Ok(())
    }

    fn fork(&mut self, name: &str) -> Result<(), TravelError> {
        let found = name.trim().chars().count();
        if !(1..=Self::NAME_MAX).contains(&found) {
            return Err(TravelError::Name { most: Self::NAME_MAX, found });
        }
        if self.branches.len() >= Self::BRANCHES_MAX {
            return Err(TravelError::TooMany { most: Self::BRANCHES_MAX });
        }
        self.arrive();
        let mut fork = self.branch().clone();
        fork.parent = Some((fork.id, fork.position()));
        fork.id = self.next_branch;
        fork.name = name.trim().into();
        fork.forget_future();
        self.next_branch += 1;
        self.current = fork.id;
        self.branches.push(fork);
        self.undone.clear();
        Ok(())
    }

    /// The same failures in a world in which something else was done first. On an error nothing changed.
    fn instead(&mut self, command: &Command) -> Result<(), TravelError> {
        self.arrive();
        let mut tried = self.clone();
        let now = tried.world().now();
        let deeds = tried.branch().deeds.clone();
        let done = usize::try_from(tried.branch().done).unwrap_or(usize::MAX);
        let first = deeds.iter().take(done).position(|deed| deed.command.is_failure());
        let first = first.ok_or(TravelError::NothingBroken)?;
        let name = first_characters(&describe::command(tried.world(), command), Self::NAME_MAX);
        let before =
            deeds.get(first).map(|deed| Position { events: deed.events, deeds: first as u64, at: deed.at });
        tried.branch_mut().set_out(Goal::Position(before.unwrap_or_default()));
        tried.fork(name.trim_end_matches('.'))?;
        tried.dispatch(command)?;
        let left = tried.world().now();
        for deed in deeds.iter().take(done).skip(first) {
            let after = deed.at.since(left);
            let again = match &deed.command {
                // Put off once more, it keeps its moment.
                Command::Later { after: wait, command } => {
                    Command::Later { after: after.plus(*wait), command: command.clone() }
                }
                other => Command::Later { after, command: Box::new(other.clone()) },
            };
            tried.dispatch(&again)?;
        }
        tried.branch_mut().set_out(Goal::Moment(now));
        *self = tried;
        Ok(())
    }

    /// Where in time the session is.
    pub(super) fn timeline(&self) -> Timeline {
        let branch = self.branch();
        let say = |command: &Command| describe::command(self.world(), command);
        let first = branch.deeds.len().saturating_sub(DEEDS_SHOWN);
        let deeds = branch.deeds.iter().zip(0u64..).skip(first).map(|(deed, index)| DeedView {
            at: deed.at,
            line: deed.line,
            text: say(&deed.command),
            is_ahead: index >= branch.done,
        });
        let last = branch.before_last_deed().and_then(|before| branch.deed(before.deeds));
        let facts = branch.farthest().trace().facts();
        let ticks = (0..=TICKS).filter_map(|tick| {
            let line = facts.len() * tick / TICKS;
            facts.get(line.saturating_sub(1)).map(|(at, _)| (line as u64, *at))
        });
        Timeline {
            lines: facts.len() as u64,
            line: self.world().trace().facts().len() as u64,
            ticks: ticks.collect(),
            events: self.world().events(),
            horizon: branch.horizon.at.max(self.world().now()),
            branch: branch.id,
            branches: self.branches.iter().map(branch_view).collect(),
            deeds: deeds.collect(),
            undo: last.map(|deed| say(&deed.command)),
            redo: self.undone.last().map(say),
            journey: branch.goal.map(|goal| journey(branch, goal)),
            differs_from_link: self.differs_from_link(),
        }
    }
}

fn branch_view(branch: &Branch) -> BranchView {
    BranchView {
        id: branch.id,
        name: branch.name.clone(),
        parent: branch.parent.map(|(id, position)| (id, position.at)),
        now: branch.world.now(),
        horizon: branch.horizon.at.max(branch.world.now()),
        deeds: branch.deeds.len() as u64,
    }
}

fn journey(branch: &Branch, goal: Goal) -> Journey {
    let to = match goal {
        Goal::Moment(moment) => moment,
        Goal::Position(position) => position.at,
    };
    let permille = branch.world.now().millis().saturating_mul(1000) / to.millis().max(1);
    Journey { to, permille: u32::try_from(permille).unwrap_or(1000).min(1000) }
}

fn first_characters(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
