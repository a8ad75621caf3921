// Telling this device while its page is closed.
import { $, announce, button, p, visible } from './dom.js';
import { json, send } from './server.js';

const KEPT = 'opt-push';
const browser = async () => (await navigator.serviceWorker.ready).pushManager;

// What is said under the options, and a button where there is something to do.
export async function offer() {
  const place = $('push');
  const why = isSecureContext ? 'PushManager' in window ? '' : 'this browser cannot; on an iPhone, put the page on the home screen first' : 'that needs HTTPS';
  const { available, reason, publicKey, subscribed } = why ? { reason: why } : await json('/push').catch((error) => ({ reason: error.message }));
  if (!available) return place.replaceChildren(p('meta', 'This device is not told while the page is closed: ' + visible(reason) + '.'));
  const isHere = subscribed && (await (await browser()).getSubscription());
  place.replaceChildren(isHere
    ? button('Stop notifying this device', () => act(end, 'This device is told no more.'))
    : button('Notify this device, also while the page is closed', () => act(() => begin(publicKey), 'This device is told from now on.')));
}

async function act(what, done) {
  await what().then(() => announce(done), (error) => announce(visible(error.message)));
  await offer();
}

async function begin(publicKey) {
  if ((await Notification.requestPermission()) !== 'granted') throw new Error('The browser does not allow notifications of this page.');
  const push = await browser();
  // A subscription by another key is worth nothing here.
  await (await push.getSubscription())?.unsubscribe();
  const { endpoint, keys } = (await push.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey })).toJSON();
  await send('PUT', '/push', { endpoint, keys });
  localStorage.setItem(KEPT, 'on');
}

async function end() {
  await send('DELETE', '/push');
  await (await (await browser()).getSubscription())?.unsubscribe();
  localStorage.removeItem(KEPT);
}

// Browsers change their addresses now and then, and say so to nobody.
export async function renew() {
  const subscription = await (await browser()).getSubscription();
  if (!subscription) return;
  const { endpoint, keys } = subscription.toJSON();
  await send('PUT', '/push', { endpoint, keys });
}
