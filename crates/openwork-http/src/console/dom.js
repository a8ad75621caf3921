// Elements and texts. Everything that arrives is shown as text; no module
// builds markup from strings.

export const $ = (id) => document.getElementById(id);

export function make(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (key === 'class') node.className = value;
    else if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (key in node) node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

export const p = (name, ...children) => make('p', { class: name }, ...children);
export const span = (name, ...children) => make('span', { class: name }, ...children);
export const button = (text, onclick, props = {}) => make('button', { type: 'button', onclick, ...props }, ...[text].flat());

export const list = (name, label, rows) => make('ul', { class: name, ariaLabel: label, hidden: !rows.length }, ...rows);

export const announce = (text) => { $('announce').textContent = text; };

// Characters without a sign of their own, or that move others, must not
// disguise a text; nor may blanks that are no space. The terminal has the same
// list.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u{2800}\u{13441}\u{13442}\u{16fe4}\u{1d159}]|(?! )\p{Zs}/gu;
const escaped = (c) => '\\u{' + c.codePointAt(0).toString(16) + '}';
export const visible = (text) => String(text ?? '').replace(HIDDEN, escaped);
// Files are indented with tabs.
export const source = (text) => text.replace(HIDDEN, (c) => (c === '\t' ? c : escaped(c)));
// A command may have several lines.
export const code = (text) => make('code', {}, text.split('\n').map(source).join('\n'));

export const plural = (n, word) => n + ' ' + word + (n === 1 ? '' : 's');
export const clock = (ms) => new Date(ms).toLocaleString();

export function duration(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes > 99) return Math.floor(minutes / 60) + ' h ' + (minutes % 60) + ' min';
  return minutes ? minutes + ' min ' + (seconds % 60) + ' s' : seconds + ' s';
}
