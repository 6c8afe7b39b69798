/** What expressions of JavaScript begin with: literals, functions, objects, arrays, parentheses, JSX. */
import {
  AT,
  BACKTICK,
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
  SINGLE,
  SLASH,
  STAR,
  startsWord,
} from './characters.ts';
import type { Entry, Value } from './facts.ts';
import { JavascriptExpressions } from './javascript-expressions.ts';
import { MAX_ITEMS } from './source-reader.ts';

const HASH = 35;

export abstract class JavascriptLiterals extends JavascriptExpressions {
  /** Statements between braces, at the opening one. */
  protected abstract block(): void;
  /** Behind `class`. */
  protected abstract classBody(): void;
  /** At the `<` of an element. */
  protected abstract jsxElement(): void;
  protected abstract readonly jsx: boolean;

  protected primary(): Value {
    this.skip();
    const { line } = this;
    this.forget();
    const code = this.code();
    if (code === DOUBLE || code === SINGLE)
      return { kind: 'string', text: this.quoted(), line, partial: false };
    if (code === BACKTICK) {
      const value: Value = { kind: 'string', ...this.template(() => this.part()), line };
      this.forget();
      return value;
    }
    if (code === OPEN) return this.parenthesised(line);
    if (code === OPEN_CURLY) return this.object(line);
    if (code === OPEN_SQUARE) return this.array(line);
    if (code === LESS) return this.angle(line);
    if (code === SLASH) this.regex();
    else if (isDigit(code) || (code === DOT && isDigit(this.code(1)))) {
      while (isWordPart(this.code()) || (this.code() === DOT && this.code(1) !== DOT)) this.pos += 1;
    } else if (code === HASH) this.pos += 1;
    else if (code === AT) {
      this.pos += 1;
      this.postfix();
    } else if (startsWord(code) && !this.ended()) return this.worded(line);
    return this.other(line);
  }

  private worded(line: number): Value {
    const { pos } = this;
    const word = this.word();
    switch (word) {
      case 'true':
      case 'false':
        return { kind: 'boolean', value: word === 'true', line };
      case 'null':
      case 'undefined':
      case 'super':
        return this.other(line);
      case 'this':
        this.path = word;
        return this.other(line);
      case 'new':
        return this.constructed(line);
      case 'function':
        return this.functionBody(line);
      case 'class':
        this.classBody();
        this.forget();
        return this.other(line);
      case 'yield':
        this.yielded();
        return this.other(line);
      case 'async':
        if (this.asynchronous()) return this.other(line);
        break;
      case 'case':
      case 'in':
      case 'instanceof':
        // An operand is missing here; the word is left to whoever knows it.
        this.pos = pos;
        return this.other(line);
      default:
    }
    if (this.attempt(() => !this.skip() && this.atArrow())) return this.arrowBody(line);
    this.path = word;
    this.target = word;
    return { kind: 'name', name: word, line };
  }

  private yielded(): void {
    const newLine = this.skip();
    if (this.code() === STAR) this.pos += 1;
    const code = this.code();
    if (
      !newLine &&
      code !== CLOSE &&
      code !== CLOSE_CURLY &&
      code !== CLOSE_SQUARE &&
      code !== 59 &&
      code !== COMMA
    )
      this.value();
    this.forget();
  }

  /** `async function`, `async x =>`, `async (x) =>`, behind `async`; false where the word is a name. */
  private asynchronous(): boolean {
    const { pos, line } = this;
    const newLine = this.skip();
    if (!newLine && this.takeWord('function')) {
      this.functionBody(line);
      return true;
    }
    if (!newLine && startsWord(this.code())) {
      this.word();
      this.skip();
      if (this.atArrow()) {
        this.arrowBody(line);
        return true;
      }
    }
    if (this.code() === LESS && this.types) this.attempt(() => this.angled());
    this.skip();
    if (this.code() === OPEN) {
      this.parenthesised(line);
      this.forget();
      return true;
    }
    this.pos = pos;
    this.line = line;
    return false;
  }

  /** At `=>`. */
  private arrowBody(line: number): Value {
    this.pos += 2;
    this.skip();
    if (this.code() === OPEN_CURLY) this.block();
    else this.value();
    this.forget();
    return this.other(line);
  }

  /** Behind `function`. */
  protected functionBody(line: number): Value {
    this.skip();
    if (this.code() === STAR) this.pos += 1;
    this.skip();
    this.word();
    this.signature();
    this.forget();
    return this.other(line);
  }

  /** `<T>(a: A = 1): R { … }` */
  protected signature(): void {
    this.skip();
    if (this.code() === LESS && this.types) this.attempt(() => this.angled());
    this.skip();
    if (this.code() !== OPEN) return;
    this.inBrackets(CLOSE, () => this.parameter());
    if (this.types) this.annotation();
    this.skip();
    if (this.code() === OPEN_CURLY) this.block();
  }

  private parameter(): void {
    if (this.code() === AT) {
      this.pos += 1;
      this.postfix();
      this.skip();
    }
    if (this.code() === DOT) this.pos += 3;
    const name = this.binding();
    const { line } = this;
    this.skip();
    if (this.code() === QUESTION) this.pos += 1;
    if (this.types) this.annotation();
    this.skip();
    this.initial(typeof name === 'string' ? name : undefined, line);
  }

  /** A name, or a pattern that takes a value apart, read as the object that it looks like. */
  protected binding(): string | Value {
    this.skip();
    const code = this.code();
    if (code === OPEN_CURLY || code === OPEN_SQUARE) {
      const from = this.facts.objects.length;
      const pattern = this.primary();
      this.takeApart(pattern, from);
      return pattern;
    }
    let name = this.word();
    while (/^(?:public|private|protected|readonly|override)$/.test(name)) {
      const { pos, line } = this;
      this.skip();
      if (startsWord(this.code())) name = this.word();
      else if (this.code() === OPEN_CURLY || this.code() === OPEN_SQUARE) return this.binding();
      else {
        this.pos = pos;
        this.line = line;
        break;
      }
    }
    return name;
  }

  /** `= value`, when it stands here; gives the value. */
  protected initial(name: string | undefined, line: number): Value | undefined {
    if (this.code() !== EQUALS || this.code(1) === EQUALS || this.code(1) === GREATER) return undefined;
    this.pos += 1;
    const value = this.value();
    if (name !== undefined) this.facts.assignments.push({ name, value, line });
    return value;
  }

  /** A value in parentheses, or the parameters of an arrow function with its body. */
  private parenthesised(line: number): Value {
    const { objects } = this.facts;
    const patterns: [Value, number][] = [];
    let only: Value | undefined;
    let count = 0;
    let path = '';
    this.inBrackets(CLOSE, () => {
      const code = this.code();
      const from = objects.length;
      const { line: begun } = this;
      only = this.element();
      const { target } = this;
      ({ path } = this);
      count += 1;
      if (code === OPEN_CURLY || code === OPEN_SQUARE) patterns.push([only, from]);
      this.skip();
      if (this.code() === QUESTION) this.pos += 1;
      if (!this.types) return;
      this.annotation();
      if (this.code() === EQUALS) this.initial(target, begun);
    });
    const closed = this.pos;
    const closedLine = this.line;
    this.skip();
    if (this.types && this.code() === COLON) this.attempt(() => this.returnType());
    this.skip();
    if (this.atArrow()) {
      for (const [pattern, from] of patterns.reverse()) this.takeApart(pattern, from);
      return this.arrowBody(line);
    }
    this.pos = closed;
    this.line = closedLine;
    this.forget();
    if (count !== 1 || only === undefined) return this.other(line);
    this.path = path;
    return only;
  }

  private returnType(): boolean {
    this.pos += 1;
    if (!this.type()) return false;
    this.skip();
    return this.atArrow();
  }

  private array(line: number): Value {
    const items: Value[] = [];
    this.inBrackets(CLOSE_SQUARE, () => {
      const value = this.element();
      if (items.length < MAX_ITEMS) items.push(value);
    });
    this.forget();
    return { kind: 'list', items, line };
  }

  private object(line: number): Value {
    const entries: Entry[] = [];
    const object = { kind: 'object', entries, line } as const;
    this.facts.objects.push(object);
    this.inBrackets(CLOSE_CURLY, () => this.entry(entries));
    this.forget();
    return object;
  }

  private entry(entries: Entry[]): void {
    if (this.code() === DOT) {
      this.element();
      return;
    }
    if (this.code() === STAR) this.pos += 1;
    const { line } = this;
    const key = this.key();
    this.skip();
    const code = this.code();
    if (code === COLON) {
      this.pos += 1;
      entries.push({ key, value: this.value() });
    } else if (code === OPEN || (code === LESS && this.types)) this.signature();
    else if (code === EQUALS) this.initial(key, line);
    else if (code === COMMA || code === CLOSE_CURLY) {
      if (key !== '') entries.push({ key, value: { kind: 'name', name: key, line } });
    } else if (/^(?:get|set|async)$/.test(key)) this.entry(entries);
  }

  /** Name of a property or class member: a word, a string, a number, or `[computed]` as written. */
  protected key(): string {
    this.skip();
    const code = this.code();
    if (code === DOUBLE || code === SINGLE) return this.quoted();
    if (code === OPEN_SQUARE) {
      const from = this.pos;
      this.primary();
      return this.text.slice(from, this.pos);
    }
    if (code === HASH) this.pos += 1;
    return (code === HASH ? '#' : '') + this.word();
  }

  /** JSX, type parameters of an arrow function, or a cast. */
  private angle(line: number): Value {
    if (
      this.jsx &&
      !(this.types && /^<\s*\w+\s*(?:,|extends\b)/.test(this.text.slice(this.pos, this.pos + 200)))
    ) {
      this.jsxElement();
      this.forget();
      return this.other(line);
    }
    if (this.types && this.attempt(() => this.angled())) this.postfix();
    else this.pos += 1;
    this.forget();
    return this.other(line);
  }
}
