/** A zip file, piece by piece: members in the order given, all dated with the first day that zip knows. Same members, same bytes. */
import { Zip, ZipDeflate } from 'fflate';
import { ZIP_EPOCH } from '../report/xlsx.ts';

const BLOCK = 1 << 18;

export class ZipWriter {
  readonly #zip: Zip;
  #ready: Uint8Array[] = [];

  constructor() {
    this.#zip = new Zip((error, chunk) => {
      if (error) throw error;
      this.#ready.push(chunk);
    });
  }

  /** @param text of one member, in pieces; the pieces of the file come as they are ready */
  async *add(
    name: string,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    const member = new ZipDeflate(name, { level: 6 });
    member.mtime = ZIP_EPOCH;
    this.#zip.add(member);
    for await (const piece of inBlocks(content)) {
      member.push(piece);
      yield* this.#take();
    }
    member.push(new Uint8Array(), true);
    yield* this.#take();
  }

  *end(): Generator<Uint8Array> {
    this.#zip.end();
    yield* this.#take();
  }

  #take(): Uint8Array[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }
}

/** Blocks of one size, as what comes out of compression depends on what goes in at once. */
async function* inBlocks(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let block = Buffer.alloc(BLOCK);
  let filled = 0;
  for await (const piece of pieces) {
    for (let from = 0; from < piece.length; ) {
      const part = piece.subarray(from, from + BLOCK - filled);
      block.set(part, filled);
      filled += part.length;
      from += part.length;
      if (filled < BLOCK) continue;
      yield block;
      block = Buffer.alloc(BLOCK);
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}
