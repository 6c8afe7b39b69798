/**
 * Writes release/SHA256SUMS and release/release.intoto.json: an in-toto statement about the files, in a DSSE envelope,
 * signed with Ed25519. The private key is made for this run and thrown away; release/signing-key.pub stays.
 */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('./release/', import.meta.url);
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const subject = ['README.md', 'placenames.safetensors'].map((name) => ({
  name,
  digest: { sha256: sha256(readFileSync(new URL(name, folder))) },
}));
const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject,
  predicateType: 'https://example.org/release/v1',
  predicate: { version: '1.0', releasedBy: 'release@example.org' },
};
const type = 'application/vnd.in-toto+json';
const payload = Buffer.from(JSON.stringify(statement));
const message = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const envelope = {
  payloadType: type,
  payload: payload.toString('base64'),
  signatures: [
    {
      keyid: sha256(publicKey.export({ type: 'spki', format: 'der' })),
      sig: sign(null, message, privateKey).toString('base64'),
    },
  ],
};
writeFileSync(new URL('SHA256SUMS', folder), subject.map((s) => `${s.digest.sha256}  ${s.name}\n`).join(''));
writeFileSync(new URL('release.intoto.json', folder), `${JSON.stringify(envelope, undefined, 2)}\n`);
writeFileSync(new URL('signing-key.pub', folder), publicKey.export({ type: 'spki', format: 'pem' }));
