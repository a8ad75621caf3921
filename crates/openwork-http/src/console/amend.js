// Allowing a request with some of it left out or worded differently: what that
// would write, and a yes to exactly that.
import { announce, button, make, p, visible } from './dom.js';
import { effectsOf } from './effects.js';
import { opened } from './files.js';
import { json, post } from './server.js';
import { badge, levelOf, titleOf } from './words.js';

// One part: whether it is kept, and what its text is to be.
class Part {
  constructor(item, canGo, path, changed) {
    this.part = item.part;
    const name = visible(item.part);
    this.keep = make('input', { type: 'checkbox', checked: true, disabled: !canGo, onchange: changed });
    this.text = make('textarea', { rows: 14, spellcheck: false, hidden: true, ariaLabel: 'Text of ' + name, oninput: changed });
    this.edit = item.isText && button('Edit the text', () => this.open(item, path), { class: 'quiet', ariaLabel: 'Edit the text of ' + name });
    this.node = make('div', { class: 'part' }, make('label', {}, this.keep, make('code', {}, name)), this.edit || null, this.text);
  }

  async open(item, path) {
    try {
      const text = item.text ?? (await json(path + '?part=' + encodeURIComponent(item.part))).items[0].text;
      this.text.value = text;
      // A text area has line ends of its own.
      this.given = this.text.value;
      this.text.hidden = false;
      this.edit.hidden = true;
      this.text.focus();
    } catch (error) {
      announce(visible(error.message));
    }
  }

  get isEdited() {
    return this.keep.checked && this.given !== undefined && this.text.value !== this.given;
  }
}

// Shows the parts of a request in a place of its own.
export async function amend(card, place) {
  const path = card.path + '/amend';
  const result = make('div');
  const fail = (error) => result.replaceChildren(p('error', visible(error.message)));
  const changed = () => result.replaceChildren();
  let parts = [];

  const allow = (amend, item) => {
    const act = button('Allow this', () => card.answer({ reply: 'allow', amend, digest: item.digest }, true), { class: levelOf(item) === 'high' ? 'danger' : 'primary' });
    card.yes.push(act);
    result.replaceChildren(make('h3', {}, 'What this would write'), badge(levelOf(item)), p('', titleOf(item)), effectsOf(item), ...item.changes.map(opened),
      make('div', { class: 'actions' }, act));
    // What has just appeared may lie under a finger.
    card.settle();
    act.focus();
  };

  const show = async () => {
    const wanted = {
      without: parts.filter((part) => !part.keep.checked).map((part) => part.part),
      texts: parts.filter((part) => part.isEdited).map((part) => ({ part: part.part, text: part.text.value })),
    };
    if (!wanted.without.length && !wanted.texts.length) return fail({ message: 'Leave something out or edit a text first.' });
    try {
      allow(wanted, await post(path, wanted));
    } catch (error) {
      fail(error);
    }
  };

  try {
    const { items } = await json(path);
    // Of a single skill, command or agent only the files beside it can go.
    const isImport = card.item.action === 'config.import';
    parts = items.map((item, index) => new Part(item, isImport || index > 0, path, changed));
    place.replaceChildren(make('fieldset', {}, make('legend', {}, 'Change before allowing'), ...parts.map((part) => part.node)),
      make('div', { class: 'actions' }, button('Show what this would write', show), button('Cancel', () => place.replaceChildren())), result);
    place.querySelector('input:enabled, button')?.focus();
  } catch (error) {
    place.replaceChildren(p('error', visible(error.message)));
  }
}
