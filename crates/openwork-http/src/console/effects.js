// What a request sets off: a sentence, and what was and what will be.
import { code, list, make, p, visible } from './dom.js';
import { badge, levelOf } from './words.js';

export const effectsOf = ({ effects = [] }) => list('effects', 'Effects', effects.map((effect) => {
  const level = levelOf(effect);
  return make('li', { 'data-level': level }, make('span', {}, badge(level), ' ', ...sentence(effect)), transition(effect));
}));

// The sentence with the whole command in it, or below it. What stands beside it
// is not said twice.
function sentence({ text = '', command, from, to }) {
  if (to != null && text.endsWith(': ' + from + ' → ' + to + ').')) text = text.slice(0, -(from + to).length - 7) + ').';
  const at = command ? text.indexOf(command) : -1;
  if (!command) return [visible(text)];
  if (at < 0) return [visible(text), p('', code(command))];
  return [visible(text.slice(0, at)), code(command), visible(text.slice(at + command.length))];
}

function transition({ from, to }) {
  if (from == null && to == null) return null;
  const value = (tag, text) => make(tag, {}, text == null ? 'not set' : make('code', {}, visible(text)));
  return p('change', value('s', from), ' → ', value('b', to));
}
