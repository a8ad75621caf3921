// What a case works with: pages that are watched, clients of the API, and the workspace's files.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright-core';

const LIMIT = 20_000;

export class World {
  constructor(given) {
    Object.assign(this, given);
    this.contexts = [];
    this.broken = [];
    this.tolerated = [];
  }

  async open() {
    this.driver = await chromium.connect(this.browser);
  }

  async close() {
    for (const context of this.contexts) await context.close().catch(() => {});
    await this.driver?.close();
  }

  // ---- Pages ----

  // A browser of its own: nothing is shared with the other pages but the server.
  async context(options = {}) {
    const context = await this.driver.newContext({ viewport: { width: 900, height: 620 }, locale: 'en-GB', ...options });
    context.setDefaultTimeout(LIMIT);
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => console.error(`violation of ${event.violatedDirective}: ${event.blockedURI}`));
    });
    context.on('page', (page) => this.watch(page));
    this.contexts.push(context);
    return context;
  }

  watch(page) {
    page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) this.broken.push(message.text()); });
    page.on('pageerror', (error) => this.broken.push(error.stack));
    page.on('dialog', (dialog) => { this.broken.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(`${this.base}/`) && url !== 'data:,') this.broken.push(`request to ${url}`);
      if (url.includes(this.hostToken) && !url.includes('#')) this.broken.push(`token in ${url}`);
    });
  }

  // The page, signed in by its link and live.
  async page(options = {}) {
    const page = await (await this.context(options)).newPage();
    await this.visit(page);
    return page;
  }

  async visit(page) {
    await page.goto(`${this.base}/console#token=${this.hostToken}`);
    await page.getByText('Live', { exact: true }).waitFor();
  }

  // A message that the browser itself writes is expected in this case.
  tolerate(pattern) {
    this.tolerated.push(pattern);
  }

  // Passes if no page broke a rule: no error, no violated policy, no request to another place.
  check() {
    const broken = this.broken.filter((text) => !this.tolerated.some((pattern) => pattern.test(text)));
    assert.deepEqual(broken, []);
  }

  async axe(page, what) {
    const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    if (!(await page.evaluate('"axe" in window'))) await page.evaluate(source);
    const { violations, passes } = await page.evaluate(() => axe.run(document, { resultTypes: ['violations', 'passes'] }));
    assert.ok(passes.length > 5, 'axe looked at nothing');
    const found = violations.map(({ id, nodes }) => `${what}: ${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join('\n  ')}`);
    assert.deepEqual(found, []);
  }

  // A picture of what is seen, if pictures are wanted.
  async picture(name, page = this.contexts.at(-1)?.pages().at(-1)) {
    if (!this.screenshots || !page) return;
    const path = name === 'failed' ? join(this.screenshots, `failed-${this.case.replace('/', '-')}.png`) : join(this.screenshots, `${name}.png`);
    await page.screenshot({ path });
  }

  // ---- Clients and files ----

  // Sends a write; the promise is its answer, once the host has decided.
  ask(method, path, body, { headers = {}, signal } = {}) {
    const answer = fetch(`${this.base}/workspace/${this.workspaceId}/${path}`, {
      method, signal, body: body && JSON.stringify(body),
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json', ...headers },
    }).then(async (response) => ({ status: response.status, body: await response.json() }));
    answer.catch(() => {});
    return answer;
  }

  addPlugin(name, options) {
    return this.ask('POST', 'plugins', { spec: name }, options);
  }

  writeSkill(name, content = `# ${name}\n`, options) {
    return this.ask('POST', 'skills', { name, description: `What ${name} does`, content }, options);
  }

  addNotes() {
    const headers = { Authorization: 'Bearer s3cret-12345678' };
    return this.ask('POST', 'mcp', { name: 'notes', config: { type: 'remote', url: `https://mcp.example.com/v1`, headers } });
  }

  async host(method, path, body) {
    const headers = { 'x-openwork-host-token': this.hostToken, 'content-type': 'application/json' };
    const answer = await fetch(this.base + path, { method, headers, body: body && JSON.stringify(body) });
    return answer.json();
  }

  file(path) {
    return join(this.directory, 'ws', path);
  }

  read(path) {
    return existsSync(this.file(path)) ? readFileSync(this.file(path), 'utf8') : null;
  }

  write(path, text) {
    mkdirSync(dirname(this.file(path)), { recursive: true });
    writeFileSync(this.file(path), text);
  }

  // Ends the server; `restart` starts it again.
  async stop() {
    writeFileSync(join(this.directory, 'stop'), '');
    await until(() => existsSync(join(this.directory, 'stopped')), 'the server stops');
    rmSync(join(this.directory, 'stopped'));
  }

  async restart() {
    writeFileSync(join(this.directory, 'restart'), '');
    await until(() => existsSync(join(this.directory, 'restarted')), 'the server restarts');
    rmSync(join(this.directory, 'restarted'));
  }
}

// The request that is shown, found by its summary: that is its title, or beside it.
export const card = (page, summary) => page.getByRole('article').filter({ hasText: summary });

// A request in the list, found by its summary or by what the list says of it.
export const entry = (page, text) => page.locator(`#queue .entry[title*="${text}"]`).or(page.locator('#queue .entry').filter({ hasText: text })).first();

// Opens a request from the list.
export async function open(page, summary) {
  const back = page.getByRole('button', { name: 'All requests' });
  if (await back.isVisible()) await back.click();
  await entry(page, summary).click();
  return card(page, summary);
}

// A button of a card that answers it, once it answers.
export const ready = (place, name) => place.getByRole('button', { name, exact: true, disabled: false });

// Passes once the elements are there and say exactly this, in this order.
export async function say(elements, texts) {
  await elements.nth(texts.length - 1).waitFor();
  assert.deepEqual(await elements.allTextContents(), texts);
}

// Allows a request; what is rated high takes a second step.
export async function allow(request) {
  await ready(request, 'Allow once').click();
  const level = await request.locator('.card-head .level').getAttribute('data-level');
  if (level === 'high') await ready(request, 'Yes, allow').click();
}

// Waits until something holds.
export async function until(holds, what) {
  assert.ok(await within(LIMIT, holds), `in vain: until ${what}`);
}

// Whether something holds before so many milliseconds are over.
export async function within(limit, holds) {
  const end = Date.now() + limit;
  while (!(await holds())) {
    if (Date.now() >= end) return false;
    await pause(20);
  }
  return true;
}
