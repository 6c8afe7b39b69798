/** The certificate method: from the chain in a bundle to the key that has to have signed. */
import { CustosError } from '@custos/core';
import type { ModelTrust } from './authenticate.ts';
import {
  type Certificate,
  namesOf,
  oneLine,
  readCertificate,
  readCertificates,
  verifyCertificateChain,
} from './certificates.ts';
import { Rejection } from './problem.ts';
import { type ModelVerificationKey, verificationKey } from './signing-key.ts';

/**
 * @param ders chain of the bundle, leaf first
 * @param now milliseconds since the epoch
 * @returns the key that has to have signed, and its holder
 * @throws Rejection CERTIFICATE_*, IDENTITY_MISMATCH, KEY_TYPE; CustosError TRUST_FILE
 */
export function authenticateCertificate(
  ders: readonly Buffer[],
  trust: Extract<ModelTrust, { kind: 'certificate' }>,
  now: number,
): { signer: string; key: ModelVerificationKey } {
  const anchors = readAnchors(trust.certificates);
  const chain: Certificate[] = ders.map((der, i) =>
    readCertificate(der, `verificationMaterial.x509CertificateChain.certificates[${i}]`),
  );
  verifyCertificateChain(chain, { anchors, now });
  const [leaf] = chain;
  if (leaf === undefined) throw new Rejection('CERTIFICATE_INVALID', '', 'There is no certificate.');
  const names = namesOf(leaf);
  if (trust.identity !== undefined && !names.includes(trust.identity))
    throw new Rejection(
      'IDENTITY_MISMATCH',
      names.join(', '),
      `The certificate is of ${names.join(', ') || 'nobody named'}, not of ${trust.identity}.`,
    );
  return { signer: oneLine(leaf.node.subject) || (names[0] ?? leaf.node.fingerprint256), key: keyOf(leaf) };
}

/** What the user trusts is input, not part of what is judged. */
function readAnchors(pem: string): Certificate[] {
  try {
    return readCertificates(pem, 'The file of trusted certificates');
  } catch (cause) {
    throw new CustosError(
      'TRUST_FILE',
      cause instanceof Error ? cause.message : 'No certificate can be read.',
      { cause },
    );
  }
}

function keyOf(leaf: Certificate): ModelVerificationKey {
  try {
    return verificationKey(leaf.node.publicKey);
  } catch (cause) {
    throw new Rejection(
      'KEY_TYPE',
      oneLine(leaf.node.subject),
      `The certificate holds a key that can't sign models: ${cause instanceof Error ? cause.message : ''}`,
      { cause },
    );
  }
}
