//! One world of a measurement. Its rollups are sent more than they can carry for one window; what was sealed
//! in it is posted, and what of it becomes safe within the next window is counted.

use super::{Bound, CapacityPoint};
use crate::{
    command::{Command, Fault, MessageContent, SendMessage, SetTraffic},
    fees::GAS_PER_BLOB,
    l1::L1Config,
    rollup::{DataAvailability, RollupConfig, Settlement, Status},
    scenario::Scenario,
    sim::Link,
    types::{Amount, BlockNumber, ChainId, Span, Time},
    world::{Member, World},
};
use alloy_primitives::U256;

/// L1 slots in a window, and blocks of each rollup at least.
const WINDOW_BLOCKS: u64 = 5;
/// Transactions that are sent in a window over all chains: more than blobs beside those of everybody else carry
/// at Ethereum's parameters, and few enough that all points take seconds.
const SENT_MAX: u64 = 60_000;
/// L1 slots within which all rollups must be deployed.
const DEPLOY_SLOTS: u64 = 256;
/// Permille of what came before that count as all of it: a block more or less is no bound.
const ALL_PERMILLE: u64 = 950;

/// How long each point is measured: whole L1 slots.
pub(super) fn window(l1: &L1Config, config: &RollupConfig) -> Span {
    let block = config.block_time.max(l1.slot).as_millis();
    l1.slot.times(block.div_ceil(l1.slot.as_millis().max(1)) * WINDOW_BLOCKS)
}

/// The world of one point.
#[derive(Clone, Debug)]
pub(super) struct Trial {
    world: World,
    chains: Vec<ChainId>,
    window: Span,
    per_second: u32,
    /// When the first window begins; none while rollups are being deployed.
    starts: Option<Time>,
    /// For how long traffic comes before that, so that the first block of the window is like the others.
    warm_up: Span,
    /// How it stood when the first window began; none before.
    began: Option<Tally>,
    /// How it stood when traffic ended.
    ended: Option<Tally>,
    /// The next moment at which something is done: it must not depend on how time is sliced.
    stop: Time,
    /// No more rollups get deployed.
    failed: bool,
}

/// How the chains stand at a moment, in the order of their ids.
#[derive(Clone, Debug)]
struct Tally {
    at: Time,
    heads: Vec<BlockNumber>,
    safe: Vec<BlockNumber>,
    pending: u64,
    l1_head: BlockNumber,
}

impl Trial {
    /// A world like the shown one's L1 with so many rollups of that kind; with none, the L1 is measured.
    pub(super) fn new(l1: &L1Config, config: &RollupConfig, seed: u64, rollups: u32) -> Self {
        let window = window(l1, config);
        let id = |index: u32| ChainId::new(l1.chain_id.get() % (ChainId::MAX / 2) + 1 + u64::from(index));
        let rollup = |index: u32| RollupConfig {
            chain_id: id(index),
            name: format!("Rollup {}", index + 1),
            // When batches come and over which link does not change how much of them L1 takes.
            batch_cadence: window,
            link: Link::default(),
            ..config.clone()
        };
        let scenario = Scenario {
            l1: l1.clone(),
            seed,
            rollups: (0..rollups).map(rollup).collect(),
            ..Scenario::default()
        };
        let chains: Vec<ChainId> =
            if rollups == 0 { vec![l1.chain_id] } else { (0..rollups).map(id).collect() };
        let each = SENT_MAX * 1000 / window.as_millis().max(1) / chains.len() as u64;
        Self {
            world: World::new(&scenario).expect("the parameters are those of a world that runs"),
            chains,
            window,
            per_second: u32::try_from(each).unwrap_or(u32::MAX).clamp(1, SetTraffic::PER_SECOND_MAX),
            starts: None,
            warm_up: config.block_time.max(Span::seconds(1)).max(if rollups == 0 {
                l1.slot
            } else {
                Span::ZERO
            }),
            began: None,
            ended: None,
            stop: Time::ZERO.plus(l1.slot),
            failed: false,
        }
    }

    fn slot(&self) -> Span {
        self.world.l1().config().slot
    }

    fn members(&self) -> impl Iterator<Item = &Member> {
        self.chains.iter().filter_map(|chain| self.world.member(*chain))
    }

    /// When the measurement is over: the last block of the second window is known everywhere.
    fn end(&self) -> Option<Time> {
        let began = self.began.as_ref()?.at;
        let windows = if self.is_l1() { 1 } else { 2 };
        Some(began.plus(self.window.times(windows)).plus(self.slot()).minus(Span::millis(1)))
    }

    fn is_l1(&self) -> bool {
        self.chains.first() == Some(&self.world.l1().id())
    }

    /// Thousandths of the measurement, those of the deployment left out.
    pub(super) fn progress_permille(&self) -> u32 {
        let (Some(began), Some(end)) = (&self.began, self.end()) else { return 0 };
        let passed = self.world.now().since(began.at).as_millis() * 1000;
        u32::try_from(passed / end.since(began.at).as_millis().max(1)).unwrap_or(1000).min(1000)
    }

    /// Goes on while there is time; tells whether the measurement is over.
    pub(super) fn go_on(&mut self, go_on: &mut dyn FnMut() -> bool) -> bool {
        while !self.failed {
            while self.world.next_event().is_some_and(|at| at <= self.stop) {
                self.world.step_until(self.stop);
                if !go_on() {
                    return false;
                }
            }
            self.world.run_until(self.stop);
            if self.end() == Some(self.stop) {
                return true;
            }
            self.act();
            self.stop = self.next_stop();
        }
        true
    }

    fn next_stop(&self) -> Time {
        let next_slot = self.stop.next_multiple_of(self.slot());
        match (self.starts, self.end()) {
            (_, Some(end)) => end.min(next_slot),
            (Some(starts), None) if self.stop < starts.minus(self.warm_up) => starts.minus(self.warm_up),
            (Some(starts), None) => starts,
            (None, None) => next_slot,
        }
    }

    /// What is done at the beginning of a slot, and when traffic begins.
    fn act(&mut self) {
        let now = self.world.now();
        match &self.began {
            None => match self.starts {
                None => self.start_when_deployed(),
                Some(starts) if now < starts => self.set_traffic(self.per_second),
                Some(_) => {
                    self.began = Some(self.tally());
                    self.halt_batchers(false);
                }
            },
            Some(began) if self.ended.is_none() && now >= began.at.plus(self.window) => {
                self.ended = Some(self.tally());
                self.set_traffic(0);
            }
            Some(_) => {}
        }
        if self.began.is_some() {
            self.send_messages();
        }
    }

    /// Once all rollups run, the first window begins with the next posting of batches; what is sealed before it
    /// is not posted.
    fn start_when_deployed(&mut self) {
        let now = self.world.now();
        if self.members().all(|member| member.rollup().status() == Status::Running) {
            self.halt_batchers(true);
            let earliest = now.plus(self.warm_up).plus(Span::millis(1));
            self.starts = Some(earliest.at_or_next_multiple_of(self.window));
        } else if now > Time::ZERO.plus(self.slot().times(DEPLOY_SLOTS)) {
            self.failed = true;
        }
    }

    fn halt_batchers(&mut self, halted: bool) {
        let rollups: Vec<ChainId> = self.members().map(|member| member.rollup().id()).collect();
        for chain in rollups {
            // Every rollup that runs has a batcher to halt.
            let _ = self.world.dispatch(&Command::Fault(Fault::HaltBatcher { chain, halted }));
        }
    }

    fn set_traffic(&mut self, per_second: u32) {
        for chain in self.chains.clone() {
            // A refusal shows as traffic that never came.
            let _ = self.world.dispatch(&Command::SetTraffic(SetTraffic { chain, per_second, from: None }));
        }
    }

    /// A message of each rollup whose prover has a rate: claims are made while messages wait.
    fn send_messages(&mut self) {
        let to = self.world.l1().id();
        let proven: Vec<ChainId> =
            self.members().filter(|m| prover(m).is_some()).map(|m| m.rollup().id()).collect();
        for from in proven {
            let content = MessageContent::Ether { amount: Amount::new(U256::ONE), recipient: None };
            let message = SendMessage { label: None, from, to, sender: None, content, relay: false };
            // Where nobody can send, nothing is proven, and that shows.
            let _ = self.world.dispatch(&Command::SendMessage(message));
        }
    }

    fn tally(&self) -> Tally {
        let chains = || self.chains.iter().filter_map(|chain| self.world.chain(*chain));
        Tally {
            at: self.world.now(),
            heads: chains().map(|chain| chain.head().number()).collect(),
            safe: self.members().map(|member| member.rollup().safe_head()).collect(),
            pending: chains().map(|chain| chain.mempool().count()).sum(),
            l1_head: self.world.l1().chain().head().number(),
        }
    }

    /// What was measured; none where the rollups were never deployed.
    pub(super) fn point(&self) -> Option<CapacityPoint> {
        let began = self.began.as_ref()?;
        let ended = self.ended.as_ref()?;
        let last = self.tally();
        let sealed = self.sent_between(&began.heads, &ended.heads);
        let safe = if self.is_l1() { sealed } else { self.sent_between(&began.heads, &last.safe) };
        let proven = self.proven(began, &last);
        let offered = u64::from(self.per_second) * self.chains.len() as u64 * self.window.as_millis() / 1000;
        let rate = |count: u64| count * 1_000_000 / self.window.as_millis().max(1);
        let is_less = |part: u64, whole: u64| part * 1000 < whole * ALL_PERMILLE;
        let bound = if proven.is_some_and(|proven| is_less(proven, safe)) {
            Bound::Prover
        } else if is_less(safe, sealed) {
            self.bound_of_data(ended, &last)
        } else if is_less(sealed, offered) && self.is_full(began, ended) {
            Bound::Gas
        } else {
            Bound::Offered
        };
        Some(CapacityPoint {
            rollups: if self.is_l1() { 0 } else { self.chains.len() as u32 },
            offered: rate(offered),
            sealed: rate(sealed),
            safe: rate(safe),
            proven: proven.map(rate),
            bound,
        })
    }

    /// Transactions but for deposits in the blocks of each chain after `from` up to `to`.
    fn sent_between(&self, from: &[BlockNumber], to: &[BlockNumber]) -> u64 {
        let pairs = self.chains.iter().zip(from).zip(to);
        pairs.map(|((chain, from), to)| self.sent(*chain, *from, *to)).sum()
    }

    fn sent(&self, chain: ChainId, from: BlockNumber, to: BlockNumber) -> u64 {
        let Some(chain) = self.world.chain(chain) else { return 0 };
        (from.get() + 1..=to.get())
            .filter_map(|number| chain.block(BlockNumber::new(number)))
            .map(|block| block.transactions.iter().filter(|sent| sent.nonce().is_some()).count() as u64)
            .sum()
    }

    /// Whether all blocks in the window were full and more waited at its end than at its beginning.
    fn is_full(&self, began: &Tally, ended: &Tally) -> bool {
        let mut blocks =
            self.chains.iter().zip(&began.heads).zip(&ended.heads).flat_map(|((id, from), to)| {
                let chain = self.world.chain(*id);
                // The first block came before there was enough to fill it.
                (from.get() + 2..=to.get()).filter_map(move |number| chain?.block(BlockNumber::new(number)))
            });
        let full = |used: u64, limit: u64| used * 100 >= limit * 95;
        ended.pending > began.pending
            && blocks.all(|block| full(block.header.gas_used, block.header.gas_limit))
    }

    /// What kept sealed blocks from becoming safe.
    fn bound_of_data(&self, ended: &Tally, last: &Tally) -> Bound {
        let now = self.world.now();
        let is_busy = |member: &Member| {
            member.rollup().spreading_until().is_some_and(|until| until.plus(self.slot()) > now)
        };
        let has_committee = |member: &Member| {
            matches!(member.rollup().config().data_availability, DataAvailability::Committee { .. })
        };
        if self.members().any(|member| has_committee(member) && is_busy(member)) {
            return Bound::Committee;
        }
        let l1 = self.world.l1();
        let blocks: Vec<_> = (ended.l1_head.get() + 1..=last.l1_head.get())
            .filter_map(|number| l1.chain().block(BlockNumber::new(number)))
            .collect();
        let blobs: u64 =
            blocks.iter().map(|block| block.header.blob_gas_used.unwrap_or(0) / GAS_PER_BLOB).sum();
        let room: u64 = blocks.iter().map(|block| l1.blob_room(block.sealed_at)).sum();
        let gas: u64 = blocks.iter().map(|block| block.header.gas_used).sum();
        let limit: u64 = blocks.iter().map(|block| block.header.gas_limit).sum();
        if room > 0 && blobs * 1000 >= room * ALL_PERMILLE {
            Bound::Blobs
        } else if limit > 0 && gas * 10 >= limit * 8 {
            Bound::L1Gas
        } else {
            Bound::Batches
        }
    }

    /// What the provers worked through of what was sealed since the first window began, where they have a rate: all that they took
    /// on but for what is still in work.
    fn proven(&self, began: &Tally, last: &Tally) -> Option<u64> {
        let mut sum = None;
        for ((member, from), safe) in self.members().zip(&began.heads).zip(&last.safe) {
            let Some((delay, gas_per_second)) = prover(member) else { continue };
            let chain = member.rollup().id();
            let done = match member.settler().proving_until(delay) {
                Some((target, until)) => {
                    let taken_on = self.sent(chain, *from, target);
                    let gas = self.gas(chain, *from, target);
                    let left = until.max(last.at).since(last.at).as_millis() * gas_per_second / 1000;
                    let done = u128::from(taken_on) * u128::from(gas.saturating_sub(left));
                    u64::try_from(done / u128::from(gas.max(1))).unwrap_or(taken_on)
                }
                None => self.sent(chain, *from, *safe),
            };
            sum = Some(sum.unwrap_or(0) + done);
        }
        sum
    }

    fn gas(&self, chain: ChainId, from: BlockNumber, to: BlockNumber) -> u64 {
        let Some(chain) = self.world.chain(chain) else { return 0 };
        (from.get() + 1..=to.get())
            .filter_map(|number| chain.block(BlockNumber::new(number)))
            .map(|block| block.header.gas_used)
            .sum()
    }
}

/// The delay and the rate of a rollup's prover, where it has a rate.
fn prover(member: &Member) -> Option<(Span, u64)> {
    match member.rollup().config().settlement {
        Settlement::Zk { proving_delay, prover_gas_per_second, .. } if prover_gas_per_second > 0 => {
            Some((proving_delay, prover_gas_per_second))
        }
        Settlement::Zk { .. } | Settlement::Optimistic { .. } => None,
    }
}
