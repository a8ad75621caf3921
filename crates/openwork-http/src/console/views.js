// The other views: what has ended, what is allowed for a time, and the record.
// Each is a section of the page, and a function here that fills it.
import { $, announce, button, clock, make, p, plural, visible } from './dom.js';
import { FileBox } from './files.js';
import { json, state } from './server.js';
import { approved, badge, levelOf, origin, scope, sentenceOf, signOf } from './words.js';

export const VIEWS = {
  pending() {}, history: showHistory, rules, audit,
  devices: async () => (await import('./devices.js')).devices(),
};

export function show(view) {
  state.view = view;
  for (const tab of $('tabs').children) tab.ariaCurrent = tab.dataset.view === view ? 'page' : null;
  for (const name of Object.keys(VIEWS)) $('view-' + name).hidden = name !== view;
  VIEWS[view]();
}

export async function fill(id, load, empty) {
  const rows = await load().catch((error) => {
    empty = visible(error.message);
    return [];
  });
  if (!state.token) return;
  const held = document.activeElement?.dataset.keep;
  $(id).replaceChildren(rows.length ? make('ul', { class: 'rows' }, ...rows) : p('empty', empty));
  if (held) $(id).querySelector('[data-keep="' + CSS.escape(held) + '"]')?.focus();
}

const named = (level, ...text) => p('', level && badge(level), level && ' ', ...text);
const row = (level, title, ...more) => make('li', {}, named(level, make('strong', {}, visible(title))), ...more);

function ended({ outcome, by, error }) {
  const text = sentenceOf(outcome, error);
  return by === 'rule' ? text.replace('Allowed', 'Allowed by a rule') : text;
}

function showHistory() {
  return fill('history', async () => {
    const chosen = new URLSearchParams([...new FormData($('history-filter'))].filter(([, value]) => value));
    const { items } = await json('/approvals/history?limit=200&' + chosen);
    return items.map((item) => row(levelOf(item), item.title || item.summary,
      p('', signOf(item.outcome), ended(item), item.message ? ' “' + visible(item.message) + '”' : ''),
      p('meta', origin(item) + ' · ' + clock(item.endedAt))));
  }, 'Nothing of this kind has ended.');
}
$('history-filter').addEventListener('change', showHistory);
$('history-filter').addEventListener('submit', (event) => { event.preventDefault(); showHistory(); });

export function rules() {
  return fill('rules', async () => {
    const { items } = await json('/approvals/rules');
    $('rules-count').textContent = items.length;
    return items.map((rule) => {
      const what = scope(rule, rule);
      return make('li', { class: 'rule' },
        make('div', {}, named(rule.level && levelOf(rule), what[0].toUpperCase() + what.slice(1)),
          p('meta', 'Until ' + clock(rule.expiresAt) + ' · used ' + plural(rule.uses, 'time'))),
        button('Revoke', () => revoke(rule.id), { 'data-keep': rule.id, 'aria-label': 'Revoke: ' + what }));
    });
  }, 'No rules. Every request is asked about.');
}

async function revoke(id) {
  await json('/approvals/rules/' + encodeURIComponent(id), { method: 'DELETE' }).then(() => announce('Revoked.'), (error) => announce(visible(error.message)));
  await rules();
  if (!document.activeElement.dataset.keep) $('main').focus({ preventScroll: true });
}

function audit() {
  return fill('audit', async () => {
    const id = $('audit-workspace').value;
    if (!id) return [];
    const { items } = await json('/approvals/audit?limit=200&workspace=' + encodeURIComponent(id));
    return items.map((entry) => row(null, entry.summary,
      p('meta', [entry.action, entry.target].map(visible).join(' · ') + ' · ' + clock(entry.timestamp) + ' · by ' + who(entry.actor) + (entry.approval ? approved(entry.approval) : '')),
      ...(entry.changes || []).map((change) => new FileBox(change).node), ...taking(entry)));
  }, 'No changes recorded.');
}
$('audit-workspace').addEventListener('change', audit);

// What is kept of a change can be taken back.
function taking(entry) {
  if (!entry.undoable) return [];
  const place = make('div');
  return [button('Undo…', async () => (await import('./undo.js')).preview(entry, place, audit), { class: 'quiet', ariaLabel: 'Undo: ' + visible(entry.summary) }), place];
}

const who = ({ type, clientId } = {}) => (type === 'host' ? 'the host' : clientId ? '“' + visible(clientId) + '” (self-reported)' : 'a remote client');
