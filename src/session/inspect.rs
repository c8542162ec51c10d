//! What the inspector shows of a chain, a block, a transaction, a message or an account.

use super::{
    backing, sequencer,
    view::{
        BlockDetail, BlockGlance, ChainDetail, Inspected, LogView, Parameter, Person, Subject,
        TransactionDetail, TransactionGlance,
    },
    wallet::account_detail,
    watch::{chain_view, message_view},
};
use crate::{
    chain::{Chain, Receipt, SealedBlock, Transaction},
    contracts::{
        abi::{
            ICrossDomainMessenger, IDisputeGameFactory, IL2ToL1MessagePasser, IOptimismPortal,
            IRollupDeployer, IToken,
        },
        addresses, describe_revert,
    },
    rollup::{DataAvailability, RollupConfig, Settlement},
    types::{Amount, BlockNumber, ChainId},
    world::{Member, World},
};
use alloy_primitives::{Address, B256, Bytes, Log};
use alloy_sol_types::{SolCall, SolEvent};

/// Most bytes of calldata or event data that are shown.
const DATA_BYTES_MAX: usize = 1024;
/// How many recent blocks a chain's page lists.
const RECENT_BLOCKS: usize = 12;

pub(super) fn inspect(world: &World, subject: &Subject) -> Option<Inspected> {
    Some(match subject {
        Subject::Chain(chain) => Inspected::Chain(Box::new(chain_detail(world, *chain)?)),
        Subject::Block(chain, number) => Inspected::Block(Box::new(block_detail(world, *chain, *number)?)),
        Subject::Transaction(chain, hash) => {
            Inspected::Transaction(Box::new(transaction_detail(world, *chain, hash)?))
        }
        Subject::Message(number) => {
            Inspected::Message(Box::new(message_view(world, world.book().get(*number)?)))
        }
        Subject::Account(address) => Inspected::Account(Box::new(account_detail(world, *address))),
        Subject::Sequencer => Inspected::Sequencer(Box::new(sequencer::detail(world)?)),
        Subject::Slot(height) => Inspected::Slot(Box::new(sequencer::slot_detail(world, *height)?)),
        Subject::Bundle(number) => Inspected::Bundle(Box::new(sequencer::bundle(world, *number)?)),
    })
}

fn chain_detail(world: &World, id: ChainId) -> Option<ChainDetail> {
    let chain = world.chain(id)?;
    let member = world.member(id);
    let parameters = member.map_or_else(|| l1_parameters(world), |m| rollup_parameters(m.rollup().config()));
    let contracts = member.map_or_else(l1_contracts, rollup_contracts);
    let recent =
        chain.blocks().iter().rev().take(RECENT_BLOCKS).map(|block| glance(world, id, block)).collect();
    Some(ChainDetail {
        glance: chain_view(world, id)?,
        state_root: chain.head().header.state_root,
        parameters,
        contracts,
        recent,
        backing: backing::views(world, id),
    })
}

fn parameter(name: &str, value: impl ToString, is_model: bool) -> Parameter {
    Parameter { name: name.into(), value: value.to_string(), is_model }
}

fn l1_parameters(world: &World) -> Vec<Parameter> {
    let config = world.l1().config();
    vec![
        parameter("slot", config.slot, false),
        parameter("slots in an epoch", config.slots_per_epoch, false),
        parameter("epochs to finality", config.finality_epochs, false),
        parameter("gas limit", config.gas_limit, false),
        parameter("gas used by others, % of target", config.ambient_gas_percent, true),
        parameter("blobs of others in a slot", config.ambient_blobs, true),
        parameter("blob commitments", "0x01 ‖ keccak256(payload)[1..] in place of KZG", true),
    ]
}

fn rollup_parameters(config: &RollupConfig) -> Vec<Parameter> {
    let data = match config.data_availability {
        DataAvailability::Blob => "blobs on L1".to_owned(),
        DataAvailability::Calldata => "calldata on L1".to_owned(),
        DataAvailability::Committee { members, threshold, bytes_per_second: 0 } => {
            format!("committee, {threshold} of {members}")
        }
        DataAvailability::Committee { members, threshold, bytes_per_second } => {
            format!("committee, {threshold} of {members}, {bytes_per_second} bytes a second")
        }
        DataAvailability::External => "with the operator".to_owned(),
    };
    let mut parameters = vec![
        parameter("block time", config.block_time, false),
        parameter("batch cadence", config.batch_cadence, false),
        parameter("data availability", data, false),
        parameter("gas limit", config.gas_limit, false),
        parameter("L1 confirmations, slots", config.l1_confirmations, false),
        parameter("link to L1, delay", config.link.delay, true),
        parameter("link to L1, jitter", config.link.jitter, true),
    ];
    match &config.settlement {
        Settlement::Optimistic { challenge_period, game_clock, air_gap } => parameters.extend([
            parameter("challenge period", challenge_period, false),
            parameter("game clock", game_clock, false),
            parameter("air gap", air_gap, false),
            parameter("proposal interval", config.proposal_interval, false),
        ]),
        Settlement::Zk { proving_delay, prover_gas_per_second, execution_delay } => parameters.extend([
            parameter("proving delay", proving_delay, true),
            parameter("prover, gas per second (0: no limit)", prover_gas_per_second, true),
            parameter(
                "validity proof",
                "accepted from the prover; its check is not part of this version",
                true,
            ),
            parameter("execution delay", execution_delay, false),
        ]),
    }
    parameters
}

fn named(name: &str, address: Address) -> Person {
    Person { name: name.into(), address }
}

fn l1_contracts() -> Vec<Person> {
    vec![
        named("rollup deployer", addresses::ROLLUP_DEPLOYER),
        named("rollup registry", addresses::ROLLUP_REGISTRY),
        named("hop router", addresses::HOP_ROUTER),
        named("test token", addresses::TEST_TOKEN),
        named("value store", addresses::VALUE_STORE),
        named("Merkle-Patricia proof check (precompile)", addresses::MPT_VERIFY),
        named("multicall", addresses::MULTICALL3),
    ]
}

fn rollup_contracts(member: &Member) -> Vec<Person> {
    let on_l1 = member.rollup().genesis().contracts();
    vec![
        named("L1: portal", on_l1.portal),
        named("L1: dispute game factory", on_l1.dispute_game_factory),
        named("L1: anchor state registry", on_l1.anchor_state_registry),
        named("L1: messenger", on_l1.messenger),
        named("L1: bridge", on_l1.bridge),
        named("message passer", addresses::L2_TO_L1_MESSAGE_PASSER),
        named("messenger", addresses::L2_CROSS_DOMAIN_MESSENGER),
        named("bridge", addresses::L2_STANDARD_BRIDGE),
        named("test token", crate::contracts::TEST_TOKEN_ON_L2),
        named("value store", addresses::VALUE_STORE),
    ]
}

fn glance(world: &World, chain: ChainId, block: &SealedBlock) -> BlockGlance {
    let number = block.number();
    let is_final = world.finalized_head(chain).is_ok_and(|head| number <= head);
    let level = match world.member(chain) {
        _ if is_final => "finalized",
        None => "latest",
        Some(member) if number <= member.rollup().safe_head() => "safe",
        Some(_) => "unsafe",
    };
    BlockGlance {
        number,
        at: block.sealed_at,
        transactions: block.transactions.len() as u64,
        level: level.into(),
    }
}

fn block_detail(world: &World, chain: ChainId, number: BlockNumber) -> Option<BlockDetail> {
    let block = world.chain(chain)?.block(number)?;
    let header = &block.header;
    let origin = world.member(chain).and_then(|member| member.rollup().origin(number));
    Some(BlockDetail {
        chain,
        glance: glance(world, chain, block),
        hash: block.hash,
        parent: header.parent_hash,
        state_root: header.state_root,
        receipts_root: header.receipts_root,
        transactions_root: header.transactions_root,
        gas_used: header.gas_used,
        gas_limit: header.gas_limit,
        base_fee: header.base_fee_per_gas.unwrap_or_default(),
        l1_origin: origin.map(|origin| origin.number),
        transactions: block.included().map(|(tx, receipt)| transaction_glance(tx, receipt)).collect(),
    })
}

fn transaction_glance(transaction: &Transaction, receipt: &Receipt) -> TransactionGlance {
    TransactionGlance {
        hash: transaction.hash(),
        from: transaction.from(),
        to: transaction.to(),
        kind: kind(transaction).into(),
        succeeded: receipt.succeeded,
    }
}

/// What a transaction is, in words.
fn kind(transaction: &Transaction) -> &'static str {
    if transaction.from() == addresses::L1_ATTRIBUTES_DEPOSITOR {
        return "L1 attributes";
    }
    if transaction.nonce().is_none() {
        return "deposit";
    }
    if !transaction.blobs().is_empty() {
        return "batch in blobs";
    }
    let Some(selector) = transaction.input().first_chunk::<4>() else {
        return if transaction.to().is_none() { "contract creation" } else { "transfer" };
    };
    match *selector {
        _ if transaction.to().is_none() => "contract creation",
        IOptimismPortal::depositTransactionCall::SELECTOR => "deposit to a rollup",
        IOptimismPortal::proveWithdrawalTransactionCall::SELECTOR => "proof of a message",
        IOptimismPortal::finalizeWithdrawalTransactionCall::SELECTOR => "finalization of a message",
        IOptimismPortal::donateETHCall::SELECTOR => "lock of a rollup's first ether",
        IL2ToL1MessagePasser::initiateWithdrawalCall::SELECTOR => "message to L1",
        IDisputeGameFactory::createCall::SELECTOR => "claim of an output root",
        IDisputeGameFactory::proposeAndProveCall::SELECTOR => "claim with a validity proof",
        IRollupDeployer::deployCall::SELECTOR => "deployment of a rollup",
        IToken::transferCall::SELECTOR => "token transfer",
        IToken::approveCall::SELECTOR => "token approval",
        IToken::mintCall::SELECTOR => "token faucet",
        _ => "call",
    }
}

fn transaction_detail(world: &World, chain: ChainId, hash: &B256) -> Option<TransactionDetail> {
    let (block, index) = world.chain(chain).and_then(|chain: &Chain| chain.transaction(hash))?;
    let (transaction, receipt) = block.included().nth(index)?;
    let data = transaction.input();
    let messages = world.book().messages().iter();
    let messages = messages
        .filter(|message| message.passed.iter().any(|passed| passed.transaction == Some(*hash)))
        .map(|message| message.number)
        .collect();
    Some(TransactionDetail {
        chain,
        block: block.number(),
        at: block.sealed_at,
        glance: transaction_glance(transaction, receipt),
        value: Amount::new(transaction.value()),
        nonce: transaction.nonce().or(receipt.deposit_nonce).unwrap_or_default(),
        transaction_type: transaction.type_id(),
        gas_used: receipt.gas_used,
        gas_limit: transaction.gas_limit(),
        gas_price: u64::try_from(receipt.effective_gas_price).unwrap_or(u64::MAX),
        data: first_bytes(data),
        data_len: data.len() as u64,
        logs: receipt.logs.iter().map(log_view).collect(),
        failure: (!receipt.succeeded).then(|| describe_revert(&receipt.output).to_string()),
        messages,
    })
}

fn first_bytes(data: &Bytes) -> Bytes {
    data.slice(..data.len().min(DATA_BYTES_MAX))
}

fn log_view(log: &Log) -> LogView {
    LogView {
        address: log.address,
        name: log.topics().first().and_then(event_name).map(str::to_owned),
        topics: log.topics().to_vec(),
        data: first_bytes(&log.data.data),
    }
}

fn event_name(topic: &B256) -> Option<&'static str> {
    let known = [
        (IL2ToL1MessagePasser::MessagePassed::SIGNATURE_HASH, "MessagePassed"),
        (IOptimismPortal::TransactionDeposited::SIGNATURE_HASH, "TransactionDeposited"),
        (IOptimismPortal::WithdrawalProven::SIGNATURE_HASH, "WithdrawalProven"),
        (IOptimismPortal::WithdrawalFinalized::SIGNATURE_HASH, "WithdrawalFinalized"),
        (IDisputeGameFactory::DisputeGameCreated::SIGNATURE_HASH, "DisputeGameCreated"),
        (ICrossDomainMessenger::SentMessage::SIGNATURE_HASH, "SentMessage"),
        (ICrossDomainMessenger::RelayedMessage::SIGNATURE_HASH, "RelayedMessage"),
        (ICrossDomainMessenger::FailedRelayedMessage::SIGNATURE_HASH, "FailedRelayedMessage"),
        (IToken::Transfer::SIGNATURE_HASH, "Transfer"),
    ];
    known.into_iter().find(|(hash, _)| hash == topic).map(|(_, name)| name)
}
