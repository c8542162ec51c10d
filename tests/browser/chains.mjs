// A running world for tests, and viem clients of its chains: the served page through `window.causeway`, or with
// CAUSEWAY_STDIO=1 the same engine natively (`examples/rpc_stdio.rs`), to try tests without a page.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createPublicClient, createWalletClient, custom, defineChain, parseAbi } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { chainConfig, publicActionsL1, publicActionsL2, walletActionsL1, walletActionsL2 } from 'viem/op-stack';

export const L1 = 900;
export const L2 = 901;
const MNEMONIC = 'test test test test test test test test test test test junk';
const DEPLOYER = '0xca5e000000000000000000000000000000000001';
const MULTICALL3 = '0xcA11bde05977b3631167028862bE2a173976CA11';

/** One of the accounts that the world's people have. */
export const person = (addressIndex) => mnemonicToAccount(MNEMONIC, { addressIndex });

class RpcError extends Error {
  constructor({ code, message, data }) {
    super(message);
    Object.assign(this, { code, data });
  }
}

function startNative() {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const child = spawn('cargo', ['run', '-q', '--example', 'rpc_stdio'], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map();
  let last = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, result, error } = JSON.parse(line);
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new RpcError(error));
    else resolve(result);
  });
  child.on('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the engine ended with ${code}`));
  });
  const request = (chain, { method, params = [] }) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      child.stdin.write(`${JSON.stringify({ id: last, chain, method, params })}\n`);
    });
  return { request, close: () => child.stdin.end() };
}

async function startPage() {
  const { launch, open } = await import('./page.mjs');
  const browser = await launch();
  const { page } = await open(browser);
  await page.waitForFunction(() => window.causeway);
  await page.evaluate(() => window.causeway.ready.then(() => {}));
  const request = async (chain, { method, params = [] }) => {
    const answer = await page.evaluate(
      async ([id, asked]) => {
        try {
          return { result: await window.causeway.provider(id).request(asked) };
        } catch (error) {
          return { error: { code: error.code, message: error.message, data: error.data } };
        }
      },
      [chain, { method, params }],
    );
    if (answer.error) throw new RpcError(answer.error);
    return answer.result;
  };
  return { request, close: () => browser.close() };
}

/** Starts a world whose rollups run, with an EIP-1193 provider and viem clients for each chain. */
export async function start(account) {
  const world = process.env.CAUSEWAY_STDIO ? startNative() : await startPage();
  const provider = (chain) => ({ request: (asked) => world.request(chain, asked) });
  const advance = (seconds) => world.request(L1, { method: 'causeway_advance', params: [seconds * 1000] });
  await advance(60);
  const nativeCurrency = { name: 'Ether', symbol: 'ETH', decimals: 18 };
  const rpcUrls = { default: { http: [] } };
  const contracts = { multicall3: { address: MULTICALL3 } };
  const l1Chain = defineChain({ id: L1, name: 'L1', nativeCurrency, rpcUrls, contracts, blockTime: 12_000 });
  const options = (chain, id) => ({
    account,
    chain,
    transport: custom(provider(id), { retryCount: 0 }),
    pollingInterval: 20,
    cacheTime: 0,
  });
  const publicL1 = createPublicClient(options(l1Chain, L1)).extend(publicActionsL1());
  const deployed = await publicL1.readContract({
    address: DEPLOYER,
    abi: parseAbi([
      'struct Contracts { address portal; address disputeGameFactory; address anchorStateRegistry; address messenger; address bridge; }',
      'function predict(uint256 chainId) view returns (Contracts contracts)',
    ]),
    functionName: 'predict',
    args: [BigInt(L2)],
  });
  const l2Chain = defineChain({
    ...chainConfig,
    id: L2,
    name: 'L2',
    nativeCurrency,
    rpcUrls,
    sourceId: L1,
    contracts: {
      ...chainConfig.contracts,
      portal: { [L1]: { address: deployed.portal } },
      disputeGameFactory: { [L1]: { address: deployed.disputeGameFactory } },
      l1StandardBridge: { [L1]: { address: deployed.bridge } },
    },
  });
  return {
    ...world,
    provider,
    advance,
    l1Chain,
    l2Chain,
    publicL1,
    publicL2: createPublicClient(options(l2Chain, L2)).extend(publicActionsL2()),
    walletL1: createWalletClient(options(l1Chain, L1)).extend(walletActionsL1()),
    walletL2: createWalletClient(options(l2Chain, L2)).extend(walletActionsL2()),
  };
}
