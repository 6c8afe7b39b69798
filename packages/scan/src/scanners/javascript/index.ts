/** The same as the Python scanner, for JavaScript and TypeScript, also inside Vue and Svelte files. */
import { type Dialect, javascriptFacts } from '../../code/javascript.ts';
import { mayNeedParsing, needsParsing } from '../../code/prefilter.ts';
import { judgeCode } from '../../code/rules.ts';
import { extensionOf } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';

const SCRIPT: Dialect = { types: false, jsx: true };
const TYPED: Dialect = { types: true, jsx: false };
const DIALECTS: ReadonlyMap<string, Dialect> = new Map([
  ['.js', SCRIPT],
  ['.mjs', SCRIPT],
  ['.cjs', SCRIPT],
  ['.jsx', SCRIPT],
  ['.ts', TYPED],
  ['.mts', TYPED],
  ['.cts', TYPED],
  ['.tsx', { types: true, jsx: true }],
  ['.vue', TYPED],
  ['.svelte', TYPED],
]);

export const javascript: Scanner = {
  name: 'javascript',
  wants: (path) => DIALECTS.has(extensionOf(path)) && !/\.(?:min\.[cm]?js|d\.[cm]?ts)$/.test(path),
  glance: mayNeedParsing,
  prefilter: needsParsing,
  scan(file) {
    const extension = extensionOf(file.path);
    const dialect = DIALECTS.get(extension);
    if (file.text === undefined || dialect === undefined) return emptyResult();
    const text = extension === '.vue' || extension === '.svelte' ? scriptsOnly(file.text) : file.text;
    return judgeCode('javascript', file.path, javascriptFacts(text, dialect), 'javascript');
  },
};

/** Blanks everything outside `<script>` elements, so that lines keep their numbers. */
function scriptsOnly(text: string): string {
  let inside = false;
  return text
    .split('\n')
    .map((line) => {
      if (/<script\b[^>]*>/.test(line)) {
        inside = !line.includes('</script>');
        return '';
      }
      if (line.includes('</script>')) inside = false;
      return inside ? line : '';
    })
    .join('\n');
}
