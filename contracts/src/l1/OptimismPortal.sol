// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {Callers} from "../libraries/Callers.sol";
import {Constants, L1System} from "../libraries/Constants.sol";
import {Hashing} from "../libraries/Hashing.sol";
import {MptVerifier} from "../libraries/MptVerifier.sol";
import {SafeCall} from "../libraries/SafeCall.sol";
import {GameStatus, Types} from "../libraries/Types.sol";
import {BridgeGuard} from "./BridgeGuard.sol";
import {IAnchorStateRegistry, IDisputeGame, IDisputeGameFactory} from "./Interfaces.sol";

/// @title OptimismPortal
/// @notice One rollup's door on L1. In: deposits, which the rollup derives from `TransactionDeposited`. Out: withdrawals
///         that are proven against a claim about the rollup's state, wait, and are then executed exactly once.
/// @dev ABI, checks and their order follow the OP Stack's portal of version 5. Absent on purpose: the resource-metering
///      fee market (each deposit's gas is capped, but not sold), the shared lockbox (each portal holds its own ether,
///      so a withdrawal of more than was deposited fails for good), and custom gas tokens. Added: the `BridgeGuard` is
///      asked about all ether that leaves by a withdrawal or comes by a deposit. What it refuses is not finalized, and
///      can be later. Ether whose call fails has left as far as the guard is concerned.
///      A plain call from one rollup to another needs no further contract: withdraw to rollup B's portal with the
///      calldata of B's `depositTransaction`; the ether of the withdrawal goes along.
contract OptimismPortal is Initializable {
    struct ProvenWithdrawal {
        IDisputeGame disputeGameProxy;
        uint64 timestamp;
    }

    event TransactionDeposited(address indexed from, address indexed to, uint256 indexed version, bytes opaqueData);
    event WithdrawalProven(bytes32 indexed withdrawalHash, address indexed from, address indexed to);
    event WithdrawalProvenExtension1(bytes32 indexed withdrawalHash, address indexed proofSubmitter);
    event WithdrawalFinalized(bytes32 indexed withdrawalHash, bool success);
    /// @notice The guard's breaker holds the withdrawal back: it can be finalized once the breaker is cleared.
    event WithdrawalHeld(bytes32 indexed withdrawalHash);

    /// @notice The withdrawal was executed before, whether or not its call succeeded.
    error OptimismPortal_AlreadyFinalized();
    /// @notice The portal may not call itself, and a contract creation has no target.
    error OptimismPortal_BadTarget();
    /// @notice The guardian has paused withdrawals.
    error OptimismPortal_CallPaused();
    /// @notice A deposit carries more than `MAX_DATA_LENGTH` bytes.
    error OptimismPortal_CalldataTooLarge();
    /// @notice A gas estimator executed a withdrawal whose call failed.
    error OptimismPortal_GasEstimation();
    /// @notice A deposit asks for less gas than its data costs.
    error OptimismPortal_GasLimitTooLow();
    /// @notice A deposit asks for more gas than `MAX_DEPOSIT_GAS`.
    error OptimismPortal_GasLimitTooHigh();
    /// @notice The game is unknown, blacklisted or retired.
    error OptimismPortal_ImproperDisputeGame();
    /// @notice The game is not of the respected type, or its claim was found false.
    error OptimismPortal_InvalidDisputeGame();
    /// @notice The withdrawal is not in the message passer's storage of that state.
    error OptimismPortal_InvalidMerkleProof();
    /// @notice The output root proof does not hash to the game's claim.
    error OptimismPortal_InvalidOutputRootProof();
    /// @notice The withdrawal was proven before the game existed.
    error OptimismPortal_InvalidProofTimestamp();
    /// @notice The game's claim is not, or not yet, valid.
    error OptimismPortal_InvalidRootClaim();
    /// @notice A withdrawal tried to execute another withdrawal of the same rollup.
    error OptimismPortal_NoReentrancy();
    /// @notice The proof has not matured.
    error OptimismPortal_ProofNotOldEnough();
    /// @notice In a wind-down, a call that counts on its ether does not get a share of it.
    error OptimismPortal_ShareWithCall();
    /// @notice This submitter has not proven this withdrawal.
    error OptimismPortal_Unproven();

    string public constant version = "5.0.0";

    /// @notice The version of the layout of `opaqueData`.
    uint256 internal constant DEPOSIT_VERSION = 0;
    /// @notice The gas that ether sent without data buys on the rollup.
    uint64 internal constant RECEIVE_DEFAULT_GAS_LIMIT = 100_000;
    /// @notice The longest data of a deposit.
    uint256 internal constant MAX_DATA_LENGTH = 120_000;
    /// @notice The most gas of one deposit: what the OP Stack's market sells in one L1 block.
    uint64 internal constant MAX_DEPOSIT_GAS = 20_000_000;
    /// @notice The slot of the message passer's `sentMessages`.
    uint256 internal constant SENT_MESSAGES_SLOT = 0;

    IAnchorStateRegistry public anchorStateRegistry;
    uint256 public proofMaturityDelaySeconds;
    mapping(bytes32 withdrawalHash => bool) public finalizedWithdrawals;
    mapping(bytes32 withdrawalHash => mapping(address submitter => ProvenWithdrawal)) public provenWithdrawals;
    mapping(bytes32 withdrawalHash => address[]) public proofSubmitters;

    /// @dev Zero when no withdrawal is being executed. Transient: it cannot outlive the transaction.
    address private transient withdrawalSender;

    constructor() {
        _disableInitializers();
    }

    function initialize(IAnchorStateRegistry anchorStateRegistry_, uint256 proofMaturityDelaySeconds_)
        external
        initializer
    {
        anchorStateRegistry = anchorStateRegistry_;
        proofMaturityDelaySeconds = proofMaturityDelaySeconds_;
    }

    /// @notice Deposits what is sent to the sender's own address on the rollup. For accounts: a contract's address is
    ///         aliased there, so that ether sent by a contract would be out of its reach.
    receive() external payable {
        depositTransaction(msg.sender, msg.value, RECEIVE_DEFAULT_GAS_LIMIT, false, "");
    }

    /// @notice Adds ether without depositing it.
    function donateETH() external payable {}

    /// @notice Has the rollup execute a transaction. The ether sent is minted there to the sender, even if the
    ///         transaction then fails; `value` is what the transaction carries and is paid from the sender's balance.
    function depositTransaction(address to, uint256 value, uint64 gasLimit, bool isCreation, bytes memory data)
        public
        payable
    {
        if (isCreation && to != address(0)) revert OptimismPortal_BadTarget();
        if (data.length > MAX_DATA_LENGTH) revert OptimismPortal_CalldataTooLarge();
        if (gasLimit < minimumGasLimit(uint64(data.length))) revert OptimismPortal_GasLimitTooLow();
        if (gasLimit > MAX_DEPOSIT_GAS) revert OptimismPortal_GasLimitTooHigh();
        if (msg.value != 0) BridgeGuard(L1System.BRIDGE_GUARD).absorbed(Constants.ETHER, msg.value);
        address from = Callers.senderHasKey() ? msg.sender : Callers.aliased(msg.sender);
        bytes memory opaqueData = abi.encodePacked(msg.value, value, gasLimit, isCreation, data);
        emit TransactionDeposited(from, to, DEPOSIT_VERSION, opaqueData);
    }

    /// @notice Shows that a withdrawal is in the rollup's state which a dispute game claims. Anyone may prove, and
    ///         prove again against another game; each submitter's proof matures by itself.
    function proveWithdrawalTransaction(
        Types.WithdrawalTransaction memory withdrawal,
        uint256 disputeGameIndex,
        Types.OutputRootProof memory outputRootProof,
        bytes[] memory withdrawalProof
    ) external {
        _requireNotPaused();
        if (withdrawal.target == address(this)) revert OptimismPortal_BadTarget();
        IDisputeGame game = _provableGame(disputeGameIndex);
        if (Hashing.hashOutputRootProof(outputRootProof) != game.rootClaim()) {
            revert OptimismPortal_InvalidOutputRootProof();
        }
        bytes32 withdrawalHash = Hashing.hashWithdrawal(withdrawal);
        bytes32 storageKey = keccak256(abi.encode(withdrawalHash, SENT_MESSAGES_SLOT));
        bool included = MptVerifier.includes(
            outputRootProof.messagePasserStorageRoot, keccak256(abi.encode(storageKey)), hex"01", withdrawalProof
        );
        if (!included) revert OptimismPortal_InvalidMerkleProof();

        ProvenWithdrawal storage proven = provenWithdrawals[withdrawalHash][msg.sender];
        if (proven.timestamp == 0) proofSubmitters[withdrawalHash].push(msg.sender);
        proven.disputeGameProxy = game;
        proven.timestamp = uint64(block.timestamp);
        emit WithdrawalProven(withdrawalHash, withdrawal.sender, withdrawal.target);
        emit WithdrawalProvenExtension1(withdrawalHash, msg.sender);
    }

    /// @notice Executes a withdrawal that the caller has proven.
    function finalizeWithdrawalTransaction(Types.WithdrawalTransaction memory withdrawal) external {
        finalizeWithdrawalTransactionExternalProof(withdrawal, msg.sender);
    }

    /// @notice Executes a withdrawal that `proofSubmitter` has proven, if the guard lets its ether go. A call that fails
    ///         is final all the same: what must be tried again goes through a messenger, which keeps failed messages.
    function finalizeWithdrawalTransactionExternalProof(
        Types.WithdrawalTransaction memory withdrawal,
        address proofSubmitter
    ) public {
        _requireNotPaused();
        if (withdrawalSender != address(0)) revert OptimismPortal_NoReentrancy();
        if (withdrawal.target == address(this)) revert OptimismPortal_BadTarget();
        bytes32 withdrawalHash = Hashing.hashWithdrawal(withdrawal);
        checkWithdrawal(withdrawalHash, proofSubmitter);
        (bool mayPay, uint256 value) = _release(withdrawal, withdrawalHash);
        if (!mayPay) {
            emit WithdrawalHeld(withdrawalHash);
            return;
        }

        finalizedWithdrawals[withdrawalHash] = true;
        withdrawalSender = withdrawal.sender;
        bool success = SafeCall.callWithMinGas(withdrawal.target, withdrawal.gasLimit, value, withdrawal.data);
        withdrawalSender = address(0);
        emit WithdrawalFinalized(withdrawalHash, success);
        if (!success && tx.origin == Constants.ESTIMATION_ADDRESS) revert OptimismPortal_GasEstimation();
    }

    /// @notice Reverts with the reason why a withdrawal cannot be finalized now, if there is one.
    /// @dev A maturity delay of zero means no wait at all, so that what a validity proof has shown can be proven and
    ///      finalized within one block; any other delay must have been exceeded, not just reached.
    function checkWithdrawal(bytes32 withdrawalHash, address proofSubmitter) public view {
        if (finalizedWithdrawals[withdrawalHash]) revert OptimismPortal_AlreadyFinalized();
        ProvenWithdrawal memory proven = provenWithdrawals[withdrawalHash][proofSubmitter];
        if (proven.timestamp == 0) revert OptimismPortal_Unproven();
        _requireProvenAfter(proven.timestamp, proven.disputeGameProxy);
        uint256 delay = proofMaturityDelaySeconds;
        if (delay != 0 && block.timestamp - proven.timestamp <= delay) revert OptimismPortal_ProofNotOldEnough();
        if (!anchorStateRegistry.isGameClaimValid(proven.disputeGameProxy)) revert OptimismPortal_InvalidRootClaim();
    }

    /// @notice The rollup's account that sent the withdrawal which is being executed.
    function l2Sender() external view returns (address) {
        return withdrawalSender == address(0) ? Constants.DEFAULT_L2_SENDER : withdrawalSender;
    }

    /// @notice The least gas that a deposit with so many bytes of data must ask for.
    function minimumGasLimit(uint64 byteCount) public pure returns (uint64) {
        return 21_000 + 40 * byteCount;
    }

    function numProofSubmitters(bytes32 withdrawalHash) external view returns (uint256) {
        return proofSubmitters[withdrawalHash].length;
    }

    function disputeGameFactory() public view returns (IDisputeGameFactory) {
        return anchorStateRegistry.disputeGameFactory();
    }

    function disputeGameFinalityDelaySeconds() external view returns (uint256) {
        return anchorStateRegistry.disputeGameFinalityDelaySeconds();
    }

    function disputeGameBlacklist(IDisputeGame game) external view returns (bool) {
        return anchorStateRegistry.disputeGameBlacklist(game);
    }

    function respectedGameType() external view returns (uint32) {
        return anchorStateRegistry.respectedGameType();
    }

    function respectedGameTypeUpdatedAt() external view returns (uint64) {
        return anchorStateRegistry.retirementTimestamp();
    }

    function guardian() external view returns (address) {
        return anchorStateRegistry.guardian();
    }

    function paused() public view returns (bool) {
        return anchorStateRegistry.paused();
    }

    /// @dev A call is paid all or nothing: with less ether it would fail, and the ether would be lost.
    function _release(Types.WithdrawalTransaction memory withdrawal, bytes32 withdrawalHash)
        private
        returns (bool mayPay, uint256 value)
    {
        if (withdrawal.value == 0) return (true, 0);
        (mayPay, value) =
            BridgeGuard(L1System.BRIDGE_GUARD).released(Constants.ETHER, withdrawal.value, withdrawalHash);
        if (mayPay && value != withdrawal.value && withdrawal.data.length != 0) {
            revert OptimismPortal_ShareWithCall();
        }
    }

    function _provableGame(uint256 index) private view returns (IDisputeGame game) {
        (,, game) = disputeGameFactory().gameAtIndex(index);
        if (!anchorStateRegistry.isGameProper(game)) revert OptimismPortal_ImproperDisputeGame();
        if (!anchorStateRegistry.isGameRespected(game)) revert OptimismPortal_InvalidDisputeGame();
        if (game.status() == GameStatus.CHALLENGER_WINS) revert OptimismPortal_InvalidDisputeGame();
        _requireProvenAfter(uint64(block.timestamp), game);
    }

    /// @dev The OP Stack refuses a proof in the very second of the game's creation; where proofs need not mature, that
    ///      second is as good as any.
    function _requireProvenAfter(uint64 provenAt, IDisputeGame game) private view {
        uint64 createdAt = game.createdAt();
        bool sameSecondAllowed = proofMaturityDelaySeconds == 0;
        if (provenAt < createdAt || (provenAt == createdAt && !sameSecondAllowed)) {
            revert OptimismPortal_InvalidProofTimestamp();
        }
    }

    function _requireNotPaused() private view {
        if (paused()) revert OptimismPortal_CallPaused();
    }
}
