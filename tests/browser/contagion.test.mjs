// Contagion as a visitor meets it: a bet, a failure, losses hop by hop and back to their cause, another future.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { launch, open } from './page.mjs';

const WAIT = { timeout: 60_000 };
const LATER = { timeout: 240_000 };
const POOLS = readFileSync(new URL('../../scenarios/pools.json', import.meta.url), 'utf8');
const EIGHT_HOURS = 8 * 3_600_000;

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** The default world, paused once its firms have lent. */
async function world() {
  const opened = await open(browser);
  await opened.page.getByTestId('network-map').waitFor(WAIT);
  await opened.page.getByTestId('play').click();
  await opened.page.evaluate(() => window.causeway.advance(4 * 3_600_000));
  return opened;
}

const advance = (page, ms) => page.evaluate((ms) => window.causeway.advance(ms), ms);

/** Whole dollars of a text. */
const dollars = (text) => Number(text.replaceAll(/[^0-9]/g, ''));

/** The rows of the ledger: hop, name, what it bears. */
function ledger(page) {
  return page.getByTestId('contagion-ledger').locator('tbody tr').evaluateAll((rows) =>
    rows.map((row) => {
      const cells = [...row.children].map((cell) => cell.textContent.trim());
      return { hop: Number(cells[0]), name: cells[1], reached: cells[2], bears: cells[4] };
    }));
}

/** Three hops, an amount in every row, and all that is borne makes up the total. */
async function threeHops(page) {
  await page.getByTestId('contagion-hops').getByText(/^[3-9] hops/).waitFor(LATER);
  const rows = await ledger(page);
  assert.deepEqual([...new Set(rows.map((row) => row.hop))].slice(0, 4), [0, 1, 2, 3]);
  assert.ok(rows.every((row) => /^\$\d/.test(row.reached)), JSON.stringify(rows));
  const drawn = await page.getByTestId('contagion-rings').locator('.float').count();
  assert.equal(drawn, rows.length, 'the rings show whom the ledger lists');
}

/** Follows the last of the ledger from sentence to sentence to what was broken. */
async function back(page, press) {
  const last = (await ledger(page)).filter((row) => row.hop > 0).at(-1);
  const name = last.name.replace(/ †.*/, '');
  await press(page.getByTestId(`ring-${name}`));
  for (let hop = last.hop; hop > 0; hop -= 1) {
    // A debtor's default comes before what was lost beside it.
    const from = page.getByTestId('contagion-picked').locator('button', { hasText: hop > 1 ? /not paid/ : /./ }).first();
    await press(from);
  }
  await press(page.getByTestId('contagion-picked').locator('button').first());
  await page.getByTestId('log-pointed').getByText(/halt/).waitFor(WAIT);
}

const click = (target) => target.click();

test('a bet, a failure in two clicks, three hops of losses, and back to the first cause', async () => {
  const { page, problems, close } = await world();
  await page.getByTestId('as-contagion').click();
  await page.getByTestId('bet').waitFor(WAIT);
  assert.equal(await page.getByTestId('forecasts').count(), 0, 'the forecast is a secret');
  await page.getByTestId('field-bet-chain').selectOption('902');
  await page.getByTestId('bet-on-Caria Trading').check();
  await page.getByTestId('field-bet-total').fill('a lot');
  await page.getByTestId('bet').getByTestId('submit').click();
  await page.getByText(/Lost in all: expected a whole number/).waitFor(WAIT);
  await page.getByTestId('field-bet-total').fill('1 000 000');
  await page.getByTestId('bet').getByTestId('submit').click();
  await page.getByTestId('forecasts').getByText('Zakynthos').waitFor(WAIT);
  await page.getByTestId('bet-break').click();
  await page.getByTestId('submit').click();
  await page.getByTestId('contagion-total').waitFor(WAIT);
  await advance(page, EIGHT_HOURS);
  await threeHops(page);
  await page.getByTestId('bet').getByText(/1 of \d+ defaults guessed/).waitFor(WAIT);
  await page.getByTestId('bet').getByText('$1\u202f000\u202f000').waitFor(WAIT);
  await page.getByTestId('contagion-until').fill('1');
  const rings = page.getByTestId('contagion-rings').locator('.float');
  assert.ok((await rings.count()) < (await ledger(page)).length, 'later hops are hidden');
  await page.getByTestId('contagion-until').fill('9');
  await back(page, click);
  await page.getByTestId('contagion-ledger').getByText(/Caria Trading: .* not paid/).first().click();
  assert.match(await page.evaluate(() => document.activeElement.textContent), /^Caria Trading/);
  assert.deepEqual(problems, []);
  await close();
});

test('from the chart a failure shows what it costs by itself; a table stays', async () => {
  const { page, problems, close } = await world();
  const broken = async () => {
    await page.getByTestId('break').click();
    await page.getByTestId('field-chain').selectOption('902');
    await page.getByTestId('submit').click();
    await page.getByTestId('dialog-break').waitFor({ state: 'hidden', ...WAIT });
  };
  await broken();
  await page.getByTestId('contagion-total').waitFor(WAIT);
  await page.getByTestId('as-table').click();
  await page.getByTestId('undo').click();
  await broken();
  await page.getByTestId('network-table').waitFor(WAIT);
  assert.deepEqual(problems, []);
  await close();
});

test('a circuit breaker in another future: the smaller loss beside the larger', async () => {
  const { page, problems, close } = await world();
  await page.getByTestId('break').click();
  await page.getByTestId('fault-forgery').check();
  await page.getByTestId('field-chain').selectOption('902');
  await page.getByTestId('submit').click();
  await page.getByTestId('dialog-break').waitFor({ state: 'hidden', ...WAIT });
  await page.getByTestId('contagion').waitFor(WAIT);
  await advance(page, 2 * 3_600_000);
  await page.getByTestId('contagion-total').waitFor(WAIT);
  const lost = await page.getByTestId('contagion-total').textContent();
  await page.getByTestId('field-instead-percent').fill('none');
  await page.getByTestId('instead-submit').click();
  await page.getByText(/Must stay: expected 1 to 100 percent/).waitFor(WAIT);
  await page.getByTestId('field-instead-percent').fill('70');
  await page.getByTestId('field-instead-asset').selectOption('ether');
  await page.getByTestId('field-instead-chain').selectOption('902');
  await page.getByTestId('instead-submit').click();
  const cells = page.getByTestId('contagion-compare').locator('tbody tr').first().locator('td');
  await cells.first().waitFor(LATER);
  const [here, there] = await cells.allTextContents();
  assert.equal(there, lost);
  assert.ok(dollars(here) < dollars(there), `${here} beside ${there}`);
  assert.deepEqual(problems, []);
  await close();
});

/** Goes on by Tab until something has the focus. */
async function tabTo(page, target) {
  for (let count = 0; count < 150; count += 1) {
    if (await target.evaluate((element) => element === document.activeElement).catch(() => false)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail('Tab does not lead there');
}

test('the same by keyboard alone', async () => {
  const { page, problems, close } = await open(browser, '/', { reducedMotion: 'reduce' });
  await page.getByTestId('network-map').waitFor(WAIT);
  await page.keyboard.press(' ');
  await advance(page, 4 * 3_600_000);
  await page.keyboard.press('e');
  await page.getByTestId('bet').waitFor(WAIT);
  await tabTo(page, page.getByTestId('field-bet-chain'));
  await page.keyboard.type('Zak');
  await tabTo(page, page.getByTestId('field-bet-total'));
  await page.keyboard.type('500000');
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByTestId('bet-break'));
  await page.keyboard.press('Enter');
  await page.getByTestId('dialog-break').waitFor(WAIT);
  await tabTo(page, page.getByTestId('fault-sequencer'));
  await page.keyboard.press('Enter');
  await page.getByTestId('contagion-total').waitFor(WAIT);
  await tabTo(page, page.getByTestId('contagion-later').locator('button').last());
  await page.keyboard.press('Enter');
  await threeHops(page);
  const moving = await page.getByTestId('contagion-rings').evaluate((rings) => rings.getAnimations({ subtree: true }).length);
  assert.equal(moving, 0, 'nothing moves for whoever wants it so');
  await back(page, async (target) => {
    if (await target.evaluate((element) => element.classList.contains('float'))) {
      await tabTo(page, page.getByTestId('contagion-rings').locator('[tabindex="0"]'));
      for (let count = 0; count < 60; count += 1) {
        if (await target.evaluate((element) => element === document.activeElement)) break;
        await page.keyboard.press('ArrowRight');
      }
    } else {
      await tabTo(page, target);
    }
    await page.keyboard.press('Enter');
  });
  await page.getByTestId('contagion').focus();
  await tabTo(page, page.getByTestId('instead-submit'));
  await page.keyboard.press('Enter');
  await page.getByTestId('contagion-compare').waitFor(LATER);
  assert.deepEqual(problems, []);
  await close();
});

test('a price falls where a bridge is robbed; an issuer and a pool are robbed too, and a feed lies', async () => {
  const { page, problems, close } = await open(browser);
  await page.getByTestId('network-map').waitFor(WAIT);
  await page.evaluate(async (text) => {
    await window.causeway.load(text);
    await window.causeway.advance(3_600_000);
  }, POOLS);
  await page.getByTestId('as-contagion').click();
  const price = (name) => page.getByTestId('token-prices').locator('dd', { hasText: name });
  await price('Zakynthos').getByText('1.0000 USDX').waitFor(WAIT);
  await advance(page, 2 * 3_600_000);
  await page.getByTestId('contagion-total').waitFor(WAIT);
  assert.match(await price('Zakynthos').textContent(), /Zakynthos 0\.[0-6]\d\d\d USDX/);
  assert.match(await price('Zakynthos').getAttribute('class'), /is-low/);
  assert.match(await price('Aegina').textContent(), /Aegina 0\.99\d\d USDX/);

  await page.getByTestId('break').click();
  await page.getByTestId('fault-issuer').check();
  await page.getByTestId('field-chain').selectOption('901');
  await page.getByTestId('submit').click();
  await page.getByTestId('dialog-break').waitFor({ state: 'hidden', ...WAIT });
  await advance(page, 60_000);
  const row = page.getByTestId('contagion-ledger').locator('tr', { hasText: 'Khios Dollar' });
  await row.getByText(/stolen of what it kept for its USDX/).click();
  await page.getByTestId('contagion-ledger').getByText(/what the issuer keeps for its USDX on Aegina is stolen/).click();
  await page.getByTestId('log-pointed').getByText(/stolen/).first().waitFor(WAIT);

  await page.getByTestId('break').click();
  await page.getByTestId('fault-feed-wrong').check();
  await page.getByTestId('field-price').fill('cheap');
  await page.getByTestId('submit').click();
  await page.getByText(/Price: expected/).waitFor(WAIT);
  await page.getByTestId('field-price').fill('0.25');
  await page.getByTestId('submit').click();
  await page.getByTestId('dialog-break').waitFor({ state: 'hidden', ...WAIT });
  await page.locator('.log-line').getByText(/the price feed tells 0\.2500 dollars/).first().waitFor(WAIT);

  await page.getByTestId('break').click();
  await page.getByTestId('fault-pool-token').check();
  await page.getByTestId('field-loot').fill('1000');
  await page.getByTestId('submit').click();
  await page.getByTestId('dialog-break').waitFor({ state: 'hidden', ...WAIT });
  await advance(page, 5 * 60_000);
  const provider = page.getByTestId('contagion-ledger').locator('tr', { hasText: 'Naxos Markets' });
  await provider.getByText(/stolen from a pool that it had a share of/).click();
  await page.getByTestId('contagion-ledger').getByText(/drain the pool of TEST of Aegina/).click();
  await page.getByTestId('log-pointed').getByText(/drain the pool/).first().waitFor(WAIT);
  assert.deepEqual(problems, []);
  await close();
});
