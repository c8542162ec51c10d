#!/usr/bin/env node
// Runs binaryen's wasm-opt and keeps its result by the hash of arguments and module.
'use strict';
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const KEPT = 40;
const home = path.dirname(path.dirname(fs.realpathSync(__filename)));
const real = path.join(home, 'node_modules', 'binaryen', 'bin', 'wasm-opt');
const args = process.argv.slice(2);

function run() {
  return spawnSync(process.execPath, [real, ...args], { stdio: 'inherit' }).status ?? 1;
}

// Trunk calls `wasm-opt --output=OUT -Oz IN`, other tools say `-o OUT`; anything else passes through.
function named() {
  let output;
  const inputs = [];
  const options = [];
  for (let i = 0; i < args.length; i++) {
    if (args[i].startsWith('--output=')) output = args[i].slice('--output='.length);
    else if (args[i] === '-o' || args[i] === '--output') output = args[++i];
    else if (args[i].startsWith('-')) options.push(args[i]);
    else inputs.push(args[i]);
  }
  const whole = output !== undefined && inputs.length === 1 && fs.existsSync(inputs[0]);
  return whole ? { output, input: inputs[0], options } : null;
}

function forgetOldest(folder) {
  const byUse = fs
    .readdirSync(folder)
    .map((name) => ({ name, used: fs.statSync(path.join(folder, name)).mtimeMs }))
    .sort((a, b) => b.used - a.used);
  for (const { name } of byUse.slice(KEPT)) fs.rmSync(path.join(folder, name), { force: true });
}

function main() {
  const files = named();
  if (files === null) return run();
  const hash = createHash('sha256');
  hash.update(JSON.stringify(files.options)).update(fs.readFileSync(files.input));
  const folder = path.join(home, 'kept');
  const entry = path.join(folder, `${hash.digest('hex')}.wasm`);
  fs.mkdirSync(folder, { recursive: true });
  if (fs.existsSync(entry)) {
    fs.copyFileSync(entry, files.output);
    const now = new Date();
    fs.utimesSync(entry, now, now);
    return 0;
  }
  const status = run();
  if (status !== 0) return status;
  // Renaming makes the entry whole or absent, also after an interruption.
  fs.copyFileSync(files.output, `${entry}.${process.pid}`);
  fs.renameSync(`${entry}.${process.pid}`, entry);
  forgetOldest(folder);
  return 0;
}

process.exit(main());
