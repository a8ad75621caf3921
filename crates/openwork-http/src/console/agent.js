// What an agent waits for. Not a request to change what agents can do: one of
// them is at work. Its words are told as they are.
import { button, code, list, make, p, visible } from './dom.js';
import { Card } from './card.js';
import { place } from './words.js';

const USES = { bash: 'run', edit: 'edit', read: 'read', webfetch: 'fetch', external_directory: 'work outside of the workspace, in' };

export class AgentCard extends Card {
  constructor(key, item) {
    super(key, item);
    this.kind = 'agent';
    this.path = '/approvals/agent/' + encodeURIComponent(item.workspaceId) + '/' + encodeURIComponent(item.id);
    this.rank = 1;
    this.isQuestion = item.kind === 'question';
    this.title = this.isQuestion ? 'The agent asks you' : 'The agent wants to ' + (USES[item.permission] || 'use ' + visible(item.permission));
    this.record = (this.isQuestion ? item.questions.map((one) => one.question) : item.patterns || []).map(visible).join(', ');
    this.about = place(item) + ' · ' + this.record;
    this.waits = item.truncated;
  }

  badge() {
    return make('span', { class: 'level', 'data-level': 'agent' }, 'agent at work');
  }

  parts() {
    const no = button('Reject', () => this.refuse());
    this.no.push(no);
    const parts = this.isQuestion ? this.questions() : this.wants();
    const cut = this.waits && p('cut', 'Something is left out, as it is too long to be shown. It can only be rejected here.');
    return [p('meta', place(this.item) + ' · session ' + visible(this.item.sessionId) + ' · told in the words of the agent and its engine'),
      ...parts, this.bar([cut || null, this.always], no, ...this.yes)];
  }

  reply(body, isYes, isOneOfMany) {
    return this.answer({ ...body, digest: this.item.digest }, isYes, isOneOfMany);
  }

  refuse(isOneOfMany) {
    return this.reply({ reply: 'reject' }, false, isOneOfMany);
  }

  allow(text, body, look = '') {
    this.yes.push(button(text, () => this.reply(body, true), { class: look }));
  }

  wants() {
    const { patterns = [], metadata = {}, always = [] } = this.item;
    this.allow('Allow once', { reply: 'once' }, 'primary');
    if (always.length) {
      this.allow('Allow always', { reply: 'always' });
      this.always = p('meta', 'Always: and from now on without asking: ' + always.map(visible).join(', '));
    }
    return [list('effects', 'What it wants', patterns.map((text) => make('li', {}, code(text)))),
      Object.keys(metadata).length ? make('details', { open: true }, make('summary', {}, 'What the tool says'), p('effects', code(JSON.stringify(metadata, null, 2)))) : ''];
  }

  questions() {
    const groups = this.item.questions.map((asked, n) => this.question(asked, n));
    const submit = () => {
      const answers = groups.map(([, chosen]) => chosen());
      if (answers.some((labels) => !labels.length)) this.say('Answer each question, or reject.');
      else this.reply({ answers }, true);
    };
    this.yes.push(button('Answer', submit, { class: 'primary' }));
    return [make('form', { onsubmit: (event) => { event.preventDefault(); submit(); } }, ...groups.map(([node]) => node))];
  }

  // What is asked, and what reads the answer off it.
  question({ question, options = [], multiple, custom }, n) {
    const name = 'q-' + this.item.id + '-' + n;
    const inputs = options.map(({ label }, at) => make('input', { type: multiple ? 'checkbox' : 'radio', name, id: name + '-' + at, value: label }));
    const own = custom === false ? null : make('input', { type: 'text', autocomplete: 'off', ariaLabel: 'Another answer to: ' + visible(question) });
    const text = ({ label, description }) => visible(label) + (description ? ': ' + visible(description) : '');
    const node = make('fieldset', {}, make('legend', {}, visible(question)),
      ...inputs.map((input, at) => p('', input, ' ', make('label', { htmlFor: input.id }, text(options[at])))), own && p('', 'Another answer: ', own));
    return [node, () => {
      const typed = own?.value.trim();
      const labels = inputs.filter((input) => input.checked).map((input) => input.value);
      return typed ? [...(multiple ? labels : []), typed] : labels;
    }];
  }

  // The engine says no more of it.
  answered() {
    this.end('answered');
  }

  keys() {
    return { a: this.yes[0] };
  }
}
