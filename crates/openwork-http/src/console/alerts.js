// How a person is told of what has come, and by which keys they answer.
import { $, announce } from './dom.js';
import * as queue from './queue.js';
import { state } from './server.js';

export function alertPerson(text, card, body = text) {
  announce(text);
  if ($('opt-beep').checked) beep();
  if (!$('opt-notify').checked || Notification.permission !== 'granted') return;
  // Phones have notifications of workers alone.
  navigator.serviceWorker.ready.then((worker) => worker.showNotification('OpenWork asks', { body, tag: card.key }));
}

navigator.serviceWorker?.addEventListener('message', ({ data }) => {
  const card = queue.get(data);
  if (card) queue.open(card, true);
});

function beep() {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const gain = audio.createGain();
  gain.gain.value = 0.1;
  tone.connect(gain).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.15);
  tone.onended = () => audio.close();
}

for (const option of ['opt-keys', 'opt-beep']) {
  $(option).checked = localStorage.getItem(option) === 'on';
  $(option).addEventListener('change', () => localStorage.setItem(option, $(option).checked ? 'on' : 'off'));
}
// What is told while the page is closed is asked of the server once somebody looks.
document.querySelector('.options').addEventListener('toggle', async ({ target }) => {
  if (target.open && state.token) (await import('./push.js')).offer();
});
export async function renewPush() {
  if (localStorage.getItem('opt-push') && 'PushManager' in window) (await import('./push.js')).renew().catch(() => {});
}

$('opt-notify-row').hidden = !(isSecureContext && 'Notification' in window);
$('opt-notify').addEventListener('change', async () => {
  if ($('opt-notify').checked) $('opt-notify').checked = (await Notification.requestPermission()) === 'granted';
});

document.addEventListener('keydown', (event) => {
  if (state.view !== 'pending' || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === 'Escape') return queue.escape();
  if (!$('opt-keys').checked || event.repeat || event.target.matches('input:not([type=checkbox]), select')) return;
  // Only where the request itself has the focus is it what a key is meant for.
  const card = event.target.matches('article') && queue.current();
  if ((card && !card.ended && card.press(event.key)) || queue.key(event.key)) event.preventDefault();
});
