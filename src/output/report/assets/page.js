
(function () {
  'use strict';
  var byId = function (id) { return document.getElementById(id); };
  var all = function (selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); };
  var make = function (name, text, kind) {
    var element = document.createElement(name);
    if (text) { element.textContent = text; }
    if (kind) { element.className = kind; }
    return element;
  };
  // the same words, with what is code in them as code
  var copied = function (name, before, from) {
    var element = make(name, before);
    Array.prototype.forEach.call(from.childNodes, function (node) { element.appendChild(node.cloneNode(true)); });
    return element;
  };
  var data = JSON.parse(byId('data').textContent);
  Object.keys(data.walks).forEach(function (id) {
    var names = function (numbers) { return numbers.map(function (n) { return data.ids[n]; }); };
    data.walks[id] = { way: names(data.walks[id].way), steps: data.walks[id].steps.map(names) };
  });
  var own = function (table, key) { return Object.prototype.hasOwnProperty.call(table, key) ? table[key] : undefined; };
  var root = document.documentElement;
  root.classList.add('script');

  // a link leads to what is folded away or filtered out, too
  function unfold(element) {
    for (var at = element; at; at = at.parentElement) {
      if (at.tagName === 'DETAILS') { at.open = true; }
      if (at.matches('tr, article, details')) { at.hidden = false; }
    }
  }
  function decoded(hash) {
    try { return decodeURIComponent(hash.slice(1)); } catch (_) { return hash.slice(1); }
  }

  if (byId('unfold')) {
    var folded = function () { return all('details.finding, details.more').some(function (d) { return !d.open; }); };
    var named = function () { byId('unfold').textContent = folded() ? 'Unfold all findings' : 'Fold all findings'; };
    byId('unfold').addEventListener('click', function () {
      var open = folded();
      all('details.finding, details.more').forEach(function (d) { d.open = open; });
      named();
    });
    // a fold that opens says so to itself alone
    document.addEventListener('toggle', named, true);
    named();
  }

  var svg = byId('picture');
  if (!svg) {
    var only = function () { var to = byId(decoded(location.hash)); if (to) { unfold(to); to.scrollIntoView(); } };
    window.addEventListener('hashchange', only);
    if (location.hash) { only(); }
    return;
  }
  byId('tools').hidden = false;

  var NS = 'http://www.w3.org/2000/svg';
  var panel = byId('panel'), title = byId('panel:title'), say = byId('say'), told = byId('told');
  var next = byId('next'), previous = byId('previous'), another = byId('another'), copy = byId('copy'), pick = byId('pick');

  // paper shows the whole picture
  var seen = null;
  window.addEventListener('beforeprint', function () { seen = view.slice(); whole(); });
  window.addEventListener('afterprint', function () { if (seen) { view = seen; show(); } });

  // ---- what is on the picture

  var lines = {}, ends = {}, starts = {};
  data.lines.forEach(function (line) {
    lines[line[0]] = { from: line[1], to: line[2] };
    (starts[line[1]] = starts[line[1]] || []).push(line[0]);
    (ends[line[2]] = ends[line[2]] || []).push(line[0]);
  });
  var badges = {};
  all('.number[data-for]', svg).forEach(function (badge) { badges[badge.getAttribute('data-for')] = badge; });
  all('.node, .flow, .inner, .number', svg).forEach(function (part) { part.classList.add('can-dim'); });

  // lines that lie on one another are drawn once: whoever lights one of them up lights the one that is drawn
  var drawn = {};
  data.lines.forEach(function (line) {
    var element = byId(line[0]);
    if (element && element.querySelectorAll('path').length > 1) { drawn[line[1] + '>' + line[2]] = drawn[line[1] + '>' + line[2]] || line[0]; }
  });
  function carrier(id) {
    var line = lines[id], element = byId(id);
    if (!line || !element || element.querySelectorAll('path').length > 1) { return id; }
    return drawn[line.from + '>' + line.to] || id;
  }

  // the parts that can be chosen, with their names
  var parts = [];
  all('.lane[id], .frame[id], .node[id], .flow[id]', svg).forEach(function (part) {
    var name = part.querySelector('title');
    name = name ? name.textContent : part.id;
    var about = part.querySelector('desc');
    about = about ? about.textContent : '';
    var badge = badges[part.id];
    part.setAttribute('role', 'button');
    part.setAttribute('tabindex', '-1');
    part.setAttribute('aria-pressed', 'false');
    if (lines[part.id]) { name = about.split('. ')[0] || name; }
    // whoever speaks to the page says what is written there; whoever hears it is told what the letter means
    var written = all('text', part).map(function (text) { return text.textContent; }).join(' ');
    part.setAttribute('aria-label', written ? written + '. ' + (about.split('. ')[0] || name) : name);
    if (lines[part.id]) {
      // a thin line is hard to hit
      var way = part.querySelector('path');
      if (way && part.querySelectorAll('path').length > 1) {
        var hit = document.createElementNS(NS, 'path');
        hit.setAttribute('d', way.getAttribute('d'));
        hit.setAttribute('class', 'hit');
        part.appendChild(hit);
      }
    }
    parts.push({ id: part.id, element: part, name: name, about: about, badge: badge });
  });
  var known = {};
  parts.forEach(function (part) { known[part.id] = part; });
  if (parts.length) { parts[0].element.setAttribute('tabindex', '0'); }

  // rows of tables by what they are on the picture
  var rows = {};
  all('a.show[data-show]').forEach(function (link) {
    link.getAttribute('data-show').split(' ').forEach(function (id) {
      (rows[id] = rows[id] || []).push(link);
    });
  });

  // ---- the part of the picture that is seen

  var base = svg.getAttribute('viewBox').split(' ').map(Number);
  var view = base.slice();
  function room() {
    var box = svg.getBoundingClientRect();
    return { w: box.width || 1, h: box.height || 1, x: box.left, y: box.top };
  }
  // as high as the whole needs, and as the window has room for; where windows are narrow, what is near gets more of it
  function fit() {
    var narrow = window.innerWidth <= 1024, high = Math.min(window.innerHeight * (narrow ? 0.6 : 0.76), 900);
    var whole = byId('stage').clientWidth * base[3] / base[2];
    var close = svg.classList.contains('near') ? window.innerHeight * 0.45 : 0;
    svg.style.height = Math.round(Math.max(160, Math.min(high, Math.max(whole, close)))) + 'px';
  }
  function enlarge(on) {
    if (svg.classList.contains('near') !== on) {
      svg.classList.toggle('near', on);
      fit();
    }
  }
  function show() {
    enlarge(view[2] < base[2] * 0.98);
    svg.setAttribute('viewBox', view.map(function (n) { return Math.round(n * 100) / 100; }).join(' '));
    label();
  }
  window.addEventListener('resize', function () { fit(); label(); });
  function whole() { view = base.slice(); show(); }
  // units of the picture in one pixel, as the browser fits it in
  function unit(r) { r = r || room(); return Math.max(view[2] / r.w, view[3] / r.h); }

  // whose lane it is, where the name is cut or out of sight
  var lanes = all('.lane[id]', svg).map(function (lane) {
    var name = lane.querySelector('title'), tag = make('span', name ? name.textContent : '');
    tag.setAttribute('data-lane', lane.id);
    tag.hidden = true;
    byId('names').appendChild(tag);
    return { lane: lane, name: lane.querySelector('text'), tag: tag };
  });
  function label() {
    var size = room(), u = unit(size);
    // the room has another shape than what was asked for: more is seen than that
    var left = view[0] + view[2] / 2 - size.w * u / 2, top = view[1] + view[3] / 2 - size.h * u / 2;
    lanes.forEach(function (one) {
      one.tag.hidden = true;
      if (!one.name) { return; }
      one.box = one.box || one.lane.getBBox();
      one.at = one.at || one.name.getBBox();
      var seen = one.at.x >= left && one.at.y >= top && one.at.y + one.at.height <= top + size.h * u;
      var from = Math.max(0, (one.box.y - top) / u), to = Math.min(size.h, (one.box.y + one.box.height - top) / u);
      if (seen || to - from < 28) { return; }
      one.tag.hidden = false;
      one.tag.style.top = Math.round(from + 4) + 'px';
    });
  }
  fit();
  function zoom(by, x, y) {
    var size = Math.min(base[2] * 1.2, Math.max(120, view[2] * by));
    by = size / view[2];
    x = x === undefined ? view[0] + view[2] / 2 : x;
    y = y === undefined ? view[1] + view[3] / 2 : y;
    view = [x - (x - view[0]) * by, y - (y - view[1]) * by, view[2] * by, view[3] * by];
    keep();
    show();
  }
  function move(dx, dy) { view[0] += dx; view[1] += dy; keep(); show(); }
  // some of the picture stays in sight
  function keep() {
    view[0] = Math.min(base[0] + base[2] - view[2] * 0.2, Math.max(base[0] - view[2] * 0.8, view[0]));
    view[1] = Math.min(base[1] + base[3] - view[3] * 0.2, Math.max(base[1] - view[3] * 0.8, view[1]));
  }
  function at(event) {
    var matrix = svg.getScreenCTM();
    if (!matrix) { return { x: view[0], y: view[1] }; }
    var point = svg.createSVGPoint();
    point.x = event.clientX;
    point.y = event.clientY;
    return point.matrixTransform(matrix.inverse());
  }
  function boxOf(id) {
    var part = known[id];
    var element = part && part.badge ? part.badge : byId(id);
    if (!element) { return null; }
    var box = element.getBBox();
    if (box.width || box.height || box.x || box.y) { return box; }
    return byId(carrier(id)).getBBox();
  }
  function around(ids, whole) {
    var box = null;
    ids.forEach(function (id) {
      var one = whole ? (byId(carrier(id)) ? byId(carrier(id)).getBBox() : null) : boxOf(id);
      if (!one || !(one.width || one.height)) { return; }
      if (!box) { box = { x: one.x, y: one.y, r: one.x + one.width, b: one.y + one.height }; return; }
      box.x = Math.min(box.x, one.x);
      box.y = Math.min(box.y, one.y);
      box.r = Math.max(box.r, one.x + one.width);
      box.b = Math.max(box.b, one.y + one.height);
    });
    return box;
  }
  // moves the picture only where something is out of sight
  function reveal(box) {
    if (!box) { return; }
    var w = box.r - box.x, h = box.b - box.y;
    if (w > view[2] || h > view[3]) {
      var by = Math.max(w / view[2], h / view[3]) * 1.15;
      view = [box.x + w / 2 - view[2] * by / 2, box.y + h / 2 - view[3] * by / 2, view[2] * by, view[3] * by];
      if (view[2] > base[2]) { view = base.slice(); }
    } else if (box.x < view[0] || box.r > view[0] + view[2] || box.y < view[1] || box.b > view[1] + view[3]) {
      view[0] = box.x + w / 2 - view[2] / 2;
      view[1] = box.y + h / 2 - view[3] / 2;
    }
    show();
  }
  // so near that what stands there can be read, unless the whole was asked for
  function approach(box) {
    if (!box) { return; }
    var size = room(), by = 1.3;
    if (near && unit() > by) {
      enlarge(true);
      size = room();
      var w = size.w * by, h = size.h * by;
      view = [(box.x + box.r) / 2 - w / 2, (box.y + box.b) / 2 - h / 2, w, h];
      view[0] = Math.max(base[0], Math.min(view[0], base[0] + base[2] - w));
      view[1] = Math.max(base[1], Math.min(view[1], base[1] + base[3] - h));
      show();
    }
    reveal(box);
  }
  byId('in').addEventListener('click', function () { zoom(1 / 1.4); });
  byId('out').addEventListener('click', function () { zoom(1.4); });
  byId('whole').addEventListener('click', function () { near = false; whole(); });
  // as large as it is drawn, so that every word can be read: around what is chosen, else from where it begins
  function actual() {
    var was = svg.classList.contains('near'), x = was ? view[0] + view[2] / 2 : base[0], y = was ? view[1] + view[3] / 2 : base[1];
    var box = around(walk ? walk.way.steps[walk.at] || [] : chosen || []);
    near = true;
    enlarge(true);
    var size = room();
    if (size.w >= base[2] && size.h >= base[3]) { whole(); return; }
    if (box) { x = (box.x + box.r) / 2; y = (box.y + box.b) / 2; }
    view = [x - size.w / 2, y - size.h / 2, size.w, size.h];
    [0, 1].forEach(function (n) { view[n] = Math.max(base[n], Math.min(view[n], base[n] + base[n + 2] - view[n + 2])); });
    show();
  }
  byId('actual').addEventListener('click', actual);
  svg.addEventListener('wheel', function (event) {
    if (!event.ctrlKey && !event.metaKey) { return; }
    event.preventDefault();
    var p = at(event);
    zoom(Math.pow(1.0015, event.deltaY), p.x, p.y);
  }, { passive: false });

  var drag = null, fingers = {}, apart = 0;
  // how far two fingers are from each other, and where between them is
  function pinched() {
    var two = Object.keys(fingers).map(function (id) { return fingers[id]; });
    if (two.length !== 2) { return null; }
    return {
      apart: Math.hypot(two[0].clientX - two[1].clientX, two[0].clientY - two[1].clientY) || 1,
      clientX: (two[0].clientX + two[1].clientX) / 2,
      clientY: (two[0].clientY + two[1].clientY) / 2
    };
  }
  svg.addEventListener('pointerdown', function (event) {
    if (event.button !== 0) { return; }
    if (event.pointerType === 'touch') {
      fingers[event.pointerId] = { clientX: event.clientX, clientY: event.clientY };
      var two = pinched();
      if (two) { apart = two.apart; drag = null; return; }
    }
    drag = { x: event.clientX, y: event.clientY, vx: view[0], vy: view[1], far: false, id: event.pointerId };
  });
  window.addEventListener('pointermove', function (event) {
    if (fingers[event.pointerId]) {
      fingers[event.pointerId] = { clientX: event.clientX, clientY: event.clientY };
      var two = pinched();
      if (two) {
        var p = at(two);
        zoom(apart / two.apart, p.x, p.y);
        apart = two.apart;
        return;
      }
    }
    if (!drag || event.pointerId !== drag.id) { return; }
    var dx = event.clientX - drag.x, dy = event.clientY - drag.y;
    if (!drag.far && Math.abs(dx) + Math.abs(dy) < 5) { return; }
    drag.far = true;
    svg.classList.add('dragged');
    var u = unit();
    view[0] = drag.vx - dx * u;
    view[1] = drag.vy - dy * u;
    keep();
    show();
  });
  var justDragged = false;
  function dropped(event) { delete fingers[event.pointerId]; justDragged = !!(drag && drag.far); drag = null; svg.classList.remove('dragged'); }
  window.addEventListener('pointerup', dropped);
  window.addEventListener('pointercancel', dropped);

  // ---- lighting up

  function ring(ids, kind, each) {
    var old = all('.' + kind, svg);
    old.forEach(function (one) { one.remove(); });
    var boxes = each ? ids.map(function (id) { return around([id]); }) : [around(ids)];
    boxes.forEach(function (box) {
      if (!box) { return; }
      var rect = document.createElementNS(NS, 'rect');
      rect.setAttribute('class', kind);
      rect.setAttribute('x', box.x - 5);
      rect.setAttribute('y', box.y - 5);
      rect.setAttribute('width', box.r - box.x + 10);
      rect.setAttribute('height', box.b - box.y + 10);
      rect.setAttribute('rx', 6);
      svg.appendChild(rect);
    });
  }
  function light(ids) {
    all('.on', svg).forEach(function (part) { part.classList.remove('on'); });
    all('tr.on').forEach(function (row) { row.classList.remove('on'); });
    svg.classList.toggle('lit', ids.length > 0);
    ids.forEach(function (id) {
      var element = byId(id);
      if (element) { element.classList.add('on'); }
      var carried = byId(carrier(id));
      if (carried) { carried.classList.add('on'); }
      if (badges[id]) { badges[id].classList.add('on'); }
    });
  }
  function onward(from, links, end) {
    var seen = {}, todo = from.slice(), way = [];
    from.forEach(function (id) { seen[id] = true; });
    while (todo.length) {
      (links[todo.pop()] || []).forEach(function (line) {
        if (!seen[line]) { seen[line] = true; way.push(line); }
        var to = lines[line][end];
        if (!seen[to]) { seen[to] = true; todo.push(to); way.push(to); }
      });
    }
    return way;
  }
  function flowsIn(ids) {
    var names = [];
    ids.forEach(function (id) {
      var element = byId(id);
      var number = element && element.getAttribute('data-number');
      if (number && lines[id]) { names.push(number); }
    });
    names.sort(function (a, b) { return parseFloat(a) - parseFloat(b) || (a < b ? -1 : 1); });
    return names;
  }
  function numbers(ids, none) {
    var names = flowsIn(ids);
    if (!names.length) { return none; }
    // where parties alone are shown, a line may be many flows
    if (names.length > 24 || names.some(function (name) { return / /.test(name) && !/^[\d–, ]+$/.test(name); })) {
      return names.length + (names.length === 1 ? ' line' : ' lines') + ' of the picture';
    }
    return (names.length === 1 ? 'flow ' : 'flows ') + names.join(', ');
  }

  var chosen = null, walk = null, near = true;
  function press(id) {
    all('[aria-pressed="true"]', svg).forEach(function (part) { part.setAttribute('aria-pressed', 'false'); });
    if (id && known[id]) { known[id].element.setAttribute('aria-pressed', 'true'); }
  }
  // what a row is called where it stands alone: of copies, who has it belongs to that
  function called(row, link) {
    var holder = row.closest('#copies') && row.cells[1] && row.cells[1].firstChild;
    return link.textContent + (holder ? ' – ' + holder.textContent : '');
  }
  function linksTo(ids) {
    told.textContent = '';
    var seen = [], lists = [];
    ids.forEach(function (id) {
      (rows[id] || []).forEach(function (link) {
        var row = link.closest('tr'), table = row && row.closest('table');
        if (!row || seen.indexOf(row) >= 0) { return; }
        seen.push(row);
        row.classList.add('on');
        var list = lists.filter(function (one) { return one.table === table; })[0];
        if (!list) { list = { table: table, rows: [] }; lists.push(list); }
        list.rows.push([row, called(row, link)]);
      });
    });
    lists.forEach(function (list) {
      var caption = list.table.querySelector('caption'), items = make('ul');
      list.rows.slice(0, 12).forEach(function (one) {
        var item = make('li'), to = make('a', one[1]);
        to.href = '#' + one[0].id;
        item.appendChild(to);
        items.appendChild(item);
      });
      if (list.rows.length > 12) { items.appendChild(make('li', 'and ' + (list.rows.length - 12) + ' more, which are marked there')); }
      told.appendChild(make('p', (caption ? caption.firstChild.textContent : 'In a table') + ':'));
      told.appendChild(items);
    });
  }
  // lights up what leads to some things and what they lead to
  function choose(ids, name, about, hash) {
    ids = ids.filter(function (id) { return byId(id); });
    if (!ids.length) { return; }
    stopWalk();
    chosen = ids;
    var from = [], own = ids.slice();
    ids.forEach(function (id) {
      if (lines[id]) { return; }
      from = from.concat(data.within[id] || [id]);
    });
    own = own.concat(from);
    var backFrom = from.slice(), onFrom = from.slice();
    ids.forEach(function (id) {
      if (lines[id]) { backFrom.push(lines[id].from); onFrom.push(lines[id].to); }
    });
    var before = onward(backFrom, ends, 'from'), after = onward(onFrom, starts, 'to');
    light(own.concat(backFrom, onFrom, before, after));
    ring(ids, 'ring', true);
    press(ids.length === 1 ? ids[0] : null);
    panel.hidden = false;
    title.textContent = name;
    say.textContent = '';
    var what = make('p', about || '');
    var text = 'Leads here: ' + numbers(before, 'nothing') + '. Leads on: ' + numbers(after, 'nothing') + '.';
    if (about) { say.appendChild(what); }
    say.appendChild(make('p', text));
    linksTo(own);
    [next, previous, another].forEach(function (button) { button.hidden = true; });
    copy.hidden = !hash;
    remember(hash || '');
  }
  function clear() {
    var had = chosen || walk;
    stopWalk();
    chosen = null;
    light([]);
    press(null);
    ring([], 'ring');
    panel.hidden = true;
    say.textContent = '';
    told.textContent = '';
    remember('');
    return had;
  }
  byId('clear').addEventListener('click', function () {
    clear();
    var one = svg.querySelector('[tabindex="0"]');
    if (one) { one.focus({ preventScroll: true }); }
  });
  function remember(hash) {
    var to = hash ? '#' + hash : location.pathname + location.search;
    try { history.replaceState(null, '', to); } catch (_) { /* a page from a folder may not be let */ }
  }
  function chooseId(id) {
    var part = known[id];
    if (part) { choose([id], part.name, part.about, id); }
  }

  svg.addEventListener('click', function (event) {
    if (justDragged) { justDragged = false; return; }
    var number = event.target.closest('.number[data-for]');
    var part = number ? byId(number.getAttribute('data-for')) : event.target.closest('[role="button"]');
    if (part && known[part.id]) {
      focusOn(part.id);
      chooseId(part.id);
    } else if (clear()) {
      panel.hidden = true;
    }
  });

  // ---- the keyboard: one stop for the whole picture, arrows from thing to thing

  function focusOn(id, quiet) {
    parts.forEach(function (part) { part.element.setAttribute('tabindex', part.id === id ? '0' : '-1'); });
    if (!quiet) { known[id].element.focus({ preventScroll: true }); }
  }
  function middle(id) {
    var box = boxOf(id);
    if (!box) { return null; }
    var lane = /^(lane|frame)-/.test(id);
    // parties are read at their names
    return { x: lane ? box.x : box.x + box.width / 2, y: lane ? box.y : box.y + box.height / 2 };
  }
  function neighbour(id, dx, dy) {
    var here = middle(id), best = null, least = Infinity;
    if (!here) { return null; }
    parts.forEach(function (part) {
      if (part.id === id || part.element.classList.contains('out')) { return; }
      var there = middle(part.id);
      if (!there) { return; }
      var along = (there.x - here.x) * dx + (there.y - here.y) * dy;
      var aside = Math.abs((there.x - here.x) * dy) + Math.abs((there.y - here.y) * dx);
      if (along < 1) { return; }
      var far = along + aside * 2.5;
      if (far < least) { least = far; best = part.id; }
    });
    return best;
  }
  var arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  svg.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    var part = event.target.closest('[role="button"]');
    var key = event.key, arrow = arrows[key], done = true;
    if (arrow && event.shiftKey) { move(arrow[0] * view[2] / 8, arrow[1] * view[3] / 8); }
    else if (arrow && part) { var to = neighbour(part.id, arrow[0], arrow[1]); if (to) { focusOn(to); } }
    else if (key === 'Home') { focusOn(parts[0].id); }
    else if (key === 'End') { focusOn(parts[parts.length - 1].id); }
    else if ((key === 'Enter' || key === ' ') && part) { chooseId(part.id); }
    else if (key === 'Escape') { clear(); }
    else if (key === '+' || key === '=') { zoom(1 / 1.4); }
    else if (key === '-') { zoom(1.4); }
    else if (key === '0') { near = false; whole(); }
    else if (key === '1') { actual(); }
    else { done = false; }
    if (done) { event.preventDefault(); }
  });
  svg.addEventListener('focusin', function (event) {
    var part = event.target.closest('[role="button"]');
    if (!part) { return; }
    var quietly = !part.matches(':focus-visible');
    ring(quietly ? [] : [part.id], 'focus');
    if (!quietly) { reveal(around([part.id])); }
  });
  svg.addEventListener('focusout', function () { ring([], 'focus'); });

  // ---- walking a finding

  var order = all('details.finding').filter(function (f) { return own(data.walks, f.id); });
  order.forEach(function (finding) {
    var option = make('option', ruleOf(finding) + (finding.querySelector('.nth') ? ' (' + finding.querySelector('.nth').textContent + ')' : ''));
    option.value = finding.id;
    pick.appendChild(option);
  });
  pick.closest('label').hidden = order.length === 0;
  function ruleOf(finding) {
    var heading = finding.closest('article').querySelector('h4');
    return heading ? heading.textContent : '';
  }
  function stopWalk() {
    all('.steps .now').forEach(function (step) { step.classList.remove('now'); step.removeAttribute('aria-current'); });
    walk = null;
    pick.value = '';
  }
  function startWalk(id, step) {
    var way = own(data.walks, id), finding = byId(id);
    if (!way || !finding) { return false; }
    stopWalk();
    chosen = null;
    press(null);
    walk = { id: id, way: way, finding: finding, steps: all('.steps > li', finding) };
    pick.value = id;
    light(way.way);
    panel.hidden = false;
    near = true;
    whole();
    title.textContent = ruleOf(finding);
    tell(step || 0);
    return true;
  }
  function excerpt(link) {
    var row = byId(decoded(link.getAttribute('href')));
    if (!row) { return null; }
    var pre = make('pre'), line = row;
    for (var count = 0; line && count < 8; count += 1) {
      if (!line.classList.contains('row')) { break; }
      var one = make('span', '', count === 0 ? 'here' : '');
      one.textContent = line.lastChild ? line.lastChild.textContent : '';
      pre.appendChild(one);
      pre.appendChild(document.createTextNode('\n'));
      var text = one.textContent;
      if (count > 0 && /^\S/.test(text)) { break; }
      if (count === 0 && text.split('{').length <= text.split('}').length) { break; }
      line = line.nextElementSibling;
    }
    return pre;
  }
  function tell(number) {
    number = Math.max(0, Math.min(walk.steps.length - 1, number));
    walk.at = number;
    var step = walk.steps[number];
    walk.steps.forEach(function (one) { one.classList.toggle('now', one === step); one.removeAttribute('aria-current'); });
    step.setAttribute('aria-current', 'step');
    var ids = walk.way.steps[number] || [];
    light(walk.way.way);
    ring(ids, 'ring', true);
    approach(around(ids));
    say.textContent = '';
    say.appendChild(make('p', 'Step ' + (number + 1) + ' of ' + walk.steps.length + (ids.length ? '' : ', which is not on the picture'), 'step'));
    say.appendChild(copied('p', '', step.querySelector('p')));
    told.textContent = '';
    var link = step.querySelector('a.at');
    if (link) {
      var to = link.cloneNode(true);
      told.appendChild(to);
      var lines = excerpt(link);
      if (lines) { told.appendChild(lines); }
    }
    if (number === walk.steps.length - 1) {
      var summary = walk.finding.querySelector('summary .what');
      if (summary) { say.appendChild(copied('p', 'So: ', summary)); }
      all('.missing, .fix', walk.finding).forEach(function (part) { told.appendChild(part.cloneNode(true)); });
    }
    var back = make('p'), all_ = make('a', 'The whole finding');
    all_.href = '#' + walk.id;
    all_.setAttribute('data-plain', '');
    back.appendChild(all_);
    told.appendChild(back);
    // marks the rows of what the step is about
    all('tr.on').forEach(function (row) { row.classList.remove('on'); });
    ids.forEach(function (id) { (rows[id] || []).forEach(function (one) { var row = one.closest('tr'); if (row) { row.classList.add('on'); } }); });
    next.hidden = previous.hidden = copy.hidden = false;
    another.hidden = !following();
    next.disabled = number === walk.steps.length - 1;
    previous.disabled = number === 0;
    remember(step.id);
  }
  // a button that is switched off loses the focus
  function go(by) {
    if (!walk) { return; }
    tell(walk.at + by);
    if (next.disabled && document.activeElement !== previous && by > 0) { previous.focus(); }
    if (previous.disabled && document.activeElement !== next && by < 0) { next.focus(); }
  }
  // the finding after the one that is walked, among those that filters leave
  function following() {
    return order.slice(order.indexOf(walk.finding) + 1).filter(function (finding) { return !finding.hidden; })[0];
  }
  another.addEventListener('click', function () {
    var finding = walk && following();
    if (finding && startWalk(finding.id, 0)) { title.focus({ preventScroll: true }); }
  });
  next.addEventListener('click', function () { go(1); });
  previous.addEventListener('click', function () { go(-1); });
  panel.addEventListener('keydown', function (event) { if (event.key === 'Escape') { byId('clear').click(); } });
  pick.addEventListener('change', function () { if (pick.value) { startWalk(pick.value, 0); } else { clear(); } });
  copy.addEventListener('click', function () {
    var done = function () { copy.textContent = 'Copied'; setTimeout(function () { copy.textContent = 'Copy link'; }, 2000); };
    var failed = function () { told.appendChild(make('p', location.href)); };
    if (navigator.clipboard && navigator.clipboard.writeText) { navigator.clipboard.writeText(location.href).then(done, failed); }
    else { failed(); }
  });

  function toPicture(focus) {
    byId('stage').scrollIntoView();
    if (focus) { title.focus({ preventScroll: true }); }
  }
  document.addEventListener('click', function (event) {
    var link = event.target.closest ? event.target.closest('a') : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    var finding = link.getAttribute('data-walk'), shown = link.getAttribute('data-show');
    if (finding && startWalk(finding, 0)) {
      event.preventDefault();
      toPicture(true);
    } else if (shown) {
      event.preventDefault();
      var ids = shown.split(' '), row = link.closest('tr');
      if (ids.length === 1 && known[ids[0]]) { chooseId(ids[0]); focusOn(ids[0], true); }
      else { choose(ids, link.textContent, '', row ? row.id : ''); }
      reveal(around(ids));
      toPicture(true);
    } else if (link.hash && link.origin === location.origin && link.pathname === location.pathname) {
      var to = byId(decoded(link.hash));
      if (to) { unfold(to); }
    }
  });

  // ---- filters

  var controls = all('[data-filter]');
  // a finding stays where its way leads through something that stays, or is not on the picture at all
  function findings(active, stays, words) {
    var told = all('details.finding'), left = 0;
    told.forEach(function (finding) {
      var walk = own(data.walks, finding.id), way = walk ? walk.way.filter(function (id) { return own(data.things, id); }) : [];
      finding.hidden = active && way.length > 0 && !way.some(stays);
      if (!finding.hidden) { left += 1; }
    });
    // none is offered that is not shown
    all('option', pick).forEach(function (option) {
      var finding = option.value && byId(option.value);
      if (finding) { option.hidden = option.disabled = finding.hidden; }
    });
    all('article.rule').forEach(function (rule) {
      var its = all('details.finding', rule);
      rule.hidden = its.length > 0 && its.every(function (finding) { return finding.hidden; });
    });
    if (told.length) { words.push(left + ' of ' + told.length + ' findings that are told'); }
    if (walk) { another.hidden = !following(); }
  }
  function filtered() {
    var want = {}, active = false, levels = {};
    controls.forEach(function (control) {
      if (control.type === 'checkbox') {
        levels[control.value] = control.checked;
        if (!control.checked) { active = true; }
      } else if (control.value !== '') {
        want[control.getAttribute('data-filter')] = Number(control.value);
        active = true;
      }
    });
    var fits = function (id) {
      var thing = own(data.things, id);
      if (!thing) { return true; }
      if (thing.l.length && !thing.l.some(function (l) { return levels[l] !== false; })) { return false; }
      return Object.keys(want).every(function (key) { return thing[key].indexOf(want[key]) >= 0; });
    };
    var out = {};
    parts.forEach(function (part) { if (active && !fits(part.id)) { out[part.id] = true; } });
    data.lines.forEach(function (line) {
      if (active && !own(data.things, line[0]) && (out[line[1]] || out[line[2]])) { out[line[0]] = true; }
    });
    all('.node, .flow, .inner', svg).forEach(function (part) { part.classList.toggle('out', !!out[part.id]); });
    // a line that others lie on is seen as long as one of them is
    data.lines.forEach(function (line) { if (!out[line[0]]) { var one = byId(carrier(line[0])); if (one) { one.classList.remove('out'); } } });
    Object.keys(badges).forEach(function (id) { badges[id].classList.toggle('out', !!out[id]); });
    var words = [];
    ['flows', 'copies'].forEach(function (name) {
      var table = byId(name);
      if (!table) { return; }
      var body = all('tbody tr', table), left = 0;
      body.forEach(function (row) {
        var stays = !active || fits(row.id);
        row.hidden = !stays;
        if (stays) { left += 1; }
      });
      var text = left + ' of ' + body.length + ' ' + name;
      words.push(text);
      table.querySelector('.filtered').textContent = active ? ' (filtered: ' + text + ')' : '';
    });
    findings(active, function (id) { return !!known[id] && !out[id]; }, words);
    byId('shown').textContent = active ? 'Shown: ' + words.join(', ') : '';
  }
  controls.forEach(function (control) { control.addEventListener('change', filtered); });
  byId('all').addEventListener('click', function () {
    controls.forEach(function (control) { if (control.type === 'checkbox') { control.checked = true; } else { control.value = ''; } });
    filtered();
  });

  // ---- links that were sent

  function follow() {
    var id = decoded(location.hash);
    if (!id) { return; }
    var step = /^(finding:.*):step:(\d+)$/.exec(id);
    if (step && startWalk(step[1], Number(step[2]) - 1)) { toPicture(true); return; }
    if (known[id]) { chooseId(id); reveal(around([id])); toPicture(false); return; }
    var to = byId(id);
    if (to) {
      unfold(to);
      to.scrollIntoView();
    }
  }
  window.addEventListener('hashchange', follow);
  // what a browser remembers of a form is not what is shown
  byId('all').click();
  follow();
}());
