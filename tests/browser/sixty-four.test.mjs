// A page that plays 64 rollups at sixty times the pace of the clock still answers for each of them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { verifyMerkleProof } from '@ethereumjs/mpt';
import { hexToBytes, keccak256, parseGwei } from 'viem';
import { person } from './chains.mjs';
import { launch, open } from './page.mjs';
import { play, ROLLUPS } from './sixty-four.mjs';

/** The step of the speed slider for 60×. */
const STEP = '6';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

test('three of 64 rollups, picked at random, each answer a transaction and a proof while all run', async () => {
  const { page, problems, close } = await open(browser);
  await play(page, STEP);

  const account = person(4);
  const picked = new Set();
  while (picked.size < 3) picked.add(901 + Math.floor(Math.random() * ROLLUPS));
  const roots = new Set();
  for (const chain of picked) {
    const ask = (method, params) =>
      page.evaluate(([id, asked]) => window.causeway.provider(id).request(asked), [chain, { method, params }]);
    const raw = await account.signTransaction({
      chainId: chain,
      type: 'eip1559',
      nonce: 0,
      to: '0x00000000000000000000000000000000000000aa',
      value: 7n,
      gas: 21_000n,
      maxFeePerGas: parseGwei('10'),
      maxPriorityFeePerGas: 1n,
    });
    const hash = await ask('eth_sendRawTransaction', [raw]);
    assert.equal(hash, keccak256(raw));
    let receipt = null;
    for (let i = 0; i < 240 && !receipt; i += 1) {
      receipt = await ask('eth_getTransactionReceipt', [hash]);
      if (!receipt) await page.waitForTimeout(50);
    }
    assert.equal(receipt?.status, '0x1', `chain ${chain}`);
    const [block, proof] = [
      await ask('eth_getBlockByNumber', [receipt.blockNumber, false]),
      await ask('eth_getProof', [account.address, [], receipt.blockNumber]),
    ];
    const nodes = proof.accountProof.map((node) => hexToBytes(node));
    assert.equal(keccak256(nodes[0]), block.stateRoot);
    const value = await verifyMerkleProof(hexToBytes(account.address), nodes, { useKeyHashing: true });
    assert.ok(value, `chain ${chain}: the proof does not lead to the account`);
    roots.add(block.stateRoot);
  }
  assert.equal(roots.size, 3);
  assert.deepEqual(problems, []);
  await close();
});
