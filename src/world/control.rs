//! Controls on bridges: set by the guardian on L1, enforced there by the `BridgeGuard` whenever a bridge pays out or
//! takes in. Who sends as the bridge itself goes past them.

use super::{Done, OrderError, World, losses::carried, order::status_name};
use crate::{
    chain::{Chain, Draft},
    command::{BridgedAsset, Control, SetControl},
    contracts::{
        abi::IBridgeGuard,
        addresses::{BRIDGE_GUARD, ETHER, TEST_TOKEN},
        describe_revert,
    },
    evm::{Fees, Origin, TxEnv},
    messaging::Message,
    rollup::Rollup,
    rules::{BreakerConfig, BucketLimit, CircuitBreaker, XErc20Limits},
    settlement::releasable,
    types::{Amount, ChainId},
};
use alloy_primitives::{Address, TxKind, U256};
use alloy_sol_types::SolCall;

/// Gas of setting a control: at most seven words of storage that were empty.
const CONTROL_GAS: u64 = 400_000;

impl World {
    pub(super) fn set_control(&mut self, order: &SetControl) -> Result<Done, OrderError> {
        let SetControl { chain, asset, control } = *order;
        let rollup = &self.member_mut(chain)?.rollup;
        if rollup.deployed_in().is_none() {
            return Err(OrderError::NotRunning { chain, status: status_name(rollup.status()) });
        }
        let (bridge, token) = guarded(rollup, asset);
        let data = self.control_call(chain, asset, control, bridge, token)?;
        let from = chain.actor_address("guardian");
        let l1 = self.l1.id();
        let draft = Draft {
            from,
            to: Some(BRIDGE_GUARD),
            value: U256::ZERO,
            data: data.into(),
            gas_limit: CONTROL_GAS,
            blobs: Vec::new(),
        };
        if let Some(reason) = refusal(self.l1.chain(), &draft, self.unix_seconds()) {
            return Err(OrderError::Guard { reason });
        }
        if matches!(control, Control::WindDown { .. }) {
            self.wound_down.insert(chain, ());
        }
        self.send_draft(l1, draft).map(Done::Transaction)
    }

    /// The call of the guard, if the control is one that its rule allows.
    fn control_call(
        &self,
        chain: ChainId,
        kind: BridgedAsset,
        control: Control,
        bridge: Address,
        asset: Address,
    ) -> Result<Vec<u8>, OrderError> {
        Ok(match control {
            Control::TokenBucket { capacity, rate } => {
                let units =
                    |amount: Amount| u128::try_from(amount.get()).map_err(|_| OrderError::BucketSize(amount));
                let limit = BucketLimit::new(units(capacity)?, units(rate)?)?;
                let (capacity, rate) = (limit.capacity(), limit.rate());
                IBridgeGuard::setTokenBucketCall { bridge, asset, capacity, rate }.abi_encode()
            }
            Control::DailyLimit { limit } => {
                XErc20Limits::new(None).set_limits(bridge, limit.get(), U256::ZERO, 0)?;
                IBridgeGuard::setDailyLimitCall { bridge, asset, limit: limit.get() }.abi_encode()
            }
            Control::Breaker { min_retained_bps, window, tick, cooldown, begin_threshold } => {
                let [period_s, tick_s, cooldown_s] = [window, tick, cooldown].map(|span| span.as_seconds());
                let mut rule = CircuitBreaker::new(BreakerConfig { period_s, tick_s, cooldown_s })?;
                rule.register(asset, min_retained_bps, begin_threshold.get())?;
                IBridgeGuard::setBreakerCall {
                    bridge,
                    asset,
                    minRetainedBps: min_retained_bps,
                    beginThreshold: begin_threshold.get(),
                    period: period_s,
                    tick: tick_s,
                    cooldown: cooldown_s,
                }
                .abi_encode()
            }
            Control::ClearBreaker => IBridgeGuard::clearBreakerCall { bridge, asset }.abi_encode(),
            Control::OverrideBreaker => IBridgeGuard::overrideBreakerCall { bridge, asset }.abi_encode(),
            Control::ExposureCap { cap } => {
                IBridgeGuard::setExposureCapCall { bridge, asset, cap: cap.get() }.abi_encode()
            }
            Control::Pause { on } => IBridgeGuard::setPausedCall { bridge, asset, paused: on }.abi_encode(),
            Control::WindDown { claimed } => {
                let claimed = claimed.unwrap_or_else(|| self.all_claims(chain, kind)).get();
                IBridgeGuard::windDownCall { bridge, asset, claimed }.abi_encode()
            }
            Control::Off => IBridgeGuard::switchOffCall { bridge, asset }.abi_encode(),
        })
    }

    /// All that is claimed of a rollup's bridge: what there is on the rollup, and whatever the book of messages knows
    /// to have left one side and to have arrived nowhere yet.
    pub fn all_claims(&self, chain: ChainId, asset: BridgedAsset) -> Amount {
        let stakes = self.stakes().remove(&(chain, asset)).unwrap_or_default();
        Amount::new(stakes.values().fold(U256::ZERO, |sum, stake| sum.saturating_add(stake.all())))
    }

    /// What the controls of its source's bridge let go now, if a message carries more.
    pub fn held_back(&self, message: &Message) -> Option<(BridgedAsset, Amount)> {
        let (asset, _, amount) = carried(message)?;
        let most = self.releasable(&self.member(message.from)?.rollup, asset)?;
        (most.get() < amount).then_some((asset, most))
    }

    /// The most that the controls of a rollup's bridge let go now; none if nothing limits it.
    pub(super) fn releasable(&self, rollup: &Rollup, asset: BridgedAsset) -> Option<Amount> {
        let (bridge, token) = guarded(rollup, asset);
        releasable(self.l1.chain(), self.unix_seconds(), bridge, token).map(Amount::new)
    }
}

/// The contract that pays an asset out, and the asset's name there.
fn guarded(rollup: &Rollup, asset: BridgedAsset) -> (Address, Address) {
    match asset {
        BridgedAsset::Ether => (rollup.genesis().contracts().portal, ETHER),
        BridgedAsset::Token => (rollup.genesis().contracts().bridge, TEST_TOKEN),
    }
}

/// Why a transaction would revert if it were executed now.
pub(super) fn refusal(chain: &Chain, draft: &Draft, timestamp: u64) -> Option<String> {
    let tx = TxEnv {
        from: draft.from,
        origin: Origin::Impersonated,
        nonce: 0,
        gas_limit: draft.gas_limit,
        fees: Fees::NONE,
        to: draft.to.map_or(TxKind::Create, TxKind::Call),
        value: draft.value,
        data: draft.data.clone(),
        access_list: Default::default(),
        data_fee: U256::ZERO,
    };
    match chain.call(&tx, timestamp) {
        Ok(outcome) => (!outcome.succeeded()).then(|| describe_revert(&outcome.output).to_string()),
        Err(refusal) => Some(refusal.to_string()),
    }
}
