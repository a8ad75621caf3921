// What a yes takes: levels that are seen, a second step, and all of it shown.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { change, request, stage } from '../stage.mjs';
import { allow, card, open, ready, say, until } from '../world.mjs';

const ID = request().id;
const SCHEMES = ['light', 'dark'];

const posted = (page) => page.evaluate(() => window.posted);
const inert = (place, name) => place.getByRole('button', { name, exact: true, disabled: true });

function ofEachLevel() {
  const levels = ['low', 'medium', 'high', undefined, 'harmless'];
  return levels.map((level, at) => request({ id: `id-${at}`, level, title: `Title ${at}`, effects: [{ kind: 'setting', level, text: `Effect ${at}` }] }));
}

export async function each_level_has_a_sign_a_word_and_a_look(world) {
  for (const colorScheme of SCHEMES) {
    const page = await stage(world, ofEachLevel(), { history: ofEachLevel().map((item) => ({ ...item, outcome: 'denied', endedAt: Date.now() })) }, { colorScheme, bypassCSP: true });
    const badges = page.locator('.entry .level');
    // The most dangerous first.
    await say(badges, ['▲ high', '▲ high', '▲ high', '● medium', '○ low']);
    const looks = await badges.evaluateAll((nodes) => nodes.map((node) => getComputedStyle(node)).map(({ color, backgroundColor }) => color + backgroundColor));
    assert.equal(new Set(looks).size, 3);
    for (const [at, level] of ['○ low', '● medium', '▲ high', '▲ high', '▲ high'].entries()) {
      const only = await open(page, `Title ${at}`);
      await say(only.locator('.card-head .level, .effects .level'), [level, level]);
    }
    await open(page, 'Title 2');
    // Who cannot see it is told, too.
    assert.equal(await page.getByRole('article', { name: 'Title 2', description: '▲ high' }).or(page.getByRole('article', { name: 'Title 2', description: 'high' })).count(), 1);
    await world.axe(page, colorScheme);
    await world.picture(`levels-${colorScheme}`, page);
    await page.getByRole('button', { name: 'History' }).click();
    await say(page.locator('#history .rows > li > p > .level'), ['○ low', '● medium', '▲ high', '▲ high', '▲ high']);
  }
}

export async function titles_are_in_plain_words_with_the_record_beside(world) {
  const page = await stage(world, [request({ title: 'Let agents run any shell\u200b command without asking' })]);
  await page.getByRole('heading', { name: 'Let agents run any shell\\u{200b} command without asking', exact: true }).waitFor();
  await page.getByText('Patch opencode.json · config.patch · Finance · from 192.168.1.24', { exact: true }).waitFor();
}

export async function effects_are_whole(world) {
  const long = `npx -y ${'--flag '.repeat(200)}END`;
  const effects = [
    { kind: 'permission', level: 'high', text: 'Agents may run any command.', path: 'permission.bash', from: 'deny', to: 'allow' },
    { kind: 'permission', level: 'high', text: 'A safeguard goes.', from: 'ask' },
    { kind: 'command', level: 'high', text: 'Starts a program.', command: long },
    { kind: 'command', level: 'high', text: 'Runs `git\u2800status` and no more.', command: 'git\u2800status' },
    { kind: 'command', level: 'high', text: 'Runs two lines.', command: 'a\n\tb\u001b[2J' },
    { kind: 'instructions', level: 'medium', text: 'Agents read <b>this</b>.' },
  ];
  for (const viewport of [{ width: 900, height: 620 }, { width: 320, height: 640 }]) {
    const page = await stage(world, [request({ level: 'high', effects })], {}, { viewport });
    await open(page, 'Change a setting');
    const rows = page.getByRole('list', { name: 'Effects' }).getByRole('listitem');
    await say(rows, [
      '▲ high Agents may run any command.deny → allow',
      '▲ high A safeguard goes.ask → not set',
      `▲ high Starts a program.${long}`,
      '▲ high Runs `git\\u{2800}status` and no more.',
      '▲ high Runs two lines.a\n\tb\\u{1b}[2J',
      '● medium Agents read <b>this</b>.',
    ]);
    assert.equal(await rows.nth(3).locator('code').textContent(), 'git\\u{2800}status');
    assert.match(await rows.nth(2).locator('code').evaluate((node) => getComputedStyle(node).fontFamily), /mono/i);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), viewport.width);
    await world.picture(`effects-${viewport.width}`, page);
  }
}

export async function what_nobody_has_weighed_is_high(world) {
  const page = await stage(world, [request({ title: undefined, level: undefined, effects: undefined })]);
  const only = card(page, 'Patch opencode.json');
  await ready(only, 'Allow once').click();
  await only.getByText('Really allow: Patch opencode.json?').waitFor();
}

export async function what_is_high_takes_a_second_step(world) {
  const page = await world.page();
  const answer = world.addPlugin('opencode-notion');
  const plugin = card(page, 'Add plugin opencode-notion');
  // A second click in the same place, and one on what has just appeared, allow nothing.
  await ready(plugin, 'Allow once').waitFor();
  const early = await plugin.getByRole('button', { name: 'Allow once' }).evaluate((node) => {
    node.click();
    const yes = node.closest('.bar').querySelector('.danger');
    yes.click();
    return yes.ariaDisabled;
  });
  assert.equal(early, 'true');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Cancel');
  await ready(plugin, 'Yes, allow').waitFor();
  await world.picture('confirm', page);
  await plugin.getByRole('button', { name: 'Cancel' }).click();
  assert.equal(await plugin.getByRole('button', { name: 'Yes, allow' }).count(), 0);
  assert.equal((await world.host('GET', '/approvals')).items.length, 1);
  await allow(plugin);
  assert.equal((await answer).status, 200);
}

export async function what_is_not_high_takes_one(world) {
  const page = await stage(world, [request({ level: 'low' })]);
  await ready(card(page, 'Change a setting'), 'Allow once').click();
  assert.deepEqual(await posted(page), [[`/approvals/${ID}`, { reply: 'allow', via: 'page' }]]);
}

export async function a_denial_takes_one_and_says_where_it_comes_from(world) {
  const page = await stage(world, [request({ level: 'high' })]);
  await ready(card(page, 'Change a setting'), 'Deny').click();
  assert.deepEqual(await posted(page), [[`/approvals/${ID}`, { reply: 'deny', via: 'page' }]]);
}

export async function an_allowance_says_what_it_covers(world) {
  const rule = { id: 'r', action: 'skills.upsert', workspaceId: 'ws_1', workspaceName: 'Finance', address: '192.168.1.24', level: 'medium', covers: 'instructions\u200b', expiresAt: Date.now() + 60_000, uses: 0 };
  const items = [request({ id: 'a', title: 'Offered', rememberable: true, covers: 'instructions' }), request({ id: 'b', title: 'Rated high', level: 'high', rememberable: true })];
  const page = await stage(world, items, { rules: [rule] });
  assert.equal(await (await open(page, 'Rated high')).getByRole('button', { name: 'Allow for a time' }).count(), 0);
  await ready(await open(page, 'Offered'), 'Allow for a time').click();
  await card(page, 'Offered').getByText('apply without asking. Covers: instructions.').waitFor();
  await page.getByRole('button', { name: 'Rules 1' }).click();
  await page.getByText('Skill changes in Finance from 192.168.1.24 apply without asking. Covers: instructions\\u{200b}.').waitFor();
  assert.equal(await page.locator('#rules .level').textContent(), '● medium');
}

const file = (index, from, diff, more) => ({
  index, path: index ? 'two.md' : 'one.md', kind: 'create', added: 4, removed: 0, from, lines: diff.split('\n').length - 1, total: 3, diff, digest: `d${index}`, ...more,
});

// Lists leave out an effect, the end of one file, and another file.
function long() {
  const effects = [{ kind: 'setting', level: 'low', text: 'First effect' }];
  const item = request({
    level: 'low', effects, moreEffects: 1, moreChanges: 1,
    changes: [change({ path: 'one.md', diff: '@@ -0,0 +1,3 @@\n', truncated: true, full: `/approvals/${ID}/files/0` })],
  });
  const answers = {
    [`/approvals/${ID}`]: { ...item, moreEffects: undefined, effects: [...effects, { kind: 'setting', level: 'low', text: 'Second effect' }] },
    [`/approvals/${ID}/files/0?lines=2000`]: file(0, 0, '@@ -0,0 +1,3 @@\n+one\n', { next: `/approvals/${ID}/files/0?from=2&lines=2000` }),
    [`/approvals/${ID}/files/0?from=2&lines=2000`]: file(0, 2, '+<i>\\u{200b}two</i>\n'),
    [`/approvals/${ID}/files/1?lines=2000`]: file(1, 0, '@@ -0,0 +1,2 @@\n+three\n+four\n'),
  };
  return { item, answers };
}

export async function nothing_is_allowed_before_all_of_it_was_shown(world) {
  const { item, answers } = long();
  const page = await stage(world, [item], answers);
  const only = card(page, 'Change a setting');
  await only.getByText('Not all of this is shown: 1 more effect, 1 shortened file, 1 more file.').waitFor();
  await pause(600);
  await inert(only, 'Allow once').click({ force: true });
  await page.getByText('Keys and alerts').click();
  await page.getByLabel('Single keys').check();
  await only.focus();
  await page.keyboard.press('a');
  assert.deepEqual(await posted(page), []);
  const reason = await only.getByRole('button', { name: 'Allow once' }).getAttribute('aria-describedby');
  assert.match(await page.locator(`[id="${reason}"]`).textContent(), /It can be allowed once you have seen the rest\.$/);
  await only.getByRole('button', { name: 'Show the rest' }).click();
  await only.getByText('All of it is shown.').waitFor();
  // What has moved is inert again.
  assert.equal(await inert(only, 'Allow once').count(), 1);
  await say(only.locator('.effects li'), ['○ low First effect', '○ low Second effect']);
  await say(only.locator('.diff'), [
    '@@ -0,0 +1,3 @@\n+one\n+<i>\\u{200b}two</i>\n', '@@ -0,0 +1,2 @@\n+three\n+four\n',
  ]);
  await ready(only, 'Allow once').click();
  assert.deepEqual(await posted(page), [[`/approvals/${ID}`, { reply: 'allow', via: 'page' }]]);
}

export async function what_is_left_out_is_accessible(world) {
  for (const colorScheme of SCHEMES) {
    const { item, answers } = long();
    const page = await stage(world, [item], answers, { colorScheme, bypassCSP: true, viewport: { width: 320, height: 640 } });
    const only = await open(page, 'Change a setting');
    await only.getByRole('button', { name: 'Show the rest' }).waitFor();
    await world.axe(page, colorScheme);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
    await world.picture(`rest-320-${colorScheme}`, page);
  }
}

export async function what_cannot_be_shown_cannot_be_allowed(world) {
  world.tolerate(/status of 409/);
  const second = `/approvals/${ID}/files/0?from=2&lines=2000`;
  const failures = [
    [{ status: 409, code: 'file_changed', message: 'The files changed' }, /1 of 3 lines of one\.md not seen yet\. The files changed$/],
    [file(0, 2, '+other\n', { digest: 'd9' }), /1 of 3 lines of one\.md not seen yet\. The files changed in the meantime\.$/],
  ];
  for (const [answer, expected] of failures) {
    const { item, answers } = long();
    answers[second] = [answer, answers[second]];
    const page = await stage(world, [item], answers);
    const only = card(page, 'Change a setting');
    await only.getByRole('button', { name: 'Show the rest' }).click();
    await only.getByText(expected).waitFor();
    await pause(600);
    assert.equal(await inert(only, 'Allow once').count(), 1);
    assert.equal(await ready(only, 'Deny').count(), 1);
    assert.deepEqual(await posted(page), []);
    // Shown again it is whole, and nothing of it twice.
    await only.getByRole('button', { name: 'Show the rest' }).click();
    await only.getByText('All of it is shown.').waitFor();
    assert.equal(await only.locator('.diff').count(), 2);
    assert.equal(await only.locator('.diff').first().textContent(), '@@ -0,0 +1,3 @@\n+one\n+<i>\\u{200b}two</i>\n');
  }
}

export async function a_long_change_is_read_to_its_end(world) {
  const page = await world.page();
  const lines = Array.from({ length: 3000 }, (_, at) => `Line ${at}`);
  const answer = world.writeSkill('long', `${lines.join('\n')}\nEND\u2062\n`);
  const only = card(page, 'Upsert skill long');
  await only.getByText('1 shortened file').waitFor();
  assert.ok(!(await only.textContent()).includes('END'));
  assert.equal(await inert(only, 'Allow once').count(), 1);
  await only.getByRole('button', { name: 'Show the rest' }).click();
  await only.getByText('All of it is shown.').waitFor();
  const shown = await only.locator('.diff .add').allTextContents();
  assert.deepEqual(shown.slice(-3001).map((line) => line.trimEnd()), [...lines.map((line) => `+${line}`), '+END\\u{2062}']);
  await allow(only);
  assert.equal((await answer).status, 200);
  await until(() => world.read('.opencode/skills/long/SKILL.md')?.includes('END'), 'it is written');
}
