//! The L1 transactions by which a rollup comes into being.

use super::GameKind;
use crate::{
    chain::Draft,
    contracts::{
        abi::{IOptimismPortal, IRollupDeployer},
        addresses::ROLLUP_DEPLOYER,
    },
    rollup::{RollupGenesis, Settlement, output_root},
};
use alloy_primitives::{Address, Bytes, U256, uint};
use alloy_sol_types::SolCall;

/// What a proposer locks up with a claim: 0.08 ether, as on OP Mainnet.
pub const INIT_BOND: U256 = uint!(80_000_000_000_000_000_U256);

/// What each of a rollup's actors is given for fees on L1.
const ACTOR_FUNDS: U256 = uint!(1_000_000_000_000_000_000_000_U256);

/// The game that decides a rollup's claims.
pub const fn game_kind(settlement: &Settlement) -> GameKind {
    match settlement {
        Settlement::Optimistic { .. } => GameKind::Optimistic,
        Settlement::Zk { .. } => GameKind::Validity,
    }
}

/// The delays of a rollup's settlement: game clock, proof maturity, finality delay.
fn delays(settlement: &Settlement) -> [u64; 3] {
    match settlement {
        Settlement::Optimistic { challenge_period, game_clock, air_gap } => {
            [game_clock, challenge_period, air_gap].map(|span| span.as_seconds())
        }
        Settlement::Zk { execution_delay, .. } => [0, 0, execution_delay.as_seconds()],
    }
}

/// Deploys a rollup's contracts, locks the ether that it begins with, and funds its actors. All are sent
/// by `deployer`, in this order.
pub fn deployment(genesis: &RollupGenesis, deployer: Address) -> Vec<Draft> {
    let first = genesis.chain();
    let head = first.head();
    let settlement = &genesis.config.settlement;
    let [clock, maturity, finality] = delays(settlement);
    let [proposer, guardian] = ["proposer", "guardian"].map(|role| genesis.id().actor_address(role));
    let params = IRollupDeployer::RollupParams {
        chainId: U256::from(genesis.id().get()),
        guardian,
        gameType: game_kind(settlement).type_id(),
        prover: proposer,
        maxClockDurationSeconds: clock,
        proofMaturityDelaySeconds: maturity,
        disputeGameFinalityDelaySeconds: finality,
        initBond: INIT_BOND,
        anchorRoot: output_root(&head.header, head.hash),
        anchorL2SequenceNumber: U256::ZERO,
    };
    let config: Bytes = genesis.to_bytes().into();
    let deploy = IRollupDeployer::deployCall { params, config }.abi_encode();
    let donate = IOptimismPortal::donateETHCall {}.abi_encode();
    let draft = |to, value, data: Vec<u8>, gas_limit| Draft {
        from: deployer,
        to: Some(to),
        value,
        data: data.into(),
        gas_limit,
        blobs: Vec::new(),
    };
    vec![
        draft(ROLLUP_DEPLOYER, U256::ZERO, deploy, 4_000_000),
        draft(genesis.contracts().portal, genesis.endowment(), donate, 100_000),
        draft(genesis.batcher(), ACTOR_FUNDS, Vec::new(), 21_000),
        draft(proposer, ACTOR_FUNDS, Vec::new(), 21_000),
        draft(guardian, ACTOR_FUNDS, Vec::new(), 21_000),
    ]
}
