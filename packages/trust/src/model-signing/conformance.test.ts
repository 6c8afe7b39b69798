/** The specification's own vectors, and the positive cases of the conformance suite. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { VECTORS } from '../vectors.fixture.ts';
import { authenticateBundle, type ModelTrust } from './authenticate.ts';
import { parseBundle } from './bundle.ts';
import { parseSignedManifest } from './statement.ts';
import { verifyModel } from './verify-model.ts';

const SPEC = join(VECTORS, 'model-signing-spec/test-vectors/v1.0');
const SUITE = join(VECTORS, 'model-signing-conformance/test');
const NOW = Date.parse('2026-11-21T12:00:00Z');

function list(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir).sort() : [];
}

function readTrust(method: 'key' | 'certificate' | 'sigstore'): ModelTrust {
  const keys = join(SUITE, 'assets/keys/certificate');
  if (method === 'key') return { kind: 'key', key: readFileSync(join(keys, 'signing-key-pub.pem'), 'utf8') };
  if (method === 'certificate')
    return { kind: 'certificate', certificates: readFileSync(join(keys, 'ca-cert.pem'), 'utf8') };
  return {
    kind: 'sigstore',
    trustedRoot: publicTrustedRoot(),
    identity: 'stefanb@us.ibm.com',
    issuer: 'https://sigstore.verify.ibm.com/oauth2',
  };
}

const Seeds = z.record(z.string(), z.object({ targets: z.record(z.string(), z.string()) }));

/** The root of the public Sigstore instance, as @sigstore/tuf brings it for its first start. */
function publicTrustedRoot(): string {
  const require = createRequire(import.meta.url);
  const sigstore = createRequire(require.resolve('sigstore'));
  const folder = dirname(dirname(sigstore.resolve('@sigstore/tuf')));
  const seeds = Seeds.parse(JSON.parse(readFileSync(join(folder, 'seeds.json'), 'utf8')));
  const root = seeds['https://tuf-repo-cdn.sigstore.dev']?.targets['trusted_root.json'] ?? '';
  return Buffer.from(root, 'base64').toString('utf8');
}

describe.skipIf(!existsSync(SPEC))('vectors of the specification', () => {
  it.each(list(join(SPEC, 'valid')))('%s is signed by whom it says', async (name) => {
    const bundle = parseBundle(readFileSync(join(SPEC, 'valid', name)));
    expect(name).toBe(`${bundle.material.method}.bundle.json`);
    const { signer } = await authenticateBundle(bundle, readTrust(bundle.material.method), NOW);
    expect(signer).not.toBe('');
    expect(parseSignedManifest(bundle.payload).ranges.map(({ path }) => path)).toContain('signme-1');
  });

  it.each([
    ['empty.bundle.json', 'BUNDLE_UNREADABLE', 'The bundle'],
    ['missing-envelope.bundle.json', 'FIELD_MISSING', 'dsseEnvelope'],
    ['missing-tlog-entries.bundle.json', 'FIELD_MISSING', 'verificationMaterial.tlogEntries'],
    ['missing-verification-material.bundle.json', 'FIELD_MISSING', 'verificationMaterial'],
  ])('%s is refused as %s at %s', (name, code, where) => {
    expect(() => parseBundle(readFileSync(join(SPEC, 'invalid', name)))).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code, where }) }),
    );
  });

  it('wrong-predicate.bundle.json is no signature of a model', () => {
    const bundle = parseBundle(readFileSync(join(SPEC, 'invalid-payload/wrong-predicate.bundle.json')));
    expect(() => parseSignedManifest(bundle.payload)).toThrow(/example.com\/wrong-predicate/);
  });

  it('leaves no vector out', () => {
    expect(list(join(SPEC, 'invalid'))).toHaveLength(4);
    expect(list(join(SPEC, 'invalid-payload'))).toHaveLength(1);
    expect(list(join(SPEC, 'valid'))).toHaveLength(3);
  });

  it('a keyless signature is told from one by another identity, issuer, or over other bytes', async () => {
    const bundle = parseBundle(readFileSync(join(SPEC, 'valid/sigstore.bundle.json')));
    const trust = readTrust('sigstore');
    const code = async (other: object) =>
      authenticateBundle(bundle, { ...trust, ...other }, NOW).then(
        () => 'accepted',
        (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
      );
    expect(await code({ identity: 'stefanb@us.ibm.com.example.org' })).toBe('IDENTITY_MISMATCH');
    expect(await code({ identity: '.*' })).toBe('IDENTITY_MISMATCH');
    expect(await code({ issuer: 'https://accounts.google.com' })).toBe('ISSUER_MISMATCH');
    expect(await code({ trustedRoot: '{}' })).toBe('TRUSTED_ROOT');
    const ever = publicTrustedRoot().replace(/"start": "[^"]+"/g, '"other": ""');
    expect(await code({ trustedRoot: ever })).toBe('TRUSTED_ROOT');
    expect(await code({})).toBe('accepted');
    const text = readFileSync(join(SPEC, 'valid/sigstore.bundle.json'), 'utf8');
    const { payload } = z
      .object({ dsseEnvelope: z.object({ payload: z.string() }) })
      .parse(JSON.parse(text)).dsseEnvelope;
    const altered = Buffer.from(payload, 'base64').toString('utf8').replace('signme-1', 'signme-9');
    const other = parseBundle(Buffer.from(text.replace(payload, Buffer.from(altered).toString('base64'))));
    await expect(authenticateBundle(other, trust, NOW)).rejects.toThrow(/does not verify/);
  });
});

const Case = z.object({
  method: z.string(),
  model: z.string(),
  expected_signed_files: z.array(z.string()).optional(),
  model_modifications: z.object({ inject: z.record(z.string(), z.string()) }).optional(),
  verify: z.object({
    public_key: z.string().optional(),
    cert_chain: z.array(z.string()).optional(),
    ignore_paths: z.array(z.string()).optional(),
    ignore_unsigned_files: z.boolean().optional(),
  }),
});

describe.skipIf(!existsSync(SUITE))('positive cases of the conformance suite', () => {
  let work = '';
  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), 'custos-oms-'));
  });
  afterAll(() => rmSync(work, { recursive: true }));

  it.each(list(join(SUITE, 'test-cases/verify/positive')))('%s', async (name) => {
    const folder = join(SUITE, 'test-cases/verify/positive', name);
    const { model, verify, ...rest } = Case.parse(
      JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')),
    );
    const copy = join(work, name);
    mkdirSync(copy);
    cpSync(join(SUITE, 'assets', model), copy, { recursive: true });
    for (const [path, text] of Object.entries(rest.model_modifications?.inject ?? {}))
      writeFileSync(join(copy, path), text);
    const read = (path: string) => readFileSync(join(SUITE, 'assets', path), 'utf8');
    const trust: ModelTrust =
      verify.public_key !== undefined
        ? { kind: 'key', key: read(verify.public_key) }
        : { kind: 'certificate', certificates: (verify.cert_chain ?? []).map(read).join('\n') };
    const result = await verifyModel(copy, join(folder, 'bundle.sig'), {
      trust,
      ignore: verify.ignore_paths ?? [],
      ignoreUnsigned: verify.ignore_unsigned_files ?? false,
    });
    expect(result.problems).toEqual([]);
    expect(result.valid).toBe(true);
    if (rest.expected_signed_files)
      expect(result.manifest?.ranges.map(({ path }) => path)).toEqual(rest.expected_signed_files);
  });
});
