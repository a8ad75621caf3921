// Devices that get a token of their own, and what is taken back.
import assert from 'node:assert/strict';
import { request, stage } from '../stage.mjs';
import { allow, card, open, ready, until } from '../world.mjs';

const view = (page, name) => page.getByRole('navigation').getByRole('button', { name }).click();

// Makes a code on the host's page.
async function code(page, scope, label) {
  await view(page, 'Devices');
  await page.getByLabel('A new one that').selectOption(scope);
  await page.getByLabel('called').fill(label);
  await page.getByRole('button', { name: 'Make a code' }).click();
  return page.locator('#code .code').textContent();
}

export async function a_device_pairs_by_a_code_and_is_revoked(world) {
  world.tolerate(/status of 401/);
  const host = await world.page();
  const made = await code(host, 'approver', 'phone');
  assert.match(made, /^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  await host.getByText('It lasts').waitFor();
  await world.picture('pairing', host);
  const device = await (await world.context({ viewport: { width: 390, height: 844 } })).newPage();
  await device.goto(`${world.base}/console#pair=${made}`);
  await device.getByText('This device then sees what waits for approval, secrets included, and answers it.').waitFor();
  assert.equal(new URL(device.url()).hash, '');
  assert.equal(await device.getByLabel('Name of this device').inputValue(), 'phone');
  await world.axe(device, 'pairing');
  await world.picture('paired-device', device);
  await device.getByRole('button', { name: 'Pair this device' }).click();
  await device.getByText('Live', { exact: true }).waitFor();
  // What its token may not see is not offered.
  for (const view of ['Devices', 'Audit log']) assert.equal(await device.getByRole('button', { name: view }).count(), 0);
  await host.getByText('The code was used or has ended.').waitFor();
  // It answers, and comes back without a code.
  const answer = world.writeSkill('audits');
  await allow(await open(device, 'Upsert skill audits'));
  assert.equal((await answer).status, 200);
  await device.reload();
  await device.getByText('Live', { exact: true }).waitFor();
  await host.getByLabel('Name of phone').fill('pocket');
  await host.keyboard.press('Enter');
  await world.axe(host, 'devices');
  await host.getByRole('button', { name: 'Revoke: pocket' }).click();
  await host.getByText('No device has a token of its own.').waitFor();
  await device.getByText('The host token was not accepted.').waitFor();
}

export async function an_owner_s_device_has_all_views(world) {
  const { token } = await world.host('POST', '/tokens', { scope: 'owner', label: 'desk' });
  const page = await (await world.context()).newPage();
  await page.goto(`${world.base}/console#token=${token}`);
  await view(page, 'Devices');
  await page.getByLabel('Name of desk').waitFor();
  await view(page, 'Audit log');
  await page.getByText('No changes recorded.').waitFor();
}

export async function a_code_is_used_once(world) {
  world.tolerate(/status of 403/);
  const host = await world.page();
  const made = await code(host, 'collaborator', 'script');
  const first = await (await world.context()).newPage();
  await first.goto(`${world.base}/console#pair=${made}`);
  await first.getByRole('button', { name: 'Pair this device' }).click();
  await first.getByText('It is shown only once.').waitFor();
  assert.match(await first.locator('code').textContent(), /^owt_[0-9a-f]{32}$/);
  const second = await (await world.context()).newPage();
  await second.goto(`${world.base}/console#pair=${made}`);
  await until(async () => (await second.locator('#token-error').textContent()).length > 0, 'it says why');
  assert.ok(await second.getByLabel('Host token').isVisible());
}

export async function a_request_is_kept_waiting(world) {
  const page = await world.page();
  const answer = world.writeSkill('audits');
  const request = card(page, 'Upsert skill audits');
  await request.getByText(/^4 min \d+ s left$/).waitFor();
  await ready(request, 'Keep waiting').click();
  await request.getByText(/^9 min \d+ s left$/).waitFor();
  await ready(request, 'Deny').click();
  assert.equal((await answer).status, 403);
}

export async function a_change_is_shown_and_undone(world) {
  const page = await world.page();
  const before = world.read('opencode.jsonc');
  const answer = world.addPlugin('opencode-notion');
  await allow(card(page, 'Add plugin opencode-notion'));
  assert.equal((await answer).status, 200);
  await view(page, 'Audit log');
  await page.getByRole('button', { name: /^Undo: Added/ }).click();
  const act = page.getByRole('button', { name: 'Undo this change' });
  await act.waitFor();
  assert.ok(await page.getByText('opencode-notion').last().isVisible());
  await world.axe(page, 'undo');
  await world.picture('undo', page);
  await act.click();
  await until(() => world.read('opencode.jsonc') === before, 'it is as before');
}

export async function history_is_chosen_from(world) {
  const page = await world.page();
  const denied = world.writeSkill('denied');
  await ready(card(page, 'Upsert skill denied'), 'Deny').click();
  await denied;
  const allowed = world.writeSkill('allowed');
  await allow(card(page, 'Upsert skill allowed'));
  await allowed;
  await view(page, 'History');
  await page.locator('#history li').nth(1).waitFor();
  const rows = page.locator('#history .rows > li');
  await page.getByLabel('Outcome').selectOption('denied');
  await until(async () => (await rows.count()) === 1, 'one is left');
  assert.match(await rows.textContent(), /Upsert skill denied.*answered on this page from 127\.0\.0\.1/);
  // What it would have done stands there, too.
  await rows.getByText('Agents will read the skill').waitFor();
  await rows.getByRole('button', { name: 'SKILL.md' }).click();
  await rows.locator('.diff').getByText('# denied').waitFor();
  await world.axe(page, 'history');
  await page.getByLabel('Outcome').selectOption('aborted');
  await page.getByText('Nothing of this kind has ended.').waitFor();
  await page.getByLabel('Outcome').selectOption('');
  await page.locator('#history-filter').getByLabel('Workspace').selectOption('ws');
  await until(async () => (await rows.count()) === 2, 'both are there');
}

// Of a record of any length all is reached.
export async function history_goes_on(world) {
  const ended = (count, from) => Array.from({ length: count }, (_, at) => request({ id: `e${from + at}`, title: `Ended ${from + at}`, outcome: 'denied', endedAt: 1, by: 'host' }));
  const page = await stage(world, [], { pages: { '': { items: ended(50, 0), next: 'e49' }, e49: { items: ended(10, 50) } } });
  await view(page, 'History');
  await page.getByText('Ended 49').waitFor();
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByText('Ended 59').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Show more' }).count(), 0);
}
