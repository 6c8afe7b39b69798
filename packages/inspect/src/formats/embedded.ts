/**
 * Texts in a model file that are there to be run by something: shell lines, Python that imports and executes, pickles and
 * programs in Base64. No model loader runs such a text by itself, so it makes a file suspicious, not unsafe.
 */
import type { Report } from '../bytes/report.ts';

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [
    /\b(?:os\.(?:system|popen|exec[lv]\w*)|subprocess\.(?:run|call|Popen|check_output|getoutput)|pty\.spawn)\s*\(/,
    'a call of the shell from Python',
  ],
  [
    /(?<![\w.])(?:eval|exec|__import__|compile)\s*\(\s*(?:['"]|base64|bytes|zlib|marshal|codecs|requests|urllib|__import__|open|input)/,
    'Python that runs a text',
  ],
  [/\b(?:marshal|pickle|cPickle|dill|cloudpickle)\.loads?\s*\(/, 'Python that loads code'],
  [/__(?:class__|subclasses__|globals__|builtins__)\s*[.[(]/, 'a walk through attributes of Python objects'],
  [/(?:curl|wget)\s[^|;\n]{0,200}\|\s*(?:ba|z|da)?sh\b/, 'a shell line that runs what it downloads'],
  [/\/dev\/tcp\/\d|\bnc\s+-[a-z]*e\b|\bbash\s+-i\b/, 'a reverse shell'],
  [/powershell(?:\.exe)?\s+-[a-z]*(?:enc|nop|w)/i, 'a PowerShell line'],
  [/<script[\s>]|javascript:/i, 'a script for a browser'],
  [
    /(?:^|[^A-Za-z0-9+/])(?:gASV|gAN[a-z]|TVqQAAMAAAAE|f0VMR)[A-Za-z0-9+/]{40,}/,
    'a pickle or program in Base64',
  ],
];
const LONGEST = 1024 * 1024;

/** @param where such as `the metadata "author"` */
export function checkEmbeddedText(report: Report, text: string, where: string): void {
  if (text.length < 8) return;
  const part = text.slice(0, LONGEST);
  for (const [pattern, what] of PATTERNS) {
    const found = pattern.exec(part);
    if (found !== null)
      report.suspicious('text.embedded-code', `In ${where} there is ${what}: "${found[0].slice(0, 80)}".`);
  }
}

/** Why a path that a model names would leave the model's folder; undefined for an ordinary relative one. */
export function escapes(path: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) return 'is an address on a network';
  if (/^[/\\]/.test(path) || /^[A-Za-z]:/.test(path)) return 'is absolute';
  if (/(?:^|[/\\])\.\.(?:[/\\]|$)/.test(path)) return 'leads out of the folder of the model';
  if (path.startsWith('~')) return 'leads to a home folder';
  if (path.includes('\0')) return 'holds a zero byte, behind which readers see another name';
  return undefined;
}
