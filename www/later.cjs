// Called by Trunk after a build: what is split off the page's code (src/panels/later.rs) comes later, though Trunk has
// the document ask for all that lies in `snippets`.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const document = path.join(process.env.TRUNK_STAGING_DIR, 'index.html');
const text = fs.readFileSync(document, 'utf8');
const asks = /<link\b[^>]*\bsnippets\/split_[^>]*>/g;
if (!asks.test(text)) throw new Error('expected the document to ask for what is split off, found no such link');
fs.writeFileSync(document, text.replaceAll(asks, ''));
