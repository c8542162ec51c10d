// The page starts, and so does its worker, with nothing wrong on the way.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open } from './page.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

test('the page starts and nothing goes wrong', async () => {
  const { page, problems, close } = await open(browser);
  await page.waitForFunction(() => document.body.textContent.includes('Causeway'));
  assert.deepEqual(problems, []);
  await close();
});

test('the worker starts from its loader', async () => {
  const { page, problems, close } = await open(browser);
  const said = page.waitForEvent('console', (message) => message.text() === 'the worker runs');
  await page.evaluate(() => {
    window.worker = new Worker('./worker_loader.js');
  });
  await said;
  assert.deepEqual(problems, []);
  await close();
});
