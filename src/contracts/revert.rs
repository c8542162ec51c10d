//! Why a call reverted, in words: the errors of our contracts, Solidity's own, and bare messages.

use alloy_primitives::{Bytes, keccak256};
use alloy_sol_types::{Panic, Revert, SolError};
use std::fmt;

/// What the return data of a reverted call says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevertReason {
    /// Nothing: a bare revert, or a call of something that is not there.
    Silent,
    /// The words that the contract gave.
    Message(String),
    /// A check that Solidity makes by itself failed.
    Panicked(String),
    /// An error of one of our contracts.
    Known {
        /// As declared, with the types of its arguments.
        signature: &'static str,
        /// What it means.
        meaning: &'static str,
        /// Its encoded arguments.
        arguments: Bytes,
    },
    /// Data that is none of these.
    Unknown(Bytes),
}

/// Reads the return data of a reverted call.
pub fn describe_revert(data: &[u8]) -> RevertReason {
    let Some((selector, arguments)) = data.split_first_chunk::<4>() else {
        return if data.is_empty() {
            RevertReason::Silent
        } else {
            RevertReason::Unknown(data.to_vec().into())
        };
    };
    if let Ok(revert) = Revert::abi_decode(data) {
        return RevertReason::Message(revert.reason);
    }
    if let Ok(panic) = Panic::abi_decode(data) {
        return RevertReason::Panicked(panic.to_string());
    }
    let known = KNOWN.iter().find(|(signature, _)| keccak256(signature)[..4] == selector[..]);
    match known {
        Some(&(signature, meaning)) => {
            RevertReason::Known { signature, meaning, arguments: arguments.to_vec().into() }
        }
        None => RevertReason::Unknown(data.to_vec().into()),
    }
}

impl fmt::Display for RevertReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Silent => f.write_str("reverted without a reason"),
            Self::Message(message) => f.write_str(message),
            Self::Panicked(panic) => f.write_str(panic),
            Self::Known { signature, meaning, .. } => {
                let name = signature.split('(').next().unwrap_or(signature);
                write!(f, "{name}: {meaning}")
            }
            Self::Unknown(data) => write!(f, "reverted with {data}"),
        }
    }
}

/// Every error of our contracts, OpenZeppelin's included, and what it means.
const KNOWN: &[(&str, &str)] = &[
    (
        "Obligations_BadTerms()",
        "a debt is of 1 to 2^96 - 1 base units, to somebody else, due later, and its default costs at most all",
    ),
    ("Obligations_NoCredit(uint256,uint256)", "the debtor does not borrow so much from the caller"),
    ("Obligations_TooMany()", "the debtor has 32 open debts in this token"),
    ("Obligations_NothingDue()", "none of the debtor's debts in this token is due"),
    ("OptimismPortal_AlreadyFinalized()", "this withdrawal was executed before"),
    ("OptimismPortal_BadTarget()", "the portal may not call itself, and a contract creation has no target"),
    ("OptimismPortal_CallPaused()", "the guardian has paused withdrawals"),
    ("OptimismPortal_CalldataTooLarge()", "a deposit carries at most 120000 bytes"),
    ("OptimismPortal_GasEstimation()", "the withdrawal's call failed while gas was being estimated"),
    ("OptimismPortal_GasLimitTooLow()", "the deposit asks for less gas than its data costs"),
    ("OptimismPortal_GasLimitTooHigh()", "the deposit asks for more than 20000000 gas"),
    ("OptimismPortal_ImproperDisputeGame()", "the game is unknown, blacklisted or retired"),
    (
        "OptimismPortal_InvalidDisputeGame()",
        "the game is not of the respected type, or its claim was found false",
    ),
    (
        "OptimismPortal_InvalidMerkleProof()",
        "the withdrawal is not in the message passer's storage of that state",
    ),
    ("OptimismPortal_InvalidOutputRootProof()", "the output root proof does not hash to the game's claim"),
    ("OptimismPortal_InvalidProofTimestamp()", "a proof must be later than the game that it relies on"),
    ("OptimismPortal_InvalidRootClaim()", "the game's claim is not, or not yet, valid"),
    ("OptimismPortal_NoReentrancy()", "a withdrawal may not execute another withdrawal of its rollup"),
    ("OptimismPortal_ProofNotOldEnough()", "the proof has not matured"),
    ("OptimismPortal_Unproven()", "this submitter has not proven this withdrawal"),
    ("NotEnoughGas()", "less gas is left than the withdrawal was promised"),
    (
        "AnchorStateRegistry_InvalidAnchorGame()",
        "the game's claim is not valid, or not newer than the anchor",
    ),
    ("AnchorStateRegistry_Unauthorized()", "only the guardian may do this"),
    ("GameAlreadyExists(bytes32)", "this very claim has a game already"),
    ("IncorrectBondAmount()", "the ether sent is not exactly the bond"),
    ("NoImplementation(uint32)", "no game of this type is set up for this rollup"),
    ("NotOwner(address)", "only the factory's owner may change game types"),
    ("AlreadyInitialized()", "the game has begun already"),
    ("BadExtraData()", "the extra data must be the block number as one word"),
    ("GameAlreadyResolved()", "the game is decided"),
    ("GameNotResolved()", "the game is not decided"),
    ("GameNotFinalized()", "the bond stays until the game is final"),
    ("NoCreditToClaim()", "the bond was taken, or there was none"),
    ("BondTransferFailed()", "the creator does not accept the bond"),
    ("UnexpectedRootClaim(bytes32)", "the claim is not about a later block than the anchor"),
    ("ClockNotExpired()", "the game's clock still runs"),
    ("NotProver(address,address)", "only the rollup's prover may prove"),
    ("ChainIdUnavailable(uint256)", "the chain id is taken, or no rollup of this L1 can have it"),
    ("UnknownGameType(uint32)", "only optimistic and validity games can be deployed"),
    ("FailedDeployment()", "a contract stands at that address already"),
    ("InsufficientBalance(uint256,uint256)", "the contract has less ether than it was to send"),
    ("CloneArgumentsTooLong()", "the extra data is too long for a game"),
    ("InvalidInitialization()", "the contract is set up already"),
    ("NotInitializing()", "this belongs to a contract's set-up"),
    ("Messenger_Paused()", "the guardian has paused relaying"),
    ("Messenger_UnsupportedVersion(uint16)", "only messages of version 1 are known"),
    (
        "Messenger_WrongValue(uint256,uint256)",
        "a first delivery brings exactly its value, a replay brings none",
    ),
    (
        "Messenger_NotReplayable(bytes32)",
        "only a message that failed can be replayed, and only by a plain call",
    ),
    ("Messenger_BlockedTarget(address)", "a message may not call the messenger or what carries its messages"),
    ("Messenger_AlreadyRelayed(bytes32)", "the message was delivered"),
    ("Messenger_GasEstimation()", "the message's call failed while gas was being estimated"),
    ("Messenger_NoMessage()", "no message is being executed"),
    ("Bridge_OnlyAccounts(address)", "a contract must name the recipient: use the form with `to`"),
    ("Bridge_OnlyOtherBridge()", "only the bridge of the other layer may finalize"),
    ("Bridge_Paused()", "the guardian has paused the bridge"),
    ("Bridge_WrongValue(uint256,uint256)", "the ether sent is not the amount named"),
    ("Bridge_BlockedRecipient(address)", "ether cannot be sent to the bridge or its messenger"),
    ("Bridge_TransferFailed(address)", "the recipient did not accept the ether"),
    ("Bridge_WrongRemoteToken(address,address)", "the mintable token represents another token"),
    ("Bridge_AmountMismatch(uint256,uint256)", "the transfer did not bring the amount named"),
    ("Bridge_NotLocked(uint256,uint256)", "less of this pair is locked than is to be released"),
    ("OnlyBridge(address)", "only the bridge may mint and burn"),
    ("NoRemoteToken()", "a representation must represent something"),
    ("HopRouter_WrongValue(uint256,uint256)", "the ether sent is not the amount named"),
    ("HopRouter_NothingToClaim()", "nothing waits for this account"),
    ("HopRouter_TransferFailed()", "the claimant does not accept the ether"),
    ("HopRouter_OnlySelf()", "only the router itself may call this"),
    ("HopRouter_UnknownRollup(uint256)", "there is no rollup of this chain id on this L1"),
    ("HopRouter_NoRefundAddress()", "a hop must name who gets the funds if it fails"),
    ("HopRouter_AmountMismatch(uint256,uint256)", "the transfer did not bring the amount named"),
    ("NotDepositor()", "only the L1 attributes depositor may write"),
    ("WrongAttributesLength(uint256,uint256)", "the calldata is not as long as the attributes are"),
    ("MessageMissing(uint256,address,address,uint256)", "no such message waits in the mailbox"),
    ("Mailbox_SameChain(uint256)", "a chain does not write to itself"),
    ("Mailbox_AlreadyWritten(bytes32)", "a message of this name was written before"),
    ("Mailbox_AlreadyPut(bytes32)", "the message was put into the inbox before"),
    ("Mailbox_NotSharedSequencer(address)", "only the shared sequencer puts messages"),
    ("Pair_InsufficientLiquidityMinted()", "what was brought is worth no liquidity"),
    ("Pair_InsufficientLiquidityBurned()", "the liquidity is worth nothing of one token"),
    ("Pair_InsufficientOutputAmount(uint256,uint256)", "less would come out than was asked for at least"),
    ("Pair_InsufficientInputAmount()", "nothing came in"),
    ("Pair_InsufficientLiquidity()", "the pool has not that much"),
    ("Pair_InvalidTo(address)", "the pair's own tokens cannot receive"),
    ("Pair_UnknownToken(address)", "the pair does not trade this token"),
    ("Pair_K()", "the product of the reserves, less the fee, would fall"),
    ("Pair_Overflow()", "a reserve would not fit into 112 bits"),
    ("Pair_Expired(uint256,uint256)", "the deadline has passed"),
    ("ReentrancyGuardReentrantCall()", "the contract is in the midst of another call"),
    ("Vault_IdTaken(bytes32)", "the owner has used this salt before"),
    ("Vault_BadTerms()", "there is nothing to lock, or the term is over before it begins"),
    ("Vault_NotLocked(bytes32)", "nothing is locked under this id"),
    ("Vault_NotController(uint256,address)", "another contract controls the lock"),
    ("Vault_TermOver(uint256,uint256)", "the controller's time has passed"),
    ("Vault_TermNotOver(uint256,uint256)", "the controller's time has not passed"),
    ("Option_IdTaken(bytes32)", "the writer has used this salt before"),
    ("Option_BadTerms()", "the option is over before it begins, or is about nothing"),
    ("Option_NotHolder(address)", "only the holder exercises"),
    ("Option_Expired(uint256,uint256)", "the option has expired"),
    ("Option_Exercised(bytes32)", "the option was exercised"),
    ("Option_WrongCollateral(address,uint256)", "the vault gave something else than the option promises"),
    ("Short_IdTaken(bytes32)", "the borrower has used this salt before"),
    ("Short_WrongCollateral(address,address)", "the collateral is not USDX, or would not fall to the lender"),
    ("Short_TooLittleCollateral(uint256,uint256)", "the collateral is worth less than the loan asks for"),
    ("Short_TermOver(uint256,uint256)", "the loan's term is over"),
    ("Short_NotOpen(bytes32)", "nothing is owed under this id"),
    ("OptimismPortal_ShareWithCall()", "in a wind-down a call does not get a share of its ether"),
    ("L1StandardBridge_Held()", "the breaker does not let the tokens go"),
    ("Guard_NotGuardian(address)", "only the guardian of the bridge sets its controls"),
    ("Guard_Paused()", "nothing leaves the bridge while it is paused"),
    ("Guard_InvalidRate(uint256,uint256)", "the rate must be above zero and below the capacity"),
    ("Guard_MaxCapacityExceeded(uint256,uint256)", "the bucket never holds that much"),
    ("Guard_RateLimitReached(uint256,uint256)", "there is less in the bucket now"),
    ("Guard_LimitsTooHigh(uint256)", "a daily limit is at most 2^255 - 1"),
    ("Guard_NotHighEnough(uint256,uint256)", "less is left of the daily limit"),
    ("Guard_InvalidBreaker()", "ticks take a second or more, and 1 to 10000 ten thousandths stay"),
    ("Guard_RateLimited(uint256)", "the breaker has tripped"),
    ("Guard_NotRateLimited()", "the breaker has not tripped"),
    ("Guard_CooldownNotOver(uint256)", "the breaker's cooldown is not over"),
    ("Guard_ExposureTooHigh(uint256,uint256)", "the bridge would hold more than its cap"),
    ("Guard_NoClaims()", "a wind-down needs claims to share among"),
    ("Guard_WindingDown()", "the wind-down was declared before"),
    ("SafeCastOverflowedIntDowncast(uint8,int256)", "the number does not fit"),
    ("SafeCastOverflowedUintDowncast(uint8,uint256)", "the number does not fit"),
    ("SafeCastOverflowedUintToInt(uint256)", "the number does not fit"),
    ("Bonds_NotAuthority(address)", "only the shared sequencer slashes and returns bonds"),
    ("Bonds_TooSmall(uint256,uint256)", "the node's bond is smaller"),
    ("Bonds_NoAmount()", "an amount above zero was expected"),
    ("Bonds_TransferFailed(address)", "the receiver does not accept the ether"),
    ("MintLimitExceeded(uint256,uint256)", "the faucet gives at most a million tokens at once"),
    ("SafeERC20FailedOperation(address)", "the token refused the transfer"),
    ("ERC20InsufficientAllowance(address,uint256,uint256)", "the owner has approved less than this"),
    ("ERC20InsufficientBalance(address,uint256,uint256)", "the account has fewer tokens than this"),
    ("ERC20InvalidApprover(address)", "the zero address cannot approve"),
    ("ERC20InvalidReceiver(address)", "the zero address cannot receive"),
    ("ERC20InvalidSender(address)", "the zero address cannot send"),
    ("ERC20InvalidSpender(address)", "the zero address cannot be approved"),
];

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::super::artifacts;
    use super::*;
    use alloy_primitives::hex;
    use std::collections::BTreeSet;

    #[test]
    fn solidity_reasons_are_read() {
        let message = hex!(
            "08c379a0"
            "0000000000000000000000000000000000000000000000000000000000000020"
            "0000000000000000000000000000000000000000000000000000000000000002"
            "6e6f000000000000000000000000000000000000000000000000000000000000"
        );
        assert_eq!(describe_revert(&message), RevertReason::Message("no".into()));
        let overflow = hex!("4e487b710000000000000000000000000000000000000000000000000000000000000011");
        assert!(matches!(describe_revert(&overflow), RevertReason::Panicked(_)));
        assert_eq!(describe_revert(&[]), RevertReason::Silent);
        assert_eq!(describe_revert(&[1, 2]), RevertReason::Unknown(vec![1, 2].into()));
        assert_eq!(describe_revert(&[1, 2, 3, 4]), RevertReason::Unknown(vec![1, 2, 3, 4].into()));
    }

    #[test]
    fn every_error_of_every_contract_is_known_and_none_is_listed_in_vain() {
        let mut declared = BTreeSet::new();
        for artifact in artifacts::ALL {
            let abi: serde_json::Value = serde_json::from_str(artifact.abi_json).unwrap();
            for item in abi.as_array().unwrap().iter().filter(|item| item["type"] == "error") {
                let types: Vec<&str> =
                    item["inputs"].as_array().unwrap().iter().map(|i| i["type"].as_str().unwrap()).collect();
                declared.insert(format!("{}({})", item["name"].as_str().unwrap(), types.join(",")));
            }
        }
        let known: BTreeSet<String> = KNOWN.iter().map(|(signature, _)| signature.to_string()).collect();
        let missing: Vec<_> = declared.difference(&known).collect();
        assert!(missing.is_empty(), "not described: {missing:?}");
        let stale: Vec<_> = known.difference(&declared).collect();
        assert!(stale.is_empty(), "described, but declared by no contract: {stale:?}");
    }

    #[test]
    fn a_known_error_is_named_and_explained() {
        let reason = describe_revert(&keccak256("OptimismPortal_Unproven()")[..4]);
        assert_eq!(
            reason.to_string(),
            "OptimismPortal_Unproven: this submitter has not proven this withdrawal"
        );
    }
}
