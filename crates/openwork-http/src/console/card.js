// One thing that waits for an answer: what a change and a question of an agent
// have in common.
import { announce, make, p, visible } from './dom.js';
import { focusOn, next, over } from './queue.js';
import { post, state } from './server.js';
import { sentenceOf, signOf } from './words.js';

// What has just come, or moved, may lie under a finger meant for another.
const INERT = 500;

let cards = 0;

export class Card {
  constructor(key, item) {
    this.key = key;
    this.item = item;
    // Buttons that allow, and those that do not.
    this.yes = [];
    this.no = [];
    this.note = p('note');
    this.verdict = p('end');
    this.verdict.hidden = this.note.hidden = true;
  }

  // Made when it is opened first: of many that wait few are seen at once.
  get node() {
    if (!this.made) {
      const name = make('h2', { id: 't' + cards }, this.title);
      const level = make('div', { id: 'l' + cards++ }, this.badge());
      this.made = make('article', { class: 'card ' + this.kind, tabIndex: 0, 'aria-labelledby': name.id, 'aria-describedby': level.id },
        this.verdict, make('div', { class: 'card-head' }, level, name), ...this.parts());
      this.settle();
      if (this.ended) this.close();
    }
    return this.made;
  }

  // The buttons, and above them what they open, so that they stay in their place.
  // Only what is above them scrolls: to say no takes no scrolling, however large
  // the text is.
  bar(above, ...buttons) {
    this.actions = make('div', { class: 'actions' }, ...buttons);
    this.foot = make('div', { class: 'bar' }, make('div', { class: 'above' }, ...above, this.note), this.actions);
    return this.foot;
  }

  settle(both) {
    this.still = performance.now() + INERT;
    if (both) this.calm = this.still;
    this.enable();
    setTimeout(() => this.enable(), INERT + 10);
  }

  can(isYes) {
    return state.live && !this.busy && !this.ended && performance.now() >= (isYes ? this.still : this.calm || 0) && !(isYes && this.waits);
  }

  // Only marked: a button that is disabled loses the focus.
  enable() {
    for (const isYes of [true, false]) for (const each of isYes ? this.yes : this.no) each.ariaDisabled = String(!this.can(isYes));
  }

  async answer(body, isYes, isOneOfMany) {
    if (!body || !this.can(isYes)) return;
    this.busy = this.mine = true;
    this.enable();
    try {
      await post(this.path, body);
      this.answered?.();
      if (!isOneOfMany) next(this);
    } catch (error) {
      if (!state.token) return;
      this.busy = this.mine = false;
      this.granted = '';
      this.say(visible(error.message));
      this.enable();
    }
  }

  // A key that is pressed while it has the focus.
  press(name) {
    const target = this.keys()[name];
    if (name === 'd') this.refuse();
    else target?.click();
    return name === 'd' || !!target;
  }

  say(text) {
    this.note.textContent = text;
    this.note.hidden = false;
    this.note.scrollIntoView({ block: 'nearest' });
    announce(this.title + ': ' + text);
  }

  end(outcome, error) {
    if (this.ended) return;
    this.ended = performance.now();
    this.outcome = outcome;
    this.words = sentenceOf(outcome, error) + (outcome === 'applied' && this.granted || '');
    announce(this.title + ': ' + this.words);
    over(this);
    if (this.made) this.close();
  }

  close() {
    const held = this.made.contains(document.activeElement);
    this.verdict.dataset.end = this.outcome;
    this.verdict.replaceChildren(signOf(this.outcome), this.words);
    this.verdict.hidden = false;
    this.foot.remove();
    if (held) focusOn(this.made);
  }
}
