// The lessons on contagion, played to their end as a visitor would.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ended, guess, lesson, step, verdict } from './lesson.mjs';
import { launch } from './page.mjs';

const WAIT = { timeout: 60_000 };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

const advance = (page, ms) => page.evaluate((ms) => window.causeway.advance(ms), ms);

/** Breaks something of Zakynthos by the dialog. */
async function fault(page, name, loot) {
  await page.getByTestId('break').click();
  await page.getByTestId(`fault-${name}`).check();
  if (name !== 'crash') await page.getByTestId('field-chain').selectOption('902');
  if (loot) await page.getByTestId('field-loot').fill(loot);
  await page.getByTestId('submit').click();
  await page.getByTestId('dialog-break').waitFor({ state: 'hidden', ...WAIT });
}

/** Fills in the form of controls, and presses one of its buttons. */
async function control(page, what, button) {
  await page.getByTestId('field-instead-what').selectOption(what);
  await page.getByTestId('field-instead-chain').selectOption('902');
  await page.getByTestId('field-instead-asset').selectOption('token');
  await page.getByTestId(button).click();
}

test('place your bet', async () => {
  const { page, problems, close } = await lesson(browser, 'place-your-bet');
  await advance(page, 2 * HOUR);
  await guess(page, 0);
  await fault(page, 'forgery-token');
  await advance(page, 10 * MINUTE);
  await step(page, 1);
  assert.match(await verdict(page), /guessed right/);
  await guess(page, 1);
  await advance(page, 8 * HOUR);
  await step(page, 2);
  assert.match(await verdict(page), /guessed right/);
  await page.getByTestId('undo').click();
  await ended(page);
  assert.deepEqual(problems, []);
  await close();
});

test('the run on the bridge', async () => {
  const { page, problems, close } = await lesson(browser, 'run-on-the-bridge');
  await page.getByTestId('play').click();
  await page.evaluate(() => window.causeway.travel({ to: 180_000 }));
  await fault(page, 'escrow', '200000');
  await advance(page, 40_000);
  await step(page, 1);
  await guess(page, 1);
  await advance(page, 3 * HOUR);
  await step(page, 2);
  assert.match(await verdict(page), /guessed right/);
  await guess(page, 1);
  await page.evaluate(() => window.causeway.travel({ to: 210_000 }));
  await page.getByTestId('as-contagion').click();
  await control(page, 'wind-down', 'set-now');
  await advance(page, 4 * HOUR);
  await ended(page);
  assert.match(await verdict(page), /guessed right/);
  assert.deepEqual(problems, []);
  await close();
});

test('containing it', async () => {
  const { page, problems, close } = await lesson(browser, 'containing-it');
  await advance(page, 2 * HOUR);
  await fault(page, 'forgery-token');
  await advance(page, 8 * HOUR);
  await step(page, 1);
  await guess(page, 1);
  await page.getByTestId('as-contagion').click();
  await control(page, 'breaker', 'instead-submit');
  await page.getByTestId('contagion-compare').waitFor({ timeout: 240_000 });
  await page.keyboard.press('Escape');
  await step(page, 2);
  assert.match(await verdict(page), /guessed right/);
  await control(page, 'off', 'set-now');
  await advance(page, 2 * HOUR);
  await ended(page);
  assert.deepEqual(problems, []);
  await close();
});

test('ten rollups, one sequencer', async () => {
  const { page, problems, close } = await lesson(browser, 'ten-rollups');
  await guess(page, 1);
  await page.getByTestId('break').click();
  await page.getByTestId('fault-crash').check();
  await page.getByTestId('field-which').selectOption('f1');
  await page.getByTestId('submit').click();
  await page.getByTestId('dialog-break').waitFor({ state: 'hidden', ...WAIT });
  await advance(page, HOUR);
  await step(page, 1);
  assert.match(await verdict(page), /guessed right/);
  await guess(page, 0);
  await page.getByTestId('chart-sequencer').focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('ordering-910').click();
  await advance(page, MINUTE);
  await step(page, 2);
  await page.evaluate(() =>
    window.causeway.dispatch({ fault: { sequencer: { crash: { nodes: [0, 1, 2, 3], crashed: false } } } }));
  await advance(page, 10 * MINUTE);
  await ended(page);
  assert.deepEqual(problems, []);
  await close();
});
