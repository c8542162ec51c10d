// Compiles every source under src/ with the pinned compiler and returns the artifacts as bytes, so that building and
// checking share one path: two runs on any machine give the same bytes (no metadata hash, sorted inputs).
import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const solc = require('solc');

export const root = dirname(fileURLToPath(import.meta.url));
export const artifactsFolder = join(root, 'artifacts');

// Contracts that a transaction may deploy also need their creation code.
const DEPLOYABLE = new Set(['OptimismMintableERC20', 'TestToken', 'ValueStore', 'Counter']);

/** Every artifact: file name to bytes, sorted by name. Throws with the compiler's own words on any error or warning. */
export function compile() {
  const output = JSON.parse(solc.compile(JSON.stringify(standardInput()), { import: readImport }));
  const complaints = (output.errors ?? []).filter((e) => e.severity !== 'info');
  if (complaints.length > 0) throw new Error(complaints.map((e) => e.formattedMessage).join('\n'));
  const artifacts = new Map();
  for (const [file, contracts] of Object.entries(output.contracts)) {
    if (!file.startsWith('src/') || file.startsWith('src/libraries/')) continue;
    for (const [name, contract] of Object.entries(contracts)) addArtifacts(artifacts, name, contract);
  }
  return new Map([...artifacts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The compiler's version, for the record beside the artifacts. */
export function compilerVersion() {
  return solc.version();
}

function standardInput() {
  const sources = {};
  for (const file of listSources()) sources[file] = { content: readFileSync(join(root, file), 'utf8') };
  return {
    language: 'Solidity',
    sources,
    settings: {
      optimizer: { enabled: true, runs: 200 },
      evmVersion: 'cancun',
      metadata: { bytecodeHash: 'none', appendCBOR: false },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode'] } },
    },
  };
}

function listSources() {
  return readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.sol'))
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join(posix.sep))
    .sort();
}

function readImport(path) {
  try {
    return { contents: readFileSync(join(root, 'node_modules', path), 'utf8') };
  } catch {
    return { error: `not found: ${path} (run npm ci)` };
  }
}

function addArtifacts(artifacts, name, contract) {
  const runtime = contract.evm.deployedBytecode;
  const abstract = runtime.object.length === 0;
  if (abstract) return;
  const immutables = Object.keys(runtime.immutableReferences ?? {}).length;
  if (immutables > 0) throw new Error(`${name} has immutables: its runtime code cannot be put into a genesis state`);
  put(artifacts, `${name}.bin`, Buffer.from(runtime.object, 'hex'));
  if (DEPLOYABLE.has(name)) put(artifacts, `${name}.init.bin`, Buffer.from(contract.evm.bytecode.object, 'hex'));
  put(artifacts, `${name}.abi.json`, Buffer.from(`${JSON.stringify(contract.abi, withoutCompilerNotes)}\n`));
}

// What the compiler calls a type inside Solidity is of no use to a caller.
function withoutCompilerNotes(key, value) {
  return key === 'internalType' ? undefined : value;
}

function put(artifacts, name, bytes) {
  if (artifacts.has(name)) throw new Error(`two contracts are named ${name}`);
  artifacts.set(name, bytes);
}
