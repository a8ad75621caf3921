// Answering: by key, by button, for a time, with a message; and what must not happen.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { allow, card, entry, open, ready, until } from '../world.mjs';

const TITLE = 'Add plugin opencode-notion';
const WRITTEN = `{
  // My plugins
  "plugin": ["opencode-github", "opencode-notion"],
  "model": "anthropic/claude"
}
`;

export async function allow_with_single_keys(world) {
  const page = await world.page();
  const before = world.read('opencode.jsonc');
  const first = world.addPlugin('opencode-notion');
  const request = card(page, TITLE);
  await ready(request, 'Allow once').waitFor();
  // Until they are switched on, keys do nothing.
  await request.focus();
  await page.keyboard.press('a');
  await pause(300);
  assert.equal(world.read('opencode.jsonc'), before);
  await page.getByText('Keys and alerts').click();
  await page.getByLabel('Single keys').check();
  const second = world.writeSkill('other');
  await entry(page, 'Upsert skill other').waitFor();
  await page.keyboard.press('k');
  assert.ok(await request.evaluate((node) => node === document.activeElement));
  await page.keyboard.press('j');
  const other = card(page, 'Upsert skill other');
  assert.ok(await other.evaluate((node) => node === document.activeElement));
  await page.keyboard.press('d');
  assert.equal((await second).status, 403);
  // What is next comes by itself, and does not answer at once.
  await ready(request, 'Allow once').waitFor();
  assert.ok(await request.evaluate((node) => node === document.activeElement));
  await page.keyboard.press('a');
  // A plugin is rated high: the key asks, and does not answer.
  await request.getByText(/^Really allow: .*opencode-notion\?$/).waitFor();
  // Once the second step answers: a key that comes earlier would be lost.
  await ready(request, 'Yes, allow').waitFor();
  await page.keyboard.press('a');
  await pause(300);
  assert.equal(world.read('opencode.jsonc'), before);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await request.getByText('Allowed and written.').waitFor();
  assert.equal((await first).status, 200);
  assert.equal(world.read('opencode.jsonc'), WRITTEN);
  assert.equal(world.read('.opencode/skills/other/SKILL.md'), null);
}

export async function allow_with_tab_and_enter(world) {
  const page = await world.page();
  const first = world.addPlugin('opencode-notion');
  await ready(card(page, TITLE), 'Allow once').waitFor();
  const second = world.writeSkill('other');
  const other = card(page, 'Upsert skill other');
  await entry(page, 'Upsert skill other').waitFor();
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  for (let tabs = 0; (await focused()) !== 'Allow once'; tabs++) {
    assert.ok(tabs < 30, 'the button cannot be reached');
    await page.keyboard.press('Tab');
  }
  // The second step begins where nothing is allowed.
  await page.keyboard.press('Enter');
  assert.equal(await focused(), 'Cancel');
  await page.keyboard.press('Enter');
  assert.equal(await focused(), 'Allow once');
  await page.keyboard.press('Enter');
  await ready(card(page, TITLE), 'Yes, allow').waitFor();
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'Yes, allow');
  await page.keyboard.press('Enter');
  assert.equal((await first).status, 200);
  assert.equal(world.read('opencode.jsonc'), WRITTEN);
  // The focus goes on to the next request, and to no button of it.
  await until(() => other.evaluate((node) => node === document.activeElement), 'the next request has the focus');
  assert.equal((await world.host('GET', '/approvals')).items.length, 1);
  await ready(page, 'Deny').press('Enter');
  assert.equal((await second).status, 403);
}

export async function allow_is_inert_at_first(world) {
  const page = await world.page();
  // Clicks as soon as there is something to click, as a finger would that was meant for something else.
  await page.evaluate(() => {
    window.early = [];
    new MutationObserver(() => {
      if (window.early.length) return;
      for (const button of document.querySelectorAll('.card button')) {
        if (!['Allow once', 'Allow for 10 minutes'].includes(button.textContent)) continue;
        window.early.push([button.textContent, button.ariaDisabled]);
        button.click();
      }
    }).observe(document.getElementById('cards'), { childList: true });
  });
  const answer = world.writeSkill('one');
  const request = card(page, 'Upsert skill one');
  await ready(request, 'Allow once').waitFor();
  assert.deepEqual(await page.evaluate(() => window.early), [['Allow for 10 minutes', 'true'], ['Allow once', 'true']]);
  assert.equal((await world.host('GET', '/approvals')).items.length, 1);
  await ready(request, 'Allow once').click();
  assert.equal((await answer).status, 200);
}

export async function deny_with_a_message(world) {
  const page = await world.page();
  const before = world.read('opencode.jsonc');
  const answer = world.addPlugin('opencode-notion');
  const request = card(page, TITLE);
  await ready(request, 'Deny with a message').click();
  await request.getByLabel('Message to the client').fill('Not before the audit.');
  await page.keyboard.press('Enter');
  const { status, body } = await answer;
  assert.equal(status, 403);
  assert.equal(body.code, 'write_denied');
  assert.equal(body.details.reason, 'denied');
  assert.ok(body.message.includes('Not before the audit.'), body.message);
  await request.getByText('Denied: nothing was written.').waitFor();
  assert.equal(world.read('opencode.jsonc'), before);
}

export async function allow_for_ten_minutes_then_revoke(world) {
  const page = await world.page();
  const first = world.writeSkill('one');
  const request = card(page, 'Upsert skill one');
  await ready(request, 'Allow for a time').click();
  await request.getByText('skill changes in ws from 127.0.0.1 apply without asking. Covers: instructions.').waitFor();
  await ready(request, 'Allow for 10 minutes').click();
  assert.equal((await first).status, 200);
  await request.getByText('Allowed and written. For 10 minutes, skill changes in ws from 127.0.0.1 apply without asking. Covers: instructions.').waitFor();
  assert.equal((await world.writeSkill('two')).status, 200);
  assert.ok(world.read('.opencode/skills/two/SKILL.md').includes('What two does'));
  await page.getByRole('button', { name: 'Rules 1' }).click();
  await page.getByText('Skill changes in ws from 127.0.0.1 apply without asking. Covers: instructions.').last().waitFor();
  await page.getByText('used 1 time').waitFor();
  await page.getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('No rules. Every request is asked about.').waitFor();
  const third = world.writeSkill('three');
  await page.getByRole('button', { name: 'Pending 1' }).click();
  await ready(await open(page, 'Upsert skill three'), 'Deny').click();
  assert.equal((await third).status, 403);
}

export async function what_runs_code_is_never_allowed_for_a_time(world) {
  const page = await world.page();
  world.addPlugin('opencode-notion');
  const request = card(page, TITLE);
  await ready(request, 'Allow once').waitFor();
  await request.locator('.effects li[data-level=high]').first().waitFor();
  assert.equal(await request.getByRole('button', { name: 'Allow for a time' }).count(), 0);
}

export async function a_changed_file_conflicts(world) {
  const page = await world.page();
  const skill = '.opencode/skills/one/SKILL.md';
  world.write(skill, '---\nname: one\ndescription: Before\n---\n');
  const answer = world.writeSkill('one');
  const request = card(page, 'Upsert skill one');
  await ready(request, 'Allow once').waitFor();
  const changed = '---\nname: one\ndescription: In the meantime\n---\n';
  world.write(skill, changed);
  await allow(request);
  assert.equal((await answer).status, 409);
  await request.getByText('The file changed while this request waited: nothing was written.').waitFor();
  assert.equal(world.read(skill), changed);
}

export async function nothing_moves_under_the_pointer(world) {
  const page = await world.page();
  const first = world.writeSkill('one');
  const one = card(page, 'Upsert skill one');
  await ready(one, 'Allow once').waitFor();
  const places = (request) => request.locator('.actions button').evaluateAll((nodes) => nodes.map((node) => JSON.stringify(node.getBoundingClientRect())));
  const before = await places(one);
  world.addPlugin('two');
  world.writeSkill('three');
  await entry(page, 'Upsert skill three').waitFor();
  assert.deepEqual(await places(one), before);
  // What is opened stands above the buttons, and leaves them where they are.
  await one.getByRole('button', { name: 'Deny with a message' }).click();
  assert.deepEqual(await places(one), before);
  await page.keyboard.press('Escape');
  assert.equal(await one.getByLabel('Message to the client').isVisible(), false);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Deny with a message');
  // The second click falls on what comes next, and answers nothing.
  await one.getByRole('button', { name: 'Allow once' }).dblclick();
  assert.equal((await first).status, 200);
  await page.locator('#verdict').getByText('Allowed and written.').waitFor();
  await page.waitForTimeout(300);
  assert.equal((await world.host('GET', '/approvals')).items.length, 2);
}
