/** Whom a user trusts with models: from paths, as flags and custos.yaml name them, to texts. */
import { readFile } from 'node:fs/promises';
import { CustosError } from '@custos/core';
import type { ModelTrust } from '@custos/trust';

/** Exactly one of `key`, `certificates` and `trustedRoot`. Paths of files. */
export interface TrustSource {
  key?: string | undefined;
  certificates?: readonly string[] | undefined;
  trustedRoot?: string | undefined;
  identity?: string | undefined;
  issuer?: string | undefined;
}

const CHOICES =
  'a public key (--key), certificates (--certificate-chain), or a Sigstore root (--trusted-root with --identity and --issuer)';

/** @throws CustosError USAGE for none or several kinds of trust; TRUST_FILE */
export async function readTrust(source: TrustSource): Promise<ModelTrust> {
  const { key, certificates, trustedRoot, identity, issuer } = source;
  const kinds = [key, certificates?.[0], trustedRoot].filter((one) => one !== undefined);
  if (kinds.length !== 1)
    throw new CustosError(
      'USAGE',
      `Say whom you trust by ${kinds.length === 0 ? 'one' : 'only one'} of: ${CHOICES}.`,
    );
  if (key !== undefined) {
    if (identity !== undefined || issuer !== undefined)
      throw new CustosError(
        'USAGE',
        '--identity and --issuer belong to certificates; a key is its own identity.',
      );
    return { kind: 'key', key: await readTrustFile(key) };
  }
  if (trustedRoot === undefined) {
    if (issuer !== undefined) throw new CustosError('USAGE', '--issuer belongs to --trusted-root.');
    const texts = await Promise.all((certificates ?? []).map(readTrustFile));
    return { kind: 'certificate', certificates: texts.join('\n'), identity };
  }
  if (identity === undefined || issuer === undefined)
    throw new CustosError(
      'USAGE',
      'A Sigstore signature can be by anybody: name the expected --identity and --issuer.',
    );
  return { kind: 'sigstore', trustedRoot: await readTrustFile(trustedRoot), identity, issuer };
}

/** Text of a key, certificate or root. @throws CustosError TRUST_FILE */
export async function readTrustFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new CustosError('TRUST_FILE', `${path} can't be read; check the path.`, { cause });
  }
}

/** Whom one expected, where a signature does not say who made it. */
export function expectedSigner(trust: ModelTrust): string {
  if (trust.kind === 'sigstore') return trust.identity;
  if (trust.kind === 'certificate') return trust.identity ?? 'a holder of a trusted certificate';
  return 'the holder of the trusted key';
}
