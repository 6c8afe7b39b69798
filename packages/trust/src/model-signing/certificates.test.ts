import { describe, expect, it } from 'vitest';
import {
  type CertificateFields,
  CODE_SIGNING,
  makeCertificate,
  newKey,
  SERVER,
} from './certificate.fixture.ts';
import { readCertificates, verifyCertificateChain } from './certificates.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const [rootKey, middleKey, leafKey, otherKey] = [newKey(), newKey('P-384'), newKey(), newKey()];
const CA = { ca: true, keyUsage: [5] };

const root = makeCertificate({ subject: 'root', key: rootKey, ...CA });
const middle = (more: Partial<CertificateFields> = {}) =>
  makeCertificate({ subject: 'middle', issuer: 'root', key: middleKey, signer: rootKey, ...CA, ...more });
const leaf = (more: Partial<CertificateFields> = {}) =>
  makeCertificate({
    subject: 'signer',
    issuer: 'middle',
    key: leafKey,
    signer: middleKey,
    keyUsage: [0],
    extendedKeyUsage: [CODE_SIGNING],
    ...more,
  });

/** `ok`, or the code of the refusal. */
function outcome(chain: string[], anchors: string = root): string {
  try {
    verifyCertificateChain(
      chain.flatMap((pem, i) => readCertificates(pem, `[${i}]`)),
      { anchors: readCertificates(anchors, 'anchors'), now: NOW },
    );
    return 'ok';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

describe('a chain that may sign models', () => {
  it.each<[string, string[], string?]>([
    ['leaf, intermediate, root', [leaf(), middle(), root]],
    ['leaf and intermediate; the root is only trusted', [leaf(), middle()]],
    ['in another order', [leaf(), root, middle()]],
    ['the intermediate itself is trusted', [leaf()], middle()],
    ['without extended key usage', [leaf({ extendedKeyUsage: undefined }), middle()]],
    ['without key usage', [leaf({ keyUsage: undefined }), middle()]],
    [
      'two intermediates of one name, the wrong one first',
      [
        leaf(),
        makeCertificate({ subject: 'middle', issuer: 'root', key: otherKey, signer: rootKey, ...CA }),
        middle(),
      ],
    ],
    ['path length 0 above the leaf', [leaf(), middle({ pathLength: 0 })]],
  ])('%s', (_, chain, anchors) => {
    expect(outcome(chain, anchors)).toBe('ok');
  });

  it('a self-signed certificate counts when it is the trusted one', () => {
    const own = leaf({ issuer: 'signer', signer: leafKey, ca: true });
    expect(outcome([own], own)).toBe('ok');
    expect(outcome([own])).toBe('CERTIFICATE_UNTRUSTED');
  });
});

describe('a chain that may not', () => {
  const past = { notBefore: new Date('2020-01-01'), notAfter: new Date('2020-01-02') };
  it.each<[string, string, string[], string?]>([
    ['expired leaf', 'CERTIFICATE_EXPIRED', [leaf(past), middle()]],
    ['expired intermediate', 'CERTIFICATE_EXPIRED', [leaf(), middle(past)]],
    [
      'expired root',
      'CERTIFICATE_EXPIRED',
      [leaf(), middle()],
      makeCertificate({ subject: 'root', key: rootKey, ...CA, ...past }),
    ],
    [
      'leaf of tomorrow',
      'CERTIFICATE_NOT_YET_VALID',
      [leaf({ notBefore: new Date(NOW + 86_400_000) }), middle()],
    ],
    ['TLS server', 'CERTIFICATE_USAGE', [leaf({ extendedKeyUsage: [SERVER] }), middle()]],
    ['key usage without signatures', 'CERTIFICATE_USAGE', [leaf({ keyUsage: [5] }), middle()]],
    [
      'no usage at all',
      'CERTIFICATE_USAGE',
      [leaf({ keyUsage: undefined, extendedKeyUsage: undefined }), middle()],
    ],
    ['intermediate for servers only', 'CERTIFICATE_USAGE', [leaf(), middle({ extendedKeyUsage: [SERVER] })]],
    [
      'another root of the same name',
      'CERTIFICATE_UNTRUSTED',
      [leaf(), middle()],
      makeCertificate({ subject: 'root', key: otherKey, ...CA }),
    ],
    ['missing intermediate', 'CERTIFICATE_UNTRUSTED', [leaf()]],
    [
      'root brought by the bundle',
      'CERTIFICATE_UNTRUSTED',
      [leaf(), middle(), root],
      makeCertificate({ subject: 'else', key: otherKey, ...CA }),
    ],
    ['issuer that is no CA', 'CERTIFICATE_UNTRUSTED', [leaf(), middle({ ca: false, keyUsage: [0] })]],
    ['issuer that may not issue', 'CERTIFICATE_UNTRUSTED', [leaf(), middle({ keyUsage: [0] })]],
    [
      'path longer than allowed',
      'CERTIFICATE_UNTRUSTED',
      [leaf(), middle()],
      makeCertificate({ subject: 'root', key: rootKey, ...CA, pathLength: 0 }),
    ],
    ['signed by another key', 'CERTIFICATE_UNTRUSTED', [leaf({ signer: otherKey }), middle()]],
    ['SHA-1', 'CERTIFICATE_UNTRUSTED', [leaf({ hash: 'sha1' }), middle()]],
    [
      'critical extension that nobody knows',
      'CERTIFICATE_INVALID',
      [leaf({ unknownCritical: true }), middle()],
    ],
  ])('%s: %s', (_, code, chain, anchors) => {
    expect(outcome(chain, anchors)).toBe(code);
  });

  it('text without certificates', () => {
    expect(() => readCertificates('hello', 'roots.pem')).toThrow(/roots.pem holds no certificate/);
    expect(() =>
      readCertificates('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'roots.pem'),
    ).toThrow(/can not be read/);
  });
});
