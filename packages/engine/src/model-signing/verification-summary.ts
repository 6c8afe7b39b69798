/** What a verification found, for people. Names in it come from strangers, so every line is cleaned. */
import type { ModelVerification } from '@custos/trust';
import { clean, count } from '../report/text.ts';

const MOST_LINES = 40;

/** Ends in a line feed. */
export function renderVerification(model: string, found: ModelVerification): string {
  const lines: string[] = [];
  if (found.valid) {
    const signer = found.signer ?? 'somebody';
    lines.push(
      found.form === 'attestation'
        ? `valid: the attestation about ${model} is by ${signer}`
        : `valid: ${model} is what ${signer} signed`,
    );
    lines.push(
      `  ${count(found.files, 'file')}, ${found.bytes} bytes, ${found.manifest?.serialization.hash_type ?? ''}, root digest ${found.manifest?.rootDigest ?? ''}`,
    );
  } else {
    const by = found.signer === undefined ? 'no trusted signature' : `signed by ${found.signer}, but changed`;
    lines.push(`invalid: ${model} (${by})`);
    for (const { code, message } of found.problems.slice(0, MOST_LINES)) lines.push(`  ${code} ${message}`);
    const more = found.problems.length - MOST_LINES;
    if (more > 0) lines.push(`  and ${more} more; --format json lists all`);
  }
  if (found.manifest !== undefined && found.unsigned.length > 0) {
    const more = found.unsigned.length - MOST_LINES;
    const names = found.unsigned.slice(0, MOST_LINES).join(', ');
    lines.push(`  not signed: ${names}${more > 0 ? ` and ${more} more; --format json lists all` : ''}`);
  }
  for (const { message } of found.warnings.slice(0, MOST_LINES)) lines.push(`  note: ${message}`);
  return `${lines.map((line) => `${/^ */.exec(line)?.[0] ?? ''}${clean(line)}`).join('\n')}\n`;
}

/** The same for machines. */
export function verificationJson(model: string, signature: string, found: ModelVerification): object {
  const { valid, form, method, signer, manifest, files, bytes, unsigned, problems, warnings } = found;
  return {
    valid,
    model,
    signature,
    form,
    method: method ?? null,
    signer: signer ?? null,
    rootDigest: manifest?.rootDigest ?? null,
    hashType: manifest?.serialization.hash_type ?? null,
    files,
    bytes,
    unsigned,
    problems,
    warnings,
  };
}
