/** The same as the Python scanner, for JavaScript and TypeScript, also inside Vue and Svelte files. */
import { javascriptFacts } from '../../code/javascript.ts';
import { type GrammarName, withTree } from '../../code/parser.ts';
import { needsParsing } from '../../code/prefilter.ts';
import { judgeCode } from '../../code/rules.ts';
import { extensionOf } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';

const GRAMMARS: ReadonlyMap<string, GrammarName> = new Map([
  ['.js', 'javascript'],
  ['.mjs', 'javascript'],
  ['.cjs', 'javascript'],
  ['.jsx', 'javascript'],
  ['.ts', 'typescript'],
  ['.mts', 'typescript'],
  ['.cts', 'typescript'],
  ['.tsx', 'tsx'],
  ['.vue', 'typescript'],
  ['.svelte', 'typescript'],
]);

export const javascript: Scanner = {
  name: 'javascript',
  heavy: true,
  wants: (path) => GRAMMARS.has(extensionOf(path)) && !/\.(?:min\.[cm]?js|d\.[cm]?ts)$/.test(path),
  prefilter: needsParsing,
  async scan(file) {
    const extension = extensionOf(file.path);
    const grammar = GRAMMARS.get(extension);
    if (file.text === undefined || grammar === undefined) return emptyResult();
    const text = extension === '.vue' || extension === '.svelte' ? scriptsOnly(file.text) : file.text;
    const facts = await withTree(grammar, text, javascriptFacts);
    return judgeCode('javascript', file.path, facts, 'javascript');
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
