import { expect, test } from 'vitest';
import { inspectBytes } from '../../testing/inspected.ts';
import { evilPickle, pickle } from '../../testing/pickle.ts';

function npyOf(descr: string, shape: string, data: Uint8Array): Buffer {
  const header = Buffer.from(`{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }\n`);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, header, data]);
}

test('numbers are raw', () => {
  expect(inspectBytes(npyOf("'<f8'", '(2, 3)', Buffer.alloc(48, 0x80))).verdict).toBe('clean');
  expect(inspectBytes(npyOf("[('x', '<f4'), ('y', '<U3', (2,))]", '(2,)', Buffer.alloc(56))).verdict).toBe(
    'clean',
  );
});

test('objects are a pickle', () => {
  expect(inspectBytes(npyOf("'|O'", '(1,)', pickle().emptyList().stop().done())).verdict).toBe('clean');
  expect(inspectBytes(npyOf("'|O'", '(1,)', evilPickle())).verdict).toBe('unsafe');
  expect(inspectBytes(npyOf("[('x', '|O')]", '(1,)', evilPickle())).verdict).toBe('unsafe');
});

test('what does not fit its header is looked at', () => {
  expect(inspectBytes(npyOf("'<f8'", '(1,)', Buffer.concat([Buffer.alloc(8), evilPickle()]))).verdict).toBe(
    'unsafe',
  );
  expect(inspectBytes(npyOf("'<f8'", '(1000,)', Buffer.alloc(8))).verdict).toBe('not_inspected');
  expect(inspectBytes(npyOf('eval("1")', '(1,)', evilPickle())).verdict).toBe('unsafe');
});
