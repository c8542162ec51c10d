//! The shipped lessons, played to their end as a visitor would, and by one who does nothing or other things.

use crate::support::at;
use alloy_primitives::{Bytes, U256, keccak256};
use alloy_sol_types::{SolCall, SolValue};
use causeway::{
    command::{
        BridgedAsset, Command, Control, Fault, Forgery, LegOrder, MessageContent, Predicate, ProveMessage,
        SendMessage, SequencerFault, SetControl, SetTraffic, SubmitBundle, Transact, Verdict,
    },
    contracts::{
        abi::{IMailboxBridge, IToken},
        addresses, approve, swap_exact_in,
    },
    messaging::Stage,
    scenario::{Lesson, LessonError, Step},
    sequencing::{Guarantee, committee::NodeId},
    session::{Session, timeline::Travel, view::ViewRequest},
    types::{Amount, ChainId, Span, Time},
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn holds(session: &Session, predicate: &Predicate) -> bool {
    session.check(predicate).unwrap() == Verdict::Holds
}

fn send(session: &mut Session, from: u64, to: u64, ether: u64, relay: bool) {
    let content = MessageContent::Ether { amount: Amount::ether(ether), recipient: None };
    let (from, to) = (ChainId::new(from), ChainId::new(to));
    let message = SendMessage { label: None, from, to, sender: None, content, relay };
    session.dispatch(&Command::SendMessage(message)).unwrap();
}

fn traffic(session: &mut Session, chain: u64, per_second: u32) {
    let order = SetTraffic { chain: ChainId::new(chain), per_second, from: None };
    session.dispatch(&Command::SetTraffic(order)).unwrap();
}

/// Lets time pass until a step is done; gives up after thirty days.
fn wait(session: &mut Session, step: &Step) {
    let end = session.world().now().plus(Span::days(30));
    while !holds(session, &step.until) {
        assert!(session.world().now() < end, "never done: {}", step.title);
        let next = session.world().next_event().unwrap_or(end);
        session.run_until(next);
    }
}

/// Plays a lesson: `act` does what each step asks for. Gives for each step the options that came true.
fn play(name: &str, mut act: impl FnMut(usize, &mut Session)) -> Vec<Vec<usize>> {
    let lesson = Lesson::named(name).unwrap();
    let mut session = Session::new(&lesson.scenario).unwrap();
    session.run_until(Time::new(30_000));
    let mut right = Vec::new();
    for (number, step) in lesson.steps.iter().enumerate() {
        assert!(!holds(&session, &step.until), "done before anything was done: {}", step.title);
        act(number, &mut session);
        wait(&mut session, step);
        let options = step.prediction.iter().flat_map(|prediction| prediction.options.iter().enumerate());
        right.push(options.filter(|(_, guess)| holds(&session, &guess.holds)).map(|(at, _)| at).collect());
    }
    right
}

#[test]
fn capacity_costs() {
    let right = play("capacity", |step, session| match step {
        0 => traffic(session, 900, 40),
        1 => {
            traffic(session, 900, 0);
            traffic(session, 901, 40);
        }
        _ => {
            session.run_until(session.world().now().plus(Span::minutes(2)));
            send(session, 901, 900, 1, true);
        }
    });
    assert_eq!(right, [vec![0], vec![], vec![1]]);
}

#[test]
fn liquidity_lies_in_silos() {
    let right = play("silos", |step, session| match step {
        0 => send(session, 901, 902, 60, true),
        1 => send(session, 900, 902, 60, true),
        _ => {}
    });
    assert_eq!(right, [vec![], vec![1], vec![1]]);
}

#[test]
fn a_week_and_an_hour() {
    let right = play("week-and-hour", |step, session| match step {
        0 => send(session, 901, 900, 1, true),
        2 => send(session, 902, 900, 1, true),
        4 => send(session, 900, 901, 1, true),
        _ => {}
    });
    assert_eq!(right, [vec![], vec![2], vec![], vec![0], vec![1]]);
}

#[test]
fn a_state_proof_refuses_lies() {
    let prove = |session: &mut Session, forgery| {
        let order = ProveMessage { message: 0, sender: None, forgery };
        session.dispatch(&Command::ProveMessage(order)).unwrap();
    };
    let right = play("state-proof", |step, session| match step {
        0 => send(session, 902, 900, 1, false),
        1 => {
            session.run_until(at("20m"));
            prove(session, Some(Forgery::Amount));
        }
        2 => prove(session, Some(Forgery::ProofBit)),
        _ => {
            prove(session, None);
            session.run_until(session.world().now().plus(Span::minutes(1)));
            assert_eq!(session.world().book().get(0).unwrap().stage(), Stage::Proven);
            session.dispatch(&Command::FinalizeMessage { message: 0, sender: None }).unwrap();
        }
    });
    assert_eq!(right, [vec![], vec![2], vec![], vec![]]);
}

fn call(session: &Session, chain: u64, to: alloy_primitives::Address, data: Bytes) -> Transact {
    Transact {
        chain: ChainId::new(chain),
        from: session.world().people().first(),
        to: Some(to),
        value: Amount::ZERO,
        data,
        gas_limit: Some(300_000),
    }
}

fn bundle(session: &mut Session, guarantee: Guarantee, legs: Vec<Transact>) {
    let legs = legs.into_iter().map(LegOrder::Actor).collect();
    let order = SubmitBundle { label: None, guarantee, deadline: Span::minutes(1), legs };
    session.dispatch(&Command::SubmitBundle(order)).unwrap();
}

/// Pays Bob WAVE on both rollups.
fn pay(session: &mut Session, guarantee: Guarantee, second: u64) {
    let bob = session.world().people().iter().nth(1).unwrap().1;
    let leg = |session: &Session, chain, amount| {
        let data = IToken::transferCall { to: bob, value: Amount::ether(amount).get() }.abi_encode();
        call(session, chain, addresses::WAVE, data.into())
    };
    let legs = vec![leg(session, 901, 10), leg(session, 902, second)];
    bundle(session, guarantee, legs);
}

fn fault(session: &mut Session, fault: SequencerFault) {
    session.dispatch(&Command::Fault(Fault::Sequencer(fault))).unwrap();
}

#[test]
fn one_slot_on_two_rollups() {
    let right = play("one-slot", |step, session| match step {
        0 => pay(session, Guarantee::Execution, 10),
        1 => {
            let people: Vec<_> = session.world().people().iter().map(|(_, address)| address).collect();
            let salt = keccak256("lesson");
            let send = IMailboxBridge::sendCall {
                token: addresses::WAVE,
                amount: Amount::ether(100).get(),
                destination: U256::from(902),
                to: people[1],
                salt,
            };
            let source = U256::from(901);
            let session_number = keccak256((people[0], salt).abi_encode()).into();
            let claim = IMailboxBridge::claimCall { source, session: session_number };
            let legs = vec![
                call(session, 901, addresses::MAILBOX_BRIDGE, send.abi_encode().into()),
                call(session, 902, addresses::MAILBOX_BRIDGE, claim.abi_encode().into()),
            ];
            bundle(session, Guarantee::Execution, legs);
        }
        _ => {
            // What Alice sends while Aegina still holds her leg would have its nonce.
            session.run_until(session.world().now().plus(Span::seconds(10)));
            send(session, 901, 902, 1, true);
        }
    });
    assert_eq!(right, [vec![0], vec![1], vec![1]]);
}

#[test]
fn included_but_not_executed() {
    let right = play("included-not-executed", |step, session| match step {
        0 => pay(session, Guarantee::Inclusion, 1_000_000),
        1 => pay(session, Guarantee::Execution, 1_000_000),
        _ => {
            fault(session, SequencerFault::BreakPromises { broken: true });
            pay(session, Guarantee::Execution, 1_000_000);
        }
    });
    assert_eq!(right, [vec![0], vec![0], vec![1]]);
}

/// Buys WAVE for 2000 USDX on Aegina, for at least so much.
fn buy(session: &mut Session, least: u64) {
    let (spend, alice) = (Amount::ether(2_000).get(), session.world().people().first());
    let swap = swap_exact_in(addresses::USDX, spend, Amount::ether(least).get(), alice, u64::MAX);
    for (to, data) in [(addresses::USDX, approve(addresses::PAIR, spend)), (addresses::PAIR, swap)] {
        let order = Command::Transact(call(session, 901, to, data));
        session.dispatch(&order).unwrap();
    }
}

#[test]
fn who_saw_my_trade_first() {
    let right = play("who-saw-it-first", |step, session| match step {
        0 => buy(session, 0),
        1 => {
            let frank = session.world().people().iter().nth(5).unwrap().1;
            fault(session, SequencerFault::Sandwich { attacker: Some(frank) });
            session.run_until(session.world().now().plus(Span::seconds(10)));
            buy(session, 0);
        }
        _ => buy(session, 945),
    });
    assert_eq!(right, [vec![], vec![1], vec![1]]);
}

#[test]
fn the_sequencer_falls_silent() {
    let crash = |session: &mut Session, count: u8| {
        let view = session.view(&ViewRequest::default()).sequencer.unwrap();
        let leader = view.nodes.iter().find(|node| node.is_leader).unwrap().node;
        let nodes = (0..count).map(|step| NodeId::new((leader + step) % 4)).collect();
        fault(session, SequencerFault::Crash { nodes, crashed: true });
    };
    let right = play("silent-sequencer", |step, session| match step {
        0 => {
            crash(session, 1);
            pay(session, Guarantee::Execution, 10);
        }
        1 => {
            crash(session, 2);
            pay(session, Guarantee::Execution, 10);
        }
        2 => send(session, 900, 901, 1, true),
        _ => {
            let chain = ChainId::new(901);
            session.dispatch(&Command::SetOrdering { chain, shared: false }).unwrap();
        }
    });
    assert_eq!(right, [vec![1], vec![0], vec![0], vec![]]);
}

fn break_it(session: &mut Session, fault: Fault) {
    session.dispatch(&Command::Fault(fault)).unwrap();
}

fn forge(session: &mut Session) {
    session.run_until(at("2h"));
    let (chain, asset) = (ChainId::new(902), BridgedAsset::Token);
    break_it(session, Fault::ForgeRoot { chain, asset, amount: None, thief: None });
}

fn control(control: Control) -> Command {
    Command::SetControl(SetControl { chain: ChainId::new(902), asset: BridgedAsset::Token, control })
}

#[test]
fn a_bet_is_placed_and_decided() {
    let right = play("place-your-bet", |step, session| match step {
        0 => forge(session),
        2 => session.travel(&Travel::Undo).unwrap(),
        _ => {}
    });
    assert_eq!(right, [vec![0], vec![1], vec![]]);
}

#[test]
fn a_run_pays_the_first_and_a_wind_down_pays_all() {
    let right = play("run-on-the-bridge", |step, session| match step {
        0 => {
            session.run_until(at("3m"));
            let amount = Some(Amount::ether(200_000));
            break_it(session, Fault::RobBridge { chain: ChainId::new(902), amount, thief: None });
        }
        1 => {}
        _ => {
            // The last moment before the first of the three looks.
            session.travel(&Travel::To(at("3m 30s"))).unwrap();
            session.dispatch(&control(Control::WindDown { claimed: None })).unwrap();
        }
    });
    assert_eq!(right, [vec![], vec![1], vec![1]]);
}

#[test]
fn a_breaker_stops_a_theft_and_payments() {
    let breaker = Control::breaker(7_000);
    let right = play("containing-it", |step, session| match step {
        0 => forge(session),
        1 => session.travel(&Travel::Instead(Box::new(control(breaker)))).unwrap(),
        _ => drop(session.dispatch(&control(Control::Off)).unwrap()),
    });
    assert_eq!(right, [vec![], vec![1], vec![]]);
}

#[test]
fn ten_rollups_stand_still_with_one_sequencer() {
    let crash = |session: &mut Session, crashed| {
        let nodes = vec![NodeId::new(0), NodeId::new(1)];
        fault(session, SequencerFault::Crash { nodes, crashed });
    };
    let right = play("ten-rollups", |step, session| match step {
        0 => crash(session, true),
        1 => {
            let leave = Command::SetOrdering { chain: ChainId::new(910), shared: false };
            session.dispatch(&leave).unwrap();
        }
        _ => crash(session, false),
    });
    assert_eq!(right, [vec![1], vec![0], vec![]]);
}

/// How long nobody does anything. A browser whose page answers nothing for 30 s is given up by its driver.
const IDLE_DAYS: u64 = if cfg!(target_arch = "wasm32") { 2 } else { 30 };

#[test]
fn doing_nothing_ends_no_first_step() {
    for lesson in Lesson::shipped() {
        let mut session = Session::new(&lesson.scenario).unwrap();
        for day in 0..IDLE_DAYS {
            session.run_until(Time::new(day * 86_400_000));
            assert!(!holds(&session, &lesson.steps[0].until), "{} on day {day}", lesson.name);
        }
    }
}

#[test]
fn doing_something_else_ends_no_first_step() {
    for lesson in Lesson::shipped() {
        let mut session = Session::new(&lesson.scenario).unwrap();
        session.run_until(at("30s"));
        let rollup = lesson.scenario.rollups.last().unwrap().chain_id.get();
        // The direction that no lesson begins with, and with the relayer, which one of them rules out.
        send(&mut session, 900, rollup, 1, true);
        if lesson.name != "week-and-hour" {
            send(&mut session, rollup, 900, 1, true);
        }
        session.run_until(at("3h"));
        assert!(!holds(&session, &lesson.steps[0].until), "{}", lesson.name);
    }
}

#[test]
fn lessons_are_well_formed() {
    for lesson in Lesson::shipped() {
        let is_name = |text: &str| text.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        assert!(
            is_name(&lesson.name) && lesson.steps.iter().all(|step| is_name(&step.target)),
            "{}",
            lesson.name
        );
        assert!(
            lesson.steps.iter().any(|step| step.prediction.is_some()),
            "{} asks for a guess",
            lesson.name
        );
    }
    assert!(matches!(Lesson::named("alchemy"), Err(LessonError::Unknown { .. })));
    assert!(matches!(Lesson::from_json("{"), Err(LessonError::Json(_))));
}
