/** Members and calls of JavaScript and TypeScript, and what they are worth to the rules. */
import {
  BACKTICK,
  CLOSE,
  CLOSE_SQUARE,
  COMMA,
  DOT,
  EQUALS,
  GREATER,
  isDigit,
  LESS,
  OPEN,
  OPEN_SQUARE,
  QUESTION,
  startsWord,
} from './characters.ts';
import type { Call, Entry, Value } from './facts.ts';
import { JavascriptOperators } from './javascript-operators.ts';

const ENV = /(?:process\.env|import\.meta\.env|Deno\.env|Bun\.env|env)(?:\.|\[['"])(\w+)/y;
const BANG = 33;
const PLUS = 43;
const MINUS = 45;
const HASH = 35;

export abstract class JavascriptExpressions extends JavascriptOperators {
  /** What an expression begins with: a literal, a name, something in brackets. */
  protected abstract primary(): Value;

  /** A primary and what is done with it: `a.b(c)[d]`. */
  protected postfix(): Value {
    this.skip();
    const { pos, line } = this;
    let value = this.primary();
    let { path, target } = this;
    let member = false;
    for (;;) {
      const newLine = this.skip();
      let code = this.code();
      if (code === QUESTION && this.code(1) === DOT && !isDigit(this.code(2))) {
        this.pos += 2;
        this.skip();
        code = this.code();
        if (startsWord(code) || code === HASH) {
          [path, target] = this.property(path);
          member = true;
          continue;
        }
      } else if (code === DOT && this.code(1) !== DOT) {
        this.pos += 1;
        [path, target] = this.property(path);
        member = true;
        continue;
      }
      if (code === OPEN) {
        value = this.called(path, line);
        target = undefined;
        member = false;
      } else if (code === OPEN_SQUARE) {
        target = this.subscript();
        path = '';
        member = true;
      } else if (code === BACKTICK) {
        const call: Call = { callee: path, positional: [], named: [], line };
        this.facts.calls.push(call);
        this.template(() => this.part());
        value = { kind: 'call', call, line };
        target = undefined;
        member = false;
      } else if (code === BANG && this.types && !newLine && this.code(1) !== EQUALS) this.pos += 1;
      else if ((code === PLUS || code === MINUS) && this.code(1) === code && !newLine) {
        this.pos += 2;
        value = this.other(line);
        member = false;
      } else if (code !== LESS || !this.types || this.code(1) === LESS || !this.typeArguments()) break;
    }
    this.path = path;
    this.target = target;
    return member ? this.memberValue(pos, path, line) : value;
  }

  private property(path: string): [string, string] {
    this.skip();
    const { pos } = this;
    if (this.code() === HASH) this.pos += 1;
    this.word();
    const name = this.text.slice(pos, this.pos);
    return [path === '' ? name : `${path}.${name}`, name];
  }

  private memberValue(from: number, path: string, line: number): Value {
    ENV.lastIndex = from;
    const name = ENV.exec(this.text)?.[1];
    return name === undefined ? { kind: 'name', name: path, line } : { kind: 'env', name, line };
  }

  private called(callee: string, line: number): Value {
    const call: { -readonly [K in keyof Call]: Call[K] } = { callee, positional: [], named: [], line };
    this.facts.calls.push(call);
    [call.positional, call.named] = this.argumentList();
    const first = call.positional[0];
    if ((callee === 'require' || callee === 'import') && first?.kind === 'string') {
      this.facts.imports.push({ module: first.text, names: [], line });
    }
    return { kind: 'call', call, line };
  }

  /** `new A.B(c)`, behind `new`. */
  protected constructed(line: number): Value {
    this.skip();
    if (this.code() === DOT) {
      // `new.target`
      this.pos += 1;
      this.property('');
      return this.other(line);
    }
    this.primary();
    let { path } = this;
    for (;;) {
      this.skip();
      if (this.code() === DOT) {
        this.pos += 1;
        [path] = this.property(path);
      } else if (this.code() === OPEN_SQUARE) {
        this.subscript();
        path = '';
      } else break;
    }
    if (this.code() === LESS && this.types) this.typeArguments();
    this.skip();
    let value: Value;
    if (this.code() === OPEN) value = this.called(path, line);
    else {
      const call: Call = { callee: path, positional: [], named: [], line };
      this.facts.calls.push(call);
      value = { kind: 'call', call, line };
    }
    this.path = path;
    this.target = undefined;
    return value;
  }

  /** At `(`. The entries of object arguments count as named. */
  private argumentList(): [Value[], Entry[]] {
    const positional: Value[] = [];
    const named: Entry[] = [];
    this.inBrackets(CLOSE, () => {
      const value = this.element();
      positional.push(value);
      if (value.kind === 'object') for (const one of value.entries) named.push(one);
    });
    return [positional, named];
  }

  /** A value, or what `...` spreads. */
  protected element(): Value {
    if (this.code() !== DOT || this.code(1) !== DOT) return this.value();
    const { line } = this;
    this.pos += 3;
    this.value();
    this.forget();
    return this.other(line);
  }

  /** At `[`; gives the key where it is a string. */
  private subscript(): string | undefined {
    let key: Value | undefined;
    this.inBrackets(CLOSE_SQUARE, () => {
      key = this.value();
    });
    return key?.kind === 'string' ? key.text : undefined;
  }

  /** Calls `item` for what stands between commas until `close`, and moves behind it. */
  protected inBrackets(close: number, item: () => void): void {
    this.pos += 1;
    for (;;) {
      this.skip();
      const code = this.code();
      if (this.ended() || code === close) break;
      // A bracket of another kind closes something further out.
      if (code === CLOSE || code === CLOSE_SQUARE || code === 125) return;
      const { pos } = this;
      item();
      this.skip();
      if (this.code() === COMMA || this.pos === pos) this.pos += 1;
    }
    if (!this.ended()) this.pos += 1;
  }

  /** What stands in `${…}`; stops before the brace. */
  protected part(): void {
    while (!this.ended() && this.code() !== 125) {
      const { pos } = this;
      this.expression();
      this.skip();
      if (this.pos === pos) this.pos += 1;
    }
  }

  /** `=> body` */
  protected atArrow(): boolean {
    return this.code() === EQUALS && this.code(1) === GREATER;
  }
}
