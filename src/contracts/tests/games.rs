//! Claims about a rollup's state: who may make, decide and find them, and what becomes of the bond.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::world::*;
use crate::contracts::RollupContracts;
use crate::contracts::abi::*;
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::SolValue;

/// `GameStatus.DEFENDER_WINS`.
const DEFENDER_WINS: u8 = 2;

fn create(root: u8, block: u64) -> IDisputeGameFactory::createCall {
    IDisputeGameFactory::createCall {
        gameType: GameType::Optimistic as u32,
        rootClaim: B256::repeat_byte(root),
        extraData: U256::from(block).abi_encode().into(),
    }
}

fn propose_and_prove(block: u64) -> IDisputeGameFactory::proposeAndProveCall {
    IDisputeGameFactory::proposeAndProveCall {
        gameType: GameType::Validity as u32,
        rootClaim: B256::repeat_byte(1),
        extraData: U256::from(block).abi_encode().into(),
        proof: Bytes::from_static(b"proof"),
    }
}

fn made(world: &mut World, factory: Address, call: IDisputeGameFactory::createCall) -> Address {
    let outcome = world.l1.done(PROPOSER, factory, BOND, call);
    event::<IDisputeGameFactory::DisputeGameCreated>(&outcome.logs).disputeProxy
}

#[test]
fn a_game_carries_its_claim() {
    let mut world = World::with_rollups();
    let factory = RollupContracts::of(A).dispute_game_factory;
    let game = made(&mut world, factory, create(7, 12));
    let l1 = &world.l1;
    assert_eq!(l1.read(game, IDisputeGame::rootClaimCall {}), B256::repeat_byte(7));
    assert_eq!(l1.read(game, IDisputeGame::l2SequenceNumberCall {}), U256::from(12));
    assert_eq!(l1.read(game, IDisputeGame::l2ChainIdCall {}), U256::from(A));
    assert_eq!(l1.read(game, IDisputeGame::gameCreatorCall {}), PROPOSER);
    assert_eq!(l1.read(game, IDisputeGame::gameTypeCall {}), GameType::Optimistic as u32);
    assert_eq!(l1.read(game, IDisputeGame::createdAtCall {}), l1.env.timestamp_s);
    assert_eq!(l1.read(game, IDisputeGame::maxClockDurationCall {}), CLOCK_S);
    assert_eq!(l1.read(game, IDisputeGame::resolvedAtCall {}), 0);
    assert!(l1.read(game, IDisputeGame::wasRespectedGameTypeWhenCreatedCall {}));
}

#[test]
fn games_are_found_newest_first_with_their_address_in_the_metadata() {
    let mut world = World::with_rollups();
    let factory = RollupContracts::of(A).dispute_game_factory;
    let games: Vec<Address> = (1..=3).map(|n| made(&mut world, factory, create(n as u8, n))).collect();
    let find = |start: u64, n: u64| {
        let call = IDisputeGameFactory::findLatestGamesCall {
            gameType: 0,
            start: U256::from(start),
            n: U256::from(n),
        };
        world.l1.read(factory, call)
    };
    let found = find(2, 2);
    assert_eq!(found.iter().map(|game| game.index.to::<u64>()).collect::<Vec<_>>(), [2, 1]);
    for game in &found {
        let index = game.index.to::<usize>();
        let mut metadata = [0; 32];
        metadata[4..12].copy_from_slice(&world.l1.env.timestamp_s.to_be_bytes());
        metadata[12..].copy_from_slice(games[index].as_slice());
        assert_eq!(game.metadata, B256::from(metadata));
        assert_eq!(game.rootClaim, B256::repeat_byte(index as u8 + 1));
        assert_eq!(game.extraData, Bytes::from(U256::from(index + 1).abi_encode()));
    }
    assert_eq!(find(2, 100).len(), 3);
    assert_eq!((find(3, 1).len(), find(0, 0).len()), (0, 0));
    let other_type =
        IDisputeGameFactory::findLatestGamesCall { gameType: 10, start: U256::from(2), n: U256::from(3) };
    assert_eq!(world.l1.read(factory, other_type).len(), 0);
}

#[test]
fn a_claim_is_made_once_for_its_bond_about_a_later_block() {
    let mut world = World::with_rollups();
    let factory = RollupContracts::of(A).dispute_game_factory;
    made(&mut world, factory, create(1, 1));
    let l1 = &mut world.l1;
    l1.refused(ALICE, factory, BOND, create(1, 1), "GameAlreadyExists");
    l1.refused(ALICE, factory, BOND - 1, create(2, 1), "IncorrectBondAmount");
    l1.refused(ALICE, factory, BOND, create(2, 0), "UnexpectedRootClaim");
    let other_type = IDisputeGameFactory::createCall { gameType: 1, ..create(2, 1) };
    l1.refused(ALICE, factory, BOND, other_type, "NoImplementation");
    let long = IDisputeGameFactory::createCall { extraData: vec![1; 33].into(), ..create(2, 1) };
    l1.refused(ALICE, factory, BOND, long, "BadExtraData");
}

#[test]
fn an_optimistic_game_resolves_when_its_clock_has_run_out() {
    let mut world = World::with_rollups();
    let game = made(&mut world, RollupContracts::of(A).dispute_game_factory, create(1, 1));
    world.advance(CLOCK_S - 1);
    world.l1.refused(BOB, game, 0, IDisputeGame::resolveCall {}, "ClockNotExpired");
    world.advance(1);
    world.l1.done(BOB, game, 0, IDisputeGame::resolveCall {});
    assert_eq!(world.l1.read(game, IDisputeGame::statusCall {}), DEFENDER_WINS);
    assert_eq!(world.l1.read(game, IDisputeGame::resolvedAtCall {}), world.l1.env.timestamp_s);
    world.l1.refused(BOB, game, 0, IDisputeGame::resolveCall {}, "GameAlreadyResolved");
}

#[test]
fn only_the_prover_decides_a_validity_game() {
    let mut world = World::with_rollups();
    let factory = RollupContracts::of(B).dispute_game_factory;
    world.l1.refused(ALICE, factory, BOND, propose_and_prove(1), "NotProver");
    let open = IDisputeGameFactory::createCall { gameType: GameType::Validity as u32, ..create(9, 1) };
    let game = made(&mut world, factory, open);
    let prove = IDisputeGame::proveCall { proof: Bytes::from_static(b"proof") };
    world.l1.refused(PROPOSER, game, 0, prove.clone(), "NotProver");
    world.l1.refused(PROPOSER, game, 0, IDisputeGame::resolveCall {}, "GameNotResolved");
    world.l1.done(PROVER, game, 0, prove.clone());
    assert_eq!(world.l1.read(game, IDisputeGame::statusCall {}), DEFENDER_WINS);
    world.l1.refused(PROVER, game, 0, prove, "GameAlreadyResolved");

    let outcome = world.l1.done(PROVER, factory, BOND, propose_and_prove(2));
    let game = event::<IDisputeGameFactory::DisputeGameCreated>(&outcome.logs).disputeProxy;
    assert_eq!(world.l1.read(game, IDisputeGame::statusCall {}), DEFENDER_WINS);
}

#[test]
fn the_bond_comes_back_when_the_game_is_final() {
    let mut world = World::with_rollups();
    let before = world.l1.state.balance(PROPOSER);
    let game = made(&mut world, RollupContracts::of(A).dispute_game_factory, create(1, 1));
    assert_eq!(world.l1.state.balance(game), U256::from(BOND));
    world.advance(CLOCK_S);
    world.l1.done(BOB, game, 0, IDisputeGame::resolveCall {});
    world.l1.refused(BOB, game, 0, IDisputeGame::claimCreditCall {}, "GameNotFinalized");
    world.advance(FINALITY_S + 1);
    world.l1.done(BOB, game, 0, IDisputeGame::claimCreditCall {});
    assert_eq!(world.l1.state.balance(PROPOSER), before);
    world.l1.refused(BOB, game, 0, IDisputeGame::claimCreditCall {}, "NoCreditToClaim");
}

#[test]
fn the_anchor_moves_to_later_valid_claims_only() {
    let mut world = World::with_rollups();
    let contracts = RollupContracts::of(B);
    let registry = contracts.anchor_state_registry;
    let prove_at = |world: &mut World, block| {
        let outcome = world.l1.done(PROVER, contracts.dispute_game_factory, BOND, propose_and_prove(block));
        event::<IDisputeGameFactory::DisputeGameCreated>(&outcome.logs).disputeProxy
    };
    let (fifth, third) = (prove_at(&mut world, 5), prove_at(&mut world, 3));
    let set = |game| IAnchorStateRegistry::setAnchorStateCall { game };
    world.l1.done(BOB, registry, 0, set(fifth));
    let anchor = world.l1.read(registry, IAnchorStateRegistry::getAnchorRootCall {});
    assert_eq!((anchor.root, anchor.l2SequenceNumber), (B256::repeat_byte(1), U256::from(5)));
    world.l1.refused(BOB, registry, 0, set(third), "AnchorStateRegistry_InvalidAnchorGame");
    let open = IDisputeGameFactory::createCall { gameType: GameType::Validity as u32, ..create(9, 8) };
    let undecided = made(&mut world, contracts.dispute_game_factory, open);
    world.l1.refused(BOB, registry, 0, set(undecided), "AnchorStateRegistry_InvalidAnchorGame");
    world.l1.refused(
        PROVER,
        contracts.dispute_game_factory,
        BOND,
        propose_and_prove(4),
        "UnexpectedRootClaim",
    );
}

#[test]
fn a_game_of_another_rollup_is_not_proper() {
    let mut world = World::with_rollups();
    let game = made(&mut world, RollupContracts::of(A).dispute_game_factory, create(1, 1));
    let proper = |chain_id| {
        let call = IAnchorStateRegistry::isGameProperCall { game };
        world.l1.read(RollupContracts::of(chain_id).anchor_state_registry, call)
    };
    assert!(proper(A) && !proper(B));
}
