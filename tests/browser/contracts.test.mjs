// viem and ethers, through their public API, deploy a contract, send to it and read its logs; and raw bytes that
// viem signed execute as what viem says they are.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { BrowserProvider, ContractFactory } from 'ethers';
import { bytesToHex, keccak256, parseEther, parseGwei } from 'viem';
import { L1, L2, person, start } from './chains.mjs';

const artifact = (name) => readFile(new URL(`../../contracts/artifacts/${name}`, import.meta.url));
const abi = JSON.parse(await artifact('Counter.abi.json'));
const bytecode = bytesToHex(await artifact('Counter.init.bin'));

const account = person(2);
let world;
before(async () => {
  world = await start(account);
});
after(() => world?.close());

for (const [name, pick] of [
  ['the L1', () => [world.publicL1, world.walletL1]],
  ['a rollup', () => [world.publicL2, world.walletL2]],
]) {
  test(`viem deploys, sends and reads logs on ${name}`, async () => {
    const [client, wallet] = pick();
    const deployed = await client.waitForTransactionReceipt({ hash: await wallet.deployContract({ abi, bytecode }) });
    assert.equal(deployed.status, 'success');
    const address = deployed.contractAddress;
    assert.equal(bytesToHex(await artifact('Counter.bin')), await client.getCode({ address }));
    const hash = await wallet.writeContract({ address, abi, functionName: 'increment' });
    const receipt = await client.waitForTransactionReceipt({ hash });
    assert.equal(receipt.status, 'success');
    assert.equal(await client.readContract({ address, abi, functionName: 'count' }), 1n);
    const logs = await client.getContractEvents({ address, abi, eventName: 'Incremented', fromBlock: 0n });
    assert.deepEqual(
      logs.map((log) => [log.args.caller, log.args.count, log.transactionHash]),
      [[account.address, 1n, hash]],
    );
    const old = { address, abi, functionName: 'count', blockNumber: deployed.blockNumber };
    assert.equal(await client.readContract(old), 0n);
  });
}

for (const chain of [L1, L2]) {
  test(`ethers deploys, sends and reads logs on chain ${chain}`, async () => {
    const provider = new BrowserProvider(world.provider(chain), chain, { polling: true, pollingInterval: 20, cacheTimeout: -1 });
    const signer = await provider.getSigner(person(3).address);
    const counter = await new ContractFactory(abi, bytecode, signer).deploy();
    await counter.waitForDeployment();
    const receipt = await (await counter.increment()).wait();
    assert.equal(receipt.status, 1);
    assert.equal(await counter.count(), 1n);
    const logs = await counter.queryFilter('Incremented', 0);
    assert.deepEqual(
      logs.map((log) => [log.args.caller, log.args.count, log.transactionHash]),
      [[person(3).address, 1n, receipt.hash]],
    );
    const block = await provider.getBlock(receipt.blockNumber, true);
    assert.ok(block.prefetchedTransactions.some((transaction) => transaction.hash === receipt.hash));
    provider.destroy();
  });
}

test('raw bytes that viem signed execute with the same hash, sender and status', async () => {
  const sender = person(4);
  const { publicL2 } = world;
  const base = { chainId: L2, to: person(5).address, value: parseEther('0.01'), gas: 40_000n };
  const gasPrice = parseGwei('2');
  const accessList = [{ address: person(5).address, storageKeys: [`0x${'11'.repeat(32)}`] }];
  const kinds = [
    { ...base, type: 'legacy', gasPrice },
    { ...base, type: 'eip2930', gasPrice, accessList },
    { ...base, type: 'eip1559', maxFeePerGas: gasPrice, maxPriorityFeePerGas: 1_000_000n },
  ];
  for (const [nonce, kind] of kinds.entries()) {
    const serializedTransaction = await sender.signTransaction({ ...kind, nonce });
    const hash = await publicL2.sendRawTransaction({ serializedTransaction });
    assert.equal(hash, keccak256(serializedTransaction));
    const receipt = await publicL2.waitForTransactionReceipt({ hash });
    assert.equal(receipt.status, 'success');
    assert.equal(receipt.from, sender.address.toLowerCase());
    assert.equal(receipt.type, kind.type);
    const transaction = await publicL2.getTransaction({ hash });
    assert.equal(transaction.hash, hash);
    assert.equal(transaction.value, base.value);
  }
  const wrong = await sender.signTransaction({ ...kinds[0], chainId: L1, nonce: 3 });
  await assert.rejects(publicL2.sendRawTransaction({ serializedTransaction: wrong }), /expected chain id 901/);
});
