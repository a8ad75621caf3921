// The approvals page: shows what the server decided to show, and answers it.
// Diffs, effects, masks and deadlines come from the server. This is its frame:
// signing in and out, and what the stream says.
import { $, announce, make, visible } from './dom.js';
import { alertPerson, renewPush } from './alerts.js';
import * as queue from './queue.js';
import { RequestCard } from './request.js';
import { follow, isDevice, json, on, state } from './server.js';
import { VIEWS, rules, show } from './views.js';
import { levelOf, place } from './words.js';

const KEY = 'openwork.hostToken';
const WHY = 'why';
let wanted = null;

// ---- Signing in and out -------------------------------------------------------

// A link may bring the token, and name a request.
function start() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  wanted = fragment.get('request');
  if (fragment.has('token')) keep(fragment.get('token'));
  const code = fragment.get('pair');
  if (location.hash) history.replaceState(null, '', location.pathname);
  if (code) return pairing(code);
  state.token = sessionStorage.getItem(KEY) || localStorage.getItem(KEY);
  if (state.token) return signIn();
  $('token-error').textContent = sessionStorage.getItem(WHY);
  sessionStorage.removeItem(WHY);
  $('token').focus();
}

async function pairing(code) {
  const { pair } = await import('./pairing.js');
  await pair(code, (token) => {
    keep(token);
    state.token = token;
    signIn();
  });
}

// The host's token goes with the tab; one that was made for this device stays.
function keep(token) {
  (isDevice(token) ? localStorage : sessionStorage).setItem(KEY, token);
}

function signIn() {
  $('view-sign-in').hidden = true;
  $('tabs').hidden = $('sign-out').hidden = false;
  const isOther = isDevice(state.token);
  offer(!isOther);
  if (isOther) json('/whoami').then(({ actor }) => offer(actor.scope === 'owner'), () => {});
  setStatus('off', 'Connecting');
  show('pending');
  follow();
  renewPush();
}

// Who holds tokens, and what was changed, is the business of owners; the host is one.
function offer(isOwner) {
  for (const tab of $('tabs').children) tab.hidden = !isOwner && ['audit', 'devices'].includes(tab.dataset.view);
}

// A reload forgets everything else.
function signOut(why) {
  state.token = null;
  sessionStorage.removeItem(KEY);
  localStorage.removeItem(KEY);
  if (why) sessionStorage.setItem(WHY, why);
  location.reload();
}

$('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  state.token = $('token').value.trim();
  $('token').value = '';
  keep(state.token);
  signIn();
});
$('sign-out').addEventListener('click', () => signOut());
$('tabs').addEventListener('click', (event) => {
  const tab = event.target.closest('button');
  if (tab) show(tab.dataset.view);
});
on.refused = () => signOut('The host token was not accepted.');

// ---- What the stream says -------------------------------------------------------

function setStatus(kind, text) {
  $('status').dataset.state = kind;
  $('status').textContent = text;
}

function setLive(live) {
  state.live = live;
  setStatus(live ? 'live' : 'lost', live ? 'Live' : 'Connection lost. Trying again.');
  for (const card of queue.all()) card.enable();
}
on.lost = () => setLive(false);

on.message = (type, p, again) => {
  const [about, event] = type.split('.');
  if (type === 'snapshot') snapshot(p, again);
  else if (type === 'rules.changed') rules();
  else if (type === 'agent.requests') agents(p);
  else if (about !== 'approval') return;
  else if (event === 'asked') asked(p, true);
  else if (event === 'replied') replied(p);
  else if (event === 'rescheduled') queue.get(p.id)?.reschedule(p.expiresAt);
  else queue.get(p.id)?.end(event, p.message);
  queue.openFirst();
  if (state.view === 'history' || (state.view === 'audit' && event === 'applied')) VIEWS[state.view]();
};

// Where nobody is asked, nobody is told to wait for requests.
const IDLE = 'Nothing to decide. Only what agents ask appears here.';
const MODES = {
  readOnly: ['This server is read-only. Writes are refused.', IDLE],
  auto: ['Approvals are off. Every write is applied at once.', IDLE],
  manual: ['', 'No requests. Keep this page open: new ones appear here.'],
};

function snapshot(p, again) {
  state.offset = p.now - Date.now();
  const [banner, empty] = MODES[p.readOnly ? 'readOnly' : p.mode === 'auto' ? 'auto' : 'manual'];
  $('banner').textContent = banner;
  $('banner').hidden = !banner;
  $('pending-empty').textContent = empty;
  const pending = new Set(p.items.map((item) => item.id));
  const missed = queue.waiting().filter((card) => card.kind === 'request' && !pending.has(card.key));
  for (const item of p.items) asked(item, again);
  const chosen = $('audit-workspace').value;
  $('audit-workspace').replaceChildren(...p.workspaces.map((w) => make('option', { value: w.id, selected: w.id === chosen }, visible(w.name))));
  setLive(true);
  rules();
  if (missed.length || wanted) catchUp(missed);
}

// What ended while nobody listened: the history knows how, unless the server
// is another one now. A link may name such a request, too.
async function catchUp(missed) {
  const { items } = await json('/approvals/history').catch(() => ({ items: [] }));
  const ended = new Map(items.map((item) => [item.id, item]));
  if (ended.has(wanted) && !queue.get(wanted)) {
    asked(ended.get(wanted));
    missed.push(queue.get(wanted));
  }
  for (const card of missed) card.end(ended.get(card.key)?.outcome, ended.get(card.key)?.error);
  const linked = queue.get(wanted);
  if (linked) queue.open(linked, true);
  else if (wanted) announce('The request of the link is over.');
  wanted = null;
}

function asked(item, isNew) {
  if (queue.get(item.id)) return;
  const card = new RequestCard(item);
  queue.add(card);
  const what = levelOf(item) + ': ' + card.title;
  if (isNew) alertPerson('New request, ' + what + ', in ' + place(item) + '.', card, what);
}

function replied({ id, allowed, by }) {
  const card = queue.get(id);
  if (!allowed) card?.end('denied');
  else if (by !== 'rule') card?.settling();
  else if (state.view === 'rules') rules();
}

// A card that says something else is another. Their code is loaded with the first
// of them; what was told last counts by then.
let told = [];
async function agents({ items }) {
  told = items;
  const { AgentCard } = items.length ? await import('./agent.js') : {};
  const wants = new Map(told.map((item) => [item.workspaceId + ' ' + item.id + ' ' + item.digest, item]));
  for (const card of queue.waiting()) if (card.kind === 'agent' && !wants.has(card.key)) card.end('over');
  for (const [key, item] of wants) {
    if (queue.get(key)) continue;
    const card = new AgentCard(key, item);
    queue.add(card);
    alertPerson(card.title + ', in ' + place(item) + '.', card);
  }
  queue.openFirst();
}

addEventListener('hashchange', () => { if (location.hash.includes('=')) start(); });

// ---- The shell ------------------------------------------------------------------

// A page that can be installed opens without its server, and says so.
if (isSecureContext && 'serviceWorker' in navigator) {
  const address = () => '/console/worker.js';
  const policy = window.trustedTypes?.createPolicy('worker', { createScriptURL: address });
  navigator.serviceWorker.register(policy ? policy.createScriptURL('') : address(), { scope: '/console' }).catch(() => {});
}

start();
