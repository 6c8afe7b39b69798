/** What the verbs on bills say to people. */
import type { BomDiff, MergedBom, Validation } from '@custos/bom';

const MOST = 20;

export function validationText(name: string, format: string, validation: Validation | undefined): string {
  if (!validation)
    return `${name}: ${format}, readable. No schema of SPDX comes with Custos, so it was not validated.\n`;
  const lines = validation.problems.map(({ path, message }) => `  ${path || '/'} ${message}`);
  const references = validation.references.map(({ kind, refs }) => `  ${kind}: ${refs.join(' > ')}`);
  return [
    `${name}: ${format}, ${lines.length === 0 ? 'valid' : `not valid, ${lines.length} problem${lines.length === 1 ? '' : 's'}`}`,
    ...lines,
    ...(references.length > 0 ? ['References and addresses', ...references] : []),
    '',
  ].join('\n');
}

export function mergeReport({ bom, conflicts, joined, renamed }: MergedBom): string[] {
  const shown = conflicts.slice(0, MOST).map(({ subject, path, kept, other }) => {
    return `  ${subject} ${path}: ${short(kept.value)} (${kept.source}, kept) against ${short(other.value)} (${other.source})`;
  });
  return [
    `${bom.components?.length ?? 0} components; ${joined.length} known to more than one source; ${renamed.length} references renamed.`,
    conflicts.length === 0 ? 'No source contradicts another.' : `${conflicts.length} contradictions:`,
    ...shown,
    ...(conflicts.length > MOST ? [`  … ${conflicts.length - MOST} more; --report FILE has them all.`] : []),
  ];
}

export function diffText(found: BomDiff): string {
  const called = ({ kind, name, version }: BomDiff['added'][number]) =>
    `${kind} ${name}${version === undefined ? '' : ` ${version}`}`;
  const lines = [
    ...found.added.map((one) => `+ ${called(one)}`),
    ...found.removed.map((one) => `- ${called(one)}`),
    ...found.changed.flatMap((one) => [
      `~ ${called(one)}`,
      ...one.fields.map(({ path, before, after }) => `    ${path}: ${short(before)} → ${short(after)}`),
    ]),
  ];
  return lines.length === 0 ? 'Nothing changed.\n' : `${lines.join('\n')}\n`;
}

function short(value: unknown): string {
  const text = value === undefined ? '(none)' : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
