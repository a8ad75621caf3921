// What waits, the most dangerous first; what has ended, until it was looked
// at; and the one of them that is shown.
import { $, announce, button, make, plural, span } from './dom.js';
import { signOf } from './words.js';

const cards = new Map();
const wide = matchMedia('(min-width: 48rem)');
let shown = null;
let isSelecting = false;

// Whether a narrow window shows the request, and not the list.
const isOpen = () => 'detail' in document.body.dataset;

// When a hand moved last.
let moved = 0;
for (const type of ['pointermove', 'pointerdown', 'wheel', 'touchmove', 'keydown']) {
  addEventListener(type, () => { moved = performance.now(); }, true);
}

// Nothing moves under a pointer.
export const focusOn = (node) => node.focus({ preventScroll: true });

export const current = () => shown;
export const get = (key) => cards.get(key);
export const all = () => [...cards.values()];
// In the order of the list.
export const waiting = () => all().filter((card) => !card.ended).sort((a, b) => a.rank - b.rank);
export const kinOf = ({ client }) => waiting().filter((card) => card.client === client);

// ---- The list -----------------------------------------------------------------

export function add(card) {
  const follows = waiting().find((other) => other.rank > card.rank);
  cards.set(card.key, card);
  card.check = make('input', { type: 'checkbox', ariaLabel: 'Select: ' + card.title, hidden: !isSelecting, onchange: count });
  card.until = span('left');
  card.line = span('meta', card.about);
  card.entry = button([card.badge(), card.until, span('name', card.title), card.line], () => open(card, true), { class: 'entry', title: card.record || card.item.summary });
  card.row = make('li', { 'data-level': card.level || card.kind }, make('label', {}, card.check), card.entry);
  $('waiting').insertBefore(card.row, follows ? follows.row : null);
  card.tick?.();
}

// A request that has ended goes to the others of its kind.
export function over(card) {
  const held = document.activeElement === card.entry;
  card.row.dataset.end = card.outcome;
  card.until.textContent = '';
  card.check.parentElement.remove();
  card.line.replaceChildren(signOf(card.outcome), card.words);
  $('ended').prepend(card.row);
  if (held) focusOn(card.entry);
  if (card.mine && card !== shown) tellVerdict(card);
  count();
}

function count() {
  const now = waiting();
  const missed = all().filter((card) => card.ended && !card.mine && !card.looked);
  const how = missed.every((card) => card.outcome === 'expired') ? 'expired' : 'ended';
  $('away-text').textContent = plural(missed.length, 'request') + ' ' + how + ' while you were away.';
  $('away').hidden = !missed.length;
  $('pending-count').textContent = now.length;
  $('pending-empty').hidden = now.length > 0;
  document.title = (now.length ? '(' + now.length + ') ' : '') + 'OpenWork approvals';
  $('several').hidden = now.length < 2;
  const chosen = now.filter((card) => card.check.checked).length;
  $('deny-chosen').hidden = !chosen;
  $('deny-chosen').textContent = 'Deny ' + chosen + ' selected';
  if (!shown?.kin) return;
  const kin = kinOf(shown).length;
  shown.kin.hidden = kin < 2 || !!shown.ended;
  shown.kin.textContent = 'Deny all ' + kin + ' of this client';
}

function remove(card) {
  cards.delete(card.key);
  card.row.remove();
  card.made?.remove();
  if (card !== shown) return;
  shown = null;
  leave();
}

// ---- The one that is shown --------------------------------------------------------

export function open(card, isWanted) {
  $('verdict').hidden = true;
  if (shown && shown !== card) {
    shown.node.hidden = true;
    shown.entry.ariaCurrent = null;
  }
  shown = card;
  card.node.hidden = false;
  if (!card.node.isConnected) $('cards').append(card.node);
  card.entry.ariaCurrent = 'true';
  card.looked ||= !!card.ended;
  card.settle();
  card.tick?.();
  if (isWanted) {
    // So that the way back of a phone leads to the list.
    if (!wide.matches && !isOpen()) history.pushState({ detail: true }, '');
    document.body.dataset.detail = '';
    scrollTo(0, 0);
    focusOn(card.node);
    card.entry.scrollIntoView({ block: 'nearest' });
  }
  count();
}

// On a wide window there is always something beside the list.
export function openFirst() {
  if (!shown && wide.matches && waiting().length) open(waiting()[0], false);
  count();
}

// The one after it, once it was answered.
export function next(card) {
  if (card !== shown) return;
  const order = all().sort((a, b) => a.rank - b.rank);
  const free = order.slice(order.indexOf(card)).concat(order).find((other) => !other.ended && !other.busy && other !== card);
  if (!free) return focusOn($('main'));
  open(free, true);
  // The finger that answered is still where the buttons are.
  free.settle(true);
  if (card.ended) tellVerdict(card);
}

// How the request before it ended.
function tellVerdict(card) {
  $('verdict').hidden = false;
  $('verdict').dataset.end = card.outcome;
  $('verdict').replaceChildren(signOf(card.outcome), card.title + ': ' + card.words);
}

function step(by) {
  const order = [...waiting(), ...all().filter((card) => card.ended)];
  const to = order[Math.max(0, Math.min(order.length - 1, order.indexOf(shown) + by))];
  if (to) open(to, true);
}

// Back to the list.
function leave() {
  delete document.body.dataset.detail;
  shown?.entry.focus();
}
const back = () => (history.state?.detail ? history.back() : leave());
addEventListener('popstate', leave);
$('back').addEventListener('click', back);

// ---- Several at once ------------------------------------------------------------------

function select(isWanted) {
  isSelecting = isWanted;
  $('select').ariaPressed = String(isWanted);
  for (const card of cards.values()) {
    card.check.hidden = !isWanted;
    card.check.checked &&= isWanted;
  }
  count();
}
$('select').addEventListener('click', () => select(!isSelecting));
$('deny-chosen').addEventListener('click', () => denyAll(chosen()));

const chosen = () => waiting().filter((card) => card.check.checked);

export async function denyAll(some) {
  await Promise.all(some.map((card) => card.refuse(true)));
  select(false);
  announce(plural(some.filter((card) => card.mine).length, 'request') + ' denied.');
  if (shown?.mine) next(shown);
}

// Keys that move between requests, or are for several of them.
export function key(name) {
  if (name === 'j' || name === 'k') step(name === 'j' ? 1 : -1);
  else if (name === 'D') denyAll(chosen());
  else if (name === 'x' && shown && !shown.ended) {
    if (!isSelecting) select(true);
    shown.check.checked = !shown.check.checked;
    count();
  } else return false;
  return true;
}

export function escape() {
  if (shown?.escape?.()) return;
  if (isSelecting) select(false);
  else if (!wide.matches && isOpen()) back();
}

// ---- What has ended leaves once it was seen -----------------------------------------------

$('clear').addEventListener('click', () => {
  all().filter((card) => card.ended).forEach(remove);
  openFirst();
  $('main').focus();
});

setInterval(() => {
  for (const card of cards.values()) card.tick?.();
  const time = performance.now();
  const isSeen = !document.hidden && (wide.matches || isOpen());
  if (shown?.ended && isSeen && moved > shown.ended) shown.looked = true;
  // Nothing moves while a hand does.
  if (time - moved < 2000) return count();
  const isOld = (card) => card.ended && time - card.ended > 10000 && (card.mine || (card.looked && card !== shown)) && !card.made?.contains(document.activeElement);
  all().filter(isOld).forEach(remove);
  openFirst();
}, 1000);
