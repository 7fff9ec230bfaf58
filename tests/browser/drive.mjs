// Drives a page of `staunch report` in Chromium: what is clicked lights up, filters filter, findings are walked, links that were sent
// lead there, keyboard and fingers reach everything, nothing is loaded or complained of, axe finds nothing, and it prints. A page
// without a picture is only opened, read and printed.
//
//   node drive.mjs CHROMIUM FOLDER PAGE.html [--shots]
//
// Leaves with 1 and says what did not hold. FOLDER is for what is made on the way.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [executablePath, folder, file, ...rest] = process.argv.slice(2);
const shots = rest.includes('--shots');
const url = pathToFileURL(file).href;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];
const browser = await chromium.launch({ executablePath, args });
const failures = [];
const started = Date.now();
let ran = 0;

async function open(options = {}, hash = '') {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
  // on a busy machine a page may take long: what counts is that it comes
  context.setDefaultTimeout(600_000);
  const page = await context.newPage();
  const wrong = [];
  page.on('console', (message) => { if (message.type() !== 'log') wrong.push(`console: ${message.text()}`); });
  page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
  page.on('request', (request) => { if (request.url().split('#')[0] !== url) wrong.push(`loads ${request.url()}`); });
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', (e) => window.violations.push(`${e.violatedDirective} ${e.blockedURI}`));
  });
  await page.goto(url + hash);
  return { context, page, wrong };
}

// words of tables that are broken in the middle, where no hyphen stands
const brokenWords = (page) => page.evaluate(() => {
  const found = new Set();
  for (const cell of document.querySelectorAll('main tbody tr:nth-child(-n+60) > *, main thead th')) {
    if (!cell.checkVisibility()) continue;
    const all = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let text = all.nextNode(); text; text = all.nextNode()) {
      for (const word of text.data.matchAll(/(?<![^\s(])[A-Za-z]{2,13}(?![^\s,.;:)])/g)) {
        const letters = document.createRange();
        letters.setStart(text, word.index);
        letters.setEnd(text, word.index + word[0].length);
        if (new Set([...letters.getClientRects()].map((r) => Math.round(r.top))).size > 1) found.add(word[0]);
      }
    }
  }
  return [...found];
});

async function test(name, options, hash, body) {
  if (typeof hash === 'function') { body = hash; hash = ''; }
  ran += 1;
  const began = Date.now();
  const { context, page, wrong } = await open(options, hash);
  try {
    await body(page);
    if (options.javaScriptEnabled !== false) {
      wrong.push(...(await page.evaluate(() => window.violations)));
    }
    assert.deepEqual(wrong, []);
    console.log(`ok   ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failures.push(name);
    console.log(`FAIL ${name}\n     ${String(error.message).replace(/\n/g, '\n     ')}`);
  } finally {
    await context.close();
  }
}

const shot = async (page, name, fullPage = false) => {
  if (shots) await page.screenshot({ path: join(folder, `${name}.png`), fullPage, timeout: 120_000 }).catch((e) => console.log(`no picture of ${name}`));
};
const on = (page) => page.$$eval('#picture .on', (all) => all.map((e) => e.id).filter(Boolean));
const box = (page) => page.$eval('#picture', (e) => e.getAttribute('viewBox'));
// a stable flow of the picture, its number in the register
// some of many: the first, the last, and as many between that a long list is gone through in time
const some = (all, most = 25) => all.filter((_, at) => at % Math.ceil(all.length / most) === 0 || at === all.length - 1);
const flow = async (page) => page.$eval('#picture .flow[id]', (e) => ({ id: e.id, from: e.dataset.from, to: e.dataset.to }));

// of the whole page or a part of it; contrast alone where nothing but colours is another
async function accessible(page, { part = 'body', only = false } = {}) {
  // the page's own policy lets nothing in; axe comes in beside it, as an extension would
  const found = await page.evaluate(`(async () => { const module = undefined; const exports = undefined; const define = undefined; ${axe};
    const include = [[${JSON.stringify(part)}]];
    // axe takes the boxes around lines for what stands behind words: the contrast on the picture is measured where it is drawn
    const apart = ${only} ? { violations: [] } : await axe.run(${part === 'body' ? 'document' : '{ include }'}, { resultTypes: ['violations'], rules: { 'color-contrast': { enabled: false } } });
    // what stands before what is looked up anew for each cell, and rows of a table are alike: of a long one some are enough
    const contrast = await axe.run({ include, exclude: [['#picture'], ['#marks'], ['tbody tr:nth-child(n+41)']] }, { resultTypes: ['violations'], runOnly: ['color-contrast'] });
    return [...apart.violations, ...contrast.violations]; })()`);
  assert.deepEqual(found.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 5).map((n) => `${n.html.slice(0, 160)} ${n.failureSummary ?? ''}`).join(' | ')}`), []);
}

// a page without data has no picture, and of the parties alone there are no steps to walk
let pictured = false;
await test('it opens, whole, without a complaint', {}, async (page) => {
  assert.equal(await page.$$eval('h1', (all) => all.length), 1);
  pictured = (await page.$$('#picture')).length > 0;
  assert.equal(await page.isVisible('#tools'), pictured);
  if (pictured) {
    assert.ok(await page.isVisible('#picture'));
    assert.ok(!(await page.isVisible('#panel')));
  }
  assert.equal(await page.evaluate(() => window.broken), undefined, 'a name was run');
  await shot(page, 'desktop');
});
// nothing can be driven on a page whose script has stopped: each click would be waited for in vain
if (failures.length) {
  await browser.close();
  console.log('the page does not open as it should: nothing else was driven');
  process.exit(1);
}
const onPicture = async (...all) => { if (pictured) await test(...all); };

await test('the head leads to what it names', {}, async (page) => {
  const counts = await page.$$eval('.tally td a', (all) => all.map((a) => [decodeURIComponent(a.hash.slice(1)), a.textContent, a.getAttribute('aria-label')]));
  for (const [to, number, words] of counts) {
    assert.ok(await page.locator(`[id="${to}"]`).isVisible(), to);
    assert.ok(words.startsWith(`${number}, `), words);
    const told = await page.$eval(`[id="${to}"]`, (e) => Number((e.querySelector('.count') ?? e).textContent.match(/\d+/)[0]));
    assert.ok(/:(promises|rules)$/.test(to) ? told === Number(number) : told >= Number(number), `${to}: ${number}, ${told}`);
  }
  const links = page.locator('.begin a');
  for (let at = 0; at < Math.min(3, await links.count()); at += 1) {
    const to = decodeURIComponent((await links.nth(at).getAttribute('href')).slice(1));
    await links.nth(at).click();
    assert.ok(await page.locator(`[id="${to}"]`).isVisible(), to);
    if (to.startsWith('finding:')) assert.ok(await page.$eval(`[id="${to}"]`, (e) => e.open), 'it is unfolded');
  }
});

await test('every id is there once, and whatever is referred to is there', {}, async (page) => {
  const wrong = await page.evaluate(() => {
    const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
    const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
    const dead = [...document.querySelectorAll('a[href^="#"]')].map((a) => decodeURIComponent(a.hash.slice(1))).filter((id) => !document.getElementById(id));
    const shown = [...document.querySelectorAll('[data-show]')].flatMap((a) => a.dataset.show.split(' ')).filter((id) => !document.getElementById(id));
    return { twice, dead, shown };
  });
  assert.deepEqual(wrong, { twice: [], dead: [], shown: [] });
});

// what leads to a thing and on from it, worked out again
const reached = (page, ids) => page.evaluate((ids) => {
  const { lines } = JSON.parse(document.getElementById('data').textContent);
  const all = new Set(ids);
  for (const [here, there] of [[1, 2], [2, 1]]) {
    const seen = new Set(ids);
    for (let before = -1; before !== seen.size;) {
      before = seen.size;
      for (const line of lines) if (seen.has(line[here])) { seen.add(line[there]); seen.add(line[0]); }
    }
    seen.forEach((id) => all.add(id));
  }
  return [...all];
}, ids);

await onPicture('a click on a box lights up what leads to it and on', {}, async (page) => {
  const one = await flow(page);
  await page.click(`[id="${one.from}"]`);
  const lit = await on(page);
  const expected = await reached(page, [one.from]);
  assert.deepEqual(expected.filter((id) => !lit.includes(id)), [], 'all that is reached is lit');
  const nodes = await page.$$eval('#picture .node[id]', (all) => all.map((e) => e.id));
  assert.deepEqual(nodes.filter((id) => lit.includes(id) && !expected.includes(id)), [], 'nothing else is');
  for (const id of nodes) {
    const dim = await page.$eval(`[id="${id}"]`, (e) => Number(getComputedStyle(e).opacity) < 0.5 || e.getAnimations().length > 0);
    assert.equal(dim, !lit.includes(id), `${id} is seen as it is`);
  }
  assert.ok(lit.includes(one.from) && lit.includes(one.to) && lit.includes(one.id), String(lit));
  assert.equal(await page.getAttribute(`[id="${one.from}"]`, 'aria-pressed'), 'true');
  assert.ok(await page.isVisible('#panel'));
  assert.match(await page.textContent('#say'), /Leads on: (flow|\d+ lines of the picture)/);
  assert.ok((await page.$$('#told a')).length > 0, 'the panel leads to the tables');
  assert.ok((await page.$$('tr.on')).length > 0, 'rows are marked');
  assert.equal(decodeURIComponent(new URL(page.url()).hash), `#${one.from}`);
  await shot(page, 'chosen');
  await page.click('#clear');
  assert.deepEqual(await on(page), []);
  assert.ok(!(await page.isVisible('#panel')));
});

await onPicture('a click on a number, and on a party', {}, async (page) => {
  const one = await flow(page);
  await page.locator(`.number[data-for="${one.id}"] text`).first().click();
  assert.ok((await on(page)).includes(one.id));
  assert.equal(await page.getAttribute(`[id="${one.id}"]`, 'aria-pressed'), 'true');
  // parties are lanes, or boxes where they are all that fits
  if (!(await page.locator('#picture .lane').count())) {
    assert.ok((await page.$$('#picture .node[id^="party-"]')).length > 0, 'parties are boxes');
    return;
  }
  await page.click('#picture .lane text');
  assert.ok(!(await page.isVisible('#another')), 'no finding is walked');
  const holds = await page.evaluate(() => {
    const { within } = JSON.parse(document.getElementById('data').textContent);
    const boxes = within[document.querySelector('#picture .lane[aria-pressed="true"]').id] ?? [];
    const rows = new Set([...document.querySelectorAll('#copies a.show')].filter((a) => a.dataset.show.split(' ').some((id) => boxes.includes(id))).map((a) => a.closest('tr').id));
    return { rows: [...rows], marked: [...document.querySelectorAll('#copies tr.on')].map((row) => row.id) };
  });
  assert.deepEqual(holds.marked, holds.rows, 'the rows of what a party has are marked');
  assert.equal(await page.$$eval('#told a[href^="#row:copy:"]', (all) => all.length), Math.min(12, holds.rows.length));
  const lit = await on(page);
  assert.ok(lit.some((id) => id.startsWith('lane-')) && lit.some((id) => id.startsWith('copy-')), String(lit));
});

await onPicture('a row of the register leads to the picture and back', {}, async (page) => {
  const link = page.locator('#flows a.show').first();
  const shown = (await link.getAttribute('data-show')).split(' ');
  await link.click();
  const lit = await on(page);
  assert.ok(shown.every((id) => lit.includes(id)), String(lit));
  const back = page.locator('#told a').first();
  await back.click();
  assert.match(decodeURIComponent(new URL(page.url()).hash), /^#row:/);
});

await onPicture('filters take rows and boxes away and give them back', {}, async (page) => {
  const rows = () => page.$$eval('#flows tbody tr', (all) => all.filter((r) => !r.hidden).length);
  const out = () => page.$$eval('#picture .out', (all) => all.length);
  const all = await rows();
  for (const key of ['p', 'c', 'a']) {
    const select = page.locator(`select[data-filter="${key}"]`);
    if (!(await select.count())) continue;
    const values = some(await select.locator('option').evaluateAll((o) => o.map((e) => e.value).filter(Boolean)));
    const [counts, outs] = [[], []];
    for (const value of values) {
      await select.selectOption(value);
      counts.push(await rows());
      outs.push(await out());
    }
    // where there are hardly any flows, all may stay
    if (all > 3) assert.ok(Math.min(...counts) < all, `${key}: ${counts}`);
    assert.ok(Math.max(...outs) > 0, `${key}: ${outs}`);
    assert.match(await page.textContent('#shown'), /^Shown: \d+ of \d+ flows/);
    await shot(page, `filter-${key}`);
    await page.click('#all');
    assert.equal(await rows(), all);
    assert.equal(await out(), 0);
  }
  const boxes = page.locator('input[data-filter="l"]');
  for (let at = 0; at < (await boxes.count()); at += 1) {
    await boxes.nth(at).uncheck();
    assert.ok((await out()) > 0);
    await page.click('#all');
    assert.ok(await boxes.nth(at).isChecked());
  }
});

await onPicture('filters leave the findings that have to do with what is chosen', {}, async (page) => {
  const told = () => page.$$eval('details.finding', (all) => all.filter((f) => !f.hidden).map((f) => f.id));
  const select = page.locator('select[data-filter="p"]');
  const before = await told();
  if (!(await select.count()) || !before.length) return;
  const values = some(await select.locator('option').evaluateAll((o) => o.map((e) => e.value).filter(Boolean)));
  const offered = () => page.$$eval('#pick option', (all) => all.filter((o) => o.value && !o.disabled).map((o) => o.value));
  const all = await offered();
  for (const value of values) {
    await select.selectOption(value);
    const left = await told();
    assert.deepEqual(await offered(), all.filter((id) => left.includes(id)), 'none is offered to be walked that is not shown');
    const expected = await page.evaluate((party) => {
      const { walks, ids, things } = JSON.parse(document.getElementById('data').textContent);
      return [...document.querySelectorAll('details.finding')].map((f) => f.id).filter((id) => {
        const way = (walks[id]?.way ?? []).map((n) => ids[n]).filter((part) => things[part] && document.querySelector(`#picture [id="${part}"]`));
        return !way.length || way.some((part) => things[part].p.includes(party));
      });
    }, Number(value));
    assert.deepEqual(left, expected, `party ${value}`);
    assert.match(await page.textContent('#shown'), new RegExp(`\\b${left.length} of ${before.length} findings`));
  }
  // a link leads to what was filtered out, too
  await page.evaluate(() => { document.querySelectorAll('details.finding').forEach((f) => { f.hidden = true; }); });
  await page.evaluate((id) => { location.hash = `#${encodeURIComponent(id)}`; }, before[0]);
  await page.waitForFunction((id) => !document.getElementById(id).hidden, before[0]);
  await page.click('#all');
  assert.deepEqual(await told(), before);
});

let step = null;
await onPicture('a finding is walked step by step beside its source', {}, async (page) => {
  // one whose steps are on the picture
  const id = await page.evaluate(() => {
    const { walks } = JSON.parse(document.getElementById('data').textContent);
    return [...document.querySelectorAll('a[data-walk]')].map((a) => a.dataset.walk).find((f) => walks[f].steps.some((s) => s.length));
  });
  if (!id) return;
  await page.evaluate((f) => { document.getElementById(f).open = true; }, id);
  await page.click(`a[data-walk="${id}"]`);
  assert.match(await page.textContent('#say'), /Step 1 of \d+/);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'panel:title');
  const steps = Number((await page.textContent('#say')).match(/of (\d+)/)[1]);
  const seen = new Set();
  let rings = 0;
  for (let at = 1; at <= steps; at += 1) {
    assert.match(await page.textContent('#say'), new RegExp(`Step ${at} of ${steps}`));
    seen.add(await page.textContent('#say'));
    rings += await page.$$eval('#picture .ring', (all) => all.length);
    const now = await page.getAttribute('.steps li.now', 'id');
    assert.equal(decodeURIComponent(new URL(page.url()).hash), `#${now}`);
    assert.equal(await page.getAttribute('.steps li.now', 'aria-current'), 'step');
    if (at === Math.min(3, steps)) { step = now; await shot(page, 'walk'); }
    assert.ok((await page.textContent('#told pre')).trim().length > 0, 'source lines stand beside the step');
    const codes = (within) => page.$$eval(within, (all) => all.map((e) => e.textContent));
    const said = await codes('#say .step + p code');
    assert.deepEqual(said, await codes('.steps li.now > p code'), 'names are told as names');
    if (at < steps) await page.click('#next');
  }
  assert.equal(seen.size, steps);
  assert.ok(rings > 0, 'some steps are on the picture');
  assert.ok(await page.isDisabled('#next'));
  await shot(page, 'walk-end');
  await page.click('#previous');
  assert.ok(!(await page.isDisabled('#next')));
  await page.keyboard.press('Escape');
  assert.ok(!(await page.isVisible('#panel')));
  assert.equal(await page.$$eval('.steps .now', (all) => all.length), 0);
  const options = await page.$$eval('#pick option', (all) => all.map((o) => o.value));
  await page.selectOption('#pick', options.at(-1));
  assert.match(await page.textContent('#say'), /Step 1/);
  assert.ok(!(await page.isVisible('#another')), 'none comes after the last');
  if (options.length < 3) return;
  await page.selectOption('#pick', options[1]);
  await page.click('#another');
  assert.equal(await page.$eval('#pick', (e) => e.value), options[2]);
  assert.match(await page.textContent('#say'), /Step 1/);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'panel:title');
});

await onPicture('where the picture is near its words can be read, and parties are named', {}, async (page) => {
  const size = () => page.$eval('#picture', (e) => e.getScreenCTM().a);
  const before = [await size(), await box(page)];
  // lanes whose name is cut or out of sight have a mark that lies in them; the others have none
  const named = () => page.evaluate(() => {
    const paper = document.getElementById('picture').getBoundingClientRect();
    return [...document.querySelectorAll('#picture .lane[id]')].map((lane) => {
      const name = lane.querySelector('text').getBoundingClientRect(), band = lane.querySelector('path').getBoundingClientRect();
      const tag = document.querySelector(`#names [data-lane="${lane.id}"]`), at = tag.getBoundingClientRect();
      const out = Math.min(name.left - paper.left, name.top - paper.top, paper.bottom - name.bottom);
      const high = Math.min(band.bottom, paper.bottom) - Math.max(band.top, paper.top);
      return {
        id: lane.id, shown: !tag.hidden, words: tag.textContent === lane.querySelector('title').textContent,
        in: at.top >= Math.max(band.top, paper.top) - 1 && at.bottom <= Math.min(band.bottom, paper.bottom) + 2,
        // at the very edge either is right
        wanted: Math.abs(out) < 2 || Math.abs(high - 28) < 2 ? null : out < 0 && high > 28,
      };
    });
  });
  const right = async () => {
    const all = await named();
    assert.deepEqual(all.filter((one) => one.wanted !== null && one.shown !== one.wanted), []);
    assert.deepEqual(all.filter((one) => one.shown && !(one.in && one.words)), []);
    return all.filter((one) => one.shown).length;
  };
  assert.equal(await page.$$eval('#names span:not([hidden])', (all) => all.length), 0, 'the whole picture needs no names');
  await page.click('#actual');
  const now = await size();
  if (before[0] >= 1) assert.equal(await box(page), before[1], 'what is that large stays as it is');
  else assert.ok(Math.abs(now - 1) < 0.02, String(now));
  await right();
  await page.focus('#picture [tabindex="0"]');
  await page.keyboard.press('1');
  let seen = 0;
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowRight', 'ArrowDown']) {
    await page.keyboard.press(`Shift+${key}`);
    seen += await right();
  }
  if (before[0] < 0.5 && (await page.$$('#picture .lane')).length) assert.ok(seen > 0, 'some names are out of sight');
  await page.keyboard.press('0');
  assert.equal(await box(page), before[1]);
  assert.equal(await page.$$eval('#names span:not([hidden])', (all) => all.length), 0);
});

await test('nothing in tables is broken in the middle', {}, async (page) => {
  await page.$$eval('details', (all) => all.forEach((d) => { d.open = true; }));
  assert.deepEqual(await brokenWords(page), []);
  const apart = await page.$$eval('td > .level', (all) => all.filter((badge) => {
    const word = document.createRange();
    word.setStart(badge.nextSibling, 1);
    word.setEnd(badge.nextSibling, 3);
    return word.getBoundingClientRect().top > badge.getBoundingClientRect().bottom;
  }).map((badge) => badge.nextSibling.data));
  assert.deepEqual(apart, [], 'a letter stands before its word');
  const broken = await page.$$eval('td > a.at', (all) => all.filter((a) => a.textContent.length < 30 && a.offsetParent && (() => {
    const words = document.createRange();
    words.selectNodeContents(a);
    return new Set([...words.getClientRects()].map((r) => Math.round(r.top))).size > 1;
  })()).map((a) => a.textContent));
  assert.deepEqual(broken, []);
});

await onPicture('a finding is walked without a mouse', {}, async (page) => {
  const link = page.locator('a[data-walk]:visible').first();
  if (!(await link.count())) return;
  await link.focus();
  await page.keyboard.press('Enter');
  assert.match(await page.textContent('#say'), /Step 1 of \d+/);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'panel:title');
  const steps = Number((await page.textContent('#say')).match(/of (\d+)/)[1]);
  for (let at = 2; at <= steps; at += 1) {
    // the next button is found by Tab alone
    for (let tabs = 0; tabs < 4 && (await page.evaluate(() => document.activeElement.id)) !== 'next'; tabs += 1) await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'next');
    await page.keyboard.press(at % 2 ? 'Space' : 'Enter');
    assert.match(await page.textContent('#say'), new RegExp(`Step ${at} of ${steps}`));
  }
  if (steps > 1) assert.equal(await page.evaluate(() => document.activeElement.id), 'previous', 'the focus is not lost at the end');
  await page.keyboard.press('Escape');
  assert.ok(!(await page.isVisible('#panel')));
  assert.ok(await page.evaluate(() => document.activeElement.closest('#picture') !== null), 'the focus goes back to the picture');
});

if (step) {
  await test('a link to a step leads to the step', {}, `#${encodeURIComponent(step)}`, async (page) => {
    const number = step.match(/\d+$/)[0];
    assert.match(await page.textContent('#say'), new RegExp(`Step ${number} of`));
    assert.equal(await page.getAttribute('.steps li.now', 'id'), step);
    // what is not there does no harm
    await page.evaluate(() => { location.hash = '#finding:__proto__:1:step:1'; });
    await page.evaluate(() => { location.hash = '#constructor'; });
    await page.evaluate(() => { location.hash = '#%E0%A4%A'; });
    await page.waitForTimeout(50);
  });
  await test('without its script a link to a step leads there too', { javaScriptEnabled: false }, `#${step}`, async (page) => {
    assert.ok(await page.locator(`[id="${step}"]`).isVisible());
    assert.ok(await page.isVisible('#picture'));
    assert.ok(await page.isVisible('#flows'));
    assert.ok(!(await page.isVisible('#tools')));
    assert.ok(!(await page.isVisible('#panel')));
    assert.equal(await page.locator('a[data-walk]:visible').count(), 0);
    await shot(page, 'no-script');
  });
}

await onPicture('a link to a box lights it up', {}, async (page) => {
  const one = await flow(page);
  await page.evaluate((id) => { location.hash = `#${id}`; }, one.to);
  await page.waitForFunction(() => document.querySelector('#picture .on'));
  assert.ok((await on(page)).includes(one.to));
});

await onPicture('the keyboard goes through the picture', {}, async (page) => {
  assert.equal(await page.$$eval('#picture [tabindex="0"]', (all) => all.length), 1, 'one stop for the whole picture');
  await page.focus('#shown ~ *, #all');
  await page.focus('#picture [tabindex="0"]');
  const here = () => page.evaluate(() => document.activeElement.id);
  const first = await here();
  await page.keyboard.press('End');
  const last = await here();
  assert.notEqual(first, last);
  await page.keyboard.press('Home');
  assert.equal(await here(), first);
  const visited = new Set([first]);
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowLeft', 'ArrowUp', 'ArrowRight']) {
    await page.keyboard.press(key);
    visited.add(await here());
  }
  assert.ok(visited.size >= 3, [...visited].join(' '));
  assert.equal(await page.$$eval('#picture [tabindex="0"]', (all) => all.length), 1);
  assert.equal(await page.$$eval('#picture .focus', (all) => all.length), 1, 'the focus is seen');
  await page.keyboard.press('Enter');
  assert.ok((await on(page)).includes(await here()));
  await shot(page, 'keyboard');
  await page.keyboard.press('Escape');
  assert.deepEqual(await on(page), []);
  const before = await box(page);
  await page.keyboard.press('+');
  const near = await box(page);
  assert.notEqual(near, before);
  await page.keyboard.press('Shift+ArrowRight');
  assert.notEqual(await box(page), near);
  await page.keyboard.press('0');
  assert.equal(await box(page), before);
});

await onPicture('everything of the picture has a name for those who hear it', {}, async (page) => {
  const nameless = await page.$$eval('#picture [role="button"]', (all) => all.filter((e) => !e.getAttribute('aria-label')).map((e) => e.id));
  assert.deepEqual(nameless, []);
  assert.ok((await page.$$('#picture [role="button"]')).length > 3);
});

await onPicture('the mouse moves and zooms the picture', {}, async (page) => {
  await page.locator('#picture').scrollIntoViewIfNeeded();
  const at = await page.locator('#picture').boundingBox();
  const before = await box(page);
  await page.mouse.move(at.x + at.width / 2, at.y + at.height / 2);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -400);
  await page.keyboard.up('Control');
  await page.waitForFunction((old) => document.querySelector('#picture').getAttribute('viewBox') !== old, before);
  const near = await box(page);
  await page.mouse.down();
  await page.mouse.move(at.x + at.width / 2 + 90, at.y + at.height / 2 + 40, { steps: 4 });
  await page.mouse.up();
  assert.notEqual(await box(page), near);
  assert.deepEqual(await on(page), [], 'dragging chooses nothing');
  await page.click('#whole');
  assert.equal(await box(page), before);
  await page.click('#in');
  assert.notEqual(await box(page), before);
});

await onPicture('two fingers make the picture larger', { viewport: { width: 390, height: 800 }, isMobile: true, hasTouch: true }, async (page) => {
  await page.locator('#picture').scrollIntoViewIfNeeded();
  const before = await box(page);
  const at = await page.locator('#picture').boundingBox();
  const [x, y] = [at.x + at.width / 2, at.y + at.height / 2];
  const client = await page.context().newCDPSession(page);
  const touch = (type, apart) => client.send('Input.dispatchTouchEvent', {
    type, touchPoints: type === 'touchEnd' ? [] : [{ x: x - apart, y, id: 0 }, { x: x + apart, y, id: 1 }],
  });
  await touch('touchStart', 20);
  for (const apart of [40, 60, 80]) await touch('touchMove', apart);
  await touch('touchEnd', 0);
  await page.waitForFunction((old) => Number(document.querySelector('#picture').getAttribute('viewBox').split(' ')[2]) < Number(old.split(' ')[2]) * 0.9, before);
  assert.deepEqual(await on(page), [], 'nothing is chosen on the way');
  await page.locator('#whole').tap();
  assert.equal(await box(page), before);
});

for (const colorScheme of ['light', 'dark']) {
  await test(`axe finds nothing, ${colorScheme}`, { colorScheme, reducedMotion: 'reduce' }, async (page) => {
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0));
    assert.equal(ground > 380, colorScheme === 'light', `the ground is ${ground}`);
    const only = colorScheme === 'dark';
    await accessible(page, { only });
    const walk = page.locator('a[data-walk]:visible').first();
    if (await walk.count()) {
      await walk.click();
      if (await page.isEnabled('#next')) await page.click('#next');
      // what a picture that is near cuts off is no longer written on its boxes, as axe reads them
      await page.click('#whole');
      await accessible(page, { part: '[id="part:picture"]', only });
    }
    await page.$$eval('details', (all) => all.forEach((d) => { d.open = true; }));
    await accessible(page, { only });
    await shot(page, colorScheme);
    if (colorScheme === 'dark') {
      await page.evaluate(() => document.querySelector('article.rule')?.scrollIntoView());
      await shot(page, 'dark-findings');
    }
  });
}

await test('on a narrow screen nothing runs out', { viewport: { width: 390, height: 800 }, isMobile: true, hasTouch: true }, async (page) => {
  const wide = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(wide[0] <= 390, String(wide));
  // tables scroll in themselves: none is squeezed until words break
  assert.deepEqual(await brokenWords(page), []);
  const squeezed = await page.$$eval('.scroll table[id]', (all) => all.filter((t) => t.offsetParent && t.querySelectorAll('thead th').length > 3 && t.offsetWidth < 640).map((t) => t.id));
  assert.deepEqual(squeezed, []);
  await shot(page, 'narrow');
  await page.evaluate(() => document.querySelector('article.rule')?.scrollIntoView());
  await shot(page, 'narrow-findings');
  await accessible(page);
});

await test('it prints, whole', {}, async (page) => {
  if (pictured) {
    const whole = await box(page);
    await page.click('#in');
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    assert.equal(await box(page), whole, 'paper shows the whole picture');
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    assert.notEqual(await box(page), whole);
  }
  if (await page.locator('#unfold').count()) {
    if ((await page.textContent('#unfold')).startsWith('Unfold')) await page.click('#unfold');
    assert.equal(await page.$$eval('details.finding:not([open])', (all) => all.length), 0);
    assert.match(await page.textContent('#unfold'), /^Fold/);
    await page.click('#unfold');
    assert.equal(await page.$$eval('details.finding[open]', (all) => all.length), 0);
  }
  const path = join(folder, 'printed.pdf');
  await page.pdf({ path, preferCSSPageSize: true });
  assert.ok(statSync(path).size > 20_000);
  await page.emulateMedia({ media: 'print' });
  // as wide as A4 on its side between the margins
  await page.setViewportSize({ width: 1016, height: 688 });
  assert.deepEqual(await brokenWords(page), []);
  assert.ok(!(await page.isVisible('#tools')) && !(await page.isVisible('nav')));
  if (!pictured) return;
  assert.ok(await page.isVisible('#picture'));
  if (await page.locator('#flows').count()) assert.ok(await page.isVisible('#flows'));
});

await browser.close();
console.log(`${ran} tests, ${failures.length} failed, ${Math.round((Date.now() - started) / 1000)} s`);
process.exitCode = failures.length ? 1 : 0;
