// Every view in both themes at three widths, as axe sees it: no violation of WCAG 2.2 A and AA.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { launch, open } from './page.mjs';

const WAIT = { timeout: 60_000 };
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const axe = await readFile(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

const dialog = (opener, name) => async (page) => {
  await page.getByTestId(opener).click();
  await page.getByTestId(`dialog-${name}`).waitFor(WAIT);
  await page.waitForTimeout(150);
};

/** What a visitor can look at. Each view begins in a page at rest and ends with Escape. */
const VIEWS = {
  chart: async () => {},
  table: async (page) => page.getByTestId('as-table').click(),
  sequence: async (page) => page.getByTestId('as-sequence').click(),
  contagion: async (page) => {
    await page.getByTestId('as-contagion').click();
    await page.getByTestId('contagion-table').waitFor(WAIT);
    await page.waitForTimeout(1_000);
  },
  'a bet': async (page) => {
    await page.getByTestId('field-bet-total').fill('100000');
    await page.getByTestId('bet').getByTestId('submit').click();
    await page.getByTestId('forecasts').waitFor(WAIT);
  },
  'chart again': async (page) => page.getByTestId('as-contagion').click(),
  send: dialog('send-message', 'send'),
  bundle: dialog('submit-bundle', 'bundle'),
  'a trade both ways': async (page) => {
    await dialog('submit-bundle', 'bundle')(page);
    await page.getByTestId('rehearse').click();
    await page.getByTestId('dialog-rehearse').waitFor(WAIT);
    await page.getByTestId('submit').click();
    await page.getByTestId('rehearsed').waitFor(WAIT);
  },
  spawn: dialog('spawn-rollup', 'spawn'),
  break: dialog('break', 'break'),
  capacity: dialog('capacity', 'capacity'),
  'chart, zoomed': async (page) => page.getByTestId('zoom-in').click(),
  'chart, whole': async (page) => page.getByTestId('zoom-fit').click(),
  traffic: dialog('traffic', 'traffic'),
  lessons: dialog('lessons', 'lessons'),
  keys: dialog('help', 'help'),
  share: dialog('share', 'share'),
  'another world': dialog('new-world', 'new-world'),
  fork: dialog('fork', 'fork'),
  'a fault of the sequencer': async (page) => {
    await dialog('break', 'break')(page);
    await page.getByTestId('fault-crash').check();
  },
  'the sequencer': async (page) => {
    await page.evaluate(() => window.causeway.advance(120_000));
    await page.getByTestId('chart-sequencer').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('slots').waitFor(WAIT);
  },
  'a slot': async (page) => page.getByTestId('slots').getByText(/^slot/).first().click(),
  'a bundle': async (page) => {
    await lowerSheet(page);
    await page.evaluate(() => {
      const leg = (chain) => ({ actor: { chain, from: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266', to: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', value: '1 ether' } });
      return window.causeway.dispatch({ submit_bundle: { legs: [leg(901), leg(902)] } });
    });
    await page.locator('[data-testid^=chart-bundle-]').first().focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('bundle-legs').waitFor(WAIT);
    await lowerSheet(page);
  },
  wallet: async (page) => page.getByTestId('wallet').click(),
};

/** The sheet of the inspector covers the chart of a phone. */
async function lowerSheet(page) {
  const close = page.getByTestId('inspector-close');
  if (page.viewportSize().width <= 720 && (await close.isVisible())) await close.click();
}

async function violations(page) {
  const found = await page.evaluate((rules) => window.axe.run({ runOnly: rules }), RULES);
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 2).map((node) => `${node.target} ${node.failureSummary ?? ''}`).join(' | ')}`);
}

for (const colorScheme of ['light', 'dark']) {
  for (const width of [320, 768, 1280]) {
    test(`no view has a fault by ${colorScheme === 'light' ? 'day' : 'night'} at ${width} pixels`, async () => {
      const { page, close } = await open(browser, '/', { viewport: { width, height: 900 }, colorScheme });
      await page.getByTestId('network-map').waitFor(WAIT);
      await page.waitForTimeout(3_500);
      await page.getByTestId('play').click();
      await page.evaluate(axe);
      const faults = [];
      for (const [name, show] of Object.entries(VIEWS)) {
        await show(page);
        faults.push(...(await violations(page)).map((fault) => `${name}: ${fault}`));
        await page.keyboard.press('Escape');
        // Whoever opened a dialog is given the focus once it is gone.
        await page.locator('dialog').waitFor({ state: 'detached', ...WAIT });
      }
      // Losses that went on, one of them followed, and two futures.
      await lowerSheet(page);
      await page.evaluate(async () => {
        await window.causeway.dispatch({ fault: { halt_sequencer: { chain: 902, halted: true } } });
        await window.causeway.advance(8 * 3_600_000);
      });
      await page.keyboard.press('e');
      await page.getByTestId('contagion-ledger').waitFor(WAIT);
      await page.waitForTimeout(2_000);
      await page.getByTestId('ledger-from-Zakynthos').first().click();
      faults.push(...(await violations(page)).map((fault) => `losses: ${fault}`));
      await page.getByTestId('instead-submit').click();
      await page.getByTestId('contagion-compare').waitFor(WAIT);
      faults.push(...(await violations(page)).map((fault) => `losses in two futures: ${fault}`));
      await page.keyboard.press('Escape');
      await page.getByTestId('as-contagion').click();
      // A message in the inspector, and a lesson under way.
      await page.evaluate(() => window.causeway.load('{"rollups":[{}],"timeline":[{"at":"1s","command":{"send_message":{"from":901,"to":900,"relay":false,"content":{"ether":{"amount":"1 ether"}}}}}]}'));
      await page.getByTestId('play').click();
      await page.waitForTimeout(800);
      await page.getByTestId('play').click();
      await page.getByTestId('event-log').or(page.getByTestId('inspector')).getByText(/Message 0|1 ETH/).first().click();
      await page.getByTestId('stages').waitFor(WAIT);
      faults.push(...(await violations(page)).map((fault) => `message: ${fault}`));
      if (width <= 720) await page.getByTestId('inspector-close').click();
      await page.getByTestId('lessons').click();
      await page.getByTestId('lesson-capacity').click();
      await page.getByTestId('lesson-step-0').waitFor(WAIT);
      await page.getByTestId('play').click();
      faults.push(...(await violations(page)).map((fault) => `lesson: ${fault}`));
      assert.deepEqual(faults, []);
      await close();
    });
  }
}
