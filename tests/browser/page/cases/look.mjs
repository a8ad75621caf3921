// How the page looks: on a phone, in both themes, and to who cannot see it.
import assert from 'node:assert/strict';
import { card, ready } from '../world.mjs';

const VIEWS = ['History', 'Rules', 'Audit log', 'Pending'];

const tab = (page, name) => page.getByRole('navigation').getByRole('button', { name });

// Leads the page through everything that it can show, and looks at each.
async function everywhere(world, page, look) {
  await page.goto(`${world.base}/console`);
  await page.getByLabel('Host token').waitFor();
  await look('signed out');
  await page.goto(`${world.base}/console#token=wrong`);
  await page.getByText('The host token was not accepted.').waitFor();
  await look('refused');
  await world.visit(page);
  await page.getByText('No requests.').waitFor();
  await look('empty');
  const skill = world.writeSkill('expense-audit', '# Expenses\n\nRead the ledger.\n', { headers: { 'x-openwork-client-id': 'annas-phone' } });
  const first = card(page, 'Upsert skill expense-audit');
  await ready(first, 'Allow once').waitFor();
  const plugin = world.addPlugin('opencode-notion');
  const second = card(page, 'Add plugin opencode-notion');
  await ready(second, 'Deny').waitFor();
  world.addNotes();
  await ready(card(page, 'Add MCP notes'), 'Allow once').waitFor();
  await page.getByText('Keys and alerts').click();
  await look('pending');
  await first.getByRole('button', { name: 'Deny with a message' }).click();
  await look('message');
  await first.getByRole('button', { name: 'Allow for a time' }).click();
  await look('allowance');
  await ready(second, 'Allow once').click();
  await look('confirmation');
  await second.getByRole('button', { name: 'Cancel' }).click();
  await first.getByRole('button', { name: 'Allow for 10 minutes' }).click();
  assert.equal((await skill).status, 200);
  await second.getByRole('button', { name: 'Deny', exact: true }).click();
  assert.equal((await plugin).status, 403);
  await second.getByText('Denied').waitFor();
  await look('ended');
  for (const view of VIEWS) {
    await tab(page, view).click();
    if (view === 'Audit log') await page.getByRole('button', { name: 'SKILL.md' }).click();
    else await page.getByText({ History: 'Allowed and written.', Rules: 'Revoke', Pending: 'Keys and alerts' }[view]).first().waitFor();
    await look(view);
  }
}

async function accessible(world, colorScheme) {
  world.tolerate(/status of 401/);
  // Only the policy stands between the page and the checker, so here it is lifted.
  const page = await (await world.context({ colorScheme, bypassCSP: true })).newPage();
  await everywhere(world, page, (what) => world.axe(page, what));
}

export const accessible_in_light = (world) => accessible(world, 'light');
export const accessible_in_dark = (world) => accessible(world, 'dark');

export async function fits_320_pixels(world) {
  world.tolerate(/status of 401/);
  const page = await (await world.context({ viewport: { width: 320, height: 640 } })).newPage();
  await everywhere(world, page, async (what) => {
    const { width, small, cut } = await page.evaluate(() => {
      const seen = [...document.querySelectorAll('button, input, select, summary')].filter((node) => node.checkVisibility());
      const target = (node) => (node.type === 'checkbox' ? node.parentElement : node).getBoundingClientRect();
      return {
        width: document.documentElement.scrollWidth,
        small: seen.filter((node) => target(node).height < 44).map((node) => node.outerHTML),
        cut: seen.filter((node) => target(node).right > innerWidth).map((node) => node.outerHTML),
      };
    });
    assert.deepEqual({ what, width, small, cut }, { what, width: 320, small: [], cut: [] });
  });
  world.writeSkill('other');
  await ready(card(page, 'Upsert skill other'), 'Allow once').waitFor();
  const actions = card(page, 'Upsert skill other').locator('.actions > button');
  assert.deepEqual(await actions.allTextContents(), ['Deny', 'Deny with a message', 'Allow once', 'Allow for a time']);
  const boxes = await actions.evaluateAll((nodes) => nodes.map((node) => node.getBoundingClientRect()).map(({ x, y, width }) => ({ x, y, width })));
  assert.ok(boxes.every((box, at) => box.x === boxes[0].x && box.width === boxes[0].width && (at === 0 || box.y > boxes[at - 1].y)), JSON.stringify(boxes));
}

export async function follows_the_theme(world) {
  const grounds = [];
  for (const colorScheme of ['light', 'dark']) {
    const page = await world.page({ colorScheme });
    const asked = world.addPlugin('opencode-notion', { headers: { 'x-openwork-client-id': 'annas-phone' } });
    await ready(card(page, 'Add plugin opencode-notion'), 'Allow once').waitFor();
    grounds.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    await world.picture(`console-${colorScheme}`, page);
    await card(page, 'Add plugin opencode-notion').getByRole('button', { name: 'Deny', exact: true }).click();
    assert.equal((await asked).status, 403);
  }
  assert.deepEqual(grounds, ['rgb(247, 247, 245)', 'rgb(23, 23, 21)']);
}
