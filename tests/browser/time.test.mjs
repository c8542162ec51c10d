// Time, other futures, links, files and lost workers, as a visitor meets them.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, open, url } from './page.mjs';

const WAIT = { timeout: 60_000 };

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** A page at rest, a while after its world began. */
async function paused(options = {}, path = '/') {
  const opened = await open(browser, path, options);
  await opened.page.getByTestId('network-map').waitFor(WAIT);
  await opened.page.getByTestId('play').click();
  return opened;
}

const digest = (page) => page.evaluate(() => window.causeway.digest());
const line = (page) => page.getByTestId('scrubber').inputValue().then(Number);

/** Moves the scrubber as a drag to that place would. */
async function scrub(page, to) {
  await page.getByTestId('scrubber').evaluate((input, value) => {
    input.value = String(value);
    input.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }, to);
  await page.waitForFunction(
    (wanted) => Math.abs(Number(document.querySelector('[data-testid=scrubber]').value) - wanted) <= 8,
    to,
    WAIT,
  );
  await page.waitForTimeout(300);
}

test('scrubbing back and forth lands on equal digests', async () => {
  const { page, problems, close } = await paused();
  await page.evaluate(() => window.causeway.travel({ to: 600_000 }));
  await page.waitForTimeout(300);
  const [end, last] = [await digest(page), await line(page)];
  // The first third is one moment, in which everybody begins.
  await scrub(page, Math.floor((last * 2) / 3));
  const [middle, at] = [await digest(page), await line(page)];
  assert.notEqual(middle, end);
  await scrub(page, last);
  assert.equal(await digest(page), end);
  await scrub(page, at);
  assert.equal(await digest(page), middle);
  assert.deepEqual(problems, []);
  await close();
});

test('a fork with one thing changed names the first difference', async () => {
  const { page, problems, close } = await paused();
  await page.getByTestId('fork').click();
  await page.getByTestId('field-fork-name').fill('Without a sequencer');
  await page.getByTestId('submit').click();
  await page.getByTestId('dialog-fork').waitFor({ state: 'hidden', ...WAIT });
  await page.getByTestId('break').click();
  await page.getByTestId('submit').click();
  await page.getByTestId('dialog-break').waitFor({ state: 'hidden', ...WAIT });
  await page.getByTestId('step').click();
  await page.getByTestId('compare').click();
  await page.getByTestId('dialog-compare').getByText(/sequencer halts/).first().waitFor(WAIT);
  assert.deepEqual(problems, []);
  await close();
});

test('what was done is undone and done again', async () => {
  const { page, problems, close } = await paused();
  const before = await digest(page);
  await page.getByTestId('break').click();
  await page.getByTestId('submit').click();
  await page.getByTestId('dialog-break').waitFor({ state: 'hidden', ...WAIT });
  const after = await digest(page);
  assert.notEqual(after, before);
  await page.getByTestId('undo').click();
  await page.waitForFunction(() => document.querySelector('[data-testid=undo]').disabled, undefined, WAIT);
  assert.equal(await digest(page), before);
  await page.getByTestId('redo').click();
  await page.waitForFunction(() => !document.querySelector('[data-testid=undo]').disabled, undefined, WAIT);
  assert.equal(await digest(page), after);
  assert.deepEqual(problems, []);
  await close();
});

test('a link opens in a fresh profile at the same digest, and runs nothing before a click', async () => {
  const first = await paused();
  await first.page.evaluate(() => window.causeway.travel({ to: 240_000 }));
  await first.page.evaluate(() => window.causeway.dispatch({ fault: { halt_sequencer: { chain: 902, halted: true } } }));
  await first.page.evaluate(() => window.causeway.advance(60_000));
  const [link, promised] = await first.page.evaluate(async () => [await window.causeway.share(), await window.causeway.digest()]);
  await first.close();

  const second = await open(browser, new URL(link).pathname + new URL(link).hash);
  await second.page.getByTestId('open-link').waitFor(WAIT);
  const resting = await second.page.getByTestId('clock').textContent();
  await second.page.waitForTimeout(1_000);
  assert.equal(await second.page.getByTestId('clock').textContent(), resting, 'time passes before the link is opened');
  await second.page.getByTestId('open-link').click();
  await second.page.getByTestId('dialog-open-link').waitFor({ state: 'hidden', ...WAIT });
  for (let i = 0; i < 100 && (await digest(second.page)) !== promised; i += 1) await second.page.waitForTimeout(100);
  assert.equal(await digest(second.page), promised);
  assert.deepEqual(second.problems, []);
  await second.close();
});

test('bad links are refused with words and a way on', async () => {
  const first = await paused();
  const link = await first.page.evaluate(() => window.causeway.share());
  await first.close();
  const text = new URL(link).hash.slice('#w='.length);
  const altered = text.slice(0, 40) + (text[40] === 'A' ? 'B' : 'A') + text.slice(41);
  const bad = {
    truncated: [text.slice(0, text.length >> 1), /link/],
    altered: [altered, /link/],
    'of another version': [`_${text.slice(1)}`, /link/],
    'not a link': ['%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E', /link/],
  };
  for (const [what, [broken, words]] of Object.entries(bad)) {
    const { page, close } = await open(browser, `/#w=${broken}`);
    const complaint = page.getByTestId('link-complaint');
    await complaint.waitFor(WAIT);
    assert.match(await complaint.textContent(), words, what);
    assert.equal(await page.locator('img').count(), 0, what);
    await page.getByTestId('stay').click();
    await page.getByTestId('play').click();
    await page.waitForFunction(() => document.querySelector('[data-testid=clock]').textContent !== 'day 0 · 00:00:00', undefined, WAIT);
    await close();
  }
});

test('bad files are refused with words, and the world goes on', async () => {
  const { page, close } = await paused();
  const before = await digest(page);
  const deep = '['.repeat(100_000);
  const script = '{"title":"<img src=x onerror=alert(1)>","rollups":[{"chain_id":0}]}';
  const bad = {
    'deep nesting': [Buffer.from(deep), /scenario/],
    'huge counts': [Buffer.from('{"l1":{"gas_limit":1e300}}'), /scenario|gas_limit/],
    'script in names': [Buffer.from(script), /rollups|chain_id/],
    'another version': [Buffer.from('CSWY\xff1234', 'latin1'), /snapshot/],
    '50 MB': [Buffer.alloc(50 << 20, 0x20), /at most 32 MB/],
    'too many rollups': [Buffer.from(JSON.stringify({ rollups: Array.from({ length: 65 }, (_, i) => ({ chain_id: 1000 + i })) })), /at most 64/],
  };
  const folder = await mkdtemp(join(tmpdir(), 'causeway-'));
  const file = join(folder, 'world.json');
  for (const [what, [bytes, words]] of Object.entries(bad)) {
    await writeFile(file, bytes);
    await page.getByTestId('new-world').click();
    await page.getByTestId('field-file').setInputFiles(file);
    const complaint = page.getByTestId('form-complaint');
    await page.waitForFunction(() => document.querySelector('[data-testid=form-complaint]').textContent !== '', undefined, WAIT);
    assert.match(await complaint.textContent(), words, what);
    assert.equal(await page.locator('img').count(), 0, what);
    await page.getByTestId('dialog-close').click();
    await page.getByTestId('dialog-new-world').waitFor({ state: 'hidden', ...WAIT });
  }
  await rm(folder, { recursive: true });
  assert.equal(await digest(page), before);
  await close();
});

test('a worker that dies or falls silent is replaced, twenty times', async () => {
  const { page, close } = await paused();
  const kept = await page.evaluate(async () => {
    await window.causeway.dispatch({ fault: { halt_sequencer: { chain: 902, halted: true } } });
    return window.causeway.digest();
  });
  // What was done is kept within a second or so.
  await page.waitForTimeout(2_500);
  for (let kill = 0; kill < 20; kill += 1) {
    const [worker] = page.workers();
    // Every tenth closes itself without a word; the others throw.
    if (kill % 10 === 9) await worker.evaluate(() => self.close()).catch(() => {});
    else await worker.evaluate(() => void setTimeout(() => { throw new Error('killed'); })).catch(() => {});
    await page.waitForTimeout(100);
    for (let i = 0; i < 200; i += 1) {
      const now = await Promise.race([
        digest(page).catch(() => null),
        new Promise((resolve) => setTimeout(resolve, 12_000, null)),
      ]);
      if (now === kept) break;
      assert.ok(i < 199, `kill ${kill}: the world did not come back`);
      await page.waitForTimeout(100);
    }
    await page.waitForTimeout(700);
  }
  assert.equal(await page.getByTestId('crash').count(), 0);
  await page.getByTestId('play').click();
  const then = await page.getByTestId('clock').textContent();
  await page.waitForFunction((was) => document.querySelector('[data-testid=clock]').textContent !== was, then, WAIT);
  await close();
});

test('blocked storage costs the memory of a visit and nothing more', async () => {
  const context = await browser.newContext();
  await context.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('blocked', 'SecurityError'); } });
  });
  const blocked = await context.newPage();
  await blocked.goto(url);
  await blocked.getByTestId('network-map').waitFor(WAIT);
  await blocked.getByTestId('theme').click();
  await blocked.getByTestId('notice').getByText(/keeps nothing/).waitFor(WAIT);
  await context.close();
});

test('the keyboard alone plays, steps, sends and finds its list', async () => {
  const { page, problems, close } = await paused();
  await page.locator('body').click({ position: { x: 2, y: 2 } });
  const resting = await page.getByTestId('clock').textContent();
  const clock = () => page.getByTestId('clock').textContent();
  // A step may lead to another moment of the same second.
  for (let i = 0; i < 40 && (await clock()) === resting; i += 1) {
    await page.keyboard.press('.');
    await page.waitForTimeout(100);
  }
  assert.notEqual(await clock(), resting);
  await page.keyboard.press('?');
  await page.getByTestId('dialog-help').getByText('play or pause').waitFor(WAIT);
  await page.keyboard.press('Escape');
  await page.getByTestId('dialog-help').waitFor({ state: 'hidden', ...WAIT });
  await page.keyboard.press('s');
  await page.getByTestId('dialog-send').waitFor(WAIT);
  await page.keyboard.press('Escape');
  await page.keyboard.press('w');
  await page.getByTestId('inspector').getByText('Alice').first().waitFor(WAIT);
  assert.deepEqual(problems, []);
  await close();
});
