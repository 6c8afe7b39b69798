/** JSX elements: their attributes and the expressions in them. */
import {
  CLOSE_CURLY,
  DOUBLE,
  EQUALS,
  GREATER,
  isWordPart,
  LESS,
  LF,
  OPEN_CURLY,
  SINGLE,
  SLASH,
} from './characters.ts';
import { JavascriptLiterals } from './javascript-literals.ts';
import { MAX_DEPTH } from './source-reader.ts';

const MINUS = 45;

export abstract class JavascriptJsx extends JavascriptLiterals {
  protected readonly jsx: boolean;
  private elements = 0;

  constructor(text: string, types: boolean, jsx: boolean) {
    super(text, types);
    this.jsx = jsx;
  }

  protected jsxElement(): void {
    this.pos += 1;
    if (this.elements >= MAX_DEPTH) return;
    this.elements += 1;
    this.skip();
    this.name();
    if (this.code() === LESS && this.types) this.attempt(() => this.angled());
    if (this.attributes()) this.children();
    this.elements -= 1;
  }

  /** `a`, `a.b`, `a:b`, `a-b` */
  private name(): void {
    while (!this.ended()) {
      const code = this.code();
      if (!isWordPart(code) && code !== MINUS && code !== 46 && code !== 58) return;
      this.pos += 1;
    }
  }

  /** Up to the `>`; false where the element has no children. */
  private attributes(): boolean {
    while (!this.ended()) {
      this.skip();
      const code = this.code();
      const { pos } = this;
      if (code === GREATER) {
        this.pos += 1;
        return true;
      }
      if (code === SLASH && this.code(1) === GREATER) {
        this.pos += 2;
        return false;
      }
      if (code === OPEN_CURLY) this.container();
      else if (code === EQUALS) {
        this.pos += 1;
        this.attributeValue();
      } else this.name();
      if (this.pos === pos) this.pos += 1;
    }
    return false;
  }

  private attributeValue(): void {
    this.skip();
    const code = this.code();
    if (code === OPEN_CURLY) this.container();
    else if (code === LESS) this.jsxElement();
    else if (code === DOUBLE || code === SINGLE) {
      const { pos, line } = this;
      const at = this.text.indexOf(String.fromCharCode(code), pos + 1);
      this.moveTo(at < 0 ? this.end : at + 1);
      this.noteUrl(pos, line);
    }
  }

  /** `{expression}` or `{...expression}` */
  private container(): void {
    this.inBrackets(CLOSE_CURLY, () => this.element());
  }

  private children(): void {
    while (!this.ended()) {
      const code = this.code();
      if (code === LF) {
        this.line += 1;
        this.pos += 1;
      } else if (code === OPEN_CURLY) this.container();
      else if (code !== LESS) this.pos += 1;
      else if (this.code(1) === SLASH) {
        const at = this.text.indexOf('>', this.pos);
        this.moveTo(at < 0 ? this.end : at + 1);
        return;
      } else this.jsxElement();
    }
  }
}
