/** An authenticator in software (WebAuthn, ES256, no attestation) that checked its user. */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';

const FLAGS = 0b0100_0101; // user present, user verified, credential attached

/** The answer to `newPasskeyChallenge`. */
export function newPasskey(challenge: string, origin: string) {
  const id = randomBytes(16);
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
    format: 'jwk',
  });
  const coordinate = (name: number, value: string) =>
    Buffer.concat([Buffer.from([name, 0x58, 32]), Buffer.from(value, 'base64url')]);
  // COSE: kty EC2, alg ES256, crv P-256, x, y
  const key = Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01]),
    coordinate(0x21, x),
    coordinate(0x22, y),
  ]);
  const authData = Buffer.concat([
    createHash('sha256').update(new URL(origin).hostname).digest(),
    Buffer.from([FLAGS, 0, 0, 0, 0]),
    Buffer.alloc(16),
    Buffer.from([0, id.length]),
    id,
    key,
  ]);
  // CBOR: {fmt: "none", attStmt: {}, authData}
  const attestation = Buffer.concat([
    Buffer.from([0xa3]),
    Buffer.from('\x63fmt\x64none\x67attStmt', 'latin1'),
    Buffer.from([0xa0]),
    Buffer.from('\x68authData', 'latin1'),
    Buffer.from([0x58, authData.length]),
    authData,
  ]);
  const client = JSON.stringify({ type: 'webauthn.create', challenge, origin, crossOrigin: false });
  return {
    id: id.toString('base64url'),
    rawId: id.toString('base64url'),
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: Buffer.from(client).toString('base64url'),
      attestationObject: attestation.toString('base64url'),
      transports: ['internal'],
    },
  };
}
