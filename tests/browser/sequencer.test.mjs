// The shared sequencer as a visitor meets it: bundles, a committee that loses nodes, and the four lessons.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ended, guess, lesson, send, step, verdict } from './lesson.mjs';
import { launch, open } from './page.mjs';

const WAIT = { timeout: 60_000 };
const WAVE = '0xca5e000000000000000000000000000000000031';
const BOB = '70997970c51812dc3a010c7d01b50e0d17dc79c8';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** A world of two rollups that share a sequencer, in which nobody else does anything. */
async function world() {
  const opened = await open(browser);
  await opened.page.getByTestId('network-map').waitFor(WAIT);
  await opened.page.evaluate(async () => {
    const rollup = (chain_id, name, block_time) => ({ chain_id, name, block_time, batch_cadence: '1m' });
    await window.causeway.load({
      title: 'Two members',
      rollups: [rollup(901, 'Aegina', '2s'), rollup(902, 'Zakynthos', '1s')],
      sequencer: { members: [901, 902] },
    });
    await window.causeway.advance(60_000);
  });
  return opened;
}

/** Bob's WAVE on a rollup, in whole tokens. */
function wave(page, chain) {
  return page.evaluate(async ({ chain, token, bob }) => {
    const data = `0x70a08231${bob.padStart(64, '0')}`;
    const request = { method: 'eth_call', params: [{ to: token, data }, 'latest'] };
    return Number(BigInt(await window.causeway.provider(chain).request(request)) / 10n ** 18n);
  }, { chain, token: WAVE, bob: BOB });
}

/** A fresh visit in the world of a lesson, once its rollups run. */
async function begun(name) {
  const opened = await lesson(browser, name);
  await opened.page.evaluate(() => window.causeway.advance(30_000));
  return opened;
}

const advance = (page, ms) => page.evaluate((ms) => window.causeway.advance(ms), ms);

/** Inspects the shared sequencer by its ring on the chart; a mark may lie over it. */
async function pick(page) {
  await page.getByTestId('chart-sequencer').focus();
  await page.keyboard.press('Enter');
}

/** Opens the composer, has `change` fill it, and sends the bundle. */
async function bundle(page, change = async () => {}) {
  await page.getByTestId('submit-bundle').click();
  await page.getByTestId('dialog-bundle').waitFor(WAIT);
  await change();
  await page.getByTestId('submit').click();
  await page.getByTestId('dialog-bundle').waitFor({ state: 'hidden', ...WAIT });
}

const impossible = (page, guarantee) => async () => {
  await page.getByTestId('field-leg-1-amount').fill('1000000');
  await page.getByTestId(`guarantee-${guarantee}`).check();
};

async function fault(page, name, { which, who, mends = false } = {}) {
  await page.getByTestId('break').click();
  await page.getByTestId(`fault-${name}`).check();
  if (which) await page.getByTestId('field-which').selectOption(which);
  if (who) await page.getByTestId('field-who').selectOption({ label: who });
  if (mends) await page.getByTestId('mends').check();
  await page.getByTestId('submit').click();
  await page.getByTestId('dialog-break').waitFor({ state: 'hidden', ...WAIT });
}

/** One leg that sells USDX on Aegina, sent without a bundle. */
async function buy(page, least = '') {
  await page.getByTestId('submit-bundle').click();
  await page.getByTestId('leg-1-remove').click();
  await page.getByTestId('field-leg-0-what').selectOption('swap');
  await page.getByTestId('field-leg-0-token').selectOption('usdx');
  await page.getByTestId('field-leg-0-amount').fill('2000');
  await page.getByTestId('field-leg-0-least').fill(least);
  await page.getByTestId('send-apart').click();
  await page.getByTestId('dialog-bundle').waitFor({ state: 'hidden', ...WAIT });
}

test('a leg that must fail takes the other with it under execution, and not under inclusion', async () => {
  const { page, problems, close } = await world();
  assert.deepEqual([await wave(page, 901), await wave(page, 902)], [10_000, 10_000]);
  for (const [guarantee, moved] of [['execution', 0], ['inclusion', 10]]) {
    await bundle(page, async () => {
      await impossible(page, guarantee)();
      await page.getByTestId('dry-run').getByText(/Zakynthos.*fails/).waitFor(WAIT);
    });
    await page.getByTestId('bundle-state').waitFor(WAIT);
    await advance(page, 12_000);
    await page.getByTestId('bundle-state').getByText(guarantee === 'execution' ? /No leg has any effect/ : /1 of its 2 legs reverted/).waitFor(WAIT);
    assert.deepEqual([await wave(page, 901), await wave(page, 902)], [10_000 + moved, 10_000], guarantee);
  }
  assert.deepEqual(problems, []);
  await close();
});

test('the composer adds an approval, changes the order, and says what is wrong by field', async () => {
  const { page, problems, close } = await world();
  await page.keyboard.press('a');
  await page.getByTestId('dialog-bundle').waitFor(WAIT);
  await page.getByTestId('add-leg').click();
  await page.getByTestId('field-leg-2-what').selectOption('swap');
  await page.getByTestId('dry-run').getByText(/lets a contract take its WAVE/).waitFor(WAIT);
  await page.getByTestId('dry-run').getByText(/sells 10 WAVE/).waitFor(WAIT);
  await page.getByTestId('leg-2-up').click();
  assert.equal(await page.getByTestId('field-leg-1-what').inputValue(), 'swap');
  await page.getByTestId('field-leg-0-amount').fill('much');
  await page.getByTestId('dry-run').getByText(/Leg 1: Amount: expected a number/).waitFor(WAIT);
  await page.getByTestId('submit').click();
  await page.getByTestId('form-complaint').getByText(/Leg 1: Amount/).waitFor(WAIT);
  assert.deepEqual(problems, []);
  await close();
});

test('the leader dies and the next round decides; f + 1 die and all members stop, but not what L1 forces', async () => {
  const { page, problems, close } = await world();
  await fault(page, 'crash', { which: 'leader' });
  await bundle(page);
  await advance(page, 20_000);
  await page.getByTestId('bundle-state').getByText(/blocks of one moment/).waitFor(WAIT);
  await pick(page);
  await page.getByTestId('slots').getByText(/round 1/).first().waitFor(WAIT);
  await fault(page, 'crash', { which: 'f1' });
  await bundle(page);
  const heads = () => page.evaluate(async () => (await window.causeway.view()).chains.slice(1).map((chain) => chain.transactions));
  const then = await heads();
  await advance(page, 30_000);
  assert.deepEqual(await heads(), then, 'a member went on');
  await send(page, '900', '901', '1');
  await advance(page, 60_000);
  await page.getByTestId('message-state').getByText(/executed on the destination/).waitFor(WAIT);
  await fault(page, 'crash', { mends: true });
  await bundle(page);
  await advance(page, 30_000);
  await page.getByTestId('bundle-state').getByText(/blocks of one moment/).waitFor(WAIT);
  assert.deepEqual(problems, []);
  await close();
});

test('a trade apart and together: two futures, and this one stays', async () => {
  const { page, problems, close } = await world();
  await page.getByTestId('play').click();
  await page.getByTestId('submit-bundle').click();
  await page.getByTestId('rehearse').click();
  await page.getByTestId('dialog-rehearse').waitFor(WAIT);
  const digest = await page.evaluate(() => window.causeway.digest());
  await page.getByTestId('submit').click();
  const found = page.getByTestId('rehearsed');
  await found.getByText('the first leg stands, the second failed').waitFor(WAIT);
  await found.getByText('both legs succeeded, in one slot').waitFor(WAIT);
  assert.equal(await page.evaluate(() => window.causeway.digest()), digest);
  await page.getByTestId('go-apart').click();
  await page.getByTestId('dialog-rehearse').waitFor({ state: 'hidden', ...WAIT });
  assert.notEqual(await page.evaluate(() => window.causeway.digest()), digest);
  assert.deepEqual(problems, []);
  await close();
});

test('a slot is explored, a rollup leaves, and the table says what the chart shows', async () => {
  const { page, problems, close } = await world();
  await bundle(page);
  await advance(page, 12_000);
  await pick(page);
  await page.getByTestId('slots').getByText(/^slot/).last().click();
  await page.getByTestId('slot-order').getByText('bundle 0').click();
  await page.getByTestId('bundle-legs').getByText(/sends 10 WAVE to Bob/).first().waitFor(WAIT);
  await pick(page);
  await page.getByTestId('ordering-902').click();
  await page.getByText(/Zakynthos orders itself now/).first().waitFor(WAIT);
  await page.getByTestId('misbehave-node-3').click();
  await page.getByTestId('as-table').click();
  await page.getByTestId('nodes-table').getByText('equivocates').waitFor(WAIT);
  assert.deepEqual(problems, []);
  await close();
});

test('lesson: one slot, two rollups', async () => {
  const { page, problems, close } = await begun('one-slot');
  await guess(page, 0);
  await bundle(page);
  await step(page, 1);
  assert.match(await verdict(page), /guessed right/);
  await guess(page, 1);
  await bundle(page, async () => {
    await page.getByTestId('leg-1-remove').click();
    await page.getByTestId('field-leg-0-what').selectOption('bridge');
    await page.getByTestId('field-leg-0-amount').fill('100');
  });
  await step(page, 2);
  assert.match(await verdict(page), /guessed right/);
  await advance(page, 5_000);
  await send(page, '901', '902', '1');
  await page.getByTestId('jump-to-arrival').click();
  await ended(page);
  assert.deepEqual(problems, []);
  await close();
});

test('lesson: included, but not executed', async () => {
  const { page, problems, close } = await begun('included-not-executed');
  await guess(page, 1);
  await bundle(page, impossible(page, 'inclusion'));
  await step(page, 1);
  assert.match(await verdict(page), /otherwise/);
  await bundle(page, impossible(page, 'execution'));
  await step(page, 2);
  await fault(page, 'promises');
  await bundle(page, impossible(page, 'execution'));
  await ended(page);
  assert.deepEqual(problems, []);
  await close();
});

test('lesson: who saw my trade first', async () => {
  const { page, problems, close } = await begun('who-saw-it-first');
  await buy(page);
  await step(page, 1);
  await guess(page, 1);
  await fault(page, 'sandwich', { who: 'Frank' });
  await advance(page, 10_000);
  await buy(page);
  await step(page, 2);
  assert.match(await verdict(page), /guessed right/);
  await guess(page, 1);
  await buy(page, '945');
  await ended(page);
  assert.match(await verdict(page), /guessed right/);
  assert.deepEqual(problems, []);
  await close();
});

test('lesson: when the sequencer falls silent', async () => {
  const { page, problems, close } = await begun('silent-sequencer');
  await fault(page, 'crash', { which: 'leader' });
  await bundle(page);
  await step(page, 1);
  await fault(page, 'crash', { which: 'f1' });
  await bundle(page);
  await advance(page, 65_000);
  await step(page, 2);
  await send(page, '900', '901', '1');
  await page.getByTestId('jump-to-arrival').click();
  await step(page, 3);
  await pick(page);
  await page.getByTestId('ordering-901').click();
  await ended(page);
  assert.deepEqual(problems, []);
  await close();
});
