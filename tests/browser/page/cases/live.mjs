// The list follows what happens, in every tab and across losses.
import assert from 'node:assert/strict';
import { lose, request, stage } from '../stage.mjs';
import { allow, card, entry, open, ready, until } from '../world.mjs';

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
  await request.getByText(/^4 min \d+ s left$/).waitFor();
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
  await ready(await open(page, 'Upsert skill after'), 'Allow once').click();
  assert.equal((await answer).status, 200);
}

export async function what_expires_stays_until_it_was_looked_at(world) {
  const page = await world.page();
  const answers = [world.addPlugin('opencode-notion'), world.writeSkill('other')];
  for (const answer of answers) assert.equal((await answer).status, 403);
  await page.getByText('2 requests expired while you were away.').waitFor();
  await world.picture('expired', page);
  const request = card(page, TITLE);
  await request.getByText('Expired: nothing was written.').waitFor();
  assert.equal(await request.getByRole('button', { name: /Allow|Deny/ }).count(), 0);
  assert.equal(await request.locator('.end').evaluate((node) => getComputedStyle(node).borderTopStyle), 'dashed');
  assert.equal(await page.title(), 'OpenWork approvals');
  await page.getByText('No requests. Keep this page open: new ones appear here.').waitFor();
  // Longer than what was answered here would stay.
  await page.waitForTimeout(11_000);
  assert.equal(await page.locator('#ended li').count(), 2);
  await open(page, 'Upsert skill other');
  await page.getByText('1 request expired while you were away.').waitFor();
  await page.getByRole('button', { name: 'Clear' }).click();
  assert.equal(await page.locator('#ended li, article').count(), 0);
}

export async function the_last_seconds_look_like_the_last(world) {
  const page = await stage(world, [request({ expiresAt: Date.now() + 20_000, createdAt: Date.now() - 10_000 })]);
  const left = page.locator('.bar .left');
  await left.getByText(/^(1[1-9]|20) s left$/).waitFor();
  const color = () => left.evaluate((node) => getComputedStyle(node).color);
  const before = await color();
  await left.getByText(/^9 s left$/).waitFor();
  assert.notEqual(await color(), before);
  assert.notEqual(await page.locator('.entry .left').evaluate((node) => getComputedStyle(node).color), before);
}

export async function losing_the_connection_moves_nothing(world) {
  for (const width of [320, 900]) {
    const page = await stage(world, [request()], {}, { viewport: { width, height: 620 } });
    const only = await open(page, 'Change a setting');
    await ready(only, 'Allow once').waitFor();
    const places = () => page.locator('article button, article h2, article .effects').evaluateAll((nodes) => nodes.map((node) => JSON.stringify(node.getBoundingClientRect())));
    const before = await places();
    await lose(page);
    await page.getByText('Connection lost').waitFor();
    assert.deepEqual(await places(), before);
    if (width === 320) assert.ok(await page.locator('#status').evaluate((node) => node.scrollWidth <= node.clientWidth), 'what was lost is said to its end');
    assert.equal(await only.getByRole('button', { name: 'Allow once', disabled: true }).count(), 1);
    await world.picture(`lost-${width}`, page);
  }
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
  await page.getByText('Nothing to decide. Only what agents ask appears here.').waitFor();
  assert.equal(await page.getByText('new ones appear here').count(), 0);
  await world.picture('auto', page);
}

export async function the_mode_is_told_read_only(world) {
  const page = await world.page();
  await page.getByText('This server is read-only. Writes are refused.').waitFor();
  await page.getByText('Nothing to decide. Only what agents ask appears here.').waitFor();
  assert.equal(await page.getByText('new ones appear here').count(), 0);
  await until(async () => (await world.addPlugin('x')).status === 403, 'writes are refused');
}
