/** Operators of JavaScript: alternatives, conditions, assignments. */
import {
  BAR,
  CLOSE,
  COLON,
  COMMA,
  EQUALS,
  GREATER,
  OPEN_CURLY,
  OPEN_SQUARE,
  QUESTION,
} from './characters.ts';
import type { Value } from './facts.ts';
import { JavascriptTypes } from './javascript-types.ts';
import { MAX_DEPTH } from './source-reader.ts';

const SYMBOLS = new Set([...'+-*/%&|^<>=!'].map((char) => char.charCodeAt(0)));
const BANG = 33;
const PLUS = 43;
const MINUS = 45;

export abstract class JavascriptOperators extends JavascriptTypes {
  /** What an assignment to the expression read last would give a value to: name, property, or string key. */
  protected target: string | undefined;
  /** Whether types are part of the language. */
  protected readonly types: boolean;
  private nesting = 0;

  constructor(text: string, types: boolean) {
    super(text);
    this.types = types;
  }

  /** A primary and what is done with it: `a.b(c)[d]`. */
  protected abstract postfix(): Value;

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
}
