// What will change: effects, files in their order, and lines.
import assert from 'node:assert/strict';
import { change, request, stage } from '../stage.mjs';
import { card, open, ready, say } from '../world.mjs';

const shown = async (world, diff, more) => {
  const page = await stage(world, [request({ changes: [change({ diff, ...more })] })]);
  return { page, only: card(page, 'Change a setting') };
};
// Of each line its class, its number, its sign, and its text with marks in brackets.
const lines = (only) => only.locator('.diff span').evaluateAll((nodes) => nodes.map((node) => {
  const text = [...node.childNodes].slice(node.className === 'hunk' ? 0 : 1).map((part) => (part.nodeType === 3 ? part.data : `[${part.tagName}:${part.textContent}]`)).join('');
  return [node.className, node.dataset.n ?? '', text.trimEnd()].join('|');
}));

export async function a_comma_marks_no_other_line(world) {
  const { only, page } = await shown(world, '@@ -3,4 +3,5 @@\n   "plugin": [\n-    "a"\n+    "a",\n+    "b"\n   ],\n');
  await only.waitFor();
  assert.deepEqual(await lines(only), ['hunk||@@ -3,4 +3,5 @@', '|3|  "plugin": [', '|4|    "a"[INS:,]', 'add|5|    "b"', '|6|  ],']);
  await world.picture('comma', page);
  const { only: less } = await shown(world, '@@ -1,3 +1,2 @@\n-  "a",\n-  "b"\n+  "a"\n ]\n');
  await less.waitFor();
  assert.deepEqual(await lines(less), ['hunk||@@ -1,3 +1,2 @@', '|1|  "a"[DEL:,]', 'del|2|  "b"', '|2|]']);
}

export async function what_is_new_in_a_line_is_marked(world) {
  const diff = '@@ -32,4 +32,4 @@\n   "permission": {\n-    "edit": "ask",\n-    "rm *": "deny", // never\n+    "edit": "allow",\n+    "rm *": "allow", // never\n   }\n';
  const { only, page } = await shown(world, diff);
  await only.waitFor();
  assert.deepEqual(await lines(only), [
    'hunk||@@ -32,4 +32,4 @@', '|32|  "permission": {',
    'del|33|    "edit": "[MARK:ask]",', 'del|34|    "rm *": "[MARK:deny]", // never',
    'add|33|    "edit": "[MARK:allow]",', 'add|34|    "rm *": "[MARK:allow]", // never', '|35|  }',
  ]);
  await world.picture('marks', page);
  // Lines with nothing in common are not compared.
  const { only: other } = await shown(world, '@@ -1,2 +1,2 @@\n-alpha\n-\u202eone two\n+1.5\n+\u202eone three\n');
  await other.waitFor();
  assert.deepEqual(await lines(other), ['hunk||@@ -1,2 +1,2 @@', 'del|1|alpha', 'del|2|\\u{202e}one [MARK:two]', 'add|1|1.5', 'add|2|\\u{202e}one [MARK:three]']);
}

export async function effects_are_rows_with_before_and_after(world) {
  const effects = [
    { kind: 'permission', level: 'high', text: 'Lets agents run any shell command without asking (`permission.bash`: ask → allow).', path: 'permission.bash', from: 'ask', to: 'allow' },
    { kind: 'setting', level: 'low', text: 'Sets `theme` to `dark`: the colours of the terminal.' },
  ];
  const page = await stage(world, [request({ level: 'high', effects })]);
  const rows = page.getByRole('list', { name: 'Effects' }).getByRole('listitem');
  // What stands beside the sentence is not said in it once more.
  await say(rows, ['▲ high Lets agents run any shell command without asking (`permission.bash`).ask → allow', '○ low Sets `theme` to `dark`: the colours of the terminal.']);
  const [text, after] = await rows.first().locator('span, .change').evaluateAll((nodes) => [nodes[0], nodes.at(-1)].map((node) => node.getBoundingClientRect()).map(({ top, left }) => ({ top, left })));
  assert.ok(after.left > text.left + 200, JSON.stringify([text, after]));
}

export async function dangerous_files_come_first(world) {
  const file = (path, level) => change({ path, level });
  const changes = [file('a.md', 'medium'), file('b.md', 'low'), file('opencode.jsonc', 'high'), file('c.js', undefined)];
  const page = await stage(world, [request({ changes })]);
  await say(page.locator('.fold code'), ['opencode.jsonc', 'c.js', 'a.md', 'b.md']);
  await say(page.locator('.file-head .level'), ['▲ high', '● medium', '○ low']);
}

export async function a_long_file_is_folded_until_it_was_seen(world) {
  const diff = `@@ -0,0 +1,300 @@\n${Array.from({ length: 300 }, (_, at) => `+Line ${at}`).join('\n')}\n`;
  for (const width of [320, 900]) {
    const changes = [change({ path: 'SKILL.md', diff, added: 300 }), change({ path: 'b.md' })];
    const page = await stage(world, [request({ level: 'low', changes })], {}, { viewport: { width, height: 620 } });
    const only = await open(page, 'Change a setting');
    await only.getByText('221 of 301 changed lines not seen yet. It can be allowed once you have seen the rest.').waitFor();
    await page.waitForTimeout(600);
    assert.equal(await ready(only, 'Allow once').count(), 0);
    assert.equal(await ready(only, 'Deny').count(), 1);
    assert.equal(await only.locator('.diff .add').count(), 80);
    await world.picture(`folded-${width}`, page);
    await only.getByRole('button', { name: 'Show 221 more lines of SKILL.md' }).click();
    await only.getByText('All of it is shown.').waitFor();
    assert.equal(await only.locator('.diff .add').count(), 301);
    await ready(only, 'Allow once').waitFor();
  }
}
