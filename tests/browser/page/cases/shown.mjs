// What is shown, and what is not: secrets, the past, and texts that mean harm.
import assert from 'node:assert/strict';
import { allow, card, open, ready } from '../world.mjs';

export async function secrets_only_when_revealed(world) {
  const page = await world.page();
  world.addNotes();
  const request = card(page, 'Add MCP notes');
  const diff = request.locator('.diff');
  await request.locator('.effects').getByText('mcp.example.com').first().waitFor();
  assert.ok(!(await page.content()).includes('s3cret'));
  const reveal = request.getByRole('button', { name: 'Reveal 1 secret' });
  await reveal.click();
  await diff.getByText('Bearer s3cret-12345678').waitFor();
  await reveal.click();
  await diff.getByText('••••••').waitFor();
  assert.ok(!(await page.content()).includes('s3cret'));
}

// Context stays masked, so there is nothing to reveal in it.
export async function what_stays_masked_is_not_offered(world) {
  const headers = { Authorization: 'Bearer s3cret-12345678' };
  world.write('opencode.jsonc', JSON.stringify({ model: 'a/b', mcp: { notes: { type: 'remote', url: 'https://mcp.example.com/v1', headers } } }, null, 1));
  const page = await world.page();
  world.ask('PATCH', 'config', { opencode: { mcp: { notes: { type: 'remote', url: 'https://mcp.example.com/v2', headers } } } });
  const request = card(page, 'Patch');
  await request.locator('.diff').getByText('••••••').waitFor();
  assert.equal(await request.getByRole('button', { name: /Reveal/ }).count(), 0);
}

export async function history_tells_how_requests_ended(world) {
  const page = await world.page();
  await page.getByRole('button', { name: 'History' }).click();
  await page.getByText('Nothing of this kind has ended.').waitFor();
  const answer = world.addPlugin('opencode-notion');
  await page.getByRole('button', { name: 'Pending 1' }).click();
  const request = card(page, 'Add plugin opencode-notion');
  await ready(request, 'Deny with a message').click();
  await request.getByLabel('Message to the client').fill('Later.');
  await request.getByRole('button', { name: 'Deny and send' }).click();
  assert.equal((await answer).status, 403);
  await page.getByRole('button', { name: 'History' }).click();
  await page.getByText('Denied: nothing was written. “Later.”').waitFor();
}

export async function audit_log_tells_what_changed(world) {
  const page = await world.page();
  const answer = world.addNotes();
  await allow(card(page, 'Add MCP notes'));
  assert.equal((await answer).status, 200);
  await page.getByRole('button', { name: 'Audit log' }).click();
  await page.getByText('Added MCP notes').waitFor();
  await page.getByText('allowed on this page from 127.0.0.1').waitFor();
  const file = page.getByRole('button', { name: 'opencode.jsonc' });
  assert.equal(await file.getAttribute('aria-expanded'), 'false');
  await file.click();
  const diff = page.locator('#audit .diff');
  await diff.getByText('"url": "https://mcp.example.com/v1"').waitFor();
  await diff.getByText('••••••').waitFor();
  assert.ok(!(await page.content()).includes('s3cret'));
}

export async function hostile_texts_stay_texts(world) {
  const page = await world.page();
  const client = '<img src=x onerror=alert(1)>';
  const content = [
    '<img src=x onerror=alert(1)><script>alert(2)</script>',
    'invoice\u202egpj.exe', 'zero\u200bwidth', 'red\u001b[31m', 'tag\u{e0041}', 'half\uffa0', '&lt;b&gt;', '\tindented',
    'selector\ufe0f', 'selector\u{e0100}', 'blank\u2800', 'nbsp\u00a0', 'thin\u2009', 'soft\u00ad', 'note\u{1d173}', 'short\u{1bca0}',
  ].join('\n');
  const description = 'Ends\u2066 here\u2069';
  const answer = world.ask('POST', 'skills', { name: 'hostile', description, content }, { headers: { 'x-openwork-client-id': client } });
  const request = card(page, 'Upsert skill hostile');
  await request.getByText(`skills.upsert · ws · from “${client}” (self-reported) at 127.0.0.1`).waitFor();
  const text = await request.locator('.diff').textContent();
  for (const shown of [
    '+<img src=x onerror=alert(1)><script>alert(2)</script>', 'invoice\\u{202e}gpj.exe', 'zero\\u{200b}width',
    'red\\u{1b}[31m', 'tag\\u{e0041}', 'half\\u{ffa0}', '&lt;b&gt;', '\tindented',
    'selector\\u{fe0f}', 'selector\\u{e0100}', 'blank\\u{2800}', 'nbsp\\u{a0}', 'thin\\u{2009}', 'soft\\u{ad}', 'note\\u{1d173}', 'short\\u{1bca0}',
  ]) assert.ok(text.includes(shown), `${shown} in ${text}`);
  await ready(request, 'Deny with a message').click();
  await request.getByLabel('Message to the client').fill('<b>\u202eno</b>');
  await page.keyboard.press('Enter');
  assert.equal((await answer).status, 403);
  await page.getByRole('button', { name: 'History' }).click();
  await page.getByText('“<b>\\u{202e}no</b>”').waitFor();
  // Nothing that came from outside is an element, and nothing hidden is left.
  assert.equal(await page.locator('main img, main script, main b b').count(), 0);
  const hidden = /[\u00ad\u2800\ufe00-\ufe0f\u00a0\u2009\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\uffa0]|[\u{e0000}-\u{e0fff}]/u;
  assert.ok(!hidden.test(await page.locator('body').textContent()));
}

export async function long_lines_hide_nothing(world) {
  const page = await world.page();
  world.writeSkill('long', `${'a'.repeat(400)}${' '.repeat(400)}END\n`);
  const request = card(page, 'Upsert skill long');
  await request.waitFor();
  const end = () => request.locator('.diff .add').last().evaluate((node) => {
    const range = document.createRange();
    const text = node.childNodes[1];
    range.setStart(text, text.length - 3);
    range.setEnd(text, text.length);
    return range.getBoundingClientRect().right <= innerWidth;
  });
  assert.ok(await end());
  await request.getByRole('button', { name: 'Wrap' }).click();
  assert.ok(!(await end()));
  await request.getByRole('button', { name: 'Wrap' }).click();
  assert.ok(await end());
}
