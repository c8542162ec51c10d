// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IDisputeGame, IDisputeGameFactory, IProvableGame} from "./Interfaces.sol";

/// @title DisputeGameFactory
/// @notice Makes one game for each distinct claim about a rollup's state, as a clone that carries its claim in its code.
/// @dev ABI of the OP Stack's factory. Anyone may create a game who pays its bond.
contract DisputeGameFactory is Initializable, IDisputeGameFactory {
    struct GameSearchResult {
        uint256 index;
        bytes32 metadata;
        uint64 timestamp;
        bytes32 rootClaim;
        bytes extraData;
    }

    event DisputeGameCreated(address indexed disputeProxy, uint32 indexed gameType, bytes32 indexed rootClaim);
    event ImplementationSet(address indexed impl, uint32 indexed gameType);
    event ImplementationArgsSet(uint32 indexed gameType, bytes args);
    event InitBondUpdated(uint32 indexed gameType, uint256 indexed newBond);
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    /// @notice This very claim has a game already.
    error GameAlreadyExists(bytes32 uuid);
    /// @notice The ether sent is not exactly the bond.
    error IncorrectBondAmount();
    /// @notice No game of this type is set up here.
    error NoImplementation(uint32 gameType);
    /// @notice Only the owner may change game types.
    error NotOwner(address caller);

    string public constant version = "1.4.0";

    address public owner;
    mapping(uint32 gameType => IDisputeGame) public gameImpls;
    mapping(uint32 gameType => uint256) public initBonds;
    mapping(uint32 gameType => bytes) public gameArgs;

    /// @dev A game's id is its type (32 bits), creation time (64 bits) and address (160 bits) in one word.
    mapping(bytes32 uuid => bytes32 gameId) private gamesByUuid;
    bytes32[] private gameList;

    constructor() {
        _disableInitializers();
    }

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        _;
    }

    function initialize(address owner_) external initializer {
        owner = owner_;
        emit OwnershipTransferred(address(0), owner_);
    }

    function transferOwnership(address newOwner) external onlyOwner {
        emit OwnershipTransferred(owner, newOwner);
        owner = newOwner;
    }

    /// @notice Sets the contract that games of a type are clones of, and what each clone is told beside its claim.
    function setImplementation(uint32 gameType, IDisputeGame impl, bytes calldata args) external onlyOwner {
        gameImpls[gameType] = impl;
        gameArgs[gameType] = args;
        emit ImplementationSet(address(impl), gameType);
        emit ImplementationArgsSet(gameType, args);
    }

    function setInitBond(uint32 gameType, uint256 initBond) external onlyOwner {
        initBonds[gameType] = initBond;
        emit InitBondUpdated(gameType, initBond);
    }

    /// @notice Claims a state. `extraData` begins with the L2 block number as one word.
    function create(uint32 gameType, bytes32 rootClaim, bytes calldata extraData)
        external
        payable
        returns (IDisputeGame proxy)
    {
        return _create(gameType, rootClaim, extraData);
    }

    /// @notice Claims a state and proves it in the same transaction. The game takes the caller for the prover.
    function proposeAndProve(uint32 gameType, bytes32 rootClaim, bytes calldata extraData, bytes calldata proof)
        external
        payable
        returns (IDisputeGame proxy)
    {
        proxy = _create(gameType, rootClaim, extraData);
        IProvableGame(address(proxy)).prove(proof);
    }

    function gameCount() external view returns (uint256) {
        return gameList.length;
    }

    function gameAtIndex(uint256 index)
        external
        view
        returns (uint32 gameType, uint64 timestamp, IDisputeGame proxy)
    {
        return _unpack(gameList[index]);
    }

    function games(uint32 gameType, bytes32 rootClaim, bytes calldata extraData)
        external
        view
        returns (IDisputeGame proxy, uint64 timestamp)
    {
        (, timestamp, proxy) = _unpack(gamesByUuid[getGameUUID(gameType, rootClaim, extraData)]);
    }

    function getGameUUID(uint32 gameType, bytes32 rootClaim, bytes calldata extraData) public pure returns (bytes32) {
        return keccak256(abi.encode(gameType, rootClaim, extraData));
    }

    /// @notice The latest games of a type, newest first, from index `start` downwards, at most `n`. Empty if `start` is
    ///         not an index.
    function findLatestGames(uint32 gameType, uint256 start, uint256 n)
        external
        view
        returns (GameSearchResult[] memory found)
    {
        if (start >= gameList.length || n == 0) return found;
        found = new GameSearchResult[](n < start + 1 ? n : start + 1);
        uint256 count = 0;
        for (uint256 i = start + 1; i > 0 && count < found.length; i--) {
            bytes32 id = gameList[i - 1];
            (uint32 type_, uint64 timestamp, IDisputeGame proxy) = _unpack(id);
            if (type_ != gameType) continue;
            found[count++] = GameSearchResult(i - 1, id, timestamp, proxy.rootClaim(), proxy.extraData());
        }
        assembly ("memory-safe") {
            mstore(found, count)
        }
    }

    function _create(uint32 gameType, bytes32 rootClaim, bytes calldata extraData)
        private
        returns (IDisputeGame proxy)
    {
        IDisputeGame impl = gameImpls[gameType];
        if (address(impl) == address(0)) revert NoImplementation(gameType);
        if (msg.value != initBonds[gameType]) revert IncorrectBondAmount();
        bytes32 uuid = getGameUUID(gameType, rootClaim, extraData);
        if (gamesByUuid[uuid] != 0) revert GameAlreadyExists(uuid);

        bytes32 l1Head = blockhash(block.number - 1);
        bytes memory args =
            abi.encodePacked(msg.sender, rootClaim, l1Head, gameType, gameArgs[gameType], extraData);
        proxy = IDisputeGame(Clones.cloneWithImmutableArgs(address(impl), args));
        bytes32 id = bytes32((uint256(gameType) << 224) | (block.timestamp << 160) | uint160(address(proxy)));
        gamesByUuid[uuid] = id;
        gameList.push(id);
        proxy.initialize{value: msg.value}();
        emit DisputeGameCreated(address(proxy), gameType, rootClaim);
    }

    function _unpack(bytes32 id) private pure returns (uint32 gameType, uint64 timestamp, IDisputeGame proxy) {
        gameType = uint32(uint256(id) >> 224);
        timestamp = uint64(uint256(id) >> 160);
        proxy = IDisputeGame(address(uint160(uint256(id))));
    }
}
