// Writes the artifacts that the engine embeds. Run after any change under src/ and commit what it writes.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { artifactsFolder, compile, compilerVersion } from './compile.mjs';

const artifacts = compile();
rmSync(artifactsFolder, { recursive: true, force: true });
mkdirSync(artifactsFolder, { recursive: true });
for (const [name, bytes] of artifacts) writeFileSync(join(artifactsFolder, name), bytes);
console.log(`${artifacts.size} artifacts written by solc ${compilerVersion()}`);
