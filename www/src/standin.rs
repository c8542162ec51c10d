//! A stand-in for the engine while it is being built.
use alloy_primitives::{Address, B256, Bytes, U256};
use causeway::{
    command::*, messaging::Stage, rollup::presets,
    session::{protocol::*, view::*},
    types::*,
};

pub struct Session { now: u64, chains: Vec<ChainView>, messages: Vec<(MessageView, u64, u64)>, log: Vec<LogLine>, salt: u64 }

fn b(n: u64) -> B256 { alloy_primitives::keccak256(n.to_be_bytes()) }
fn who(n: &str) -> Address { ChainId::new(1).actor_address(n) }

impl Session {
    pub fn start(source: Source) -> Result<Self, String> {
        let mut rollups = 4;
        if let Source::Scenario(text) = &source {
            rollups = text.trim().parse().map_err(|_| format!("scenario: expected a count, found {text:?}"))?;
        }
        let mut s = Self { now: 0, chains: vec![], messages: vec![], log: vec![], salt: 0 };
        s.add(900, "Ethereum", "l1", 12_000, None);
        let p = presets();
        for i in 0..rollups {
            let c = &p[[0, 3, 2, 4, 5, 1][i % 6]].config;
            let name = if i < 6 { c.name.clone() } else { format!("Rollup {}", i + 1) };
            let d = if c.settlement.kind() == "optimistic" { 7 * 86_400_000 } else { 4 * 3_600_000 };
            s.add(901 + i as u64, &name, c.settlement.kind(), c.block_time.as_millis(), Some(d));
        }
        s.send(900, 901, Cargo::Ether, "1.5 ETH to Alice");
        if rollups > 2 {
            s.send(902, 900, Cargo::Token, "250 TEST to Bob");
            s.send(903, 902, Cargo::Call, "a call of ValueStore.setValue(7)");
            s.send(901, 903, Cargo::Ether, "0.2 ETH to <b>Mallory</b>");
        }
        Ok(s)
    }
    fn add(&mut self, id: u64, name: &str, kind: &str, bt: u64, exit: Option<u64>) {
        self.chains.push(ChainView {
            id: ChainId::new(id), name: name.into(), kind: kind.into(), status: "running".into(), head: BlockNumber::new(0),
            head_time: Time::ZERO, safe: BlockNumber::new(0), finalized: BlockNumber::new(0), proposed: None, pending: 0,
            transactions: 3, base_fee: 1_000_000_000, blob_base_fee: (kind == "l1").then_some(23_000_000), fullness_permille: 120,
            block_time: Span::millis(bt), locked_ether: exit.map(|_| Amount::ether(12)), exit_delay: exit.map(Span::millis),
        });
    }
    fn send(&mut self, from: u64, to: u64, cargo: Cargo, content: &str) {
        let dur = if from == 900 { 60_000 } else { self.chains.iter().find(|c| c.id.get() == from).and_then(|c| c.exit_delay).map_or(60_000, Span::as_millis) };
        let n = self.messages.len() as u64;
        let m = MessageView { number: n, id: Some(MessageId::new(b(n + 77))), label: None, from: ChainId::new(from), to: ChainId::new(to), sender: who("alice"), cargo, content: content.into(), stage: Stage::Pending, passed: vec![], waits: None, ahead: vec![], progress_permille: 0, failure: None };
        self.messages.push((m, self.now, dur));
        self.note("message", Some(from), format!("Message {n} with {content} was sent"), Some(Subject::Message(n)));
    }
    fn note(&mut self, kind: &str, chain: Option<u64>, text: String, subject: Option<Subject>) {
        self.log.push(LogLine { number: self.log.len() as u64, at: Time::new(self.now), chain: chain.map(ChainId::new), kind: kind.into(), text, subject });
    }
    fn advance(&mut self, ms: u64) {
        let end = self.now + ms;
        for i in 0..self.chains.len() {
            let (bt, id, h) = { let c = &self.chains[i]; (c.block_time.as_millis(), c.id.get(), c.head.get()) };
            let nh = end / bt;
            if nh > h {
                let c = &mut self.chains[i];
                c.head = BlockNumber::new(nh); c.head_time = Time::new(nh * bt); c.safe = BlockNumber::new(nh.saturating_sub(60)); c.finalized = BlockNumber::new(nh.saturating_sub(400));
                if id == 900 || nh % 40 == 0 { let n = c.name.clone(); self.now = nh * bt; self.note("block", Some(id), format!("{n} sealed block {nh} with 2 transactions"), Some(Subject::Block(ChainId::new(id), BlockNumber::new(nh)))); }
            }
        }
        self.now = end;
        self.messages.sort_by_key(|m| m.0.number);
        for i in 0..self.messages.len() {
            let (m, start, dur) = &mut self.messages[i];
            if m.stage.is_last() { continue; }
            let way: Vec<Stage> = if m.from.get() == 900 { vec![Stage::Pending, Stage::Initiated, Stage::Deposited, Stage::Delivered] } else if m.to.get() == 900 { vec![Stage::Pending, Stage::Initiated, Stage::Batched, Stage::Proposed, Stage::Proven, Stage::Finalized, Stage::Delivered] } else { Stage::ALL[..8].to_vec() };
            let p = ((end - *start) * 1000 / *dur).min(1000) as u32;
            m.progress_permille = p;
            let at = (p as usize * (way.len() - 1)) / 1000;
            let (s0, d0) = (*start, *dur);
            m.passed = way[..=at].iter().enumerate().map(|(i, s)| PassedStage { stage: *s, at: Time::new(s0 + d0 * i as u64 / (way.len() as u64 - 1)), chain: m.from, transaction: Some(b(i as u64)) }).collect();
            m.stage = way[at];
            m.ahead = way[at + 1..].to_vec();
            m.waits = (!m.stage.is_last()).then(|| Waiting { what: "the challenge period to end".into(), why: "Anybody may challenge the claim for 7 days after the proof was checked on L1.".into(), until: Some(Time::new(*start + *dur)) });
            if m.stage.is_last() { let (n, to) = (m.number, m.to.get()); self.note("message", Some(to), format!("Message {n} was delivered"), Some(Subject::Message(n))); }
        }
        if self.salt * 20_000 < self.now && self.messages.iter().filter(|m| !m.0.stage.is_last()).count() < 30 && self.chains.len() > 3 {
            self.salt += 1;
            let k = self.chains.len() as u64;
            let from = 900 + (self.salt * 7) % k; let to = 900 + (self.salt * 3 + 1) % k;
            if from != to { self.send(from, to, [Cargo::Ether, Cargo::Token, Cargo::Call][self.salt as usize % 3], "0.1 ETH to Carol"); }
        }
    }
    pub fn handle(&mut self, request: Request, _budget: &mut dyn FnMut() -> bool) -> Response {
        match request {
            Request::Start(_) => Response::Refused("start".into()),
            Request::Frame { millis, view } => { self.advance(millis); self.view(view) }
            Request::Step(view) => { self.advance(250); self.view(view) }
            Request::Until { until, view } => { let ms = until.millis().saturating_sub(self.now).min(600_000); self.advance(ms); self.view(view) }
            Request::Dispatch(c, view) => {
                match c {
                    Command::SendMessage(m) => { if m.from == m.to { return Response::Refused("send_message.to: expected another chain than 901, found 901".into()); } self.send(m.from.get(), m.to.get(), Cargo::Ether, "1 ETH to Bob") }
                    Command::SpawnRollup(c) => { let d = 86_400_000; self.add(c.chain_id.get(), &c.name, c.settlement.kind(), c.block_time.as_millis(), Some(d)); self.chains.last_mut().unwrap().status = "deploying".into(); }
                    Command::RemoveRollup { chain } => { for c in &mut self.chains { if c.id == chain { c.status = "removed".into(); } } }
                    Command::Fault(Fault::HaltSequencer { chain, .. }) => { if chain.get() == 904 { panic!("the stand-in was asked to die") } for c in &mut self.chains { if c.id == chain { c.status = "halted".into(); } } }
                    _ => return Response::Refused("not in the stand-in".into()),
                }
                self.view(view)
            }
            Request::Snapshot => Response::Snapshot { bytes: vec![1, 2, 3], digest: b(self.now) },
            Request::Rpc { method, .. } => match method.as_str() { "eth_chainId" => Response::Rpc("\"0x385\"".into()), _ => Response::RpcError { code: -32601, message: format!("method: found {method}"), data: None } },
            _ => Response::Refused("not in the stand-in".into()),
        }
    }
    fn glance(&self, c: &ChainView, n: u64) -> BlockGlance { BlockGlance { number: BlockNumber::new(n), at: Time::new(n * c.block_time.as_millis()), transactions: 2, level: if n <= c.finalized.get() { "finalized" } else if n <= c.safe.get() { "safe" } else { "unsafe" }.into() } }
    fn view(&self, r: ViewRequest) -> Response {
        let people = ["Alice", "Bob", "Carol", "Relayer"].map(|n| Person { name: n.into(), address: who(&n.to_lowercase()) }).to_vec();
        let n = self.log.len() as u64;
        let lines = u64::from(r.log_lines.min(200));
        let from = r.log_from.unwrap_or(n.saturating_sub(lines)).min(n);
        let tx = |i: u64| TransactionGlance { hash: b(i), from: who("alice"), to: Some(who("portal")), kind: "deposit".into(), succeeded: i % 5 != 4 };
        let inspected = r.inspect.and_then(|s| Some(match s {
            Subject::Chain(id) => { let c = self.chains.iter().find(|c| c.id == id)?; Inspected::Chain(Box::new(ChainDetail { glance: c.clone(), state_root: b(c.head.get()), parameters: vec![Parameter { name: "block time".into(), value: c.block_time.to_string(), is_model: false }, Parameter { name: "proving delay".into(), value: "4h".into(), is_model: true }, Parameter { name: "data availability".into(), value: "blob".into(), is_model: false }], contracts: vec![Person { name: "OptimismPortal".into(), address: who("portal") }], recent: (0..8).map_while(|i| c.head.get().checked_sub(i)).map(|n| self.glance(c, n)).collect() })) }
            Subject::Block(id, n) => { let c = self.chains.iter().find(|c| c.id == id)?; Inspected::Block(Box::new(BlockDetail { chain: id, glance: self.glance(c, n.get()), hash: b(n.get()), parent: b(n.get().wrapping_sub(1)), state_root: b(1), receipts_root: b(2), transactions_root: b(3), gas_used: 5_234_000, gas_limit: 60_000_000, base_fee: 1_000_000_000, l1_origin: Some(BlockNumber::new(3)), transactions: (0..6).map(tx).collect() })) }
            Subject::Transaction(chain, hash) => Inspected::Transaction(Box::new(TransactionDetail { chain, block: BlockNumber::new(7), at: Time::new(84_000), glance: TransactionGlance { hash, ..tx(1) }, value: Amount::ether(1), nonce: 4, transaction_type: 2, gas_used: 98_123, gas_limit: 200_000, gas_price: 1_200_000_000, data: Bytes::from(vec![0xab; 100]), data_len: 100, logs: vec![LogView { address: who("portal"), name: Some("TransactionDeposited".into()), topics: vec![b(9), b(10)], data: Bytes::from(vec![1; 64]) }], failure: None, messages: vec![0] })),
            Subject::Message(n) => Inspected::Message(Box::new(self.messages.iter().find(|m| m.0.number == n)?.0.clone())),
            Subject::Account(a) => Inspected::Account(Box::new(AccountDetail { address: a, name: people.iter().find(|p| p.address == a).map(|p| p.name.clone()), holdings: self.chains.iter().map(|c| Holding { chain: c.id, ether: Amount::ether(100), token: Amount::new(U256::from(1_500_000u64)), nonce: 3, is_contract: false }).collect() })),
        }));
        let mut messages: Vec<MessageView> = self.messages.iter().map(|m| m.0.clone()).collect();
        messages.sort_by_key(|m| (m.stage.is_last(), u64::MAX - m.number));
        messages.truncate(r.messages as usize);
        let mut flows: Vec<Flow> = vec![];
        for (m, ..) in self.messages.iter().filter(|m| !m.0.stage.is_last()) { match flows.iter_mut().find(|f| f.from == m.from && f.to == m.to) { Some(f) => f.count += 1, None => flows.push(Flow { from: m.from, to: m.to, count: 1 }) } }
        Response::View(Box::new(View {
            now: Time::new(self.now), unix_seconds: 1_767_830_400 + self.now / 1000, next_event: Some(Time::new(self.now + 250)), title: "Four rollups and a coast".into(),
            summary: "One L1 and its rollups; every message between them travels by way of the L1.".into(), seed: 7, digest: b(self.now), chains: self.chains.clone(), flows, messages, message_count: self.messages.len() as u64,
            log: self.log.iter().skip(from as usize).take(lines as usize).cloned().collect(), log_count: n, inspected, people, token: TokenView { symbol: "TEST".into(), decimals: 6 },
        }))
    }
}
