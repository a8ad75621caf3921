// What agents wait for: told apart from requests, and answered as the engine has it.
import assert from 'node:assert/strict';
import { stage } from '../stage.mjs';
import { ready } from '../world.mjs';

const permission = (more) => ({
  id: 'per_1', workspaceId: 'ws_1', workspaceName: 'Finance', sessionId: 'ses_1', digest: 'd1', kind: 'permission',
  permission: 'bash', patterns: ['rm -rf build\u202e'], always: ['rm *'], metadata: {}, ...more,
});
const question = {
  id: 'que_1', workspaceId: 'ws_1', workspaceName: 'Finance', sessionId: 'ses_1', digest: 'd2', kind: 'question',
  questions: [{ question: 'Which one?', header: 'Pick', options: [{ label: 'A', description: 'the first' }, { label: 'B', description: '' }], custom: false }],
};
const PATH = '/approvals/agent/ws_1/';

export async function an_agent_is_allowed_what_it_was_shown_to_want(world) {
  const page = await stage(world, [], { agents: [permission()] });
  const card = page.getByRole('article', { name: 'The agent wants to run' });
  await card.getByText('agent at work').waitFor();
  // What cannot be seen is spelt out.
  await card.getByText('rm -rf build\\u{202e}').waitFor();
  await card.getByText('Always: and from now on without asking: rm *').waitFor();
  await ready(card, 'Allow once').click();
  await card.getByText('Answered.').waitFor();
  assert.deepEqual(await page.evaluate(() => window.posted), [[PATH + 'per_1', { reply: 'once', digest: 'd1', via: 'page' }]]);
}

export async function a_question_is_answered_by_its_labels(world) {
  const page = await stage(world, [], { agents: [question] });
  const card = page.getByRole('article', { name: 'The agent asks you' });
  await card.getByLabel('B').check();
  await ready(card, 'Answer').click();
  await card.getByText('Answered.').waitFor();
  assert.deepEqual(await page.evaluate(() => window.posted), [[PATH + 'que_1', { answers: [['B']], digest: 'd2', via: 'page' }]]);
}

export async function what_an_agent_asks_at_length_can_only_be_rejected(world) {
  const page = await stage(world, [], { agents: [permission({ truncated: true })] });
  const card = page.getByRole('article', { name: 'The agent wants to run' });
  await card.getByText('It can only be rejected here.').waitFor();
  await page.waitForTimeout(700);
  assert.equal(await card.getByRole('button', { name: 'Allow once' }).getAttribute('aria-disabled'), 'true');
  await card.getByRole('button', { name: 'Reject' }).click();
  await card.getByText('Answered.').waitFor();
  const posted = await page.evaluate(() => window.posted);
  assert.equal(posted[0][1].reply, 'reject');
}
