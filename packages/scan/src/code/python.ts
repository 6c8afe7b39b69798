/** Python source → facts. */
import {
  AT,
  CLOSE,
  COLON,
  COMMA,
  DOT,
  EQUALS,
  isWordPart,
  LF,
  OPEN,
  OPEN_SQUARE,
  SEMICOLON,
  STAR,
  startsWord,
} from './characters.ts';
import type { CodeFacts, Import } from './facts.ts';
import { PythonLiterals } from './python-literals.ts';

/** Words that lead a statement and bind nothing here: what follows is read as expressions. */
const LEADING = new Set(
  'if elif else while for try except finally with as return raise assert del global nonlocal pass break continue async in from yield'.split(
    ' ',
  ),
);
/** `case` and `match` as statements rather than names. */
const SOFT = /(?:case|match)[ \t]+[\w"'{[(-]/y;

/**
 * Reads a module, or as much of it as is Python.
 * @example pythonFacts('client.chat(model="gpt-4o")').calls[0].named // [{ key: 'model', value: … }]
 */
export function pythonFacts(text: string): CodeFacts {
  return new PythonModule(text).read();
}

class PythonModule extends PythonLiterals {
  private decorators: string[] = [];
  private decoratedAt = 0;

  read(): CodeFacts {
    while (!this.ended()) {
      const { pos } = this;
      this.statement();
      // What nobody can read is passed over.
      if (this.pos === pos) this.pos += 1;
    }
    return this.facts;
  }

  private statement(): void {
    this.skip();
    const code = this.code();
    if (code === LF) {
      this.line += 1;
      this.pos += 1;
    } else if (code === COLON || code === SEMICOLON) this.pos += 1;
    else if (code === AT) this.decorator();
    else if (startsWord(code)) this.worded();
    else this.expressions();
  }

  private worded(): void {
    const { pos, line } = this;
    const word = this.word();
    this.skip();
    switch (word) {
      case 'def':
      case 'class':
        this.definition(word);
        return;
      case 'async':
        return;
      case 'import':
        this.plainImports(line);
        break;
      case 'from':
        if (!this.fromImport(line)) this.bareList();
        break;
      default:
        SOFT.lastIndex = pos;
        if (LEADING.has(word)) this.bareList();
        else if ((word === 'case' || word === 'match') && SOFT.test(this.text)) this.soft(word);
        else {
          this.pos = pos;
          this.line = line;
          this.expressions();
        }
    }
    this.decorators = [];
  }

  private decorator(): void {
    if (this.decorators.length === 0) this.decoratedAt = this.line;
    this.pos += 1;
    const from = this.pos;
    this.value();
    this.decorators.push(this.text.slice(from, this.pos).replace(/\(.*$/s, '').trim());
  }

  /** Behind the keyword. */
  private definition(keyword: 'def' | 'class'): void {
    const name = this.word();
    if (this.decorators.length > 0) {
      this.facts.decorated.push({ name, decorators: this.decorators, line: this.decoratedAt });
      this.decorators = [];
    }
    this.skip();
    if (this.code() === OPEN_SQUARE) this.value();
    this.skip();
    if (this.code() !== OPEN) return;
    if (keyword === 'class') {
      this.argumentList();
      return;
    }
    this.pos += 1;
    this.depth += 1;
    this.parameters(CLOSE);
    this.depth -= 1;
    this.skip();
    if (this.code() === 45 && this.code(1) === 62) {
      this.pos += 2;
      this.value();
    }
  }

  /** `a, b` */
  private bareList(): void {
    for (;;) {
      this.value();
      this.skip();
      if (this.code() !== COMMA) return;
      this.pos += 1;
    }
  }

  /** A pattern compares and calls nothing: it leaves no facts. */
  private soft(word: 'case' | 'match'): void {
    const { calls, objects, urls } = this.facts;
    const kept = [calls.length, objects.length, urls.length] as const;
    this.bareList();
    if (word === 'case') [calls.length, objects.length, urls.length] = kept;
  }

  /** An expression, an annotation or an assignment. */
  private expressions(): void {
    const { line } = this;
    const urls = this.facts.urls.length;
    let value = this.value();
    const targets: string[] = [];
    for (let first = true; ; first = false) {
      this.skip();
      let { target } = this;
      if (this.code() === COMMA) {
        this.pos += 1;
        this.bareList();
        value = this.other(value.line);
        target = undefined;
        this.skip();
      }
      if (first && value.kind === 'string' && this.atStatementEnd()) {
        // A bare string is a docstring or a comment.
        this.facts.urls.length = urls;
        return;
      }
      if (first && this.code() === COLON) {
        this.pos += 1;
        this.bareList();
        this.skip();
      }
      if (this.code() !== EQUALS) break;
      if (target !== undefined) targets.push(target);
      this.pos += 1;
      value = this.value();
    }
    for (const name of targets) this.facts.assignments.push({ name, value, line });
  }

  private atStatementEnd(): boolean {
    return this.ended() || this.code() === LF || this.code() === SEMICOLON;
  }

  private plainImports(line: number): void {
    do {
      if (this.code() === COMMA) this.pos += 1;
      this.skip();
      const module = this.dotted();
      if (module === '') return;
      const local = this.alias() ?? module;
      this.facts.imports.push({ module, names: [{ local, imported: module }], line });
    } while (this.code() === COMMA);
  }

  private fromImport(line: number): boolean {
    const module = this.dotted();
    this.skip();
    if (module === '' || !this.takeWord('import')) return false;
    const names: { local: string; imported: string }[] = [];
    const found: Import = { module, names, line };
    this.skip();
    const item = (): void => {
      const imported = this.code() === STAR ? '*' : this.word();
      if (imported === '*') this.pos += 1;
      if (imported !== '') names.push({ imported, local: this.alias() ?? imported });
    };
    if (this.code() === OPEN) this.inBrackets(CLOSE, item);
    else {
      item();
      while (this.code() === COMMA) {
        this.pos += 1;
        this.skip();
        item();
      }
    }
    if (module !== '__future__') this.facts.imports.push(found);
    return true;
  }

  private dotted(): string {
    const from = this.pos;
    while (!this.ended() && (this.code() === DOT || isWordPart(this.code()))) this.pos += 1;
    return this.text.slice(from, this.pos);
  }

  /** `as name` */
  private alias(): string | undefined {
    this.skip();
    if (!this.takeWord('as')) return undefined;
    this.skip();
    const name = this.word();
    this.skip();
    return name;
  }
}
