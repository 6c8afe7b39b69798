/**
 * XGBoost's binary JSON (UBJSON, draft 12): walked, not built, since its numbers do not matter.
 * Source: https://ubjson.org
 */
import { Malformed } from '../../bytes/malformed.ts';
import { Reader } from '../../bytes/reader.ts';
import { Report } from '../../bytes/report.ts';
import type { Format } from '../../types.ts';
import { checkEmbeddedText } from '../embedded.ts';

const DEEPEST = 64;
/** Bytes of the types of fixed size, by their letter. */
const FIXED: ReadonlyMap<string, number> = new Map([
  ['Z', 0],
  ['N', 0],
  ['T', 0],
  ['F', 0],
  ['i', 1],
  ['U', 1],
  ['C', 1],
  ['I', 2],
  ['l', 4],
  ['L', 8],
  ['d', 4],
  ['D', 8],
]);

export const xgboostUbjson: Format = {
  name: 'xgboost/ubjson',
  recognises: (head) =>
    /^\{(?:#[iUIlL][\s\S]{1,8}?)?[iUIlL][\s\S]{1,8}(?:learner|version|Model|Config)/.test(
      String.fromCharCode(...head.subarray(0, 48)),
    ),
  inspect(source, inspection) {
    const report = new Report(source.size);
    report.attempt('model', () => {
      const walk = new UbjsonWalk(new Reader(source, inspection), report);
      walk.value(walk.marker(), '$', 0);
      report.member();
      if (walk.reader.remaining > 0)
        report.suspicious('xgboost.trailing', `${walk.reader.remaining} bytes follow after the model.`, {
          offset: walk.reader.offset,
        });
    });
    report.capability({ architecture: 'xgboost', inputs: ['tabular'], outputs: ['tabular'] });
    return report.result();
  },
};

class UbjsonWalk {
  readonly reader: Reader;
  readonly #report: Report;

  constructor(reader: Reader, report: Report) {
    this.reader = reader;
    reader.littleEndian = false;
    this.#report = report;
  }

  marker(): string {
    return String.fromCharCode(this.reader.u8());
  }

  value(marker: string, path: string, depth: number): void {
    if (depth > DEEPEST) throw new Malformed(`nested more than ${DEEPEST} deep`, this.reader.offset);
    const size = FIXED.get(marker);
    if (size !== undefined) this.reader.skip(size);
    else if (marker === 'S' || marker === 'H') checkEmbeddedText(this.#report, this.#text(), path);
    else if (marker === '{') this.#object(path, depth);
    else if (marker === '[') this.#array(path, depth);
    else throw new Malformed(`the type ${JSON.stringify(marker)} is not known`, this.reader.offset - 1);
  }

  #text(): string {
    return this.reader.text(this.#count(this.marker()));
  }

  #count(marker: string): number {
    const { reader } = this;
    const at = reader.offset;
    const value =
      marker === 'i'
        ? reader.i8()
        : marker === 'U'
          ? reader.u8()
          : marker === 'I'
            ? reader.i16()
            : marker === 'l'
              ? reader.i32()
              : marker === 'L'
                ? Number(reader.bigI64())
                : -1;
    if (value < 0 || value > reader.remaining) throw new Malformed(`the length ${value}`, at);
    return value;
  }

  /** Type and count of a container, where they stand in front: `$d#L…`. */
  #head(): { type: string | undefined; count: number | undefined; next: string } {
    let type: string | undefined;
    let next = this.marker();
    if (next === '$') {
      type = this.marker();
      next = this.marker();
      if (next !== '#') throw new Malformed('a typed container without count', this.reader.offset);
    }
    if (next !== '#') return { type, count: undefined, next };
    return { type, count: this.#elements(type), next: '' };
  }

  #elements(type: string | undefined): number {
    const { reader } = this;
    const count = this.#count(this.marker());
    // Elements without bytes would make a count of any size free.
    const size = type === undefined ? 1 : (FIXED.get(type) ?? 1);
    if (size === 0 && count > 1_000_000) throw new Malformed(`${count} empty elements`, reader.offset);
    if (count * size > reader.remaining)
      throw new Malformed(`${count} elements in ${reader.remaining} bytes`, reader.offset);
    return count;
  }

  #array(path: string, depth: number): void {
    const { type, count, next } = this.#head();
    const size = type === undefined ? undefined : FIXED.get(type);
    if (count !== undefined && size !== undefined) {
      this.reader.skip(count * size);
      return;
    }
    if (count !== undefined) {
      for (let index = 0; index < count; index += 1) this.#item(type, `${path}[${index}]`, depth);
      return;
    }
    for (let marker = next, index = 0; marker !== ']'; marker = this.marker(), index += 1) {
      if ((index & 0xff) === 0) this.reader.tick();
      this.value(marker, `${path}[${index}]`, depth + 1);
    }
  }

  #object(path: string, depth: number): void {
    const { type, count, next } = this.#head();
    const entry = (first: string) => {
      const key = this.reader.text(this.#count(first), 65_536);
      this.#item(type, `${path}.${key.slice(0, 80)}`, depth);
    };
    if (count !== undefined) {
      for (let index = 0; index < count; index += 1) entry(this.marker());
      return;
    }
    for (let marker = next; marker !== '}'; marker = this.marker()) entry(marker);
  }

  #item(type: string | undefined, path: string, depth: number): void {
    this.reader.tick();
    this.value(type ?? this.marker(), path, depth + 1);
  }
}
