// Talking to the server: calls, and the stream of what happens.

export const state = { token: null, offset: 0, live: false, view: 'pending' };
export const now = () => Date.now() + state.offset;

// What becomes of messages and losses; the frame says it.
export const on = { message() {}, lost() {}, refused() {} };

let stream = null;
let attempt = 0;

async function call(path, options = {}) {
  // Tokens that were made for a device are bearer tokens.
  const pass = !state.token ? {} : isDevice(state.token) ? { Authorization: 'Bearer ' + state.token } : { 'X-OpenWork-Host-Token': state.token };
  const answer = await fetch(path, { ...options, headers: { ...pass, ...options.headers }, cache: 'no-store' });
  if (answer.status === 401) {
    stream = null;
    on.refused();
  }
  return answer;
}

export const isDevice = (token) => token.startsWith('owt_');

export async function json(path, options) {
  const answer = await call(path, options).catch(() => { throw new Error('The server cannot be reached.'); });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.message || 'The server answered ' + answer.status);
  return body;
}

export const send = (method, path, body) => json(path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
export const post = (path, body) => send('POST', path, { ...body, via: 'page' });

// An EventSource cannot send headers, so the stream is read by hand.
export async function follow() {
  stream?.abort();
  const own = stream = new AbortController();
  try {
    const answer = await call('/approvals/events?include=engine', { signal: own.signal });
    if (answer.ok) await read(answer.body.pipeThrough(new TextDecoderStream()).getReader());
  } catch {
    // What is lost is begun again.
  }
  if (stream !== own || own.signal.aborted) return;
  on.lost();
  const wait = Math.min(10000, 500 * 2 ** attempt++);
  setTimeout(() => stream === own && follow(), wait);
}

async function read(reader) {
  let rest = '';
  for (;;) {
    // The server sends a heartbeat every 10 s.
    const watchdog = setTimeout(() => reader.cancel(), 25000);
    const { done, value } = await reader.read().finally(() => clearTimeout(watchdog));
    if (done) return;
    const parts = (rest + value).split('\n\n');
    rest = parts.pop();
    for (const part of parts) if (part.startsWith('data:')) tell(JSON.parse(part.slice(5)));
  }
}

function tell({ type, properties }) {
  on.message(type, properties, attempt > 0);
  if (type === 'snapshot') attempt = 0;
}
