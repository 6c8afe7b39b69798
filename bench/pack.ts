/**
 * The evidence pack of an example system with a number of observations more: time to make it, its size, and the time of the
 * stand-alone verifier as auditors run it. Run after `npm run build`: npx tsx bench/pack.ts [observations=10000] [--python]
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { hexOf, systemClock } from '@custos/core';
import { assessDirectory, loadSpecification, makePack, PRODUCT, statementOf } from '@custos/engine';
import { openStore } from '@custos/store';
import { createKey, Keyring, observationId, sha256, signStatement } from '@custos/trust';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const COUNT = Number(process.argv[2] ?? 10_000);
const folder = mkdtempSync(join(tmpdir(), 'custos-bench-pack-'));
const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(2);

try {
  const { signer } = createKey('custos.local/bench');
  const keyring = new Keyring([signer.publicKey]);
  const { specification, digest } = await loadSpecification(join(ROOT, 'standard/en-304-223'));
  const dir = join(folder, 'system');
  cpSync(join(ROOT, 'examples/support-chatbot'), dir, { recursive: true });
  const clock = systemClock;
  const store = await openStore({
    kind: 'files',
    dir: join(dir, '.custos'),
    signer,
    clock,
    organisation: 'bench',
  });
  const recording = { store, signer, keyring };
  await assessDirectory({
    dir,
    specification,
    specificationDigest: digest,
    clock,
    recording,
    inspect: false,
  });
  const at = clock.now();
  for (let from = 0; from < COUNT; from += 1000)
    await store.record(
      await Promise.all(
        Array.from({ length: Math.min(1000, COUNT - from) }, async (_, i) => {
          const statement = statementOf({
            type: 'training-completion',
            content: {
              person: `person-${from + i}@example.org`,
              module: 'secure-ai',
              moduleVersion: '1',
              completedAt: at,
              passed: true,
            },
            subject: [{ name: 'system', digest: { sha256: hexOf(sha256('system')) } }],
            producer: PRODUCT,
            observedAt: at,
          });
          return {
            kind: 'observation' as const,
            id: observationId(statement),
            envelope: await signStatement(statement, signer),
          };
        }),
      ),
    );
  const { size, root } = await store.ledger.checkpoint();
  const path = join(folder, 'pack.zip');
  const start = performance.now();
  const pack = await makePack({
    ledgers: [{ name: 'system', store, evaluated: size }],
    keyring,
    handovers: [],
    signer,
    specification,
    specificationDigest: digest,
    evaluatedAt: clock.now(),
    ledger: { size, root },
  });
  await pipeline(pack.chunks(), createWriteStream(path));
  const made = seconds(start);
  console.log(
    `${size} observations: made in ${made} s, ${(statSync(path).size / 1e6).toFixed(1)} MB, peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
  );
  const verifier = join(folder, 'custos-verify.mjs');
  copyFileSync(join(ROOT, 'packages/cli/dist/custos-verify.mjs'), verifier);
  const runs: [string, string[]][] = [[process.execPath, [verifier]]];
  if (process.argv.includes('--python'))
    runs.push(['python3', [join(ROOT, 'tests/pack-verifier/verify.py')]]);
  for (const [program, words] of runs) {
    const began = performance.now();
    execFileSync(program, [...words, path, '--key', signer.keyId], { cwd: folder, stdio: 'ignore' });
    console.log(`${words[0]?.split('/').at(-1)}: verifies in ${seconds(began)} s`);
  }
  await store.close();
} finally {
  rmSync(folder, { recursive: true });
}
