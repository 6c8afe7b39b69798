/** A walk over the tokens of a template with a bound on how deep it goes. */
import { Malformed } from '../../bytes/malformed.ts';
import type { Token, TokenKind } from './lexer.ts';

const DEEPEST = 120;

export class Cursor {
  readonly #tokens: readonly Token[];
  readonly #last: Token;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    this.#last = tokens.at(-1) ?? { kind: 'eof', value: '', offset: 0 };
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? this.#last;
  }

  next(): Token {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  expect(kind: TokenKind): Token {
    const token = this.next();
    if (token.kind !== kind) throw this.unexpected(token);
    return token;
  }

  expectEnd(): void {
    this.expect('end');
  }

  /** Takes an operator where it stands next. */
  accept(operator: string): boolean {
    return this.#acceptToken('operator', operator);
  }

  acceptName(name: string): boolean {
    return this.#acceptToken('name', name);
  }

  expectOperator(operator: string): void {
    if (!this.accept(operator)) throw this.unexpected();
  }

  #acceptToken(kind: TokenKind, value: string): boolean {
    const token = this.peek();
    if (token.kind !== kind || token.value !== value) return false;
    this.#at += 1;
    return true;
  }

  deeper<T>(work: () => T): T {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw new Malformed(`nested more than ${DEEPEST} deep`, this.peek().offset);
    const result = work();
    this.#depth -= 1;
    return result;
  }

  unexpected(token = this.peek()): Malformed {
    const what = token.kind === 'eof' ? 'the end' : JSON.stringify(token.value.slice(0, 40));
    return new Malformed(`${what} is not expected here`, token.offset);
  }
}
