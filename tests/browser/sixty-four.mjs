// 64 rollups with one transfer a second each: what the pace of the page is tested and measured with.
export const ROLLUPS = 64;

const scenario = JSON.stringify({
  title: 'Sixty-four',
  rollups: Array.from({ length: ROLLUPS }, (_, index) => ({ chain_id: 901 + index })),
  timeline: Array.from({ length: ROLLUPS }, (_, index) => ({
    at: '1m',
    command: { set_traffic: { chain: 901 + index, per_second: 1 } },
  })),
});

/** The simulated time of a page, in milliseconds. */
export const now = (page) => page.evaluate(async () => (await window.causeway.view()).now);

/** Plays that world at a step of the speed slider until its deployments and first minute of traffic are past. */
export async function play(page, step) {
  await page.getByTestId('network-map').waitFor({ timeout: 60_000 });
  await page.evaluate(async (text) => {
    await window.causeway.ready;
    await window.causeway.load(text);
  }, scenario);
  await page.getByTestId('speed').fill(step);
  for (let i = 0; (await now(page)) < 180_000; i += 1) {
    if (i === 240) throw new Error(`expected 3 simulated minutes within one of the clock, found ${(await now(page)) / 1_000} s`);
    await page.waitForTimeout(250);
  }
}
