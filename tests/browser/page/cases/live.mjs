// The list follows what happens, in every tab and across losses.
import assert from 'node:assert/strict';
import { allow, card, ready, until } from '../world.mjs';

const TITLE = 'Add plugin opencode-notion';

export async function a_request_appears_with_its_diff(world) {
  const page = await world.page();
  assert.equal(await page.title(), 'OpenWork approvals');
  world.addPlugin('opencode-notion', { headers: { 'x-openwork-client-id': 'annas-phone' } });
  const request = card(page, TITLE);
  await request.waitFor();
  await until(async () => await page.title() === '(1) OpenWork approvals', 'the title counts');
  await page.getByRole('button', { name: 'Pending 1' }).waitFor();
  await request.getByText('plugins.add · ws · from “annas-phone” (self-reported) at 127.0.0.1').waitFor();
  await request.getByText(/^1 min \d+ s left$/).waitFor();
  assert.equal(await request.locator('.fold').textContent(), 'opencode.jsoncmodify+1 −1');
  const lines = await request.locator('.diff span').allTextContents();
  assert.deepEqual(lines.map((line) => line.trimEnd()), [
    '@@ -1,5 +1,5 @@', ' {', '   // My plugins', '-  "plugin": ["opencode-github"],',
    '+  "plugin": ["opencode-github", "opencode-notion"],', '   "model": "anthropic/claude"', ' }',
  ]);
  await page.locator('#announce').getByText(/^New request, high: .*opencode-notion, in ws\.$/).waitFor({ state: 'attached' });
}

export async function a_reload_keeps_what_is_pending(world) {
  const page = await world.page();
  const answer = world.addPlugin('opencode-notion');
  await card(page, TITLE).waitFor();
  await page.reload();
  await allow(card(page, TITLE));
  assert.equal((await answer).status, 200);
}

export async function a_second_tab_follows(world) {
  const first = await world.page();
  const second = await world.page();
  const answer = world.addPlugin('opencode-notion');
  await card(second, TITLE).waitFor();
  await allow(card(first, TITLE));
  await card(second, TITLE).getByText('Allowed and written.').waitFor();
  assert.equal((await answer).status, 200);
  assert.equal(await card(second, TITLE).getByRole('button', { name: 'Allow once' }).count(), 0);
}

export async function a_restart_of_the_server_reconnects(world) {
  world.tolerate(/net::ERR_/);
  const page = await world.page();
  world.addPlugin('opencode-notion');
  await card(page, TITLE).waitFor();
  await world.restart();
  await card(page, TITLE).getByText(/nothing was written|Ended while the connection was lost/).waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  const answer = world.writeSkill('after');
  await ready(card(page, 'Upsert skill after'), 'Allow once').click();
  assert.equal((await answer).status, 200);
}

export async function an_expired_request_is_greyed_then_leaves(world) {
  const page = await world.page();
  const answer = world.addPlugin('opencode-notion');
  const request = card(page, TITLE);
  await request.getByText('Expired: nothing was written.').waitFor();
  assert.equal((await answer).status, 403);
  assert.equal(await request.getByRole('button', { name: /Allow|Deny/ }).count(), 0);
  assert.equal(await request.evaluate((node) => getComputedStyle(node).borderTopStyle), 'dashed');
  assert.equal(await page.title(), 'OpenWork approvals');
  await request.waitFor({ state: 'detached' });
  await page.getByText('No requests. Keep this page open: new ones appear here.').waitFor();
}

export async function a_client_that_leaves_takes_its_request(world) {
  const page = await world.page();
  const leaving = new AbortController();
  world.addPlugin('opencode-notion', { signal: leaving.signal });
  await card(page, TITLE).waitFor();
  leaving.abort();
  await card(page, TITLE).getByText('The client left: nothing was written.').waitFor();
}

export async function the_mode_is_told_auto(world) {
  const page = await world.page();
  await page.getByText('Approvals are off. Every write is applied at once.').waitFor();
}

export async function the_mode_is_told_read_only(world) {
  const page = await world.page();
  await page.getByText('This server is read-only. Writes are refused.').waitFor();
  await until(async () => (await world.addPlugin('x')).status === 403, 'writes are refused');
}
