/**
 * Everything a user, a repository or a model name can put into a report passes through here. `clean` runs once on the
 * whole model, before any format is written; each format then escapes for itself.
 */

const LONGEST = 2_000;
/** Controls, lone surrogates, bidirectional overrides and line separators: what can lie about the text around it. */
const UNSAFE = /(?![\n\t])[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Noncharacter_Code_Point}\u2028\u2029\ufeff]/gu;

/** The same lines, with control characters spelled out: nothing in them steers a terminal. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/**
 * One line of visible text: white space is folded, control characters are spelled out, very long text is cut with its length told.
 * @example clean('a\u001b[31mb') // 'a\\u{1b}[31mb'
 */
export function clean(text: string): string {
  const folded = text.slice(0, LONGEST * 4).replace(/[\t\n\r ]+/g, ' ');
  const visible = printable(folded).trim();
  if (visible.length <= LONGEST && text.length <= LONGEST * 4) return visible;
  const kept = visible.slice(0, LONGEST).replace(/\p{Cs}$/u, '');
  return `${kept} … (cut; ${text.length} characters)`;
}

const HTML: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** For text and quoted attributes of HTML and SVG. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => HTML[char] ?? char);
}

/** For inline text of CommonMark and GitHub tables: nothing in it can become markup, a link or a new cell. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#+!|~<>&@$^=]/g, '\\$&')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/^(\s*)(\d+)([.)])/, '$1$2\\$3')
    .replace(/^(\s*)-/, '$1\\-')
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}\\.`);
}

/** `1 duty`, `3 duties`. */
export function count(n: number, one: string, many: string = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** `sha256:1a2b3c…` → `1a2b3c4d5e6f`, enough to find it by. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}

/** `2026-03-01T09:30:00.000Z` → `2026-03-01 09:30 UTC`; text that is no time stays as it is. */
export function readableTime(at: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?Z$/.exec(at);
  return match ? `${match[1]} ${match[2]} UTC` : at;
}

/** The day of an instant: `2026-03-01`. */
export function day(at: string): string {
  return /^\d{4}-\d\d-\d\dT/.test(at) ? at.slice(0, 10) : at;
}
