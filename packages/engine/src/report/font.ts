/**
 * Fonts of the PDF. They come from a pinned npm package, never from the machine, so that the bytes are the same everywhere.
 * The character map is read so that text the font cannot draw is spelled out instead of vanishing or failing PDF/UA.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { CustosError } from '@custos/core';

export const FAMILY = 'IBM Plex Sans';
const PACKAGE = '@expo-google-fonts/ibm-plex-sans';
const FILES = ['400Regular/IBMPlexSans_400Regular.ttf', '600SemiBold/IBMPlexSans_600SemiBold.ttf'];

export interface Fonts {
  files: Buffer[];
  /** Whether every weight has a glyph for the code point. */
  draws: (codePoint: number) => boolean;
}

let loaded: Fonts | undefined;

/** @throws CustosError REPORT_FONT when the font package is not installed. */
export function fonts(): Fonts {
  if (loaded) return loaded;
  const require = createRequire(import.meta.url);
  try {
    const files = FILES.map((file) => readFileSync(require.resolve(`${PACKAGE}/${file}`)));
    const maps = files.map(characterMap);
    loaded = { files, draws: (codePoint) => maps.every((map) => map.has(codePoint)) };
    return loaded;
  } catch (cause) {
    throw new CustosError(
      'REPORT_FONT',
      `The PDF needs the fonts of ${PACKAGE}, which can't be read. Install the dependencies again (npm ci), or use --format html.`,
      { cause },
    );
  }
}

/** Code points that a TrueType file maps to a glyph (OpenType `cmap`, format 4 of platform 3, encoding 1). */
export function characterMap(file: Buffer): ReadonlySet<number> {
  const table = cmapOffset(file);
  for (let index = 0; index < file.readUInt16BE(table + 2); index += 1) {
    const record = table + 4 + index * 8;
    const start = table + file.readUInt32BE(record + 4);
    if (
      file.readUInt16BE(record) === 3 &&
      file.readUInt16BE(record + 2) === 1 &&
      file.readUInt16BE(start) === 4
    )
      return format4(file, start);
  }
  throw new Error('the font has no character map of format 4');
}

function cmapOffset(file: Buffer): number {
  for (let index = 0; index < file.readUInt16BE(4); index += 1) {
    const record = 12 + index * 16;
    if (file.toString('latin1', record, record + 4) === 'cmap') return file.readUInt32BE(record + 8);
  }
  throw new Error('the font has no cmap table');
}

function format4(file: Buffer, start: number): ReadonlySet<number> {
  const size = file.readUInt16BE(start + 6);
  const drawn = new Set<number>();
  for (let at = 0; at < size; at += 2) {
    const end = file.readUInt16BE(start + 14 + at);
    const first = file.readUInt16BE(start + 16 + size + at);
    const delta = file.readUInt16BE(start + 16 + 2 * size + at);
    const rangeAt = start + 16 + 3 * size + at;
    const range = file.readUInt16BE(rangeAt);
    for (let code = first; code <= end && code !== 0xffff; code += 1) {
      const glyph =
        range === 0 ? (code + delta) & 0xffff : file.readUInt16BE(rangeAt + range + (code - first) * 2);
      if (glyph !== 0) drawn.add(code);
    }
  }
  return drawn;
}
