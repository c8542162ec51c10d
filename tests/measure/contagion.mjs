// Fifty rollups with over 200 positions on each, one of which breaks while contagion is shown and time goes on: what
// drawing costs the main thread.
import { chromium } from 'playwright-core';
import { chromiumPath, judge, url } from './figures.mjs';
import { judgeFrames, scriptPerFrame } from './frames.mjs';

const ROLLUPS = 50;
/** Each has ether and a share of the pool on every rollup; ten people have ether there too. */
const FIRMS = 100;
/** The step of the speed slider for 60×. */
const STEP = '6';
const SECONDS = 12;

const chains = Array.from({ length: ROLLUPS }, (_, index) => 901 + index);
const zk = { zk: { proving_delay: '10m', prover_gas_per_second: 0, execution_delay: '0s' } };
const scenario = JSON.stringify({
  title: 'Fifty rollups',
  rollups: chains.map((chain_id) => ({ chain_id, settlement: zk })),
  agents: Array.from({ length: FIRMS }, (_, index) => ({
    name: `Firm ${index}`,
    account: `0xf1a${index.toString(16).padStart(37, '0')}`,
    kind: {
      firm: {
        home: chains[index % ROLLUPS],
        reserve: '1000 ether',
        watch: '1h',
        provides: chains.map((chain) => ({ chain, amount: '10 ether' })),
      },
    },
  })),
});

const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--disable-gpu', '--disable-dev-shm-usage'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
await page.goto(url);
await page.getByTestId('network-map').waitFor({ timeout: 60_000 });
await page.evaluate(async (text) => {
  await window.causeway.ready;
  await window.causeway.load(text);
  await window.causeway.advance(600_000);
}, scenario);
await page.getByTestId('as-contagion').click();
await page.getByTestId('contagion-rings').waitFor({ timeout: 60_000 });
const positions = await page.evaluate(async () => {
  const { contagion } = await window.causeway.view();
  return contagion.reliances.length + Number(contagion.smaller_reliances);
});
judge('50 rollups: positions', String(positions), `>= ${200 * ROLLUPS}`, positions >= 200 * ROLLUPS);
await page.getByTestId('speed').fill(STEP);
await page.getByTestId('break').click();
await page.getByTestId('dialog-break').getByTestId('submit').click();
await page.getByTestId('contagion-total').waitFor({ timeout: 60_000 });
const script = await scriptPerFrame(browser, page, SECONDS * 1_000);
await browser.close();
judgeFrames('50 rollups, one of them broken', script);
