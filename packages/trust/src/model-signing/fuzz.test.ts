/** Seeded mutations of bundles: always a reasoned result, and never another model that counts. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleOf, edit, resourcesOf, signedBytes, statementOf, TRUST } from './bundle.fixture.ts';
import { verifyModelBundle } from './verify-model.ts';

const base = mkdtempSync(join(tmpdir(), 'custos-fuzz-'));
const model = join(base, 'm');
mkdirSync(model);
for (const name of ['a.bin', 'b.bin']) writeFileSync(join(model, name), name);
afterAll(() => rmSync(base, { recursive: true }));

const good = () => statementOf(resourcesOf({ 'a.bin': 'a.bin', 'b.bin': 'b.bin' }));
const bundle = () => bundleOf(Buffer.from(JSON.stringify(good())));
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('fuzzing', () => {
  const whole = bytes(bundle());
  const isReasoned = async (input: Buffer) => {
    const result = await verifyModelBundle(model, input, { trust: TRUST });
    for (const { code, message } of result.problems)
      expect([code, message].every((text) => text.length > 0)).toBe(true);
    return result.valid;
  };

  it('no byte of a bundle can be changed so that another model counts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        async (changes) => {
          const mutated = Buffer.from(whole);
          for (const [at, to] of changes) mutated[at] = to;
          const valid = await isReasoned(mutated);
          if (valid) {
            // What may differ is what is not signed and not used: white space, key ids, the log entries of a key.
            const strip = (buffer: Buffer) => {
              const { dsseEnvelope } = JSON.parse(buffer.toString('utf8')) as ReturnType<typeof bundle>;
              return [dsseEnvelope.payload, dsseEnvelope.signatures[0]?.sig];
            };
            expect(strip(mutated)).toEqual(strip(whole));
          }
        },
      ),
      { seed: 3, numRuns: 600 },
    );
  });

  it('cut, doubled and spliced bundles are refused with a reason', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(whole.length - 1), async (a, b) => {
        expect(await isReasoned(whole.subarray(0, a))).toBe(false);
        expect(await isReasoned(Buffer.concat([whole.subarray(0, a), whole.subarray(b)]))).toBe(a === b);
      }),
      { seed: 4, numRuns: 150 },
    );
  });

  it('any JSON in the place of any part is refused with a reason', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          '',
          'verificationMaterial',
          'dsseEnvelope',
          'dsseEnvelope.signatures',
          'verificationMaterial.publicKey',
        ),
        fc.jsonValue(),
        async (path, value) => {
          expect(await isReasoned(bytes(path === '' ? value : edit(bundle(), path, value)))).toBe(false);
        },
      ),
      { seed: 5, numRuns: 300 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          'predicate',
          'subject',
          'predicate.resources',
          'predicate.serialization',
          'predicate.serialization.ignore_paths',
        ),
        fc.jsonValue(),
        async (path, value) => {
          await isReasoned(signedBytes(edit(good(), path, value)));
        },
      ),
      { seed: 6, numRuns: 300 },
    );
  });
});
