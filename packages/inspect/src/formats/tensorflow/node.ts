/** NodeDef: an operation with its inputs and attributes. Source: tensorflow/core/framework/node_def.proto. */
import { fields, type Range, textOf } from '../../bytes/protobuf.ts';
import type { Reader } from '../../bytes/reader.ts';

export interface Node {
  readonly name: string;
  readonly operation: string;
  /** Names of the nodes that it takes values from. */
  readonly inputs: readonly string[];
  /** Texts in its attributes, by attribute; a constant's value is under `value`. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
  /** Functions that its attributes name. */
  readonly functions: readonly string[];
  readonly offset: number;
}

const MOST_TEXTS = 64;

export function readNode(reader: Reader, range: Range): Node {
  let name = '';
  let operation = '';
  const inputs: string[] = [];
  const attributes: Range[] = [];
  for (const field of fields(reader, range)) {
    if (field.wire !== 'bytes') continue;
    if (field.number === 1) name = textOf(reader, field, 1000);
    else if (field.number === 2) operation = textOf(reader, field, 500);
    else if (field.number === 3) {
      if (inputs.length < 256) inputs.push(textOf(reader, field, 1000).replace(/^\^|:.*$/g, ''));
    } else if (field.number === 5 && attributes.length < 256) attributes.push(field);
  }
  const texts = new Map<string, string[]>();
  const functions: string[] = [];
  for (const attribute of attributes) readAttribute(reader, attribute, texts, functions);
  return { name, operation, inputs, texts, functions, offset: range.start };
}

function readAttribute(
  reader: Reader,
  range: Range,
  texts: Map<string, string[]>,
  functions: string[],
): void {
  let key = '';
  let value: Range | undefined;
  for (const field of fields(reader, range)) {
    if (field.wire !== 'bytes') continue;
    if (field.number === 1) key = textOf(reader, field, 200);
    else if (field.number === 2) value = field;
  }
  if (value === undefined) return;
  const found: string[] = [];
  // Attributes of a node are written by the framework, except texts, tensors of texts, and functions.
  for (const field of fields(reader, value)) {
    if (field.wire !== 'bytes') continue;
    if (field.number === 2) found.push(textOf(reader, field, 4096));
    else if (field.number === 1) {
      for (const item of fields(reader, field))
        if (item.number === 2 && item.wire === 'bytes' && found.length < MOST_TEXTS)
          found.push(textOf(reader, item, 4096));
    } else if (field.number === 8) {
      for (const item of fields(reader, field))
        if (item.number === 8 && item.wire === 'bytes' && found.length < MOST_TEXTS)
          found.push(textOf(reader, item, 4096));
    } else if (field.number === 10)
      for (const item of fields(reader, field))
        if (item.number === 1 && item.wire === 'bytes') functions.push(textOf(reader, item, 500));
  }
  if (found.length > 0) texts.set(key, found);
}
