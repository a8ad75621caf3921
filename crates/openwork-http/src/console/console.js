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
    else if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (key in node) node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

const button = (text, onclick, props = {}) => make('button', { type: 'button', onclick, ...props }, text);

// Characters without a sign of their own, or that move others, must not
// disguise a text. The terminal has the same list.
const HIDDEN = /[\p{Cc}\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}]/gu;
const escaped = (c) => '\\u{' + c.codePointAt(0).toString(16) + '}';
const visible = (text) => String(text ?? '').replace(HIDDEN, escaped);
// Files are indented with tabs.
const source = (text) => text.replace(HIDDEN, (c) => (c === '\t' ? c : escaped(c)));

const plural = (n, word) => n + ' ' + word + (n === 1 ? '' : 's');
const clock = (ms) => new Date(ms).toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium' });

function duration(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return seconds < 60 ? seconds + ' s' : Math.floor(seconds / 60) + ' min ' + (seconds % 60) + ' s';
}

// ---- Words --------------------------------------------------------------------

const OUTCOMES = {
  allowed: 'Allowed. Writing…',
  applied: 'Allowed and written.',
  denied: 'Denied: nothing was written.',
  expired: 'Expired: nothing was written.',
  withdrawn: 'The client left: nothing was written.',
  aborted: 'The server stopped: nothing was written.',
  conflicted: 'The file changed while this request waited: nothing was written.',
  failed: 'Allowed, but the write failed: ',
};

const KINDS = {
  'config.patch': 'configuration changes', 'config.import': 'imports',
  'plugins.add': 'plugin additions', 'plugins.remove': 'plugin removals',
  'skills.upsert': 'skill changes', 'skills.delete': 'skill deletions',
  'mcp.add': 'MCP additions', 'mcp.remove': 'MCP removals', 'mcp.enable': 'MCP switches',
  'commands.upsert': 'command changes', 'commands.delete': 'command deletions',
};

// A client may call itself anything; only its address is a fact.
const asker = ({ clientId, address }) =>
  (clientId ? '“' + visible(clientId) + '” (self-reported) at ' : '') + visible(address || 'an unknown address');

const place = (item) => visible(item.workspaceName || item.workspaceId);

function origin(item) {
  const actor = item.actor || {};
  return visible(item.action) + ' · ' + place(item) + ' · from ' + (actor.type === 'host' ? 'the host itself' : asker(actor));
}

const scope = (item, client) => (KINDS[item.action] || visible(item.action)) + ' in ' + place(item) + ' from ' + asker(client) + ' apply without asking.';

// ---- State ----------------------------------------------------------------------

const KEY = 'openwork.hostToken';
const VIEWS = ['pending', 'history', 'rules', 'audit'];
const state = { token: null, offset: 0, live: false, view: 'pending', stream: null, attempt: 0, touched: 0, pointer: false };
const cards = new Map();
const now = () => Date.now() + state.offset;

// ---- Talking to the server --------------------------------------------------------

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
  const answer = await call(path, options).catch((error) => {
    throw error instanceof Refused ? error : new Error('The server cannot be reached.');
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.message || 'The server answered ' + answer.status);
  return body;
}

// `EventSource` cannot send headers, so the stream is read by hand.
async function follow() {
  state.stream?.abort();
  const stream = new AbortController();
  state.stream = stream;
  try {
    const answer = await call('/approvals/events', { signal: stream.signal });
    if (answer.ok) await read(answer.body.pipeThrough(new TextDecoderStream()).getReader());
  } catch (error) {
    if (error instanceof Refused) return;
  }
  if (state.stream === stream && !stream.signal.aborted) reconnect();
}

async function read(reader) {
  let rest = '';
  for (;;) {
    // The server sends a heartbeat every 10 s.
    const watchdog = setTimeout(() => reader.cancel(), 25000);
    const { done, value } = await reader.read().finally(() => clearTimeout(watchdog));
    if (done) return;
    const parts = (rest + value).split('\n\n');
    rest = parts.pop();
    for (const part of parts) if (part.startsWith('data:')) receive(JSON.parse(part.slice(5)));
  }
}

function reconnect() {
  setLive(false);
  const stream = state.stream;
  const wait = Math.min(10000, 500 * 2 ** state.attempt++);
  setTimeout(() => state.stream === stream && follow(), wait);
}

function receive({ type, properties: p }) {
  const [about, event] = type.split('.');
  if (type === 'snapshot') snapshot(p);
  else if (type === 'rules.changed') refreshRules();
  else if (about !== 'approval') return;
  else if (event === 'asked') asked(p, true);
  else if (event === 'replied') replied(p);
  else end(p.id, event, p.message);
  if (state.view === 'history') showHistory();
  if (state.view === 'audit' && event === 'applied') showAudit();
}

// ---- Signing in and out -------------------------------------------------------------

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
  setStatus('off', 'Connecting');
  show('pending');
  follow();
}

function signOut(message) {
  sessionStorage.removeItem(KEY);
  state.token = null;
  state.stream?.abort();
  state.stream = null;
  state.attempt = 0;
  state.live = false;
  cards.clear();
  for (const id of ['cards', 'history', 'rules', 'audit', 'audit-workspace']) $(id).replaceChildren();
  for (const view of VIEWS) $('view-' + view).hidden = true;
  $('tabs').hidden = $('sign-out').hidden = $('banner').hidden = true;
  $('view-sign-in').hidden = false;
  setStatus('off', 'Signed out');
  $('token-error').textContent = message;
  announce('');
  count();
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

// ---- The frame: status, banner, views -------------------------------------------------

function setStatus(kind, text) {
  $('status').dataset.state = kind;
  $('status').textContent = text;
}

function setLive(live) {
  state.live = live;
  setStatus(live ? 'live' : 'lost', live ? 'Live' : 'Connection lost. Trying again.');
  for (const card of cards.values()) card.enable();
}

function snapshot(p) {
  const again = state.attempt > 0;
  state.attempt = 0;
  state.offset = p.now - Date.now();
  $('banner').textContent = p.readOnly ? 'This server is read-only. Writes are refused.'
    : p.mode === 'auto' ? 'Approvals are off. Every write is applied at once.' : '';
  $('banner').hidden = !$('banner').textContent;
  const pending = new Set(p.items.map((item) => item.id));
  const missed = [...cards.values()].filter((card) => !card.ended && !pending.has(card.item.id));
  if (missed.length) catchUp(missed);
  for (const item of p.items) asked(item, again);
  const chosen = $('audit-workspace').value;
  $('audit-workspace').replaceChildren(...p.workspaces.map((w) => make('option', { value: w.id, selected: w.id === chosen }, visible(w.name))));
  setLive(true);
  refreshRules();
}

// What ended while nobody listened: the history knows how, unless the server
// is another one now.
async function catchUp(missed) {
  const { items } = await json('/approvals/history').catch(() => ({ items: [] }));
  const ended = new Map(items.map((item) => [item.id, item]));
  for (const { item: { id } } of missed) {
    const { outcome, error } = ended.get(id) || {};
    end(id, outcome, error);
  }
}

function count() {
  const waiting = [...cards.values()].filter((card) => !card.ended).length;
  $('pending-count').textContent = waiting;
  $('pending-empty').hidden = cards.size > 0;
  document.title = (waiting ? '(' + waiting + ') ' : '') + 'OpenWork approvals';
}

function announce(text) {
  $('announce').textContent = text;
}

function show(view) {
  state.view = view;
  for (const tab of $('tabs').children) {
    if (tab.dataset.view === view) tab.setAttribute('aria-current', 'page');
    else tab.removeAttribute('aria-current');
  }
  for (const name of VIEWS) $('view-' + name).hidden = name !== view;
  if (view === 'history') showHistory();
  if (view === 'rules') refreshRules();
  if (view === 'audit') showAudit();
}

$('tabs').addEventListener('click', (event) => {
  const tab = event.target.closest('button');
  if (tab) show(tab.dataset.view);
});

// ---- One request ------------------------------------------------------------------------

function asked(item, isNew) {
  if (cards.has(item.id)) return;
  const card = new Card(item);
  cards.set(item.id, card);
  $('cards').append(card.node);
  count();
  if (isNew) alertHost(item);
}

function replied(p) {
  if (!p.allowed) end(p.id, 'denied');
  else if (p.by === 'rule') state.view === 'rules' && refreshRules();
  else cards.get(p.id)?.settling();
}

function end(id, outcome, error) {
  cards.get(id)?.end((OUTCOMES[outcome] || 'Ended while the connection was lost.') + visible(error));
  count();
}

class Card {
  constructor(item) {
    this.item = item;
    this.left = make('span', { class: 'left' });
    // The text beside it says the same; a bar that changes each second would be read out.
    this.bar = make('progress', { 'aria-hidden': 'true' });
    this.note = make('p', { class: 'end', hidden: true });
    this.actions = make('div', { class: 'actions' }, ...this.buttons());
    const title = make('h2', { id: 't-' + item.id }, visible(item.summary));
    this.node = make('article', { class: 'card', tabIndex: 0, 'aria-labelledby': title.id, onkeydown: (event) => this.key(event) },
      make('div', { class: 'card-head' }, title, this.left),
      make('p', { class: 'meta' }, origin(item)),
      risks(item.risk),
      ...(item.changes || []).map((change) => fileBox(change, item)),
      this.note, this.actions, this.bar);
    this.tick();
    this.settle();
  }

  buttons() {
    this.deny = button('Deny', () => this.answer({ reply: 'deny' }));
    this.allow = button('Allow once', () => this.answer({ reply: 'allow' }), { class: 'primary' });
    const [why, message] = this.panel('Deny with a message', this.denyForm());
    const [time, allowance] = this.item.rememberable ? this.panel('Allow for a time', this.allowForm()) : [null, null];
    this.openers = [why, time].filter(Boolean);
    this.denying = [this.deny, message.elements.send, ...this.openers];
    this.allowing = [this.allow, allowance?.elements.send].filter(Boolean);
    return [this.deny, why, this.allow, time, message, allowance];
  }

  // A button that opens a form below the buttons, and closes the other one.
  panel(label, form) {
    form.className = 'panel';
    form.hidden = true;
    const opener = button(label, () => {
      const hidden = !form.hidden;
      for (const other of this.actions.querySelectorAll('.panel')) other.hidden = true;
      form.hidden = hidden;
      for (const each of this.openers) each.ariaExpanded = String(each === opener && !hidden);
      if (!hidden) form.elements[0].focus({ preventScroll: state.pointer });
    }, { ariaExpanded: 'false' });
    return [opener, form];
  }

  denyForm() {
    const input = make('input', { type: 'text', maxLength: 200, autocomplete: 'off' });
    return this.form(() => ({ reply: 'deny', message: input.value.trim() || undefined }),
      make('label', {}, 'Message to the client', input), make('button', { name: 'send' }, 'Deny and send'));
  }

  allowForm() {
    const minutes = make('select', {}, ...[5, 10, 60].map((m) => make('option', { value: m }, m + ' minutes')));
    minutes.value = 10;
    const send = make('button', { name: 'send' }, 'Allow for 10 minutes');
    minutes.addEventListener('change', () => { send.textContent = 'Allow for ' + minutes.value + ' minutes'; });
    const what = scope(this.item, this.item.actor);
    return this.form(() => {
      this.granted = ' For ' + minutes.value + ' minutes, ' + what;
      return { reply: 'allow', remember: { minutes: Number(minutes.value) } };
    }, make('label', {}, 'For ', minutes), make('p', {}, what), send);
  }

  form(reply, ...children) {
    return make('form', { onsubmit: (event) => { event.preventDefault(); this.answer(reply()); } }, ...children);
  }

  // What has just come, or moved, may lie under a finger meant for another.
  settle() {
    this.still = performance.now() + 500;
    this.enable();
    setTimeout(() => this.enable(), 510);
  }

  can(reply) {
    return state.live && !this.busy && !this.ended && (reply === 'deny' || performance.now() >= this.still);
  }

  // Only marked: a button that is disabled loses the focus.
  enable() {
    for (const each of this.denying) each.ariaDisabled = String(!this.can('deny'));
    for (const each of this.allowing) each.ariaDisabled = String(!this.can('allow'));
  }

  async answer(reply) {
    if (!this.can(reply.reply)) return;
    this.busy = true;
    this.enable();
    try {
      const headers = { 'Content-Type': 'application/json' };
      await json('/approvals/' + encodeURIComponent(this.item.id), { method: 'POST', headers, body: JSON.stringify(reply) });
      this.focusNext();
    } catch (error) {
      if (error instanceof Refused) return;
      this.busy = false;
      this.granted = '';
      this.say(visible(error.message));
      this.enable();
    }
  }

  settling() {
    this.busy = true;
    if (!this.ended) this.left.textContent = OUTCOMES.allowed;
    this.enable();
  }

  say(text) {
    this.note.textContent = text;
    this.note.hidden = false;
    announce(visible(this.item.summary) + ': ' + text);
  }

  end(text) {
    if (this.ended) return;
    const held = this.node.contains(document.activeElement);
    this.ended = performance.now();
    // The card keeps its height, so that those below stay where they are.
    this.node.style.minHeight = this.node.getBoundingClientRect().height + 'px';
    this.node.dataset.ended = '';
    this.left.textContent = '';
    this.actions.remove();
    this.bar.remove();
    this.say(text + (text === OUTCOMES.applied && this.granted || ''));
    if (held) this.focusNext();
  }

  focusNext() {
    const waiting = [...cards.values()].filter((card) => !card.ended && !card.busy);
    const after = waiting.find((card) => this.node.compareDocumentPosition(card.node) & Node.DOCUMENT_POSITION_FOLLOWING);
    (after || waiting[0] || { node: $('main') }).node.focus({ preventScroll: state.pointer });
  }

  key(event) {
    if (event.target !== this.node || !$('opt-keys').checked || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.key === 'a') this.answer({ reply: 'allow' });
    else if (event.key === 'd') this.answer({ reply: 'deny' });
    else return;
    event.preventDefault();
  }

  tick() {
    if (this.ended || this.busy) return;
    const whole = this.item.expiresAt - this.item.createdAt;
    const left = Math.max(0, Math.min(whole, this.item.expiresAt - now()));
    this.left.textContent = duration(left) + ' left';
    this.bar.max = whole;
    this.bar.value = left;
  }
}

function risks(risk) {
  if (!risk || !risk.length) return null;
  return make('ul', { class: 'risk', 'aria-label': 'Risks' }, ...risk.map((text) => make('li', {}, visible(text))));
}

// ---- One file ------------------------------------------------------------------------------

function fileBox(change, item) {
  const diff = make('pre', { class: 'diff wrap', role: 'group', 'aria-label': 'Changes of ' + visible(change.path) });
  fillDiff(diff, change.diff);
  const cut = change.truncated ? make('p', { class: 'cut' }, 'Only the beginning is shown; the whole change is longer.') : null;
  const body = make('div', { hidden: !item }, diff, cut);
  const fold = make('button', { type: 'button', class: 'fold', ariaExpanded: String(!body.hidden) },
    make('code', {}, visible(change.path)), make('span', { class: 'kind' }, visible(change.kind)),
    make('span', { class: 'counts' }, '+' + change.added + ' −' + change.removed));
  fold.addEventListener('click', () => {
    tools.hidden = body.hidden = !body.hidden;
    fold.ariaExpanded = String(!body.hidden);
  });
  // Long lines are wrapped at first: what lies beyond an edge is easily missed.
  const wrap = button('Wrap', () => {
    const wrapped = diff.classList.toggle('wrap');
    wrap.ariaPressed = String(wrapped);
    diff.tabIndex = wrapped ? -1 : 0;
  }, { class: 'quiet', ariaPressed: 'true' });
  const masked = item && change.masked?.length ? revealButton(change, item, diff) : null;
  const tools = make('div', { hidden: body.hidden }, ...[masked, wrap].filter(Boolean));
  return make('div', { class: 'file' }, make('div', { class: 'file-head' }, fold, tools), body);
}

function revealButton(change, item, diff) {
  const label = 'Reveal ' + plural(change.masked.length, 'secret');
  const reveal = button(label, async () => {
    try {
      const hide = reveal.ariaPressed === 'true';
      const full = hide ? item : await json('/approvals/' + encodeURIComponent(item.id) + '?reveal=true');
      fillDiff(diff, (full.changes.find((other) => other.path === change.path) || change).diff);
      reveal.ariaPressed = String(!hide);
    } catch (error) {
      if (!(error instanceof Refused)) reveal.textContent = visible(error.message);
    }
  }, { class: 'quiet', ariaPressed: 'false' });
  return reveal;
}

function fillDiff(diff, text) {
  const kind = { '+': 'add', '-': 'del', '@': 'hunk', '\\': 'hunk' };
  const lines = String(text || '').replace(/\n$/, '').split('\n');
  diff.replaceChildren(...lines.map((line) => {
    if (kind[line[0]] === 'hunk') return make('span', { class: 'hunk' }, source(line), '\n');
    return make('span', { class: kind[line[0]] || '' }, make('b', {}, line[0] || ' '), source(line.slice(1)), '\n');
  }));
}

// ---- The clock: countdowns, and cards that have ended -----------------------------------------

setInterval(() => {
  for (const card of cards.values()) card.tick();
  const time = performance.now();
  // Nothing moves while a hand does.
  if (time - state.touched < 2000) return;
  const old = [...cards.values()].filter((card) => card.ended && time - card.ended > 10000 && !card.node.contains(document.activeElement));
  for (const card of old) {
    card.node.remove();
    cards.delete(card.item.id);
  }
  if (!old.length) return;
  for (const card of cards.values()) card.settle();
  count();
}, 1000);

for (const type of ['pointermove', 'pointerdown', 'wheel', 'keydown']) {
  addEventListener(type, () => {
    state.touched = performance.now();
    if (type !== 'pointermove') state.pointer = type !== 'keydown';
  }, { capture: true, passive: true });
}

// ---- Alerts and keys ----------------------------------------------------------------------------

function alertHost(item) {
  announce('New request: ' + visible(item.summary) + ', in ' + place(item) + '.');
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
$('opt-notify-row').hidden = !(isSecureContext && 'Notification' in window);
$('opt-notify').addEventListener('change', async () => {
  if ($('opt-notify').checked) $('opt-notify').checked = (await Notification.requestPermission()) === 'granted';
});

document.addEventListener('keydown', (event) => {
  const typing = event.target.matches('input:not([type=checkbox]), select') || event.ctrlKey || event.metaKey || event.altKey;
  if (!$('opt-keys').checked || typing || state.view !== 'pending' || !['j', 'k'].includes(event.key)) return;
  const nodes = [...$('cards').children];
  const at = nodes.indexOf(document.activeElement.closest('.card'));
  const to = at < 0 ? 0 : at + (event.key === 'j' ? 1 : -1);
  nodes[Math.max(0, Math.min(nodes.length - 1, to))]?.focus();
});

// ---- History, rules, audit log --------------------------------------------------------------------

async function fill(id, load, empty) {
  let rows;
  try {
    rows = await load();
  } catch (error) {
    if (error instanceof Refused) return;
    rows = [];
    empty = visible(error.message);
  }
  const held = document.activeElement?.dataset.keep;
  $(id).replaceChildren(rows.length ? make('ul', { class: 'rows' }, ...rows) : make('p', { class: 'empty' }, empty));
  if (held) $(id).querySelector('[data-keep="' + CSS.escape(held) + '"]')?.focus();
}

const row = (title, ...more) => make('li', {}, make('p', {}, make('strong', {}, visible(title))), ...more);

function ended({ outcome, by, error }) {
  const text = (OUTCOMES[outcome] || visible(outcome)) + visible(error);
  return by === 'rule' ? text.replace('Allowed', 'Allowed by a rule') : text;
}

const showHistory = () => fill('history', async () => {
  const { items } = await json('/approvals/history?limit=200');
  return items.map((item) => row(item.summary,
    make('p', {}, ended(item), item.message ? ' “' + visible(item.message) + '”' : ''),
    make('p', { class: 'meta' }, origin(item) + ' · ' + clock(item.endedAt))));
}, 'Nothing has ended yet.');

const refreshRules = () => fill('rules', async () => {
  const { items } = await json('/approvals/rules');
  $('rules-count').textContent = items.length;
  return items.map((rule) => {
    const what = scope(rule, rule);
    return make('li', { class: 'rule' },
      make('div', {}, make('p', {}, what[0].toUpperCase() + what.slice(1)),
        make('p', { class: 'meta' }, 'Until ' + clock(rule.expiresAt) + ' · used ' + plural(rule.uses, 'time'))),
      button('Revoke', () => revoke(rule.id), { 'data-keep': rule.id, 'aria-label': 'Revoke: ' + what }));
  });
}, 'No rules. Every request is asked about.');

async function revoke(id) {
  try {
    await json('/approvals/rules/' + encodeURIComponent(id), { method: 'DELETE' });
    announce('Revoked.');
  } catch (error) {
    if (error instanceof Refused) return;
    announce(visible(error.message));
  }
  await refreshRules();
  if (!document.activeElement.dataset.keep) $('main').focus({ preventScroll: true });
}

const showAudit = () => fill('audit', async () => {
  const id = $('audit-workspace').value;
  if (!id) return [];
  const { items } = await json('/approvals/audit?limit=200&workspace=' + encodeURIComponent(id));
  return items.map((entry) => row(entry.summary,
    make('p', { class: 'meta' }, visible(entry.action) + ' · ' + visible(entry.target) + ' · ' + clock(entry.timestamp) + ' · ' +
      (entry.actor?.type === 'host' ? 'by the host' : 'by ' + (entry.actor?.clientId ? '“' + visible(entry.actor.clientId) + '” (self-reported)' : 'a remote client'))),
    ...(entry.changes || []).map((change) => fileBox(change))));
}, 'No changes recorded.');
$('audit-workspace').addEventListener('change', showAudit);

addEventListener('hashchange', () => { if (location.hash.includes('token=')) start(); });
start();
