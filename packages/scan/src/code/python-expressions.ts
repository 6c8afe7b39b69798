/** Expressions of Python: operators, calls, members, and what they are worth to the rules. */
import {
  CLOSE,
  CLOSE_CURLY,
  CLOSE_SQUARE,
  COLON,
  COMMA,
  DOT,
  EQUALS,
  GREATER,
  OPEN,
  OPEN_SQUARE,
  STAR,
  startsWord,
} from './characters.ts';
import type { Call, Entry, Value } from './facts.ts';
import { PythonStrings } from './python-strings.ts';
import { MAX_DEPTH } from './source-reader.ts';

const ENV_CALL =
  /(?:^|\.)(?:getenv|environ\.get|environ\.setdefault|env\.get|env\.str|get_env|secrets\.get)$/;
/** Words that never stand inside brackets: there, a bracket was left open. */
export const STATEMENT =
  /(?:def|class|import|return|while|try|raise|assert|del|elif|except|finally|global)(?=[ \t(:])/y;
const SYMBOLS = new Set([...'+-*/%@&|^<>'].map((char) => char.charCodeAt(0)));
const MINUS = 45;
const TILDE = 126;
const BANG = 33;

export abstract class PythonExpressions extends PythonStrings {
  /** What an assignment to the expression read last would give a value to: name, attribute, or string key. */
  protected target: string | undefined;
  private nesting = 0;

  /** What an expression begins with: a literal, a name, something in brackets. */
  protected abstract primary(): Value;

  /** A whole expression, without the commas of a bare tuple. */
  protected value(): Value {
    this.skip();
    const { line } = this;
    if (this.nesting >= MAX_DEPTH) return this.other(line);
    this.nesting += 1;
    let value = this.either();
    this.skip();
    if (this.code() === COLON && this.code(1) === EQUALS) value = this.named(line);
    else if (this.atWord('if')) {
      this.pos += 2;
      this.either();
      this.skip();
      const otherwise = this.takeWord('else') ? this.value() : undefined;
      value =
        otherwise === undefined ? this.other(line) : { kind: 'either', options: [value, otherwise], line };
      this.forget();
    }
    this.nesting -= 1;
    return value;
  }

  /** `name := value` */
  private named(line: number): Value {
    const name = this.target;
    this.pos += 2;
    const value = this.value();
    if (name !== undefined) this.facts.assignments.push({ name, value, line });
    this.forget();
    return this.other(line);
  }

  protected forget(): void {
    this.path = '';
    this.target = undefined;
  }

  /** Operands joined by `and` or `or`; any of them may be the outcome. */
  private either(): Value {
    const first = this.operation();
    this.skip();
    if (!this.atWord('or') && !this.atWord('and')) return first;
    const options = [first];
    while (this.takeWord('or') || this.takeWord('and')) {
      options.push(this.operation());
      this.skip();
    }
    this.forget();
    return { kind: 'either', options, line: first.line };
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
    const next = this.code(1);
    if (SYMBOLS.has(code)) {
      if (code === MINUS && next === GREATER) return false;
      this.pos += next === EQUALS || next === code || (code === 60 && next === GREATER) ? 2 : 1;
      if (this.code() === EQUALS && next === code) this.pos += 1;
      return true;
    }
    if ((code === EQUALS || code === BANG) && next === EQUALS) {
      this.pos += 2;
      return true;
    }
    if (code !== 105 && code !== 110) return false;
    if (this.takeWord('in')) return true;
    if (this.takeWord('is')) {
      this.skip();
      this.takeWord('not');
      return true;
    }
    return this.atWord('not') && this.takeWord('not');
  }

  private operand(): Value {
    this.skip();
    const { line } = this;
    let plain = true;
    for (;;) {
      const code = this.code();
      if (code === MINUS || code === 43 || code === TILDE || code === STAR) this.pos += 1;
      else if (code !== 110 || !this.takeWord('not')) break;
      plain = false;
      this.skip();
    }
    if (this.code() === 97 && this.takeWord('await')) this.skip();
    const value = this.postfix();
    if (plain) return value;
    this.forget();
    return this.other(line);
  }

  /** A primary and what is done with it: `a.b(c)[d]`. */
  private postfix(): Value {
    const { line } = this;
    let value = this.primary();
    let { path, target } = this;
    for (;;) {
      this.skip();
      const code = this.code();
      if (code === DOT) {
        this.pos += 1;
        this.skip();
        target = this.word();
        path = path === '' ? target : `${path}.${target}`;
        value = { kind: 'name', name: path, line };
      } else if (code === OPEN) {
        value = this.called(path, line);
        target = undefined;
      } else if (code === OPEN_SQUARE) {
        [value, target] = this.subscript(path, line);
      } else break;
    }
    this.path = path;
    this.target = target;
    return value;
  }

  private called(callee: string, line: number): Value {
    const call: { -readonly [K in keyof Call]: Call[K] } = { callee, positional: [], named: [], line };
    this.facts.calls.push(call);
    [call.positional, call.named] = this.argumentList();
    const first = call.positional[0];
    if (first?.kind !== 'string' || !ENV_CALL.test(callee)) return { kind: 'call', call, line };
    const fallback = call.positional[1] ?? call.named.find((one) => one.key === 'default')?.value;
    return { kind: 'env', name: first.text, line, ...(fallback === undefined ? {} : { fallback }) };
  }

  /** At `(`. */
  protected argumentList(): [Value[], Entry[]] {
    const positional: Value[] = [];
    const named: Entry[] = [];
    this.inBrackets(CLOSE, () => {
      const key = this.keyword();
      const value = this.value();
      const generated = this.comprehension();
      if (key === undefined) positional.push(generated ? this.other(value.line) : value);
      else named.push({ key, value });
    });
    return [positional, named];
  }

  /** `key =` before a value; moves behind it. */
  private keyword(): string | undefined {
    const { pos, line } = this;
    if (!startsWord(this.code())) return undefined;
    const word = this.word();
    this.skip();
    if (this.code() === EQUALS && this.code(1) !== EQUALS) {
      this.pos += 1;
      return word;
    }
    this.pos = pos;
    this.line = line;
    return undefined;
  }

  private subscript(path: string, line: number): [Value, string | undefined] {
    let key: Value | undefined;
    let count = 0;
    const zero = this.code(1) === 48 && this.code(2) === CLOSE_SQUARE;
    this.inBrackets(CLOSE_SQUARE, () => {
      key = this.value();
      count += 1;
    });
    if (count === 1 && key?.kind === 'string') {
      const value: Value = path.endsWith('environ')
        ? { kind: 'env', name: key.text, line }
        : this.other(line);
      return [value, key.text];
    }
    // `models[0]`: the first of a list is what is chosen.
    return [zero ? { kind: 'name', name: path, line } : this.other(line), undefined];
  }

  /** Calls `item` for what stands between commas until `close`, and moves behind it. */
  protected inBrackets(close: number, item: () => void): void {
    this.pos += 1;
    this.depth += 1;
    for (;;) {
      this.skip();
      const code = this.code();
      if (this.ended() || code === CLOSE || code === CLOSE_SQUARE || code === CLOSE_CURLY) {
        // A bracket of another kind closes something further out.
        if (code === close) this.pos += 1;
        break;
      }
      STATEMENT.lastIndex = this.pos;
      if (STATEMENT.test(this.text)) break;
      const { pos } = this;
      item();
      this.skip();
      if (this.code() === COMMA || this.pos === pos) this.pos += 1;
    }
    this.depth -= 1;
  }

  /** `for x in y if z` after the first value in brackets. */
  protected comprehension(): boolean {
    this.skip();
    if (!this.atWord('for') && !this.atWord('async')) return false;
    for (;;) {
      this.skip();
      if (!(this.takeWord('for') || this.takeWord('async') || this.takeWord('if'))) return true;
      do {
        if (this.code() === COMMA) this.pos += 1;
        this.either();
        this.skip();
      } while (this.code() === COMMA && !this.atClose(1));
    }
  }

  protected atClose(ahead: number): boolean {
    const code = this.code(ahead);
    return code === CLOSE || code === CLOSE_SQUARE || code === CLOSE_CURLY || this.pos + ahead >= this.end;
  }
}
