// viem's OP Stack actions alone carry a withdrawal from initiated to finalized, and a deposit down.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { verifyMerkleProof } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { bytesToHex, concatHex, hexToBytes, keccak256, parseAbi, parseEther } from 'viem';
import { getL2TransactionHashes, getWithdrawals } from 'viem/op-stack';
import { person, start } from './chains.mjs';

const PASSER = '0x4200000000000000000000000000000000000016';
const FACTORY_ABI = parseAbi(['function gameAtIndex(uint256 index) view returns (uint32 gameType, uint64 timestamp, address proxy)']);
const GAME_ABI = parseAbi(['function rootClaim() view returns (bytes32)', 'function l2SequenceNumber() view returns (uint256)']);

const account = person(1);
let world;
before(async () => {
  world = await start(account);
});
after(() => world?.close());

const mined = (client, hash) => client.waitForTransactionReceipt({ hash });

/** Moves time on in steps of `seconds` until the withdrawal has another status, which it gives. */
async function nextStatus(receipt, current, seconds, steps) {
  for (let step = 0; step < steps; step += 1) {
    const status = await world.publicL1.getWithdrawalStatus({ receipt, targetChain: world.l2Chain });
    if (status !== current) return status;
    await world.advance(seconds);
  }
  return current;
}

test('a deposit by viem reaches the rollup', async () => {
  const { publicL1, publicL2, walletL1, l2Chain } = world;
  const before = await publicL2.getBalance({ address: account.address });
  const request = await publicL2.buildDepositTransaction({
    account,
    mint: parseEther('2'),
    to: account.address,
  });
  const receipt = await mined(publicL1, await walletL1.depositTransaction({ ...request, targetChain: l2Chain }));
  assert.equal(receipt.status, 'success');
  const [hash] = getL2TransactionHashes(receipt);
  await world.advance(60);
  const arrived = await mined(publicL2, hash);
  assert.equal(arrived.status, 'success');
  assert.equal((await publicL2.getTransaction({ hash })).type, 'deposit');
  assert.equal((await publicL2.getBalance({ address: account.address })) - before, parseEther('2'));
});

test('a withdrawal by viem passes through every status', async () => {
  const { publicL1, publicL2, walletL1, walletL2, l2Chain } = world;
  const amount = parseEther('1');
  const request = { gas: 100_000n, to: person(7).address, value: amount };
  const receipt = await mined(publicL2, await walletL2.initiateWithdrawal({ request }));
  assert.equal(receipt.status, 'success');

  const seen = ['waiting-to-prove'];
  const next = async (seconds, steps) => seen.push(await nextStatus(receipt, seen.at(-1), seconds, steps));
  await next(300, 60);
  assert.equal(seen.at(-1), 'ready-to-prove');

  const { output, withdrawal } = await publicL1.waitToProve({ receipt, targetChain: l2Chain });
  await checkOutputRoot(output);
  const proof = await publicL2.buildProveWithdrawal({ account, output, withdrawal });
  const proven = await mined(publicL1, await walletL1.proveWithdrawal({ ...proof, targetChain: l2Chain }));
  assert.equal(proven.status, 'success');
  await next(300, 1);
  const early = walletL1.finalizeWithdrawal({ targetChain: l2Chain, withdrawal });
  await assert.rejects(early, /revert/);

  await next(21_600, 40);
  const before = await publicL1.getBalance({ address: person(7).address });
  const finalized = await mined(publicL1, await walletL1.finalizeWithdrawal({ targetChain: l2Chain, withdrawal }));
  assert.equal(finalized.status, 'success');
  assert.equal((await publicL1.getBalance({ address: person(7).address })) - before, amount);
  await next(0, 1);
  assert.deepEqual(seen, [
    'waiting-to-prove',
    'ready-to-prove',
    'waiting-to-finalize',
    'ready-to-finalize',
    'finalized',
  ]);

  assert.equal(getWithdrawals(receipt)[0].withdrawalHash, withdrawal.withdrawalHash);
  await assert.rejects(walletL1.finalizeWithdrawal({ targetChain: l2Chain, withdrawal }), /revert/);
});

/** Recomputes an output root from the rollup's own block and proof, and finds it in the claim on L1. */
async function checkOutputRoot(output) {
  const { publicL1, publicL2, l2Chain } = world;
  const blockNumber = output.l2BlockNumber;
  const block = await publicL2.getBlock({ blockNumber });
  const proof = await publicL2.getProof({ address: PASSER, storageKeys: [], blockNumber });
  const nodes = proof.accountProof.map((node) => hexToBytes(node));
  const key = hexToBytes(keccak256(PASSER));
  const root = hexToBytes(block.stateRoot);
  const leaf = await verifyMerkleProof(key, nodes, { root });
  const [, , storageRoot] = RLP.decode(leaf);
  assert.equal(bytesToHex(storageRoot), proof.storageHash);

  const version = `0x${'00'.repeat(32)}`;
  const claim = keccak256(concatHex([version, block.stateRoot, bytesToHex(storageRoot), block.hash]));
  const factory = l2Chain.contracts.disputeGameFactory[l2Chain.sourceId].address;
  const [, , game] = await publicL1.readContract({
    address: factory,
    abi: FACTORY_ABI,
    functionName: 'gameAtIndex',
    args: [output.outputIndex],
  });
  assert.equal(await publicL1.readContract({ address: game, abi: GAME_ABI, functionName: 'rootClaim' }), claim);
  const covers = await publicL1.readContract({ address: game, abi: GAME_ABI, functionName: 'l2SequenceNumber' });
  assert.equal(covers, blockNumber);

  const forged = nodes.map((node) => Uint8Array.from(node));
  forged.at(-1)[forged.at(-1).length - 1] ^= 1;
  await assert.rejects(verifyMerkleProof(key, forged, { root }));
}
