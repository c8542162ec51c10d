//! The view of a world, and the answers to a page's requests.

use super::{
    Session, contagion, describe, inspect, lesson,
    protocol::{Request, Response, Source},
    sequencer,
    timeline::Timeline,
    view::{
        Cargo as Kind, ChainView, Flow, LogLine, MessageView, PassedStage, Person, TokenView, View,
        ViewRequest,
    },
    waiting,
};
use crate::{
    contracts::{addresses, reserves},
    messaging::{Cargo, Message},
    rollup::{Ordering, Rollup, Settlement},
    scenario::{Lesson, Scenario},
    types::{Amount, BlockNumber, ChainId, Span},
    world::{TEST_TOKEN_SYMBOL, World},
};
use std::collections::BTreeMap;

impl Session {
    /// The beginning of what a page asks for.
    pub fn start(source: &Source) -> Result<Self, String> {
        let begin = |scenario: &Scenario| Self::new(scenario).map_err(|error| error.to_string());
        match source {
            Source::Default { seed } => {
                let mut scenario = Scenario::default_world();
                scenario.seed = seed.unwrap_or(scenario.seed);
                begin(&scenario)
            }
            Source::Scenario(text) => begin(&Scenario::from_json(text).map_err(|error| error.to_string())?),
            Source::Snapshot(bytes) => Self::restore(bytes).map_err(|error| error.to_string()),
            Source::Link(text) => Self::open_link(text).map_err(|error| error.to_string()),
            Source::Lesson(name) => begin(&Lesson::named(name).map_err(|error| error.to_string())?.scenario),
        }
    }

    /// Answers a page's request. `go_on` is asked after each event and says whether the page has time
    /// for more.
    pub fn handle(&mut self, request: &Request, go_on: &mut dyn FnMut() -> bool) -> Response {
        match request {
            Request::Start(source) => match Self::start(source) {
                Ok(session) => {
                    *self = session;
                    self.response(&ViewRequest::default())
                }
                Err(reason) => Response::Refused(reason),
            },
            Request::Frame { millis, view } => {
                let until = self.world().now().plus(Span::millis(*millis));
                if self.go_on(go_on) {
                    self.run_while(until, go_on);
                }
                self.response(view)
            }
            Request::Until { until, view } => {
                self.run_while(*until, go_on);
                self.response(view)
            }
            Request::Dispatch(command, view) => match self.dispatch(command) {
                Ok(_) => self.response(view),
                Err(error) => Response::Refused(error.to_string()),
            },
            Request::Travel(travel, view) => match self.travel(travel) {
                Ok(()) => {
                    self.go_on(go_on);
                    self.response(view)
                }
                Err(error) => Response::Refused(error.to_string()),
            },
            Request::Compare(with, view) => match self.compare(*with, view, go_on) {
                Ok(comparison) => Response::Comparison(Box::new(comparison)),
                Err(error) => Response::Refused(error.to_string()),
            },
            Request::Capacity(step) => match self.capacity(*step, go_on) {
                Ok(view) => Response::Capacity(view),
                Err(reason) => Response::Refused(reason),
            },
            Request::Analysis(step) => match self.analysis(step, go_on) {
                Ok(view) => Response::Analysis(Box::new(view)),
                Err(reason) => Response::Refused(reason),
            },
            Request::Ask(query) => match self.world().ask(query) {
                Ok(answer) => Response::Answer(answer),
                Err(error) => Response::Refused(error.to_string()),
            },
            Request::Check(predicate) => match self.check(predicate) {
                Ok(verdict) => verdict.into(),
                Err(error) => Response::Refused(error.to_string()),
            },
            Request::Snapshot => {
                Response::Snapshot { bytes: self.snapshot().into(), digest: self.world().digest() }
            }
            Request::Link => match self.link() {
                Ok(text) => Response::Link(text),
                Err(error) => Response::Refused(error.to_string()),
            },
            Request::Preview(text) => match Self::preview(text) {
                Ok(preview) => Response::Preview(Box::new(preview)),
                Err(error) => Response::Refused(error.to_string()),
            },
            Request::DryRun(order) => match sequencer::dry_run(self.world(), order) {
                Ok(dry_run) => Response::DryRun(Box::new(dry_run)),
                Err(error) => Response::Refused(error.to_string()),
            },
            Request::Rehearse(order) => match self.rehearse(order) {
                Ok(found) => Response::Rehearsed(Box::new(found)),
                Err(reason) => Response::Refused(reason),
            },
            Request::Search(wanted) => Response::Found(self.search(wanted, go_on)),
            Request::Json(asked) => self.handle_json(asked, go_on),
            Request::Lessons => Response::Lessons(lesson::glances()),
            Request::Lesson(name) => match lesson::view(name) {
                Ok(view) => Response::Lesson(Box::new(view)),
                Err(reason) => Response::Refused(reason),
            },
            Request::Step { lesson, step } => match self.step_verdict(lesson, *step) {
                Ok(verdict) => Response::Step(verdict),
                Err(reason) => Response::Refused(reason),
            },
            Request::Rpc { .. } => {
                Response::Refused("rpc: expected a caller that serves it (rpc::serve)".into())
            }
        }
    }

    fn response(&self, request: &ViewRequest) -> Response {
        Response::View(Box::new(self.view(request)))
    }

    /// The world as a page shows it.
    pub fn view(&self, request: &ViewRequest) -> View {
        View { timeline: self.timeline(), ..view_of(self.world(), request) }
    }
}

/// A world as a page shows it, without its past.
pub(super) fn view_of(world: &World, request: &ViewRequest) -> View {
    let (log, log_count) = log_window(world, request);
    View {
        now: world.now(),
        unix_seconds: world.unix_seconds(),
        next_event: world.next_event(),
        title: world.title().into(),
        summary: world.summary().into(),
        seed: world.seed(),
        digest: world.digest(),
        chains: chain_ids(world).filter_map(|id| chain_view(world, id)).collect(),
        flows: flows(world),
        messages: messages(world, request.messages.min(ViewRequest::MESSAGES_MAX)),
        message_count: world.book().messages().len() as u64,
        log,
        log_count,
        inspected: request.inspect.as_ref().and_then(|subject| inspect::inspect(world, subject)),
        people: people(world),
        token: TokenView { symbol: TEST_TOKEN_SYMBOL.into(), decimals: 18 },
        timeline: Timeline::default(),
        sequencer: sequencer::view(world),
        contagion: request.contagion.then(|| Box::new(contagion::view(world))),
    }
}

pub(super) fn chain_ids(world: &World) -> impl Iterator<Item = ChainId> + '_ {
    [world.l1().id()].into_iter().chain(world.members().map(|member| member.rollup().id()))
}

fn people(world: &World) -> Vec<Person> {
    world.people().iter().map(|(name, address)| Person { name: name.into(), address }).collect()
}

fn log_window(world: &World, request: &ViewRequest) -> (Vec<LogLine>, u64) {
    let facts = world.trace().facts();
    let count = facts.len();
    let wanted = request.log_lines.min(ViewRequest::LOG_LINES_MAX) as usize;
    let newest = count.saturating_sub(wanted);
    let from = request.log_from.map_or(newest, |from| usize::try_from(from).unwrap_or(count).min(count));
    let lines = (from..count.min(from + wanted))
        .filter_map(|at| facts.get(at).map(|(time, fact)| describe::log_line(world, at as u64, *time, fact)))
        .collect();
    (lines, count as u64)
}

/// A chain at a glance.
pub(super) fn chain_view(world: &World, id: ChainId) -> Option<ChainView> {
    let chain = world.chain(id)?;
    let head = &chain.head().header;
    let finalized = world.finalized_head(id).unwrap_or(BlockNumber::GENESIS);
    let mut view = ChainView {
        id,
        name: describe::chain_name(world, id),
        kind: "l1".into(),
        status: "running".into(),
        head: chain.head().number(),
        head_time: chain.head().sealed_at,
        safe: finalized,
        finalized,
        proposed: None,
        pending: chain.mempool().count(),
        transactions: chain.transaction_count(),
        base_fee: world.l1().market_at(world.now()).base_fee,
        blob_base_fee: Some(world.l1().market_at(world.now()).blob_base_fee(world.l1().config())),
        fullness_permille: u32::try_from(head.gas_used * 1000 / head.gas_limit.max(1)).unwrap_or(1000),
        block_time: world.l1().config().slot,
        locked_ether: None,
        exit_delay: None,
        traffic: world.traffic(id),
        is_member: false,
        holds: false,
        pool: None,
    };
    if let Some(member) = world.member(id) {
        let rollup = member.rollup();
        view.kind = rollup.config().settlement.kind().into();
        view.status = crate::world::status_name(rollup.status()).into();
        view.safe = rollup.safe_head();
        view.proposed = member.settler().covered(member.rollup());
        view.base_fee = crate::rollup::next_base_fee(chain);
        view.blob_base_fee = None;
        view.block_time = rollup.config().block_time;
        let portal = rollup.genesis().contracts().portal;
        view.locked_ether = Some(Amount::new(world.l1().chain().state().balance(portal)));
        view.exit_delay = Some(exit_delay(rollup));
        view.is_member = rollup.ordering() == Ordering::Shared;
        view.holds = rollup.holds();
        let pool = reserves(chain.state(), addresses::PAIR);
        view.pool = Some([Amount::new(pool.reserve0), Amount::new(pool.reserve1)]);
    }
    Some(view)
}

fn exit_delay(rollup: &Rollup) -> Span {
    match rollup.config().settlement {
        Settlement::Optimistic { challenge_period, game_clock, air_gap } => {
            challenge_period.max(game_clock.plus(air_gap))
        }
        Settlement::Zk { proving_delay, execution_delay, .. } => proving_delay.plus(execution_delay),
    }
}

fn flows(world: &World) -> Vec<Flow> {
    let mut counts = BTreeMap::<(ChainId, ChainId), u64>::new();
    for message in world.book().under_way() {
        *counts.entry((message.from, message.to)).or_default() += 1;
    }
    counts.into_iter().map(|((from, to), count)| Flow { from, to, count }).collect()
}

/// Messages under way first, newest first, then those at their end.
fn messages(world: &World, most: u32) -> Vec<MessageView> {
    let book = world.book();
    let under_way = book.under_way().rev();
    let ended = book.messages().iter().rev().filter(|message| message.stage().is_last());
    under_way.chain(ended).take(most as usize).map(|message| message_view(world, message)).collect()
}

/// A message as a page shows it.
pub(super) fn message_view(world: &World, message: &Message) -> MessageView {
    let cargo = match message.cargo {
        Some(Cargo::Ether { .. }) => Kind::Ether,
        Some(Cargo::Token { .. }) => Kind::Token,
        Some(Cargo::Call { .. }) | None => Kind::Call,
    };
    MessageView {
        number: message.number,
        id: message
            .withdrawal
            .as_ref()
            .map(|withdrawal| withdrawal.hash())
            .or(message.deposit)
            .map(crate::types::MessageId::new),
        label: message.label.clone(),
        from: message.from,
        to: message.to,
        sender: message.sender,
        cargo,
        content: describe::content(world, message.cargo.as_ref()),
        stage: message.stage(),
        passed: message
            .passed
            .iter()
            .map(|passed| PassedStage {
                stage: passed.stage,
                at: passed.at,
                chain: passed.block.0,
                transaction: passed.transaction,
            })
            .collect(),
        waits: waiting::waits(world, message),
        ahead: waiting::ahead(world, message),
        progress_permille: waiting::progress_permille(world, message),
        failure: message.failure.clone(),
        relayed: message.relay,
    }
}
