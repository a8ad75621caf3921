// A device that has come with a code: what the code grants, and the token for it.
import { $, button, duration, make, p, visible } from './dom.js';
import { send } from './server.js';

export async function pair(code, signIn) {
  const look = await send('POST', '/pair/preview', { code }).catch((error) => { $('token-error').textContent = visible(error.message); });
  if (!look) return $('token').focus();
  const until = performance.now() + look.expiresInMs;
  const left = p('left');
  const error = make('p', { class: 'error', role: 'alert' });
  const name = make('input', { type: 'text', maxLength: 100, value: look.label || '', autocomplete: 'off' });
  const tick = () => {
    const rest = until - performance.now();
    left.textContent = rest > 0 ? 'The code lasts ' + duration(rest) + ' longer.' : 'The code has ended. Have another one made.';
  };
  const form = make('form', { class: 'panel', onsubmit: (event) => { event.preventDefault(); exchange(); } },
    make('label', {}, 'Name of this device', name), make('button', { class: 'primary' }, 'Pair this device'), error);
  const timer = setInterval(tick, 1000);
  tick();
  $('view-sign-in').replaceChildren(make('h2', {}, 'Pair this device'),
    p('', 'This device then ' + visible(look.grants) + '.'), left, form);
  name.focus();

  async function exchange() {
    const made = await send('POST', '/pair', { code, label: name.value.trim() || undefined }).catch((failure) => { error.textContent = visible(failure.message); });
    if (!made) return;
    clearInterval(timer);
    if (made.scope === 'approver') return signIn(made.token);
    // Whoever may not answer has no use for this page.
    $('view-sign-in').replaceChildren(make('h2', {}, 'Paired'),
      p('', 'Put this token into the program that is to use it. It is shown only once.'), p('', make('code', {}, made.token)),
      button('Copy', () => navigator.clipboard?.writeText(made.token)));
  }
}
