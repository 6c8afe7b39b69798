/** Letters that data files write as numbers: no search for words sees them, every parser does. */
import { extensionOf, isTestPath } from './paths.ts';

const DATA = /^\.(?:json|jsonc|jsonld|code-workspace|ya?ml|toml)$/;
/** Letters only: signs are written so by many programs that print JSON into pages. */
const LETTER = /\\(?:u00|x|U000000)(?:[46][1-9a-f]|[57][0-9a])/i;

/** Whether the text of a data file may spell a word in a way that only its parser reads. */
export function spellsInNumbers(path: string, content: Buffer): boolean {
  if (!DATA.test(extensionOf(path)) || isTestPath(path) || !content.includes('\\')) return false;
  return LETTER.test(content.toString('latin1'));
}
