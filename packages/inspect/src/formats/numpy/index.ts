/** NumPy's `.npy`: a header, then numbers, or a pickle where the elements are objects. Source: NEP 1. */
import { Report } from '../../bytes/report.ts';
import { SliceSource } from '../../sources.ts';
import type { ByteSource, Format, FormatResult, Inspection } from '../../types.ts';
import { inspectPickles } from '../pickle/index.ts';
import { arraySize } from './header.ts';

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
