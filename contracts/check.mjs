// Recompiles and compares with the committed artifacts, byte for byte. Ends with counts and exit code 1 on a difference.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { artifactsFolder, compile } from './compile.mjs';

const failures = [];
let passed = 0;

function record(name, problem) {
  if (problem === undefined) passed += 1;
  else failures.push(`not ok - ${name}: ${problem}`);
}

function difference(name, expected) {
  const path = join(artifactsFolder, name);
  if (!existsSync(path)) return 'expected a committed file, found none';
  const found = readFileSync(path);
  if (found.equals(expected)) return undefined;
  return `expected ${expected.length} bytes as compiled, found ${found.length} other bytes`;
}

try {
  const artifacts = compile();
  for (const [name, bytes] of artifacts) record(name, difference(name, bytes));
  for (const name of readdirSync(artifactsFolder).sort())
    if (!artifacts.has(name)) record(name, 'committed, but no source makes it');
} catch (error) {
  record('compile', error.message);
}
for (const line of failures) console.log(line);
console.log(`# pass ${passed}`);
console.log(`# fail ${failures.length}`);
process.exitCode = failures.length === 0 ? 0 : 1;
