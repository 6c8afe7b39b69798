/** Pickles that lie in strings and bytes of a pickle, as they are or as base64 or hexadecimal digits. */
import { BytesSource, memberPath, SliceSource } from '../../sources.ts';
import type { Inspection } from '../../types.ts';
import { literalAt } from './literals.ts';
import type { PickleRun } from './scan.ts';
import { tryPickle } from './trial.ts';

/** Longest text that is decoded. */
const LONGEST_TEXT = 4 * 2 ** 20;

/** Longest text that stands for bytes of PyTorch; a longer one is inspected as it is, which understands nothing. */
const LONGEST_ENCODED = 32 * 2 ** 20;

export function inspectEmbedded(run: PickleRun, inspection: Inspection): void {
  const { source } = run.window;
  for (const offset of run.log.torchBytes) {
    const { kind, from, length } = literalAt(run.window, offset, 0);
    const path = memberPath(source, `bytes@${offset}`);
    const text = kind === 'text' ? wholeText(run, offset) : undefined;
    inspection.nested(
      text === undefined
        ? new SliceSource(source, from, length, path)
        : new BytesSource(Buffer.from(text, 'latin1'), path),
    );
  }
  for (const offset of run.log.embedded) {
    if (run.log.torchBytes.has(offset)) continue;
    const literal = literalAt(run.window, offset, 64);
    const path = memberPath(source, `${literal.kind}@${offset}`);
    const plain = new SliceSource(source, literal.from, literal.length, path);
    const decoded = tryPickle(plain) === 'no' ? decodedText(run, offset, path) : plain;
    if (decoded === undefined) continue;
    run.log.problem(
      'pickle.nested',
      'suspicious',
      'holds another pickle in a value, which runs when that value is unpickled',
      offset,
      path,
    );
    inspection.nested(decoded);
  }
}

function wholeText({ window }: PickleRun, offset: number): string | undefined {
  for (let most = 65_536; most <= LONGEST_ENCODED; most *= 8) {
    const { text, cut } = literalAt(window, offset, most);
    if (!cut) return text;
  }
  return undefined;
}

function decodedText(run: PickleRun, offset: number, path: string): BytesSource | undefined {
  const { text, cut } = literalAt(run.window, offset, LONGEST_TEXT);
  if (cut) return undefined;
  const packed = text.replace(/\s+/g, '');
  for (const [pattern, encoding] of [
    [/^[0-9a-fA-F]+$/, 'hex'],
    [/^[A-Za-z0-9+/_-]+=*$/, 'base64'],
  ] as const) {
    if (!pattern.test(packed)) continue;
    const bytes = new BytesSource(Buffer.from(packed, encoding), path);
    if (tryPickle(bytes) !== 'no') return bytes;
  }
  return undefined;
}
