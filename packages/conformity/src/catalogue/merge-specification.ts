/**
 * Documents of a folder → one specification. Pure: reading files, and adding line numbers to problems, is the caller's work.
 * Cross-checks are here because only the whole shows them: ids used twice, features and triggers nobody described,
 * principles and tables that do not exist, verbs that contradict each other.
 */
import { Provision, type Setting, Specification } from '@custos/core';
import { CHECKS } from '../checks/index.ts';
import { proofProblem } from '../kernel/declared-check.ts';
import {
  type CatalogueDocument,
  checkDocument,
  didYouMean,
  Head,
  Ixit,
  kindOf,
  Principles,
  Settings,
  stemOf,
} from './document.ts';
import { type CatalogueProblem, catalogueInvalid, type Field } from './problem.ts';

export type MergeResult =
  | { ok: true; specification: Specification }
  | { ok: false; problems: readonly CatalogueProblem[] };

/**
 * Joins and checks the documents of a catalogue.
 * @param documents paths end in `specification.yaml`, `principles.yaml`, `ixit.yaml`, `settings.yaml` or
 * `provisions/<id>.yaml`; the order does not matter. IXIT and settings may be left out.
 * @param inherited settings that hold where the catalogue has none of that id: those of EN 304 223 for a user's own
 * @throws CustosError CATALOGUE_INVALID naming file, field and what to do, for all problems found.
 */
export function mergeSpecification(
  documents: readonly CatalogueDocument[],
  inherited: readonly Setting[] = [],
): Specification {
  const result = tryMergeSpecification(documents, inherited);
  if (!result.ok) throw catalogueInvalid(result.problems);
  return result.specification;
}

/** As `mergeSpecification`, with the problems as data. */
export function tryMergeSpecification(
  documents: readonly CatalogueDocument[],
  inherited: readonly Setting[] = [],
): MergeResult {
  const alone = [...documents.flatMap(checkDocument), ...placeProblems(documents)];
  if (alone.length > 0) return { ok: false, problems: alone };
  const parts = collect(documents, inherited);
  const problems = crossCheck(parts);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, specification: join(parts) };
}

interface Part<T> {
  path: string;
  value: T;
}

interface Parts {
  head: Part<ReturnType<typeof Head.parse>>;
  principles: Part<Specification['principles']>;
  ixit: Part<Specification['ixit']>;
  settings: Part<Specification['settings']>;
  inherited: readonly Setting[];
  provisions: Part<Provision>[];
}

/** Which kinds are there: each at most once, the head and the principles and some provision at least. */
function placeProblems(documents: readonly CatalogueDocument[]): CatalogueProblem[] {
  const problems: CatalogueProblem[] = [];
  for (const kind of ['specification', 'principles', 'ixit', 'settings'] as const) {
    const found = documents.filter(({ path }) => kindOf(path) === kind);
    const [, second] = found;
    if (second !== undefined) {
      problems.push({
        path: second.path,
        field: [],
        message: `is a second ${kind} document`,
        suggestion: `keep one of ${found.map(({ path }) => path).join(' and ')}`,
      });
    }
    if (found.length === 0 && (kind === 'specification' || kind === 'principles')) {
      problems.push(absent(`${kind}.yaml`));
    }
  }
  if (!documents.some(({ path }) => kindOf(path) === 'provision'))
    problems.push(absent('provisions/<id>.yaml'));
  return problems;
}

function absent(path: string): CatalogueProblem {
  return {
    path,
    field: [],
    message: 'is missing',
    suggestion: 'add it; standard/README.md describes the files of a catalogue',
  };
}

function collect(documents: readonly CatalogueDocument[], inherited: readonly Setting[]): Parts {
  const one = (kind: string): CatalogueDocument | undefined =>
    documents.find(({ path }) => kindOf(path) === kind);
  const head = one('specification');
  const principles = one('principles');
  const ixit = one('ixit');
  const settings = one('settings');
  return {
    head: { path: head?.path ?? '', value: Head.parse(head?.value) },
    principles: { path: principles?.path ?? '', value: Principles.parse(principles?.value).principles },
    ixit: { path: ixit?.path ?? '', value: ixit === undefined ? [] : Ixit.parse(ixit.value).ixit },
    settings: {
      path: settings?.path ?? '',
      value: settings === undefined ? [] : Settings.parse(settings.value).settings,
    },
    inherited,
    provisions: documents
      .filter(({ path }) => kindOf(path) === 'provision')
      .map(({ path, value }) => ({ path, value: Provision.parse(value) }))
      .sort((left, right) => compareIds(left.value.id, right.value.id)),
  };
}

function join({ head, principles, ixit, settings, inherited, provisions }: Parts): Specification {
  return Specification.parse({
    ...head.value,
    principles: [...principles.value].sort((left, right) => left.number - right.number),
    ixit: [...ixit.value].sort((left, right) => left.number - right.number),
    settings: allSettings(settings.value, inherited),
    provisions: provisions.map(({ value }) => value),
  });
}

function allSettings(own: readonly Setting[], inherited: readonly Setting[]): Setting[] {
  const taken = new Set(own.map((setting) => setting.id));
  return [...own, ...inherited.filter((setting) => !taken.has(setting.id))];
}

function crossCheck(parts: Parts): CatalogueProblem[] {
  const { principles, ixit, settings, provisions } = parts;
  return [
    ...duplicates(
      principles.value.map(({ number }, i) => place(principles.path, ['principles', i, 'number'], number)),
    ),
    ...duplicates(
      principles.value.map(({ clause }, i) => place(principles.path, ['principles', i, 'clause'], clause)),
    ),
    ...duplicates(ixit.value.map(({ number }, i) => place(ixit.path, ['ixit', i, 'number'], number))),
    ...duplicates(settings.value.map(({ id }, i) => place(settings.path, ['settings', i, 'id'], id))),
    ...duplicates(provisions.map(({ path, value }) => place(path, ['id'], value.id))),
    ...duplicates(
      provisions.flatMap(({ path, value: { uk } }) => (uk === undefined ? [] : [place(path, ['uk'], uk)])),
    ),
    ...duplicates(
      provisions.flatMap(({ path, value }) =>
        value.duties.map(({ id }, i) => place(path, ['duties', i, 'id'], id)),
      ),
    ),
    ...provisions.flatMap((provision) => provisionProblems(provision, parts)),
  ];
}

interface Place {
  path: string;
  field: Field;
  id: string;
}

function place(path: string, field: Field, id: string | number): Place {
  return { path, field, id: String(id) };
}

function duplicates(places: readonly Place[]): CatalogueProblem[] {
  const first = new Map<string, Place>();
  const problems: CatalogueProblem[] = [];
  for (const item of places) {
    const earlier = first.get(item.id);
    if (earlier === undefined) first.set(item.id, item);
    else {
      problems.push({
        path: item.path,
        field: item.field,
        message: `is ${item.id}, which is taken`,
        suggestion: `give one of them another id; the other is in ${earlier.path}`,
      });
    }
  }
  return problems;
}

function provisionProblems({ path, value }: Part<Provision>, parts: Parts): CatalogueProblem[] {
  const problems: CatalogueProblem[] = [];
  const report = (field: Field, message: string, suggestion: string): void => {
    problems.push({ path, field, message, suggestion });
  };
  if (stemOf(path) !== value.id) {
    report(['id'], `is ${value.id}, but the file is called ${stemOf(path)}`, 'let file name and id agree');
  }
  if (!parts.principles.value.some(({ number }) => number === value.principle)) {
    report(
      ['principle'],
      `is ${value.principle}, which is no principle`,
      `add it to ${parts.principles.path}`,
    );
  }
  value.triggers.forEach((trigger, index) => {
    if (parts.head.value.triggers[trigger] === undefined) {
      const known = Object.keys(parts.head.value.triggers);
      const suggestion = didYouMean(trigger, known) ?? `describe it in ${parts.head.path}`;
      report(['triggers', index], `is ${trigger}, which is not described`, suggestion);
    }
  });
  value.ixit.forEach((table, index) => {
    if (!parts.ixit.value.some(({ number }) => number === table)) {
      report(['ixit', index], `is ${table}, which is no IXIT table`, 'add the table to ixit.yaml');
    }
  });
  problems.push(...dutyProblems({ path, value }, parts), ...verbProblems({ path, value }));
  problems.push(
    ...duplicates(
      value.references.map(({ framework, id }, i) =>
        place(path, ['references', i, 'id'], `${framework} ${id}`),
      ),
    ),
  );
  return problems;
}

function dutyProblems({ path, value }: Part<Provision>, parts: Parts): CatalogueProblem[] {
  const intervals = allSettings(parts.settings.value, parts.inherited)
    .filter(({ unit }) => unit !== 'share' && unit !== 'count')
    .map(({ id }) => id);
  return value.duties.flatMap((duty, index) => {
    const problems: CatalogueProblem[] = [];
    const prefix = `${value.id}/`;
    if (!duty.id.startsWith(prefix) || duty.id.length === prefix.length) {
      problems.push({
        path,
        field: ['duties', index, 'id'],
        message: `is ${duty.id}, which is no duty of ${value.id}`,
        suggestion: `write ${prefix} and a letter`,
      });
    }
    duty.when.forEach((feature, at) => {
      if (parts.head.value.features[feature] !== undefined) return;
      problems.push({
        path,
        field: ['duties', index, 'when', at],
        message: `is ${feature}, which is not described`,
        suggestion: `describe it in ${parts.head.path}`,
      });
    });
    duty.shown_by?.forEach((proof, at) => {
      const problem = proofProblem(proof, { duties: [...CHECKS.keys()], intervals });
      if (problem === undefined) return;
      problems.push({
        path,
        field: ['duties', index, 'shown_by', at, problem.field],
        message: problem.message,
        suggestion: problem.suggestion,
      });
    });
    duty.roles.forEach((role, at) => {
      if (value.roles.includes(role)) return;
      problems.push({
        path,
        field: ['duties', index, 'roles', at],
        message: `is ${role}, which the provision does not name`,
        suggestion: `add ${role} to roles of the provision`,
      });
    });
    return problems;
  });
}

/** A provision's verb is that of the duty it leads with, and a *should* hides no *shall*. */
function verbProblems({ path, value }: Part<Provision>): CatalogueProblem[] {
  const [lead] = value.duties;
  if (lead !== undefined && lead.norm !== value.norm) {
    return [
      {
        path,
        field: ['norm'],
        message: `is ${value.norm}, but the first duty says ${lead.norm}`,
        suggestion: 'let the provision have the verb of its first duty',
      },
    ];
  }
  const hidden = value.norm === 'should' ? value.duties.findIndex(({ norm }) => norm === 'shall') : -1;
  if (hidden === -1) return [];
  return [
    {
      path,
      field: ['duties', hidden, 'norm'],
      message: 'is shall in a provision that says should',
      suggestion: 'lead with the shall, or move it to a provision of its own',
    },
  ];
}

/** Order of ids by their numbers: 5.1.1-2 before 5.1.1-2.1 before 5.1.1-10; the same on every machine. */
export function compareIds(left: string, right: string): number {
  const a = left.split(/(\d+)/);
  const b = right.split(/(\d+)/);
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    const x = a[i] ?? '';
    const y = b[i] ?? '';
    if (x === y) continue;
    const numeric = i % 2 === 1 ? Number(x) - Number(y) : 0;
    if (numeric !== 0) return numeric;
    return x < y ? -1 : 1;
  }
  return a.length - b.length;
}

/** The package's door opens on this file; these belong to the same house. */
export { type SpecificationCounts, specificationCounts } from './counts.ts';
export { type CatalogueDocument, REFERENCE_ID } from './document.ts';
export { type CatalogueProblem, catalogueInvalid, fieldName } from './problem.ts';
