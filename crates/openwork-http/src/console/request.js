// A request to change what agents can do.
import { announce, button, duration, make, p, span, visible } from './dom.js';
import { Card } from './card.js';
import { Contents } from './files.js';
import { denyAll, focusOn, kinOf } from './queue.js';
import { now, post } from './server.js';
import { badge, from, levelOf, origin, place, rankOf, scope, titleOf } from './words.js';

const LAST = 10000;
// What has parts that can be left out, or a text that can be edited.
const PARTED = ['config.import', 'skills.upsert', 'commands.upsert', 'agents.upsert'];

export class RequestCard extends Card {
  constructor(item) {
    super(item.id, item);
    this.kind = 'request';
    this.path = '/approvals/' + encodeURIComponent(item.id);
    this.level = levelOf(item);
    // An agent at work comes after what is high.
    this.rank = 2 * rankOf(item);
    this.title = titleOf(item);
    this.about = place(item) + ' · ' + from(item) + (item.answersLater ? ' · answers later' : '');
    this.client = JSON.stringify([item.actor?.clientId, item.actor?.address]);
    this.left = span('left');
  }

  badge() {
    return badge(this.level);
  }

  get waits() {
    return this.contents?.waits;
  }

  parts() {
    this.contents = new Contents(this);
    this.kin = button('', () => denyAll(kinOf(this)), { class: 'quiet', hidden: true });
    this.no.push(this.kin);
    this.progress = make('i');
    // Of a client that comes back for its answer nothing ends sooner.
    this.longer = this.item.answersLater ? null : button('Keep waiting', () => this.keep(), { class: 'quiet' });
    const buttons = this.buttons();
    const forms = this.panels.map(([, form]) => form);
    const waits = this.item.answersLater ? ' · the client comes back for the answer' : '';
    return [p('meta', origin(this.item) + waits), this.kin,
      make('h3', {}, 'What will change'), this.contents.effects, this.contents.files, ...this.amending(),
      this.bar([this.progress, this.contents.node, ...forms, make('div', { class: 'time' }, this.left, this.longer)], ...buttons)];
  }

  amending() {
    if (!PARTED.includes(this.item.action)) return [];
    const place = make('div', { class: 'amend' });
    return [button('Change before allowing…', async () => (await import('./amend.js')).amend(this, place), { class: 'quiet' }), place];
  }

  buttons() {
    const isHigh = this.level === 'high';
    this.panels = [];
    const deny = button('Deny', () => this.refuse());
    this.message = this.panel('Deny with a message', this.denyForm());
    this.allow = isHigh ? this.panel('Allow once', this.confirmForm(), { class: 'risky' }) : button('Allow once', () => this.answer({ reply: 'allow' }, true), { class: 'primary' });
    const time = this.item.rememberable && !isHigh ? this.panel('Allow for a time', this.allowForm()) : null;
    this.no.push(deny, this.message, ...(time ? [time] : []));
    this.yes.push(this.allow);
    if (this.waits) for (const each of this.yes) each.setAttribute('aria-describedby', this.contents.text.id);
    return [deny, this.allow, this.message, time];
  }

  refuse(isOneOfMany) {
    return this.answer({ reply: 'deny' }, false, isOneOfMany);
  }

  // A button that opens a form above the buttons, and closes the others.
  panel(label, form, props) {
    form.className = 'panel';
    form.hidden = true;
    const opener = button(label, () => this.toggle(form.hidden && opener), { ariaExpanded: 'false', ...props });
    this.panels.push([opener, form]);
    return opener;
  }

  // Opens the panel of a button, or none.
  toggle(opener) {
    // It only opens, so it need not wait as what allows does.
    if (opener && opener === this.allow && (this.waits || !this.can(false))) return;
    for (const [each, form] of this.panels) {
      form.hidden = each !== opener;
      each.ariaExpanded = String(each === opener);
      if (form.hidden) continue;
      focusOn(form.elements[0]);
      form.scrollIntoView({ block: 'nearest' });
    }
    // To say no stays in the window, whatever was scrolled to.
    this.actions.scrollTop = 0;
    // What has just appeared may lie under a finger, too.
    this.settle();
  }

  form(reply, isYes, ...children) {
    return make('form', { onsubmit: (event) => { event.preventDefault(); this.answer(reply(), isYes); } }, ...children);
  }

  send(text, kind, look = '') {
    kind.push(make('button', { class: look }, text));
    return kind.at(-1);
  }

  // What is rated high takes a second step, which never has the focus at first.
  confirmForm() {
    const cancel = button('Cancel', () => this.escape());
    return this.form(() => ({ reply: 'allow' }), true, p('', 'Really allow: ' + this.title + '?'), cancel, this.send('Yes, allow', this.yes, 'danger'));
  }

  denyForm() {
    const input = make('input', { type: 'text', maxLength: 200, autocomplete: 'off' });
    const send = this.send('Deny and send', this.no);
    return this.form(() => ({ reply: 'deny', message: input.value.trim() || undefined }), false, make('label', {}, 'Message to the client', input), send);
  }

  allowForm() {
    const minutes = make('select', {}, ...[5, 10, 60].map((m) => make('option', { value: m }, m + ' minutes')));
    minutes.value = 10;
    const send = this.send('Allow for 10 minutes', this.yes);
    minutes.addEventListener('change', () => { send.textContent = 'Allow for ' + minutes.value + ' minutes'; });
    const what = scope(this.item, this.item.actor);
    return this.form(() => {
      this.granted = ' For ' + minutes.value + ' minutes, ' + what;
      return { reply: 'allow', remember: { minutes: Number(minutes.value) } };
    }, true, make('label', {}, 'For ', minutes), p('', what), send);
  }

  // Closes what is open above the buttons; false if nothing is.
  escape() {
    const open = this.ended ? null : this.panels.find(([, form]) => !form.hidden);
    if (!open) return false;
    this.toggle(null);
    focusOn(open[0]);
    return true;
  }

  // What is rated high is only asked about once more, and not by a key.
  keys() {
    return { a: this.allow, e: this.longer, m: this.message, s: this.contents.button };
  }

  // Five minutes more, to an hour at most.
  async keep() {
    await post(this.path + '/keep', {}).then(({ expiresAt }) => this.reschedule(expiresAt), (error) => this.say(visible(error.message)));
  }

  reschedule(expiresAt) {
    this.item.expiresAt = expiresAt;
    this.tick();
  }

  settling() {
    this.busy = true;
    this.wait('Allowed. Writing…');
    this.enable();
  }

  wait(text, isLast = false) {
    this.left.textContent = this.until.textContent = text;
    if (this.longer) this.longer.hidden = this.busy;
    for (const each of [this.left, this.until, this.progress]) each?.classList.toggle('last', isLast);
  }

  tick() {
    if (this.ended || this.busy || !this.item.expiresAt) return;
    const whole = this.item.expiresAt - this.item.createdAt;
    const left = Math.max(0, Math.min(whole, this.item.expiresAt - now()));
    const isLast = left <= LAST;
    if (isLast && !this.isLast && this.made && !this.made.hidden) announce(duration(left) + ' left: ' + this.title);
    this.isLast = isLast;
    this.wait(duration(left) + ' left', isLast);
    if (this.made) this.progress.style.width = 100 * left / whole + '%';
  }
}
