// Signing in and out: where the token goes, and where it does not.
import assert from 'node:assert/strict';
import { card } from '../world.mjs';

const stored = (page) => page.evaluate(() => ({
  session: { ...sessionStorage }, local: { ...localStorage }, cookie: document.cookie, url: location.href, text: document.documentElement.outerHTML,
}));

export async function by_fragment(world) {
  const page = await world.page();
  const { session, local, cookie, url, text } = await stored(page);
  assert.deepEqual(session, { 'openwork.hostToken': world.hostToken });
  assert.deepEqual(local, {});
  assert.equal(cookie, '');
  assert.equal(url, `${world.base}/console`);
  assert.ok(!text.includes(world.hostToken));
  assert.equal(await page.title(), 'OpenWork approvals');
  await page.reload();
  await page.getByText('Live', { exact: true }).waitFor();
}

export async function by_form(world) {
  const page = await (await world.context()).newPage();
  await page.goto(`${world.base}/console`);
  await page.getByText('Enter the host token. The server prints it at start; the desktop app shows it in Settings, Host pairing.').waitFor();
  await page.keyboard.type(world.hostToken);
  await page.keyboard.press('Enter');
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByText('No requests. Keep this page open: new ones appear here.').waitFor();
  assert.equal((await stored(page)).session['openwork.hostToken'], world.hostToken);
}

export async function wrong_token_is_refused(world) {
  world.tolerate(/status of 401/);
  const page = await (await world.context()).newPage();
  await page.goto(`${world.base}/console#token=${world.token}`);
  await page.getByText('The host token was not accepted.').waitFor();
  const { session, url } = await stored(page);
  assert.deepEqual(session, {});
  assert.equal(url, `${world.base}/console`);
  assert.equal(await page.getByRole('navigation').count(), 0);
  await page.getByLabel('Host token').fill(world.hostToken);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Live', { exact: true }).waitFor();
}

export async function signing_out_forgets_everything(world) {
  const page = await world.page();
  world.addPlugin('opencode-notion');
  await card(page, 'Add plugin opencode-notion').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Host token').waitFor();
  const { session, text } = await stored(page);
  assert.deepEqual(session, {});
  assert.ok(!text.includes('opencode-notion'));
  assert.equal(await page.title(), 'OpenWork approvals');
  await page.reload();
  await page.getByLabel('Host token').waitFor();
}
