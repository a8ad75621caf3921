// The list: its order, its way around, and several requests at once.
import assert from 'node:assert/strict';
import { request, stage, tell } from '../stage.mjs';
import { card, entry, open, ready, say, until } from '../world.mjs';

const of = (at, more) => request({ id: `id-${at}`, title: `Title ${at}`, summary: `Summary ${at}`, effects: [], ...more });
const posted = (page) => page.evaluate(() => window.posted);
const names = (page) => page.locator('#waiting .name');
const permission = { id: 'per_1', workspaceId: 'ws_1', workspaceName: 'Finance', sessionId: 'ses_1', digest: 'd1', kind: 'permission', permission: 'bash', patterns: ['rm -rf build'], always: [], metadata: {} };
const phone = { type: 'remote', clientId: 'annas-phone', address: '192.168.1.30' };

export async function the_most_dangerous_comes_first(world) {
  const items = [of(0, { level: 'low' }), of(1, { level: 'medium' }), of(2, { level: 'high', actor: phone }), of(3, { level: 'medium' })];
  const page = await stage(world, items, { agents: [permission] });
  await say(names(page), ['Title 2', 'The agent wants to run', 'Title 1', 'Title 3', 'Title 0']);
  // What is shown beside the list is the gravest, and stays when a graver one comes.
  await card(page, 'Title 2').waitFor();
  await say(page.locator('#waiting .entry').first().locator('.level, .name, .meta'), ['▲ high', 'Title 2', 'Finance · “annas-phone” (self-reported) at 192.168.1.30']);
  await page.locator('#waiting .entry').first().getByText(/^(1 min 5\d|2 min 0) s left$/).waitFor();
  const agent = await open(page, 'The agent wants to run');
  await agent.getByText('agent at work').waitFor();
  await tell(page, 'approval.asked', of(4, { level: 'high' }));
  await say(names(page), ['Title 2', 'Title 4', 'The agent wants to run', 'Title 1', 'Title 3', 'Title 0']);
  assert.equal(await agent.isVisible(), true);
  await world.picture('queue', page);
  await tell(page, 'agent.requests', { items: [] });
  await agent.getByText('The agent waits no more.').waitFor();
}

export async function several_are_denied_at_once(world) {
  const page = await stage(world, [0, 1, 2].map((at) => of(at)));
  await page.getByRole('button', { name: 'Select several' }).click();
  await page.getByLabel('Select: Title 0').check();
  await page.getByLabel('Select: Title 2').check();
  await world.picture('several', page);
  await page.getByRole('button', { name: 'Deny 2 selected' }).click();
  await until(async () => (await posted(page)).length === 2, 'both are answered');
  assert.deepEqual(await posted(page), ['id-0', 'id-2'].map((id) => [`/approvals/${id}`, { reply: 'deny', via: 'page' }]));
  await page.locator('#announce').getByText('2 requests denied.').waitFor({ state: 'attached' });
  assert.equal(await page.getByLabel('Select: Title 1').isVisible(), false);
  // What is answered makes room for what is not.
  await card(page, 'Title 1').waitFor();
}

export async function all_of_one_client_are_denied(world) {
  const page = await stage(world, [of(0, { actor: phone }), of(1), of(2, { actor: phone }), of(3, { actor: phone })]);
  const first = await open(page, 'Title 0');
  await ready(first, 'Deny all 3 of this client').click();
  await until(async () => (await posted(page)).length === 3, 'all are answered');
  assert.deepEqual((await posted(page)).map(([path]) => path), ['/approvals/id-0', '/approvals/id-2', '/approvals/id-3']);
  const other = card(page, 'Title 1');
  await other.waitFor();
  assert.equal(await other.getByRole('button', { name: /this client/ }).count(), 0);
}

export async function keys_are_enough(world) {
  const items = [of(0, { level: 'high' }), of(1), of(2), of(3), of(4)];
  const page = await stage(world, items);
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  const press = async (...keys) => { for (const key of keys) await page.keyboard.press(key); };
  await page.getByText('Keys and alerts').focus();
  await press('Enter', 'Tab', 'Space');
  await page.getByRole('definition').first().waitFor();
  await press('k');
  const high = card(page, 'Title 0');
  await ready(high, 'Allow once').waitFor();
  await press('a');
  assert.equal(await focused(), 'Cancel');
  await press('Escape');
  assert.equal(await high.getByText('Really allow').isVisible(), false);
  assert.equal(await focused(), 'Allow once');
  await press('j', 'm');
  await page.keyboard.type('dad');
  assert.equal(await card(page, 'Title 1').getByLabel('Message to the client').inputValue(), 'dad');
  await press('Escape', 'k', 'x', 'j', 'x');
  await page.getByRole('button', { name: 'Deny 2 selected' }).waitFor();
  await press('Escape');
  assert.equal(await page.getByRole('button', { name: 'Deny 2 selected' }).count(), 0);
  assert.deepEqual(await posted(page), []);
  await press('j', 'x', 'j', 'x', 'D');
  await until(async () => (await posted(page)).length === 2, 'both are answered');
  const next = card(page, 'Title 4');
  await ready(next, 'Allow once').waitFor();
  assert.ok(await next.evaluate((node) => node === document.activeElement));
  await press('a');
  await until(async () => (await posted(page)).length === 3, 'it is allowed');
  assert.deepEqual((await posted(page)).map(([path, { reply }]) => [path, reply]), [['/approvals/id-2', 'deny'], ['/approvals/id-3', 'deny'], ['/approvals/id-4', 'allow']]);
}

export async function the_last_answer_leads_back_to_the_list(world) {
  const page = await stage(world, [of(0)], {}, { viewport: { width: 390, height: 844 } });
  const only = await open(page, 'Title 0');
  await ready(only, 'Deny').click();
  await tell(page, 'approval.replied', { id: 'id-0', allowed: false, by: 'host' });
  await only.getByText('Denied: nothing was written.').waitFor();
  // It was seen by whoever answered, so it leaves by itself.
  await only.waitFor({ state: 'detached' });
  await page.getByText('No requests.').waitFor();
  assert.equal(await page.locator('#ended li').count(), 0);
}

export async function a_link_opens_its_request(world) {
  for (const width of [390, 900]) {
    const page = await stage(world, [of(0, { level: 'high' }), of(1)], { history: [{ ...of(9), outcome: 'expired', endedAt: Date.now() }] }, { viewport: { width, height: 700 } });
    await page.goto(`${world.base}/console#request=id-1`);
    await card(page, 'Title 1').waitFor();
    assert.equal(page.url(), `${world.base}/console`);
    // Also one that is over by now.
    await page.goto(`${world.base}/console#request=id-9`);
    await card(page, 'Title 9').getByText('Expired: nothing was written.').waitFor();
  }
}

// Scrolls for a while and says how long each frame took, in ms.
const frames = (page) => page.evaluate(async () => {
  const times = [];
  let last = await new Promise(requestAnimationFrame);
  for (let at = 0; at < 60; at++) {
    scrollBy(0, at < 30 ? 60 : -60);
    document.getElementById('queue').scrollBy(0, at < 30 ? 60 : -60);
    const time = await new Promise(requestAnimationFrame);
    times.push(time - last);
    last = time;
  }
  return times.sort((a, b) => a - b);
});

export async function sixty_that_wait_scroll_smoothly(world) {
  const diff = `@@ -0,0 +1,60 @@\n${Array.from({ length: 60 }, (_, line) => `+Line ${line} of a skill that is long`).join('\n')}\n`;
  const items = Array.from({ length: 60 }, (_, at) => of(at, {
    level: ['low', 'medium', 'high'][at % 3],
    changes: [{ path: 'SKILL.md', kind: 'create', added: 60, removed: 0, diff, truncated: false, masked: [] }],
  }));
  for (const viewport of [{ width: 390, height: 844 }, { width: 1440, height: 900 }]) {
    const page = await stage(world, items, {}, { viewport });
    await entry(page, 'Title 59').waitFor();
    const times = await frames(page);
    // Half of all frames come at the screen's pace, and none takes long: the machine that tests is shared.
    assert.ok(times[30] < 20, `the median frame took ${times[30]} ms`);
    assert.ok(times[54] < 100, `one of ten frames took ${times[54]} ms`);
    await world.picture(`sixty-${viewport.width}`, page);
  }
}
