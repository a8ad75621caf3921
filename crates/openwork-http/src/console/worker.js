// Keeps the page itself for when its server cannot be reached. Whatever the
// server can answer it answers, and nothing but these files is ever kept.
const PAGE = '/console';
const FILES = 'agent.js alerts.js amend.js app.js card.js console.css devices.js diff.js dom.js effects.js files.js icon.svg pairing.js push.js queue.js record.js request.js server.js undo.js views.js words.js';
const SHELL = [PAGE, ...FILES.split(' ').map((name) => PAGE + '/' + name)];

addEventListener('install', (event) => event.waitUntil(caches.open(PAGE).then((cache) => cache.addAll(SHELL)).then(() => skipWaiting())));

addEventListener('fetch', (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method === 'GET' && origin === location.origin && SHELL.includes(pathname)) event.respondWith(answer(event.request, pathname));
});

async function answer(request, pathname) {
  const cache = await caches.open(PAGE);
  try {
    const fresh = await fetch(request);
    if (fresh.ok) await cache.put(pathname, fresh.clone());
    return fresh;
  } catch (error) {
    return (await cache.match(pathname)) || Promise.reject(error);
  }
}

// What the server tells while no page is open.
addEventListener('push', (event) => {
  const { id, title, body, request } = event.data.json();
  event.waitUntil(registration.showNotification(title, { body, tag: id, data: { request } }));
});

// A notification leads to the request that it names.
addEventListener('notificationclick', (event) => {
  const { data, tag } = event.notification;
  event.notification.close();
  event.waitUntil(lead(data ? data.request : tag));
});

async function lead(request) {
  const [page] = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (!page) return clients.openWindow(PAGE + (request ? '#request=' + encodeURIComponent(request) : ''));
  page.postMessage(request);
  return page.focus();
}
