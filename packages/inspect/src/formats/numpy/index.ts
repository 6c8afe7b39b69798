/** NumPy's `.npy`: a header, then numbers, or a pickle where the elements are objects. Source: NEP 1. */
import { Report } from '../../bytes/report.ts';
import { SliceSource } from '../../sources.ts';
import type { ByteSource, Format, FormatResult, Inspection } from '../../types.ts';
import { inspectPickles } from '../pickle/index.ts';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const LONGEST_HEADER = 1 << 20;

export const npy: Format = {
  name: 'npy',
  recognises: (head) => MAGIC.every((byte, index) => head[index] === byte),
  inspect,
};

function inspect(source: ByteSource, inspection: Inspection): FormatResult {
  const report = new Report(source.size);
  const head = source.read(0, 12).slice();
  const view = new DataView(head.buffer);
  const wide = (head[6] ?? 1) > 1;
  if (head.length < 12) {
    report.skip(source.path, 'is cut off inside of its header');
    return report.result();
  }
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const start = (wide ? 12 : 10) + length;
  if (length > LONGEST_HEADER || start > source.size) {
    report.skip(source.path, `claims a header of ${length} bytes`);
    return report.result();
  }
  const header = Buffer.from(source.read(start - length, length)).toString('latin1');
  const size = arraySize(header);
  const data = new SliceSource(source, start, source.size - start);
  if (size === 'object') {
    const result = inspectPickles(data, inspection);
    report.merge(result);
    report.member(result.coverage.members);
    return { ...report.result(), variant: 'object' };
  }
  if (size === undefined) {
    report.skip(source.path, 'has a header that could not be read');
    // Whatever it is: a loader that reads it as objects would unpickle it.
    inspection.nested(new SliceSource(source, start, source.size - start, `${source.path}!data`));
    return report.result();
  }
  report.member();
  if (size > data.size) report.skip(source.path, `claims ${size} bytes of numbers and has ${data.size}`);
  if (size < data.size)
    inspection.nested(new SliceSource(source, start + size, data.size - size, `${source.path}!rest`));
  return report.result();
}

/** Bytes of the array by its header; `object` where it holds objects anywhere. */
function arraySize(header: string): number | 'object' | undefined {
  const text = header.trim();
  const shape = /['"]shape['"]\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  const descr = /['"]descr['"]\s*:\s*(.+?),\s*['"](?:fortran_order|shape)['"]/s.exec(text)?.[1];
  if (shape === undefined || descr === undefined || !text.startsWith('{') || !text.endsWith('}'))
    return undefined;
  const count = shape
    .split(',')
    .map((part) => part.trim().replace(/L$/, ''))
    .filter((part) => part !== '')
    .reduce((product, part) => product * Number(part), 1);
  const types = [...descr.matchAll(/['"]([<>|=]?[a-zA-Z?]\d*(?:\[[^\]]*\])?)['"]/g)].map(
    (match) => match[1] ?? '',
  );
  if (types.some((type) => /^[<>|=]?O/.test(type))) return 'object';
  const plain = /^['"]([<>|=]?)([a-zA-Z?])(\d*)(?:\[[^\]]*\])?['"]$/.exec(descr.trim());
  if (plain !== null) return count * (plain[2] === 'U' ? 4 : 1) * (plain[3] === '' ? 1 : Number(plain[3]));
  const record = recordSize(descr);
  return record === undefined ? undefined : count * record;
}

/** A list of (name, type) or (name, type, shape). */
function recordSize(descr: string): number | undefined {
  if (!/^\[.*\]$/s.test(descr.trim())) return undefined;
  let total = 0;
  let rest = descr.trim().slice(1, -1).trim();
  const field =
    /^\(\s*(['"]).*?\1\s*,\s*['"][<>|=]?([a-zA-Z?])(\d*)['"]\s*(?:,\s*\(([\d\s,]*)\)\s*)?\)\s*,?\s*/s;
  while (rest !== '') {
    const match = field.exec(rest);
    if (match === null) return undefined;
    const item = (match[2] === 'U' ? 4 : 1) * (match[3] === '' ? 1 : Number(match[3]));
    const count = (match[4] ?? '')
      .split(',')
      .filter((part) => part.trim() !== '')
      .reduce((product, part) => product * Number(part), 1);
    total += item * count;
    rest = rest.slice(match[0].length);
  }
  return total;
}
