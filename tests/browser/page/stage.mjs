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
        const message = (type, properties) => `data: ${JSON.stringify({ type, properties })}\n\n`;
        const agents = documents.agents ? message('agent.requests', { items: documents.agents }) : '';
        const text = message('snapshot', snapshot) + agents;
        return new Response(new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode(text)) }));
      }
      if (path === '/approvals/rules') return json({ items: documents.rules ?? [] });
      if (path.startsWith('/approvals/history')) return json({ items: documents.history ?? [] });
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
  if (items.length > 0) await page.getByRole('article').nth(items.length - 1).waitFor();
  return page;
}
