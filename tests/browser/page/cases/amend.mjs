// Requests that are allowed only otherwise, and those whose clients come back for the answer.
import assert from 'node:assert/strict';
import { card, open, ready, until } from '../world.mjs';

// Opens what can be changed of a request.
async function amending(request) {
  await ready(request, 'Change before allowing…').click();
  await request.getByText('Change before allowing', { exact: true }).waitFor();
}

const shown = async (request) => {
  await request.getByRole('button', { name: 'Show what this would write' }).click();
  await request.getByText('What this would write', { exact: true }).waitFor();
};

export async function a_part_of_an_import_is_left_out(world) {
  const page = await world.page();
  const mcp = { one: { type: 'remote', url: 'https://one.example' }, two: { type: 'remote', url: 'https://two.example' } };
  const skills = [{ name: 'audits', description: 'Audits', content: '# Audits\n' }];
  const answer = world.ask('POST', 'import', { opencode: { mcp }, skills });
  const request = card(page, 'Import workspace config');
  await amending(request);
  await request.getByRole('button', { name: 'Show what this would write' }).click();
  await request.getByText('Leave something out or edit a text first.').waitFor();
  await request.getByRole('checkbox', { name: 'mcp/one' }).uncheck();
  await shown(request);
  await world.axe(page, 'amending');
  await world.picture('amending', page);
  await ready(request, 'Allow this').click();
  const { status, body } = await answer;
  assert.equal(status, 200);
  assert.deepEqual(body.amended, [{ part: 'mcp/one', change: 'left_out' }]);
  const config = world.read('opencode.jsonc');
  assert.ok(config.includes('two.example') && !config.includes('one.example'));
  assert.ok(world.read('.opencode/skills/audits/SKILL.md'));
}

export async function a_text_is_edited_before_it_is_allowed(world) {
  const page = await world.page({ viewport: { width: 390, height: 844 } });
  const answer = world.ask('POST', 'agents', { name: 'reader', content: 'You read everything.\n' });
  const request = await open(page, 'reader');
  await amending(request);
  await request.getByRole('button', { name: 'Edit the text of agents/reader' }).click();
  const text = request.getByRole('textbox', { name: 'Text of agents/reader' });
  assert.equal(await text.inputValue(), 'You read everything.\n');
  await text.fill('You read the docs.\n');
  await shown(request);
  await world.picture('amending-phone', page);
  // What was shown counts for what was written then, and for nothing else.
  await text.fill('You read the tests.\n');
  await until(async () => (await request.getByRole('button', { name: 'Allow this' }).count()) === 0, 'the old one is gone');
  await shown(request);
  await ready(request, 'Allow this').click();
  const { body } = await answer;
  assert.deepEqual(body.amended, [{ part: 'agents/reader', change: 'edited' }]);
  assert.equal(world.read('.opencode/agents/reader.md'), 'You read the tests.\n');
}

export async function what_answers_later_says_so(world) {
  const page = await world.page();
  const told = await world.addPlugin('opencode-notion', { headers: { prefer: 'respond-async' } });
  assert.equal(told.status, 202);
  const request = card(page, 'Add plugin opencode-notion');
  await request.getByText('the client comes back for the answer').waitFor();
  await request.getByText(/^23 h 59 min left$/).waitFor();
  assert.equal(await request.getByRole('button', { name: 'Keep waiting' }).count(), 0);
  await ready(request, 'Deny').click();
  const later = await world.ask('GET', `requests/${told.body.id}`, undefined, { headers: { prefer: 'wait=10' } });
  assert.equal(later.body.state, 'denied');
}
