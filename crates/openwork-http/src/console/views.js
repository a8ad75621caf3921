// The other views: each is a section of the page, and a function that fills it.
import { $, announce, button, clock, make, p, plural, visible } from './dom.js';
import { json, state } from './server.js';
import { badge, levelOf, scope } from './words.js';

export const VIEWS = {
  pending() {}, rules,
  history: async () => (await import('./record.js')).ended(),
  audit: async () => (await import('./record.js')).audit(),
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

export const named = (level, ...text) => p('', level && badge(level), level && ' ', ...text);

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
