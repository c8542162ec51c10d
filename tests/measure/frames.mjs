// What drawing costs the main thread of a page, frame by frame.
import { judge } from './figures.mjs';

/** What is script in a trace of the main thread. */
const SCRIPT = new Set(['FunctionCall', 'EvaluateScript', 'RunMicrotasks', 'V8.GC_MC_BACKGROUND', 'MajorGC', 'MinorGC']);

/** Traces a page for a while: milliseconds of script between one animation frame and the next, sorted. */
export async function scriptPerFrame(browser, page, ms) {
  await browser.startTracing(page, { categories: ['devtools.timeline', 'v8', 'disabled-by-default-v8.gc'] });
  await page.waitForTimeout(ms);
  return sums(JSON.parse((await browser.stopTracing()).toString()).traceEvents);
}

/** Holds the script of 95 frames in 100 to the goal. */
export function judgeFrames(what, script) {
  const at = (share) => script[Math.floor((script.length - 1) * share)];
  judge(`${what}: script a frame, 95 of 100`, `${at(0.95).toFixed(2)} ms`, '<= 4 ms', at(0.95) <= 4);
  console.log(`  ${script.length} frames; median ${at(0.5).toFixed(2)} ms, longest ${at(1).toFixed(2)} ms`);
}

function sums(events) {
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
  const found = new Array(starts.length).fill(0);
  let frame = 0;
  for (const [start, end] of parts) {
    while (frame + 1 < starts.length && starts[frame + 1] <= start) frame += 1;
    found[frame] += (end - start) / 1_000;
  }
  return found.slice(1, -1).sort((a, b) => a - b);
}
