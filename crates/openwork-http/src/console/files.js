// The files of a request: folded where they are long, and read to their ends
// before anything is allowed.
import { announce, button, make, p, plural, span, visible } from './dom.js';
import { Diff, linesOf } from './diff.js';
import { effectsOf } from './effects.js';
import { json } from './server.js';
import { badge, levelOf, rankOf, titleOf } from './words.js';

// As many lines of a file are shown at first, unless only a few more follow.
const FIRST = 80;
const FEW = 20;

const MISSING = 'The server does not show the rest.';

// The pages of the whole diff of a file.
async function* pages(path, reveal) {
  if (!path) throw new Error(MISSING);
  let digest;
  for (let next = path + '?lines=2000' + (reveal ? '&reveal=true' : ''); next;) {
    const page = await json(next);
    digest ??= page.digest;
    if (page.digest !== digest) throw new Error('The files changed in the meantime.');
    yield page;
    next = page.next;
  }
}

const changed = (lines) => lines.filter((line) => line[0] === '+' || line[0] === '-').length;

export class FileBox {
  // Without a request it is one of the record, which has no more than is here.
  constructor(change, item, more) {
    this.change = change;
    this.item = item;
    this.diff = new Diff('Changes of ' + visible(change.path));
    this.more = item ? button('', () => more(() => this.showAll())) : 'Only the beginning is shown.';
    this.foot = p('cut', this.more);
    this.body = make('div', { hidden: !item }, this.diff.node, this.foot);
    this.fold = button([make('code', {}, visible(change.path)), span('kind', visible(change.kind)), '+' + change.added + ' −' + change.removed],
      () => this.unfold(!this.body.hidden), { class: 'fold', ariaExpanded: String(!this.body.hidden) });
    this.tools = make('div', { hidden: this.body.hidden }, this.revealing(), this.wrapping());
    this.node = make('div', { class: 'file' }, make('div', { class: 'file-head' }, item && change.level && badge(levelOf(change)), this.fold, this.tools), this.body);
    this.render(change.diff);
  }

  unfold(hidden) {
    this.tools.hidden = this.body.hidden = hidden;
    this.fold.ariaExpanded = String(!hidden);
  }

  // The beginning of a text, until all of it was asked for.
  render(text) {
    const lines = linesOf(text);
    const { truncated, path } = this.change;
    this.kept = this.whole || !this.item || lines.length <= FIRST + FEW ? [] : lines.slice(FIRST);
    // What was not sent is known by the counts alone, which are of changed lines.
    this.total = this.change.added + this.change.removed;
    this.unseen = Math.max(0, this.total - changed(lines) + changed(this.kept));
    this.whole ||= !this.kept.length && !truncated;
    this.diff.clear();
    this.diff.add(lines.slice(0, lines.length - this.kept.length));
    this.foot.hidden = this.whole;
    if (this.item) this.more.textContent = 'Show ' + (truncated ? 'all' : plural(this.kept.length, 'more line')) + ' of ' + visible(path);
  }

  async showAll(tell = () => {}) {
    if (this.change.truncated) await this.load(tell);
    else this.diff.add(this.kept);
    this.kept = [];
    this.whole = this.foot.hidden = true;
    this.unfold(false);
  }

  async load(tell) {
    let shown = 0;
    for await (const page of pages(this.change.full, this.revealed)) {
      if (!shown) this.diff.clear();
      this.diff.add(linesOf(page.diff));
      shown += page.lines;
      tell(page, shown);
    }
  }

  // Long lines are wrapped at first: what lies beyond an edge is easily missed.
  wrapping() {
    const wrap = button('Wrap', () => {
      const wrapped = this.diff.node.classList.toggle('wrap');
      wrap.ariaPressed = String(wrapped);
      this.diff.node.tabIndex = wrapped ? -1 : 0;
    }, { class: 'quiet', ariaPressed: 'true' });
    return wrap;
  }

  revealing() {
    if (!this.item || !this.change.masked?.length) return null;
    const reveal = button('Reveal ' + plural(this.change.masked.length, 'secret'), async () => {
      const hide = reveal.ariaPressed === 'true';
      await this.reveal(!hide).then(() => { reveal.ariaPressed = String(!hide); }, (error) => { reveal.textContent = visible(error.message); });
    }, { class: 'quiet', ariaPressed: 'false' });
    return reveal;
  }

  // What was shown to its end stays so.
  async reveal(wanted) {
    this.revealed = wanted;
    if (this.whole && this.change.truncated) return this.load(() => {});
    const all = wanted ? await json('/approvals/' + encodeURIComponent(this.item.id) + '?reveal=true') : this.item;
    this.render((all.changes.find((other) => other.path === this.change.path) || this.change).diff);
  }
}

// All files of a request, and what lists left out of it. Until that was shown,
// too, nothing is allowed.
export class Contents {
  constructor(card) {
    const { item } = card;
    const { changes = [], moreEffects = 0, moreChanges = 0 } = item;
    Object.assign(this, { card, moreEffects, moreFiles: moreChanges, effects: effectsOf(item) });
    this.boxes = changes.toSorted((a, b) => rankOf(a) - rankOf(b)).map((change) => this.box(change));
    this.files = make('div', {}, ...this.boxes.map((box) => box.node));
    this.text = make('p', { id: 'r-' + item.id });
    this.button = button('Show the rest', () => this.show(() => this.showNext()));
    this.node = make('div', { class: 'rest', hidden: !this.waits }, this.text, this.button);
    this.say();
  }

  box(change) {
    return new FileBox(change, this.card.item, (show) => this.show(show));
  }

  get waits() {
    return this.moreEffects > 0 || this.moreFiles > 0 || this.boxes.some((box) => !box.whole);
  }

  say(unseen = '', error = '') {
    const cut = this.boxes.filter((box) => !box.whole && box.change.truncated).length;
    const counts = [[this.moreEffects, 'more effect'], [cut, 'shortened file'], [this.moreFiles, 'more file']];
    const left = counts.filter(([n]) => n).map(([n, word]) => plural(n, word)).join(', ');
    const why = span('why', error || unseen ? '' : 'It can be allowed once you have seen the rest.');
    this.text.replaceChildren((left && 'Not all of this is shown: ' + left + '. ') + (unseen || this.folded()) + (error && ' ' + error), why);
  }

  folded() {
    const sum = (count) => this.boxes.reduce((all, box) => all + count(box), 0);
    const lines = sum((box) => (box.whole ? 0 : box.unseen));
    return lines ? lines + ' of ' + plural(sum((box) => box.total), 'changed line') + ' not seen yet. ' : '';
  }

  // One thing after the other, until all was shown.
  async showNext() {
    const tell = (page, shown) => this.tell(page, shown);
    while (this.waits && !this.card.ended) {
      const box = this.boxes.find((each) => !each.whole);
      if (this.moreEffects) await this.addEffects();
      else if (box) await box.showAll(tell);
      else await this.addFile(tell);
    }
  }

  tell(page, shown) {
    this.unseen = (page.total - shown) + ' of ' + page.total + ' lines of ' + visible(page.path) + ' not seen yet.';
    this.say(this.unseen);
    this.card.settle();
  }

  async show(more) {
    if (this.busy) return;
    this.busy = true;
    this.unseen = '';
    this.button.ariaDisabled = 'true';
    try {
      await more();
      this.finish();
    } catch (error) {
      this.say(this.unseen, visible(error.message));
    } finally {
      this.busy = false;
      this.button.ariaDisabled = 'false';
    }
  }

  finish() {
    if (this.card.ended) return;
    this.card.settle();
    if (this.waits) return this.say();
    if (document.activeElement === this.button) this.card.node.focus({ preventScroll: true });
    this.button.hidden = true;
    this.text.textContent = 'All of it is shown.';
    announce(titleOf(this.card.item) + ': All of it is shown.');
  }

  async addEffects() {
    const whole = await json(this.card.path);
    if (whole.moreEffects) throw new Error(MISSING);
    const all = effectsOf(whole);
    this.effects.replaceWith(all);
    this.effects = all;
    this.moreEffects = 0;
  }

  async addFile(tell) {
    const index = this.card.item.changes.length + this.card.item.moreChanges - this.moreFiles;
    let box;
    let shown = 0;
    for await (const page of pages(this.card.path + '/files/' + index)) {
      box ??= this.box({ ...page, diff: '' });
      box.diff.add(linesOf(page.diff));
      shown += page.lines;
      tell(page, shown);
    }
    this.boxes.push(box);
    this.files.append(box.node);
    this.moreFiles--;
  }
}

// A file that is shown as far as it came, and unfolded.
export function opened(change) {
  const box = new FileBox(change);
  box.unfold(false);
  return box.node;
}
