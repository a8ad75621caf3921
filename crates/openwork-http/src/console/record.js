// The record: requests that have ended, and changes that were made.
import { $, button, clock, make, p, visible } from './dom.js';
import { FileBox } from './files.js';
import { json } from './server.js';
import { approved, levelOf, origin, sentenceOf, signOf } from './words.js';
import { fill, named } from './views.js';

const row = (level, title, ...more) => make('li', {}, named(level, make('strong', {}, visible(title))), ...more);

function verdict({ outcome, by, error }) {
  const text = sentenceOf(outcome, error);
  return by === 'rule' ? text.replace('Allowed', 'Allowed by a rule') : text;
}

export function ended() {
  return fill('history', async () => {
    const chosen = new URLSearchParams([...new FormData($('history-filter'))].filter(([, value]) => value));
    const { items } = await json('/approvals/history?limit=200&' + chosen);
    return items.map((item) => row(levelOf(item), item.title || item.summary,
      p('', signOf(item.outcome), verdict(item), item.message ? ' “' + visible(item.message) + '”' : ''),
      p('meta', origin(item) + ' · ' + clock(item.endedAt))));
  }, 'Nothing of this kind has ended.');
}
$('history-filter').addEventListener('change', ended);
$('history-filter').addEventListener('submit', (event) => { event.preventDefault(); ended(); });

export function audit() {
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
