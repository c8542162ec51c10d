//! What goes wrong with a shared sequencer and its members, what it costs whom, and the way out.

use crate::bundles::{A, B, alice, call, ether, shared, state, submit, transfer, wave};
use alloy_primitives::{Address, U256, keccak256};
use alloy_sol_types::{SolCall, SolValue};
use causeway::{
    command::{Command, Fault, LegOrder, SendMessage, SequencerFault, SubmitBundle, Transact},
    contracts::{
        abi::{IOptimismPortal, IToken},
        addresses, approve, swap_exact_in, token_balance,
    },
    scenario::Scenario,
    sequencing::{
        Abort, BundleId, BundleState, Guarantee,
        committee::{Behaviour, NodeId, Round},
    },
    types::{Amount, ChainId, Span},
    world::{Fact, World},
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn fault(world: &mut World, fault: SequencerFault) {
    world.dispatch(&Command::Fault(Fault::Sequencer(fault))).unwrap();
}

fn nodes(numbers: &[u8]) -> Vec<NodeId> {
    numbers.iter().copied().map(NodeId::new).collect()
}

fn crash(world: &mut World, numbers: &[u8], crashed: bool) {
    fault(world, SequencerFault::Crash { nodes: nodes(numbers), crashed });
}

fn halt(world: &mut World, chain: ChainId, halted: bool) {
    world.dispatch(&Command::Fault(Fault::HaltSequencer { chain, halted })).unwrap();
}

fn run(world: &mut World, span: Span) {
    world.run_until(world.now().plus(span));
}

fn both(world: &World) -> Vec<LegOrder> {
    vec![transfer(world, A, 3), transfer(world, B, 4)]
}

fn bob(world: &World) -> Address {
    world.people().iter().nth(1).unwrap().1
}

/// A transaction of a simulated actor in a rollup's mempool.
fn transact(world: &mut World, leg: LegOrder) {
    let LegOrder::Actor(transact) = leg else { panic!("expected an actor's leg") };
    world.dispatch(&Command::Transact(Transact { gas_limit: Some(200_000), ..transact })).unwrap();
}

fn is_landed(world: &World, id: BundleId) -> bool {
    matches!(state(world, id), BundleState::Landed(..))
}

/// Lets time pass until something holds; how long it took.
fn until(world: &mut World, limit: Span, holds: impl Fn(&World) -> bool) -> Span {
    let (from, end) = (world.now(), world.now().plus(limit));
    while !holds(world) {
        assert!(world.step_until(end), "it did not come about within {limit}");
    }
    world.now().since(from)
}

/// What a node has bonded on L1.
fn bond(world: &World, node: NodeId) -> U256 {
    let slot = keccak256((world.node_address(node), U256::ZERO).abi_encode());
    world.l1().chain().state().storage(addresses::SEQUENCER_BONDS, slot.into())
}

fn tally_open(world: &World) -> bool {
    world.sequencer().unwrap().tally().is_some()
}

#[test]
fn a_leader_that_crashes_costs_rounds_and_nothing_else() {
    let mut world = shared();
    let committee = world.committee().unwrap();
    let leader = committee.validators().leader(committee.next_height(), Round::FIRST).node();
    crash(&mut world, &[leader.get()], true);
    let legs = both(&world);
    let id = submit(&mut world, Guarantee::Execution, legs);
    until(&mut world, Span::seconds(40), |world| is_landed(world, id));
    let first = &world.sequencer().unwrap().slots()[0];
    assert!(first.round > Round::FIRST, "another leader's round decides");
    run(&mut world, Span::seconds(4));
    assert_eq!((wave(&world, A), wave(&world, B)), (ether(3), ether(4)));
}

/// Alice's transfer of WAVE, sent through the rollup's portal on L1.
fn force(world: &mut World, chain: ChainId, amount: u64) {
    let data = IToken::transferCall { to: Address::repeat_byte(9), value: ether(amount) }.abi_encode();
    let portal = world.member(chain).unwrap().rollup().genesis().contracts().portal;
    let deposit = IOptimismPortal::depositTransactionCall {
        to: addresses::WAVE,
        value: U256::ZERO,
        gasLimit: 200_000,
        isCreation: false,
        data: data.into(),
    };
    let order = Transact {
        chain: world.l1().id(),
        from: alice(world),
        to: Some(portal),
        value: Amount::default(),
        data: deposit.abi_encode().into(),
        gas_limit: Some(500_000),
    };
    world.dispatch(&Command::Transact(order)).unwrap();
}

/// Forced through L1, a transaction is there after an L1 slot of 12 s, the link and a block time.
const FORCED_WITHIN: Span = Span::seconds(30);

#[test]
fn with_f_and_one_crashed_all_members_stop_and_l1_is_the_way_out() {
    let mut world = shared();
    crash(&mut world, &[0], true);
    let legs = both(&world);
    let id = submit(&mut world, Guarantee::Execution, legs);
    until(&mut world, Span::seconds(40), |world| is_landed(world, id));
    crash(&mut world, &[1], true);
    let legs = both(&world);
    let id = submit(&mut world, Guarantee::Execution, legs);
    let single = transfer(&world, A, 1);
    transact(&mut world, single);
    run(&mut world, Span::seconds(30));
    assert_eq!((wave(&world, A), wave(&world, B)), (ether(3), ether(4)), "nothing is ordered");
    force(&mut world, A, 5);
    let delay = until(&mut world, FORCED_WITHIN, |world| wave(world, A) == ether(8));
    assert!(delay >= Span::millis(1));
    assert!(!is_landed(&world, id));
    crash(&mut world, &[0, 1], false);
    // Alice's single of the same nonces waits no longer than the bundle: all that waited lands.
    until(&mut world, Span::minutes(1), |world| state(world, id).is_last() && wave(world, A) > ether(8));
}

#[test]
fn who_signs_twice_loses_its_bond() {
    let mut world = shared();
    assert_eq!(bond(&world, NodeId::new(2)), Amount::ether(32).get());
    fault(&mut world, SequencerFault::Behave { nodes: nodes(&[2]), behaviour: Behaviour::Equivocate });
    for _ in 0..6 {
        let legs = both(&world);
        submit(&mut world, Guarantee::Execution, legs);
        run(&mut world, Span::seconds(8));
    }
    let facts = world.trace().facts();
    let accused: Vec<NodeId> = facts
        .iter()
        .filter_map(|(_, fact)| match fact {
            Fact::Equivocated { node, .. } => Some(*node),
            _ => None,
        })
        .collect();
    assert!(!accused.is_empty() && accused.iter().all(|node| *node == NodeId::new(2)), "{accused:?}");
    assert!(!facts.iter().any(|(_, fact)| matches!(fact, Fact::Disagreed { .. })), "f faults break nothing");
    run(&mut world, Span::minutes(1));
    assert_eq!(bond(&world, NodeId::new(2)), U256::ZERO);
    assert_eq!(bond(&world, NodeId::new(1)), Amount::ether(32).get());
    assert_eq!((wave(&world, A), wave(&world, B)), (ether(18), ether(24)));
}

#[test]
fn censored_accounts_and_rollups_get_through_by_l1() {
    let censor = |accounts, chains| SequencerFault::Censor { accounts, chains, nodes: None };
    for by_account in [true, false] {
        let mut world = shared();
        let alice = alice(&world);
        let what = if by_account { censor(vec![alice], vec![]) } else { censor(vec![], vec![A]) };
        fault(&mut world, what);
        let single = transfer(&world, A, 1);
        transact(&mut world, single);
        let legs = both(&world);
        let id = submit(&mut world, Guarantee::Inclusion, legs);
        run(&mut world, Span::seconds(50));
        assert_eq!((wave(&world, A), wave(&world, B)), (U256::ZERO, U256::ZERO));
        force(&mut world, A, 5);
        until(&mut world, FORCED_WITHIN, |world| wave(world, A) == ether(5));
        run(&mut world, Span::minutes(1));
        assert!(matches!(state(&world, id), BundleState::Aborted(Abort::Deadline) | BundleState::Waiting));
        fault(&mut world, censor(vec![], vec![]));
        until(&mut world, Span::seconds(20), |world| wave(world, A) == ether(6));
    }
}

#[test]
fn a_split_committee_decides_nothing_and_heals() {
    let mut world = shared();
    fault(&mut world, SequencerFault::Split { groups: vec![nodes(&[0, 1]), nodes(&[2, 3])] });
    let legs = both(&world);
    let order =
        SubmitBundle { label: None, guarantee: Guarantee::Execution, deadline: Span::minutes(10), legs };
    world.dispatch(&Command::SubmitBundle(order)).unwrap();
    run(&mut world, Span::minutes(2));
    assert_eq!(world.sequencer().unwrap().slots().len(), 0);
    fault(&mut world, SequencerFault::Split { groups: vec![] });
    until(&mut world, Span::seconds(90), |world| is_landed(world, BundleId::new(0)));
}

#[test]
fn who_includes_without_executing_pays_the_victim() {
    let mut world = shared();
    fault(&mut world, SequencerFault::BreakPromises { broken: true });
    let before = world.l1().chain().state().balance(alice(&world));
    // Nobody has a million.
    let legs = vec![transfer(&world, A, 3), transfer(&world, B, 1_000_000)];
    let id = submit(&mut world, Guarantee::Execution, legs);
    run(&mut world, Span::seconds(8));
    assert!(is_landed(&world, id));
    assert_eq!((wave(&world, A), wave(&world, B)), (ether(3), U256::ZERO), "3 WAVE are lost");
    run(&mut world, Span::minutes(1));
    let culprit = world.trace().facts().iter().find_map(|(_, fact)| match fact {
        Fact::PromiseBroken { node, .. } => Some(*node),
        _ => None,
    });
    assert_eq!(bond(&world, culprit.unwrap()), U256::ZERO);
    let after = world.l1().chain().state().balance(alice(&world));
    assert_eq!(after - before, Amount::ether(32).get(), "the bond is the victim's");
}

#[test]
fn a_member_that_halts_before_it_votes_aborts_the_bundle() {
    let mut world = shared();
    halt(&mut world, B, true);
    let legs = both(&world);
    let id = submit(&mut world, Guarantee::Execution, legs);
    let single = transfer(&world, A, 1);
    run(&mut world, Span::seconds(10));
    transact(&mut world, single);
    run(&mut world, Span::seconds(10));
    assert_eq!((wave(&world, A), wave(&world, B)), (ether(1), U256::ZERO), "A goes on without");
    run(&mut world, Span::minutes(1));
    assert_eq!(state(&world, id), BundleState::Aborted(Abort::Deadline));
    halt(&mut world, B, false);
    let single = transfer(&world, B, 2);
    transact(&mut world, single);
    run(&mut world, Span::seconds(20));
    assert_eq!((wave(&world, A), wave(&world, B)), (ether(1), ether(2)), "nothing comes late");
}

#[test]
fn a_bundle_of_a_halted_member_alone_waits_for_it() {
    let mut world = shared();
    halt(&mut world, B, true);
    let legs = vec![transfer(&world, B, 4)];
    let id = submit(&mut world, Guarantee::Execution, legs);
    run(&mut world, Span::seconds(20));
    assert!(!state(&world, id).is_last());
    halt(&mut world, B, false);
    until(&mut world, Span::seconds(15), |world| is_landed(world, id));
}

#[test]
fn a_member_that_halts_after_its_vote_applies_the_bundle_when_it_goes_on() {
    let mut world = shared();
    let legs = both(&world);
    let id = submit(&mut world, Guarantee::Execution, legs);
    until(&mut world, Span::seconds(8), tally_open);
    until(&mut world, Span::seconds(2), |world| {
        world.sequencer().unwrap().tally().is_some_and(|(_, tally)| tally.votes().len() == 2)
    });
    halt(&mut world, B, true);
    run(&mut world, Span::seconds(30));
    assert!(is_landed(&world, id));
    assert_eq!((wave(&world, A), wave(&world, B)), (ether(3), U256::ZERO));
    assert!(world.member(B).unwrap().rollup().holds(), "B can do nothing else before it");
    halt(&mut world, B, false);
    run(&mut world, Span::seconds(2));
    assert_eq!((wave(&world, A), wave(&world, B)), (ether(3), ether(4)));
}

#[test]
fn withheld_votes_abort_what_was_built_and_leave_no_trace_of_it() {
    let mut world = shared();
    let withhold = |withheld| Command::Fault(Fault::WithholdVotes { chain: B, withheld });
    world.dispatch(&withhold(true)).unwrap();
    let legs = both(&world);
    let id = submit(&mut world, Guarantee::Execution, legs);
    until(&mut world, Span::seconds(8), tally_open);
    run(&mut world, Span::seconds(20));
    assert_eq!((wave(&world, A), wave(&world, B)), (U256::ZERO, U256::ZERO));
    run(&mut world, Span::minutes(1));
    assert!(matches!(state(&world, id), BundleState::Aborted(_)), "{:?}", state(&world, id));
    assert_eq!((wave(&world, A), wave(&world, B)), (U256::ZERO, U256::ZERO));
    world.dispatch(&withhold(false)).unwrap();
    let legs = both(&world);
    let id = submit(&mut world, Guarantee::Execution, legs);
    until(&mut world, Span::seconds(10), |world| is_landed(world, id));
    run(&mut world, Span::seconds(4));
    assert_eq!((wave(&world, A), wave(&world, B)), (ether(3), ether(4)));
}

fn three() -> World {
    let text = r#"{
        "rollups": [
            {"chain_id": 901, "name": "A", "block_time": "2s", "batch_cadence": "1m"},
            {"chain_id": 902, "name": "B", "block_time": "1s", "batch_cadence": "1m"},
            {"chain_id": 903, "name": "C", "block_time": "1s", "batch_cadence": "1m"}
        ],
        "sequencer": {"members": [901, 902, 903]}
    }"#;
    let mut world = World::new(&Scenario::from_json(text).unwrap()).unwrap();
    run(&mut world, Span::minutes(1));
    world
}

const C: ChainId = ChainId::new(903);

#[test]
fn what_shares_a_block_with_an_aborted_bundle_still_keeps_its_own_promise() {
    let mut world = three();
    world.dispatch(&Command::Fault(Fault::WithholdVotes { chain: C, withheld: true })).unwrap();
    // The first falls since C is silent. The second, of mere inclusion, shares A's block with it.
    let falls = vec![transfer(&world, A, 1), transfer(&world, C, 1)];
    let falls = submit(&mut world, Guarantee::Execution, falls);
    let stays = both(&world);
    let stays = submit(&mut world, Guarantee::Inclusion, stays);
    until(&mut world, Span::seconds(8), tally_open);
    until(&mut world, Span::seconds(8), |world| !tally_open(world));
    run(&mut world, Span::seconds(3));
    assert!(is_landed(&world, stays), "{:?}", state(&world, stays));
    assert!(!is_landed(&world, falls));
    assert_eq!([A, B, C].map(|chain| wave(&world, chain)), [ether(3), ether(4), U256::ZERO]);
}

#[test]
fn what_rests_on_an_aborted_bundle_falls_with_it() {
    let mut world = three();
    let bob = bob(&world);
    world.dispatch(&Command::Fault(Fault::WithholdVotes { chain: C, withheld: true })).unwrap();
    let have = token_balance(world.chain(A).unwrap().state(), addresses::WAVE, bob);
    // Bob can pay only with what Alice gives him in a bundle that C does not vote for.
    let give = IToken::transferCall { to: bob, value: ether(3) };
    let gift = call(&world, A, addresses::WAVE, give.abi_encode().into());
    let other = transfer(&world, C, 1);
    submit(&mut world, Guarantee::Execution, vec![gift, other]);
    let spend = IToken::transferCall { to: Address::repeat_byte(9), value: have + ether(3) };
    let mut spending = call(&world, A, addresses::WAVE, spend.abi_encode().into());
    if let LegOrder::Actor(transact) = &mut spending {
        transact.from = bob;
    }
    let other = transfer(&world, B, 4);
    let rests = submit(&mut world, Guarantee::Execution, vec![spending, other]);
    until(&mut world, Span::seconds(8), tally_open);
    until(&mut world, Span::seconds(8), |world| !tally_open(world));
    run(&mut world, Span::seconds(3));
    assert!(matches!(state(&world, rests), BundleState::Aborted(Abort::LegFailed { leg: 0, .. })));
    assert_eq!([A, B, C].map(|chain| wave(&world, chain)), [U256::ZERO; 3]);
    assert_eq!(token_balance(world.chain(A).unwrap().state(), addresses::WAVE, bob), have);
}

#[test]
fn a_member_that_leaves_goes_on_alone_and_its_bundles_end() {
    let mut world = shared();
    crash(&mut world, &[0, 1], true);
    let single = transfer(&world, A, 1);
    transact(&mut world, single);
    let legs = both(&world);
    let id = submit(&mut world, Guarantee::Execution, legs);
    let legs = vec![transfer(&world, A, 7)];
    let alone = submit(&mut world, Guarantee::Execution, legs);
    run(&mut world, Span::seconds(20));
    assert_eq!(wave(&world, A), U256::ZERO, "A stands still with the others");
    world.dispatch(&Command::SetOrdering { chain: A, shared: false }).unwrap();
    until(&mut world, Span::seconds(4), |world| wave(world, A) == ether(1));
    for id in [id, alone] {
        assert_eq!(state(&world, id), BundleState::Aborted(Abort::Left { chain: A }));
    }
    crash(&mut world, &[0, 1], false);
    run(&mut world, Span::seconds(30));
    world.dispatch(&Command::SetOrdering { chain: A, shared: true }).unwrap();
    let legs = both(&world);
    let id = submit(&mut world, Guarantee::Execution, legs);
    until(&mut world, Span::seconds(10), |world| is_landed(world, id));
}

/// What a victim's swap of 5 000 USDX on A gives, with an attacker at hand.
fn swap_under(sequencer: &str) -> U256 {
    let text = format!(
        r#"{{ "rollups": [
            {{"chain_id": 901, "name": "A", "block_time": "2s", "batch_cadence": "1m"}},
            {{"chain_id": 902, "name": "B", "block_time": "1s", "batch_cadence": "1m"}} ],
            "sequencer": {sequencer} }}"#
    );
    let mut world = World::new(&Scenario::from_json(&text).unwrap()).unwrap();
    run(&mut world, Span::minutes(1));
    let (victim, attacker) = (alice(&world), bob(&world));
    fault(&mut world, SequencerFault::Sandwich { attacker: Some(attacker) });
    let allow = call(&world, A, addresses::USDX, approve(addresses::PAIR, U256::MAX));
    transact(&mut world, allow);
    run(&mut world, Span::seconds(20));
    let has = |world: &World| token_balance(world.chain(A).unwrap().state(), addresses::WAVE, victim);
    let before = has(&world);
    let data = swap_exact_in(addresses::USDX, ether(5_000), U256::ZERO, victim, u64::MAX);
    let swap = call(&world, A, addresses::PAIR, data);
    transact(&mut world, swap);
    run(&mut world, Span::seconds(20));
    has(&world) - before
}

#[test]
fn who_sees_a_trade_first_decides_what_its_sender_gets() {
    // A rollup that is no member orders for itself, by tip: nobody trades around the victim with its help.
    let separate = swap_under(r#"{"members": [902]}"#);
    let open = swap_under(r#"{"members": [901, 902]}"#);
    let encrypted = swap_under(r#"{"members": [901, 902], "visibility": "encrypted"}"#);
    let fair = causeway::finance::amount_out(
        ether(5_000),
        causeway::contracts::POOL_USDX,
        causeway::contracts::POOL_WAVE,
    );
    assert_eq!(Some(separate), fair.ok());
    assert_eq!(encrypted, separate, "what no leader sees it can't trade around");
    assert!(open < separate, "the sandwich costs {} wei of WAVE", separate - open);
    let lost_in_thousandths = (separate - open) * U256::from(1000) / separate;
    assert!(lost_in_thousandths >= U256::from(10), "{lost_in_thousandths}");
}

#[test]
fn a_member_that_joins_late_is_ordered_with_the_others() {
    let mut world = shared();
    world.dispatch(&Command::SetOrdering { chain: B, shared: false }).unwrap();
    let single = transfer(&world, B, 1);
    transact(&mut world, single);
    until(&mut world, Span::seconds(4), |world| wave(world, B) == ether(1));
    world.dispatch(&Command::SetOrdering { chain: B, shared: true }).unwrap();
    let legs = both(&world);
    let id = submit(&mut world, Guarantee::Execution, legs);
    until(&mut world, Span::seconds(10), |world| is_landed(world, id));
}

#[test]
fn a_forced_transaction_executes_first_and_aborts_what_it_invalidates() {
    let mut world = shared();
    let alice = alice(&world);
    let has = token_balance(world.chain(A).unwrap().state(), addresses::WAVE, alice) / ether(1);
    let deposit_waits = |world: &World| {
        let portal = world.member(A).unwrap().rollup().genesis().contracts().portal;
        let block = world.l1().chain().head();
        block.transactions.iter().any(|sent| sent.to() == Some(portal) && sent.from() == alice)
    };
    force(&mut world, A, has.to::<u64>());
    until(&mut world, FORCED_WITHIN, deposit_waits);
    let before = wave(&world, A);
    let legs = both(&world);
    let id = submit(&mut world, Guarantee::Execution, legs);
    until(&mut world, Span::seconds(40), |world| state(world, id).is_last());
    assert!(matches!(state(&world, id), BundleState::Aborted(Abort::LegFailed { leg: 0, .. })));
    run(&mut world, Span::seconds(4));
    assert_eq!((wave(&world, A), wave(&world, B)), (before + ether(1) * has, U256::ZERO));
}

#[test]
fn a_forced_message_arrives_while_the_sequencer_is_silent() {
    let mut world = shared();
    crash(&mut world, &[0, 1], true);
    let json =
        r#"{ "from": 900, "to": 901, "label": "forced", "content": { "ether": { "amount": "1 ether" } } }"#;
    let message: SendMessage = serde_json::from_str(json).unwrap();
    world.dispatch(&Command::SendMessage(message)).unwrap();
    let latency = |world: &World| world.book().labelled("forced").and_then(|message| message.latency());
    until(&mut world, FORCED_WITHIN, |world| latency(world).is_some());
}
