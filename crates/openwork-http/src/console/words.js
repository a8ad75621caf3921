// What requests, their ends and their levels are called.
import { make, visible } from './dom.js';

// How a request ends: a sign, and a sentence.
const OUTCOMES = {
  allowed: ['…', 'Allowed. Writing…'],
  applied: ['✓', 'Allowed and written.'],
  denied: ['✕', 'Denied: nothing was written.'],
  expired: ['◷', 'Expired: nothing was written.'],
  withdrawn: ['←', 'The client left: nothing was written.'],
  aborted: ['■', 'The server stopped: nothing was written.'],
  conflicted: ['≠', 'The file changed while this request waited: nothing was written.'],
  failed: ['!', 'Allowed, but the write failed: '],
  answered: ['✓', 'Answered.'],
  over: ['·', 'The agent waits no more.'],
};
const known = (outcome) => (Object.hasOwn(OUTCOMES, outcome) ? OUTCOMES[outcome] : ['?', 'Ended while the connection was lost.']);
export const sentenceOf = (outcome, error) => known(outcome)[1] + visible(error);
export const signOf = (outcome) => make('span', { 'aria-hidden': 'true' }, known(outcome)[0] + ' ');

// What several of one action are called.
const NOUNS = { config: 'configuration', plugins: 'plugin', skills: 'skill', mcp: 'MCP', commands: 'command', agents: 'agent' };
const DEEDS = { patch: 'changes', upsert: 'changes', import: 'imports', add: 'additions', remove: 'removals', delete: 'deletions', enable: 'switches' };
function actions(action) {
  const [noun, deed] = action.split('.');
  return Object.hasOwn(NOUNS, noun) && Object.hasOwn(DEEDS, deed) ? NOUNS[noun] + ' ' + DEEDS[deed] : visible(action);
}

const APPROVED = {
  host: 'allowed by the host', page: 'allowed on this page', terminal: 'allowed in a terminal', notification: 'allowed by a notification',
  rule: 'allowed by a rule', auto: 'nobody was asked',
};
export const approved = ({ by, address }) => ' · ' + (APPROVED[by] || visible(by)) + (address ? ' from ' + visible(address) : '');

// Each level has a sign and a word, and is never told by its colour alone.
const SIGNS = { high: '▲', medium: '●', low: '○' };
// What nobody has weighed is high.
export const levelOf = ({ level }) => (Object.hasOwn(SIGNS, level) ? level : 'high');
// The most dangerous first.
export const rankOf = (item) => Object.keys(SIGNS).indexOf(levelOf(item));

export const badge = (level) =>
  make('span', { class: 'level', 'data-level': level }, make('span', { 'aria-hidden': 'true' }, SIGNS[level] + ' '), level);

// What a request does in plain words; its summary is that of the record.
export const titleOf = (item) => visible(item.title || item.summary);

// A client may call itself anything; only its address is a fact.
const asker = ({ clientId, address }) =>
  (clientId ? '“' + visible(clientId) + '” (self-reported) at ' : '') + visible(address || 'an unknown address');

export const place = (item) => visible(item.workspaceName || item.workspaceId);

export const from = ({ actor = {} }) => (actor.type === 'host' ? 'the host itself' : asker(actor));

export function origin(item) {
  const summary = item.title && item.title !== item.summary ? visible(item.summary) + ' · ' : '';
  return summary + visible(item.action) + ' · ' + place(item) + ' · from ' + from(item);
}

export const scope = (item, client) =>
  actions(item.action) + ' in ' + place(item) + ' from ' + asker(client) + ' apply without asking.' + (item.covers ? ' Covers: ' + visible(item.covers) + '.' : '');
