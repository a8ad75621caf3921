// The page as a program of a phone: what it takes, what is kept, and what is never.
import assert from 'node:assert/strict';
import { allow, card, until, within } from '../world.mjs';

// Once the worker that keeps the page is at work.
async function kept(page) {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  await page.getByText('Live', { exact: true }).waitFor();
  assert.equal(await page.evaluate(() => navigator.serviceWorker.controller.scriptURL), `${new URL(page.url()).origin}/console/worker.js`);
}

export async function it_can_be_installed(world) {
  const page = await world.page({ viewport: { width: 390, height: 844 } });
  await kept(page);
  const session = await page.context().newCDPSession(page);
  const { errors, data } = await session.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  assert.equal(JSON.parse(data).start_url, '/console');
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // Windows of tests are private ones.
  assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'), []);
}

export async function only_the_page_itself_is_kept(world) {
  const page = await world.page();
  await kept(page);
  const answer = world.addNotes();
  await allow(card(page, 'Add MCP notes'));
  assert.equal((await answer).status, 200);
  for (const view of ['History', 'Rules', 'Audit log']) await page.getByRole('navigation').getByRole('button', { name: view }).click();
  await page.getByText('Added MCP notes').waitFor();
  const all = await page.evaluate(async () => {
    const found = [];
    for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
    return found;
  });
  assert.ok(all.includes('/console') && all.includes('/console/app.js'), String(all));
  assert.deepEqual(all.filter((path) => !/^\/console(\/[a-z]+\.(js|css|svg))?$/.test(path)), []);
}

export async function it_opens_without_its_server_and_says_so(world) {
  world.tolerate(/net::ERR_/);
  const page = await world.page();
  await kept(page);
  await world.stop();
  await page.reload();
  await page.getByText('Connection lost. Trying again.').waitFor();
  await world.restart();
  // Whatever the server answers is taken, and not what was kept.
  await page.getByText('Live', { exact: true }).waitFor();
  const fresh = page.waitForResponse((response) => response.url().endsWith('/console/app.js'));
  await page.reload();
  const response = await fresh;
  assert.equal(response.status(), 200);
  await until(async () => (await world.host('GET', '/approvals')).items.length === 0, 'it answers');
}

export async function a_notification_names_its_request(world) {
  const context = await world.context({ permissions: ['notifications'] });
  const page = await context.newPage();
  await world.visit(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.getByText('Keys and alerts').click();
  await page.getByLabel('Notify when a request arrives').check();
  world.addPlugin('opencode-notion');
  const shown = () => page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(({ body, tag }) => [body, tag]));
  await until(async () => (await shown()).length === 1, 'it is notified of');
  const { items: [{ id }] } = await world.host('GET', '/approvals');
  assert.deepEqual(await shown(), [['high: Run a plugin: opencode-notion', id]]);
}

export async function what_the_server_pushes_is_shown(world) {
  const context = await world.context({ permissions: ['notifications'] });
  const page = await context.newPage();
  await world.visit(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  const session = await context.newCDPSession(page);
  const registered = new Promise((found) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [first] }) => first && found(first));
  });
  await session.send('ServiceWorker.enable');
  const { registrationId } = await registered;
  const shown = () => page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(({ title, body, tag, data }) => [title, body, tag, data]));
  // A browser that cannot start the worker at once loses the message and tells nobody; a
  // service would send it again, too.
  const push = async (title) => {
    const data = JSON.stringify({ id: 'r1', title, body: 'high-risk, in ws', request: 'r1' });
    const sent = () => session.send('ServiceWorker.deliverPushMessage', { origin: world.base, registrationId, data });
    await until(async () => (await sent(), within(2_000, async () => (await shown())[0]?.[0] === title)), `${title} is shown`);
  };
  await push('Run a plugin: x');
  assert.deepEqual(await shown(), [['Run a plugin: x', 'high-risk, in ws', 'r1', { request: 'r1' }]]);
  // A later one of the same request takes its place.
  await push('Run a plugin: y');
  assert.deepEqual(await shown(), [['Run a plugin: y', 'high-risk, in ws', 'r1', { request: 'r1' }]]);
}

export async function it_says_why_a_device_is_not_told(world) {
  const page = await world.page();
  await page.getByText('Keys and alerts').click();
  await page.getByText(/^This device is not told while the page is closed: /).waitFor();
}
