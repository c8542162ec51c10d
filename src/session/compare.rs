//! Two branches side by side at one moment: figures that differ, and the first thing that does.

use super::{
    Session,
    branch::Goal,
    describe,
    history::TravelError,
    timeline::{ComparedRow, Comparison, Difference},
    view::{LogLine, ViewRequest},
    watch::{chain_ids, view_of},
};
use crate::{
    messaging::Stage,
    types::{Amount, ChainId, Gather as _},
    world::{TEST_TOKEN_SYMBOL, World},
};
use std::collections::BTreeSet;

/// Rows that a comparison gives at most.
const ROWS_MAX: usize = 200;

impl Session {
    /// Brings another branch to the moment of the one that is shown, as far as `go_on` allows, and says
    /// how the two differ.
    pub fn compare(
        &mut self,
        with: u32,
        view: &ViewRequest,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<Comparison, TravelError> {
        self.arrive();
        let now = self.world().now();
        let known: Vec<u32> = self.branches.iter().map(|branch| branch.id).collect();
        let unknown = TravelError::UnknownBranch { known, found: with };
        if with == self.current {
            return Err(TravelError::Shown(with));
        }
        let other = self.branches.iter_mut().find(|branch| branch.id == with).ok_or(unknown)?;
        if other.goal.is_none() && other.world.now() != now {
            other.set_out(Goal::Moment(now));
        }
        other.go_on(go_on);
        let is_ready = other.goal.is_none() && other.world.now() == now;
        let other = other.world.clone();
        let (here, there) = (self.world(), &other);
        let (difference, rows) =
            if is_ready { (difference(here, there), rows(here, there)) } else { (None, Vec::new()) };
        let other = Box::new(view_of(there, view));
        Ok(Comparison { with, is_ready, other, difference, rows })
    }
}

/// Both traces begin alike, so halving would do if facts could not be equal again after a difference;
/// they can, so they are compared one by one.
fn difference(here: &World, there: &World) -> Option<Difference> {
    let (ours, theirs) = (here.trace().facts(), there.trace().facts());
    let same = ours.iter().zip(theirs.iter()).take_while(|(a, b)| a == b).count();
    let line = |world: &World| -> Option<LogLine> {
        let (at, fact) = world.trace().facts().get(same)?;
        Some(describe::log_line(world, same as u64, *at, fact))
    };
    let (here, there) = (line(here), line(there));
    let at = [&here, &there].into_iter().flatten().map(|line| line.at).min()?;
    Some(Difference { at, here, there })
}

fn rows(here: &World, there: &World) -> Vec<ComparedRow> {
    let mut rows = Vec::new();
    let mut row = |chain: Option<ChainId>, name: String, a: String, b: String| {
        if a != b && rows.len() < ROWS_MAX {
            rows.push(ComparedRow { chain, name, here: a, there: b });
        }
    };
    let messages = |world: &World, stage: Option<Stage>| {
        let of_stage = |at: &Stage| stage.is_none_or(|stage| *at == stage);
        world.book().messages().iter().filter(|message| of_stage(&message.stage())).count().to_string()
    };
    for (name, stage) in [
        ("messages", None),
        ("messages delivered", Some(Stage::Delivered)),
        ("messages failed", Some(Stage::Failed)),
    ] {
        row(None, name.into(), messages(here, stage), messages(there, stage));
    }
    let chains: BTreeSet<ChainId> = [here, there].into_iter().flat_map(chain_ids).gather();
    for id in chains {
        let head = |world: &World| {
            world.chain(id).map_or("absent".into(), |chain| chain.head().number().to_string())
        };
        row(Some(id), "newest block".into(), head(here), head(there));
        let count = |world: &World| {
            world.chain(id).map_or("absent".into(), |chain| chain.transaction_count().to_string())
        };
        row(Some(id), "transactions".into(), count(here), count(there));
        for (name, person) in here.people().iter() {
            let ether = |world: &World| {
                world.chain(id).map_or("absent".into(), |chain| {
                    format!("{} ETH", Amount::new(chain.state().balance(person)))
                })
            };
            row(Some(id), format!("{name}, ether"), ether(here), ether(there));
            let token = |world: &World| {
                let absent = world.chain(id).is_none();
                let amount = world.token_balance(id, person);
                if absent { "absent".into() } else { format!("{amount} {TEST_TOKEN_SYMBOL}") }
            };
            row(Some(id), format!("{name}, {TEST_TOKEN_SYMBOL}"), token(here), token(there));
        }
    }
    rows
}
