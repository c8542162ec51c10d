// A page that shows 64 rollups with one transfer a second each, played at 120 times the pace of the clock:
// whether the worker holds 60, and what drawing costs the main thread.
import { chromium } from 'playwright-core';
import { now, play } from '../browser/sixty-four.mjs';
import { chromiumPath, judge, url } from './figures.mjs';
import { judgeFrames, scriptPerFrame } from './frames.mjs';

/** The step of the speed slider for 120×. */
const STEP = '7';
const SECONDS = 12;

const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--disable-gpu', '--disable-dev-shm-usage'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
await page.goto(url);
await play(page, STEP);

await page.evaluate(() => {
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
  }).observe({ entryTypes: ['longtask'] });
});
const [from, began] = [await now(page), performance.now()];
await page.waitForTimeout(SECONDS * 1_000);
const pace = ((await now(page)) - from) / (performance.now() - began);
const longest = await page.evaluate(() => window.longest);
// Tracing has a cost of its own, so that it comes last.
const script = await scriptPerFrame(browser, page, SECONDS * 1_000);
await browser.close();

judge('64 rollups: simulated over wall time', `${pace.toFixed(1)}x`, '>= 60x', pace >= 60);
judge('64 rollups: longest task over 50 ms', `${longest.toFixed(0)} ms`, 'none', longest === 0);
judgeFrames('64 rollups', script);
