/** Types of TypeScript are passed over: they name models ("gpt-4" | "gpt-3.5") without using them. */
import {
  BACKTICK,
  BAR,
  CLOSE,
  CLOSE_CURLY,
  CLOSE_SQUARE,
  COLON,
  COMMA,
  DOT,
  DOUBLE,
  EQUALS,
  GREATER,
  isDigit,
  isWordPart,
  LESS,
  OPEN,
  OPEN_CURLY,
  OPEN_SQUARE,
  QUESTION,
  SEMICOLON,
  SINGLE,
  startsWord,
} from './characters.ts';
import { JavascriptText } from './javascript-text.ts';

const MAX_TYPE_DEPTH = 50;
const AMPERSAND = 38;
const MINUS = 45;
/** Behind `a<b>`, one of these says that `b` was a type; otherwise the signs compare. */
const AFTER_ARGUMENTS = new Set([...'()`.;,:]}|&?=!'].map((char) => char.charCodeAt(0)));

export class JavascriptTypes extends JavascriptText {
  private typeDepth = 0;

  /** Passes over one type; false where none stands. Leaves no facts. */
  protected type(): boolean {
    if (this.typeDepth >= MAX_TYPE_DEPTH) return false;
    this.typeDepth += 1;
    const found = this.union();
    this.typeDepth -= 1;
    return found;
  }

  /** Goes back where `read` says no, as if nothing had been read. Only for what leaves no facts. */
  protected attempt(read: () => boolean): boolean {
    const { pos, line } = this;
    if (read()) return true;
    this.pos = pos;
    this.line = line;
    return false;
  }

  /** `: type`, when it stands here. */
  protected annotation(): void {
    this.skip();
    if (this.code() !== COLON) return;
    this.pos += 1;
    this.type();
    this.skip();
  }

  /** At `<`: type arguments of a call, told from a comparison by what follows. */
  protected typeArguments(): boolean {
    return this.attempt(() => {
      if (!this.angled()) return false;
      this.skip();
      return this.ended() || AFTER_ARGUMENTS.has(this.code());
    });
  }

  /** At `<`; moves behind the `>` that belongs to it. */
  protected angled(): boolean {
    this.pos += 1;
    for (;;) {
      this.skip();
      if (this.code() === GREATER) {
        this.pos += 1;
        return true;
      }
      if (this.takeWord('const')) this.skip();
      if (this.code() === COMMA) this.pos += 1;
      else if (!this.type()) return false;
      else {
        this.skip();
        // Type parameters: `<T extends U = V>`
        if (this.takeWord('extends') && !this.type()) return false;
        this.skip();
        if (this.code() === EQUALS && this.code(1) !== GREATER) {
          this.pos += 1;
          if (!this.type()) return false;
        }
        this.skip();
        if (this.code() !== COMMA && this.code() !== GREATER) return false;
      }
    }
  }

  private union(): boolean {
    this.skip();
    if (this.code() === BAR || this.code() === AMPERSAND) this.pos += 1;
    for (;;) {
      if (!this.single()) return false;
      const { pos, line } = this;
      this.skip();
      const code = this.code();
      if ((code === BAR || code === AMPERSAND) && this.code(1) !== code) this.pos += 1;
      else if (this.takeWord('is')) continue;
      else if (this.atWord('extends') && this.conditional()) return true;
      else {
        this.pos = pos;
        this.line = line;
        return true;
      }
    }
  }

  /** `T extends U ? A : B` */
  private conditional(): boolean {
    return this.attempt(() => {
      this.pos += 7;
      if (!this.type()) return false;
      this.skip();
      if (this.code() !== QUESTION) return false;
      this.pos += 1;
      if (!this.type()) return false;
      this.skip();
      if (this.code() !== COLON) return false;
      this.pos += 1;
      return this.type();
    });
  }

  private single(): boolean {
    this.skip();
    const code = this.code();
    if (code === DOUBLE || code === SINGLE) this.passString(code);
    else if (code === BACKTICK) this.passTemplate();
    else if (code === OPEN_CURLY || code === OPEN_SQUARE) this.balanced();
    else if (code === OPEN) {
      this.balanced();
      return this.arrow() || this.suffix();
    } else if (code === LESS) {
      // `<T>(x: T) => U`
      if (!this.angled()) return false;
      this.skip();
      if (this.code() !== OPEN) return false;
      this.balanced();
      return this.arrow();
    } else if (isDigit(code) || code === MINUS) {
      this.pos += 1;
      while (isWordPart(this.code()) || this.code() === DOT) this.pos += 1;
    } else if (startsWord(code) && !this.ended()) return this.named();
    else return false;
    return this.suffix();
  }

  /** `=> T` behind the parameters of a function type. */
  private arrow(): boolean {
    return this.attempt(() => {
      this.skip();
      if (this.code() !== EQUALS || this.code(1) !== GREATER) return false;
      this.pos += 2;
      return this.type();
    });
  }

  private named(): boolean {
    const word = this.word();
    if (word === 'infer') {
      this.skip();
      this.word();
      // The bound of an inferred type ends before the `?` of the condition around it.
      return this.attempt(() => this.bound()) || true;
    }
    if (/^(?:keyof|typeof|readonly|unique|asserts|new|abstract)$/.test(word)) {
      const { pos, line } = this;
      this.skip();
      const code = this.code();
      if (startsWord(code) || code === OPEN || code === OPEN_CURLY || code === OPEN_SQUARE || code === LESS) {
        return this.single();
      }
      this.pos = pos;
      this.line = line;
    }
    for (;;) {
      const { pos, line } = this;
      this.skip();
      if (this.code() === DOT && this.code(1) !== DOT) {
        this.pos += 1;
        this.skip();
        this.word();
      } else if (this.code() === OPEN && word === 'import') this.balanced();
      else {
        this.pos = pos;
        this.line = line;
        break;
      }
    }
    if (this.code() === LESS && !this.angled()) return false;
    return this.suffix();
  }

  private bound(): boolean {
    this.skip();
    return this.takeWord('extends') && this.single();
  }

  /** `[]`, `[key]` on the same line. */
  private suffix(): boolean {
    while (this.code() === OPEN_SQUARE) this.balanced();
    return true;
  }

  private passString(quote: number): void {
    const to = this.endOfString(this.pos + 1, quote);
    const closed = this.text.charCodeAt(to) === quote;
    this.moveTo(to);
    if (closed) this.pos += 1;
  }

  private passTemplate(): void {
    let at = this.pos + 1;
    while (at < this.end && this.text.charCodeAt(at) !== BACKTICK)
      at += this.text.charCodeAt(at) === 92 ? 2 : 1;
    this.moveTo(Math.min(at + 1, this.end));
  }

  /** At an opening bracket; moves behind the closing one, whatever stands between. */
  protected balanced(): void {
    let open = 0;
    while (!this.ended()) {
      this.skip();
      const code = this.code();
      if (code === DOUBLE || code === SINGLE) this.passString(code);
      else if (code === BACKTICK) this.passTemplate();
      else {
        if (code === OPEN || code === OPEN_CURLY || code === OPEN_SQUARE) open += 1;
        else if (code === CLOSE || code === CLOSE_CURLY || code === CLOSE_SQUARE) open -= 1;
        this.pos += 1;
        if (open <= 0) break;
      }
    }
    this.pos = Math.min(this.pos, this.end);
  }

  /** At `{` or `(` of a declaration without values (interface, abstract method); behind it afterwards. */
  protected declarationEnd(): void {
    for (;;) {
      const newLine = this.skip();
      const code = this.code();
      if (this.ended() || code === SEMICOLON || newLine) return;
      if (code === OPEN_CURLY) {
        this.balanced();
        return;
      }
      this.pos += 1;
    }
  }
}
