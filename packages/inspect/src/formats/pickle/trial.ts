/** Whether bytes are a pickle, found out by running it: protocols 0 and 1 have no magic. */
import { LimitReached } from '../../limits.ts';
import { SliceSource } from '../../sources.ts';
import type { ByteSource } from '../../types.ts';
import { type PickleRun, runPickle, startRun } from './scan.ts';

/** What is no pickle breaks off after a few bytes; one long line may hide all that follows it. */
const LENGTHS = [4_096, 65_536, Number.POSITIVE_INFINITY];
/** Python can import nothing else. */
const NAME = /^[\p{ID_Start}_][\p{ID_Continue}]*(\.[\p{ID_Start}_][\p{ID_Continue}]*)*$/u;

/** - `code`: imports or calls something, or fills the memory; `data`: reaches its end; `no`: anything else. */
export type Trial = 'code' | 'data' | 'no';

const UNLIMITED = { tick: () => undefined };

export function tryPickle(source: ByteSource, offset = 0): Trial {
  // A zip begins as a persistent id does.
  const [first, second] = source.read(offset, 2);
  if (first === 0x50 && second === 0x4b) return 'no';
  for (const length of LENGTHS) {
    const part = new SliceSource(source, offset, Math.min(length, source.size - offset));
    const run = startRun(part, UNLIMITED);
    const trial = tryPart(run);
    if (trial !== 'no' || run.broken?.endsEarly !== true || part.size < length) return trial;
  }
  return 'no';
}

function tryPart(run: PickleRun): Trial {
  let whole: boolean;
  try {
    whole = runPickle(run, 0);
  } catch (error) {
    if (error instanceof LimitReached) return 'code';
    throw error;
  }
  const named = run.log.imports.filter((one) => NAME.test(one.module) && NAME.test(one.name));
  const acts =
    named.some((one) => one.calls > 0 || one.ruling.verdict === 'unsafe') ||
    (named.length > 0 && run.log.problems.size > 0);
  if (acts || (whole && named.length > 0)) return 'code';
  if (run.log.imports.length > named.length) return 'no';
  return whole ? 'data' : 'no';
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
