/** Who a bundle says has signed it, for people who compare it with what they know. It proves nothing by itself. */
import { X509Certificate } from 'node:crypto';
import { parseBundle } from '@custos/trust';

export function describeSigner(bundle: Uint8Array): string {
  const { material } = parseBundle(bundle);
  if (material.method === 'key')
    return `key ${material.hint ?? 'without a name'} (SHA-256 of the public key in PEM)`;
  const der = material.method === 'sigstore' ? material.certificate : material.chain[0];
  if (der === undefined) return 'unknown';
  const { subject, subjectAltName, fingerprint256 } = new X509Certificate(der);
  const names = [subject?.split('\n').join(', '), subjectAltName].filter(
    (one) => one !== undefined && one !== '',
  );
  return `${names.join(', ')} (certificate SHA-256 ${fingerprint256.replaceAll(':', '').toLowerCase()})`;
}
