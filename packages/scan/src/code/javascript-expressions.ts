/** Expressions of JavaScript and TypeScript: operators, calls, members, and what they are worth to the rules. */
import {
  BACKTICK,
  BAR,
  CLOSE,
  CLOSE_SQUARE,
  COLON,
  COMMA,
  DOT,
  EQUALS,
  GREATER,
  isDigit,
  LESS,
  OPEN,
  OPEN_CURLY,
  OPEN_SQUARE,
  QUESTION,
  startsWord,
} from './characters.ts';
import type { Call, Entry, Value } from './facts.ts';
import { JavascriptTypes } from './javascript-types.ts';
import { MAX_DEPTH } from './source-reader.ts';

const ENV = /(?:process\.env|import\.meta\.env|Deno\.env|Bun\.env|env)(?:\.|\[['"])(\w+)/y;
const SYMBOLS = new Set([...'+-*/%&|^<>=!'].map((char) => char.charCodeAt(0)));
const BANG = 33;
const PLUS = 43;
const MINUS = 45;
const HASH = 35;

export abstract class JavascriptExpressions extends JavascriptTypes {
  /** What an assignment to the expression read last would give a value to: name, property, or string key. */
  protected target: string | undefined;
  /** Whether types are part of the language. */
  protected readonly types: boolean;
  private nesting = 0;

  constructor(text: string, types: boolean) {
    super(text);
    this.types = types;
  }

  /** What an expression begins with: a literal, a name, something in brackets. */
  protected abstract primary(): Value;

  /** `a, b`; only a single expression has a value. */
  protected expression(): Value {
    let value = this.value();
    for (;;) {
      this.skip();
      if (this.code() !== COMMA) return value;
      this.pos += 1;
      this.value();
      this.forget();
      value = this.other(value.line);
    }
  }

  /** One expression, assignments and conditions included. */
  protected value(): Value {
    this.skip();
    const { line } = this;
    if (this.nesting >= MAX_DEPTH) return this.other(line);
    this.nesting += 1;
    const value = this.assigned(line);
    this.nesting -= 1;
    return value;
  }

  protected forget(): void {
    this.path = '';
    this.target = undefined;
  }

  private assigned(line: number): Value {
    const isPattern = this.code() === OPEN_CURLY || this.code() === OPEN_SQUARE;
    const objects = this.facts.objects.length;
    const value = this.either();
    this.skip();
    const code = this.code();
    if (code === QUESTION) {
      const lazy = this.code(1) === QUESTION && this.code(2) === EQUALS;
      return lazy ? this.assign(3, line) : this.choice(value, line);
    }
    if (code === BAR && this.code(1) === BAR && this.code(2) === EQUALS) return this.assign(3, line);
    if (code !== EQUALS || this.code(1) === EQUALS || this.code(1) === GREATER) return value;
    if (isPattern) this.takeApart(value, objects);
    return this.assign(1, line);
  }

  /** What was read as an object takes values apart and makes none; defaults inside it stay. */
  protected takeApart(pattern: Value, from: number): void {
    const { objects } = this.facts;
    const dropped = new Set<Value>();
    const collect = (value: Value): void => {
      if (value.kind === 'list') value.items.forEach(collect);
      if (value.kind !== 'object') return;
      dropped.add(value);
      for (const one of value.entries) collect(one.value);
    };
    collect(pattern);
    objects.push(...objects.splice(from).filter((one) => !dropped.has(one)));
  }

  /** At `=`, `??=` or `||=`. */
  private assign(width: number, line: number): Value {
    const name = this.target;
    this.pos += width;
    const value = this.value();
    if (name !== undefined) this.facts.assignments.push({ name, value, line });
    this.forget();
    return this.other(line);
  }

  /** `? a : b` behind a condition; also at the `?` of an optional parameter, which is left alone. */
  private choice(condition: Value, line: number): Value {
    const { pos } = this;
    const lineOfMark = this.line;
    this.pos += 1;
    this.skip();
    const code = this.code();
    if (code === COLON || code === CLOSE || code === COMMA || code === EQUALS) {
      this.pos = pos;
      this.line = lineOfMark;
      return condition;
    }
    const first = this.value();
    this.skip();
    const options = [first];
    if (this.code() === COLON) {
      this.pos += 1;
      options.push(this.value());
    }
    this.forget();
    return { kind: 'either', options, line };
  }

  /** Operands joined by `||` or `??`. */
  private either(): Value {
    const first = this.operation();
    if (!this.fallback()) return first;
    const options = [first];
    do options.push(this.operation());
    while (this.fallback());
    this.forget();
    return { kind: 'either', options, line: first.line };
  }

  private fallback(): boolean {
    this.skip();
    const code = this.code();
    if ((code !== BAR && code !== QUESTION) || this.code(1) !== code || this.code(2) === EQUALS) return false;
    this.pos += 2;
    return true;
  }

  /** Operands joined by any other operator, which leaves nothing to know about the outcome. */
  private operation(): Value {
    const first = this.operand();
    if (!this.operator()) return first;
    do this.operand();
    while (this.operator());
    this.forget();
    return this.other(first.line);
  }

  private operator(): boolean {
    this.skip();
    const code = this.code();
    if (SYMBOLS.has(code)) return this.symbol(code);
    if (code === 105 && (this.takeWord('in') || this.takeWord('instanceof'))) return true;
    if (this.types && (code === 97 || code === 115) && (this.takeWord('as') || this.takeWord('satisfies'))) {
      this.type();
      return this.operator();
    }
    return false;
  }

  private symbol(code: number): boolean {
    const next = this.code(1);
    if (code === EQUALS || code === BANG) {
      if (next !== EQUALS) return false;
      this.pos += this.code(2) === EQUALS ? 3 : 2;
      return true;
    }
    if (code === BAR && next === BAR) return false;
    this.pos += 1;
    // `&&`, `**`, `<<`, `>>>`, `+=`; a sign of the next operand is left alone.
    if (next === code && code !== PLUS && code !== MINUS) this.pos += 1;
    if (code === GREATER && this.code() === GREATER) this.pos += 1;
    if (this.code() === EQUALS) this.pos += 1;
    return true;
  }

  private operand(): Value {
    this.skip();
    const { line } = this;
    if (!this.prefixes()) return this.postfix();
    this.postfix();
    this.forget();
    return this.other(line);
  }

  /** Passes over `!`, `typeof` and the like; `await` changes nothing about a value. */
  private prefixes(): boolean {
    let found = false;
    for (;;) {
      this.skip();
      const code = this.code();
      if (code === BANG || code === PLUS || code === MINUS || code === 126) this.pos += 1;
      else if (code === 97 && this.takeWord('await')) continue;
      else if (
        !(code === 116 && this.takeWord('typeof')) &&
        !(code === 118 && this.takeWord('void')) &&
        !(code === 100 && this.takeWord('delete'))
      )
        return found;
      found = true;
    }
  }

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
