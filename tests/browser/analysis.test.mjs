// The analysis in the look Contagion: a ranking, random failures with progress and a stop, and the cheapest attack.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open } from './page.mjs';

const WAIT = { timeout: 60_000 };
const LATER = { timeout: 240_000 };

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** The default world in the look Contagion, paused once its firms have lent. */
async function world(options) {
  const opened = await open(browser, '/', options);
  await opened.page.getByTestId('network-map').waitFor(WAIT);
  await opened.page.getByTestId('play').click();
  await opened.page.evaluate(() => window.causeway.advance(4 * 3_600_000));
  await opened.page.keyboard.press('e');
  await opened.page.getByTestId('analysis').waitFor(WAIT);
  return opened;
}

const field = (page, name) => page.getByTestId(`field-analysis-${name}`);

/** Whole dollars or a count of a text. */
const number = (text) => Number(text.replaceAll(/[^0-9]/g, ''));

/** The rows of a table: the texts of their cells. */
const rows = (page, table) => page.getByTestId(table).locator('tbody tr').evaluateAll((rows) =>
  rows.map((row) => [...row.children].map((cell) => cell.textContent.trim())));

/** Analyses to the end. */
async function analyse(page) {
  await page.getByTestId('analysis-begin').click();
  await page.getByTestId('analysis').getByText(/Analysed: (\d+) of \1 trials/).waitFor({ state: 'attached', ...LATER });
}

test('a ranking, the tail of the shared sequencer, and the cheapest attack with its control', async () => {
  const { page, problems, close } = await world();
  await analyse(page);
  const ranking = await rows(page, 'analysis-ranking');
  assert.ok(ranking.some(([name]) => name === 'Zakynthos') && ranking.some(([name]) => name === 'Caria Trading'));
  const costs = ranking.map(([, cost]) => number(cost));
  assert.deepEqual(costs, costs.toSorted((a, b) => b - a), 'the worst comes first');
  await page.getByText(/rank correlation of both: 0\.\d\d/).waitFor(WAIT);

  const losses = await rows(page, 'analysis-losses');
  assert.equal(losses.length, 4);
  const [mean, rare] = [losses[0], losses[3]].map((row) => row.slice(1).map(number));
  assert.ok(Math.abs(mean[0] - mean[1]) < mean[1] / 10, `means alike: ${mean}`);
  assert.ok(rare[0] > rare[1], `the shared tail is heavier: ${rare}`);
  const bins = await rows(page, 'analysis-bins');
  for (const column of [1, 2]) {
    assert.equal(bins.reduce((sum, row) => sum + number(row[column]), 0), 100_000);
  }
  assert.equal(await page.getByTestId('analysis-histogram').locator('.analysis-bar').count(), 2);

  const attack = page.getByTestId('analysis-attack');
  await attack.getByText(/a third of the nodes’ bonds/).waitFor(WAIT);
  await attack.getByText(/leaves the shared sequencer/).waitFor(WAIT);
  assert.equal(await page.getByTestId('analysis-instead').count(), 0, 'nothing has failed that could be tried again');
  await page.getByTestId('analysis-set').click();
  await page.locator('.log-line').getByText(/leaves the shared sequencer/).first().waitFor(WAIT);
  assert.deepEqual(problems, []);
  await close();
});

test('what is assumed can be changed, and what cannot be is said', async () => {
  const { page, problems, close } = await world();
  const refused = async (name, text, why) => {
    const before = await field(page, name).inputValue();
    await field(page, name).fill(text);
    await page.getByTestId('analysis-begin').click();
    await page.getByTestId('analysis').getByText(why).waitFor(WAIT);
    await field(page, name).fill(before);
  };
  await refused('rollup', 'often', /Each rollup fails by itself: expected a number such as 1\.5, found "often"/);
  await refused('sequencer', '150', /Probability that the shared sequencer fails: expected 0 to 1, found 1\.5/);
  await refused('trials', '0', /Trials: expected 1 to 1000000, found 0/);
  await refused('least', '0', /Loss of an attack: expected at least 1 dollar, found 0/);
  await field(page, 'trials').fill('1 000');
  await field(page, 'least').fill('1 000 000 000 000');
  await analyse(page);
  await page.getByText(/No attack causes \$1.000.000.000.000: all faults together cause \$/).waitFor(WAIT);
  await field(page, 'least').fill('3 300 000');
  await analyse(page);
  await page.getByTestId('analysis-attack').getByText(/claim a forged state of .* bond of a claim/).waitFor(WAIT);
  await page.getByTestId('analysis-control').getByText(/breaker/).waitFor(WAIT);
  assert.deepEqual(problems, []);
  await close();
});

test('a long analysis shows how far it is, and one that is stopped keeps what it has', async () => {
  const { page, problems, close } = await world();
  await field(page, 'rollup').fill('30');
  await field(page, 'trials').fill('1 000 000');
  await page.getByTestId('analysis-begin').click();
  await page.getByTestId('analysis-progress').waitFor(WAIT);
  await page.getByTestId('analysis-losses').waitFor(LATER);
  await page.getByTestId('analysis-stop').click();
  await page.getByTestId('analysis-begin').waitFor(WAIT);
  assert.equal(await page.getByTestId('analysis-progress').count(), 0);
  const caption = await page.getByTestId('analysis-losses').locator('caption').textContent();
  const done = number(caption.split(' trials')[0]);
  assert.ok(done > 0 && done < 1_000_000, caption);
  assert.deepEqual(problems, []);
  await close();
});

test('by keyboard alone, on a narrow screen', async () => {
  const { page, problems, close } = await world({ viewport: { width: 320, height: 640 } });
  await field(page, 'trials').focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('500');
  await page.keyboard.press('Enter');
  await page.getByTestId('analysis').getByText('Analysed: 500 of 500 trials.').waitFor({ state: 'attached', ...LATER });
  const wide = await page.getByTestId('contagion').evaluate((look) => look.scrollWidth > look.clientWidth);
  assert.equal(wide, false, 'nothing sticks out');
  assert.deepEqual(problems, []);
  await close();
});
