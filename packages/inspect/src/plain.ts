/** Content that no model loader executes, proven to its end: text, and pictures that lie beside models. */
import { LimitReached } from './limits.ts';
import type { ByteSource, Inspection } from './types.ts';

/** First bytes and last bytes of a picture. */
const MEDIA: readonly (readonly [first: readonly number[], last: readonly number[]])[] = [
  [
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], // PNG
    [0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82],
  ],
  [
    [0xff, 0xd8, 0xff], // JPEG
    [0xff, 0xd9],
  ],
  [
    [0x47, 0x49, 0x46, 0x38], // GIF
    [0x00, 0x3b],
  ],
];
const STEP = 1 << 20;

/**
 * `text`, `media`, or undefined for anything else, and for what only begins as one of them. Empty content is text.
 * @throws LimitReached
 */
export function plainKind(
  source: ByteSource,
  { tick }: Pick<Inspection, 'tick'>,
): 'text' | 'media' | undefined {
  if (MEDIA.some(([first, last]) => begins(source, first) && ends(source, last))) return 'media';
  return isText(source, tick) ? 'text' : undefined;
}

function begins(source: ByteSource, bytes: readonly number[]): boolean {
  const head = source.read(0, bytes.length);
  return bytes.every((byte, index) => head[index] === byte);
}

function ends(source: ByteSource, bytes: readonly number[]): boolean {
  const tail = source.read(Math.max(0, source.size - bytes.length), bytes.length);
  return bytes.every((byte, index) => tail[index] === byte);
}

function isText(source: ByteSource, tick: Inspection['tick']): boolean {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for (let at = 0; at < source.size; ) {
      const part = source.read(at, STEP);
      if (part.length === 0) return false;
      at += part.length;
      tick(part.length);
      // A character that the end of a part cuts in two is no fault; one that the end of the source cuts is.
      decoder.decode(part, { stream: at < source.size });
      if (hasControl(part)) return false;
    }
    return true;
  } catch (error) {
    if (error instanceof LimitReached) throw error;
    return false;
  }
}

/** Any but white space, and the escape of terminals. */
function hasControl(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) return true;
  return false;
}
