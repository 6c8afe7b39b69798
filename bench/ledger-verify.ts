/**
 * Offline verification of a ledger export: how long a number of records takes, beside the plain reading of the same file.
 * Run: npx tsx bench/ledger-verify.ts [records=1000000]
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STATEMENT_TYPE, type Statement } from '@custos/core';
import {
  CompactTree,
  createKey,
  digestOf,
  exportCheckpoint,
  exportEntry,
  exportHeader,
  exportTrailer,
  leafHash,
  ledgerLeaf,
  observationId,
  signCheckpoint,
  signStatement,
  verifyExport,
} from '@custos/trust';

const ORIGIN = 'bench.custos.example';
const CHECKPOINT_EVERY = 10_000;
const AT = '2026-01-01T00:00:00.000Z';

function statement(n: number): Statement {
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: `model-${n}`, digest: { sha256: n.toString(16).padStart(64, '0') } }],
    predicateType: 'urn:custos:predicate:scan-result:v1',
    predicate: {
      producer: { name: 'bench', version: '1.0.0' },
      observedAt: AT,
      validFrom: AT,
      content: {
        run: n,
        files: ['weights/model.safetensors', 'tokenizer.json', 'config.json'],
        findings: 0,
        unknowns: 0,
      },
    },
  };
}

async function writeExport(path: string, records: number): Promise<string> {
  const { signer } = createKey(ORIGIN);
  const tree = new CompactTree();
  const fd = openSync(path, 'w');
  const note = () => signCheckpoint({ origin: ORIGIN, size: tree.size, root: digestOf(tree.root()) }, signer);
  let pending = exportHeader(ORIGIN, { keys: [{ publicKey: signer.publicKey }], handovers: [] });
  for (let n = 0; n < records; n++) {
    const observation = statement(n);
    const entry = { kind: 'observation', at: AT, id: observationId(observation) } as const;
    tree.append(leafHash(ledgerLeaf(entry)));
    pending += exportEntry(n, entry, await signStatement(observation, signer));
    if (tree.size % CHECKPOINT_EVERY === 0) pending += exportCheckpoint(await note());
    if (pending.length > 1 << 20) {
      writeSync(fd, pending);
      pending = '';
    }
  }
  writeSync(fd, pending + exportTrailer(await note(), tree.size));
  closeSync(fd);
  return signer.publicKey;
}

function readThrough(path: string): number {
  const start = performance.now();
  const fd = openSync(path, 'r');
  const piece = Buffer.allocUnsafe(1 << 20);
  while (readSync(fd, piece, 0, piece.length, null) > 0);
  closeSync(fd);
  return performance.now() - start;
}

const records = Number(process.argv[2] ?? 1_000_000);
const dir = mkdtempSync(join(tmpdir(), 'custos-'));
try {
  const path = join(dir, 'ledger.jsonl');
  const publicKey = await writeExport(path, records);
  const read = readThrough(path);
  const start = performance.now();
  const report = await verifyExport(path, [publicKey]);
  const verify = performance.now() - start;
  const megabytes = statSync(path).size / 1e6;
  console.log(
    `${records} records, ${megabytes.toFixed(0)} MB: verified in ${(verify / 1000).toFixed(2)} s (ok: ${report.ok}, ` +
      `envelope signatures checked: ${report.signatures.checked}), ${((verify * 1000) / records).toFixed(2)} µs a record, ` +
      `${(verify / read).toFixed(1)} × reading the file; peak ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`,
  );
  if (!report.ok) process.exitCode = 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}
