// A page in front of a server that says what a case wants it to say.

// What the server sends of a request that waits.
export const request = (more) => ({
  id: '7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11', workspaceId: 'ws_1', workspaceName: 'Finance', action: 'config.patch',
  summary: 'Patch opencode.json', title: 'Change a setting', level: 'medium', effects: [], risk: [], rememberable: false,
  createdAt: Date.now(), expiresAt: Date.now() + 120_000, actor: { type: 'remote', address: '192.168.1.24' }, changes: [], ...more,
});

export const change = (more) => ({
  path: 'opencode.json', kind: 'modify', added: 1, removed: 0, diff: '@@ -1 +1 @@\n+a\n', truncated: false, masked: [], ...more,
});

// What the server tells while the page is open, and how its stream breaks off.
export const tell = (page, type, properties) => page.evaluate(([type, properties]) => window.tell(type, properties), [type, properties]);
export const lose = (page) => page.evaluate(() => window.lose());

// Opens the page; `answers` are the documents of paths, those in a list one after the other.
export async function stage(world, items, answers = {}, options = {}) {
  const context = await world.context(options);
  await context.addInitScript(([waiting, documents]) => {
    const snapshot = { now: Date.now(), version: '0', mode: 'manual', timeoutMs: 120_000, readOnly: false, workspaces: [], items: waiting };
    const json = (body, status = 200) => new Response(JSON.stringify(body), { status });
    const real = window.fetch;
    window.posted = [];
    window.fetch = async (path, given = {}) => {
      if (path === '/approvals/events?include=engine') {
        if (window.isLost) throw new TypeError('lost');
        return new Response(new ReadableStream({ start: (stream) => {
          window.tell = (type, properties) => stream.enqueue(new TextEncoder().encode(`data: ${JSON.stringify({ type, properties })}\n\n`));
          window.lose = () => {
            window.isLost = true;
            stream.close();
          };
          window.tell('snapshot', snapshot);
          if (documents.agents) window.tell('agent.requests', { items: documents.agents });
        } }));
      }
      if (path === '/approvals/rules') return json({ items: documents.rules ?? [] });
      if (path.startsWith('/approvals/history')) {
        const cursor = new URL(path, location).searchParams.get('cursor') ?? '';
        return json(documents.pages?.[cursor] ?? { items: documents.history ?? [] });
      }
      if (path.startsWith('/approvals/audit')) return json({ items: documents.audit ?? [] });
      if (!path.startsWith('/approvals')) return real(path, given);
      if (given.method === 'POST') {
        window.posted.push([path, JSON.parse(given.body)]);
        return json({ ok: true, allowed: true });
      }
      const answer = Array.isArray(documents[path]) ? documents[path].shift() : documents[path];
      return answer ? json(answer, answer.status) : json({ code: 'approval_not_found', message: 'Gone' }, 404);
    };
  }, [items, answers]);
  const page = await context.newPage();
  await world.visit(page);
  // The page is live before it has drawn what the snapshot brought.
  if (items.length > 0) await page.locator('#waiting li').nth(items.length - 1).waitFor();
  return page;
}
