//! Words for what happened: the lines of the event log.

use super::view::{LogLine, Subject};
use crate::{
    command::{BridgedAsset, Command, Control, Fault, FeedFault, MarketToken, SequencerFault},
    messaging::{Cargo, Stage},
    sequencing::{
        BundleId, BundleState,
        committee::{Behaviour, NodeId},
    },
    types::{BlockNumber, ChainId, Time, format_units},
    world::{Fact, TEST_TOKEN_SYMBOL, World},
};
use alloy_primitives::{Address, B256, U256};

/// A chain's name.
pub(super) fn chain_name(world: &World, chain: ChainId) -> String {
    if chain == world.l1().id() {
        return "L1".into();
    }
    world.member(chain).map_or_else(|| chain.to_string(), |member| member.rollup().config().name.clone())
}

/// Somebody's name, or the account in short.
pub(super) fn person(world: &World, address: Address) -> String {
    world.name(address).map_or_else(|| short(address.as_slice()), str::to_owned)
}

fn short(bytes: &[u8]) -> String {
    let hex = alloy_primitives::hex::encode(bytes);
    format!("0x{}…{}", &hex[..6], &hex[hex.len() - 4..])
}

/// What a message carries, in words.
pub(super) fn content(world: &World, cargo: Option<&Cargo>) -> String {
    match cargo {
        Some(Cargo::Ether { amount, recipient }) => format!("{amount} ETH to {}", person(world, *recipient)),
        Some(Cargo::Token { amount, recipient }) => {
            format!("{amount} {TEST_TOKEN_SYMBOL} to {}", person(world, *recipient))
        }
        Some(Cargo::Call { target, data, .. }) => {
            format!("a call of {} with {} bytes", person(world, *target), data.len())
        }
        None => "a message sent by hand".into(),
    }
}

/// The log line of a fact.
pub(super) fn log_line(world: &World, number: u64, at: Time, fact: &Fact) -> LogLine {
    let name = |chain: &ChainId| chain_name(world, *chain);
    let block = |chain: &ChainId, number: &BlockNumber| Some(Subject::Block(*chain, *number));
    let of_chain = |chain: &ChainId| Some(Subject::Chain(*chain));
    let (kind, chain, text, subject) = match fact {
        Fact::Spawned { chain } => {
            let text = format!("{} is being deployed on L1.", name(chain));
            ("world", Some(*chain), text, of_chain(chain))
        }
        Fact::Deployed { chain, l1_block, .. } => {
            let text = format!("{} begins: its contracts are in L1 block {l1_block}.", name(chain));
            ("world", Some(*chain), text, of_chain(chain))
        }
        Fact::Removed { chain } => {
            let text = format!("{} is halted for ever; what it owes stays owed.", name(chain));
            ("fault", Some(*chain), text, of_chain(chain))
        }
        Fact::Sealed { chain, number, transactions, .. } => {
            let text = format!(
                "{} sealed block {number} with {}.",
                name(chain),
                count(*transactions, "transaction")
            );
            ("block", Some(*chain), text, block(chain, number))
        }
        Fact::Sent { chain, hash, from } => {
            let text =
                format!("{} sent transaction {} to {}.", person(world, *from), hash_short(hash), name(chain));
            ("transaction", Some(*chain), text, Some(Subject::Transaction(*chain, *hash)))
        }
        Fact::BatchPosted { chain, first, last, bytes } => {
            let blocks =
                if first == last { format!("block {first}") } else { format!("blocks {first} to {last}") };
            let text = format!("{} posted {blocks} to L1 in {bytes} bytes.", name(chain));
            ("batch", Some(*chain), text, block(chain, last))
        }
        Fact::Lost { chain, from } => {
            let text = format!(
                "What {} of {} sent to L1 got lost on the link.",
                actor(world, *chain, *from),
                name(chain)
            );
            ("fault", Some(*chain), text, of_chain(chain))
        }
        Fact::NotTaken { from, reason } => {
            let text = format!("L1 refused a transaction of {}: {reason}.", person(world, *from));
            ("fault", Some(world.l1().id()), text, None)
        }
        Fact::Safe { chain, head } => {
            let text = format!("{} is safe up to block {head}: it can be rebuilt from L1.", name(chain));
            ("batch", Some(*chain), text, block(chain, head))
        }
        Fact::Dropped { chain, first, count: dropped } => {
            let text = format!("{} dropped {} from {first} on.", name(chain), count(*dropped, "block"));
            ("fault", Some(*chain), text, of_chain(chain))
        }
        Fact::BatchIgnored { chain, reason } => (
            "fault",
            Some(*chain),
            format!("A batch of {} is ignored: {reason}.", name(chain)),
            of_chain(chain),
        ),
        Fact::Stuck { chain, reason } => {
            ("fault", Some(*chain), format!("{} stands still: {reason}.", name(chain)), of_chain(chain))
        }
        Fact::Claimed { chain, covers, .. } => {
            let text = format!("The state of {} after block {covers} is claimed on L1.", name(chain));
            ("settlement", Some(*chain), text, block(chain, covers))
        }
        Fact::Message { number, stage } => {
            let (chain, text) = message_text(world, *number, *stage);
            ("message", chain, text, Some(Subject::Message(*number)))
        }
        Fact::Rewound { number, stage } => {
            let text =
                format!("Message {number} fell back to {}: a block that carried it is gone.", stage.name());
            ("fault", None, text, Some(Subject::Message(*number)))
        }
        Fact::Ordered(command) => {
            let (chain, text) = order_text(world, command);
            let is_fault = matches!(**command, Command::Fault(_));
            let (kind, text) = if is_fault { ("fault", text) } else { ("world", format!("Command: {text}")) };
            (kind, chain, text, chain.map(Subject::Chain))
        }
        Fact::TrafficRefused { chain, reason } => (
            "fault",
            Some(*chain),
            format!("{} takes no more traffic: {reason}.", name(chain)),
            of_chain(chain),
        ),
        Fact::Reverted { chain, hash, from } => {
            let text = format!(
                "{} refused what transaction {} of {} asks for: it reverted.",
                name(chain),
                hash_short(hash),
                person(world, *from)
            );
            ("fault", Some(*chain), text, Some(Subject::Transaction(*chain, *hash)))
        }
        Fact::SlotDecided { height, round, leader, items } => {
            let rounds = if round.get() == 0 { String::new() } else { format!(" in round {round}") };
            let text = format!(
                "Slot {height} is decided{rounds}: node {leader} led and orders {}.",
                count(*items, "item")
            );
            ("slot", None, text, Some(Subject::Slot(height.get())))
        }
        Fact::BundleSent { bundle } => {
            ("bundle", None, bundle_text(world, *bundle), Some(Subject::Bundle(bundle.get())))
        }
        Fact::Bundle { bundle, state } => {
            let (kind, text) = bundle_state_text(*bundle, state);
            (kind, None, text, Some(Subject::Bundle(bundle.get())))
        }
        Fact::CertificateRefused { chain, height, reason } => {
            let text = format!("{} does not take slot {height}: {reason}.", name(chain));
            ("fault", Some(*chain), text, of_chain(chain))
        }
        Fact::Equivocated { node, .. } => {
            let text = format!("Node {node} signed two conflicting messages: its bond is taken.");
            ("fault", None, text, Some(Subject::Sequencer))
        }
        Fact::Disagreed { height, reason } => {
            let text =
                format!("Safety is lost: honest nodes decided differently at slot {height}. {reason}.");
            ("fault", None, text, Some(Subject::Sequencer))
        }
        Fact::PromiseBroken { bundle, node } => {
            let text = format!(
                "Node {node} included bundle {bundle} and did not execute it as a whole: its bond goes to the sender."
            );
            ("fault", None, text, Some(Subject::Bundle(bundle.get())))
        }
        Fact::Joined { chain, joined } => {
            let how = if *joined { "is ordered by the shared sequencer now" } else { "orders itself now" };
            ("slot", Some(*chain), format!("{} {how}.", name(chain)), of_chain(chain))
        }
        Fact::OrderRefused { reason } => ("fault", None, format!("A command was refused: {reason}."), None),
    };
    LogLine { number, at, chain, kind: kind.into(), text, subject }
}

fn bundle_text(world: &World, id: BundleId) -> String {
    let Some(record) = world.sequencer().and_then(|sequencer| sequencer.bundle(id)) else {
        return format!("Bundle {id} is sent.");
    };
    let bundle = &record.bundle;
    let chains: Vec<String> = bundle.chains().into_iter().map(|chain| chain_name(world, chain)).collect();
    let legs = count(bundle.legs.len() as u64, "leg");
    format!("Bundle {id} is sent: {legs} on {}, atomic {}.", chains.join(" and "), bundle.guarantee.name())
}

fn bundle_state_text(id: BundleId, state: &BundleState) -> (&'static str, String) {
    match state {
        BundleState::Waiting => ("fault", format!("Bundle {id} had no effect and waits for another slot.")),
        BundleState::Ordered(height) => ("bundle", format!("Bundle {id} is ordered in slot {height}.")),
        BundleState::Held(_) => {
            ("bundle", format!("Bundle {id}: its rollups hold blocks with it ready, and vote."))
        }
        BundleState::Landed(_, legs) => {
            let failed = legs.iter().filter(|leg| !leg.succeeded).count() as u64;
            match failed {
                0 => ("bundle", format!("Bundle {id} landed: all its legs succeeded.")),
                failed => ("fault", format!("Bundle {id} landed, and {} failed.", count(failed, "leg"))),
            }
        }
        BundleState::Aborted(abort) => ("fault", format!("Bundle {id} has no effect: {abort}.")),
        BundleState::RolledBack(_) => {
            ("fault", format!("Bundle {id} is undone on all its rollups: L1 rejected what one claimed."))
        }
    }
}

fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn hash_short(hash: &B256) -> String {
    short(hash.as_slice())
}

fn actor(world: &World, chain: ChainId, from: Address) -> &'static str {
    if from == chain.actor_address("batcher") {
        "the batcher"
    } else if from == chain.actor_address("proposer") {
        "the proposer"
    } else if from == crate::settlement::relayer(world.l1()) {
        "the relayer"
    } else {
        "an actor"
    }
}

fn message_text(world: &World, number: u64, stage: Stage) -> (Option<ChainId>, String) {
    let Some(message) = world.book().get(number) else {
        return (None, format!("Message {number} is {}.", stage.name()));
    };
    let chain = message.passed(stage).map(|passed| passed.block.0);
    let what = content(world, message.cargo.as_ref());
    let (from, to) = (chain_name(world, message.from), chain_name(world, message.to));
    let text = match stage {
        Stage::Pending => format!("Message {number} is sent: {what}, from {from} to {to}."),
        Stage::Initiated => format!("Message {number} is in a block of {from}."),
        Stage::Batched => format!("Message {number}: the data of its block is on L1."),
        Stage::Proposed => format!("Message {number}: a claim on L1 covers it."),
        Stage::Proven => format!("Message {number}: its proof was checked on L1."),
        Stage::Finalized => format!("Message {number} was executed on L1."),
        Stage::Deposited => format!("Message {number} is deposited for {to} on L1."),
        Stage::Delivered => format!("Message {number} has arrived on {to}: {what}."),
        Stage::Failed => {
            let why = message.failure.as_deref().unwrap_or("for an unknown reason");
            format!("Message {number} failed: {why}.")
        }
    };
    (chain, text)
}

/// A command in one sentence.
pub(super) fn command(world: &World, command: &Command) -> String {
    let mut text = order_text(world, command).1;
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// A command's chain and what it does, in words that go on a sentence.
pub(super) fn order_text(world: &World, command: &Command) -> (Option<ChainId>, String) {
    let name = |chain: &ChainId| chain_name(world, *chain);
    match command {
        Command::SpawnRollup(config) => (Some(config.chain_id), format!("spawn {}.", config.name)),
        Command::RemoveRollup { chain } => (Some(*chain), format!("remove {}.", name(chain))),
        Command::SendMessage(message) => {
            let text = format!("send a message from {} to {}.", name(&message.from), name(&message.to));
            (Some(message.from), text)
        }
        Command::SendRawTransaction { chain, .. } => {
            (Some(*chain), format!("a signed transaction for {}.", name(chain)))
        }
        Command::Transact(transact) => {
            let who = person(world, transact.from);
            (Some(transact.chain), format!("a transaction of {who} on {}.", name(&transact.chain)))
        }
        Command::Fault(fault) => fault_text(world, fault),
        Command::ProveMessage(order) => {
            let what = if order.forgery.is_some() { "a forged proof" } else { "the proof" };
            (Some(world.l1().id()), format!("send {what} of message {} to L1.", order.message))
        }
        Command::FinalizeMessage { message, .. } => {
            (Some(world.l1().id()), format!("have L1 execute message {message}."))
        }
        Command::SetTraffic(order) => {
            let text = match order.per_second {
                0 => format!("end the traffic on {}.", name(&order.chain)),
                per_second => {
                    format!("{} a second on {}.", count(per_second.into(), "transfer"), name(&order.chain))
                }
            };
            (Some(order.chain), text)
        }
        Command::SubmitBundle(order) => {
            let legs = count(order.legs.len() as u64, "leg");
            (None, format!("send a bundle of {legs} with atomic {}.", order.guarantee.name()))
        }
        Command::SetControl(order) => {
            let asset = match order.asset {
                BridgedAsset::Ether => "ether",
                BridgedAsset::Token => TEST_TOKEN_SYMBOL,
            };
            let what = control_text(&order.control);
            (Some(order.chain), format!("{what} the {asset} of the bridge of {}.", name(&order.chain)))
        }
        Command::SetOrdering { chain, shared: true } => {
            (Some(*chain), format!("{} joins the shared sequencer.", name(chain)))
        }
        Command::SetOrdering { chain, shared: false } => {
            (Some(*chain), format!("{} leaves the shared sequencer.", name(chain)))
        }
        Command::Later { after, command } => {
            let (chain, text) = order_text(world, command);
            (chain, format!("in {after}: {text}"))
        }
    }
}

/// A control in words that an asset follows.
fn control_text(control: &Control) -> String {
    match control {
        Control::TokenBucket { capacity, rate } => {
            format!("a bucket of {capacity} that fills by {rate} a second limits")
        }
        Control::DailyLimit { limit } => format!("a daily limit of {limit} limits"),
        Control::Breaker { min_retained_bps, window, .. } => {
            let percent = format_units(U256::from(*min_retained_bps), 2);
            format!("a breaker that keeps {percent} % within {window} watches")
        }
        Control::ClearBreaker => "the cooldown is over: the breaker is cleared for".into(),
        Control::OverrideBreaker => "the guardian overrides the breaker of".into(),
        Control::ExposureCap { cap } => format!("a cap of {cap} limits"),
        Control::Pause { on: true } => "the guardian pauses".into(),
        Control::Pause { on: false } => "the guardian no longer pauses".into(),
        Control::WindDown { .. } => "a wind-down pays each the same share of".into(),
        Control::Off => "no control is left on".into(),
    }
}

fn nodes_text(nodes: &[NodeId]) -> String {
    let numbers: Vec<String> = nodes.iter().map(ToString::to_string).collect();
    format!("node{} {}", if nodes.len() == 1 { "" } else { "s" }, numbers.join(", "))
}

fn sequencer_fault_text(world: &World, fault: &SequencerFault) -> String {
    match fault {
        SequencerFault::Crash { nodes, crashed: true } => {
            format!("Fault: {} of the sequencer crash.", nodes_text(nodes))
        }
        SequencerFault::Crash { nodes, crashed: false } => {
            format!("Mended: {} of the sequencer go on.", nodes_text(nodes))
        }
        SequencerFault::Split { groups } if groups.is_empty() => "Mended: all nodes reach each other.".into(),
        SequencerFault::Split { groups } => {
            let groups: Vec<String> = groups.iter().map(|group| nodes_text(group)).collect();
            format!("Fault: the committee is split; cut off from the rest: {}.", groups.join("; "))
        }
        SequencerFault::SetLink { .. } => "Fault: the links of the committee change.".into(),
        SequencerFault::Behave { nodes, behaviour: Behaviour::Honest } => {
            format!("Mended: {} behave as they should.", nodes_text(nodes))
        }
        SequencerFault::Behave { nodes, .. } => format!("Fault: {} misbehave.", nodes_text(nodes)),
        SequencerFault::Censor { accounts, chains, .. } if accounts.is_empty() && chains.is_empty() => {
            "Mended: leaders censor nobody.".into()
        }
        SequencerFault::Censor { accounts, chains, .. } => {
            let who = accounts.iter().map(|account| person(world, *account));
            let who: Vec<String> = who.chain(chains.iter().map(|chain| chain_name(world, *chain))).collect();
            format!("Fault: leaders leave out {}.", who.join(", "))
        }
        SequencerFault::Sandwich { attacker: Some(attacker) } => {
            format!("Fault: leaders let {} trade around others.", person(world, *attacker))
        }
        SequencerFault::Sandwich { attacker: None } => {
            "Mended: leaders let nobody trade around others.".into()
        }
        SequencerFault::BreakPromises { broken: true } => {
            "Fault: leaders include what they promised to execute as a whole.".into()
        }
        SequencerFault::BreakPromises { broken: false } => "Mended: leaders keep their promises.".into(),
    }
}

fn fault_text(world: &World, fault: &Fault) -> (Option<ChainId>, String) {
    let name = |chain: &ChainId| chain_name(world, *chain);
    let switched = |chain: &ChainId, on: bool, broken: &str, mended: &str| {
        (Some(*chain), format!("{} of {}.", if on { broken } else { mended }, name(chain)))
    };
    match fault {
        Fault::L1Reorg { depth } => (
            Some(world.l1().id()),
            format!("Fault: a reorg drops the last {} of L1.", count(*depth, "block")),
        ),
        Fault::SetLink { chain, link } if link.partitioned => {
            (Some(*chain), format!("Fault: the actors of {} are cut off from L1.", name(chain)))
        }
        Fault::SetLink { chain, .. } => {
            (Some(*chain), format!("Fault: the link of {} to L1 changes.", name(chain)))
        }
        Fault::HaltSequencer { chain, halted } => {
            switched(chain, *halted, "Fault: the sequencer halts", "Mended: the sequencer goes on")
        }
        Fault::WithholdData { chain, withheld } => {
            switched(chain, *withheld, "Fault: batch data is withheld", "Mended: batch data is handed out")
        }
        Fault::WithholdVotes { chain, withheld } => {
            switched(chain, *withheld, "Fault: votes are withheld", "Mended: votes are cast again")
        }
        Fault::RejectSettlement { chain } => {
            (Some(*chain), format!("Fault: L1 rejects what {} claimed.", name(chain)))
        }
        Fault::Sequencer(fault) => (None, sequencer_fault_text(world, fault)),
        Fault::RobPortal { chain, .. } => {
            (Some(*chain), format!("Fault: a thief has the keys of the portal of {}.", name(chain)))
        }
        Fault::ForgeRoot { chain, .. } => (
            Some(*chain),
            format!("Fault: the proposer of {} claims a state with a forged withdrawal.", name(chain)),
        ),
        Fault::RobBridge { chain, .. } => {
            (Some(*chain), format!("Fault: a thief has the keys of the bridge of {} on L1.", name(chain)))
        }
        Fault::MintUnbacked { chain, amount, .. } => {
            let text = format!(
                "Fault: {amount} {TEST_TOKEN_SYMBOL} with nothing behind them are minted on {}.",
                name(chain)
            );
            (Some(*chain), text)
        }
        Fault::DrainPool { chain, token, .. } => {
            let pool = match token {
                MarketToken::Wave | MarketToken::Usdx => "the market's pool".to_owned(),
                MarketToken::Test => format!("the pool of {TEST_TOKEN_SYMBOL}"),
            };
            (Some(*chain), format!("Fault: a bug lets a thief drain {pool} of {}.", name(chain)))
        }
        Fault::ImpairIssuer { chain, .. } => {
            (Some(*chain), format!("Fault: what the issuer keeps for its USDX on {} is stolen.", name(chain)))
        }
        Fault::SetFeed { chain, fault } => {
            let what = match fault {
                Some(FeedFault::Stuck) => "Fault: the price feed is stuck".into(),
                Some(FeedFault::Wrong { price_bps }) => {
                    format!(
                        "Fault: the price feed tells {}.{:04} dollars",
                        price_bps / 10_000,
                        price_bps % 10_000
                    )
                }
                None => "Mended: the price feed tells what it sees".to_owned(),
            };
            (Some(*chain), format!("{what} on {}.", name(chain)))
        }
        Fault::HaltBatcher { chain, halted } => {
            switched(chain, *halted, "Fault: the batcher halts", "Mended: the batcher goes on")
        }
    }
}
