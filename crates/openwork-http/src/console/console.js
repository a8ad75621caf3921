// The approvals console: shows what the server decided to show, and answers it.
// Diffs, risk notes, masks and deadlines come from the server. Everything that
// arrives is rendered as text; nothing here builds markup from strings.
'use strict';

// ---- Small pieces -----------------------------------------------------------

const $ = (id) => document.getElementById(id);

function make(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (key === 'class') node.className = value;
    else if (key === 'data') Object.assign(node.dataset, value);
    else if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (key in node && key !== 'list') node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

// Control, invisible and bidirectional characters must not disguise a text.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb]/g;
const visible = (text) =>
  String(text ?? '').replace(HIDDEN, (c) => '\\u{' + c.codePointAt(0).toString(16).padStart(4, '0') + '}');

const plural = (n, word) => n + ' ' + word + (n === 1 ? '' : 's');
const clock = (ms) => new Date(ms).toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium' });

function duration(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return seconds < 60 ? seconds + ' s' : Math.floor(seconds / 60) + ' min ' + (seconds % 60) + ' s';
}

// ---- State ------------------------------------------------------------------

const KEY = 'openwork.hostToken';
const state = { token: null, offset: 0, live: false, view: 'pending', timeoutMs: 30000, stream: null, attempt: 0 };
const cards = new Map();
const now = () => Date.now() + state.offset;

// ---- Talking to the server ----------------------------------------------------

class Refused extends Error {}

async function call(path, options = {}) {
  const headers = { 'X-OpenWork-Host-Token': state.token, ...options.headers };
  const answer = await fetch(path, { ...options, headers, cache: 'no-store' });
  if (answer.status === 401) {
    signOut('The host token was not accepted.');
    throw new Refused();
  }
  return answer;
}

async function json(path, options) {
  const answer = await call(path, options);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.message || 'The server answered ' + answer.status);
  return body;
}

// `EventSource` cannot send headers, so the stream is read by hand.
async function follow() {
  const stream = new AbortController();
  state.stream = stream;
  try {
    const answer = await call('/approvals/events', { signal: stream.signal });
    if (!answer.ok) throw new Error('The server answered ' + answer.status);
    await read(answer.body.pipeThrough(new TextDecoderStream()).getReader());
  } catch (error) {
    if (error instanceof Refused || stream.signal.aborted) return;
  }
  if (state.stream === stream) reconnect();
}

async function read(reader) {
  let rest = '';
  let watchdog;
  for (;;) {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => reader.cancel(), 25000);
    const { done, value } = await reader.read();
    clearTimeout(watchdog);
    if (done) return;
    const parts = (rest + value).split('\n\n');
    rest = parts.pop();
    for (const part of parts) {
      const data = part.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trim()).join('\n');
      if (data) receive(JSON.parse(data));
    }
  }
}

function reconnect() {
  setLive(false);
  const wait = Math.min(10000, 500 * 2 ** state.attempt++);
  setTimeout(() => state.token && follow(), wait);
}

function receive({ type, properties: p }) {
  const handler = {
    'snapshot': () => snapshot(p),
    'approval.asked': () => asked(p, true),
    'approval.replied': () => replied(p),
    'approval.expired': () => end(p.id, 'Expired: nothing was written.'),
    'approval.withdrawn': () => end(p.id, 'The client left: nothing was written.'),
    'approval.aborted': () => end(p.id, 'The server stopped: nothing was written.'),
    'approval.applied': () => end(p.id, 'Allowed and written.'),
    'approval.conflicted': () => end(p.id, 'The file changed while this request waited: nothing was written.'),
    'approval.failed': () => end(p.id, 'Allowed, but the write failed: ' + visible(p.message)),
    'rules.changed': () => refreshRules(),
  }[type];
  if (handler) handler();
  if (state.view === 'history' && type.startsWith('approval.')) showHistory();
}

// ---- Signing in and out -------------------------------------------------------

function start() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  if (fragment.has('token')) {
    sessionStorage.setItem(KEY, fragment.get('token'));
    history.replaceState(null, '', location.pathname);
  }
  state.token = sessionStorage.getItem(KEY);
  if (state.token) signIn();
  else signOut('');
}

function signIn() {
  $('view-sign-in').hidden = true;
  $('tabs').hidden = $('sign-out').hidden = false;
  $('status').textContent = 'Connecting';
  show('pending');
  follow();
}

function signOut(message) {
  sessionStorage.removeItem(KEY);
  state.token = null;
  state.stream?.abort();
  state.stream = null;
  cards.clear();
  $('cards').replaceChildren();
  for (const view of ['pending', 'history', 'rules', 'audit']) $('view-' + view).hidden = true;
  $('tabs').hidden = $('sign-out').hidden = $('banner').hidden = true;
  $('view-sign-in').hidden = false;
  $('status').textContent = 'Signed out';
  $('status').dataset.state = 'off';
  $('token-error').textContent = message;
  document.title = 'OpenWork approvals';
  $('token').focus();
}

$('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  state.token = $('token').value.trim();
  $('token').value = '';
  sessionStorage.setItem(KEY, state.token);
  signIn();
});
$('sign-out').addEventListener('click', () => signOut(''));

// ---- The frame: status, banner, views -----------------------------------------

function setLive(live) {
  state.live = live;
  $('status').textContent = live ? 'Live' : 'Connection lost. Trying again.';
  $('status').dataset.state = live ? 'live' : 'lost';
  for (const card of cards.values()) card.enable();
}

function snapshot(p) {
  state.attempt = 0;
  state.offset = p.now - Date.now();
  state.timeoutMs = p.timeoutMs;
  const banner = p.readOnly ? 'This server is read-only. Writes are refused.'
    : p.mode === 'auto' ? 'Approvals are off. Every write is applied at once.' : '';
  $('banner').textContent = banner;
  $('banner').hidden = !banner;
  const waiting = new Set(p.items.map((item) => item.id));
  for (const id of cards.keys()) if (!waiting.has(id)) end(id, 'Ended while the connection was lost.');
  for (const item of p.items) asked(item, false);
  const options = p.workspaces.map((w) => make('option', { value: w.id }, visible(w.name)));
  $('audit-workspace').replaceChildren(...options);
  setLive(true);
  refreshRules();
  count();
}

function count() {
  const waiting = [...cards.values()].filter((card) => !card.ended).length;
  $('pending-count').textContent = waiting;
  $('pending-empty').hidden = cards.size > 0;
  document.title = (waiting ? '(' + waiting + ') ' : '') + 'OpenWork approvals';
}

function show(view) {
  state.view = view;
  for (const button of $('tabs').querySelectorAll('button')) {
    if (button.dataset.view === view) button.setAttribute('aria-current', 'page');
    else button.removeAttribute('aria-current');
  }
  for (const name of ['pending', 'history', 'rules', 'audit']) $('view-' + name).hidden = name !== view;
  if (view === 'history') showHistory();
  if (view === 'rules') refreshRules();
  if (view === 'audit') showAudit();
}

$('tabs').addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button) show(button.dataset.view);
});

// ---- One request ----------------------------------------------------------------

function asked(item, isNew) {
  if (cards.has(item.id)) return;
  const card = new Card(item);
  cards.set(item.id, card);
  $('cards').append(card.node);
  count();
  if (isNew) alertHost(item);
}

function replied(p) {
  if (!p.allowed) end(p.id, 'Denied: nothing was written.');
  else cards.get(p.id)?.settling();
}

function end(id, text) {
  cards.get(id)?.end(text);
  count();
}

class Card {
  constructor(item) {
    this.item = item;
    this.born = performance.now();
    this.left = make('span', { class: 'left' });
    this.bar = make('progress', { max: 1, value: 1, 'aria-label': 'Time left' });
    this.title = make('h2', { id: 't-' + item.id }, visible(item.summary));
    this.actions = make('div', { class: 'actions' });
    this.note = make('p', { class: 'end', hidden: true });
    this.node = make('article', { class: 'card', tabIndex: -1, id: 'c-' + item.id, 'aria-labelledby': 't-' + item.id },
      make('div', { class: 'card-head' }, this.title, this.left),
      make('p', { class: 'meta' }, origin(item)),
      risks(item.risk),
      ...(item.changes || []).map((change) => fileBox(change, item)),
      this.actions, this.note);
    this.node.tabIndex = 0;
    this.node.addEventListener('keydown', (event) => this.key(event));
    this.buttons();
    this.tick();
    setTimeout(() => this.enable(), 500);
  }

  buttons() {
    this.deny = make('button', { type: 'button', onclick: () => this.answer({ reply: 'deny' }) }, 'Deny');
    this.why = make('button', { type: 'button', 'aria-expanded': 'false', onclick: () => this.askWhy() }, 'Deny with a message');
    this.allow = make('button', { type: 'button', class: 'primary', onclick: () => this.answer({ reply: 'allow' }) }, 'Allow once');
    this.actions.append(this.deny, this.why, this.allow);
    if (this.item.rememberable) this.actions.append(...this.allowance());
    this.actions.append(this.bar);
    this.form = this.denyForm();
    this.enable();
  }

  allowance() {
    const label = 'For how long to allow such requests';
    const minutes = make('select', { 'aria-label': label }, ...[5, 10, 60].map((m) => make('option', { value: m }, m + ' minutes')));
    minutes.value = 10;
    this.forMinutes = make('button', { type: 'button' }, 'Allow for 10 minutes');
    minutes.addEventListener('change', () => { this.forMinutes.textContent = 'Allow for ' + minutes.value + ' minutes'; });
    this.forMinutes.addEventListener('click', () => this.answer({ reply: 'allow', remember: { minutes: Number(minutes.value) } }));
    return [this.forMinutes, minutes];
  }

  denyForm() {
    const input = make('input', { type: 'text', maxLength: 200, autocomplete: 'off' });
    const send = (event) => {
      event.preventDefault();
      this.answer({ reply: 'deny', message: input.value.trim() || undefined });
    };
    return make('form', { class: 'deny-form', hidden: true, onsubmit: send },
      make('label', {}, 'Message to the client', input),
      make('button', { type: 'submit' }, 'Deny and send'));
  }

  askWhy() {
    if (!this.form.isConnected) this.actions.after(this.form);
    this.form.hidden = !this.form.hidden;
    this.why.setAttribute('aria-expanded', String(!this.form.hidden));
    if (!this.form.hidden) this.form.querySelector('input').focus();
  }

  // A card that has just appeared may lie under a finger meant for another.
  get ready() { return performance.now() - this.born >= 500; }

  enable() {
    const off = !state.live || this.busy || Boolean(this.ended);
    for (const button of [this.deny, this.why]) button.disabled = off;
    for (const button of [this.allow, this.forMinutes]) {
      if (!button) continue;
      button.disabled = off;
      button.setAttribute('aria-disabled', String(off || !this.ready));
    }
  }

  async answer(reply) {
    if (!state.live || this.busy || this.ended || (reply.reply === 'allow' && !this.ready)) return;
    this.busy = true;
    this.enable();
    try {
      await json('/approvals/' + encodeURIComponent(this.item.id), { method: 'POST', body: JSON.stringify(reply), headers: { 'Content-Type': 'application/json' } });
      this.focusNext();
    } catch (error) {
      if (error instanceof Refused) return;
      this.busy = false;
      this.say(error.message);
      this.enable();
    }
  }

  settling() {
    if (!this.ended) this.say('Allowed. Writing…');
    this.busy = true;
    this.enable();
  }

  say(text) {
    this.note.textContent = text;
    this.note.hidden = false;
  }

  end(text) {
    if (this.ended) return;
    const held = this.node.contains(document.activeElement);
    this.ended = performance.now();
    this.node.dataset.ended = '';
    this.say(text);
    this.left.textContent = '';
    this.form.remove();
    this.actions.remove();
    if (held) this.focusNext();
  }

  focusNext() {
    const waiting = [...cards.values()].filter((card) => !card.ended && !card.busy);
    const at = waiting.findIndex((card) => this.node.compareDocumentPosition(card.node) & Node.DOCUMENT_POSITION_FOLLOWING);
    const next = waiting[at] || waiting[0];
    (next ? next.node : $('main')).focus();
  }

  key(event) {
    if (event.target !== this.node || !$('opt-keys').checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'a') this.answer({ reply: 'allow' });
    else if (event.key === 'd') this.answer({ reply: 'deny' });
    else return;
    event.preventDefault();
  }

  tick() {
    if (this.ended) return;
    const left = this.item.expiresAt - now();
    this.left.textContent = duration(left) + ' left';
    this.bar.max = this.item.expiresAt - this.item.createdAt;
    this.bar.value = Math.max(0, left);
  }
}

function origin(item) {
  const actor = item.actor || {};
  const who = actor.clientId ? '“' + visible(actor.clientId) + '” (self-reported) at ' : '';
  const from = actor.type === 'host' ? 'the host itself' : who + visible(actor.address || 'an unknown address');
  return item.action + ' · ' + visible(item.workspaceName || item.workspaceId) + ' · from ' + from;
}

function risks(risk) {
  if (!risk || !risk.length) return null;
  return make('ul', { class: 'risk', 'aria-label': 'Risks' }, ...risk.map((text) => make('li', {}, visible(text))));
}

function fileBox(change, item) {
  const pre = diff(change.diff, 'Changes of ' + visible(change.path));
  const wrap = make('button', { type: 'button', class: 'quiet', 'aria-pressed': 'false' }, 'Wrap');
  wrap.addEventListener('click', () => wrap.setAttribute('aria-pressed', String(pre.classList.toggle('wrap'))));
  const tools = make('div', { class: 'tools' }, wrap);
  if (item && change.masked && change.masked.length) tools.append(revealButton(change, item, pre));
  return make('details', { class: 'file', open: true },
    make('summary', {}, make('code', {}, visible(change.path)), make('span', {}, change.kind),
      make('span', { class: 'counts' }, '+' + change.added + ' −' + change.removed)),
    tools, pre,
    change.truncated ? make('p', { class: 'meta' }, 'Shortened: the whole change is larger than is shown here.') : null);
}

function revealButton(change, item, pre) {
  const button = make('button', { type: 'button', class: 'quiet' }, 'Reveal ' + plural(change.masked.length, 'masked value'));
  button.addEventListener('click', async () => {
    try {
      const full = await json('/approvals/' + encodeURIComponent(item.id) + '?reveal=true');
      const same = full.changes.find((other) => other.path === change.path);
      fillDiff(pre, same ? same.diff : change.diff);
      button.remove();
    } catch (error) {
      if (!(error instanceof Refused)) button.textContent = visible(error.message);
    }
  });
  return button;
}

function diff(text, label) {
  const pre = make('pre', { class: 'diff', tabIndex: 0, role: 'region', 'aria-label': label });
  fillDiff(pre, text);
  return pre;
}

function fillDiff(pre, text) {
  const kind = { '+': 'add', '-': 'del', '@': 'hunk', '\\': 'hunk' };
  const lines = String(text || '').replace(/\n$/, '').split('\n');
  pre.replaceChildren(...lines.map((line) => make('span', { class: kind[line[0]] || '' }, visible(line) || ' ')));
}

// ---- The clock: countdowns, and cards that have ended --------------------------------

setInterval(() => {
  for (const [id, card] of cards) {
    card.tick();
    const old = card.ended && performance.now() - card.ended > 10000;
    // Nothing moves while a pointer or the focus is among the requests.
    if (old && !$('cards').matches(':hover') && !$('cards').contains(document.activeElement)) {
      card.node.remove();
      cards.delete(id);
      count();
    }
  }
}, 1000);

// ---- Alerts and keys ------------------------------------------------------------------

function alertHost(item) {
  $('announce').textContent = 'New request: ' + visible(item.summary) + ', in ' + visible(item.workspaceName || '') + '.';
  if ($('opt-beep').checked) beep();
  if ($('opt-notify').checked && Notification.permission === 'granted') {
    new Notification('OpenWork asks', { body: visible(item.summary), tag: item.id });
  }
}

function beep() {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const gain = audio.createGain();
  gain.gain.value = 0.1;
  tone.connect(gain).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.15);
  tone.onended = () => audio.close();
}

for (const option of ['opt-keys', 'opt-beep']) {
  $(option).checked = localStorage.getItem(option) === 'on';
  $(option).addEventListener('change', () => localStorage.setItem(option, $(option).checked ? 'on' : 'off'));
}
$('opt-notify-row').hidden = !(window.isSecureContext && 'Notification' in window);
$('opt-notify').addEventListener('change', async () => {
  if ($('opt-notify').checked) $('opt-notify').checked = (await Notification.requestPermission()) === 'granted';
});

document.addEventListener('keydown', (event) => {
  const typing = event.target.matches('input, select, textarea') || event.ctrlKey || event.metaKey || event.altKey;
  if (!$('opt-keys').checked || typing || state.view !== 'pending' || !'jk'.includes(event.key)) return;
  const nodes = [...$('cards').children];
  const at = nodes.indexOf(document.activeElement.closest('.card'));
  const to = at < 0 ? 0 : at + (event.key === 'j' ? 1 : -1);
  nodes[Math.max(0, Math.min(nodes.length - 1, to))]?.focus();
});

// ---- History, rules, audit log -----------------------------------------------------------

const ENDS = {
  allowed: 'Allowed', applied: 'Allowed and written', denied: 'Denied', expired: 'Expired', withdrawn: 'The client left',
  aborted: 'The server stopped', conflicted: 'The file had changed: nothing was written', failed: 'Allowed, but the write failed',
};

async function fill(id, load, empty) {
  try {
    const rows = await load();
    $(id).replaceChildren(...(rows.length ? rows : [make('p', { class: 'empty' }, empty)]));
  } catch (error) {
    if (!(error instanceof Refused)) $(id).replaceChildren(make('p', { class: 'error' }, visible(error.message)));
  }
}

const showHistory = () => fill('history', async () => {
  const { items } = await json('/approvals/history?limit=200');
  return items.map((item) => make('div', { class: 'row' },
    make('p', {}, make('strong', {}, visible(item.summary)), ' — ' + (ENDS[item.outcome] || item.outcome) + (item.message ? ': “' + visible(item.message) + '”' : '')),
    make('p', { class: 'meta' }, origin(item) + ' · ' + clock(item.endedAt))));
}, 'Nothing has ended yet.');

const refreshRules = () => fill('rules', async () => {
  const { items } = await json('/approvals/rules');
  $('rules-count').textContent = items.length;
  return items.map((rule) => make('div', { class: 'row' },
    make('p', {}, rule.action + ' in ' + visible(rule.workspaceName || rule.workspaceId) + ' from ' +
      (rule.clientId ? '“' + visible(rule.clientId) + '” at ' : '') + visible(rule.address || 'an unknown address') + ' applies without asking.'),
    make('p', { class: 'meta' }, 'Until ' + clock(rule.expiresAt) + ' · used ' + plural(rule.uses, 'time')),
    make('button', { type: 'button', onclick: () => revoke(rule.id) }, 'Revoke')));
}, 'No rules. Every request is asked about.');

async function revoke(id) {
  await call('/approvals/rules/' + encodeURIComponent(id), { method: 'DELETE' });
  refreshRules();
}

const showAudit = () => fill('audit', async () => {
  const id = $('audit-workspace').value;
  if (!id) return [];
  const { items } = await json('/approvals/audit?limit=100&workspace=' + encodeURIComponent(id));
  return items.map((entry) => make('div', { class: 'row' },
    make('p', {}, make('strong', {}, visible(entry.summary))),
    make('p', { class: 'meta' }, entry.action + ' · ' + visible(entry.target) + ' · ' + clock(entry.timestamp) + ' · ' +
      (entry.actor?.type === 'host' ? 'by the host' : 'by ' + visible(entry.actor?.clientId || 'a remote client'))),
    ...(entry.changes || []).map((change) => {
      const box = fileBox(change);
      box.open = false;
      return box;
    })));
}, 'No changes recorded.');
$('audit-workspace').addEventListener('change', showAudit);

window.addEventListener('hashchange', () => { if (location.hash.includes('token=')) start(); });
start();
