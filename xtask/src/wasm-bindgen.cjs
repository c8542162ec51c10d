#!/usr/bin/env node
// Runs wasm-bindgen. What the program calls from a split point on alone (`wasm_split` in www/src) becomes a file of
// its own in `snippets`, which Trunk copies; anything without split points passes through.
'use strict';
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

// The section in which wasm_split_helpers leaves its marks.
const MARK = '__wasm_split_unstable';
const OPTIONS = '@OPTIONS@'.split(' ');
const args = process.argv.slice(2);

// The next of that name on PATH: this script comes first.
function real() {
  const own = fs.realpathSync(__filename);
  const found = process.env.PATH.split(path.delimiter)
    .map((folder) => path.join(folder, 'wasm-bindgen'))
    .find((file) => fs.existsSync(file) && fs.realpathSync(file) !== own);
  if (found === undefined) throw new Error('expected wasm-bindgen on PATH behind this script, found none');
  return found;
}

function run(program, given) {
  const { status, error } = spawnSync(program, given, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${path.basename(program)} failed`);
}

function named(option) {
  return args.find((arg) => arg.startsWith(`${option}=`))?.slice(option.length + 1);
}

function replaced(text, what, by) {
  const parts = text.split(what);
  if (parts.length !== 2) throw new Error(`expected one ${what}, found ${parts.length - 1}`);
  return parts.join(by);
}

function split(input, out, name, folder) {
  run('wasm-split-cli', [input, folder, `--out-name=${name}`]);
  const main = path.join(folder, `${name}.wasm`);
  run(real(), [...args.filter((arg) => arg !== input), '--keep-lld-exports', main]);
  let loader = fs.readFileSync(path.join(folder, '__wasm_split.js'), 'utf8');
  const snippets = path.join(out, 'snippets');
  fs.mkdirSync(snippets, { recursive: true });
  for (const part of fs.readdirSync(folder).filter((file) => file.startsWith('split_'))) {
    const small = path.join(folder, `small_${part}`);
    run('wasm-opt', [...OPTIONS, '--converge', '-o', small, path.join(folder, part)]);
    // Named by what it holds: a page never takes the part of another build.
    const hash = createHash('sha256').update(fs.readFileSync(small)).digest('hex').slice(0, 16);
    const own = part.replace('.wasm', `-${hash}.wasm`);
    // Renaming makes the file whole or absent, for Trunk copies the folder once more for the worker.
    fs.copyFileSync(small, path.join(out, own));
    fs.renameSync(path.join(out, own), path.join(snippets, own));
    loader = replaced(loader, `"./${part}"`, `"./snippets/${own}"`);
  }
  // The loader as part of the page's JavaScript: one request less before the page starts.
  loader = replaced(loader, `import { initSync } from "./${name}.js";`, '');
  const exported = [...loader.matchAll(/^export const (\w+)/gm)].map((found) => found[1]);
  loader = loader.replaceAll(/^export const/gm, 'const');
  const script = path.join(out, `${name}.js`);
  const text = fs.readFileSync(script, 'utf8');
  const found = text.match(/^import \* as (\w+) from "\.\/__wasm_split\.js";?$/m);
  if (found === null) throw new Error(`expected ${script} to import the loader, found no such line`);
  const inlined = `const ${found[1]} = (() => {\n${loader}\nreturn { ${exported.join(', ')} };\n})();`;
  fs.writeFileSync(script, text.replace(found[0], () => inlined));
}

function main() {
  const input = args.find((arg) => !arg.startsWith('-'));
  const [out, name] = [named('--out-dir'), named('--out-name')];
  const known = out !== undefined && name !== undefined && input !== undefined && fs.existsSync(input);
  if (!known || !fs.readFileSync(input).includes(MARK)) return run(real(), args);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'causeway-split-'));
  try {
    split(input, out, name, folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

main();
