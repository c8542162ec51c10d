//! What came of a run, for people and for programs.

use crate::{
    cli::Checked,
    trades::{SequencerReport, TradeReport},
};
use alloy_primitives::{Address, B256, U256};
use causeway::{
    chain::{Chain, SealedBlock},
    l1::blob_base_fee,
    messaging::{Message, Stage},
    types::{Amount, BlockNumber, ChainId, Span},
    world::{Member, World},
};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// Gas of a blob (EIP-4844).
const GAS_PER_BLOB: u64 = 131_072;

/// What came of a run.
#[derive(Serialize)]
pub(crate) struct Report {
    title: String,
    seed: u64,
    now_ms: u64,
    digest: B256,
    chains: Vec<ChainReport>,
    messages: BTreeMap<&'static str, u64>,
    ways: BTreeMap<String, Way>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequencer: Option<SequencerReport>,
    /// What trading changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    trades: Vec<TradeReport>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checks: Vec<Checked>,
}

#[derive(Serialize)]
struct ChainReport {
    chain_id: ChainId,
    name: String,
    kind: &'static str,
    #[serde(rename = "unsafe")]
    newest: Head,
    safe: Head,
    finalized: Head,
    balances: BTreeMap<String, Holding>,
    /// What its batcher and its proposer paid on L1, in wei.
    #[serde(skip_serializing_if = "Option::is_none")]
    operator_fees: Option<OperatorFees>,
}

#[derive(Serialize)]
struct Head {
    number: BlockNumber,
    hash: B256,
    state_root: B256,
}

#[derive(Serialize)]
struct Holding {
    ether: Amount,
    token: Amount,
}

#[derive(Serialize)]
struct OperatorFees {
    batches: Amount,
    claims: Amount,
}

/// Messages of one way: how long they took from sending to delivery, and what their own transactions cost
/// on L1. Batches and claims serve many messages and stand with their rollup.
#[derive(Serialize)]
struct Way {
    delivered: u64,
    min_ms: u64,
    median_ms: u64,
    max_ms: u64,
    l1_fees: Amount,
}

impl Report {
    pub(crate) fn of(world: &World, checks: Vec<Checked>) -> Self {
        let mut messages: BTreeMap<_, _> = Stage::ALL.into_iter().map(|stage| (stage.name(), 0)).collect();
        for message in world.book().messages() {
            *messages.entry(message.stage().name()).or_default() += 1;
        }
        messages.retain(|_, count| *count > 0);
        let mut chains = vec![chain_report(world, None)];
        chains.extend(world.members().map(|member| chain_report(world, Some(member))));
        Self {
            title: world.title().into(),
            seed: world.seed(),
            now_ms: world.now().millis(),
            digest: world.digest(),
            chains,
            messages,
            ways: ways(world),
            sequencer: SequencerReport::of(world),
            trades: TradeReport::all(world),
            checks,
        }
    }
}

fn chain_report(world: &World, member: Option<&Member>) -> ChainReport {
    let l1 = world.l1();
    let (chain_id, name, kind, chain) = match member {
        None => (l1.id(), "L1".to_owned(), "l1", l1.chain()),
        Some(member) => {
            let config = member.rollup().config();
            (config.chain_id, config.name.clone(), config.settlement.kind(), member.rollup().chain())
        }
    };
    let newest = chain.head().number();
    let safe = member.map_or(newest, |member| member.rollup().safe_head());
    let finalized = world.finalized_head(chain_id).unwrap_or(BlockNumber::GENESIS);
    let holding = |address: Address| Holding {
        ether: Amount::new(chain.state().balance(address)),
        token: world.token_balance(chain_id, address),
    };
    ChainReport {
        chain_id,
        name,
        kind,
        newest: head(chain, newest),
        safe: head(chain, safe),
        finalized: head(chain, finalized),
        balances: world.people().iter().map(|(name, address)| (name.to_owned(), holding(address))).collect(),
        operator_fees: member.map(|member| OperatorFees {
            batches: fees_of(l1.chain(), member.rollup().genesis().batcher()),
            claims: fees_of(l1.chain(), chain_id.actor_address("proposer")),
        }),
    }
}

fn head(chain: &Chain, number: BlockNumber) -> Head {
    let block = chain.block(number).unwrap_or_else(|| chain.head());
    Head { number: block.number(), hash: block.hash, state_root: block.header.state_root }
}

/// What an account paid on L1 for all its transactions.
fn fees_of(l1: &Chain, account: Address) -> Amount {
    let blocks = l1.blocks().iter();
    let fees = blocks.flat_map(|block| {
        let own = (0..block.transactions.len()).filter(|index| block.transactions[*index].from() == account);
        own.map(|index| fee(block, index)).collect::<Vec<_>>()
    });
    Amount::new(fees.sum())
}

fn fee(block: &SealedBlock, index: usize) -> U256 {
    let receipt = &block.receipts[index];
    let blob_gas = block.transactions[index].blobs().len() as u64 * GAS_PER_BLOB;
    U256::from(receipt.gas_used) * U256::from(receipt.effective_gas_price)
        + U256::from(blob_gas) * U256::from(blob_base_fee(&block.header))
}

fn way_of(world: &World, message: &Message) -> String {
    let l1 = world.l1().id();
    let source = world.member(message.from).map_or("l1", |member| member.rollup().config().settlement.kind());
    match (message.from == l1, message.to == l1) {
        (true, _) => "deposit".into(),
        (false, true) => format!("{source} withdrawal"),
        (false, false) => format!("{source} across"),
    }
}

fn ways(world: &World) -> BTreeMap<String, Way> {
    let mut by_way: BTreeMap<String, Vec<&Message>> = BTreeMap::new();
    for message in world.book().messages() {
        if message.stage() == Stage::Delivered {
            by_way.entry(way_of(world, message)).or_default().push(message);
        }
    }
    by_way.into_iter().map(|(way, messages)| (way, summary(world, &messages))).collect()
}

fn summary(world: &World, messages: &[&Message]) -> Way {
    let mut times: Vec<u64> = messages.iter().filter_map(|message| latency(message)).collect();
    times.sort_unstable();
    let l1 = world.l1();
    let transactions: BTreeSet<B256> = messages
        .iter()
        .flat_map(|message| &message.passed)
        .filter(|passed| passed.block.0 == l1.id() && passed.stage != Stage::Proposed)
        .filter_map(|passed| passed.transaction)
        .collect();
    let fees = transactions.iter().filter_map(|hash| l1.chain().transaction(hash));
    Way {
        delivered: messages.len() as u64,
        min_ms: times.first().copied().unwrap_or_default(),
        median_ms: times.get(times.len().saturating_sub(1) / 2).copied().unwrap_or_default(),
        max_ms: times.last().copied().unwrap_or_default(),
        l1_fees: Amount::new(fees.map(|(block, index)| fee(block, index)).sum()),
    }
}

fn latency(message: &Message) -> Option<u64> {
    let sent = message.passed.front()?.at;
    Some(message.reached(Stage::Delivered)?.since(sent).as_millis())
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, seed {}, after {}", self.title, self.seed, Span::millis(self.now_ms))?;
        writeln!(f, "digest {}", self.digest)?;
        for chain in &self.chains {
            chain.write(f)?;
        }
        writeln!(f, "\nmessages")?;
        for (stage, count) in &self.messages {
            writeln!(f, "  {stage:<10} {count}")?;
        }
        for (name, way) in &self.ways {
            let Way { delivered, min_ms, median_ms, max_ms, l1_fees } = way;
            let [min, median, max] = [min_ms, median_ms, max_ms].map(|ms| Span::millis(*ms));
            writeln!(
                f,
                "  {name}: {delivered} delivered, min {min}, median {median}, max {max}, own L1 fees {l1_fees} ether"
            )?;
        }
        if let Some(sequencer) = &self.sequencer {
            sequencer.fmt(f)?;
        }
        if !self.trades.is_empty() {
            writeln!(f, "\ngains and losses in the market")?;
        }
        self.trades.iter().try_for_each(|trade| trade.fmt(f))?;
        if self.checks.is_empty() {
            return Ok(());
        }
        writeln!(f)?;
        let mut failed = 0;
        for Checked { name, passed, expected, found } in &self.checks {
            if *passed {
                writeln!(f, "PASS {name}")?;
                continue;
            }
            failed += 1;
            let [expected, found] = [expected, found].map(|text| text.as_deref().unwrap_or("nothing"));
            writeln!(f, "FAIL {name}: expected {expected} got {found}")?;
        }
        writeln!(f, "{} passed, {failed} failed", self.checks.len() - failed)
    }
}

impl ChainReport {
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{} {} ({})", self.chain_id, self.name, self.kind)?;
        for (label, head) in [("unsafe", &self.newest), ("safe", &self.safe), ("finalized", &self.finalized)]
        {
            writeln!(f, "  {label:<10} {} {}", head.number, head.hash)?;
        }
        writeln!(f, "  state root {}", self.newest.state_root)?;
        if let Some(OperatorFees { batches, claims }) = &self.operator_fees {
            writeln!(f, "  L1 fees    batches {batches} ether, claims {claims} ether")?;
        }
        for (name, Holding { ether, token }) in &self.balances {
            writeln!(f, "  {name:<10} {ether} ether, {token} test tokens")?;
        }
        Ok(())
    }
}
