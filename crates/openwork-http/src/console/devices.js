// The devices that have a token, and the code by which another one gets one.
import { $, announce, button, clock, duration, make, p, visible } from './dom.js';
import { json, send, state } from './server.js';
import { fill } from './views.js';

const SCOPES = { approver: 'sees and answers what waits', collaborator: 'talks to agents and asks for changes', viewer: 'reads only' };
const LOCAL = /^(localhost|127\.|\[::1\])/;

let offered = null;

export function devices() {
  $('make-code').onsubmit = (event) => { event.preventDefault(); makeCode(); };
  return list();
}

function list() {
  return fill('devices', async () => (await json('/tokens')).items.map(row), 'No device has a token of its own.');
}

function row({ id, scope, label, createdAt, lastUsedAt }) {
  const path = '/tokens/' + encodeURIComponent(id);
  const called = label || id;
  const name = make('input', { type: 'text', maxLength: 100, value: called, ariaLabel: 'Name of ' + called, 'data-keep': id,
    onchange: () => change('PATCH', path, { label: name.value.trim() }, 'Renamed.') });
  return make('li', { class: 'rule' },
    make('div', {}, name, p('meta', scope + ': ' + (SCOPES[scope] || 'may do all that the host may') + ' · since ' + clock(createdAt) + (lastUsedAt ? ' · last used ' + clock(lastUsedAt) : ''))),
    button('Revoke', () => change('DELETE', path, undefined, 'Revoked.'), { ariaLabel: 'Revoke: ' + visible(called) }));
}

async function change(method, path, body, done) {
  await send(method, path, body).then(() => announce(done), (error) => announce(visible(error.message)));
  await list();
}

async function makeCode() {
  const { scope, label } = $('make-code').elements;
  const place = $('code');
  try {
    const { code } = await send('POST', '/pairing', { scope: scope.value, label: label.value.trim() || undefined });
    const { grants, expiresInMs } = await send('POST', '/pair/preview', { code });
    const link = location.origin + '/console#pair=' + code;
    const left = p('left');
    place.replaceChildren(p('code', code), p('', 'Whoever uses it ' + visible(grants) + '.'), left,
      p('meta', LOCAL.test(location.hostname) ? 'This address leads to this machine alone. Open the page by an address that the device reaches, or run openwork-server pair --qr.' : 'Or open there: ' + link),
      button('End the code', () => send('DELETE', '/pairing').finally(() => place.replaceChildren())));
    offered = { left, until: performance.now() + expiresInMs };
    watch(offered);
  } catch (error) {
    place.replaceChildren(p('error', visible(error.message)));
  }
}

// Until the code was used or has ended.
async function watch(code) {
  while (code === offered && code.left.isConnected && state.view === 'devices') {
    code.left.textContent = 'It lasts ' + duration(code.until - performance.now()) + ' longer, and is used once.';
    await new Promise((wake) => { setTimeout(wake, 1000); });
    const open = await json('/pairing').catch(() => null);
    if (code !== offered || !open || open.pairing) continue;
    $('code').replaceChildren(p('', 'The code was used or has ended.'));
    await list();
  }
}
