// Keeps the page itself for when its server cannot be reached. Whatever the
// server can answer it answers, and nothing but these files is ever kept.
const PAGE = '/console';
const FILES = 'agent.js alerts.js amend.js app.js card.js console.css devices.js diff.js dom.js effects.js files.js icon.svg pairing.js queue.js request.js server.js undo.js views.js words.js';
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

// A notification leads to the request that it names.
addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.tag));
});

async function lead(request) {
  const [page] = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (!page) return clients.openWindow(PAGE + '#request=' + encodeURIComponent(request));
  page.postMessage(request);
  return page.focus();
}
