/** The bytes that the machine runs over: a copy of one part of the source, so that other reads do not disturb it. */
import type { ByteSource } from '../../types.ts';

const SIZE = 1 << 20;
/** Zeros after the end: an opcode may look at its fixed argument (9 bytes at most) without asking where the file ends. */
const PADDING = 16;

export class Window {
  readonly source: ByteSource;
  readonly bytes: Uint8Array;
  /** Offset in the source of `bytes[0]`. */
  base = 0;
  /** Bytes held. */
  length = 0;
  /** Position up to which an opcode with its fixed argument is surely held, or the end of the source. */
  soft = 0;
  private readonly tick: (bytes: number) => void;

  constructor(source: ByteSource, tick: (bytes: number) => void) {
    this.source = source;
    this.tick = tick;
    this.bytes = new Uint8Array(Math.min(SIZE, source.size) + PADDING);
  }

  /** Moves the window so that it starts at `offset`. False where the source has nothing there. */
  moveTo(offset: number): boolean {
    const room = this.bytes.length - PADDING;
    const part = this.source.read(offset, room);
    this.bytes.set(part);
    this.bytes.fill(0, part.length, part.length + PADDING);
    this.base = offset;
    this.length = part.length;
    this.soft = offset + part.length >= this.source.size ? part.length : part.length - PADDING;
    this.tick(part.length);
    return part.length > 0;
  }

  /** Bytes anywhere, for the rare look back; valid until the next read. */
  peek(offset: number, length: number): Uint8Array {
    const from = offset - this.base;
    if (from >= 0 && from + length <= this.length) return this.bytes.subarray(from, from + length);
    this.tick(length + 4_096);
    return this.source.read(offset, length);
  }
}
