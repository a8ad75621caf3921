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
  node.append(...children.filter((child) => child != null));
  return node;
}

const button = (text, onclick, props = {}) => make('button', { type: 'button', onclick, ...props }, text);

// Characters without a sign of their own, or that move others, must not
// disguise a text; nor may blanks that are no space. The terminal has the same
// list.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u{2800}\u{13441}\u{13442}\u{16fe4}\u{1d159}]|(?! )\p{Zs}/gu;
const escaped = (c) => '\\u{' + c.codePointAt(0).toString(16) + '}';
const visible = (text) => String(text ?? '').replace(HIDDEN, escaped);
// Files are indented with tabs.
const source = (text) => text.replace(HIDDEN, (c) => (c === '\t' ? c : escaped(c)));
// A command may have several lines.
const code = (text) => make('code', {}, text.split('\n').map(source).join('\n'));

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

const APPROVED = {
  host: 'allowed by the host', page: 'allowed on this page', terminal: 'allowed in a terminal',
  rule: 'allowed by a rule', auto: 'nobody was asked',
};

// Each level has a sign and a word, and is never told by its colour alone.
const SIGNS = { low: '○', medium: '●', high: '▲' };
// What nobody has weighed is high.
const levelOf = ({ level }) => (Object.hasOwn(SIGNS, level) ? level : 'high');

function badge(level) {
  return make('span', { class: 'level', 'data-level': level }, make('span', { 'aria-hidden': 'true' }, SIGNS[level] + ' '), level);
}

// What a request does in plain words; its summary is that of the record.
const titleOf = (item) => visible(item.title || item.summary);

// A client may call itself anything; only its address is a fact.
const asker = ({ clientId, address }) =>
  (clientId ? '“' + visible(clientId) + '” (self-reported) at ' : '') + visible(address || 'an unknown address');

const place = (item) => visible(item.workspaceName || item.workspaceId);

function origin(item) {
  const actor = item.actor || {};
  const summary = item.title && item.title !== item.summary ? visible(item.summary) + ' · ' : '';
  return summary + visible(item.action) + ' · ' + place(item) + ' · from ' + (actor.type === 'host' ? 'the host itself' : asker(actor));
}

const scope = (item, client) => (KINDS[item.action] || visible(item.action)) + ' in ' + place(item) + ' from ' + asker(client) + ' apply without asking.';

// ---- State ----------------------------------------------------------------------

const KEY = 'openwork.hostToken';
const VIEWS = ['pending', 'history', 'rules', 'audit'];
const state = { token: null, offset: 0, live: false, view: 'pending', stream: null, attempt: 0, touched: 0, pointer: false };
const cards = new Map();
// What agents wait for, by workspace and id.
const asks = new Map();
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
    const answer = await call('/approvals/events?include=engine', { signal: stream.signal });
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
  else if (type === 'agent.requests') agents(p);
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
  asks.clear();
  for (const id of ['agents', 'cards', 'history', 'rules', 'audit', 'audit-workspace']) $(id).replaceChildren();
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
  for (const card of [...cards.values(), ...asks.values()]) card.enable();
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
  const waiting = [...cards.values()].filter((card) => !card.ended).length + asks.size;
  $('pending-count').textContent = waiting;
  $('pending-empty').hidden = cards.size + asks.size > 0;
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
    this.path = '/approvals/' + encodeURIComponent(item.id);
    this.level = levelOf(item);
    this.boxes = (item.changes || []).map((change) => fileBox(change, item));
    this.files = make('div', {}, ...this.boxes.map((box) => box.node));
    this.effects = effects(item);
    this.rest = new Rest(this);
    this.left = make('span', { class: 'left' });
    // The text beside it says the same; a bar that changes each second would be read out.
    this.bar = make('progress', { 'aria-hidden': 'true' });
    this.note = make('p', { class: 'end', hidden: true });
    this.actions = make('div', { class: 'actions' }, ...this.buttons());
    const title = make('h2', { id: 't-' + item.id }, titleOf(item));
    const level = make('div', { id: 'l-' + item.id }, badge(this.level));
    this.node = make('article', { class: 'card', tabIndex: 0, 'aria-labelledby': title.id, 'aria-describedby': level.id, onkeydown: (event) => this.key(event) },
      make('div', { class: 'card-head' }, level, title, this.left),
      make('p', { class: 'meta' }, origin(item)),
      this.effects, this.files, this.rest.node, this.note, this.actions, this.bar);
    this.tick();
    this.settle();
  }

  buttons() {
    const isHigh = this.level === 'high';
    this.deny = button('Deny', () => this.answer({ reply: 'deny' }));
    const [why, message] = this.panel('Deny with a message', this.denyForm());
    const [yes, confirmation] = isHigh ? this.panel('Allow once', this.confirmForm())
      : [button('Allow once', () => this.answer({ reply: 'allow' }), { class: 'primary' }), null];
    const isOffered = this.item.rememberable && !isHigh;
    const [time, allowance] = isOffered ? this.panel('Allow for a time', this.allowForm()) : [null, null];
    this.allow = yes;
    this.confirmation = confirmation;
    this.openers = [why, isHigh ? yes : null, time].filter(Boolean);
    this.denying = [this.deny, message.elements.send, ...[why, time].filter(Boolean)];
    this.allowing = [yes, confirmation?.elements.send, allowance?.elements.send].filter(Boolean);
    if (this.rest.waits) for (const each of this.allowing) each.setAttribute('aria-describedby', this.rest.text.id);
    return [this.deny, why, yes, time, message, confirmation, allowance];
  }

  // A button that opens a form below the buttons, and closes the others.
  panel(label, form) {
    form.className = 'panel';
    form.hidden = true;
    const opener = button(label, () => this.toggle(opener, form, !form.hidden), { ariaExpanded: 'false' });
    return [opener, form];
  }

  toggle(opener, form, hidden) {
    if (opener === this.allow && !hidden && !this.can('allow')) return;
    for (const other of this.actions.querySelectorAll('.panel')) other.hidden = true;
    form.hidden = hidden;
    for (const each of this.openers) each.ariaExpanded = String(each === opener && !hidden);
    if (hidden) return;
    if (form === this.confirmation) {
      this.second = performance.now() + 500;
      this.enable();
      setTimeout(() => this.enable(), 510);
    }
    form.elements[0].focus({ preventScroll: state.pointer });
  }

  // What is rated high takes a second step, which never has the focus at first.
  confirmForm() {
    const question = 'Really allow: ' + titleOf(this.item) + '?';
    const cancel = button('Cancel', () => {
      this.toggle(this.allow, this.confirmation, true);
      this.allow.focus({ preventScroll: state.pointer });
    });
    const form = this.form(() => performance.now() >= this.second && { reply: 'allow' },
      make('p', {}, question), cancel, make('button', { name: 'send', class: 'danger' }, 'Yes, allow'));
    form.ariaLabel = question;
    return form;
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
    const what = scope(this.item, this.item.actor) + covers(this.item);
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
    return state.live && !this.busy && !this.ended && (reply === 'deny' || (!this.rest.waits && performance.now() >= this.still));
  }

  // Only marked: a button that is disabled loses the focus.
  enable() {
    for (const each of this.denying) each.ariaDisabled = String(!this.can('deny'));
    for (const each of this.allowing) each.ariaDisabled = String(!this.can('allow'));
    if (this.confirmation && performance.now() < this.second) this.confirmation.elements.send.ariaDisabled = 'true';
  }

  async answer(reply) {
    if (!reply || !this.can(reply.reply)) return;
    this.busy = true;
    this.enable();
    try {
      const headers = { 'Content-Type': 'application/json' };
      await json(this.path, { method: 'POST', headers, body: JSON.stringify({ ...reply, via: 'page' }) });
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
    announce(titleOf(this.item) + ': ' + text);
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
    this.rest.node.remove();
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
    // What is rated high is only asked about once more, and not by this key.
    if (event.key === 'a' && this.confirmation) this.toggle(this.allow, this.confirmation, false);
    else if (event.key === 'a') this.answer({ reply: 'allow' });
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

// ---- What an agent waits for ---------------------------------------------------------------

// Not a request to change what agents can do: one of them is at work and waits.
// Its words are told as they are, and a card that says something else is another.
function agents({ items }) {
  const wanted = new Map(items.map((item) => [item.workspaceId + ' ' + item.id + ' ' + item.digest, item]));
  for (const [key, card] of asks) if (!wanted.has(key)) card.leave(key);
  for (const [key, item] of wanted) {
    if (asks.has(key)) continue;
    const card = new AgentCard(item);
    asks.set(key, card);
    $('agents').append(card.node);
    alertPerson(card.title + ', in ' + place(item) + '.', item.id);
  }
  count();
}

const USES = { bash: 'run', edit: 'edit', read: 'read', webfetch: 'fetch', external_directory: 'work outside of the workspace, in' };

class AgentCard {
  constructor(item) {
    this.item = item;
    this.path = '/approvals/agent/' + encodeURIComponent(item.workspaceId) + '/' + encodeURIComponent(item.id);
    const isQuestion = item.kind === 'question';
    this.title = isQuestion ? 'The agent asks you' : 'The agent wants to ' + (USES[item.permission] || 'use ' + visible(item.permission));
    this.note = make('p', { class: 'end', hidden: true });
    const title = make('h2', { id: 'a-' + item.id }, this.title);
    this.yes = [];
    this.no = button('Reject', () => this.answer({ reply: 'reject' }));
    this.form = isQuestion ? this.questions() : null;
    this.node = make('article', { class: 'card agent', tabIndex: 0, 'aria-labelledby': title.id },
      make('div', { class: 'card-head' }, make('span', { class: 'level' }, 'agent at work'), title),
      make('p', { class: 'meta' }, place(item) + ' · session ' + visible(item.sessionId) + ' · told in the words of the agent and its engine'),
      ...(isQuestion ? [this.form] : this.wants()), this.cut(), this.note,
      make('div', { class: 'actions' }, this.no, ...(isQuestion ? [] : this.allows())));
    this.settle();
  }

  wants() {
    const { patterns = [], metadata } = this.item;
    const more = metadata && Object.keys(metadata).length ? JSON.stringify(metadata, null, 2) : '';
    return [list('effects', 'What it wants', patterns.map((text) => make('li', {}, code(text)))),
      more && make('details', { open: true }, make('summary', {}, 'What the tool says'), make('p', { class: 'effects' }, code(more)))].filter(Boolean);
  }

  cut() {
    return this.item.truncated ? make('p', { class: 'cut' }, 'Something is left out, as it is too long to be shown. It can only be rejected here.') : null;
  }

  allows() {
    const { always = [] } = this.item;
    const once = button('Allow once', () => this.answer({ reply: 'once' }), { class: 'primary' });
    this.yes.push(once);
    if (!always.length) return [once];
    const what = 'and from now on without asking: ' + always.map(visible).join(', ');
    const ever = button('Allow always', () => this.answer({ reply: 'always' }), { title: what });
    this.yes.push(ever);
    return [once, ever, make('p', { class: 'meta' }, 'Always: ' + what)];
  }

  questions() {
    const groups = this.item.questions.map((asked, n) => this.question(asked, n));
    const send = make('button', { class: 'primary' }, 'Answer');
    this.yes.push(send);
    return make('form', { onsubmit: (event) => {
      event.preventDefault();
      const answers = groups.map((group) => group.chosen());
      if (answers.some((labels) => !labels.length)) return this.say('Answer each question, or reject.');
      this.answer({ answers });
    } }, ...groups.map((group) => group.node), send);
  }

  question(asked, n) {
    const name = 'q-' + this.item.id + '-' + n;
    const inputs = (asked.options || []).map((option, index) => {
      const input = make('input', { type: asked.multiple ? 'checkbox' : 'radio', name, id: name + '-' + index, value: option.label });
      return { input, node: make('p', {}, input, ' ', make('label', { htmlFor: input.id }, visible(option.label), option.description ? ': ' + visible(option.description) : '')) };
    });
    const own = asked.custom === false ? null : make('input', { type: 'text', autocomplete: 'off', 'aria-label': 'Another answer to: ' + visible(asked.question) });
    const node = make('fieldset', {}, make('legend', {}, visible(asked.question)), ...inputs.map((each) => each.node),
      own && make('p', {}, 'Another answer: ', own));
    const chosen = () => {
      const text = own?.value.trim();
      const labels = inputs.filter((each) => each.input.checked).map((each) => each.input.value);
      if (text) return asked.multiple ? [...labels, text] : [text];
      return labels;
    };
    return { node, chosen };
  }

  // What has just come may lie under a finger meant for another.
  settle() {
    this.still = performance.now() + 500;
    this.enable();
    setTimeout(() => this.enable(), 510);
  }

  can(isYes) {
    return state.live && !this.busy && (!isYes || (!this.item.truncated && performance.now() >= this.still));
  }

  enable() {
    this.no.ariaDisabled = String(!this.can(false));
    for (const each of this.yes) each.ariaDisabled = String(!this.can(true));
  }

  async answer(reply) {
    if (!this.can(reply.reply !== 'reject')) return;
    this.busy = true;
    this.enable();
    try {
      const headers = { 'Content-Type': 'application/json' };
      await json(this.path, { method: 'POST', headers, body: JSON.stringify({ ...reply, digest: this.item.digest, via: 'page' }) });
      this.say('Answered.');
    } catch (error) {
      if (error instanceof Refused) return;
      this.busy = false;
      this.say(visible(error.message));
      this.enable();
    }
  }

  say(text) {
    this.note.textContent = text;
    this.note.hidden = false;
    announce(this.title + ': ' + text);
  }

  leave(key) {
    const held = this.node.contains(document.activeElement);
    asks.delete(key);
    this.node.remove();
    if (held) $('main').focus({ preventScroll: state.pointer });
  }
}

// ---- What a request sets off ------------------------------------------------------------

function effects(item) {
  // A server that knows no levels still tells its risks.
  if (!item.effects) return list('risk', 'Risks', (item.risk || []).map((text) => make('li', {}, visible(text))));
  return list('effects', 'Effects', item.effects.map((effect) => {
    const level = levelOf(effect);
    return make('li', { 'data-level': level }, badge(level), ' ', ...sentence(effect), transition(effect));
  }));
}

const list = (name, label, rows) => make('ul', { class: name, ariaLabel: label, hidden: !rows.length }, ...rows);

// The sentence with the whole command in it, or below it.
function sentence({ text = '', command }) {
  const at = command ? text.indexOf(command) : -1;
  if (!command) return [visible(text)];
  if (at < 0) return [visible(text), make('p', {}, code(command))];
  return [visible(text.slice(0, at)), code(command), visible(text.slice(at + command.length))];
}

function transition({ from, to }) {
  if (from == null && to == null) return null;
  const value = (text) => (text == null ? 'not set' : make('code', {}, visible(text)));
  return make('p', {}, value(from), ' → ', value(to));
}

const covers = (of) => (of.covers ? ' Covers: ' + visible(of.covers) + '.' : '');

// ---- What was left out at first ------------------------------------------------------------

// The pages of the whole diff of a file.
async function* pages(path, reveal) {
  if (!path) throw new Error('The server does not show the rest.');
  let digest;
  for (let next = path + '?lines=2000' + (reveal ? '&reveal=true' : ''); next;) {
    const page = await json(next);
    digest ??= page.digest;
    if (page.digest !== digest) throw new Error('The files changed in the meantime.');
    yield page;
    next = page.next;
  }
}

// Lists bound what they tell of a request. Until the rest was shown, too,
// nothing is allowed.
class Rest {
  constructor(card) {
    this.card = card;
    const { item, boxes } = card;
    const cut = boxes.filter((box) => box.change.truncated);
    this.parts = [
      ...(item.moreEffects ? [() => this.addEffects()] : []),
      ...cut.map((box) => () => box.showAll((page, shown) => this.tell(page, shown))),
      ...Array.from({ length: item.moreChanges || 0 }, (_, n) => () => this.addFile(boxes.length + n)),
    ];
    const counts = [[item.moreEffects, 'more effect'], [cut.length, 'shortened file'], [item.moreChanges, 'more file']];
    this.what = 'Not all of this is shown: ' + counts.filter(([n]) => n).map(([n, word]) => plural(n, word)).join(', ') + '. ';
    this.state = this.what + 'It can be allowed once you have seen the rest.';
    this.text = make('p', { id: 'r-' + item.id }, this.state);
    this.button = button('Show the rest', () => this.show());
    this.node = make('div', { class: 'rest', hidden: !this.waits }, this.text, this.button);
  }

  get waits() {
    return this.parts.length > 0;
  }

  tell(page, shown) {
    this.state = this.text.textContent = this.what + (page.total - shown) + ' of ' + page.total + ' lines of ' + visible(page.path) + ' not seen yet.';
    // Everything below has moved.
    for (const card of cards.values()) card.settle();
  }

  async show() {
    if (this.busy) return;
    this.busy = true;
    this.button.ariaDisabled = 'true';
    try {
      while (this.waits && !this.card.ended) {
        await this.parts[0]();
        this.parts.shift();
      }
      this.finish();
    } catch (error) {
      if (error instanceof Refused) return;
      this.text.textContent = this.state + ' ' + visible(error.message);
    } finally {
      this.busy = false;
      this.button.ariaDisabled = 'false';
    }
  }

  finish() {
    if (this.card.ended) return;
    if (document.activeElement === this.button) this.card.node.focus({ preventScroll: true });
    this.button.hidden = true;
    this.text.textContent = 'All of it is shown.';
    announce(titleOf(this.card.item) + ': All of it is shown.');
    for (const card of cards.values()) card.settle();
  }

  async addEffects() {
    const whole = await json(this.card.path);
    if (whole.moreEffects) throw new Error('The server does not show the rest.');
    const all = effects(whole);
    this.card.effects.replaceWith(all);
    this.card.effects = all;
  }

  async addFile(index) {
    let box;
    let shown = 0;
    for await (const page of pages(this.card.path + '/files/' + index)) {
      box ??= fileBox({ ...page, diff: '' }, this.card.item);
      box.add(page.diff);
      shown += page.lines;
      this.tell(page, shown);
    }
    this.card.files.append(box.node);
  }
}

// ---- One file ------------------------------------------------------------------------------

function fileBox(change, item) {
  const diff = make('pre', { class: 'diff wrap', role: 'group', 'aria-label': 'Changes of ' + visible(change.path) });
  const cut = make('p', { class: 'cut', hidden: !change.truncated }, 'Only the beginning is shown; the whole change is longer.');
  const body = make('div', { hidden: !item }, diff, cut);
  const fold = make('button', { type: 'button', class: 'fold', ariaExpanded: String(!body.hidden) },
    make('code', {}, visible(change.path)), make('span', { class: 'kind' }, visible(change.kind)),
    make('span', { class: 'counts' }, '+' + change.added + ' −' + change.removed));
  const unfold = (hidden) => {
    tools.hidden = body.hidden = hidden;
    fold.ariaExpanded = String(!hidden);
  };
  fold.addEventListener('click', () => unfold(!body.hidden));
  // Long lines are wrapped at first: what lies beyond an edge is easily missed.
  const wrap = button('Wrap', () => {
    const wrapped = diff.classList.toggle('wrap');
    wrap.ariaPressed = String(wrapped);
    diff.tabIndex = wrapped ? -1 : 0;
  }, { class: 'quiet', ariaPressed: 'true' });
  const add = (text) => diff.append(...diffLines(text));
  let whole = false;
  let revealed = false;
  const showAll = async (tell) => {
    let shown = 0;
    for await (const page of pages(change.full, revealed)) {
      if (!shown) diff.replaceChildren();
      add(page.diff);
      shown += page.lines;
      tell(page, shown);
    }
    whole = cut.hidden = true;
    unfold(false);
  };
  // What was shown to its end stays so.
  const reveal = async (wanted) => {
    revealed = wanted;
    if (whole) return showAll(() => {});
    const all = wanted ? await json('/approvals/' + encodeURIComponent(item.id) + '?reveal=true') : item;
    diff.replaceChildren(...diffLines((all.changes.find((other) => other.path === change.path) || change).diff));
  };
  const masked = item && change.masked?.length ? revealButton(change.masked.length, reveal) : null;
  const tools = make('div', { hidden: body.hidden }, ...[masked, wrap].filter(Boolean));
  add(change.diff);
  return { change, add, showAll, node: make('div', { class: 'file' }, make('div', { class: 'file-head' }, fold, tools), body) };
}

function revealButton(count, show) {
  const reveal = button('Reveal ' + plural(count, 'secret'), async () => {
    const hide = reveal.ariaPressed === 'true';
    try {
      await show(!hide);
      reveal.ariaPressed = String(!hide);
    } catch (error) {
      if (!(error instanceof Refused)) reveal.textContent = visible(error.message);
    }
  }, { class: 'quiet', ariaPressed: 'false' });
  return reveal;
}

function diffLines(text) {
  const kind = { '+': 'add', '-': 'del', '@': 'hunk', '\\': 'hunk' };
  if (!text) return [];
  const lines = text.replace(/\n$/, '').split('\n');
  return lines.map((line) => {
    if (kind[line[0]] === 'hunk') return make('span', { class: 'hunk' }, source(line), '\n');
    return make('span', { class: kind[line[0]] || '' }, make('b', {}, line[0] || ' '), source(line.slice(1)), '\n');
  });
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

const alertHost = (item) =>
  alertPerson('New request, ' + levelOf(item) + ': ' + titleOf(item) + ', in ' + place(item) + '.', item.id, levelOf(item) + ': ' + titleOf(item));

function alertPerson(text, tag, body = text) {
  announce(text);
  if ($('opt-beep').checked) beep();
  if ($('opt-notify').checked && Notification.permission === 'granted') new Notification('OpenWork asks', { body, tag });
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

const row = (level, title, ...more) => make('li', {}, make('p', {}, level && badge(level), level && ' ', make('strong', {}, visible(title))), ...more);

function ended({ outcome, by, error }) {
  const text = (OUTCOMES[outcome] || visible(outcome)) + visible(error);
  return by === 'rule' ? text.replace('Allowed', 'Allowed by a rule') : text;
}

const showHistory = () => fill('history', async () => {
  const { items } = await json('/approvals/history?limit=200');
  return items.map((item) => row(levelOf(item), item.title || item.summary,
    make('p', {}, ended(item), item.message ? ' “' + visible(item.message) + '”' : ''),
    make('p', { class: 'meta' }, origin(item) + ' · ' + clock(item.endedAt))));
}, 'Nothing has ended yet.');

const refreshRules = () => fill('rules', async () => {
  const { items } = await json('/approvals/rules');
  $('rules-count').textContent = items.length;
  return items.map((rule) => {
    const what = scope(rule, rule) + covers(rule);
    return make('li', { class: 'rule' },
      make('div', {}, make('p', {}, rule.level && badge(levelOf(rule)), rule.level && ' ', what[0].toUpperCase() + what.slice(1)),
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

const approved = (approval) => (approval ? ' · ' + (APPROVED[approval.by] || visible(approval.by)) + (approval.address ? ' from ' + visible(approval.address) : '') : '');

const showAudit = () => fill('audit', async () => {
  const id = $('audit-workspace').value;
  if (!id) return [];
  const { items } = await json('/approvals/audit?limit=200&workspace=' + encodeURIComponent(id));
  return items.map((entry) => row(null, entry.summary,
    make('p', { class: 'meta' }, visible(entry.action) + ' · ' + visible(entry.target) + ' · ' + clock(entry.timestamp) + ' · ' +
      (entry.actor?.type === 'host' ? 'by the host' : 'by ' + (entry.actor?.clientId ? '“' + visible(entry.actor.clientId) + '” (self-reported)' : 'a remote client')) + approved(entry.approval)),
    ...(entry.changes || []).map((change) => fileBox(change).node)));
}, 'No changes recorded.');
$('audit-workspace').addEventListener('change', showAudit);

addEventListener('hashchange', () => { if (location.hash.includes('token=')) start(); });
start();
