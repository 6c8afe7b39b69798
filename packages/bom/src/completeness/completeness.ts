/** Which minimum elements a bill has and which it lacks, for the bill and for each model and data set. A table, never a share. */
import type { Bom, Component } from '../cyclonedx/model.ts';
import { CLUSTERS, ELEMENTS, type Element } from './elements.ts';
import { BILL, DATASET, factsOf, MODEL } from './subjects.ts';

export interface CompletenessRow {
  readonly element: Element;
  readonly present: boolean;
}

export interface CompletenessOfSubject {
  readonly kind: 'bill' | 'model' | 'dataset';
  readonly name: string;
  readonly version?: string;
  readonly rows: readonly CompletenessRow[];
}

/**
 * Goes through the elements of the G7 paper. A field counts when it is filled; whether what it says is true or enough is
 * not judged here.
 * @example completenessOf(bom).flatMap((one) => one.rows.filter((row) => !row.present))
 */
export function completenessOf(bom: Bom): CompletenessOfSubject[] {
  const facts = factsOf(bom);
  const rows = <T>(tests: Readonly<Record<string, (subject: T, all: typeof facts) => boolean>>, subject: T) =>
    ELEMENTS.flatMap((element): CompletenessRow[] => {
      const test = tests[element.id];
      return test ? [{ element, present: test(subject, facts) }] : [];
    });
  const named = (one: Component) => ({
    name: one.name,
    ...(one.version === undefined ? {} : { version: one.version }),
  });
  return [
    { kind: 'bill', name: bom.metadata?.component?.name ?? 'bill of materials', rows: rows(BILL, bom) },
    ...facts.components
      .filter((one) => one.type === 'machine-learning-model')
      .map((one) => ({ kind: 'model' as const, ...named(one), rows: rows(MODEL, one) })),
    ...facts.components
      .filter((one) => one.type === 'data' && (one.data ?? []).some(({ type }) => type === 'dataset'))
      .map((one) => ({ kind: 'dataset' as const, ...named(one), rows: rows(DATASET, one) })),
  ];
}

/** The table as text: one line for each element, what is missing with what it asks for. */
export function completenessTable(subjects: readonly CompletenessOfSubject[]): string {
  const lines: string[] = [];
  for (const { kind, name, version, rows } of subjects) {
    lines.push(`${kind}  ${name}${version === undefined ? '' : ` ${version}`}`);
    for (const { element, present } of rows)
      lines.push(
        `  ${present ? 'present' : 'missing'}  ${CLUSTERS[element.cluster]}: ${element.name}${present ? '' : ` (${element.asks})`}`,
      );
    lines.push('');
  }
  return lines.join('\n');
}
