/** What decoders read from and write to. */
import { Malformed } from '../bytes/malformed.ts';
import type { ByteSource } from '../types.ts';

export interface Output {
  /** Takes the bytes before it returns; the buffer may be used again. */
  write(chunk: Uint8Array): void;
}

const STEP = 65_536;

/** Bytes of a source one after the other, or in pieces. */
export class Input {
  readonly source: ByteSource;
  private piece: Uint8Array = new Uint8Array(0);
  private pieceAt = 0;
  private next = 0;

  constructor(source: ByteSource, offset = 0) {
    this.source = source;
    this.pieceAt = offset;
  }

  get offset(): number {
    return this.pieceAt + this.next;
  }

  get left(): number {
    return this.source.size - this.offset;
  }

  /** @throws Malformed at the end */
  byte(): number {
    if (this.next >= this.piece.length) this.fill();
    return this.piece[this.next++] ?? 0;
  }

  /** A copy of the next bytes. @throws Malformed where there are fewer */
  take(length: number): Uint8Array {
    if (length > this.left) throw new Malformed('the compressed data is cut off', this.offset);
    const bytes = this.source.read(this.offset, length).slice();
    this.seek(this.offset + length);
    return bytes;
  }

  /** Whatever comes next, up to `most`; empty at the end. */
  some(most = STEP): Uint8Array {
    const bytes = this.source.read(this.offset, most).slice();
    this.seek(this.offset + bytes.length);
    return bytes;
  }

  u32(): number {
    return (this.byte() | (this.byte() << 8) | (this.byte() << 16) | (this.byte() << 24)) >>> 0;
  }

  seek(offset: number): void {
    const inside = offset - this.pieceAt;
    if (inside >= 0 && inside <= this.piece.length) this.next = inside;
    else {
      this.piece = this.piece.subarray(0, 0);
      this.pieceAt = offset;
      this.next = 0;
    }
  }

  private fill(): void {
    const at = this.offset;
    this.piece = this.source.read(at, STEP).slice();
    this.pieceAt = at;
    this.next = 0;
    if (this.piece.length === 0) throw new Malformed('the compressed data is cut off', at);
  }
}
