// The page as a visitor uses it: real clicks, no calls into internals.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { launch, open, url } from './page.mjs';

const WAIT = { timeout: 60_000 };

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** Milliseconds of simulated time that the clock shows. */
async function clock(page) {
  return page.getByTestId('clock').textContent();
}

test('with no click, blocks advance and a message from L1 is delivered within 15 seconds', async () => {
  const { page, problems, close } = await open(browser);
  await page.getByTestId('network-map').waitFor(WAIT);
  const painted = Date.now();
  const delivered = page.getByTestId('event-log').or(page.getByTestId('inspector')).getByText(/delivered|has arrived/).first();
  await delivered.waitFor(WAIT);
  const took = Date.now() - painted;
  assert.ok(took < 15_000, `delivered after ${took} ms`);
  const then = await clock(page);
  await page.waitForTimeout(1_500);
  assert.notEqual(await clock(page), then, 'the clock stands still');
  assert.deepEqual(problems, []);
  await close();
});

test('pause stops the clock, a step moves it, play goes on', async () => {
  const { page, problems, close } = await open(browser);
  await page.getByTestId('network-map').waitFor(WAIT);
  await page.getByTestId('play').click();
  await page.waitForTimeout(500);
  const paused = await clock(page);
  await page.waitForTimeout(1_500);
  assert.equal(await clock(page), paused);
  for (let i = 0; i < 40 && (await clock(page)) === paused; i += 1) {
    await page.getByTestId('step').click();
    await page.waitForTimeout(100);
  }
  const stepped = await clock(page);
  assert.notEqual(stepped, paused);
  await page.getByTestId('play').click();
  await page.waitForFunction((was) => document.querySelector('[data-testid=clock]').textContent !== was, stepped, WAIT);
  assert.deepEqual(problems, []);
  await close();
});

test('a visitor sends a message and jumps to its arrival', async () => {
  const { page, problems, close } = await open(browser);
  await page.getByTestId('network-map').waitFor(WAIT);
  await page.getByTestId('send-message').click();
  await page.getByTestId('field-from').selectOption('902');
  await page.getByTestId('field-to').selectOption('901');
  await page.getByTestId('field-quantity').fill('0.125');
  await page.getByTestId('submit').click();
  await page.getByTestId('dialog-send').waitFor({ state: 'hidden', ...WAIT });
  await page.getByTestId('inspector').getByText('0.125 ETH to Alice').waitFor(WAIT);
  await page.getByTestId('jump-to-arrival').click();
  await page.getByTestId('message-state').getByText(/arrived|delivered|executed/i).waitFor(WAIT);
  assert.deepEqual(problems, []);
  await close();
});

test('a visitor spawns a rollup, and is told what is wrong with an impossible one', async () => {
  const { page, problems, close } = await open(browser);
  await page.getByTestId('network-map').waitFor(WAIT);
  await page.getByTestId('spawn-rollup').click();
  await page.getByTestId('field-chain_id').fill('901');
  await page.getByTestId('submit').click();
  await page.getByText(/found 901, which is taken/).first().waitFor(WAIT);
  await page.getByTestId('field-chain_id').fill('977');
  await page.getByTestId('field-name').fill('<b>Skyros</b>');
  await page.getByTestId('submit').click();
  await page.getByTestId('dialog-spawn').waitFor({ state: 'hidden', ...WAIT });
  await page.getByText('<b>Skyros</b>').first().waitFor(WAIT);
  assert.deepEqual(problems, []);
  await close();
});

test('a visitor halts a sequencer, and the log says so', async () => {
  const { page, problems, close } = await open(browser);
  await page.getByTestId('network-map').waitFor(WAIT);
  await page.getByTestId('break').click();
  await page.getByTestId('fault-sequencer').check();
  await page.getByTestId('submit').click();
  await page.getByTestId('dialog-break').waitFor({ state: 'hidden', ...WAIT });
  await page.getByText(/sequencer halts/).first().waitFor(WAIT);
  assert.deepEqual(problems, []);
  await close();
});

test('a rollup’s page says who relies on its bridge, and all of it adds up', async () => {
  const { page, problems, close } = await open(browser);
  await page.getByTestId('network-map').waitFor(WAIT);
  await page.getByTestId('chart-chain-901').click();
  const claims = page.getByTestId('claims-ETH');
  await claims.getByText('Alice').waitFor(WAIT);
  // Paused, so that all is of one moment.
  await page.getByTestId('play').click();
  await page.waitForTimeout(500);
  const amounts = (await claims.locator('li .number').allTextContents()).map((text) => Number.parseFloat(text.replaceAll(/[^0-9.]/g, '')));
  const held = await claims.locator('xpath=preceding-sibling::p[1]').textContent();
  const sum = amounts.reduce((all, amount) => all + amount, 0);
  const expected = Number.parseFloat(/holds (.+) ETH/.exec(held)[1].replaceAll(/[^0-9.]/g, ''));
  assert.ok(amounts.length > 10 && expected > 1_000, `${amounts.length} claims on ${held}`);
  assert.ok(Math.abs(sum - expected) < 0.01, `expected ${expected}, found ${sum}`);
  assert.deepEqual(problems, []);
  await close();
});

test('a portal is robbed, and the rollup’s page says how much is missing', async () => {
  const { page, problems, close } = await open(browser);
  await page.getByTestId('network-map').waitFor(WAIT);
  await page.getByTestId('break').click();
  await page.getByTestId('fault-portal').check();
  await page.getByTestId('field-chain').selectOption('901');
  await page.getByTestId('field-loot').fill('a lot');
  await page.getByTestId('submit').click();
  await page.getByText(/How much: expected/).first().waitFor(WAIT);
  await page.getByTestId('field-loot').fill('');
  await page.getByTestId('submit').click();
  await page.getByTestId('dialog-break').waitFor({ state: 'hidden', ...WAIT });
  await page.getByText(/a thief has the keys of the portal/).first().waitFor(WAIT);
  await page.getByTestId('inspector').getByText(/of the claims have nothing behind them/).waitFor(WAIT);
  assert.deepEqual(problems, []);
  await close();
});

test('nothing is wider than the page, from a phone to a desk', async () => {
  for (const width of [320, 390, 768, 1280]) {
    const { page, close } = await open(browser, '/', { viewport: { width, height: 800 } });
    await page.getByTestId('network-map').waitFor(WAIT);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} pixels too wide at ${width}`);
    await close();
  }
});

test('the whole log is searched, and a sequence leads to the inspector', async () => {
  const { page, problems, close } = await open(browser);
  await page.getByTestId('network-map').waitFor(WAIT);
  await page.getByTestId('play').click();
  await page.evaluate(() => window.causeway.advance(600_000));
  await page.getByTestId('log-search').fill('begins: its CONTRACTS');
  await page.getByTestId('log-found').getByText('4 match').waitFor(WAIT);
  await page.getByTestId('log-chain').selectOption('902');
  await page.getByTestId('log-found').getByText('1 matches').waitFor(WAIT);
  await page.getByTestId('event-log').getByText(/Zakynthos begins/).waitFor(WAIT);
  await page.getByTestId('as-sequence').click();
  const first = page.getByTestId('sequence').locator('.sequence-message').first();
  await first.focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('stages').waitFor(WAIT);
  assert.equal(await page.getByTestId('sequence').locator('.is-selected').count(), 1);
  assert.deepEqual(problems, []);
  await close();
});

/** What part of the chart is in sight: left, top, width, height. */
const sight = (page) => page.getByTestId('network-map').evaluate((chart) => chart.getAttribute('viewBox').split(' ').map(Number));

test('the chart is zoomed by buttons, keys and wheel, stays within its sheet, and is dragged', async () => {
  const { page, problems, close } = await open(browser, '/', { viewport: { width: 1280, height: 800 } });
  const chart = page.getByTestId('network-map');
  await chart.waitFor(WAIT);
  await page.getByTestId('play').click();
  const whole = await sight(page);
  assert.deepEqual(whole.slice(0, 2), [0, 0]);
  const within = ([left, top, width, height]) => assert.ok(left >= 0 && top >= 0 && left + width <= whole[2] + 0.01 && top + height <= whole[3] + 0.01, `${[left, top, width, height]}`);

  await page.getByTestId('zoom-in').click();
  const nearer = await sight(page);
  assert.ok(Math.abs(nearer[2] * 1.5 - whole[2]) < 0.1, `${nearer} of ${whole}`);
  await page.getByTestId('zoom-out').click();
  await page.getByTestId('zoom-out').click();
  assert.deepEqual(await sight(page), whole);

  await page.keyboard.press('m');
  for (let i = 0; i < 12; i += 1) await page.keyboard.press('+');
  const nearest = await sight(page);
  assert.ok(Math.abs(nearest[2] * 8 - whole[2]) < 0.1, `${nearest} of ${whole}`);
  await page.keyboard.press('Shift+ArrowRight');
  assert.ok((await sight(page))[0] > nearest[0]);
  for (let i = 0; i < 50; i += 1) await page.keyboard.press('Shift+ArrowDown');
  within(await sight(page));
  await page.keyboard.press('-');
  assert.ok((await sight(page))[2] > nearest[2]);
  await page.keyboard.press('0');
  assert.deepEqual(await sight(page), whole);

  // The island under the pointer stays under it.
  const island = chart.getByTestId('chart-chain-902').locator('.island-shore');
  const middle = async () => {
    const box = await island.boundingBox();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  const [x, y] = await middle();
  await page.mouse.move(x, y);
  await page.mouse.wheel(0, -300);
  await page.waitForFunction((was) => Number(document.querySelector('[data-testid=network-map]').getAttribute('viewBox').split(' ')[2]) < was - 1, whole[2], WAIT);
  const [after] = [await middle()];
  assert.ok(Math.hypot(after[0] - x, after[1] - y) < 3, `${after} is not ${[x, y]}`);
  const before = await sight(page);
  await page.mouse.down();
  await page.mouse.move(x - 80, y - 40, { steps: 4 });
  await page.mouse.up();
  const dragged = await sight(page);
  assert.ok(dragged[0] > before[0] + 10 && dragged[1] >= before[1], `${before} to ${dragged}`);
  within(dragged);
  assert.equal(await page.locator('.island.is-selected').count(), 0, 'a drag is no click');

  // What is picked in the log or the table comes into sight.
  for (let i = 0; i < 4; i += 1) await page.getByTestId('zoom-in').click();
  await page.keyboard.press('Escape');
  await page.evaluate(() => window.causeway.advance(30_000));
  await page.getByTestId('log-search').fill('Ithaca begins');
  await page.getByTestId('event-log').getByRole('button', { name: /Ithaca/ }).first().click();
  await page.locator('[data-testid=chart-chain-904].is-selected').waitFor(WAIT);
  const picked = await chart.getByTestId('chart-chain-904').locator('.island-shore').boundingBox();
  const frame = await chart.boundingBox();
  const at = [picked.x + picked.width / 2, picked.y + picked.height / 2];
  assert.ok(at[0] > frame.x && at[0] < frame.x + frame.width && at[1] > frame.y && at[1] < frame.y + frame.height, `${at}`);
  assert.deepEqual(problems, []);
  await close();
});

test('at 64 rollups names show as one zooms in', async () => {
  const { page, problems, close } = await open(browser, '/', { viewport: { width: 768, height: 800 } });
  await page.getByTestId('network-map').waitFor(WAIT);
  await page.evaluate(() => window.causeway.load(JSON.stringify({ rollups: Array.from({ length: 64 }, (_, i) => ({ chain_id: 901 + i, name: `Island ${i + 1}` })) })));
  await page.waitForFunction(() => document.querySelectorAll('.island').length === 64, undefined, WAIT);
  const names = () => page.locator('.island text').count();
  const before = await names();
  await page.getByTestId('zoom-in').click();
  await page.getByTestId('zoom-in').click();
  await page.getByTestId('zoom-in').click();
  assert.ok((await names()) > before, `${await names()} after ${before}`);
  assert.deepEqual(problems, []);
  await close();
});

test('a plain wheel and one finger are the page’s where it scrolls', async () => {
  const { page, close } = await open(browser, '/', { viewport: { width: 390, height: 700 } });
  const chart = page.getByTestId('network-map');
  await chart.waitFor(WAIT);
  const whole = await sight(page);
  const box = await chart.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.wheel(0, 150);
  await page.waitForFunction(() => scrollY > 0, undefined, WAIT);
  assert.deepEqual(await sight(page), whole);
  await close();
});

test('capacity is measured in worlds that run, shown as plot and table, and can be stopped', async () => {
  const { page, problems, close } = await open(browser);
  await page.getByTestId('network-map').waitFor(WAIT);
  await page.getByTestId('play').click();
  await page.keyboard.press('c');
  await page.getByTestId('dialog-capacity').waitFor(WAIT);
  await page.getByTestId('capacity-begin').click();
  await page.getByTestId('capacity-point-1').waitFor(WAIT);
  await page.getByTestId('capacity-point-0').getByText('238').waitFor(WAIT);
  await page.getByTestId('capacity-table').getByRole('row', { name: /L1 alone/ }).getByText('gas', { exact: true }).waitFor(WAIT);
  await page.getByTestId('capacity-stop').click();
  await page.getByTestId('capacity-begin').waitFor(WAIT);
  // What was measured is there again when one comes back.
  await page.getByTestId('dialog-close').click();
  await page.getByTestId('capacity').click();
  await page.getByTestId('capacity-point-1').waitFor(WAIT);
  assert.deepEqual(problems, []);
  await close();
});

test('the theme can be switched and stays', async () => {
  const { page, close } = await open(browser);
  await page.getByTestId('network-map').waitFor(WAIT);
  const ink = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  const before = await ink();
  await page.getByTestId('theme').click();
  const after = await ink();
  assert.notEqual(after, before);
  await page.reload();
  await page.getByTestId('network-map').waitFor(WAIT);
  assert.equal(await ink(), after);
  await close();
});

test('window.causeway speaks to every chain and refuses by name', async () => {
  const { page, problems, close } = await open(browser);
  const said = await page.evaluate(async () => {
    await window.causeway.ready;
    const ask = (chain, method, params = []) => window.causeway.provider(chain).request({ method, params });
    const refusal = await window.causeway.dispatch({ remove_rollup: { chain: 7 } }).catch((error) => error.message);
    return {
      l1: await ask(900, 'eth_chainId'),
      rollup: await ask(901, 'eth_chainId'),
      digest: await window.causeway.digest(),
      refusal: String(refusal),
      unknown: await ask(901, 'eth_nonsense').catch((error) => error.code),
    };
  });
  assert.equal(said.l1, '0x384');
  assert.equal(said.rollup, '0x385');
  assert.match(said.digest, /^0x[0-9a-f]{64}$/);
  assert.match(said.refusal, /expected one of/);
  assert.equal(said.unknown, -32601);
  assert.deepEqual(problems, []);
  await close();
});

const read = (path) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

/** A page at rest. */
async function paused(browser) {
  const opened = await open(browser);
  await opened.page.getByTestId('network-map').waitFor(WAIT);
  await opened.page.getByTestId('play').click();
  return opened;
}

test('the page computes the digest that native runs compute, and so does a new worker from a snapshot', async () => {
  const scenario = await read('scenarios/optimistic-and-zk.json');
  const [, known] = (await read('tests/it/determinism.rs')).match(/GOLDEN: B256 = b256!\("([0-9a-f]{64})"\)/);
  const first = await paused(browser);
  const { snapshot, digest } = await first.page.evaluate(async (text) => {
    const { causeway } = window;
    await causeway.ready;
    await causeway.load(text);
    const { now } = await causeway.view();
    await causeway.advance(3_600_000 - now);
    const { bytes } = await causeway.snapshot();
    await causeway.advance(3_600_000);
    return { snapshot: Array.from(bytes), digest: await causeway.digest() };
  }, scenario);
  assert.equal(digest, `0x${known}`);
  assert.deepEqual(first.problems, []);
  await first.close();

  const second = await paused(browser);
  const restored = await second.page.evaluate(async (bytes) => {
    const { causeway } = window;
    await causeway.ready;
    await causeway.load(new Uint8Array(bytes));
    await causeway.advance(3_600_000);
    return causeway.digest();
  }, snapshot);
  assert.equal(restored, `0x${known}`);
  const refused = await second.page.evaluate((bytes) => {
    bytes[bytes.length >> 1] ^= 1;
    return window.causeway.load(new Uint8Array(bytes)).then(() => 'taken', (error) => error.message);
  }, snapshot);
  assert.match(refused, /snapshot/);
  await second.close();
});

test('a part of the page that does not arrive is missed with words, and asked for again', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const part = '**/split_*';
  await page.route(part, (route) => route.abort());
  await page.goto(url);
  await page.getByTestId('network-map').waitFor(WAIT);
  await page.getByTestId('send-message').click();
  await page.getByTestId('notice').getByText('could not be loaded').waitFor(WAIT);
  await page.unroute(part);
  await page.getByTestId('send-message').click();
  await page.getByTestId('dialog-send').waitFor(WAIT);
  await context.close();
});
