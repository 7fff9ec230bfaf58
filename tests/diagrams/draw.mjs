// Draws every .mmd file of a folder with the real mermaid package in a real browser, as a site would show it:
//   node draw.mjs FOLDER-WITH-PACKAGES CHROMIUM FOLDER-WITH-TEXTS
// Beside a text may stand what must be read on its picture, letter by letter but for blanks: NAME.mmd.json, a list of texts.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const [packages, executablePath, texts] = process.argv.slice(2);
const here = createRequire(path.join(path.resolve(packages), 'x.js'));
const { chromium } = here('playwright-core');
const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--no-first-run'];
const browser = await chromium.launch({ executablePath, args });
const wrong = [];
let [drawn, file] = [0, ''];

const page = await browser.newPage();
page.on('pageerror', (error) => wrong.push(`${file}: ${error.message}`));
page.on('console', (message) => { if (message.type() === 'error') wrong.push(`${file}: console: ${message.text()}`); });
page.on('request', (request) => { if (/^(https?|ftp):/.test(request.url())) wrong.push(`${file}: loads ${request.url()}`); });
page.on('dialog', (dialog) => { wrong.push(`${file}: a dialog`); dialog.dismiss(); });
await page.setContent('<!doctype html><meta charset="utf-8"><body><div id="here"></div></body>');
await page.addScriptTag({ path: path.join(packages, 'node_modules/mermaid/dist/mermaid.min.js') });
await page.evaluate(() => window.mermaid.initialize({ startOnLoad: false }));

for (const name of fs.readdirSync(texts).filter((name) => name.endsWith('.mmd')).sort()) {
  file = name;
  const text = fs.readFileSync(path.join(texts, name), 'utf8');
  const expected = path.join(texts, `${name}.json`);
  const said = await page.evaluate(async ({ text, number }) => {
    const place = document.getElementById('here');
    // what is drawn: not what only a screen reader says
    const words = (of) => {
      const seen = of.cloneNode(true);
      seen.querySelectorAll('title, desc, style').forEach((e) => e.remove());
      return seen.textContent.replace(/\s/g, '');
    };
    try {
      const { svg } = await window.mermaid.render(`picture-${number}`, text);
      place.innerHTML = svg;
    } catch (error) {
      return { refused: String(error?.message ?? error) };
    }
    const all = [...place.querySelectorAll('*')];
    return {
      harm: [
        ...all.filter((e) => /^(script|iframe|img|image|object|embed|form|input|link|meta|a)$/i.test(e.localName)).map((e) => e.outerHTML.slice(0, 200)),
        ...all.flatMap((e) => [...e.attributes].filter((a) => /^on/i.test(a.name) || (/href$|^src$/i.test(a.name) && !a.value.startsWith('#'))).map((a) => `${a.name}=${a.value.slice(0, 100)}`)),
        ...(window.broken === undefined ? [] : ['a name was run']),
      ],
      words: words(place),
    };
  }, { text, number: drawn });
  drawn += 1;
  if (said.refused) wrong.push(`${name}: refused: ${said.refused.slice(0, 400)}\n${text}`);
  if (said.harm?.length) wrong.push(`${name}: ${said.harm.join('; ')}\n${text}`);
  if (said.words !== undefined && fs.existsSync(expected)) {
    for (const title of JSON.parse(fs.readFileSync(expected, 'utf8'))) {
      if (!said.words.includes(title.replace(/\s/g, ''))) wrong.push(`${name}: “${title}” is not on the picture, which says ${said.words.slice(0, 600)}`);
    }
  }
}
await browser.close();
wrong.forEach((line) => console.log(line));
console.log(`${drawn} drawn, ${wrong.length} wrong`);
process.exit(wrong.length === 0 ? 0 : 1);
