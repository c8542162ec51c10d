// Opens the served page in the Chromium that the task runner found.
import { chromium } from 'playwright-core';

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run \`cargo xtask test browser\``);
  return value;
}

/** Where the page is served. */
export const url = needed('CAUSEWAY_URL');

/** Starts the browser; close it when done. */
export function launch() {
  return chromium.launch({
    executablePath: needed('CAUSEWAY_CHROMIUM'),
    args: ['--disable-gpu', '--disable-dev-shm-usage'],
  });
}

/** A fresh page that collects what went wrong in it: uncaught errors, error logs, failed requests. */
export async function open(browser, path = '/', options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.stack ?? error}`));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(url + path);
  return { page, problems, close: () => context.close() };
}
