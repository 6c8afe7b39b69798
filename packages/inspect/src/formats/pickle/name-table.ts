/** Names of imports by their bytes: pickles repeat the same few strings, and decoding them each time would be slow. */
import { LITERAL } from './values.ts';
import type { Window } from './window.ts';

const MOST = 65_536;
const SHORT_BINUNICODE = 0x8c;

interface Known {
  readonly module: Uint8Array;
  readonly name: Uint8Array;
  readonly value: number;
}

export class NameTable {
  private readonly known = new Map<number, Known>();
  private readonly window: Window;
  constructor(window: Window) {
    this.window = window;
  }

  /** What was stored for two string literals with this text. */
  find(module: number, name: number): number | undefined {
    const first = this.bytesOf(module);
    const second = this.bytesOf(name);
    if (first === undefined || second === undefined) return undefined;
    const found = this.known.get(hashOf(first, second));
    return found !== undefined && equal(found.module, first) && equal(found.name, second)
      ? found.value
      : undefined;
  }

  store(module: number, name: number, value: number): void {
    const first = this.bytesOf(module)?.slice();
    const second = this.bytesOf(name)?.slice();
    if (first === undefined || second === undefined || this.known.size >= MOST) return;
    this.known.set(hashOf(first, second), { module: first, name: second, value });
  }

  private bytesOf(value: number): Uint8Array | undefined {
    if (value < LITERAL || value >= 2 * LITERAL) return undefined;
    const { window } = this;
    const from = value - LITERAL - window.base;
    // Only what the window still holds: looking back costs more than decoding.
    if (from < 0 || from + 258 > window.length || window.bytes[from] !== SHORT_BINUNICODE) return undefined;
    return window.bytes.subarray(from + 2, from + 2 + (window.bytes[from + 1] ?? 0));
  }
}

/** FNV-1a over both. */
function hashOf(module: Uint8Array, name: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const bytes of [module, name])
    for (let index = 0; index < bytes.length; index++)
      hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193);
  return hash;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
