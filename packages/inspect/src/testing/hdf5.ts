import { concat, padded, u16, u32, u64, utf8, zeros } from './build.ts';
import { cuts, first, type Planted, type Sample, type Samples } from './samples.ts';

interface Options {
  readonly attributes?: Readonly<Record<string, string>>;
  readonly externalLink?: string;
  readonly softLink?: string;
  readonly externalData?: string;
  readonly filter?: number;
  /** Address of a group that is a member of the root group. */
  readonly member?: number;
}

const NONE = u64(0xffff_ffff_ffff_ffffn);
/** Where the object headers and heaps of these files lie: behind a superblock of 48 bytes. */
const ROOT = 48;

function headerMessage(type: number, body: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(type), u16(body.length), Uint8Array.of(0), body);
}

/** An object header of version 2, without a checksum that anybody looks at. */
function objectHeader(...messages: readonly Uint8Array[]): Uint8Array {
  const body = concat(...messages);
  return concat(utf8('OHDR'), Uint8Array.of(2, 2), u32(body.length), body, zeros(4));
}

/** An attribute with one text of fixed length. */
function attribute(name: string, text: string): Uint8Array {
  const value = utf8(text);
  const type = concat(Uint8Array.of(0x13, 0, 0, 0), u32(value.length));
  const space = Uint8Array.of(2, 0, 0, 0);
  const path = concat(utf8(name), zeros(1));
  return concat(
    Uint8Array.of(3, 0),
    u16(path.length),
    u16(type.length),
    u16(space.length),
    zeros(1),
    path,
    type,
    space,
    value,
  );
}

function link(name: string, type: number, target: Uint8Array): Uint8Array {
  const value = type === 0 ? target : concat(u16(target.length), target);
  return concat(
    Uint8Array.of(1, type === 0 ? 0 : 8),
    type === 0 ? zeros(0) : Uint8Array.of(type),
    Uint8Array.of(utf8(name).length),
    utf8(name),
    value,
  );
}

export function hdf5File(options: Options = {}): Uint8Array {
  const { attributes = {}, externalLink, softLink, externalData, filter, member } = options;
  const messages = Object.entries(attributes).map(([name, text]) =>
    headerMessage(0x0c, attribute(name, text)),
  );
  if (externalLink !== undefined)
    messages.push(headerMessage(0x06, link('x', 64, concat(zeros(1), utf8(`${externalLink}\0/\0`)))));
  if (softLink !== undefined) messages.push(headerMessage(0x06, link('s', 1, utf8(softLink))));
  if (member !== undefined) messages.push(headerMessage(0x06, link('g', 0, u64(member))));
  if (filter !== undefined)
    messages.push(headerMessage(0x0b, concat(Uint8Array.of(2, 1), u16(filter), u16(0), u16(0), u16(0))));
  // The heap of names follows the header, whose size does not depend on the address.
  const external = (heap: number) =>
    headerMessage(
      0x07,
      concat(Uint8Array.of(1, 0, 0, 0), u16(1), u16(1), u64(heap), u64(8), u64(0), u64(10)),
    );
  const build = (heap: number) =>
    objectHeader(...messages, ...(externalData === undefined ? [] : [external(heap)]));
  const heapAt = ROOT + build(0).length;
  const root = build(heapAt);
  const names = padded(concat(zeros(8), utf8(`${externalData ?? ''}\0`)), 8);
  const heap =
    externalData === undefined
      ? zeros(0)
      : concat(utf8('HEAP'), zeros(4), u64(names.length), NONE, u64(heapAt + 32), names);
  const end = ROOT + root.length + heap.length;
  return concat(
    Uint8Array.of(0x89),
    utf8('HDF\r\n'),
    Uint8Array.of(0x1a, 0x0a),
    Uint8Array.of(2, 8, 8, 0),
    u64(0),
    NONE,
    u64(end),
    u64(ROOT),
    zeros(4),
    root,
    heap,
  );
}

const path = 'model.h5';
const config = JSON.stringify({
  class_name: 'Sequential',
  config: { name: 's', layers: [{ class_name: 'Dense', config: { units: 2 } }] },
});

/** The flag that says so, set in the attribute's message. */
function sharedType(): Uint8Array {
  const bytes = hdf5File({ attributes: { model_config: config } });
  const at = ROOT + 10 + 4 + 1;
  return bytes.map((byte, index) => (index === at ? 1 : byte));
}

const benign: Sample[] = [
  {
    what: 'a model with its configuration',
    path,
    bytes: hdf5File({ attributes: { model_config: config, keras_version: '2.15.0' } }),
  },
  { what: 'a link within the file', path, bytes: hdf5File({ softLink: '/a/b' }) },
  { what: 'a compressed dataset', path, bytes: hdf5File({ filter: 1 }) },
  { what: 'a file behind a user block', path, bytes: concat(zeros(512), hdf5File()) },
];

const planted: Planted[] = [
  {
    what: 'a link to a file by an absolute path',
    rule: 'hdf5.external-link',
    verdict: 'unsafe',
    path,
    bytes: hdf5File({ externalLink: '/etc/passwd' }),
  },
  {
    what: 'a link to a file beside it',
    rule: 'hdf5.external-link',
    verdict: 'suspicious',
    path,
    bytes: hdf5File({ externalLink: 'other.h5' }),
  },
  {
    what: 'a dataset whose bytes lie in another file',
    rule: 'hdf5.external-data',
    verdict: 'unsafe',
    path,
    bytes: hdf5File({ externalData: '/etc/hostname' }),
  },
  {
    what: 'one with a relative path',
    rule: 'hdf5.external-data',
    verdict: 'unsafe',
    path,
    bytes: hdf5File({ externalData: 'data.bin' }),
  },
  {
    what: 'a shell line in an attribute',
    rule: 'text.embedded-code',
    verdict: 'suspicious',
    path,
    bytes: hdf5File({ attributes: { notes: "os.system('id')" } }),
  },
];

export const hdf5Samples: Samples = {
  benign,
  planted,
  broken: [
    ...cuts(first(benign)).filter(({ bytes }) => bytes.length > 8),
    { what: 'a group beyond the end', path, bytes: hdf5File({ member: 2 ** 40 }) },
    { what: 'a group that is no group', path, bytes: hdf5File({ member: 3 }) },
    {
      what: 'a configuration whose type lies elsewhere',
      path,
      bytes: sharedType(),
    },
    {
      what: 'a configuration that is no JSON',
      path,
      bytes: hdf5File({ attributes: { model_config: '{"class_name":' } }),
    },
  ],
};
