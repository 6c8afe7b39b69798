/**
 * One document of a catalogue against its own form: what kind it is follows from its place in the folder. The JSON Schema
 * in `standard/schema/` says the same for editors; a test holds the two together.
 */
import { nearest, Provision, type Reference, Specification } from '@custos/core';
import type { CatalogueProblem, Field } from './problem.ts';

/** A parsed YAML (or JSON) document and where it came from, with `/` between folders. */
export interface CatalogueDocument {
  path: string;
  value: unknown;
}

export const Head = Specification.pick({ standard: true, version: true, features: true, triggers: true });
export const Principles = Specification.pick({ principles: true });
export const Ixit = Specification.pick({ ixit: true }).required();
export const Settings = Specification.pick({ settings: true });

const FORMS = {
  specification: Head,
  principles: Principles,
  ixit: Ixit,
  settings: Settings,
  provision: Provision,
} as const;
export type DocumentKind = keyof typeof FORMS;

/** How ids of each framework are written; the ids themselves belong to their publishers. */
export const REFERENCE_ID: Record<Reference['framework'], { pattern: RegExp; example: string }> = {
  atlas: { pattern: /^AML\.[MT][0-9]{4}(\.[0-9]{3})?$/, example: 'AML.M0018' },
  owasp_llm: { pattern: /^LLM(0[1-9]|10):[0-9]{4}$/, example: 'LLM01:2025' },
  aisvs: { pattern: /^C[0-9]{1,2}(\.[0-9]{1,2}){0,2}$/, example: 'C2.1.3' },
  nist_ai_rmf: { pattern: /^(GOVERN|MAP|MEASURE|MANAGE) [0-9]\.[0-9]{1,2}$/, example: 'GOVERN 2.2' },
  iso_42001: { pattern: /^(A\.)?[0-9]{1,2}(\.[0-9]{1,2}){1,2}$/, example: 'A.4.6 or 6.1.2' },
  eu_ai_act: { pattern: /^Art\.[0-9]{1,3}[a-z]?(\([0-9]{1,2}[a-z]?\))?$/, example: 'Art.15(4)' },
};

/** The kind of a document by its place, or undefined when the place is not one of a catalogue. */
export function kindOf(path: string): DocumentKind | undefined {
  const parts = path.split('/');
  const stem = stemOf(path);
  if (stem === undefined) return undefined;
  if (parts.at(-2) === 'provisions') return 'provision';
  return stem === 'specification' || stem === 'principles' || stem === 'ixit' || stem === 'settings'
    ? stem
    : undefined;
}

/** File name without `.yaml`, `.yml` or `.json`. */
export function stemOf(path: string): string | undefined {
  return /^(.+)\.(?:ya?ml|json)$/.exec(path.split('/').at(-1) ?? '')?.[1];
}

/** Problems of one document on its own: unknown or missing keys, wrong types, words outside the vocabulary, blank texts. */
export function checkDocument(document: CatalogueDocument): CatalogueProblem[] {
  const kind = kindOf(document.path);
  if (kind === undefined) {
    return [
      {
        path: document.path,
        field: [],
        message: 'has no place in a catalogue',
        suggestion:
          'name it specification.yaml, principles.yaml, ixit.yaml, settings.yaml or provisions/<id>.yaml',
      },
    ];
  }
  const parsed = FORMS[kind].safeParse(document.value);
  const problems = parsed.success ? [] : parsed.error.issues.flatMap((issue) => explain(document, issue));
  return [...problems, ...blankTexts(document), ...valueProblems(document, kind)];
}

/** The parts of a zod issue that are read here. */
interface Issue {
  code: string;
  path: readonly PropertyKey[];
  message: string;
  keys?: readonly string[];
  values?: readonly unknown[];
  expected?: string;
}

function explain(document: CatalogueDocument, issue: Issue): CatalogueProblem[] {
  const field = issue.path.filter((part) => typeof part !== 'symbol');
  const { path } = document;
  const found = valueAt(document.value, field);
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(document, field);
    return (issue.keys ?? []).map((key) => ({
      path,
      field: [...field, key],
      key: true as const,
      message: 'is not a known key',
      suggestion: didYouMean(key, known) ?? 'take it away',
    }));
  }
  if (issue.code === 'invalid_key') {
    const known =
      String(field[0]) === 'triggers' ? Object.values(TRIGGER_WORDS) : Object.values(FEATURE_WORDS);
    return [
      {
        path,
        field,
        key: true,
        message: `is not a known ${field[0] === 'triggers' ? 'trigger' : 'feature'}`,
        suggestion: didYouMean(String(field.at(-1)), known) ?? `use one of ${known.join(', ')}`,
      },
    ];
  }
  if (found === undefined && field.length > 0) {
    return [{ path, field, message: 'is missing', suggestion: 'add it' }];
  }
  if (issue.code === 'invalid_value') {
    const known = (issue.values ?? []).map(String);
    const suggestion = `use one of ${known.join(', ')}`;
    const near = typeof found === 'string' ? didYouMean(found, known) : undefined;
    return [{ path, field, message: `is ${shown(found)}`, suggestion: near ?? suggestion }];
  }
  if (issue.code === 'invalid_union')
    return [
      {
        path,
        field,
        message: `is ${shown(found)}, which is none of its forms`,
        suggestion: 'standard/README.md shows them',
      },
    ];
  const quotes = issue.expected === 'string' && (typeof found === 'number' || typeof found === 'boolean');
  return [
    {
      path,
      field,
      message: `is ${shown(found)}: ${issue.message}`,
      suggestion: quotes ? 'put it in quotes' : `make it ${issue.expected ?? 'what the message says'}`,
    },
  ];
}

const FEATURE_WORDS = Provision.shape.duties.element.shape.when.element.enum;
const TRIGGER_WORDS = Provision.shape.triggers.element.enum;

function knownKeys(document: CatalogueDocument, field: Field): string[] {
  const kind = kindOf(document.path);
  if (kind === undefined) return [];
  if (field.length === 0) return Object.keys(FORMS[kind].shape);
  switch (field[0]) {
    case 'duties':
      return Object.keys(Provision.shape.duties.element.shape);
    case 'references':
      return ['framework', 'id', 'relation'];
    case 'features':
      return Object.values(FEATURE_WORDS);
    case 'triggers':
      return Object.values(TRIGGER_WORDS);
    case 'settings':
      return Object.keys(Specification.shape.settings.element.shape);
    case 'principles':
      return Object.keys(Specification.shape.principles.element.shape);
    default:
      return ['number', 'title'];
  }
}

export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const near = nearest(word, known);
  return near === undefined ? undefined : `did you mean ${near}?`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** The value at a field of a parsed document. */
export function valueAt(value: unknown, field: Field): unknown {
  let current = value;
  for (const part of field) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Object.getOwnPropertyDescriptor(current, part)?.value;
  }
  return current;
}

function blankTexts({ path, value }: CatalogueDocument): CatalogueProblem[] {
  const problems: CatalogueProblem[] = [];
  const visit = (current: unknown, field: Field): void => {
    if (typeof current === 'string' && current.trim() === '') {
      problems.push({ path, field, message: 'is blank', suggestion: 'write what it stands for' });
    } else if (Array.isArray(current)) {
      current.forEach((item, index) => {
        visit(item, [...field, index]);
      });
    } else if (typeof current === 'object' && current !== null) {
      for (const [key, item] of Object.entries(current)) visit(item, [...field, key]);
    }
  };
  visit(value, []);
  return problems;
}

/** Rules about values that types do not express: how reference ids are written, and what a default may be. */
function valueProblems({ path, value }: CatalogueDocument, kind: DocumentKind): CatalogueProblem[] {
  if (kind === 'provision') return referenceProblems(path, Provision.safeParse(value).data?.references ?? []);
  if (kind === 'settings') return settingProblems(path, Settings.safeParse(value).data?.settings ?? []);
  return [];
}

function referenceProblems(path: string, references: readonly Reference[]): CatalogueProblem[] {
  return references.flatMap(({ framework, id }, index) => {
    const { pattern, example } = REFERENCE_ID[framework];
    if (pattern.test(id)) return [];
    return [
      {
        path,
        field: ['references', index, 'id'],
        message: `is ${shown(id)}, which is no id of ${framework}`,
        suggestion: `write it like ${example}`,
      },
    ];
  });
}

function settingProblems(path: string, settings: Specification['settings']): CatalogueProblem[] {
  return settings.flatMap(({ default: amount, unit }, index) => {
    const field = ['settings', index, 'default'];
    if (amount < 0) {
      return [{ path, field, message: `is ${amount}`, suggestion: 'use 0 or more' }];
    }
    if (unit === 'share' && amount > 1) {
      return [{ path, field, message: `is ${amount}, but a share`, suggestion: 'use a number from 0 to 1' }];
    }
    if (unit === 'count' && !Number.isInteger(amount)) {
      return [{ path, field, message: `is ${amount}, but a count`, suggestion: 'use a whole number' }];
    }
    return [];
  });
}
