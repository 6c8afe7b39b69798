/** Keyless signing against a certificate authority and a log on this machine: what is sent, and what becomes of the answers. */
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { PAYLOAD_TYPE, pae } from '../envelope.ts';
import { parseBundle } from './bundle.ts';
import { CODE_SIGNING, makeCertificate, newKey } from './certificate.fixture.ts';
import { readCertificate } from './certificates.ts';
import { signModel } from './sign-model.ts';
import { verificationKey } from './signing-key.ts';
import { parseSignedManifest } from './statement.ts';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const TOKEN = `${part({ alg: 'none' })}.${part({ sub: 'release@example.org', iss: 'https://issuer.example.org' })}.c2VjcmV0`;
const Request = z.object({ publicKeyRequest: z.object({ publicKey: z.object({ content: z.string() }) }) });
const ca = newKey();
const model = mkdtempSync(join(tmpdir(), 'custos-keyless-'));
const asked: string[] = [];
let server: Server;
let base = '';

beforeAll(async () => {
  writeFileSync(join(model, 'w.bin'), 'weights');
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (chunk: Buffer) => parts.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(parts).toString();
      asked.push(`${request.url} ${body}`);
      response.setHeader('content-type', 'application/json');
      response.statusCode = 201;
      response.end(JSON.stringify(request.url === '/api/v2/signingCert' ? certify(body) : entry()));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(model, { recursive: true });
});

function certify(body: string): object {
  const publicKey = createPublicKey(Request.parse(JSON.parse(body)).publicKeyRequest.publicKey.content);
  const fields = { subject: '', issuer: 'ca', signer: ca, keyUsage: [0], extendedKeyUsage: [CODE_SIGNING] };
  const leaf = makeCertificate({
    ...fields,
    key: { publicKey, privateKey: ca.privateKey },
    email: 'release@example.org',
  });
  return {
    signedCertificateEmbeddedSct: {
      chain: { certificates: [leaf, makeCertificate({ subject: 'ca', key: ca, ca: true })] },
    },
  };
}

function entry(): object {
  const body = part({ kind: 'dsse', apiVersion: '0.0.1', spec: {} });
  const proof = { logIndex: 1, rootHash: '00', treeSize: 2, hashes: [], checkpoint: 'c' };
  const verification = { signedEntryTimestamp: 'AAAA', inclusionProof: proof };
  return { '24296f': { body, integratedTime: 1_760_000_000, logID: 'c0', logIndex: 1, verification } };
}

it('asks for a certificate and a log entry, and makes a bundle that can be read', async () => {
  const signer = { kind: 'keyless' as const, identityToken: TOKEN, fulcioUrl: base, rekorUrl: base };
  const { bundle, manifest } = await signModel(model, { signer });
  expect(asked.map((line) => line.split(' ')[0])).toEqual(['/api/v2/signingCert', '/api/v1/log/entries']);
  const { material, payload, signature } = parseBundle(bundle);
  if (material.method !== 'sigstore') throw new Error(`method ${material.method}`);
  const key = verificationKey(readCertificate(material.certificate, 'leaf').node.publicKey);
  expect(key.verify(pae(PAYLOAD_TYPE, payload), signature)).toBe(true);
  expect(parseSignedManifest(payload)).toEqual(manifest);
});

it('never shows a token in a message', async () => {
  const identityToken = 'not-a-token-but-secret';
  const failed = signModel(model, {
    signer: { kind: 'keyless', identityToken, fulcioUrl: base, rekorUrl: base },
  });
  const error = await failed.catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: 'KEYLESS', message: expect.stringContaining('can not be read') });
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret');
});
