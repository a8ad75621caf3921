// Taking back a change of the record: what that would do, and doing it.
import { announce, button, make, p, visible } from './dom.js';
import { effectsOf } from './effects.js';
import { opened } from './files.js';
import { json, send } from './server.js';

// Shows it in a place of its own below the entry.
export async function preview(entry, place, done) {
  const path = '/workspace/' + encodeURIComponent(entry.workspaceId) + '/audit/' + encodeURIComponent(entry.id);
  const close = () => place.replaceChildren();
  const refused = (error) => place.replaceChildren(p('error', visible(error.message)), button('Close', close));
  try {
    const { undo } = await json(path);
    if (!undo.possible) return refused(undo);
    const { effects, changes, title } = undo.preview;
    if (!changes.length) return refused({ message: 'Everything is as it was before this change.' });
    const act = button('Undo this change', () => send('POST', path + '/undo', {}).then(() => { announce('Undone.'); done(); }, refused), { class: 'primary' });
    place.replaceChildren(make('h3', {}, visible(title)), effectsOf({ effects }), ...changes.map(opened),
      make('div', { class: 'actions' }, act, button('Cancel', close)));
    act.focus();
  } catch (error) {
    refused(error);
  }
}
