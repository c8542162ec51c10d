//! Requests that change the world: sending, and moving time.

use super::{
    answer,
    error::{Code, RpcError},
    execute,
    params::{Params, invalid, place},
};
use crate::{
    command::{Command, Transact},
    session::Session,
    types::{Amount, ChainId, Span, Time},
    world::Done,
};
use alloy_primitives::{B256, TxKind, U64};
use serde_json::Value;

/// With automine a sent transaction waits this many L1 slots at most for its block.
const AUTOMINE_SLOTS: u64 = 4;
/// The furthest that one request moves time.
const LEAP_MAX: Span = Span::days(366);
/// Every chain seals within this time by itself.
const MINE_MAX: Span = Span::hours(2);

pub(super) fn send_raw(session: &mut Session, chain: ChainId, params: &Params) -> Result<Value, RpcError> {
    params.at_most(1)?;
    let raw = params.bytes(0, "transaction")?;
    send(session, chain, &Command::SendRawTransaction { chain, raw })
}

/// Sends as somebody the world knows, who needs no signature. Nonce and fees are the engine's to choose.
pub(super) fn send_as(session: &mut Session, chain: ChainId, params: &Params) -> Result<Value, RpcError> {
    params.at_most(1)?;
    let request = execute::request(params)?;
    let people = session.world().people();
    let from = request.from.filter(|from| people.name(*from).is_some()).ok_or_else(|| {
        let found = request.from.map_or("nothing".into(), |from| from.to_string());
        let message = format!("transaction.from: expected an account of eth_accounts, found {found}");
        RpcError::new(Code::Unauthorized, message)
    })?;
    if let Some(id) = request.chain_id.filter(|id| *id != chain.get()) {
        let field = format!("{}.chainId", place(0, "transaction"));
        return Err(invalid(&field, &chain.to_string(), Some(&id.into())));
    }
    let to = match request.to {
        Some(TxKind::Call(to)) => Some(to),
        Some(TxKind::Create) | None => None,
    };
    let transact = Transact {
        chain,
        from,
        to,
        value: Amount::new(request.value.unwrap_or_default()),
        data: execute::data(&request),
        gas_limit: request.gas,
    };
    send(session, chain, &Command::Transact(transact))
}

fn send(session: &mut Session, chain: ChainId, command: &Command) -> Result<Value, RpcError> {
    match session.dispatch(command)? {
        Done::Transaction(hash) => {
            if session.automine() {
                wait_for(session, chain, hash);
            }
            Ok(answer(&hash))
        }
        other => Err(RpcError::new(Code::Internal, format!("expected a transaction, found {other:?}"))),
    }
}

/// Moves on event by event until a transaction is in a block, or never will be soon.
fn wait_for(session: &mut Session, chain: ChainId, hash: B256) {
    let slots = session.world().l1().config().slot.times(AUTOMINE_SLOTS);
    let blocks = session.world().member(chain).map(|member| member.rollup().config().block_time.times(2));
    let deadline = session.world().now().plus(blocks.map_or(slots, |blocks| blocks.max(slots)));
    step_while(session, deadline, |session| {
        session.world().chain(chain).is_some_and(|chain| chain.mempool().get(&hash).is_some())
    });
}

/// Moves on event by event while `waits`, not past `deadline`.
fn step_while(session: &mut Session, deadline: Time, waits: impl Fn(&Session) -> bool) {
    while waits(session) && session.world().next_event().is_some_and(|at| at <= deadline) {
        session.step();
    }
}

/// Moves time on by seconds and gives them.
pub(super) fn increase_time(session: &mut Session, params: &Params) -> Result<Value, RpcError> {
    params.at_most(1)?;
    let seconds = params.number(0, "seconds", LEAP_MAX.as_seconds())?;
    session.run_until(session.world().now().plus(Span::seconds(seconds)));
    Ok(answer(&U64::from(seconds)))
}

/// Moves time on by milliseconds and gives the world's time.
pub(super) fn advance(session: &mut Session, params: &Params) -> Result<Value, RpcError> {
    params.at_most(1)?;
    let millis = params.number(0, "milliseconds", LEAP_MAX.as_millis())?;
    session.run_until(session.world().now().plus(Span::millis(millis)));
    Ok(answer(&U64::from(session.world().now().millis())))
}

pub(super) fn set_automine(session: &mut Session, params: &Params) -> Result<Value, RpcError> {
    params.at_most(1)?;
    session.set_automine(params.flag(0, "automine")?);
    Ok(Value::Bool(true))
}

/// Moves on to the chain's next block.
pub(super) fn mine(session: &mut Session, chain: ChainId, params: &Params) -> Result<Value, RpcError> {
    params.at_most(0)?;
    let head = |session: &Session| session.world().chain(chain).map(|chain| chain.head().hash);
    let before = head(session);
    let deadline = session.world().now().plus(MINE_MAX);
    step_while(session, deadline, |session| head(session) == before);
    Ok(answer(&U64::ZERO))
}
