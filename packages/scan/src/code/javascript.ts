/** JavaScript and TypeScript source, with JSX, → facts. */
import {
  CLOSE,
  CLOSE_CURLY,
  COLON,
  COMMA,
  DOT,
  DOUBLE,
  EQUALS,
  LESS,
  OPEN,
  OPEN_CURLY,
  OPEN_SQUARE,
  SEMICOLON,
  SINGLE,
  STAR,
  startsWord,
} from './characters.ts';
import type { CodeFacts, Import } from './facts.ts';
import { JavascriptClasses } from './javascript-classes.ts';

export interface Dialect {
  readonly types: boolean;
  readonly jsx: boolean;
}

/** Words that lead a statement; what follows is read on its own. */
const LEADING = new Set('do else try finally break continue debugger declare abstract'.split(' '));
/** Words before a condition in parentheses. */
const HEADED = new Set('if while switch with for catch'.split(' '));
const BANG = 33;

/**
 * Reads a script or module, or as much of it as is JavaScript.
 * @example javascriptFacts('chat({ model: "gpt-4o" })', { types: true, jsx: false }).calls[0].named
 */
export function javascriptFacts(text: string, dialect: Dialect): CodeFacts {
  return new JavascriptModule(text, dialect.types, dialect.jsx).read();
}

class JavascriptModule extends JavascriptClasses {
  private blocks = 0;

  read(): CodeFacts {
    if (this.text.startsWith('#!')) this.toLineEnd();
    while (!this.ended()) {
      this.statements();
      // A brace that closes nothing.
      if (!this.ended()) this.pos += 1;
    }
    return this.facts;
  }

  protected block(): void {
    this.pos += 1;
    if (this.blocks >= 200) return;
    this.blocks += 1;
    this.statements();
    this.blocks -= 1;
    if (!this.ended()) this.pos += 1;
  }

  /** Up to a closing brace or the end. */
  private statements(): void {
    for (;;) {
      this.skip();
      if (this.ended() || this.code() === CLOSE_CURLY) return;
      const { pos } = this;
      this.statement();
      // What nobody can read is passed over.
      if (this.pos === pos) this.pos += 1;
    }
  }

  private statement(): void {
    const code = this.code();
    if (code === OPEN_CURLY) this.block();
    else if (code === SEMICOLON) this.pos += 1;
    else if (!startsWord(code) || !this.keyworded()) {
      this.expression();
      this.skip();
      // A label, or a case.
      if (this.code() === COLON) this.pos += 1;
    }
  }

  /** A statement with a word of its own; false, and nothing read, where the word begins an expression. */
  private keyworded(): boolean {
    const { pos, line } = this;
    const word = this.word();
    const newLine = this.skip();
    if (!this.led(word, line, newLine)) {
      this.pos = pos;
      this.line = line;
      return false;
    }
    return true;
  }

  private led(word: string, line: number, newLine: boolean): boolean {
    const code = this.code();
    const named = !newLine && startsWord(code);
    if (LEADING.has(word)) return word !== 'declare' && word !== 'abstract' ? true : named;
    if (HEADED.has(word)) {
      this.takeWord('await');
      this.skip();
      if (this.code() === OPEN) this.head();
      return true;
    }
    switch (word) {
      case 'return':
      case 'throw':
        if (!newLine && code !== SEMICOLON && code !== CLOSE_CURLY) this.expression();
        return true;
      case 'const':
      case 'var':
      case 'let':
        if (this.takeWord('enum')) this.enumeration();
        else if (startsWord(code) || code === OPEN_CURLY || code === OPEN_SQUARE) this.declarations();
        else return false;
        return true;
      case 'function':
        this.functionBody(line);
        return true;
      case 'class':
        this.classBody();
        return true;
      case 'case':
        this.expression();
        return true;
      case 'import':
        return code !== OPEN && code !== DOT && this.imported(line);
      case 'export':
        this.exported();
        return true;
      case 'type':
        return named && this.types && this.alias();
      case 'interface':
        return named && this.types && this.interfaced();
      case 'enum':
        if (named) this.enumeration();
        return named;
      case 'namespace':
      case 'module':
        if (!named && code !== DOUBLE && code !== SINGLE) return false;
        this.postfix();
        return true;
      default:
        return false;
    }
  }

  /** Behind `export`: what follows is a statement of its own, except after `default`. */
  private exported(): void {
    if (this.code() === OPEN_CURLY) this.balanced();
    else if (this.takeWord('default')) {
      this.skip();
      if (this.code() === OPEN_CURLY || this.code() === OPEN_SQUARE) this.expression();
    } else if (this.code() === STAR || this.code() === EQUALS) this.pos += 1;
  }

  /** `(…)` of `if`, `for`, `catch`: expressions and declarations in any order. */
  private head(): void {
    this.pos += 1;
    while (!this.ended()) {
      this.skip();
      const { pos, line } = this;
      const code = this.code();
      if (code === CLOSE_CURLY) return;
      if (code === CLOSE) {
        this.pos += 1;
        return;
      }
      const word = startsWord(code) ? this.word() : '';
      if (word === 'const' || word === 'let' || word === 'var') this.declarations();
      else if (word !== 'of') {
        this.pos = pos;
        this.line = line;
        this.expression();
        if (this.types) this.annotation();
      }
      if (this.pos === pos) this.pos += 1;
    }
  }

  /** `a: A = 1, { b } = c`, behind `const`. */
  private declarations(): void {
    for (;;) {
      this.skip();
      const { line } = this;
      const bound = this.binding();
      if (bound === '') return;
      this.skip();
      if (this.code() === BANG) this.pos += 1;
      if (this.types) this.annotation();
      const before = this.facts.imports.length;
      const value = this.initial(typeof bound === 'string' ? bound : undefined, line);
      const found = this.facts.imports[before];
      if (
        typeof bound !== 'string' &&
        bound.kind === 'object' &&
        value?.kind === 'call' &&
        found !== undefined
      ) {
        const names = bound.entries.map(({ key, value: local }) => ({
          local: local.kind === 'name' ? local.name : key,
          imported: key,
        }));
        this.facts.imports[before] = { ...found, names };
      }
      this.skip();
      if (this.code() !== COMMA) return;
      this.pos += 1;
    }
  }

  /** Behind `import`. Modules of which only types are used are none. */
  private imported(line: number): boolean {
    const names: { local: string; imported: string }[] = [];
    const typeOnly = this.attempt(
      () => this.takeWord('type') && !this.skip() && !this.atWord('from') && this.code() !== COMMA,
    );
    while (!this.ended()) {
      this.skip();
      const code = this.code();
      const { pos } = this;
      if (code === DOUBLE || code === SINGLE) {
        const from = this.facts.urls.length;
        const found: Import = { module: this.quoted(), names, line };
        this.facts.urls.length = from;
        if (!typeOnly) this.facts.imports.push(found);
        this.skip();
        if (this.takeWord('with') || this.takeWord('assert')) {
          this.skip();
          if (this.code() === OPEN_CURLY) this.balanced();
        }
        return true;
      }
      if (code === SEMICOLON) return true;
      if (code === EQUALS) {
        this.pos += 1;
        this.value();
        return true;
      }
      if (code === OPEN_CURLY) this.inBrackets(CLOSE_CURLY, () => this.specifier(names));
      else this.word();
      if (this.pos === pos) this.pos += 1;
    }
    return true;
  }

  /** `a`, `a as b`, `type a` */
  private specifier(names: { local: string; imported: string }[]): void {
    this.attempt(
      () => this.takeWord('type') && !this.skip() && startsWord(this.code()) && !this.atWord('as'),
    );
    const imported = this.key();
    this.skip();
    const renamed = this.takeWord('as');
    this.skip();
    const local = renamed ? this.word() : imported;
    if (imported !== '') names.push({ local, imported });
  }

  private alias(): boolean {
    this.word();
    this.skip();
    if (this.code() === LESS && !this.angled()) return true;
    this.skip();
    if (this.code() !== EQUALS) return false;
    this.pos += 1;
    this.type();
    return true;
  }

  private interfaced(): boolean {
    this.word();
    this.skip();
    if (this.code() === LESS) this.angled();
    this.heritage();
    if (this.code() === OPEN_CURLY) this.balanced();
    return true;
  }
}
