// The lessons, played to their end as a visitor would.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ended, guess, lesson, send, step, verdict } from './lesson.mjs';
import { launch } from './page.mjs';

const WAIT = { timeout: 60_000 };

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

async function traffic(page, chain, perSecond) {
  await page.getByTestId('traffic').click();
  await page.getByTestId('field-chain').selectOption(chain);
  await page.getByTestId('field-per-second').fill(perSecond);
  await page.getByTestId('submit').click();
  await page.getByTestId('dialog-traffic').waitFor({ state: 'hidden', ...WAIT });
}

/** Plays at about a hundred times the pace of the wall clock. */
const faster = (page) => page.getByTestId('speed').fill('7');

test('a week and an hour', async () => {
  const { page, problems, close } = await lesson(browser, 'week-and-hour');
  await send(page, '901', '900', '1');
  await step(page, 1);
  await guess(page, 2);
  await page.getByTestId('jump-to-arrival').click();
  await step(page, 2);
  assert.match(await verdict(page), /guessed right/);
  await send(page, '902', '900', '1');
  await step(page, 3);
  await guess(page, 1);
  await page.getByTestId('jump-to-arrival').click();
  await step(page, 4);
  assert.match(await verdict(page), /otherwise.*prover/);
  await send(page, '900', '901', '1');
  await page.getByTestId('jump-to-arrival').click();
  await ended(page);
  assert.deepEqual(problems, []);
  await close();
});

test('liquidity in silos', async () => {
  const { page, problems, close } = await lesson(browser, 'silos');
  await send(page, '901', '902', '60');
  await step(page, 1);
  await guess(page, 1);
  await send(page, '900', '902', '60');
  await page.getByTestId('jump-to-arrival').click();
  await step(page, 2);
  assert.match(await verdict(page), /guessed right/);
  await page.getByTestId('wallet').click();
  await page.getByTestId('inspector').getByText('60 ETH to Alice').click();
  await page.getByTestId('jump-to-arrival').click();
  await ended(page);
  assert.deepEqual(problems, []);
  await close();
});

test('what a state proof proves', async () => {
  const { page, problems, close } = await lesson(browser, 'state-proof');
  await send(page, '902', '900', '1', { relay: false });
  await step(page, 1);
  await guess(page, 2);
  await faster(page);
  const refused = async (forgery, next) => {
    await page.getByTestId(forgery).click(WAIT);
    await step(page, next);
  };
  await refused('forge-amount', 2);
  assert.match(await verdict(page), /guessed right/);
  await refused('forge-proof', 3);
  await page.getByTestId('prove').click(WAIT);
  await page.getByTestId('finalize').click(WAIT);
  await ended(page);
  assert.deepEqual(problems, []);
  await close();
});

test('why not bigger blocks', async () => {
  const { page, problems, close } = await lesson(browser, 'capacity');
  await guess(page, 0);
  await faster(page);
  await traffic(page, '900', '40');
  await step(page, 1);
  assert.match(await verdict(page), /guessed right/);
  await traffic(page, '900', '0');
  await traffic(page, '901', '40');
  await step(page, 2);
  await guess(page, 1);
  await page.waitForTimeout(1_500);
  await send(page, '901', '900', '1');
  await page.getByTestId('jump-to-arrival').click();
  await ended(page);
  assert.match(await verdict(page), /guessed right/);
  assert.deepEqual(problems, []);
  await close();
});

test('nothing that is done beside the point ends a step, and back leads back', async () => {
  const { page, problems, close } = await lesson(browser, 'week-and-hour');
  await page.getByTestId('lesson-hint').click();
  await send(page, '900', '901', '1');
  await page.getByTestId('jump-to-arrival').click();
  await page.getByTestId('message-state').getByText(/executed/i).waitFor(WAIT);
  await page.waitForTimeout(1_000);
  assert.equal(await page.getByTestId('lesson-step-0').count(), 1, 'a wrong action ended the step');
  await page.getByTestId('lesson-back').click();
  await send(page, '901', '900', '1');
  await step(page, 1);
  await page.getByTestId('lesson-back').click();
  await step(page, 0);
  await page.waitForTimeout(1_000);
  assert.equal(await page.getByTestId('lesson-step-0').count(), 1, 'the step before is not to be done again');
  await page.getByTestId('lesson-leave').click();
  await page.getByTestId('lesson').waitFor({ state: 'hidden', ...WAIT });
  assert.deepEqual(problems, []);
  await close();
});

test('no step of any lesson ends by itself', async () => {
  const shared = ['one-slot', 'included-not-executed', 'who-saw-it-first', 'silent-sequencer'];
  const contagion = ['place-your-bet', 'run-on-the-bridge', 'containing-it', 'ten-rollups'];
  for (const name of ['capacity', 'silos', 'week-and-hour', 'state-proof', ...shared, ...contagion]) {
    const { page, close } = await lesson(browser, name);
    await page.evaluate(() => window.causeway.advance(2 * 86_400_000));
    await page.waitForTimeout(1_000);
    assert.equal(await page.getByTestId('lesson-step-0').count(), 1, name);
    await close();
  }
});
