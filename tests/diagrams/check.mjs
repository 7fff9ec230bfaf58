// Reads every .mmd file of a folder with the real mermaid package, and every .d2 file with the real D2:
//   node check.mjs FOLDER-WITH-PACKAGES FOLDER-WITH-TEXTS
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [packages, texts] = process.argv.slice(2);
const entry = (name) => {
  const folder = path.join(packages, 'node_modules', name);
  const said = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const found = said.exports?.['.']?.import ?? said.module ?? said.main;
  return pathToFileURL(path.join(folder, typeof found === 'string' ? found : found.default)).href;
};
// D2 first: where there is a `window`, it takes this for a browser and waits for ever
const { D2 } = await import(entry('@terrastruct/d2'));
const d2 = new D2();
await d2.compile('a');
const { JSDOM } = createRequire(path.join(packages, 'x.js'))('jsdom');
const dom = new JSDOM('<!DOCTYPE html><body></body>');
for (const name of ['window', 'document', 'Option', 'Element']) {
  globalThis[name] = name === 'window' ? dom.window : dom.window[name];
}
const { default: mermaid } = await import(entry('mermaid'));
mermaid.initialize({ startOnLoad: false });
let [fine, wrong] = [0, 0];
for (const name of fs.readdirSync(texts).sort()) {
  const text = fs.readFileSync(path.join(texts, name), 'utf8');
  try {
    if (name.endsWith('.mmd')) await mermaid.parse(text);
    else if (name.endsWith('.d2')) await d2.compile(text, { layout: 'dagre' });
    else continue;
    fine += 1;
  } catch (error) {
    wrong += 1;
    console.log(`${name}: ${String(error?.message ?? error).slice(0, 600)}\n${text}`);
  }
}
console.log(`${fine} read, ${wrong} refused`);
process.exit(wrong === 0 ? 0 : 1);
