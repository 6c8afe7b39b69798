/** Whether bytes are a pickle, found out by running it: protocols 0 and 1 have no magic. */
import { SliceSource } from '../../sources.ts';
import type { ByteSource } from '../../types.ts';
import { runPickle, startRun } from './scan.ts';

const LENGTH = 65_536;
/** Python can import nothing else. */
const NAME = /^[\p{ID_Start}_][\p{ID_Continue}]*(\.[\p{ID_Start}_][\p{ID_Continue}]*)*$/u;

/** - `code`: imports or calls something; `data`: reaches its end, or does not break off; `no`: anything else. */
export type Trial = 'code' | 'data' | 'no';

const UNLIMITED = { tick: () => undefined };

export function tryPickle(source: ByteSource, offset = 0): Trial {
  // A persistent id in front ends plain loading; it is how a zip begins.
  if (source.read(offset, 1)[0] === 0x50) return 'no';
  const short = tryPart(new SliceSource(source, offset, LENGTH));
  // One long line may hide what follows it. What is no pickle breaks off after a few bytes.
  return short === 'no' && source.size - offset > LENGTH
    ? tryPart(new SliceSource(source, offset, source.size - offset))
    : short;
}

function tryPart(part: SliceSource): Trial {
  const run = startRun(part, UNLIMITED);
  let whole: boolean;
  try {
    whole = runPickle(run, 0);
  } catch {
    return 'no';
  }
  const named = run.log.imports.filter((one) => NAME.test(one.module) && NAME.test(one.name));
  const acts = named.some((one) => one.calls > 0 || one.ruling.verdict === 'unsafe');
  if (acts || (whole && named.length > 0)) return 'code';
  if (run.log.imports.length > named.length) return 'no';
  if (whole) return 'data';
  // The head ends before the pickle does.
  return part.size === LENGTH && run.end >= LENGTH - 16 ? 'data' : 'no';
}

/** PROTO with a protocol that exists, and an opcode behind it. */
export function hasPickleMagic(head: Uint8Array, at = 0): boolean {
  const third = head[at + 2];
  return head[at] === 0x80 && (head[at + 1] ?? 255) <= 5 && third !== undefined && OPCODES.has(third);
}

const OPCODES = new Set(
  Buffer.from('()}]0123.:BCDFGIJKLMNPQRSTUVXabcdeghijlopqrstu', 'latin1').filter(
    (byte) => byte !== 0x33 && byte !== 0x3a,
  ),
);
for (let opcode = 0x80; opcode <= 0x98; opcode++) OPCODES.add(opcode);
