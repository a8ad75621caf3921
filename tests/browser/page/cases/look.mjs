// How the page looks: on a phone, in both themes, and to who cannot see it.
import assert from 'node:assert/strict';
import { card, entry, open, ready } from '../world.mjs';

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
  await entry(page, 'Upsert skill expense-audit').waitFor();
  const plugin = world.addPlugin('opencode-notion');
  await entry(page, 'Add plugin opencode-notion').waitFor();
  world.addNotes();
  await entry(page, 'Add MCP notes').waitFor();
  await page.getByText('Keys and alerts').click();
  await page.getByRole('button', { name: 'Select several' }).click();
  await page.getByLabel('Select: Run a plugin: opencode-notion').check();
  await look('list');
  await page.getByRole('button', { name: 'Select several' }).click();
  const first = await open(page, 'Upsert skill expense-audit');
  await ready(first, 'Allow once').waitFor();
  await look('request');
  await first.getByRole('button', { name: 'Deny with a message' }).click();
  await look('message');
  await first.getByRole('button', { name: 'Allow for a time' }).click();
  await look('allowance');
  const second = await open(page, 'Add plugin opencode-notion');
  await ready(second, 'Allow once').click();
  await look('confirmation');
  await second.getByRole('button', { name: 'Cancel' }).click();
  await open(page, 'Upsert skill expense-audit');
  await ready(first, 'Allow for 10 minutes').click();
  assert.equal((await skill).status, 200);
  await look('next');
  await open(page, 'Add plugin opencode-notion');
  await ready(second, 'Deny').click();
  assert.equal((await plugin).status, 403);
  await open(page, 'Add plugin opencode-notion');
  await second.getByText('Denied').waitFor();
  await look('ended');
  const back = page.getByRole('button', { name: 'All requests' });
  if (await back.isVisible()) await back.click();
  for (const view of VIEWS) {
    await tab(page, view).click();
    if (view === 'Audit log') await page.getByRole('button', { name: 'SKILL.md' }).click();
    else await page.locator('section:not([hidden])').getByText({ History: 'Allowed and written.', Rules: 'Revoke', Pending: 'Keys and alerts' }[view]).first().waitFor();
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

// As wide as it says, and nothing that a finger is to hit is too small or cut off.
async function fits(page, width, what) {
  const found = await page.evaluate(() => {
    const seen = [...document.querySelectorAll('button, input, select, summary')].filter((node) => node.checkVisibility());
    const target = (node) => (node.type === 'checkbox' ? node.parentElement : node).getBoundingClientRect();
    return {
      width: document.documentElement.scrollWidth,
      small: seen.filter((node) => target(node).height < 44).map((node) => node.outerHTML),
      cut: seen.filter((node) => target(node).right > innerWidth).map((node) => node.outerHTML),
    };
  });
  assert.deepEqual({ what, ...found }, { what, width, small: [], cut: [] });
}

async function phone(world, width, height, colorScheme) {
  world.tolerate(/status of 401/);
  const options = { viewport: { width, height }, colorScheme, hasTouch: true, isMobile: true };
  const page = await (await world.context(options)).newPage();
  await everywhere(world, page, async (what) => {
    await fits(page, width, what);
    await world.picture(`phone-${width}-${what.replace(' ', '-').toLowerCase()}`, page);
  });
  world.writeSkill('other');
  const other = await open(page, 'Upsert skill other');
  await ready(other, 'Allow once').waitFor();
  const actions = other.locator('.actions > button');
  assert.deepEqual(await actions.allTextContents(), ['Deny', 'Allow once', 'Deny with a message', 'Allow for a time']);
  // Under the thumb, however long the request is.
  const { height: tall, bottom } = await actions.first().evaluate((node) => ({ height: innerHeight, bottom: node.getBoundingClientRect().bottom }));
  assert.ok(bottom > tall - 150 && bottom <= tall, `${bottom} of ${tall}`);
  // The way back of the phone itself leads to the list.
  await page.goBack();
  await entry(page, 'Upsert skill other').waitFor();
  assert.equal(await other.isVisible(), false);
}

export const fits_320_pixels = (world) => phone(world, 320, 568, 'light');
export const fits_390_pixels_in_the_dark = (world) => phone(world, 390, 844, 'dark');
export const fits_430_pixels = (world) => phone(world, 430, 932, 'light');

// As a browser does it whose user wants large text.
const enlarge = (page, percent) => page.evaluate((percent) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`html { font-size: ${percent}%; }`);
  document.adoptedStyleSheets.push(sheet);
}, percent);

// What has to be in the window, whatever else there is.
async function denies(page, request, height, what) {
  const { top, bottom } = await ready(request, 'Deny').evaluate((node) => node.getBoundingClientRect());
  assert.ok(top >= 0 && bottom <= height, `${what}: ${top} to ${bottom} of ${height}`);
}

export async function large_text_of_the_system_fits(world) {
  const name = 'x'.repeat(57);
  world.writeSkill(name, 'A line.\n'.repeat(450));
  world.addPlugin('opencode-notion');
  for (const [width, height] of [[320, 568], [390, 844]]) {
    const page = await (await world.context({ viewport: { width, height }, hasTouch: true, isMobile: true })).newPage();
    await world.visit(page);
    for (const percent of [100, 130, 200]) {
      await enlarge(page, percent);
      for (const summary of [`Upsert skill ${name}`, 'Add plugin opencode-notion']) {
        const what = `${summary} with ${percent} % at ${width}`;
        const request = await open(page, summary);
        await ready(request, 'Deny').waitFor();
        await fits(page, width, what);
        await denies(page, request, height, what);
        await world.picture(`phone-${width}-text-${percent}-${summary.slice(0, 3).toLowerCase()}`, page);
        await request.getByRole('button', { name: 'Deny with a message' }).click();
        await fits(page, width, `${what}, message`);
        await denies(page, request, height, `${what}, message`);
        await page.keyboard.press('Escape');
      }
    }
  }
}

// Of what is to be allowed something is seen above the buttons, on the smallest phone, too.
export async function small_phones_leave_room_for_what_changes(world) {
  const name = 'x'.repeat(57);
  world.writeSkill(name, 'A line.\n'.repeat(450));
  const page = await (await world.context({ viewport: { width: 320, height: 568 }, hasTouch: true, isMobile: true })).newPage();
  await world.visit(page);
  const request = await open(page, `Upsert skill ${name}`);
  await request.getByText('375 of 454 changed lines not seen yet.').waitFor();
  const bar = () => request.locator('.bar').evaluate((node) => node.getBoundingClientRect().top);
  const effect = await request.locator('.effects li').first().evaluate((node) => node.getBoundingClientRect().top);
  assert.ok(effect + 20 < await bar(), `${effect} above ${await bar()}`);
  await request.getByRole('button', { name: 'Deny with a message' }).click();
  assert.ok(await bar() >= 568 / 2, `${await bar()}`);
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
