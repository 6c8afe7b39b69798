/** ML programs: functions of blocks of operations. Source: MIL.proto of coremltools. */
import { Malformed } from '../../bytes/malformed.ts';
import { fields, type Range, textOf } from '../../bytes/protobuf.ts';
import type { Reader } from '../../bytes/reader.ts';
import type { Report } from '../../bytes/report.ts';
import { escapes } from '../embedded.ts';

const DEEPEST = 32;

export function checkProgram(reader: Reader, range: Range, report: Report): void {
  // Entries of a map have the value in field 2.
  for (const entry of fields(reader, range)) {
    if (entry.number !== 2 || entry.wire !== 'bytes') continue;
    for (const value of fields(reader, entry))
      if (value.number === 2 && value.wire === 'bytes') checkFunction(reader, value, report);
  }
}

function checkFunction(reader: Reader, range: Range, report: Report): void {
  for (const entry of fields(reader, range)) {
    if (entry.number !== 3 || entry.wire !== 'bytes') continue;
    for (const value of fields(reader, entry))
      if (value.number === 2 && value.wire === 'bytes') checkBlock(reader, value, report, 0);
  }
}

function checkBlock(reader: Reader, range: Range, report: Report, depth: number): void {
  if (depth > DEEPEST) throw new Malformed(`blocks nested more than ${DEEPEST} deep`, range.start);
  for (const operation of fields(reader, range))
    if (operation.number === 3 && operation.wire === 'bytes')
      checkOperation(reader, operation, report, depth);
}

function checkOperation(reader: Reader, range: Range, report: Report, depth: number): void {
  let type = '';
  report.member();
  for (const field of fields(reader, range)) {
    if (field.wire !== 'bytes') continue;
    if (field.number === 1) type = textOf(reader, field, 200);
    else if (field.number === 4) checkBlock(reader, field, report, depth + 1);
    else if (field.number === 5) checkAttribute(reader, field, report);
    else if (field.number === 2) checkInput(reader, field, report);
  }
  if (/custom/i.test(type))
    report.suspicious(
      'coreml.custom-layer',
      `The operation ${type} is a class of the app that loads the model.`,
      {
        offset: range.start,
        names: [type],
      },
    );
}

/** An entry of the attributes: its Value in field 2. */
function checkAttribute(reader: Reader, range: Range, report: Report): void {
  for (const value of fields(reader, range))
    if (value.number === 2 && value.wire === 'bytes') checkValue(reader, value, report);
}

/** An entry of the inputs: Argument → Binding → Value. */
function checkInput(reader: Reader, range: Range, report: Report): void {
  for (const argument of fields(reader, range)) {
    if (argument.number !== 2 || argument.wire !== 'bytes') continue;
    for (const binding of fields(reader, argument)) {
      if (binding.number !== 1 || binding.wire !== 'bytes') continue;
      for (const value of fields(reader, binding))
        if (value.number === 2 && value.wire === 'bytes') checkValue(reader, value, report);
    }
  }
}

/** Weights lie in a blob file beside the program. */
function checkValue(reader: Reader, range: Range, report: Report): void {
  for (const blob of fields(reader, range)) {
    if (blob.number !== 5 || blob.wire !== 'bytes') continue;
    for (const field of fields(reader, blob)) {
      if (field.number !== 1 || field.wire !== 'bytes') continue;
      const name = textOf(reader, field, 4096);
      const why = escapes(name.replace(/^@model_path\//, ''));
      if (why !== undefined)
        report.unsafe('coreml.blob-traversal', `Weights are read from "${name}", which ${why}.`, {
          offset: field.start,
          names: [name],
        });
    }
  }
}
