//! The cheapest attack on a world, and the cheapest control that stops it. Costs are read from the world's state where
//! it has them, and are model figures where it has none.
//!
//! Controls stand in the way of what leaves by the contracts: forged claims. Stolen keys and bugs go past them, and who stands
//! still has lost nothing to a thief that they could keep.

use super::{
    AnalysisOrder, AttackFound, AttackView, ControlView, FaultView, Price, Subject, describe, nodes, whole,
};
use crate::{
    command::{BridgedAsset, Command, Control, SetControl},
    risk::{Attack, AttackSearch, FAULTS_MAX, Measure, RiskError, StressTest, cheapest_control},
    rollup::Settlement,
    rules::drain,
    settlement::INIT_BOND,
    types::{Amount, ChainId},
    world::{Exposed, Keeper, Purse, World},
};
use alloy_primitives::U256;
use std::{cmp::Reverse, ops::ControlFlow};

/// Sets of faults that are tried before the search is given up, in a small world.
const EVALUATIONS_MAX: u32 = 5_000;
/// The same in nodes and debts that are gone through, so that a large world takes no longer; at least a few sets are tried.
const WORK_MAX: u64 = 20_000_000;
const EVALUATIONS_MIN: u32 = 200;
/// Model: gas of claiming a state, proving a withdrawal in it and having it executed.
const FORGERY_GAS: u64 = 1_500_000;
/// What a breaker that is tried lets stay at least, in ten thousandths.
const RETAINED_BPS: [u16; 3] = [5_000, 7_000, 9_000];
/// What a limit that is tried lets go, as one part in so many of what the bridge holds.
const LIMITS: [u64; 2] = [10, 100];
const DAY_S: u64 = 86_400;

/// What an attacker can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    /// Claims a state in which all of an asset leaves that controls let go.
    Forge(ChainId, BridgedAsset),
    /// Takes all of an asset with a bridge's keys.
    Rob(ChainId, BridgedAsset),
    /// Takes the test tokens that a pool or an issuer keeps on a rollup.
    Steal(ChainId, Keeper),
    /// Stops a rollup.
    Halt(ChainId),
    /// Buys more than a third of the shared sequencer's bonds: its members stand still.
    Sequencer,
}

/// A deed with its price.
#[derive(Clone, Debug)]
struct Offer {
    deed: Deed,
    cost: u64,
    price: Price,
    /// What it strikes, in order.
    nodes: Vec<u32>,
}

/// Which network is struck, and what of it each deed strikes.
struct Field<'a> {
    exposed: &'a Exposed,
    members: &'a [ChainId],
}

impl Field<'_> {
    fn struck(&self, deed: Deed) -> Vec<u32> {
        let vault = |chain, asset| {
            self.exposed.vaults.iter().find(move |vault| (vault.chain, vault.asset) == (chain, asset))
        };
        let mut struck = match deed {
            Deed::Forge(chain, asset) => vault(chain, asset).map(|vault| vault.open.clone()),
            Deed::Rob(chain, asset) => {
                vault(chain, asset).map(|vault| [vault.open.as_slice(), &vault.kept].concat())
            }
            Deed::Steal(chain, keeper) => {
                let is_it = |purse: &&Purse| (purse.chain, purse.keeper) == (chain, keeper);
                self.exposed.purses.iter().find(is_it).map(|purse| purse.nodes.to_vec())
            }
            Deed::Halt(chain) => Some(nodes(self.exposed, chain)),
            Deed::Sequencer => {
                Some(self.members.iter().flat_map(|chain| nodes(self.exposed, *chain)).collect())
            }
        }
        .unwrap_or_default();
        // Where nothing is, nothing is struck.
        let sheets = self.exposed.network.sheets();
        struck.retain(|node| sheets.get(*node as usize).is_some_and(|sheet| sheet.outside_assets > 0.0));
        struck.sort_unstable();
        struck
    }
}

/// The search for both, in steps.
#[derive(Clone, Debug)]
pub(super) struct Hunt {
    stress: StressTest,
    offers: Vec<Offer>,
    left_out: u32,
    /// What all offers cause together.
    all: f64,
    at_least: u64,
    search: AttackSearch,
}

impl Hunt {
    pub(super) fn new(subject: &Subject, order: &AnalysisOrder) -> Result<Self, RiskError> {
        let mut stress = StressTest::new(subject.exposed.network.clone(), subject.exposed.recovery)?;
        let (offers, left_out) = few(offers(subject, order), &mut |nodes| loss_of(&mut stress, nodes))?;
        let all: Vec<u32> = offers.iter().flat_map(|offer| offer.nodes.iter().copied()).collect();
        let all = loss_of(&mut stress, &all)?;
        let at_least = order.at_least.unwrap_or_else(|| whole(all / 2.0).max(1));
        let costs = offers.iter().map(|offer| offer.cost).collect();
        let network = &subject.exposed.network;
        let size = u64::from(network.claims().nodes()) + network.claims().debts().len() as u64;
        let evaluations = u32::try_from(WORK_MAX / size.max(1)).unwrap_or(EVALUATIONS_MAX);
        let evaluations = evaluations.clamp(EVALUATIONS_MIN, EVALUATIONS_MAX);
        let search = AttackSearch::new(costs, at_least as f64, evaluations, |faults| {
            loss_of(&mut stress, &struck(&offers, faults))
        })?;
        Ok(Self { stress, offers, left_out, all, at_least, search })
    }

    /// Tries one set of faults more; what was found once it is over.
    pub(super) fn advance(&mut self, subject: &Subject) -> Result<Option<AttackView>, RiskError> {
        let Self { stress, offers, left_out, all, at_least, search } = self;
        let mut loss = |faults: &[u32]| loss_of(stress, &struck(offers, faults));
        let (attack, is_proven) = match search.advance(&mut loss) {
            Ok(ControlFlow::Continue(())) => return Ok(None),
            Ok(ControlFlow::Break(attack)) => (attack, *left_out == 0),
            Err(RiskError::Unsearched { .. }) => {
                let costs: Vec<u64> = offers.iter().map(|offer| offer.cost).collect();
                (Some(cheap_attack(&costs, *at_least as f64, &mut loss)?), false)
            }
            Err(other) => return Err(other),
        };
        let found = match attack {
            None => AttackFound::OutOfReach,
            Some(attack) => {
                let chosen: Vec<&Offer> =
                    attack.faults.iter().map(|fault| &offers[*fault as usize]).collect();
                let deeds: Vec<Deed> = chosen.iter().map(|offer| offer.deed).collect();
                let view = |offer: &&Offer| FaultView {
                    text: text(subject, offer.deed),
                    cost: offer.cost,
                    price: offer.price,
                };
                AttackFound::Attack {
                    faults: chosen.iter().map(view).collect(),
                    cost: u64::try_from(attack.cost).unwrap_or(u64::MAX),
                    loss: whole(attack.loss),
                    is_proven,
                    control: against(subject, &deeds, *at_least)?,
                }
            }
        };
        // No more than there is: so much can be asked for.
        Ok(Some(AttackView { at_least: *at_least, all: *all as u64, left_out: *left_out, found }))
    }
}

fn loss_of(stress: &mut StressTest, nodes: &[u32]) -> Result<f64, RiskError> {
    Ok(stress.strike(nodes)?.loss.by(Measure::Total))
}

/// What some of the offers strike.
fn struck(offers: &[Offer], faults: &[u32]) -> Vec<u32> {
    faults.iter().flat_map(|fault| offers[*fault as usize].nodes.iter().copied()).collect()
}

/// An attack that costs little, if all faults together cause enough: those that cause most for their price, without the
/// dear ones that it does not need.
fn cheap_attack(
    costs: &[u64],
    at_least: f64,
    loss_of: &mut impl FnMut(&[u32]) -> Result<f64, RiskError>,
) -> Result<Attack, RiskError> {
    let mut order = Vec::new();
    for (fault, cost) in (0..).zip(costs) {
        order.push((*cost as f64 / loss_of(&[fault])?, fault));
    }
    order.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let mut faults: Vec<u32> = Vec::new();
    for (_, fault) in order {
        if loss_of(&faults)? < at_least {
            faults.push(fault);
        }
    }
    let mut dear = faults.clone();
    dear.sort_by_key(|fault| Reverse(costs[*fault as usize]));
    for fault in dear {
        let without: Vec<u32> = faults.iter().copied().filter(|other| *other != fault).collect();
        if loss_of(&without)? >= at_least {
            faults = without;
        }
    }
    faults.sort_unstable();
    let cost = faults.iter().map(|fault| u128::from(costs[*fault as usize])).sum();
    Ok(Attack { cost, loss: loss_of(&faults)?, faults })
}

/// All deeds with their prices.
fn offers(subject: &Subject, order: &AnalysisOrder) -> Vec<Offer> {
    let world = &subject.world;
    let field = Field { exposed: &subject.exposed, members: &subject.members };
    let mut offers = Vec::new();
    let mut offer = |deed, cost, price| offers.push(Offer { deed, cost, price, nodes: field.struck(deed) });
    for chain in &subject.rollups {
        let is_optimistic = world.member(*chain).is_some_and(|member| {
            matches!(member.rollup().config().settlement, Settlement::Optimistic { .. })
        });
        for asset in BridgedAsset::ALL {
            if is_optimistic {
                offer(Deed::Forge(*chain, asset), price_of_forgery(world), Price::BondAndGas);
            }
            offer(Deed::Rob(*chain, asset), order.keys_cost, Price::Model);
        }
        offer(Deed::Halt(*chain), order.halt_cost, Price::Model);
    }
    // Where nothing runs nothing can be taken any more.
    for purse in subject.exposed.purses.iter().filter(|purse| subject.rollups.contains(&purse.chain)) {
        offer(Deed::Steal(purse.chain, purse.keeper), order.theft_cost, Price::Model);
    }
    if let (false, Some(price)) = (subject.members.is_empty(), price_of_committee(world)) {
        offer(Deed::Sequencer, price, Price::Bonds);
    }
    offers
}

/// The bond of a claim and the gas of what follows it at the base fee of L1 now, in dollars rounded up.
fn price_of_forgery(world: &World) -> u64 {
    let base_fee = world.l1().chain().head().header.base_fee_per_gas.unwrap_or_default();
    dollars_up(INIT_BOND + U256::from(FORGERY_GAS) * U256::from(base_fee))
}

/// A third of all bonds, rounded up to the next dollar: with more nobody else decides anything.
fn price_of_committee(world: &World) -> Option<u64> {
    let validators = world.committee()?.validators().members();
    let bonds = validators.iter().fold(U256::ZERO, |sum, validator| sum + world.bond(validator.node()).get());
    Some(dollars_up(bonds / U256::from(3) + U256::ONE))
}

/// Wei in dollars, rounded up.
fn dollars_up(wei: U256) -> u64 {
    let worth = BridgedAsset::Ether.worth(Amount::new(wei)).get();
    u64::try_from(worth.div_ceil(U256::from(10).pow(U256::from(18)))).unwrap_or(u64::MAX)
}

/// Without deeds that cause nothing, or for which another one strikes as much at no higher price; of more than can be
/// searched those that cause most for their price. Tells how many that leaves out.
fn few(
    mut offers: Vec<Offer>,
    loss_of: &mut impl FnMut(&[u32]) -> Result<f64, RiskError>,
) -> Result<(Vec<Offer>, u32), RiskError> {
    let covers = |larger: &Offer, smaller: &Offer| {
        larger.cost <= smaller.cost && smaller.nodes.iter().all(|node| larger.nodes.contains(node))
    };
    let is_needless = |at: usize| {
        let others = offers.iter().enumerate().filter(|(other, _)| *other != at);
        others.into_iter().any(|(other, offer)| {
            // Of two that are alike the first stays.
            covers(offer, &offers[at]) && (other < at || !covers(&offers[at], offer))
        })
    };
    let mut needed = (0..offers.len()).map(|at| !is_needless(at)).collect::<Vec<bool>>().into_iter();
    offers.retain(|_| needed.next().unwrap_or(true));
    let mut kept = Vec::new();
    for offer in offers {
        let loss = loss_of(&offer.nodes)?;
        if loss > 0.0 {
            kept.push((loss / offer.cost.max(1) as f64, offer));
        }
    }
    let left_out = kept.len().saturating_sub(FAULTS_MAX as usize);
    if left_out > 0 {
        kept.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        kept.truncate(FAULTS_MAX as usize);
    }
    let left_out = u32::try_from(left_out).unwrap_or(u32::MAX);
    Ok((kept.into_iter().map(|(_, offer)| offer).collect(), left_out))
}

/// The single control that holds back least and brings the loss of these deeds below what was wanted.
fn against(subject: &Subject, deeds: &[Deed], below: u64) -> Result<Option<ControlView>, RiskError> {
    let mut controls: Vec<(u64, Command)> = Vec::new();
    for deed in deeds {
        match *deed {
            Deed::Forge(chain, asset) => {
                let vault =
                    subject.exposed.vaults.iter().find(|vault| (vault.chain, vault.asset) == (chain, asset));
                let held = vault.map(|vault| vault.held.get()).unwrap_or_default();
                controls.extend(limits(held).into_iter().map(|(control, lets_go)| {
                    let back = asset.worth(Amount::new(held.saturating_sub(lets_go))).get();
                    let back = u64::try_from(back / U256::from(10).pow(U256::from(18))).unwrap_or(u64::MAX);
                    (back, Command::SetControl(SetControl { chain, asset, control }))
                }));
            }
            Deed::Sequencer => {
                let leave = |chain: &ChainId| (0, Command::SetOrdering { chain: *chain, shared: false });
                controls.extend(subject.members.iter().map(leave));
            }
            Deed::Rob(..) | Deed::Steal(..) | Deed::Halt(_) => {}
        }
    }
    let costs: Vec<u64> = controls.iter().map(|(cost, _)| *cost).collect();
    let best =
        cheapest_control(&costs, below as f64, |at| loss_under(subject, deeds, &controls[at as usize].1))?;
    Ok(best.map(|best| {
        let (holds_back, command) = controls[best.control as usize].clone();
        let text = describe::command(&subject.world, &command);
        ControlView { text, holds_back, loss: whole(best.loss), command: Box::new(command) }
    }))
}

/// Controls that limit what leaves of so much, with the most that each lets go at once; of those that hold back as much
/// the one first that is tried first.
fn limits(held: U256) -> Vec<(Control, U256)> {
    let mut limits = Vec::new();
    for bps in RETAINED_BPS {
        limits.push((Control::breaker(bps), drain::circuit_breaker(held, bps)));
    }
    for part in LIMITS {
        let limit = Amount::new(held / U256::from(part));
        let rate = Amount::new(limit.get() / U256::from(DAY_S));
        if rate != Amount::ZERO {
            limits.push((Control::DailyLimit { limit }, limit.get()));
            limits.push((Control::TokenBucket { capacity: limit, rate }, limit.get()));
        }
    }
    limits.push((Control::Pause { on: true }, U256::ZERO));
    limits
}

/// What the deeds cause with one control set before.
fn loss_under(subject: &Subject, deeds: &[Deed], command: &Command) -> Result<f64, RiskError> {
    let (control, left) = match command {
        Command::SetControl(order) => (Some(order), None),
        Command::SetOrdering { chain, .. } => (None, Some(*chain)),
        _ => (None, None),
    };
    let exposed = control.map(|control| subject.exposed.under(control)).transpose()?;
    let exposed = exposed.as_ref().unwrap_or(&subject.exposed);
    let mut members = subject.members.clone();
    members.retain(|chain| Some(*chain) != left);
    let field = Field { exposed, members: &members };
    let nodes: Vec<u32> = deeds.iter().flat_map(|deed| field.struck(*deed)).collect();
    let mut stress = StressTest::new(exposed.network.clone(), exposed.recovery)?;
    loss_of(&mut stress, &nodes)
}

fn text(subject: &Subject, deed: Deed) -> String {
    let name = |chain| subject.chain_name(chain);
    let what = |asset| match asset {
        BridgedAsset::Ether => "ether",
        BridgedAsset::Token => "tokens",
    };
    match deed {
        Deed::Forge(chain, asset) => {
            format!("claim a forged state of {} that pays out its {}", name(chain), what(asset))
        }
        Deed::Rob(chain, asset) => {
            format!("steal the keys of the bridge of {} and take its {}", name(chain), what(asset))
        }
        Deed::Steal(chain, Keeper::Pool) => {
            format!("drain the pool of test tokens of {} by a bug", name(chain))
        }
        Deed::Steal(chain, Keeper::Issuer) => {
            format!("steal an issuer's keys and take what it keeps on {}", name(chain))
        }
        Deed::Halt(chain) => format!("stop {} until its debts are due", name(chain)),
        Deed::Sequencer => {
            let members: Vec<String> = subject.members.iter().map(|chain| name(*chain)).collect();
            format!("buy a third of the shared sequencer and stop {}", members.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        scenario::Scenario,
        sim::Generator,
        types::{Span, Time},
    };
    use alloy_primitives::Address;
    use serde_json::{Value, json};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn offer(cost: u64, nodes: &[u32]) -> Offer {
        Offer { deed: Deed::Sequencer, cost, price: Price::Model, nodes: nodes.to_vec() }
    }

    fn left(offers: Vec<Offer>) -> (Vec<(u64, Vec<u32>)>, u32) {
        let mut loss_of = |nodes: &[u32]| Ok(nodes.iter().map(|node| f64::from(*node)).sum());
        let (offers, left_out) = few(offers, &mut loss_of).unwrap();
        (offers.into_iter().map(|offer| (offer.cost, offer.nodes)).collect(), left_out)
    }

    #[test]
    fn only_what_nothing_does_better_is_searched() {
        let offers = vec![
            offer(5, &[1]),
            offer(4, &[1, 2]),
            offer(3, &[2]),
            offer(3, &[2]),
            offer(1, &[0]),
            offer(9, &[3]),
        ];
        assert_eq!(left(offers), (vec![(4, vec![1, 2]), (3, vec![2]), (9, vec![3])], 0));
    }

    #[test]
    fn a_cheap_attack_causes_enough_and_needs_all_its_faults() {
        let losses = [10.0, 5.0, 6.0, 1.0];
        let mut loss_of = |faults: &[u32]| Ok(faults.iter().map(|fault| losses[*fault as usize]).sum());
        let mut found = |at_least| cheap_attack(&[20, 4, 6, 1], at_least, &mut loss_of).unwrap();
        assert_eq!(found(11.0), Attack { faults: vec![1, 2], cost: 10, loss: 11.0 });
        assert_eq!(found(15.0), Attack { faults: vec![0, 1], cost: 24, loss: 15.0 });
        assert_eq!(found(22.0).faults, [0, 1, 2, 3]);
    }

    #[test]
    fn of_too_many_those_that_cause_least_are_left_out() {
        let (kept, left_out) = left((1..=FAULTS_MAX + 6).map(|node| offer(1, &[node])).collect());
        assert_eq!((kept.len(), left_out), (FAULTS_MAX as usize, 6));
        assert!(kept.iter().all(|(_, nodes)| nodes[0] > 6));
    }

    /// Rollups of which two are optimistic, and firms that owe each other over them.
    fn drawn_world(seed: u64, rollups: u64) -> World {
        let mut generator = Generator::new(seed, "worlds");
        let rollup = |number: u64| {
            let settlement = if number < 2 {
                json!({ "optimistic": { "challenge_period": "1h", "game_clock": "30m", "air_gap": "30m" } })
            } else {
                json!({ "zk": { "proving_delay": "10m", "prover_gas_per_second": 0, "execution_delay": "0s" } })
            };
            json!({ "chain_id": 901 + number, "settlement": settlement })
        };
        let account = |number: u64| Address::left_padding_from(&(0xf1a0_0000 + number).to_be_bytes());
        let mut firm = |number: u64| {
            let reserve = 1_000 + generator.up_to(900_000);
            let loan = json!({
                "to": account(number + 1), "amount": format!("{} ether", 1 + generator.up_to(reserve - 1)),
                "term": "6h", "cost_bps": generator.up_to(5_000),
            });
            let loans = if number < 4 { vec![loan] } else { vec![] };
            let home = 901 + generator.up_to(rollups - 1);
            let kind =
                json!({ "firm": { "home": home, "reserve": format!("{reserve} ether"), "loans": loans } });
            json!({ "name": format!("Firm {number}"), "account": account(number), "kind": kind })
        };
        let mut agents: Vec<Value> = (0..5).map(&mut firm).collect();
        if rollups == 2 {
            let reserve = format!("{} ether", 1 + generator.up_to(100_000));
            let issuer = json!({ "issuer": { "chains": [901, 902], "reserve": reserve } });
            agents.push(json!({ "name": "Issuer", "account": account(20), "kind": issuer }));
            let amount = format!("{} ether", 1 + generator.up_to(19_999));
            let maker = json!({ "firm": {
                "home": 901, "reserve": "0", "provides": [{ "chain": 901, "amount": amount }],
            } });
            agents.push(json!({ "name": "Maker", "account": account(21), "kind": maker }));
        }
        let text = json!({ "rollups": (0..rollups).map(rollup).collect::<Vec<_>>(), "agents": agents });
        let mut world = World::new(&Scenario::from_json(&text.to_string()).unwrap()).unwrap();
        // What a pool is provided with takes its time.
        world.run_until(Time::ZERO.plus(Span::minutes(if rollups == 2 { 15 } else { 5 })));
        world
    }

    fn search(subject: &Subject, order: &AnalysisOrder) -> AttackView {
        let mut hunt = Hunt::new(subject, order).unwrap();
        std::iter::from_fn(|| Some(hunt.advance(subject).unwrap())).flatten().next().unwrap()
    }

    #[test]
    fn in_drawn_worlds_no_set_of_faults_is_cheaper() {
        let worlds = if cfg!(target_arch = "wasm32") { 3 } else { 70 };
        let (mut larger, mut thefts) = (0, 0);
        for seed in 0..worlds {
            let rollups = 2 + seed % 7;
            let subject = Subject::new(&drawn_world(seed, rollups)).unwrap();
            assert_eq!(subject.exposed.purses.len(), if rollups == 2 { 3 } else { 0 });
            let mut generator = Generator::new(seed, "prices");
            let [keys_cost, theft_cost, halt_cost] =
                [9_000, 50, 900].map(|price| price + generator.up_to(price));
            let mut order = AnalysisOrder { keys_cost, theft_cost, halt_cost, ..AnalysisOrder::default() };
            let mut stress =
                StressTest::new(subject.exposed.network.clone(), subject.exposed.recovery).unwrap();
            let mut loss_of = |nodes: &[u32]| super::loss_of(&mut stress, nodes);
            let mut offers = offers(&subject, &order);
            // Of two rollups all sets are tried, also those that the search leaves out as needless.
            if rollups > 2 {
                let left_out;
                (offers, left_out) = few(offers, &mut loss_of).unwrap();
                assert_eq!(left_out, 0);
            }
            let all = search(&subject, &order).all;
            // What pools and issuers have is little beside what bridges hold.
            let tenths = all / 10 * (1 + generator.up_to(8));
            let wanted = if rollups == 2 { 1 + generator.up_to(100_000) } else { tenths };
            order.at_least = Some(wanted);
            let mut least = u64::MAX;
            for set in 0..1_u32 << offers.len() {
                let chosen = || offers.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1);
                let cost = chosen().map(|(_, offer)| offer.cost).sum();
                let nodes: Vec<u32> = chosen().flat_map(|(_, offer)| offer.nodes.iter().copied()).collect();
                if cost < least && loss_of(&nodes).unwrap() >= wanted as f64 {
                    least = cost;
                }
            }
            let found = search(&subject, &order).found;
            let AttackFound::Attack { cost, loss, is_proven, faults, .. } = found else {
                panic!("{found:?}")
            };
            assert_eq!((cost, is_proven), (least, true), "seed {seed}");
            assert!(loss >= wanted, "seed {seed}");
            larger += u64::from(faults.len() > 1);
            thefts += u64::from(
                faults.iter().any(|fault| fault.text.contains("drain") || fault.text.contains("issuer")),
            );
        }
        assert!(larger > worlds / 3, "the draws test too little");
        assert!(thefts > 0 || worlds < 70, "nobody steals");
    }
}
