// Lighthouse on the served release build, as a phone on a slow network and as a desk.
import { chromium } from 'playwright-core';
import lighthouse, { desktopConfig } from 'lighthouse';
import { chromiumPath, judge, url } from './figures.mjs';

const PORT = 9333;
/** Least score out of 100 by category: of a phone, of a desk. */
const GOALS = { performance: [90, 95], accessibility: [100, 100], 'best-practices': [100, 100], seo: [100, 100] };

const browser = await chromium.launch({
  executablePath: chromiumPath,
  args: ['--disable-gpu', '--disable-dev-shm-usage', `--remote-debugging-port=${PORT}`],
});
for (const [index, [form, config]] of [['phone', undefined], ['desk', desktopConfig]].entries()) {
  const options = { port: PORT, output: 'json', logLevel: 'error', onlyCategories: Object.keys(GOALS) };
  const { lhr } = await lighthouse(url, options, config);
  for (const [category, goals] of Object.entries(GOALS)) {
    const score = Math.round(lhr.categories[category].score * 100);
    judge(`Lighthouse ${category}, ${form}`, score, `>= ${goals[index]}`, score >= goals[index]);
  }
  const failed = Object.values(lhr.audits).filter((audit) => audit.score !== null && audit.score < 0.9);
  for (const { id, score, displayValue } of failed) console.log(`  ${id}: ${score} ${displayValue ?? ''}`);
}
await browser.close();
