/** Signing and verifying by the built command line, as a user runs it. */
import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { signedBytes, statementOf, TRUST } from '../packages/trust/src/model-signing/bundle.fixture.ts';
import { runCli } from './run-cli.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const vectors = process.env.CUSTOS_VECTORS ?? fileURLToPath(new URL('../../shared/vectors', import.meta.url));

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'custos-'));
  mkdirSync(join(home, 'model'));
  writeFileSync(join(home, 'model/weights.bin'), Buffer.alloc(3_000_000, 7));
  writeFileSync(join(home, 'model/config.json'), '{}');
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  writeFileSync(join(home, 'key.pem'), pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(join(home, 'key.pub'), pair.publicKey.export({ type: 'spki', format: 'pem' }));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const custos = (...words: string[]) => runCli(home, words);

const SLSA = 'https://slsa.dev/provenance/v1';

/** slsa.json: a DSSE envelope by key.pem that names one file. */
function writeAttestation(sha256: string): void {
  const payloadType = 'application/vnd.in-toto+json';
  const payload = JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    predicateType: SLSA,
    subject: [{ name: 'w', digest: { sha256 } }],
    predicate: {},
  });
  const text = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} ${payload}`;
  const sig = sign('sha384', Buffer.from(text), readFileSync(join(home, 'key.pem'))).toString('base64');
  const envelope = { payloadType, payload: Buffer.from(payload).toString('base64'), signatures: [{ sig }] };
  writeFileSync(join(home, 'slsa.json'), JSON.stringify(envelope));
}

const Result = z.object({
  valid: z.boolean(),
  signer: z.string().nullable(),
  recorded: z.number(),
  problems: z.array(z.object({ code: z.string(), where: z.string() })),
});

describe('custos sign and verify', () => {
  it.each([[[]], [['--hash', 'blake3', '--shard-size', '1000000', '--incremental']]])(
    'with a key %j',
    async (more) => {
      expect(await custos('sign', 'model', '--key', 'key.pem', ...more)).toMatchObject({ code: 0 });
      const good = await custos('verify', 'model', '--key', 'key.pub');
      expect([good.code, good.out]).toEqual([
        0,
        expect.stringMatching(/^valid: model is what P-384 key [0-9a-f]{64} signed/),
      ]);
      appendFileSync(join(home, 'model/config.json'), ' ');
      writeFileSync(join(home, 'model/\u001b[31mnew'), '');
      const bad = await custos('verify', 'model', '--key', 'key.pub');
      expect([bad.code, bad.out]).toEqual([
        1,
        expect.stringMatching(/FILE_CHANGED config\.json|SHARD_EXTRA Bytes 2 to 3 of config\.json/),
      ]);
      expect(bad.out).not.toContain('\u001b');
      const json = await custos('verify', 'model', '--key', 'key.pub', '--format', 'json');
      expect(Result.parse(JSON.parse(json.out))).toMatchObject({ valid: false, recorded: 0 });
    },
  );

  it('with certificates that openssl made', async () => {
    const openssl = (...words: string[]) => spawnSync('openssl', words, { cwd: home }).status;
    if (openssl('version') !== 0) return;
    writeFileSync(
      join(home, 'leaf.cnf'),
      'keyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning\nsubjectAltName=email:release@example.org\n',
    );
    expect(
      openssl(
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        'ca.key',
        '-out',
        'ca.pem',
        '-subj',
        '/CN=Test CA',
        '-days',
        '30',
      ),
    ).toBe(0);
    expect(openssl('req', '-new', '-key', 'key.pem', '-out', 'leaf.csr', '-subj', '/CN=release')).toBe(0);
    expect(
      openssl(
        'x509',
        '-req',
        '-in',
        'leaf.csr',
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca.key',
        '-CAcreateserial',
        '-days',
        '7',
        '-extfile',
        'leaf.cnf',
        '-out',
        'leaf.pem',
      ),
    ).toBe(0);
    expect(
      await custos('sign', 'model', '--key', 'key.pem', '--certificate', 'leaf.pem', '--chain', 'ca.pem'),
    ).toMatchObject({ code: 0 });
    const by = ['--certificate-chain', 'ca.pem'];
    expect(await custos('verify', 'model', ...by, '--identity', 'release@example.org')).toMatchObject({
      code: 0,
      out: expect.stringContaining('CN=release'),
    });
    expect(await custos('verify', 'model', ...by, '--identity', 'else@example.org')).toMatchObject({
      code: 1,
      out: expect.stringContaining('IDENTITY_MISMATCH'),
    });
    expect(await custos('verify', 'model', '--key', 'key.pub')).toMatchObject({
      code: 1,
      out: expect.stringContaining('METHOD_MISMATCH'),
    });
  });

  it.skipIf(!existsSync(vectors))('keyless, offline, by the identity that signed', async () => {
    const file = join(root, 'node_modules', '@sigstore', 'tuf', 'seeds.json');
    const seeds = z.record(z.string(), z.object({ targets: z.record(z.string(), z.string()) }));
    const { targets } =
      seeds.parse(JSON.parse(readFileSync(file, 'utf8')))['https://tuf-repo-cdn.sigstore.dev'] ?? {};
    writeFileSync(join(home, 'root.json'), Buffer.from(targets?.['trusted_root.json'] ?? '', 'base64'));
    mkdirSync(join(home, 'signed'));
    for (const name of ['signme-1', 'signme-2']) writeFileSync(join(home, 'signed', name), name);
    const signature = join(vectors, 'model-signing-spec/test-vectors/v1.0/valid/sigstore.bundle.json');
    const words = ['verify', 'signed', '--signature', signature, '--trusted-root', 'root.json'];
    const who = ['--identity', 'stefanb@us.ibm.com', '--issuer', 'https://sigstore.verify.ibm.com/oauth2'];
    expect(await custos(...words, ...who)).toMatchObject({
      code: 0,
      out: expect.stringContaining('stefanb@us.ibm.com signed'),
    });
    expect(await custos(...words, '--identity', 'stefanb', '--issuer', 'b')).toMatchObject({
      code: 1,
      out: expect.stringContaining('IDENTITY_MISMATCH'),
    });
    expect(await custos(...words)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--identity and --issuer'),
    });
  });

  it('says what is missing before anything is hashed or sent', async () => {
    const usage: [string[], string][] = [
      [['sign', 'model'], '--key FILE'],
      [['sign', 'model', '--keyless', '--key', 'key.pem'], 'leave one or the other out'],
      [['sign', 'model', '--keyless'], 'identity token'],
      [['sign', 'model', '--key', 'key.pub'], 'private key can not be read'],
      [['sign', 'model', '--key', 'key.pem', '--signature', 'model/weights.bin'], 'is no signature'],
      [['sign', 'nothing', '--key', 'key.pem'], 'does not exist'],
      [['sign', 'model', '--key', 'key.pem', '--hash', 'md5'], 'none of sha256'],
      [['verify', 'model'], 'Say whom you trust'],
      [['verify', 'model', '--key', 'key.pub'], '--signature FILE'],
      [['verify', 'model', '--key', 'key.pub', '--identity', 'x'], 'its own identity'],
      [['verify', 'model', '--key', 'key.pub', '--hash-page', 'key.pub'], 'no hash page'],
      [['publish-hashes', 'model', '--key', 'key.pem', '--out', 'model/page'], 'lies in the model'],
      [['publish-hashes', 'model', '--key', 'key.pem', '--out', 'model/..page'], 'lies in the model'],
    ];
    const done = await Promise.all(usage.map(([words]) => custos(...words)));
    expect(done.map(({ code }) => code)).toEqual(usage.map(() => 2));
    for (const [i, [, message]] of usage.entries()) expect(done[i]?.err).toContain(message);
    expect(readFileSync(join(home, 'model/weights.bin'))).toHaveLength(3_000_000);
  });

  it('a page of hashes, checked with one command', async () => {
    expect(await custos('publish-hashes', 'model', '--key', 'key.pem', '--out', 'page')).toMatchObject({
      code: 0,
    });
    expect(
      await custos('verify', 'model', '--hash-page', 'page/index.html', '--key', 'key.pub'),
    ).toMatchObject({ code: 0 });
    expect(await custos('publish-hashes', 'model', '--key', 'key.pem', '--out', 'page')).toMatchObject({
      code: 0,
    });
    mkdirSync(join(home, 'site'));
    writeFileSync(join(home, 'site/index.html'), 'welcome');
    const refused = await custos('publish-hashes', 'model', '--key', 'key.pem', '--out', 'site');
    expect([refused.code, readFileSync(join(home, 'site/index.html'), 'utf8')]).toEqual([2, 'welcome']);
    const html = readFileSync(join(home, 'page/index.html'), 'utf8');
    writeFileSync(join(home, 'page/index.html'), html.replace('<tbody>', '<tbody><tr></tr>'));
    expect(
      await custos('verify', 'model', '--hash-page', 'page/index.html', '--key', 'key.pub'),
    ).toMatchObject({ code: 1, out: expect.stringContaining('shows something else') });
  });
});

it('a signature that names more missing files than fit on a stack is told file by file', async () => {
  const resources = Array.from({ length: 150_000 }, (_, i) => ({
    name: `n${String(i).padStart(6, '0')}`,
    digest: 'ab'.repeat(32),
    algorithm: 'sha256',
  }));
  writeFileSync(join(home, 'huge.sig'), signedBytes(statementOf(resources)));
  writeFileSync(join(home, 'huge.pub'), TRUST.key);
  const words = ['verify', 'model', '--key', 'huge.pub', '--signature', 'huge.sig', '--format', 'json'];
  const done = await custos(...words, '--out', 'result.json');
  expect([done.code, done.err]).toEqual([1, '']);
  const { problems } = Result.parse(JSON.parse(readFileSync(join(home, 'result.json'), 'utf8')));
  expect(problems).toHaveLength(150_002);
}, 60_000);

it('an attestation of a file counts for the type that was asked for', async () => {
  const file = join(home, 'model/weights.bin');
  const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
  writeAttestation(digest);
  const words = ['verify', 'model/weights.bin', '--key', 'key.pub', '--signature', 'slsa.json'];
  expect(await custos(...words, '--attestation-type', SLSA)).toMatchObject({
    code: 0,
    out: expect.stringContaining('the attestation about model/weights.bin is by P-384 key'),
  });
  const [other, unnamed, folder] = await Promise.all([
    custos(...words, '--attestation-type', 'https://x.test'),
    custos(...words),
    custos('verify', 'model', '--key', 'key.pub', '--signature', 'slsa.json', '--attestation-type', SLSA),
  ]);
  expect([other.code, other.out]).toEqual([1, expect.stringContaining('not https://x.test')]);
  expect([unnamed.code, unnamed.out]).toEqual([1, expect.stringContaining('--attestation-type')]);
  expect([folder.code, folder.err]).toEqual([2, expect.stringContaining('an attestation is about a file')]);
  writeAttestation('00'.repeat(32));
  expect(await custos(...words, '--attestation-type', SLSA)).toMatchObject({
    code: 1,
    out: expect.stringContaining('about other files'),
  });
});

it('what no signature covers is shown', async () => {
  await custos('sign', 'model', '--key', 'key.pem', '--ignore', 'config.json');
  writeFileSync(join(home, 'model/extra.py'), '');
  const words = ['verify', 'model', '--key', 'key.pub', '--ignore-unsigned-files'];
  expect(await custos(...words)).toMatchObject({
    code: 0,
    out: expect.stringContaining('not signed: config.json, extra.py'),
  });
});

describe('below a custos.yaml', () => {
  const DECLARATION = `id: support-bot
name: Support bot
purpose: Answers customers about their orders
phase: deployment
use: { inputs: [text], outputs: [text], exposure: public }
roles: { developer: [dev@example.org] }
signers: [{ path: model, key: key.pub }]
`;

  it('a verification is recorded for the assets that it is about, and assess verifies by itself', async () => {
    writeFileSync(join(home, 'custos.yaml'), DECLARATION);
    // A safetensors file of one number, so that the scan knows it for a model.
    const head = Buffer.from('{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}');
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(head.length));
    writeFileSync(join(home, 'model/w.safetensors'), Buffer.concat([length, head, Buffer.alloc(4)]));
    await custos('sign', 'model', '--key', 'key.pem');
    await custos('assess', '.', '--quiet');
    const verified = await custos('verify', 'model', '--key', 'key.pub', '--at', 'load', '--format', 'json');
    expect(Result.parse(JSON.parse(verified.out))).toMatchObject({ valid: true, recorded: 1 });
    const Line = z.object({ envelope: z.object({ payload: z.string() }) });
    const recorded = async (type: string) =>
      (await custos('export', '.')).out
        .split('\n')
        .filter((line) => line.includes('"envelope"'))
        .map((line) => Buffer.from(Line.parse(JSON.parse(line)).envelope.payload, 'base64').toString())
        .filter((text) => text.includes(`"predicateType":"${type}"`));
    const signatures = () => recorded('urn:custos:predicate:signature-verification:v1');
    const before = await signatures();
    expect(before).toHaveLength(2);
    expect(before[0]).toContain('"asset":"model:model/w.safetensors","at":"audit"');
    expect(before[1]).toContain('"asset":"model:model/w.safetensors","at":"load"');
    // What is known is not recorded again; what changed is.
    await custos('assess', '.', '--quiet');
    expect(await signatures()).toHaveLength(2);
    writeFileSync(join(home, 'model/extra'), '');
    await custos('assess', '.', '--quiet');
    expect((await signatures()).at(-1)).toContain('"valid":false');
    rmSync(join(home, 'model/extra'));
    await custos('assess', '.', '--quiet');
    expect((await signatures()).at(-1)).toContain('"valid":true');
    // An attestation is recorded as what it is.
    const digest = createHash('sha256')
      .update(readFileSync(join(home, 'model/w.safetensors')))
      .digest('hex');
    writeAttestation(digest);
    const about = ['verify', 'model/w.safetensors', '--key', 'key.pub', '--signature', 'slsa.json'];
    const count = (await signatures()).length;
    expect(await custos(...about, '--attestation-type', SLSA)).toMatchObject({ code: 0 });
    expect(await custos(...about, '--attestation-type', 'https://x.test')).toMatchObject({ code: 1 });
    expect(await custos(...about)).toMatchObject({ code: 1 });
    expect(await signatures()).toHaveLength(count);
    const foreign = await recorded('urn:custos:predicate:third-party-attestation:v1');
    expect(foreign).toEqual([expect.stringContaining(`"predicateType":"${SLSA}"`)]);
    expect(foreign[0]).toContain(`"subject":[{"digest":{"sha256":"${digest}"},"name":"w.safetensors"}]`);
    // `assess` took digests from its cache; no verification does.
    const cache = join(home, 'data/cache/model-hashes.jsonl');
    expect(readFileSync(cache, 'utf8')).toContain('w.safetensors');
    writeFileSync(cache, readFileSync(cache, 'utf8').replace(/"[0-9a-f]{64}"/g, `"${'0'.repeat(64)}"`));
    expect(await custos('verify', 'model', '--key', 'key.pub')).toMatchObject({ code: 0 });
    expect(await custos('verify', 'model', '--key', 'key.pub', '--incremental')).toMatchObject({ code: 2 });
    rmSync(cache);
    // Replicas that start together verify together.
    const together = await Promise.all(
      [1, 2, 3].map(() => custos('verify', 'model', '--key', 'key.pub', '--at', 'load')),
    );
    expect(together.map(({ code }) => code)).toEqual([0, 0, 0]);
  });
});
