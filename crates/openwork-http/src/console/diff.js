// The lines of a diff: numbers, and what of a line is new.
import { make, source } from './dom.js';

const CLASSES = { '+': 'add', '-': 'del', '@': 'hunk', '\\': 'hunk' };
// Comparing each line with each is for blocks that a person reads.
const MOST_PAIRS = 4000;

export const linesOf = (text) => (text ? text.replace(/\n$/, '').split('\n') : []);

export class Diff {
  constructor(label) {
    this.node = make('pre', { class: 'diff wrap', role: 'group', 'aria-label': label });
    this.clear();
  }

  clear() {
    this.node.replaceChildren();
    this.old = this.new = 0;
  }

  add(lines) {
    let gone = [];
    let come = [];
    const flush = () => {
      this.node.append(...this.block(gone, come));
      gone = [];
      come = [];
    };
    for (const line of lines) {
      const text = line.slice(1);
      if (line[0] === '+') come.push(text);
      else {
        if (line[0] !== '-' || come.length) flush();
        if (line[0] === '-') gone.push(text);
        else this.node.append(this.other(line));
      }
    }
    flush();
  }

  other(line) {
    const hunk = line.match(/^@@ -(\d+)\S* \+(\d+)/);
    if (hunk) [this.old, this.new] = [Number(hunk[1]), Number(hunk[2])];
    if (CLASSES[line[0]]) return make('span', { class: 'hunk' }, source(line), '\n');
    this.old++;
    return this.line(' ', this.new++, [source(line.slice(1))]);
  }

  line(sign, number, parts) {
    return make('span', { class: CLASSES[sign] || '', 'data-n': number }, make('b', {}, sign), ...parts, '\n');
  }

  // A line that only got or lost its comma is no other line.
  block(gone, come) {
    const pairs = pairsOf(gone, come);
    const back = new Map([...pairs].map(([a, b]) => [b, a]));
    const nodes = [];
    let [g, c] = [0, 0];
    const until = (gEnd, cEnd) => {
      for (; g < gEnd; g++) nodes.push(this.line('-', this.old++, marked(gone[g], come[pairs.get(g)])));
      for (; c < cEnd; c++) nodes.push(this.line('+', this.new++, marked(come[c], gone[back.get(c)])));
    };
    for (const [a, b] of pairs) {
      if (bare(gone[a]) !== bare(come[b])) continue;
      until(a, b);
      nodes.push(this.line(' ', this.new++, comma(gone[a], come[b])));
      [g, c] = [a + 1, b + 1];
      this.old++;
    }
    until(gone.length, come.length);
    return nodes;
  }
}

const bare = (line) => line.replace(/,$/, '');

function comma(before, after) {
  const [tag, longer] = after.length > before.length ? ['ins', after] : ['del', before];
  return [source(bare(longer)), make(tag, {}, ',')];
}

// Which line took the place of which, in order.
function pairsOf(gone, come) {
  const pairs = new Map();
  if (gone.length * come.length > MOST_PAIRS) return pairs;
  let next = 0;
  gone.forEach((line, at) => {
    const find = (is) => come.findIndex((other, n) => n >= next && is(other));
    const same = find((other) => bare(other) === bare(line) && other !== line);
    const found = same < 0 ? find((other) => alike(line, other)) : same;
    if (found < 0) return;
    pairs.set(at, found);
    next = found + 1;
  });
  return pairs;
}

const words = (line) => line.match(/[\p{L}\p{N}_]+|\s+|./gsu) || [];

// How many words two lines have in common at their beginnings and ends.
function common(a, b) {
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < most - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  return [head, tail];
}

function alike(line, other) {
  const [a, b] = [words(line.trim()), words(other.trim())];
  const [head, tail] = common(a, b);
  const shared = [...a.slice(0, head), ...(tail ? a.slice(-tail) : [])].join('').length;
  return 2 * shared >= Math.max(line.trim().length, other.trim().length);
}

// The parts of a line, with what the other one does not have marked.
function marked(line, other) {
  if (other === undefined) return [source(line)];
  const all = words(line);
  const [head, tail] = common(all, words(other));
  const part = (from, to) => source(all.slice(from, to).join(''));
  const end = all.length - tail;
  return [part(0, head), head < end ? make('mark', {}, part(head, end)) : '', part(end)].filter(Boolean);
}
