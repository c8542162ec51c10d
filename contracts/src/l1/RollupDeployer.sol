// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {GameTypes, L1System} from "../libraries/Constants.sol";
import {Proposal} from "../libraries/Types.sol";
import {AnchorStateRegistry} from "./AnchorStateRegistry.sol";
import {DisputeGameFactory} from "./DisputeGameFactory.sol";
import {IAnchorStateRegistry, IDisputeGame} from "./Interfaces.sol";
import {L1CrossDomainMessenger} from "./L1CrossDomainMessenger.sol";
import {L1StandardBridge} from "./L1StandardBridge.sol";
import {OptimismPortal} from "./OptimismPortal.sol";
import {RollupRegistry} from "./RollupRegistry.sol";

/// @title RollupDeployer
/// @notice Makes all L1 contracts of a rollup in one transaction and registers its configuration. They are clones at
///         addresses that follow from the chain id alone, so that the rollup's genesis can name them beforehand.
contract RollupDeployer {
    struct RollupParams {
        /// The rollup's chain id, which also decides the addresses.
        uint256 chainId;
        /// Who may pause, blacklist and set game types.
        address guardian;
        /// The respected game type: `GameTypes.OPTIMISTIC` or `GameTypes.VALIDITY`.
        uint32 gameType;
        /// Who proves, for a validity game.
        address prover;
        /// How long a claim stands open, for an optimistic game.
        uint64 maxClockDurationSeconds;
        /// How long a withdrawal's proof matures.
        uint64 proofMaturityDelaySeconds;
        /// How long a resolved game rests before it counts.
        uint64 disputeGameFinalityDelaySeconds;
        /// What a proposer locks up with a claim.
        uint256 initBond;
        /// The claim from which others start: the output root of the rollup's genesis.
        bytes32 anchorRoot;
        uint256 anchorL2SequenceNumber;
    }

    struct RollupContracts {
        address payable portal;
        address disputeGameFactory;
        address anchorStateRegistry;
        address messenger;
        address payable bridge;
    }

    event RollupDeployed(uint256 indexed chainId, RollupContracts contracts);

    /// @notice Only the two known game types can be deployed.
    error UnknownGameType(uint32 gameType);

    /// @notice Deploys and registers. `config` is what derivation needs; it is not read here.
    function deploy(RollupParams calldata params, bytes calldata config)
        external
        returns (RollupContracts memory contracts)
    {
        RollupRegistry(L1System.ROLLUP_REGISTRY).register(params.chainId, config);
        bytes32 salt = bytes32(params.chainId);
        contracts = RollupContracts({
            portal: payable(Clones.cloneDeterministic(L1System.PORTAL_IMPLEMENTATION, salt)),
            disputeGameFactory: Clones.cloneDeterministic(L1System.FACTORY_IMPLEMENTATION, salt),
            anchorStateRegistry: Clones.cloneDeterministic(L1System.ANCHOR_IMPLEMENTATION, salt),
            messenger: Clones.cloneDeterministic(L1System.MESSENGER_IMPLEMENTATION, salt),
            bridge: payable(Clones.cloneDeterministic(L1System.BRIDGE_IMPLEMENTATION, salt))
        });
        _initializeProofs(params, contracts);
        L1CrossDomainMessenger(contracts.messenger).initialize(OptimismPortal(contracts.portal));
        L1StandardBridge(contracts.bridge).initialize(L1CrossDomainMessenger(contracts.messenger));
        emit RollupDeployed(params.chainId, contracts);
    }

    /// @notice Where the contracts of a rollup are, or would be.
    function predict(uint256 chainId) external view returns (RollupContracts memory) {
        bytes32 salt = bytes32(chainId);
        return RollupContracts({
            portal: payable(Clones.predictDeterministicAddress(L1System.PORTAL_IMPLEMENTATION, salt)),
            disputeGameFactory: Clones.predictDeterministicAddress(L1System.FACTORY_IMPLEMENTATION, salt),
            anchorStateRegistry: Clones.predictDeterministicAddress(L1System.ANCHOR_IMPLEMENTATION, salt),
            messenger: Clones.predictDeterministicAddress(L1System.MESSENGER_IMPLEMENTATION, salt),
            bridge: payable(Clones.predictDeterministicAddress(L1System.BRIDGE_IMPLEMENTATION, salt))
        });
    }

    function _initializeProofs(RollupParams calldata params, RollupContracts memory contracts) private {
        DisputeGameFactory factory = DisputeGameFactory(contracts.disputeGameFactory);
        factory.initialize(address(this));
        bytes memory args = abi.encodePacked(
            contracts.anchorStateRegistry, params.prover, params.maxClockDurationSeconds, params.chainId
        );
        factory.setImplementation(params.gameType, _gameImplementation(params.gameType), args);
        factory.setInitBond(params.gameType, params.initBond);
        factory.transferOwnership(params.guardian);
        AnchorStateRegistry(contracts.anchorStateRegistry).initialize(
            factory,
            params.guardian,
            params.gameType,
            params.disputeGameFinalityDelaySeconds,
            Proposal(params.anchorRoot, params.anchorL2SequenceNumber)
        );
        OptimismPortal(contracts.portal).initialize(
            IAnchorStateRegistry(contracts.anchorStateRegistry), params.proofMaturityDelaySeconds
        );
    }

    function _gameImplementation(uint32 gameType) private pure returns (IDisputeGame) {
        if (gameType == GameTypes.OPTIMISTIC) return IDisputeGame(L1System.OPTIMISTIC_GAME_IMPLEMENTATION);
        if (gameType == GameTypes.VALIDITY) return IDisputeGame(L1System.VALIDITY_GAME_IMPLEMENTATION);
        revert UnknownGameType(gameType);
    }
}
