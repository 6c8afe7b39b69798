/**
 * Certificate paths for signers of models: from the leaf in a bundle to one of the certificates that the user trusts
 * (RFC 5280, section 6, without name constraints and revocation). Without a trusted time stamp nobody knows when a model
 * was signed, so every certificate has to be valid at the time of verification.
 */
import { X509Certificate } from 'node:crypto';
import { X509Certificate as ParsedCertificate } from '@sigstore/core';
import { type ProblemCode, Rejection } from './problem.ts';

const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
const ANY_USAGE = '2.5.29.37.0';
/** Extensions that are understood here; another one that is critical must be refused. */
const UNDERSTOOD = new Set([
  '2.5.29.14', // subject key identifier
  '2.5.29.15', // key usage
  '2.5.29.17', // subject alternative name
  '2.5.29.19', // basic constraints
  '2.5.29.35', // authority key identifier
  '2.5.29.37', // extended key usage
]);
const ED25519 = '1.3.101.112';
const MAX_LENGTH = 8;

export interface Certificate {
  readonly node: X509Certificate;
  readonly parsed: ParsedCertificate;
}

/**
 * @param where names the certificate in messages: a field of the bundle, or a file
 * @throws Rejection CERTIFICATE_INVALID
 */
export function readCertificate(input: Buffer | string, where: string): Certificate {
  try {
    const node = new X509Certificate(input);
    return { node, parsed: ParsedCertificate.parse(Buffer.from(node.raw)) };
  } catch (cause) {
    throw new Rejection('CERTIFICATE_INVALID', where, `The certificate at ${where} can not be read.`, {
      cause,
    });
  }
}

/** All certificates of a PEM text. @throws Rejection CERTIFICATE_INVALID, also when there is none */
export function readCertificates(pem: string, where: string): Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0)
    throw new Rejection(
      'CERTIFICATE_INVALID',
      where,
      `${where} holds no certificate in PEM ("-----BEGIN CERTIFICATE-----").`,
    );
  return blocks.map((block) => readCertificate(block, where));
}

export interface PathOptions {
  /** Certificates that the user trusts: roots, intermediates, or the very leaf. */
  anchors: readonly Certificate[];
  /** Milliseconds since the epoch. */
  now: number;
}

/**
 * Checks that the first certificate may sign models and leads to an anchor.
 * @param chain leaf first, then others in any order, as in a bundle
 * @throws Rejection CERTIFICATE_USAGE, CERTIFICATE_UNTRUSTED, CERTIFICATE_EXPIRED, CERTIFICATE_NOT_YET_VALID, CERTIFICATE_INVALID
 */
export function verifyCertificateChain(chain: readonly Certificate[], { anchors, now }: PathOptions): void {
  const [leaf, ...others] = chain;
  if (leaf === undefined)
    throw new Rejection('CERTIFICATE_INVALID', 'certificates', 'There is no certificate to verify.');
  try {
    requireSigningUse(leaf);
    const path = findPath([leaf], { anchors, others });
    if (path === undefined)
      throw refusal(
        'CERTIFICATE_UNTRUSTED',
        leaf,
        `does not lead to a certificate you trust (its issuer: ${oneLine(leaf.node.issuer)})`,
      );
    for (const [i, certificate] of path.entries()) {
      requireTime(certificate, now);
      const trustedAsIs = i > 0 && i === path.length - 1;
      if (!trustedAsIs) requireUnderstood(certificate);
      if (i > 0 && !trustedAsIs) requireUsageAllows(certificate);
    }
  } catch (cause) {
    if (cause instanceof Rejection) throw cause;
    throw new Rejection(
      'CERTIFICATE_INVALID',
      oneLine(leaf.node.subject),
      'The certificate chain can not be read.',
      { cause },
    );
  }
}

/** Depth first, because several certificates can bear the issuer's name. */
function findPath(
  path: readonly Certificate[],
  among: { anchors: readonly Certificate[]; others: readonly Certificate[] },
): readonly Certificate[] | undefined {
  const last = path.at(-1);
  if (last === undefined || path.length > MAX_LENGTH) return undefined;
  if (among.anchors.some((anchor) => anchor.node.raw.equals(last.node.raw))) return path;
  for (const issuer of [...among.anchors, ...among.others]) {
    if (path.some((one) => one.node.raw.equals(issuer.node.raw)) || !hasIssued(issuer, last, path)) continue;
    const found = findPath([...path, issuer], among);
    if (found !== undefined) return found;
  }
  return undefined;
}

function hasIssued(issuer: Certificate, child: Certificate, path: readonly Certificate[]): boolean {
  if (!child.node.checkIssued(issuer.node) || !issuer.parsed.isCA) return false;
  // Certificates between the issuer and the leaf; those that issue themselves for a new key do not count (RFC 5280, 6.1.4).
  const between = path.slice(1).filter(({ parsed }) => !parsed.subject.equals(parsed.issuer)).length;
  const limit = issuer.parsed.extBasicConstraints?.pathLenConstraint;
  if (limit !== undefined && limit < BigInt(between)) return false;
  return usesSafeHash(child) && child.node.verify(issuer.node.publicKey);
}

/** SHA-2 or Ed25519; signatures over MD5 or SHA-1 can be forged. */
function usesSafeHash({ parsed }: Certificate): boolean {
  return parsed.signatureAlgorithm !== undefined || parsed.root.subs[1]?.subs[0]?.toOID() === ED25519;
}

/** The leaf has to be allowed to sign (key usage), and to sign code where it names uses (extended key usage). */
function requireSigningUse(leaf: Certificate): void {
  const uses = extendedUses(leaf);
  const usage = leaf.parsed.extKeyUsage;
  if (usage !== undefined && !usage.digitalSignature)
    throw refusal('CERTIFICATE_USAGE', leaf, 'may not make signatures (key usage has no digitalSignature)');
  if (uses !== undefined && !uses.includes(CODE_SIGNING) && !uses.includes(ANY_USAGE))
    throw refusal('CERTIFICATE_USAGE', leaf, 'may not sign code (extended key usage has no codeSigning)');
  if (usage === undefined && uses === undefined)
    throw refusal(
      'CERTIFICATE_USAGE',
      leaf,
      'names no use of its key (neither key usage nor extended key usage)',
    );
}

/** An intermediate that names uses limits what it issues to them. */
function requireUsageAllows(certificate: Certificate): void {
  const uses = extendedUses(certificate);
  if (uses !== undefined && !uses.includes(CODE_SIGNING) && !uses.includes(ANY_USAGE))
    throw refusal('CERTIFICATE_USAGE', certificate, 'may not issue certificates that sign code');
}

/** OIDs; undefined without the extension. Node calls them `keyUsage`. */
function extendedUses({ node }: Certificate): readonly string[] | undefined {
  return node.keyUsage;
}

function requireUnderstood(certificate: Certificate): void {
  for (const { subs } of certificate.parsed.extensions) {
    const oid = subs[0]?.toOID() ?? '';
    const critical = subs.length > 2 && subs[1]?.toBoolean() === true;
    if (critical && !UNDERSTOOD.has(oid))
      throw refusal(
        'CERTIFICATE_INVALID',
        certificate,
        `has the critical extension ${oid}, which is not supported`,
      );
  }
}

function requireTime(certificate: Certificate, now: number): void {
  const { notBefore, notAfter } = certificate.parsed;
  if (now < notBefore.getTime())
    throw refusal(
      'CERTIFICATE_NOT_YET_VALID',
      certificate,
      `is valid from ${notBefore.toISOString()} on, and it is ${new Date(now).toISOString()}`,
    );
  if (now > notAfter.getTime())
    throw refusal('CERTIFICATE_EXPIRED', certificate, `expired at ${notAfter.toISOString()}`);
}

function refusal(code: ProblemCode, { node }: Certificate, what: string): Rejection {
  const subject = oneLine(node.subject) || `serial ${node.serialNumber}`;
  return new Rejection(code, subject, `The certificate of ${subject} ${what}.`);
}

/** `CN=a, O=b` from Node's form with line breaks. */
export function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}

/** Names by which a signer may be known: alternative names without their kind, and common names. */
export function namesOf({ node }: Certificate): string[] {
  const alternative = node.subjectAltName?.split(', ').map((one) => one.slice(one.indexOf(':') + 1)) ?? [];
  const common = (node.subject ?? '')
    .split('\n')
    .filter((part) => part.startsWith('CN='))
    .map((part) => part.slice(3));
  return [...alternative, ...common];
}
