// The record: requests that have ended, and changes that were made.
import { $, button, clock, make, p, plural, visible } from './dom.js';
import { effectsOf } from './effects.js';
import { FileBox } from './files.js';
import { json } from './server.js';
import { approved, levelOf, origin, sentenceOf, signOf } from './words.js';
import { fill, named } from './views.js';

const row = (level, title, ...more) => make('li', {}, named(level, make('strong', {}, visible(title))), ...more);
const boxes = (item) => (item.changes || []).map((change) => new FileBox(change).node);

// ---- Requests that have ended ---------------------------------------------------

// As many are shown at first, and more with each step.
const STEP = 50;

const CHOICES = {
  workspace: [],
  level: ['high', 'medium', 'low'],
  outcome: ['applied', 'denied', 'expired', 'withdrawn', 'aborted', 'failed', 'conflicted'],
};
const MEANS = { page: 'on this page', terminal: 'in a terminal', notification: 'by a notification', api: 'by a program' };

let shown = STEP;
const filter = $('history-filter');
const label = (name, input) => make('label', {}, name[0].toUpperCase() + name.slice(1) + ' ', input);
filter.replaceChildren(
  ...Object.entries(CHOICES).map(([name, words]) => label(name, make('select', { name }, new Option('any', ''), ...words.map((word) => new Option(word))))),
  label('client', make('input', { name: 'client', type: 'text', autocomplete: 'off', spellcheck: false })));
filter.addEventListener('change', () => { shown = STEP; ended(); });
filter.addEventListener('submit', (event) => { event.preventDefault(); ended(); });

// Those that the server named last.
function offerWorkspaces() {
  const { workspace } = filter.elements;
  const chosen = workspace.value;
  workspace.replaceChildren(new Option('any', ''), ...[...$('audit-workspace').options].map(({ text, value }) => new Option(text, value)));
  workspace.value = chosen;
}

export function ended() {
  offerWorkspaces();
  return fill('history', async () => {
    const chosen = new URLSearchParams([...new FormData(filter)].filter(([, value]) => value));
    const { items, next } = await endedUpTo(shown, '/approvals/history?include=changes&limit=' + STEP + '&' + chosen);
    const more = next && make('li', {}, button('Show more', () => { shown += STEP; ended(); }, { 'data-keep': 'more' }));
    return [...items.map(endedRow), ...(more ? [more] : [])];
  }, 'Nothing of this kind has ended.');
}

// The answer has a bound, so they come in pages.
async function endedUpTo(count, path) {
  const items = [];
  let next = '';
  do {
    const page = await json(path + (next && '&cursor=' + encodeURIComponent(next)));
    items.push(...page.items);
    next = page.next;
  } while (next && items.length < count);
  return { items, next };
}

function endedRow(item) {
  const { moreEffects = 0, moreChanges = 0 } = item;
  const left = [[moreEffects, 'more effect'], [moreChanges, 'more file']].filter(([n]) => n).map(([n, word]) => plural(n, word));
  return row(levelOf(item), item.title || item.summary,
    p('', signOf(item.outcome), verdict(item), item.message ? ' “' + visible(item.message) + '”' : ''),
    p('meta', origin(item) + ' · ' + clock(item.endedAt) + answered(item)),
    effectsOf(item), ...boxes(item), left.length ? p('meta', left.join(', ') + ' not kept here') : '');
}

function verdict({ outcome, by, error }) {
  const text = sentenceOf(outcome, error);
  return by === 'rule' ? text.replace('Allowed', 'Allowed by a rule') : text;
}

function answered({ via, answeredFrom }) {
  if (!via && !answeredFrom) return '';
  return ' · answered' + (via ? ' ' + (Object.hasOwn(MEANS, via) ? MEANS[via] : visible(via)) : '') + (answeredFrom ? ' from ' + visible(answeredFrom) : '');
}

// ---- Changes that were made -------------------------------------------------------

export function audit() {
  return fill('audit', async () => {
    const id = $('audit-workspace').value;
    if (!id) return [];
    const { items } = await json('/approvals/audit?limit=200&workspace=' + encodeURIComponent(id));
    return items.map((entry) => row(null, entry.summary,
      p('meta', [entry.action, entry.target].map(visible).join(' · ') + ' · ' + clock(entry.timestamp) + ' · by ' + who(entry.actor) + (entry.approval ? approved(entry.approval) : '')),
      ...boxes(entry), ...taking(entry)));
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
