/** Classes and enumerations of JavaScript and TypeScript: fields are assignments. */
import {
  AT,
  CLOSE_CURLY,
  COMMA,
  DOUBLE,
  LESS,
  OPEN,
  OPEN_CURLY,
  OPEN_SQUARE,
  QUESTION,
  SINGLE,
  STAR,
  startsWord,
} from './characters.ts';
import { JavascriptJsx } from './javascript-jsx.ts';

const MODIFIER =
  /^(?:public|private|protected|static|readonly|abstract|override|declare|async|get|set|accessor)$/;
const HASH = 35;
const BANG = 33;

export abstract class JavascriptClasses extends JavascriptJsx {
  /** `extends A, B<C> implements D`, as types. */
  protected heritage(): void {
    this.skip();
    while (this.takeWord('extends') || this.takeWord('implements')) {
      do {
        if (this.code() === COMMA) this.pos += 1;
        this.type();
        this.skip();
      } while (this.code() === COMMA);
    }
  }

  protected enumeration(): void {
    this.skip();
    this.word();
    this.skip();
    if (this.code() !== OPEN_CURLY) return;
    this.inBrackets(CLOSE_CURLY, () => {
      this.key();
      this.skip();
      this.initial(undefined, this.line);
    });
  }

  protected classBody(): void {
    this.skip();
    if (!this.atWord('extends') && !this.atWord('implements')) this.word();
    this.skip();
    if (this.code() === LESS && this.types) this.attempt(() => this.angled());
    this.skip();
    if (this.takeWord('extends')) {
      this.postfix();
      this.skip();
      if (this.code() === LESS && this.types) this.attempt(() => this.angled());
    }
    this.heritage();
    if (this.code() !== OPEN_CURLY) return;
    this.pos += 1;
    for (;;) {
      this.skip();
      const { pos } = this;
      if (this.ended()) return;
      if (this.code() === CLOSE_CURLY) break;
      this.classMember();
      if (this.pos === pos) this.pos += 1;
    }
    this.pos += 1;
  }

  private classMember(): void {
    if (this.code() === AT) {
      this.pos += 1;
      this.postfix();
      return;
    }
    if (this.code() === STAR) this.pos += 1;
    const { line } = this;
    const name = this.key();
    this.skip();
    const code = this.code();
    if (MODIFIER.test(name) && this.continues(code)) return;
    if (name === 'static' && code === OPEN_CURLY) {
      this.block();
      return;
    }
    if (code === QUESTION || code === BANG) this.pos += 1;
    this.skip();
    if (this.code() === OPEN || this.code() === LESS) this.signature();
    else {
      if (this.types) this.annotation();
      this.initial(name === '' ? undefined : name, line);
    }
  }

  /** Whether a member's name comes yet, so that what stood before it was a modifier. */
  private continues(code: number): boolean {
    return (
      startsWord(code) ||
      code === OPEN_SQUARE ||
      code === STAR ||
      code === HASH ||
      code === DOUBLE ||
      code === SINGLE
    );
  }
}
