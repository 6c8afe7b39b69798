/** What expressions of Python begin with: literals, names, lambdas, lists, dicts, parentheses; and parameters. */
import {
  CLOSE,
  CLOSE_CURLY,
  CLOSE_SQUARE,
  COLON,
  COMMA,
  DOT,
  DOUBLE,
  EQUALS,
  isDigit,
  isWordPart,
  LF,
  OPEN,
  OPEN_CURLY,
  OPEN_SQUARE,
  SINGLE,
  STAR,
  startsWord,
} from './characters.ts';
import type { Entry, Value } from './facts.ts';
import { PythonExpressions, STATEMENT } from './python-expressions.ts';
import { MAX_ITEMS } from './source-reader.ts';

export class PythonLiterals extends PythonExpressions {
  protected primary(): Value {
    const { line } = this;
    this.forget();
    const code = this.code();
    if (code === DOUBLE || code === SINGLE) return this.strings('', this.pos);
    if (code === OPEN) return this.parenthesised(line);
    if (code === OPEN_SQUARE) return this.list(CLOSE_SQUARE, line);
    if (code === OPEN_CURLY) return this.dictionary(line);
    if (isDigit(code) || (code === DOT && isDigit(this.code(1)))) return this.number(line);
    if (code === DOT) {
      while (this.code() === DOT) this.pos += 1;
      return this.other(line);
    }
    return startsWord(code) && !this.ended() ? this.wordValue(line) : this.other(line);
  }

  private number(line: number): Value {
    while (isWordPart(this.code()) || this.code() === DOT) this.pos += 1;
    return this.other(line);
  }

  private wordValue(line: number): Value {
    const from = this.pos;
    const word = this.word();
    if (this.isPrefix(word)) return this.strings(word, from);
    switch (word) {
      case 'True':
      case 'False':
        return { kind: 'boolean', value: word === 'True', line };
      case 'None':
        return this.other(line);
      case 'lambda':
        this.parameters(COLON);
        this.value();
        this.forget();
        return this.other(line);
      case 'yield':
        this.skip();
        this.takeWord('from');
        if (!this.atClose(0) && this.code() !== LF) this.value();
        this.forget();
        return this.other(line);
      case 'or':
      case 'and':
      case 'if':
      case 'else':
      case 'for':
      case 'in':
        // An operand is missing here; the operator is left to whoever asked for it.
        this.pos = from;
        return this.other(line);
      default:
        this.path = word;
        this.target = word;
        return { kind: 'name', name: word, line };
    }
  }

  /** `a, b=1, *c` until `close`, with defaults as assignments; behind `close` afterwards. */
  protected parameters(close: number): void {
    for (;;) {
      this.skip();
      const { pos, line } = this;
      const code = this.code();
      if (this.ended() || code === close || (code === LF && this.depth === 0)) break;
      STATEMENT.lastIndex = pos;
      if (STATEMENT.test(this.text)) return;
      if (!startsWord(code)) {
        // `*`, `**`, `/`, commas; anything else is read as an expression, so that nothing in it is lost.
        if (code === COMMA || code === STAR || code === 47) this.pos += 1;
        else this.value();
        if (this.pos === pos) this.pos += 1;
        continue;
      }
      const name = this.word();
      this.skip();
      if (this.code() === COLON && close !== COLON) {
        this.pos += 1;
        this.value();
        this.skip();
      }
      if (this.code() === EQUALS) {
        this.pos += 1;
        this.facts.assignments.push({ name, value: this.value(), line });
      }
    }
    if (this.code() === close) this.pos += 1;
  }

  private parenthesised(line: number): Value {
    let only: Value | undefined;
    let count = 0;
    const items: Value[] = [];
    let tuple = false;
    this.inBrackets(CLOSE, () => {
      only = this.value();
      if (this.comprehension()) only = this.other(line);
      this.skip();
      if (this.code() === COMMA) tuple = true;
      if (items.length < MAX_ITEMS) items.push(only);
      count += 1;
    });
    this.forget();
    return count === 1 && !tuple && only !== undefined ? only : { kind: 'list', items, line };
  }

  private list(close: number, line: number): Value {
    const items: Value[] = [];
    let generated = false;
    this.inBrackets(close, () => {
      const value = this.value();
      if (items.length < MAX_ITEMS) items.push(value);
      if (this.comprehension()) generated = true;
    });
    this.forget();
    return generated ? this.other(line) : { kind: 'list', items, line };
  }

  /** A dict with its string keys, or a set. */
  private dictionary(line: number): Value {
    const entries: Entry[] = [];
    const items: Value[] = [];
    const object: Value = { kind: 'object', entries, line };
    const { objects } = this.facts;
    const at = objects.push(object) - 1;
    let pairs = 0;
    let other = false;
    this.inBrackets(CLOSE_CURLY, () => {
      if (this.code() === STAR && this.code(1) === STAR) {
        this.value();
        pairs += 1;
        return;
      }
      const key = this.value();
      this.skip();
      if (this.code() === COLON) {
        this.pos += 1;
        pairs += 1;
        const value = this.value();
        if (key.kind === 'string') entries.push({ key: key.text, value });
      } else if (items.length < MAX_ITEMS) items.push(key);
      if (this.comprehension()) other = true;
    });
    this.forget();
    if (!other && (pairs > 0 || items.length === 0)) return object;
    objects.splice(at, 1);
    return other ? this.other(line) : { kind: 'list', items, line };
  }
}
