/**
 * What the readers of Python and of JavaScript have in common: a place in a text, its line, words, and the facts they
 * leave. They are written by hand because the rules need only calls, assignments, literals and imports: no syntax tree
 * is built, and a file that is broken somewhere is read to its end.
 */
import { isWordPart, LF } from './characters.ts';
import { type CodeFacts, noFacts, type Value } from './facts.ts';

/** Deeper nesting than this is not followed; no hand-written file comes near. */
export const MAX_DEPTH = 200;
/** Items of one list that are kept. */
export const MAX_ITEMS = 200;
/** Of a string with a URL, this much is kept. Characters. */
const MAX_URL_TEXT = 2_000;

export class SourceReader {
  protected readonly facts: CodeFacts = noFacts();
  /** Ends in NUL, so that looking one character ahead is always possible. */
  protected readonly text: string;
  protected readonly end: number;
  protected pos = 0;
  protected line = 1;
  protected depth = 0;
  /** Dotted name of the expression read last, without arguments; '' where it has none. */
  protected path = '';
  /** Where the next `://` stands; -1 where none is left. */
  protected nextUrl: number;

  constructor(text: string) {
    this.text = `${text}\0`;
    this.end = text.length;
    this.nextUrl = text.indexOf('://');
  }

  protected code(ahead = 0): number {
    return this.pos + ahead <= this.end ? this.text.charCodeAt(this.pos + ahead) : 0;
  }

  protected ended(): boolean {
    return this.pos >= this.end;
  }

  /** The word at this place, '' where there is none; moves behind it. */
  protected word(): string {
    const from = this.pos;
    let at = from;
    while (isWordPart(this.text.charCodeAt(at)) && at < this.end) at += 1;
    this.pos = at;
    return this.text.slice(from, at);
  }

  protected atWord(word: string): boolean {
    return (
      this.text.charCodeAt(this.pos) === word.charCodeAt(0) &&
      this.text.startsWith(word, this.pos) &&
      !isWordPart(this.text.charCodeAt(this.pos + word.length))
    );
  }

  /** Passes over `word` when it stands here. */
  protected takeWord(word: string): boolean {
    if (!this.atWord(word)) return false;
    this.pos += word.length;
    return true;
  }

  /** Moves to `to`, counting the lines on the way. */
  protected moveTo(to: number): void {
    // Not indexOf: in a text of one line it would look to the end each time.
    for (let at = this.pos; at < to; at += 1) if (this.text.charCodeAt(at) === LF) this.line += 1;
    this.pos = to;
  }

  /** Moves to the end of this line, or of the text. */
  protected toLineEnd(): void {
    const at = this.text.indexOf('\n', this.pos);
    this.pos = at < 0 ? this.end : at;
  }

  protected other(line: number): Value {
    return { kind: 'other', line };
  }

  /** Notes the string literal that begins at `from` and ends here, when it holds a URL. */
  protected noteUrl(from: number, line: number): void {
    if (this.nextUrl >= 0 && this.nextUrl < from) this.nextUrl = this.text.indexOf('://', from);
    if (this.nextUrl < from || this.nextUrl >= this.pos) return;
    const to = Math.min(this.pos, from + MAX_URL_TEXT);
    this.facts.urls.push({ text: this.text.slice(from, to), line });
  }

  /** End of a one-line string whose content begins at `from`: the place of its quote, or where the line ends. */
  protected endOfString(from: number, quote: number): number {
    let at = from;
    for (; at < this.end; at += 1) {
      const code = this.text.charCodeAt(at);
      if (code === quote || code === LF) break;
      if (code === 92) at += 1;
    }
    return Math.min(at, this.end);
  }
}
