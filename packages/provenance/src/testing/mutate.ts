/** Seeded mutations of bytes, for fuzzing: flips, cuts, repetitions, insertions of what parsers dislike. */
import { mix } from './synthetic-urls.ts';

const NASTY = [
  Buffer.alloc(4),
  Buffer.from([0xff, 0xfe, 0xff, 0xff]),
  Buffer.from('\r\n\r\n'),
  Buffer.from('"'),
  Buffer.from('{'.repeat(200)),
  Buffer.from('[1e999,-0,"\\ud800"]'),
  Buffer.from('WARC/1.1\r\nContent-Length: 99999999999999\r\n\r\n'),
  Buffer.from('%00%ff'),
  Buffer.from('99999999999999999999'),
  Buffer.from(',,,,\n\t'),
  Buffer.from('&a [*a,*a]\n---\n'),
];

export function* mutations(seedBytes: Buffer, count: number, seed: number): Generator<Buffer> {
  for (let i = 0; i < count; i++) {
    let bytes = Buffer.from(seedBytes);
    const changes = 1 + (mix(i + seed) % 4);
    for (let change = 0; change < changes; change++)
      bytes = Buffer.from(mutated(bytes, mix(i * 97 + change * 13 + seed)));
    yield bytes;
  }
}

function mutated(bytes: Buffer, r: number): Uint8Array {
  if (bytes.length === 0) return NASTY[r % NASTY.length] ?? bytes;
  const at = mix(r) % bytes.length;
  const until = Math.min(bytes.length, at + 1 + (mix(r + 1) % 64));
  switch (r % 6) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (mix(r + 2) % 8));
      return bytes;
    case 1:
      bytes[at] = mix(r + 3) & 255;
      return bytes;
    case 2:
      return bytes.subarray(0, at);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(until)]);
    case 4:
      return Buffer.concat([bytes.subarray(0, until), bytes.subarray(at)]);
    default:
      return Buffer.concat([
        bytes.subarray(0, at),
        NASTY[mix(r + 4) % NASTY.length] ?? Buffer.of(0),
        bytes.subarray(at),
      ]);
  }
}
