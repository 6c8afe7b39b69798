/** Blanks, comments and string literals of Python. */
import { BACKSLASH, CLOSE_CURLY, DOUBLE, LF, OPEN_CURLY, SINGLE, SPACE } from './characters.ts';
import type { Value } from './facts.ts';
import { SourceReader } from './source-reader.ts';

const TAB = 9;
const FORM_FEED = 12;
const CR = 13;
const HASH = 35;
const PREFIX = /^(?:[rbuft]|[bft]r|r[bft])$/i;

export class PythonStrings extends SourceReader {
  /** Passes over blanks and comments; inside brackets over line ends too. */
  protected skip(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.pos);
      if (code === SPACE || code === TAB || code === CR || code === FORM_FEED || code === 0xfeff)
        this.pos += 1;
      else if (code === LF) {
        if (this.depth === 0) return;
        this.line += 1;
        this.pos += 1;
      } else if (code === HASH) this.toLineEnd();
      else if (code === BACKSLASH && (this.code(1) === LF || this.code(1) === CR)) {
        this.pos += this.code(1) === CR && this.code(2) === LF ? 3 : 2;
        this.line += 1;
      } else return;
    }
  }

  protected isPrefix(word: string): boolean {
    const code = this.code();
    return (code === DOUBLE || code === SINGLE) && word.length < 3 && PREFIX.test(word);
  }

  /**
   * One or more string literals side by side, of which the first has its prefix read already. Escapes are kept as
   * written; an f-string's parts become `{}`.
   */
  protected strings(prefix: string, from: number): Value {
    const { line } = this;
    let kept = this.pos;
    let whole = this.literal(prefix);
    let { partial } = whole;
    this.noteUrl(from, line);
    for (;;) {
      kept = this.pos;
      const keptLine = this.line;
      this.skip();
      const start = this.pos;
      const begun = this.line;
      const code = this.code();
      const next = code === DOUBLE || code === SINGLE ? '' : this.prefixAhead();
      if (next === undefined) {
        this.pos = kept;
        this.line = keptLine;
        return { kind: 'string', text: whole.text, line, partial };
      }
      this.pos += next.length;
      const more = this.literal(next);
      whole = { text: whole.text + more.text, partial };
      partial ||= more.partial;
      this.noteUrl(start, begun);
    }
  }

  private prefixAhead(): string | undefined {
    for (let length = 1; length < 3; length += 1) {
      const code = this.code(length);
      if (code === DOUBLE || code === SINGLE) {
        const word = this.text.slice(this.pos, this.pos + length);
        return PREFIX.test(word) ? word : undefined;
      }
    }
    return undefined;
  }

  /** At the opening quote. */
  private literal(prefix: string): { text: string; partial: boolean } {
    const quote = this.code();
    const long = this.code(1) === quote && this.code(2) === quote;
    const width = long ? 3 : 1;
    const from = this.pos + width;
    if (/[ft]/i.test(prefix)) return this.formatted(quote, width);
    const to = long ? this.endOfLong(from, quote) : this.endOfString(from, quote);
    const closed = this.text.charCodeAt(to) === quote;
    this.moveTo(to);
    if (closed) this.pos += width;
    return { text: this.text.slice(from, to), partial: false };
  }

  private endOfLong(from: number, quote: number): number {
    const mark = String.fromCharCode(quote, quote, quote);
    for (let at = this.text.indexOf(mark, from); at >= 0; at = this.text.indexOf(mark, at + 1)) {
      let slashes = 0;
      while (at - slashes > from && this.text.charCodeAt(at - slashes - 1) === BACKSLASH) slashes += 1;
      if (slashes % 2 === 0) return at;
    }
    return this.end;
  }

  private formatted(quote: number, width: number): { text: string; partial: boolean } {
    let text = '';
    let partial = false;
    let from = this.pos + width;
    let at = from;
    for (; at < this.end; at += 1) {
      const code = this.text.charCodeAt(at);
      if (code === BACKSLASH) at += 1;
      else if (code === LF && width === 1) break;
      else if (code === quote && this.isMark(at, quote, width)) break;
      else if (code === OPEN_CURLY && this.text.charCodeAt(at + 1) === OPEN_CURLY) at += 1;
      else if (code === OPEN_CURLY) {
        text += `${this.text.slice(from, at)}{}`;
        partial = true;
        at = this.endOfPart(at, width);
        from = at + 1;
      }
    }
    const to = Math.min(at, this.end);
    text += this.text.slice(from, Math.max(from, to));
    const closed = this.text.charCodeAt(to) === quote;
    this.moveTo(to);
    if (closed) this.pos += width;
    return { text, partial };
  }

  private isMark(at: number, quote: number, width: number): boolean {
    return width === 1 || (this.text.charCodeAt(at + 1) === quote && this.text.charCodeAt(at + 2) === quote);
  }

  /** The `}` of the part that opens at `from`; strings in between are passed over. */
  private endOfPart(from: number, width: number): number {
    let open = 0;
    for (let at = from; at < this.end; at += 1) {
      const code = this.text.charCodeAt(at);
      if (code === OPEN_CURLY) open += 1;
      else if (code === CLOSE_CURLY) {
        open -= 1;
        if (open === 0) return at;
      } else if (code === LF && width === 1) return at - 1;
      else if (code === DOUBLE || code === SINGLE) at = this.endOfString(at + 1, code);
    }
    return this.end;
  }
}
