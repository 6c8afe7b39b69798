import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { signCheckpoint } from './checkpoint.ts';
import { digestOf } from './digest.ts';
import { observationId, signStatement } from './envelope.ts';
import { exportCheckpoint, exportEntry, exportHeader, exportTrailer } from './export-format.ts';
import { type LedgerEntry, ledgerLeaf } from './ledger-entry.ts';
import { CompactTree } from './merkle/compact-tree.ts';
import { leafHash } from './merkle/hash.ts';
import { createKey } from './signer.ts';
import { AT, statement } from './statement.fixture.ts';
import { type LedgerReport, verifyExport } from './verify-export.ts';

const ORIGIN = 'log.example';
const { signer } = createKey(ORIGIN);
const KEYS = [signer.publicKey];
const SIZE = 12;

async function build(size: number, everyCheckpoint = 4): Promise<{ lines: string[]; notes: string[] }> {
  const tree = new CompactTree();
  const lines = [exportHeader(ORIGIN, { keys: [{ publicKey: signer.publicKey }], handovers: [] })];
  const notes: string[] = [];
  const sign = async () => {
    notes.push(
      await signCheckpoint({ origin: ORIGIN, size: tree.size, root: digestOf(tree.root()) }, signer),
    );
    return notes.at(-1) ?? '';
  };
  for (let n = 0; n < size; n++) {
    const observed = statement(n);
    const act = { type: 'state.set', actor: 'é@example.org', detail: { n, leaf: '","leaf":{}' } };
    const entry: LedgerEntry =
      n % 5 === 3
        ? { kind: 'act', at: AT, act }
        : { kind: 'observation', at: AT, id: observationId(observed) };
    tree.append(leafHash(ledgerLeaf(entry)));
    lines.push(
      exportEntry(n, entry, entry.kind === 'observation' ? await signStatement(observed, signer) : undefined),
    );
    if (everyCheckpoint > 0 && tree.size % everyCheckpoint === 0 && tree.size < size)
      lines.push(exportCheckpoint(await sign()));
  }
  lines.push(exportTrailer(await sign(), size));
  return { lines, notes };
}

async function* pieces(text: string, length: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += length) yield bytes.subarray(i, i + length);
}
const check = (text: string, options = {}, length = 997): Promise<LedgerReport> =>
  verifyExport(pieces(text, length), KEYS, options);
const codes = (report: LedgerReport) => report.problems.map(({ code, from, to }) => [code, from, to]);

let lines: string[] = [];
let notes: string[] = [];
let plain: string[] = [];
beforeAll(async () => {
  ({ lines, notes } = await build(SIZE));
  plain = (await build(SIZE, 0)).lines;
});
/** Line of the entry at `index` in the export without checkpoints between. */
const at = (index: number) => plain[index + 1] ?? '';
const without = (...indexes: number[]) => plain.filter((_, i) => !indexes.includes(i - 1)).join('');
const edited = (index: number, change: (line: string) => string) =>
  plain.map((line, i) => (i === index + 1 ? change(line) : line)).join('');
const refitted = (line: string): string => {
  const leaf = line.slice(line.indexOf('"leaf":') + 7, -2);
  return line.replace(/"hash":"[^"]*"/, `"hash":"${Buffer.from(leafHash(leaf)).toString('base64')}"`);
};

describe('verifyExport', () => {
  it('finds a whole export whole, in pieces of any length and from a file, and says that signatures were not checked', async () => {
    for (const length of [1, 7, 1 << 20]) {
      const report = await check(lines.join(''), {}, length);
      expect(report).toMatchObject({
        ok: true,
        origin: ORIGIN,
        size: SIZE,
        observations: 10,
        acts: 2,
        problemCount: 0,
      });
      expect(report.signatures).toEqual({ checked: false });
      expect(report.root).toBe(report.checkpoint?.root);
    }
    const dir = mkdtempSync(join(tmpdir(), 'custos-'));
    writeFileSync(join(dir, 'x.jsonl'), lines.join(''));
    expect((await verifyExport(join(dir, 'x.jsonl'), KEYS)).ok).toBe(true);
    rmSync(dir, { recursive: true });
  });

  it('takes an empty ledger', async () => {
    const report = await check((await build(0)).lines.join(''));
    expect(report).toMatchObject({ ok: true, size: 0, root: null });
  });

  it('checks signatures when asked', async () => {
    expect((await check(plain.join(''), { signatures: true })).signatures).toEqual({
      checked: true,
      verified: 10,
      failed: 0,
    });
    const forged = edited(2, (line) => line.replace(/"sig":"...../, '"sig":"AAAAA'));
    const report = await check(forged, { signatures: true });
    expect(report.ok).toBe(false);
    expect(codes(report)).toEqual([['SIGNATURE', 2, 2]]);
  });

  it('locates an edited entry, act, statement, and missing envelope', async () => {
    for (const index of [0, 3, 11]) {
      const report = await check(edited(index, (line) => line.replace(/"at":"2026/, '"at":"2025')));
      expect(codes(report)).toEqual([['EDITED', index, index]]);
    }
    const [from, to] = [at(1), at(2)].map((line) => /"payload":"([^"]*)"/.exec(line)?.[1] ?? '');
    expect(codes(await check(edited(1, (line) => line.replace(from ?? '', to ?? ''))))).toEqual([
      ['EDITED', 1, 1],
    ]);
    const bare = edited(1, (line) => line.replace(/"envelope":\{.*\},"hash"/, '"hash"'));
    expect(codes(await check(bare))).toEqual([['EDITED', 1, 1]]);
  });

  it('bounds an edit that was covered up, by the checkpoints between', async () => {
    const cover = (all: string[]) =>
      all
        .map((line) =>
          line.includes('"index":8,') ? refitted(line.replace(/"at":"2026/, '"at":"2025')) : line,
        )
        .join('');
    expect(codes(await check(cover(lines)))).toContainEqual(['ROOT_MISMATCH', 8, 11]);
    expect(codes(await check(cover(plain)))).toEqual([['ROOT_MISMATCH', 0, 11]]);
  });

  it('locates deletion, at any place', async () => {
    for (const index of [0, 3, 10])
      expect(codes(await check(without(index)))).toEqual([['DELETED', index, index]]);
    expect(codes(await check(without(4, 5, 8)))).toEqual([
      ['DELETED', 4, 5],
      ['DELETED', 8, 8],
    ]);
    expect(codes(await check(without(10, 11)))).toEqual([['TRUNCATED', 10, 11]]);
  });

  it('finds deletion behind renumbered lines', async () => {
    const renumbered = plain
      .filter((_, i) => i !== 6)
      .map((line, i) => line.replace(/"index":\d+/, `"index":${i - 1}`))
      .join('');
    const report = await check(renumbered);
    expect(report.ok).toBe(false);
    expect(codes(report)).toEqual([['TRUNCATED', 11, 11]]);
  });

  it('locates reordering and repetition', async () => {
    const swapped = [...plain];
    [swapped[5], swapped[6]] = [at(5), at(4)];
    expect(codes(await check(swapped.join('')))).toEqual([['REORDERED', 4, 4]]);
    expect(codes(await check([...plain.slice(0, 6), at(4), ...plain.slice(6)].join('')))).toEqual([
      ['DUPLICATED', 4, 4],
    ]);
  });

  it('notices truncation at every byte', async () => {
    const whole = lines.join('');
    const first = lines[0]?.length ?? 0;
    const cuts = fc.integer({ min: first, max: Buffer.byteLength(whole) - 1 });
    await fc.assert(
      fc.asyncProperty(cuts, async (cut) => {
        const report = await check(Buffer.from(whole).subarray(0, cut).toString('latin1'));
        expect(report.ok).toBe(false);
        expect(report.problems.some(({ code }) => code === 'TRUNCATED')).toBe(true);
      }),
    );
  });

  it('lets no changed byte pass, signatures checked', async () => {
    const whole = Buffer.from(lines.join(''));
    const position = fc.integer({ min: (lines[0]?.length ?? 0) + 1, max: whole.length - 1 });
    await fc.assert(
      fc.asyncProperty(position, fc.integer({ min: 1, max: 255 }), async (where, mask) => {
        const hurt = Buffer.from(whole);
        hurt[where] = (hurt[where] ?? 0) ^ mask;
        const report = await verifyExport(pieces2(hurt), KEYS, { signatures: true });
        expect(report.ok).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  it('takes one spelling of a signature only: set unused bits of base64 are a change', async () => {
    const spelt = lines
      .join('')
      .replace(
        /"sig":"[^"]*[AQgw]=="/,
        (text) => `${text.slice(0, -4)}${{ A: 'B', Q: 'R', g: 'h', w: 'x' }[text.at(-4) ?? ''] ?? ''}=="`,
      );
    expect(spelt).not.toBe(lines.join(''));
    expect((await verifyExport(pieces2(Buffer.from(spelt)), KEYS, { signatures: true })).ok).toBe(false);
  });

  it('shows a log rolled back to an older checkpoint, when a later one was kept', async () => {
    const old = (await build(4)).lines.join('');
    expect((await check(old)).ok).toBe(true);
    expect(codes(await check(old, { known: [notes.at(-1) ?? ''] }))).toEqual([['TRUNCATED', 4, 11]]);
    expect((await check(plain.join(''), { known: notes })).ok).toBe(true);
  });

  it('trusts no key of the export itself, and no checkpoint of another log', async () => {
    const report = await verifyExport(pieces(plain.join(''), 999), [createKey(ORIGIN).signer.publicKey]);
    expect(report).toMatchObject({ ok: false, checkpoint: null });
    expect(codes(report)).toEqual([['CHECKPOINT', undefined, undefined]]);
    const renamed = plain.join('').replace('"origin":"log.example"', '"origin":"log.other"');
    expect(codes(await check(renamed))).toEqual([['CHECKPOINT', undefined, undefined]]);
    await expect(verifyExport(pieces('', 1), [])).rejects.toThrow(
      expect.objectContaining({ code: 'KEY_MISSING' }),
    );
  });

  it('refuses what is no export, and says where a line is unreadable', async () => {
    const invalid = expect.objectContaining({ code: 'EXPORT_INVALID' });
    await expect(check('')).rejects.toThrow(invalid);
    await expect(check('{"some":"json"}\n')).rejects.toThrow(invalid);
    await expect(verifyExport('/nonexistent/x', KEYS)).rejects.toThrow(
      expect.objectContaining({ code: 'FILE_UNREADABLE' }),
    );
    const report = await check(edited(3, () => 'garbage\n'));
    expect(report.problems[0]).toMatchObject({ code: 'MALFORMED', line: 5, from: 3 });
    expect((await check(`${plain.join('')}{}\n`)).problems[0]).toMatchObject({ code: 'MALFORMED' });
  });
});

async function* pieces2(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}
