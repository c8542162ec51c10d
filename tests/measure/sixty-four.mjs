// A page that shows 64 rollups with one transfer a second each, played at 79 times the pace of the clock:
// whether the worker holds 60, and what drawing costs the main thread.
import { chromium } from 'playwright-core';
import { now, play } from '../browser/sixty-four.mjs';
import { chromiumPath, judge, url } from './figures.mjs';

/** The step of the speed slider for 79×. */
const STEP = '19';
const SECONDS = 12;
/** What is script in a trace of the main thread. */
const SCRIPT = new Set(['FunctionCall', 'EvaluateScript', 'RunMicrotasks', 'V8.GC_MC_BACKGROUND', 'MajorGC', 'MinorGC']);

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
await browser.startTracing(page, { categories: ['devtools.timeline', 'v8', 'disabled-by-default-v8.gc'] });
await page.waitForTimeout(SECONDS * 1_000);
const trace = JSON.parse((await browser.stopTracing()).toString());
await browser.close();

judge('64 rollups: simulated over wall time', `${pace.toFixed(1)}x`, '>= 60x', pace >= 60);
judge('64 rollups: longest task over 50 ms', `${longest.toFixed(0)} ms`, 'none', longest === 0);
const script = scriptPerFrame(trace.traceEvents);
const at = (share) => script[Math.floor((script.length - 1) * share)];
judge('64 rollups: script a frame, 95 of 100', `${at(0.95).toFixed(2)} ms`, '<= 4 ms', at(0.95) <= 4);
console.log(`  ${script.length} frames; median ${at(0.5).toFixed(2)} ms, longest ${at(1).toFixed(2)} ms`);

/** Milliseconds of script between one animation frame and the next, sorted. */
function scriptPerFrame(events) {
  const frames = events.filter(({ name, ph }) => name === 'FireAnimationFrame' && ph === 'X');
  const main = `${frames[0].pid}/${frames[0].tid}`;
  const scripts = events
    .filter(({ name, ph, pid, tid }) => ph === 'X' && `${pid}/${tid}` === main && SCRIPT.has(name))
    .map(({ ts, dur }) => [ts, ts + (dur ?? 0)])
    .sort(([a], [b]) => a - b);
  // Calls lie within calls: only what no earlier one covers counts.
  let covered = 0;
  const parts = [];
  for (const [start, end] of scripts) {
    if (end > covered) parts.push([Math.max(start, covered), end]);
    covered = Math.max(covered, end);
  }
  // Several callbacks of one frame fire within a moment.
  const fired = frames.map(({ ts }) => ts).sort((a, b) => a - b);
  const starts = fired.filter((ts, index) => index === 0 || ts - fired[index - 1] > 4_000);
  const sums = new Array(starts.length).fill(0);
  let frame = 0;
  for (const [start, end] of parts) {
    while (frame + 1 < starts.length && starts[frame + 1] <= start) frame += 1;
    sums[frame] += (end - start) / 1_000;
  }
  return sums.slice(1, -1).sort((a, b) => a - b);
}
