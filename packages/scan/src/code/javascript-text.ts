/** Blanks, comments, strings and regular expressions of JavaScript. */
import {
  BACKSLASH,
  BACKTICK,
  CLOSE_SQUARE,
  isWideBlank,
  isWordPart,
  LF,
  OPEN_SQUARE,
  SLASH,
  SPACE,
  STAR,
} from './characters.ts';
import { SourceReader } from './source-reader.ts';

export class JavascriptText extends SourceReader {
  /** Passes over blanks, line ends and comments; gives whether a line ended. */
  protected skip(): boolean {
    const before = this.line;
    for (;;) {
      const code = this.text.charCodeAt(this.pos);
      if (code === LF) {
        this.line += 1;
        this.pos += 1;
      } else if (code === SPACE || (code >= 9 && code <= 13)) this.pos += 1;
      else if (code === SLASH && this.code(1) === SLASH) this.toLineEnd();
      else if (code === SLASH && this.code(1) === STAR) {
        const at = this.text.indexOf('*/', this.pos + 2);
        this.moveTo(at < 0 ? this.end : at + 2);
      } else if (code > 127 && isWideBlank(code)) this.pos += 1;
      else return this.line > before;
    }
  }

  /** At a quote; moves behind the string and gives what it says. */
  protected quoted(): string {
    const { pos, line } = this;
    const quote = this.code();
    const to = this.endOfString(pos + 1, quote);
    const closed = this.text.charCodeAt(to) === quote;
    this.moveTo(to);
    if (closed) this.pos += 1;
    this.noteUrl(pos, line);
    return unescaped(this.text.slice(pos + 1, to));
  }

  /** At the `/` of a regular expression; moves behind it and its flags. */
  protected regex(): void {
    let inClass = false;
    let at = this.pos + 1;
    for (; at < this.end; at += 1) {
      const code = this.text.charCodeAt(at);
      if (code === LF) break;
      if (code === BACKSLASH) at += 1;
      else if (code === OPEN_SQUARE) inClass = true;
      else if (code === CLOSE_SQUARE) inClass = false;
      else if (code === SLASH && !inClass) break;
    }
    if (this.text.charCodeAt(at) !== SLASH) {
      // A slash without its end is a slash.
      this.pos += 1;
      return;
    }
    this.pos = at + 1;
    while (isWordPart(this.code()) && !this.ended()) this.pos += 1;
  }

  /**
   * At a backtick; `part` reads each expression between `${` and `}` and stops before the brace.
   * @returns the text, with `{}` for each part
   */
  protected template(part: () => void): { text: string; partial: boolean } {
    const { pos, line } = this;
    let text = '';
    let partial = false;
    let from = pos + 1;
    let at = from;
    for (; at < this.end; at += 1) {
      const code = this.text.charCodeAt(at);
      if (code === BACKTICK) break;
      if (code === BACKSLASH) at += 1;
      else if (code === 36 && this.text.charCodeAt(at + 1) === 123) {
        text += `${unescaped(this.text.slice(from, at))}{}`;
        partial = true;
        this.moveTo(at + 2);
        part();
        at = this.pos;
        from = at + 1;
      }
    }
    const to = Math.min(at, this.end);
    text += unescaped(this.text.slice(from, Math.max(from, to)));
    this.moveTo(Math.min(to + 1, this.end));
    this.nextUrl = this.text.indexOf('://', pos);
    this.noteUrl(pos, line);
    return { text, partial };
  }
}

function unescaped(text: string): string {
  return text.includes('\\')
    ? text.replace(/\\([\s\S])/g, (_all, one: string) => (one === 'n' ? '\n' : one))
    : text;
}
