/**
 * The page on which a developer publishes the hashes of a model: one HTML file without scripts or requests that holds the list,
 * the signature over it and how to check both. The signature is an OpenSSF Model Signing bundle, so other tools read it too.
 */
import { CustosError } from '@custos/core';
import { parseBundle, parseSignedManifest, type SignedManifest, type SigningMethod } from '@custos/trust';
import { z } from 'zod';
import { renderPublicPage } from '../public-page/public-page.ts';
import { clean, count, escapeHtml as e } from '../report/text.ts';

export const HASH_PAGE_FORMAT = 'custos-hash-page/1';
/** The element of the page that holds the document below. */
export const DATA_ID = 'published-hashes';

/** What a page says, for machines: `hashes.json`, and inside the HTML. */
export const HashDocument = z.strictObject({
  format: z.literal(HASH_PAGE_FORMAT),
  model: z.string().min(1),
  /** SHA-256, lower-case hex. */
  files: z
    .array(z.strictObject({ name: z.string().min(1), sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
    .min(1),
  /** The bundle. */
  signature: z.record(z.string(), z.unknown()),
});
export type HashDocument = z.infer<typeof HashDocument>;

/** Files to publish together. */
export const HASH_PAGE_FILES = ['index.html', 'hashes.json', 'SHA256SUMS', 'model.sig'] as const;

export interface HashPage {
  files: Map<(typeof HASH_PAGE_FILES)[number], string | Buffer>;
  document: HashDocument;
}

/**
 * @param bundle a signature over whole files with SHA-256
 * @param signer how to recognise the signer, for people: key and hint, subject, identity
 * @throws CustosError USAGE for a signature of shards or with another hash
 */
export function buildHashPage(bundle: Buffer, signer: string): HashPage {
  const { material, payload } = parseBundle(bundle);
  const manifest = parseSignedManifest(payload);
  requirePlain(manifest);
  const signature: unknown = JSON.parse(bundle.toString('utf8'));
  const document = HashDocument.parse({
    format: HASH_PAGE_FORMAT,
    model: manifest.modelName,
    files: manifest.resources.map(({ name, digest }) => ({ name, sha256: digest })),
    signature,
  });
  return {
    document,
    files: new Map<(typeof HASH_PAGE_FILES)[number], string | Buffer>([
      [
        'index.html',
        renderHashPage(document, {
          rootDigest: manifest.rootDigest,
          signer,
          trust: TRUST_FLAGS[material.method],
        }),
      ],
      ['hashes.json', `${JSON.stringify(document, undefined, 2)}\n`],
      ['SHA256SUMS', sha256sums(document.files)],
      ['model.sig', bundle],
    ]),
  };
}

function requirePlain({ serialization }: SignedManifest): void {
  if (serialization.method === 'files' && serialization.hash_type === 'sha256') return;
  throw new CustosError(
    'USAGE',
    'A hash page lists whole files with SHA-256, so that everybody can recompute them; sign without --shard-size and --hash.',
  );
}

/** The form that `sha256sum -c` reads; names with line feeds or backslashes are escaped as GNU coreutils does. */
export function sha256sums(files: HashDocument['files']): string {
  return files
    .map(({ name, sha256 }) => {
      const escaped = name.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/\r/g, '\\r');
      return `${escaped === name ? '' : '\\'}${sha256}  ${escaped}\n`;
    })
    .join('');
}

/** The rows that a reader sees. A verifier builds them again and compares. */
export function tableRows(files: HashDocument['files']): string {
  return files
    .map(
      ({ name, sha256 }) =>
        `<tr><th scope="row"><code>${e(clean(name))}</code></th><td><code>${sha256}</code></td></tr>`,
    )
    .join('\n');
}

/** How a receiver says whom they trust. */
const TRUST_FLAGS: Readonly<Record<SigningMethod, string>> = {
  key: '--key SIGNER.pub',
  certificate: '--certificate-chain ROOT.pem --identity NAME',
  sigstore: '--trusted-root trusted_root.json --identity WHO --issuer URL',
};

function renderHashPage(
  document: HashDocument,
  { rootDigest, signer, trust }: { rootDigest: string; signer: string; trust: string },
): string {
  const title = `Hashes of ${clean(document.model)}`;
  const download = (name: string, type: string, content: string) =>
    `<a download="${name}" href="data:${type};base64,${Buffer.from(content).toString('base64')}">${name}</a>`;
  return renderPublicPage({
    title,
    body: `<p>Compare what you received with this list before you use it. ${count(document.files.length, 'file')}; all hashes are SHA-256.</p>
<h2>Check with one command</h2>
<p>With the signer's public key, certificate or identity, which you should have from another place than this page:</p>
<pre tabindex="0"><code>custos verify FOLDER --hash-page index.html ${trust}</code></pre>
<p>The address of this page works in the place of <code>index.html</code>. No account is needed. The command checks the signature, every file, and that this page shows what was signed.</p>
<p>Without Custos, in the folder of the model; this compares files with the list, but does not check who made the list:</p>
<pre tabindex="0"><code>sha256sum -c SHA256SUMS</code></pre>
<p>Any verifier of OpenSSF Model Signing v1.0 reads <code>model.sig</code>.</p>
<ul>
<li>${download('SHA256SUMS', 'text/plain', sha256sums(document.files))}</li>
<li>${download('model.sig', 'application/json', `${JSON.stringify(document.signature)}\n`)}</li>
</ul>
<h2>Signature</h2>
<dl>
<dt>Signed by</dt><dd><code>${e(clean(signer))}</code></dd>
<dt>Root digest of the list</dt><dd><code>${rootDigest}</code></dd>
</dl>
<h2>Files</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Files and their hashes">
<table>
<caption>Files and their SHA-256</caption>
<thead><tr><th scope="col">File</th><th scope="col">SHA-256</th></tr></thead>
<tbody>
${tableRows(document.files)}
</tbody>
</table>
</div>`,
    dataId: DATA_ID,
    data: document,
  });
}
