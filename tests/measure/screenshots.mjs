// Pictures of the default world a minute and a half after its beginning, in both themes at three widths.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumPath, url } from './figures.mjs';

const [folder] = process.argv.slice(2);
/** The moment that is shown, in simulated milliseconds. */
const MOMENT = 90_000;

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--disable-gpu', '--disable-dev-shm-usage'] });
for (const [theme, colorScheme] of [['day', 'light'], ['night', 'dark']]) {
  for (const [width, height] of [[320, 640], [768, 1024], [1280, 800]]) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme });
    await page.goto(url);
    await page.getByTestId('network-map').waitFor({ timeout: 60_000 });
    await page.getByTestId('play').click();
    await page.evaluate((moment) => window.causeway.travel({ to: moment }), MOMENT);
    await page.waitForTimeout(1_000);
    const path = join(folder, `${theme}-${width}.png`);
    await page.screenshot({ path });
    console.log(path);
    await page.close();
  }
}
await browser.close();
