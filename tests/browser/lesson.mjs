// What a visitor does in a lesson.
import { open } from './page.mjs';

const WAIT = { timeout: 60_000 };

/** A fresh visit in the world of a lesson. */
export async function lesson(browser, name) {
  const opened = await open(browser);
  await opened.page.getByTestId('network-map').waitFor(WAIT);
  await opened.page.getByTestId('lessons').click();
  await opened.page.getByTestId(`lesson-${name}`).click();
  await opened.page.getByTestId('lesson-step-0').waitFor(WAIT);
  return opened;
}

/** Waits until a step begins, counted from 0. */
export const step = (page, number) => page.getByTestId(`lesson-step-${number}`).waitFor(WAIT);
/** Waits until the last step is done. */
export const ended = (page) => page.getByTestId('lesson-end').waitFor(WAIT);
/** Guesses before it is seen. */
export const guess = (page, option) => page.getByTestId(`guess-${option}`).check();
/** What the lesson says of the last guess. */
export const verdict = (page) => page.getByTestId('lesson-verdict').textContent(WAIT);

/** Sends ether from a chain to another by the dialog. */
export async function send(page, from, to, quantity, { relay = true } = {}) {
  await page.getByTestId('send-message').click();
  await page.getByTestId('field-from').selectOption(from);
  await page.getByTestId('field-to').selectOption(to);
  await page.getByTestId('field-quantity').fill(quantity);
  if (!relay) await page.getByTestId('relay').uncheck();
  await page.getByTestId('submit').click();
  await page.getByTestId('dialog-send').waitFor({ state: 'hidden', ...WAIT });
}
