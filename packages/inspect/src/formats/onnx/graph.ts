/** Graphs, nodes, attributes and functions of ONNX. */
import { Malformed } from '../../bytes/malformed.ts';
import { fields, int64, type Range, textOf } from '../../bytes/protobuf.ts';
import type { Reader } from '../../bytes/reader.ts';
import type { Report } from '../../bytes/report.ts';
import { checkEmbeddedText } from '../embedded.ts';
import { checkTensor } from './tensor.ts';

/** Subgraphs of If, Loop and Scan nest; real ones a few deep. */
const DEEPEST = 32;

export class GraphWalk {
  readonly #reader: Reader;
  readonly #report: Report;
  /** Operators that are used, as `domain::type`. */
  readonly operators = new Map<string, { domain: string; type: string; offset: number; count: number }>();
  /** Files that hold tensors. */
  readonly files = new Set<string>();
  readonly weights = new Map<string, number>();
  parameters = 0;
  nodes = 0;

  constructor(reader: Reader, report: Report) {
    this.#reader = reader;
    this.#report = report;
  }

  graph(range: Range, depth = 0): void {
    if (depth > DEEPEST) throw new Malformed(`graphs nested more than ${DEEPEST} deep`, range.start);
    for (const field of fields(this.#reader, range)) {
      if (field.wire !== 'bytes') continue;
      if (field.number === 1) this.#node(field, depth);
      else if (field.number === 5) this.#tensor(field, true);
      else if (field.number === 15) this.#sparse(field);
      else if (field.number === 10) this.#text(field, 'the description of a graph');
    }
  }

  /** FunctionProto: its name as an operator, after its nodes were looked at. */
  localFunction(range: Range): string {
    let name = '';
    let domain = '';
    for (const field of fields(this.#reader, range)) {
      if (field.wire !== 'bytes') continue;
      if (field.number === 1) name = textOf(this.#reader, field, 500);
      else if (field.number === 10) domain = textOf(this.#reader, field, 500);
      else if (field.number === 7) this.#node(field, 1);
      else if (field.number === 11) this.#attribute(field, 1);
      else if (field.number === 8) this.#text(field, `the description of the function "${name}"`);
    }
    return `${domain}::${name}`;
  }

  #node(range: Range, depth: number): void {
    let type = '';
    let domain = '';
    this.nodes += 1;
    for (const field of fields(this.#reader, range)) {
      if (field.wire !== 'bytes') continue;
      if (field.number === 4) type = textOf(this.#reader, field, 500);
      else if (field.number === 7) domain = textOf(this.#reader, field, 500);
      else if (field.number === 5) this.#attribute(field, depth);
    }
    const key = `${domain}::${type}`;
    const seen = this.operators.get(key);
    if (seen !== undefined) seen.count += 1;
    else if (this.operators.size < 10_000)
      this.operators.set(key, { domain, type, offset: range.start, count: 1 });
    this.#report.member();
  }

  #attribute(range: Range, depth: number): void {
    let name = '';
    for (const field of fields(this.#reader, range)) {
      if (field.wire !== 'bytes') continue;
      if (field.number === 1) name = textOf(this.#reader, field, 500);
      else if (field.number === 4 || field.number === 9) this.#text(field, `the attribute "${name}"`);
      else if (field.number === 5 || field.number === 10) this.#tensor(field, false);
      else if (field.number === 6 || field.number === 11) this.graph(field, depth + 1);
      else if (field.number === 22 || field.number === 23) this.#sparse(field);
    }
  }

  #tensor(range: Range, parameter: boolean): void {
    const { elements, type, location } = checkTensor(this.#reader, range, this.#report);
    if (location !== undefined && this.files.size < 1000) this.files.add(location);
    if (!parameter) return;
    this.parameters += elements;
    if (type !== undefined) this.weights.set(type, (this.weights.get(type) ?? 0) + elements);
  }

  #sparse(range: Range): void {
    for (const field of fields(this.#reader, range))
      if (field.wire === 'bytes' && (field.number === 1 || field.number === 2))
        this.#tensor(field, field.number === 1);
  }

  #text(range: Range, where: string): void {
    checkEmbeddedText(this.#report, textOf(this.#reader, range), where);
  }
}

/** Domain and version of an OperatorSetIdProto. */
export function operatorSet(reader: Reader, range: Range): { domain: string; version: number } {
  let domain = '';
  let version = 0;
  for (const field of fields(reader, range))
    if (field.number === 1 && field.wire === 'bytes') domain = textOf(reader, field, 500);
    else if (field.number === 2 && field.wire === 'varint') version = int64(field.value);
  return { domain, version };
}
