//! Typed ABIs of our contracts: the calls, events and errors that the engine uses.
//!
//! The sources of truth are `contracts/src/`; a test holds every selector here against the compiled ABIs.

#![allow(missing_docs)]

use alloy_sol_types::sol;

sol! {
    /// A message from a rollup, as its message passer recorded it.
    #[derive(Debug, PartialEq, Eq)]
    struct WithdrawalTransaction {
        uint256 nonce;
        address sender;
        address target;
        uint256 value;
        uint256 gasLimit;
        bytes data;
    }

    /// The four words whose hash is an output root of version 0.
    #[derive(Debug, PartialEq, Eq)]
    struct OutputRoot {
        bytes32 version;
        bytes32 stateRoot;
        bytes32 messagePasserStorageRoot;
        bytes32 latestBlockhash;
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IOptimismPortal {
        event TransactionDeposited(address indexed from, address indexed to, uint256 indexed version, bytes opaqueData);
        event WithdrawalProven(bytes32 indexed withdrawalHash, address indexed from, address indexed to);
        event WithdrawalProvenExtension1(bytes32 indexed withdrawalHash, address indexed proofSubmitter);
        event WithdrawalFinalized(bytes32 indexed withdrawalHash, bool success);
        event WithdrawalHeld(bytes32 indexed withdrawalHash);

        function version() external view returns (string memory);
        function depositTransaction(address to, uint256 value, uint64 gasLimit, bool isCreation, bytes memory data) external payable;
        function proveWithdrawalTransaction(WithdrawalTransaction memory withdrawal, uint256 disputeGameIndex, OutputRoot memory outputRootProof, bytes[] memory withdrawalProof) external;
        function finalizeWithdrawalTransaction(WithdrawalTransaction memory withdrawal) external;
        function finalizeWithdrawalTransactionExternalProof(WithdrawalTransaction memory withdrawal, address proofSubmitter) external;
        function checkWithdrawal(bytes32 withdrawalHash, address proofSubmitter) external view;
        function provenWithdrawals(bytes32 withdrawalHash, address submitter) external view returns (address disputeGameProxy, uint64 timestamp);
        function finalizedWithdrawals(bytes32 withdrawalHash) external view returns (bool);
        function numProofSubmitters(bytes32 withdrawalHash) external view returns (uint256);
        function proofSubmitters(bytes32 withdrawalHash, uint256 index) external view returns (address);
        function proofMaturityDelaySeconds() external view returns (uint256);
        function disputeGameFinalityDelaySeconds() external view returns (uint256);
        function respectedGameType() external view returns (uint32);
        function disputeGameFactory() external view returns (address);
        function anchorStateRegistry() external view returns (address);
        function l2Sender() external view returns (address);
        function paused() external view returns (bool);
        function donateETH() external payable;
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IDisputeGameFactory {
        struct GameSearchResult {
            uint256 index;
            bytes32 metadata;
            uint64 timestamp;
            bytes32 rootClaim;
            bytes extraData;
        }

        event DisputeGameCreated(address indexed disputeProxy, uint32 indexed gameType, bytes32 indexed rootClaim);

        function create(uint32 gameType, bytes32 rootClaim, bytes memory extraData) external payable returns (address proxy);
        function proposeAndProve(uint32 gameType, bytes32 rootClaim, bytes memory extraData, bytes memory proof) external payable returns (address proxy);
        function gameCount() external view returns (uint256);
        function gameAtIndex(uint256 index) external view returns (uint32 gameType, uint64 timestamp, address proxy);
        function games(uint32 gameType, bytes32 rootClaim, bytes memory extraData) external view returns (address proxy, uint64 timestamp);
        function findLatestGames(uint32 gameType, uint256 start, uint256 n) external view returns (GameSearchResult[] memory found);
        function initBonds(uint32 gameType) external view returns (uint256);
        function owner() external view returns (address);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IDisputeGame {
        event Resolved(uint8 indexed status);
        event Proven(bytes32 indexed rootClaim, bytes32 proofHash);

        function resolve() external returns (uint8 outcome);
        function prove(bytes memory proof) external;
        function claimCredit() external;
        function status() external view returns (uint8);
        function createdAt() external view returns (uint64);
        function resolvedAt() external view returns (uint64);
        function rootClaim() external view returns (bytes32);
        function gameType() external view returns (uint32);
        function gameCreator() external view returns (address);
        function l2SequenceNumber() external view returns (uint256);
        function l2ChainId() external view returns (uint256);
        function maxClockDuration() external view returns (uint64);
        function expectedResolution() external view returns (uint64);
        function wasRespectedGameTypeWhenCreated() external view returns (bool);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IAnchorStateRegistry {
        event AnchorUpdated(address indexed game);
        event DisputeGameBlacklisted(address indexed disputeGame);

        function getAnchorRoot() external view returns (bytes32 root, uint256 l2SequenceNumber);
        function setAnchorState(address game) external;
        function isGameProper(address game) external view returns (bool);
        function isGameRespected(address game) external view returns (bool);
        function isGameFinalized(address game) external view returns (bool);
        function isGameClaimValid(address game) external view returns (bool);
        function isGameBlacklisted(address game) external view returns (bool);
        function blacklistDisputeGame(address game) external;
        function setRespectedGameType(uint32 gameType) external;
        function updateRetirementTimestamp() external;
        function pause() external;
        function unpause() external;
        function paused() external view returns (bool);
        function guardian() external view returns (address);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IRollupDeployer {
        struct RollupParams {
            uint256 chainId;
            address guardian;
            uint32 gameType;
            address prover;
            uint64 maxClockDurationSeconds;
            uint64 proofMaturityDelaySeconds;
            uint64 disputeGameFinalityDelaySeconds;
            uint256 initBond;
            bytes32 anchorRoot;
            uint256 anchorL2SequenceNumber;
        }

        struct Contracts {
            address portal;
            address disputeGameFactory;
            address anchorStateRegistry;
            address messenger;
            address bridge;
        }

        event RollupDeployed(uint256 indexed chainId, Contracts contracts);

        function deploy(RollupParams memory params, bytes memory config) external returns (Contracts memory contracts);
        function predict(uint256 chainId) external view returns (Contracts memory contracts);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IRollupRegistry {
        event RollupRegistered(uint256 indexed chainId, bytes config);

        function register(uint256 chainId, bytes memory config) external;
        function registrant(uint256 chainId) external view returns (address);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IL2ToL1MessagePasser {
        event MessagePassed(uint256 indexed nonce, address indexed sender, address indexed target, uint256 value, uint256 gasLimit, bytes data, bytes32 withdrawalHash);

        function initiateWithdrawal(address target, uint256 gasLimit, bytes memory data) external payable;
        function messageNonce() external view returns (uint256);
        function sentMessages(bytes32 withdrawalHash) external view returns (bool);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IL1Block {
        function setL1BlockValuesIsthmus() external;
        function number() external view returns (uint64);
        function timestamp() external view returns (uint64);
        function basefee() external view returns (uint256);
        function blobBaseFee() external view returns (uint256);
        function hash() external view returns (bytes32);
        function sequenceNumber() external view returns (uint64);
        function batcherHash() external view returns (bytes32);
        function baseFeeScalar() external view returns (uint32);
        function blobBaseFeeScalar() external view returns (uint32);
        function operatorFeeScalar() external view returns (uint32);
        function operatorFeeConstant() external view returns (uint64);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface ICrossDomainMessenger {
        event SentMessage(address indexed target, address sender, bytes message, uint256 messageNonce, uint256 gasLimit);
        event SentMessageExtension1(address indexed sender, uint256 value);
        event RelayedMessage(bytes32 indexed msgHash);
        event FailedRelayedMessage(bytes32 indexed msgHash);

        function sendMessage(address target, bytes memory message, uint32 minGasLimit) external payable;
        function relayMessage(uint256 nonce, address sender, address target, uint256 value, uint256 minGasLimit, bytes memory message) external payable;
        function xDomainMessageSender() external view returns (address);
        function messageNonce() external view returns (uint256);
        function baseGas(bytes memory message, uint32 minGasLimit) external pure returns (uint64);
        function otherMessenger() external view returns (address);
        function successfulMessages(bytes32 msgHash) external view returns (bool);
        function failedMessages(bytes32 msgHash) external view returns (bool);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IStandardBridge {
        event ETHBridgeInitiated(address indexed from, address indexed to, uint256 amount, bytes extraData);
        event ETHBridgeFinalized(address indexed from, address indexed to, uint256 amount, bytes extraData);
        event ERC20BridgeInitiated(address indexed localToken, address indexed remoteToken, address indexed from, address to, uint256 amount, bytes extraData);
        event ERC20BridgeFinalized(address indexed localToken, address indexed remoteToken, address indexed from, address to, uint256 amount, bytes extraData);

        function bridgeETH(uint32 minGasLimit, bytes memory extraData) external payable;
        function bridgeETHTo(address to, uint32 minGasLimit, bytes memory extraData) external payable;
        function bridgeERC20(address localToken, address remoteToken, uint256 amount, uint32 minGasLimit, bytes memory extraData) external;
        function bridgeERC20To(address localToken, address remoteToken, address to, uint256 amount, uint32 minGasLimit, bytes memory extraData) external;
        function finalizeBridgeETH(address from, address to, uint256 amount, bytes memory extraData) external payable;
        function finalizeBridgeERC20(address localToken, address remoteToken, address from, address to, uint256 amount, bytes memory extraData) external;
        function deposits(address localToken, address remoteToken) external view returns (uint256);
        function otherBridge() external view returns (address);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IL2StandardBridge {
        function withdraw(address l2Token, uint256 amount, uint32 minGasLimit, bytes memory extraData) external payable;
        function withdrawTo(address l2Token, address to, uint256 amount, uint32 minGasLimit, bytes memory extraData) external payable;
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IOptimismMintableERC20Factory {
        event OptimismMintableERC20Created(address indexed localToken, address indexed remoteToken, address deployer);

        function createOptimismMintableERC20(address remoteToken, string memory name, string memory symbol) external returns (address localToken);
        function createOptimismMintableERC20WithDecimals(address remoteToken, string memory name, string memory symbol, uint8 decimals) external returns (address localToken);
        function deployments(address localToken) external view returns (address remoteToken);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IHopRouter {
        struct Hop {
            uint256 toChainId;
            address to;
            address remoteToken;
            uint32 gasLimit;
            address refundTo;
            bytes data;
        }

        event Hopped(uint256 indexed toChainId, address indexed token, address indexed to, uint256 amount);
        event HopFailed(uint256 indexed toChainId, address indexed token, address indexed refundTo, uint256 amount);

        function hop(address token, uint256 amount, Hop memory instructions) external payable;
        function claimable(address token, address account) external view returns (uint256);
        function claim(address token) external;
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IToken {
        event Transfer(address indexed from, address indexed to, uint256 value);

        function mint(address to, uint256 amount) external;
        function burn(address from, uint256 amount) external;
        function approve(address spender, uint256 value) external returns (bool);
        function transfer(address to, uint256 value) external returns (bool);
        function balanceOf(address account) external view returns (uint256);
        function totalSupply() external view returns (uint256);
        function remoteToken() external view returns (address);
        function bridge() external view returns (address);
        function name() external view returns (string memory);
        function symbol() external view returns (string memory);
        function decimals() external view returns (uint8);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IConstantProductPair {
        event Mint(address indexed sender, uint256 amount0, uint256 amount1);
        event Burn(address indexed sender, uint256 amount0, uint256 amount1, address indexed to);
        event Swap(address indexed sender, uint256 amount0In, uint256 amount1In, uint256 amount0Out, uint256 amount1Out, address indexed to);
        event Sync(uint112 reserve0, uint112 reserve1);

        function swapExactIn(address tokenIn, uint256 amountIn, uint256 amountOutMin, address to, uint256 deadline) external returns (uint256 amountOut);
        function swap(uint256 amount0Out, uint256 amount1Out, address to, bytes memory data) external;
        function mint(address to) external returns (uint256 liquidity);
        function burn(address to) external returns (uint256 amount0, uint256 amount1);
        function skim(address to) external;
        function sync() external;
        function stolenFrom(address account) external view returns (uint256);
        function getReserves() external view returns (uint112 reserve0, uint112 reserve1, uint32 blockTimestampLast);
        function getAmountOut(uint256 amountIn, uint256 reserveIn, uint256 reserveOut) external pure returns (uint256);
        function getAmountIn(uint256 amountOut, uint256 reserveIn, uint256 reserveOut) external pure returns (uint256);
        function token0() external view returns (address);
        function token1() external view returns (address);
        function kLast() external view returns (uint256);
        function feeTo() external view returns (address);
        function price0CumulativeLast() external view returns (uint256);
        function price1CumulativeLast() external view returns (uint256);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IMailbox {
        event Written(uint256 indexed destination, address indexed sender, address indexed receiver, uint256 session, bytes data);
        event Put(uint256 indexed source, address indexed sender, address indexed receiver, uint256 session, bytes data);
        event Read(uint256 indexed source, address indexed sender, address indexed receiver, uint256 session);

        error MessageMissing(uint256 source, address sender, address receiver, uint256 session);

        function write(uint256 destination, address receiver, uint256 session, bytes memory data) external;
        function read(uint256 source, address sender, uint256 session) external returns (bytes memory data);
        function put(uint256 source, address sender, address receiver, uint256 session, bytes memory data) external;
        function outboxRoot(uint256 destination) external view returns (bytes32);
        function inboxRoot(uint256 source) external view returns (bytes32);
        function outbox(bytes32 key) external view returns (bytes32);
        function inbox(bytes32 key) external view returns (bytes32);
        function messageKey(uint256 source, uint256 destination, address sender, address receiver, uint256 session) external pure returns (bytes32);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IMailboxBridge {
        event Sent(address indexed token, address indexed from, uint256 indexed destination, address to, uint256 amount, uint256 session);
        event Received(address indexed token, uint256 indexed source, address indexed to, uint256 amount, uint256 session);

        function send(address token, uint256 amount, uint256 destination, address to, bytes32 salt) external returns (uint256 session);
        function claim(uint256 source, uint256 session) external returns (uint256 amount);
        function sessionOf(address from, bytes32 salt) external pure returns (uint256);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface ICollateralVault {
        event Locked(bytes32 indexed id, address indexed owner, address indexed token, uint256 amount, uint256 until);
        event Released(bytes32 indexed id, address indexed to, uint256 amount);

        function lock(bytes32 salt, address token, uint256 amount, uint256 chain, address controller, uint256 until, address beneficiary) external returns (bytes32 id);
        function lockAndAnnounce(bytes32 salt, address token, uint256 amount, uint256 chain, address controller, uint256 until, address beneficiary) external returns (bytes32 id);
        function release(uint256 chain, address controller, uint256 session) external;
        function settle(bytes32 id) external;
        function locks(bytes32 id) external view returns (address owner, address token, uint256 amount, uint256 chain, address controller, uint256 until, address beneficiary);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface ICoveredCall {
        event Opened(bytes32 indexed id, address indexed writer, address indexed holder, uint256 amount, uint256 strike);
        event Exercised(bytes32 indexed id, address indexed holder, uint256 amount, uint256 strike);

        function open(bytes32 salt, address holder, uint256 vaultChain, address vault, uint256 amount, uint256 strike, uint256 expiry) external returns (bytes32 id);
        function exercise(bytes32 id) external;
        function exercised(bytes32 id) external view returns (bool);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface ITermShort {
        event Opened(bytes32 indexed id, address indexed borrower, uint256 amount, uint256 proceeds, uint256 collateral);
        event Repaid(bytes32 indexed id, address indexed borrower, uint256 amount);

        function open(bytes32 salt, uint256 vaultChain, address vault, uint256 amount, uint256 proceedsMin) external returns (bytes32 id);
        function repay(bytes32 id) external;
        function loans(bytes32 id) external view returns (address borrower, uint256 vaultChain, address vault, uint256 amount, uint256 until);
        function collateralFor(uint256 amount) external view returns (uint256);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IObligations {
        event Owed(uint256 indexed id, address indexed debtor, address indexed creditor, address token, uint256 amount, uint64 due);
        event Paid(uint256 indexed id, address indexed debtor, address indexed creditor, uint256 amount);
        event Defaulted(uint256 indexed id, address indexed debtor, address indexed creditor, uint256 paid, uint256 cost, uint256 short);

        function allowCredit(address creditor, address token, uint256 amount) external;
        function lend(address debtor, address token, uint256 amount, uint64 due, uint16 costBps) external returns (uint256 id);
        function owe(address creditor, address token, uint256 amount, uint64 due, uint16 costBps) external returns (uint256 id);
        function settle(address debtor, address token) external;
        function credit(address debtor, address creditor, address token) external view returns (uint256);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IPriceFeed {
        event AnswerUpdated(address indexed reporter, uint96 indexed current, uint80 indexed roundId, uint256 updatedAt);

        function report(uint96 answer) external;
        function latestRound(address reporter) external view returns (uint80 id, uint96 answer, uint64 updatedAt);
        function decimals() external pure returns (uint8);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface ISequencerBonds {
        event Bonded(address indexed node, address indexed from, uint256 amount, uint256 bond);
        event Slashed(address indexed node, address indexed beneficiary, uint256 amount, uint256 bond, string reason);
        event Returned(address indexed node, uint256 amount, uint256 bond);

        function bond(address node) external payable;
        function slash(address node, uint256 amount, address beneficiary, string memory reason) external;
        function giveBack(address node, uint256 amount) external;
        function bonds(address node) external view returns (uint256);
        function authority() external pure returns (address);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IBridgeGuard {
        event ControlsSet(address indexed bridge, address indexed asset, uint256 active);
        event Released(address indexed bridge, address indexed asset, uint256 asked, uint256 paid);
        event Tripped(address indexed bridge, address indexed asset, uint256 amount);

        function released(address asset, uint256 asked, bytes32 id) external returns (bool mayPay, uint256 amount);
        function absorbed(address asset, uint256 amount) external;
        function setTokenBucket(address bridge, address asset, uint128 capacity, uint128 rate) external;
        function setDailyLimit(address bridge, address asset, uint256 limit) external;
        function setBreaker(address bridge, address asset, uint16 minRetainedBps, uint256 beginThreshold, uint64 period, uint64 tick, uint64 cooldown) external;
        function setExposureCap(address bridge, address asset, uint256 cap) external;
        function setPaused(address bridge, address asset, bool paused) external;
        function windDown(address bridge, address asset, uint256 claimed) external;
        function switchOff(address bridge, address asset) external;
        function clearBreaker(address bridge, address asset) external;
        function overrideBreaker(address bridge, address asset) external;
        function active(address bridge, address asset) external view returns (uint256);
        function releasable(address bridge, address asset) external view returns (uint256 most);
        function bucketTokens(address bridge, address asset) external view returns (uint256);
        function dailyLeft(address bridge, address asset) external view returns (uint256);
        function breakerState(address bridge, address asset) external view returns (int256 total, int256 recent, bool tripped);
        function locked(address bridge, address asset, bytes32 id) external view returns (uint256);
        function windDownOf(address bridge, address asset) external view returns (uint256 held, uint256 claimed);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IValueStore {
        event ValueSet(address caller, uint256 value);
        event RemoteValueSet(address indexed messenger, address indexed remoteSender, uint256 value);

        function setValue(uint256 value) external payable;
        function refuse() external payable;
        function value() external view returns (uint256);
        function lastCaller() external view returns (address);
        function lastRemoteSender() external view returns (address);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface ICounter {
        event Incremented(address indexed caller, uint256 count);

        function increment() external;
        function count() external view returns (uint256);
    }

    #[derive(Debug, PartialEq, Eq)]
    interface IMulticall3 {
        struct Call3 {
            address target;
            bool allowFailure;
            bytes callData;
        }

        struct Result {
            bool success;
            bytes returnData;
        }

        function aggregate3(Call3[] memory calls) external payable returns (Result[] memory returnData);
    }
}

/// Game types, as `GameTypes` in `contracts/src/libraries/Constants.sol` numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u32)]
pub enum GameType {
    /// A claim stands unless it is stopped before its clock runs out.
    Optimistic = 0,
    /// A claim stands as soon as the rollup's prover vouches for it.
    Validity = 10,
}
