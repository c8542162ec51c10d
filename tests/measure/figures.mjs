// What every measurement needs: where the page is, and how a figure is printed.

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run \`cargo xtask bench\``);
  return value;
}

/** Where the page is served. */
export const url = needed('CAUSEWAY_URL');
/** The Chromium that the task runner found. */
export const chromiumPath = needed('CAUSEWAY_CHROMIUM');

/** Prints a figure and whether its goal is met, as the engine's own measurements do. */
export function judge(name, figure, goal, met) {
  console.log(`${name.padEnd(44)} ${String(figure).padStart(12)}   ${goal.padEnd(16)} ${met ? 'ok' : 'missed'}`);
}
