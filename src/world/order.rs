//! Commands carried out. A refused command leaves the world as it was.

use super::{Event, Fact, Member, World, exposure::deployer};
use crate::{
    agents::AgentConfig,
    chain::{Draft, SendError},
    command::{Command, Fault, MessageContent, SendMessage, Transact},
    evm::{Fees, Origin, TxEnv},
    l1::ReorgError,
    messaging::{Cargo, DEFAULT_TARGET, Sending, Way, outgoing},
    rollup::{DataAvailability, Rollup, RollupConfig, RollupConfigError, RollupGenesis, Status},
    rules::{BreakerError, BucketError, LimitError},
    scenario::Scenario,
    sequencing::{BundleId, BundleRefusal, SequencerConfigError, committee::FaultError},
    settlement::{Settler, deployment},
    sim::Generator,
    types::{Amount, BlockNumber, ChainId, Span},
};
use alloy_primitives::{Address, B256, TxKind};
use std::sync::Arc;

/// What a command came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// A rollup is being deployed.
    Spawned(ChainId),
    /// A transaction waits in a mempool.
    Transaction(B256),
    /// A message with this number was sent, by the transaction with this hash.
    Message(u64, B256),
    /// A bundle with this number was sent.
    Bundle(BundleId),
    /// It was done.
    Changed,
}

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// There is no such chain.
    #[error("chain: expected one of {known:?}, found {found}")]
    UnknownChain {
        /// What was asked for.
        found: ChainId,
        /// What there is.
        known: Vec<ChainId>,
    },
    /// The chain is the L1.
    #[error("chain: expected a rollup, found the L1 {0}")]
    NotARollup(ChainId),
    /// The chain does not take transactions now.
    #[error("chain {chain}: expected a running rollup, found one that is {status}")]
    NotRunning {
        /// The chain.
        chain: ChainId,
        /// What it is instead.
        status: &'static str,
    },
    /// The rollup is impossible.
    #[error(transparent)]
    Config(#[from] RollupConfigError),
    /// The id is taken.
    #[error("rollup.chain_id: expected an id that is free, found {0}, which is taken")]
    ChainIdTaken(ChainId),
    /// There are too many rollups.
    #[error("rollups: expected at most {most} in a world, removed ones included")]
    TooMany {
        /// Most allowed.
        most: usize,
    },
    /// A message goes nowhere.
    #[error("send_message.to: expected another chain than {0}")]
    SameChain(ChainId),
    /// The label is taken, or too long.
    #[error("send_message.label: expected at most 60 characters that no other message has, found {0:?}")]
    Label(String),
    /// An L1 has no such depth.
    #[error("fault.l1_reorg.{0}")]
    Reorg(#[from] ReorgError),
    /// L1 data can't be withheld.
    #[error("fault.withhold_data.chain: expected a rollup whose data is off L1, found {0}")]
    DataIsOnL1(ChainId),
    /// There is not so much to steal.
    #[error("fault.rob_portal.amount: expected 1 wei to {most} ether, found {found}")]
    NotInPortal {
        /// What the portal holds beyond the fee.
        most: Amount,
        /// What was asked for, in ether.
        found: Amount,
    },
    /// There is nothing to take.
    #[error("fault.{fault}: expected something to take, found nothing")]
    NoLoot {
        /// The fault.
        fault: &'static str,
    },
    /// There is not so much to take.
    #[error("fault.{fault}.amount: expected 1 unit to {most} whole ones, found {found}")]
    Loot {
        /// The fault.
        fault: &'static str,
        /// What there is.
        most: Amount,
        /// What was asked for.
        found: Amount,
    },
    /// No issuer keeps anything on the rollup.
    #[error(
        "fault.impair_issuer.chain: expected a rollup on which an issuer has all that it began with, found {0}"
    )]
    NoIssuer(ChainId),
    /// Nobody reports prices on the rollup.
    #[error("fault.set_feed.chain: expected a rollup whose prices somebody reports, found {0}")]
    NoReporter(ChainId),
    /// The rollup has no state that could be claimed.
    #[error("fault.forge_root.chain: expected a rollup with a safe block after its first, found {0} without")]
    NothingToClaim(ChainId),
    /// L1 would not take a forged claim.
    #[error("fault.forge_root: expected a claim that L1 takes, found that {reason}")]
    ForgedClaim {
        /// What it says.
        reason: String,
    },
    /// A token bucket can't be.
    #[error("set_control.control.token_bucket: {0}")]
    Bucket(#[from] BucketError),
    /// A token bucket is too large for the contract.
    #[error("set_control.control.token_bucket: expected less than 2^128 units, found {0} whole ones")]
    BucketSize(Amount),
    /// A daily limit can't be.
    #[error("set_control.control.daily_limit: {0}")]
    DailyLimit(#[from] LimitError),
    /// A breaker can't be.
    #[error("set_control.control.breaker: {0}")]
    Breaker(#[from] BreakerError),
    /// The guard on L1 does not take a control.
    #[error("set_control.control: expected one that the guard on L1 takes, found that {reason}")]
    Guard {
        /// What it says.
        reason: String,
    },
    /// There is no such message.
    #[error("message: expected a number below {count}, found {found}")]
    UnknownMessage {
        /// What was asked for.
        found: u64,
        /// How many there are.
        count: u64,
    },
    /// A message from L1 needs no proof.
    #[error("message {0}: expected one that leaves a rollup, found one from L1")]
    NotLeaving(u64),
    /// A message is not so far yet.
    #[error("message {number}: expected one that is {expected}, found it {found}")]
    Stage {
        /// Which.
        number: u64,
        /// How far it must be.
        expected: &'static str,
        /// How far it is.
        found: &'static str,
    },
    /// Nobody sends as much.
    #[error("set_traffic.per_second: expected at most {most}, found {found}")]
    Traffic {
        /// Most allowed.
        most: u32,
        /// What was given.
        found: u32,
    },
    /// A command is put off twice.
    #[error("later.command: expected a command that is not itself one for later")]
    LaterStill,
    /// A command is put off too far.
    #[error("later.after: expected at most {most}, found {found}")]
    TooLate {
        /// Longest allowed.
        most: Span,
        /// What was given.
        found: Span,
    },
    /// The world has no shared sequencer.
    #[error("expected a world with a shared sequencer, found one without")]
    NoSequencer,
    /// A bundle is refused.
    #[error(transparent)]
    Bundle(#[from] BundleRefusal),
    /// The label is taken, or too long.
    #[error("bundle.label: expected at most 60 characters that no other bundle has, found {0:?}")]
    BundleLabel(String),
    /// A rollup can't be a member.
    #[error(transparent)]
    Member(#[from] SequencerConfigError),
    /// The rollup is ordered like that already.
    #[error("set_ordering: expected a change, found that {chain} is {} already", if *.shared { "a member" } else { "no member" })]
    Ordering {
        /// The rollup.
        chain: ChainId,
        /// What was asked for.
        shared: bool,
    },
    /// The rollup waits for the outcome of what it voted on.
    #[error("expected a rollup that holds no block ready, found {0}, which waits for an outcome")]
    HoldsBlock(ChainId),
    /// There is no such node, or it is in two groups.
    #[error("fault.sequencer.{0}")]
    Node(#[from] FaultError),
    /// A chain does not take the transaction.
    #[error("{0}")]
    Send(#[from] SendError),
}

/// A status in words.
pub(crate) const fn status_name(status: Status) -> &'static str {
    match status {
        Status::Deploying => "deploying",
        Status::Running => "running",
        Status::Halted => "halted",
        Status::Removed => "removed",
    }
}

impl World {
    /// Carries out a command now. On an error nothing changed.
    pub fn dispatch(&mut self, command: &Command) -> Result<Done, OrderError> {
        let mut next = self.clone();
        let done = next.order(command)?;
        *self = next;
        Ok(done)
    }

    fn order(&mut self, command: &Command) -> Result<Done, OrderError> {
        self.record(Fact::Ordered(Box::new(command.clone())));
        match command {
            Command::SpawnRollup(config) => {
                self.check_spawn(config)?;
                self.spawn(config.as_ref().clone());
                Ok(Done::Spawned(config.chain_id))
            }
            Command::RemoveRollup { chain } => {
                self.member_mut(*chain)?.rollup.remove();
                self.record(Fact::Removed { chain: *chain });
                Ok(Done::Changed)
            }
            Command::SendMessage(message) => self.send_message(message),
            Command::SendRawTransaction { chain, raw } => self.send_raw(*chain, raw),
            Command::Transact(transact) => self.transact(transact),
            Command::Fault(fault) => self.fault(fault).map(|()| Done::Changed),
            Command::ProveMessage(order) => self.prove_message(order),
            Command::FinalizeMessage { message, sender } => self.finalize_message(*message, *sender),
            Command::SetTraffic(order) => self.set_traffic(order),
            Command::SubmitBundle(order) => self.submit_bundle(order),
            Command::SetOrdering { chain, shared } => self.set_ordering(*chain, *shared),
            Command::Later { after, command } => self.put_off(*after, command),
            Command::SetControl(order) => self.set_control(order),
        }
    }

    fn put_off(&mut self, after: Span, command: &Command) -> Result<Done, OrderError> {
        if matches!(command, Command::Later { .. }) {
            return Err(OrderError::LaterStill);
        }
        if after > Command::LATER_MAX {
            return Err(OrderError::TooLate { most: Command::LATER_MAX, found: after });
        }
        self.queue.push(self.now.plus(after), Event::Order(Box::new(command.clone())));
        Ok(Done::Changed)
    }

    fn known(&self) -> Vec<ChainId> {
        [self.l1.id()].into_iter().chain(self.members.keys().copied()).collect()
    }

    pub(super) fn member_mut(&mut self, chain: ChainId) -> Result<&mut Member, OrderError> {
        if chain == self.l1.id() {
            return Err(OrderError::NotARollup(chain));
        }
        let known = self.known();
        let member = self.members.get_mut(&chain).ok_or(OrderError::UnknownChain { found: chain, known })?;
        Ok(Arc::make_mut(member))
    }

    fn check_spawn(&self, config: &RollupConfig) -> Result<(), OrderError> {
        config.check()?;
        if self.members.len() >= Scenario::ROLLUPS_MAX {
            return Err(OrderError::TooMany { most: Scenario::ROLLUPS_MAX });
        }
        if config.chain_id == self.l1.id() || self.members.contains_key(&config.chain_id) {
            return Err(OrderError::ChainIdTaken(config.chain_id));
        }
        Ok(())
    }

    /// Adds a rollup that was checked: its deployment goes to L1's mempool.
    pub(super) fn spawn(&mut self, config: RollupConfig) {
        let chain = config.chain_id;
        let timestamp = self.l1.config().genesis_timestamp;
        let genesis = RollupGenesis::new(config, timestamp, self.now, self.endowment());
        for draft in deployment(&genesis, deployer(self.l1.config())) {
            if let Err(error) = self.l1.chain_mut().send_as(draft) {
                let from = deployer(self.l1.config());
                self.record(Fact::NotTaken { from, reason: error.to_string() });
            }
        }
        let member = Member {
            rollup: Rollup::new(genesis),
            settler: Settler::default(),
            generator: Generator::new(self.seed, &format!("link/{chain}")),
            seal_at: None,
            batch_at: None,
            wake_at: None,
            withheld: false,
        };
        self.members.insert(chain, Arc::new(member));
        self.record(Fact::Spawned { chain });
        self.schedule_l1();
    }

    pub(super) fn check_running(&self, chain: ChainId) -> Result<(), OrderError> {
        if chain == self.l1.id() {
            return Ok(());
        }
        let known = self.known();
        let member = self.member(chain).ok_or(OrderError::UnknownChain { found: chain, known })?;
        match member.rollup.status() {
            // A halted sequencer's mempool still takes transactions: they wait.
            Status::Running | Status::Halted => Ok(()),
            status => Err(OrderError::NotRunning { chain, status: status_name(status) }),
        }
    }

    fn send_raw(&mut self, chain: ChainId, raw: &alloy_primitives::Bytes) -> Result<Done, OrderError> {
        self.check_running(chain)?;
        let target = if chain == self.l1.id() {
            self.l1.chain_mut()
        } else {
            self.member_mut(chain)?.rollup.chain_mut()
        };
        let hash = target.send_raw(raw)?;
        let from = target.mempool().get(&hash).map_or(Address::ZERO, |transaction| transaction.from());
        self.after_sending(chain, hash, from);
        Ok(Done::Transaction(hash))
    }

    fn after_sending(&mut self, chain: ChainId, hash: B256, from: Address) {
        self.record(Fact::Sent { chain, hash, from });
        if chain == self.l1.id() {
            self.schedule_l1();
        } else {
            self.schedule_rollup(chain);
        }
    }

    /// Puts a simulated actor's transaction in a mempool.
    pub(super) fn send_draft(&mut self, chain: ChainId, draft: Draft) -> Result<B256, OrderError> {
        self.check_running(chain)?;
        let from = draft.from;
        let hash = if chain == self.l1.id() {
            self.l1.chain_mut().send_as(draft)?
        } else {
            self.member_mut(chain)?.rollup.chain_mut().send_as(draft)?
        };
        self.after_sending(chain, hash, from);
        Ok(hash)
    }

    fn transact(&mut self, transact: &Transact) -> Result<Done, OrderError> {
        let Transact { chain, from, to, value, data, gas_limit } = transact.clone();
        self.check_running(chain)?;
        let gas_limit = match gas_limit {
            Some(limit) => limit,
            None => self.estimate(chain, from, to, value.get(), data.clone())? / 5 * 6,
        };
        let draft = Draft { from, to, value: value.get(), data, gas_limit, blobs: Vec::new() };
        self.send_draft(chain, draft).map(Done::Transaction)
    }

    fn estimate(
        &self,
        chain: ChainId,
        from: Address,
        to: Option<Address>,
        value: alloy_primitives::U256,
        data: alloy_primitives::Bytes,
    ) -> Result<u64, OrderError> {
        let known = self.known();
        let target = self.chain(chain).ok_or(OrderError::UnknownChain { found: chain, known })?;
        let tx = TxEnv {
            from,
            origin: Origin::Impersonated,
            nonce: target.state().nonce(from),
            gas_limit: target.rules().gas_limit,
            fees: Fees::NONE,
            to: to.map_or(TxKind::Create, TxKind::Call),
            value,
            data,
            access_list: Default::default(),
            data_fee: alloy_primitives::U256::ZERO,
        };
        Ok(target.estimate_gas(&tx, self.unix_seconds()).map_err(SendError::from)?)
    }

    /// The blocks and the mempool of a chain.
    pub fn chain(&self, chain: ChainId) -> Option<&crate::chain::Chain> {
        if chain == self.l1.id() {
            return Some(self.l1.chain());
        }
        self.member(chain).map(|member| member.rollup.chain())
    }

    /// Unix time, in seconds.
    pub const fn unix_seconds(&self) -> u64 {
        self.l1.config().genesis_timestamp + self.now.millis() / 1000
    }

    fn send_message(&mut self, message: &SendMessage) -> Result<Done, OrderError> {
        let l1 = self.l1.id();
        if message.from == message.to {
            return Err(OrderError::SameChain(message.to));
        }
        self.check_running(message.from)?;
        self.check_running(message.to)?;
        if let Some(label) = &message.label
            && (self.book.labelled(label).is_some() || label.chars().count() > 60)
        {
            return Err(OrderError::Label(label.chars().take(80).collect()));
        }
        let way = match (message.from == l1, message.to == l1) {
            (true, _) => Way::Down(message.to),
            (false, true) => Way::Up,
            (false, false) => Way::Across(message.to),
        };
        let sender = message.sender.unwrap_or_else(|| self.people.first());
        let cargo = cargo(&message.content, sender);
        let mut sent_by = B256::ZERO;
        for draft in outgoing(sender, way, &cargo) {
            sent_by = self.send_draft(message.from, draft)?;
        }
        let sending = Sending {
            label: message.label.clone(),
            from: message.from,
            to: message.to,
            sender,
            cargo: Some(cargo),
            relay: message.relay,
            sent_by,
        };
        let progress = self.book.send(self.now, sending);
        self.note(vec![progress]);
        Ok(Done::Message(progress.number, sent_by))
    }

    fn fault(&mut self, fault: &Fault) -> Result<(), OrderError> {
        match fault {
            Fault::L1Reorg { depth } => return self.reorg(*depth),
            Fault::SetLink { chain, link } => self.member_mut(*chain)?.rollup.set_link(link.clone()),
            Fault::HaltSequencer { chain, halted } => {
                self.member_mut(*chain)?.rollup.set_halted(*halted);
                self.catch_up_outcome(*chain);
                self.refresh_ordered(*chain);
            }
            Fault::WithholdVotes { chain, withheld } => return self.withhold_votes(*chain, *withheld),
            Fault::RejectSettlement { chain } => return self.reject_settlement(*chain),
            Fault::Sequencer(fault) => return self.sequencer_fault(fault),
            Fault::RobPortal { chain, amount, thief } => return self.rob_portal(*chain, *amount, *thief),
            Fault::ForgeRoot { chain, asset, amount, thief } => {
                return self.forge_root(*chain, *asset, *amount, *thief);
            }
            Fault::RobBridge { chain, amount, thief } => return self.rob_bridge(*chain, *amount, *thief),
            Fault::MintUnbacked { chain, amount, thief } => {
                return self.mint_unbacked(*chain, *amount, *thief);
            }
            Fault::DrainPool { chain, token, amount, thief } => {
                return self.drain_pool(*chain, *token, *amount, *thief);
            }
            Fault::ImpairIssuer { chain, amount, thief } => {
                return self.impair_issuer(*chain, *amount, *thief);
            }
            Fault::SetFeed { chain, fault } => {
                self.member_mut(*chain)?;
                let is_read =
                    self.agents().filter_map(AgentConfig::reporter).any(|one| one.chains.contains(chain));
                if !is_read {
                    return Err(OrderError::NoReporter(*chain));
                }
                match fault {
                    Some(fault) => self.feeds.insert(*chain, *fault),
                    None => self.feeds.remove(chain),
                };
            }
            Fault::HaltBatcher { chain, halted } => {
                self.member_mut(*chain)?.rollup.set_batcher_halted(*halted);
                self.schedule_rollup(*chain);
            }
            Fault::WithholdData { chain, withheld } => {
                let member = self.member_mut(*chain)?;
                match member.rollup.config().data_availability {
                    DataAvailability::Blob | DataAvailability::Calldata => {
                        return Err(OrderError::DataIsOnL1(*chain));
                    }
                    DataAvailability::Committee { .. } | DataAvailability::External => {
                        member.withheld = *withheld;
                    }
                }
                let head = self.l1.chain().head().number();
                self.queue.push(self.now, Event::L1Seen(*chain, head));
            }
        }
        Ok(())
    }

    fn reorg(&mut self, depth: u64) -> Result<(), OrderError> {
        let dropped = self.l1.reorg(self.now, depth)?;
        let l1 = self.l1.id();
        let kept = self.l1.chain().head().number();
        self.record(Fact::Dropped { chain: l1, first: kept.next(), count: dropped.len() as u64 });
        self.rewind_messages(l1, kept);
        for chain in self.members.keys().copied().collect::<Vec<_>>() {
            self.settle_reorg(chain, kept);
        }
        self.schedule_l1();
        Ok(())
    }

    /// A rollup that was deployed in a dropped block begins anew with the deployment's new block; the
    /// actors of the others learn of the reorg over their link.
    fn settle_reorg(&mut self, chain: ChainId, kept: BlockNumber) {
        let (now, seed) = (self.now, self.seed);
        let Some(member) = self.members.get_mut(&chain) else { return };
        let member = Arc::make_mut(member);
        member.settler.rewind_l1(kept);
        if member.rollup.deployed_in().is_some_and(|origin| origin.number > kept) {
            let removed = member.rollup.status() == Status::Removed;
            // What users sent to the rollup waits for it to begin anew.
            let old = &member.rollup;
            let sent = old.chain().blocks().iter().flat_map(|block| &block.transactions);
            let sent: Vec<_> = sent.chain(old.chain().mempool().iter()).cloned().collect();
            let ordering = old.ordering();
            member.rollup = Rollup::new(member.rollup.genesis().clone());
            member.rollup.set_ordering(ordering);
            for transaction in sent {
                member.rollup.chain_mut().send_again(transaction);
            }
            member.settler = Settler::default();
            member.generator = Generator::new(seed, &format!("link/{chain}/{}", now.millis()));
            (member.seal_at, member.batch_at, member.wake_at) = (None, None, None);
            if removed {
                member.rollup.remove();
            }
            self.rewind_messages(chain, BlockNumber::GENESIS);
            self.ready.remove(&chain);
            if let Some(sequencer) = &mut self.sequencer {
                sequencer.settle(chain);
                sequencer.set_rewinding(chain, false);
            }
        }
        if let Some(at) = self.carry(chain) {
            self.queue.push(at, Event::L1Seen(chain, kept));
        }
    }
}

fn cargo(content: &MessageContent, sender: Address) -> Cargo {
    match content {
        MessageContent::Ether { amount, recipient } => {
            Cargo::Ether { amount: *amount, recipient: recipient.unwrap_or(sender) }
        }
        MessageContent::Token { amount, recipient } => {
            Cargo::Token { amount: *amount, recipient: recipient.unwrap_or(sender) }
        }
        MessageContent::Call { target, value, data, gas_limit } => Cargo::Call {
            target: target.unwrap_or(DEFAULT_TARGET),
            value: *value,
            data: data.clone(),
            gas_limit: *gas_limit,
        },
    }
}
