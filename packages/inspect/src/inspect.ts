/** One file: recognised by content, read by its format, with everything that is nested in it. */
import { Budget, LimitReached, type Limits, type Stopwatch } from './limits.ts';
import { plainKind } from './plain.ts';
import { FORMATS } from './registry.ts';
import type {
  ByteSource,
  Coverage,
  FileInspection,
  Format,
  FormatResult,
  Inspection,
  InspectionFinding,
} from './types.ts';
import { verdictOf } from './verdict.ts';

const HEAD = 65_536;
/** More findings than this tell a reader nothing new; the worst are kept. */
const MAX_FINDINGS = 1_000;
const MAX_SKIPPED = 1_000;

export interface InspectOptions {
  readonly limits?: Limits;
  readonly stopwatch?: Stopwatch;
  readonly formats?: readonly Format[];
}

/**
 * Says what a source would do when it is loaded. Never throws for what the content holds.
 * @example inspectSource(new FileSource('model.pt')).verdict // 'unsafe' | 'suspicious' | 'clean' | 'not_inspected'
 */
export function inspectSource(source: ByteSource, options: InspectOptions = {}): FileInspection {
  return inspectAt(
    source,
    { budget: new Budget(options.limits, options.stopwatch), formats: options.formats ?? FORMATS },
    0,
  );
}

interface Run {
  readonly budget: Budget;
  readonly formats: readonly Format[];
}

function inspectAt(source: ByteSource, run: Run, depth: number): FileInspection {
  const gathered: Gathered = { findings: [], skipped: [], members: 0, of: 0 };
  const inspection: Inspection = {
    depth,
    tick: (bytes) => run.budget.tick(bytes),
    nested(inner) {
      const result = nestedAt(inner, run, depth + 1);
      gather(gathered, result);
      return result;
    },
  };
  let format = 'unknown';
  let result: FormatResult;
  try {
    // A copy: formats read while they hold the head.
    const head = source.read(0, HEAD).slice();
    const matching = recognise(run.formats, head, source);
    const [first, ...others] = matching;
    if (first === undefined) {
      format = plainKind(source, inspection) ?? 'unknown';
      result = unrecognised(source, format, depth);
    } else {
      format = first.name;
      result = attempt(first, source, inspection);
      for (const other of others) result = joined(result, first, other, attempt(other, source, inspection));
    }
  } catch (error) {
    result = notInspected(source, reason(error));
  }
  return conclude(source, format, result, gathered);
}

/** Formats that ask to be last are asked only where no other knows the content. */
function recognise(formats: readonly Format[], head: Uint8Array, source: ByteSource): Format[] {
  const sure = formats.filter((one) => one.lastResort !== true && one.recognises(head, source));
  if (sure.length > 0) return sure;
  const guess = formats.find((one) => one.lastResort === true && one.recognises(head, source));
  return guess === undefined ? [] : [guess];
}

function nestedAt(source: ByteSource, run: Run, depth: number): FileInspection {
  try {
    run.budget.member();
    if (depth > run.budget.limits.depth) throw new LimitReached('depth', run.budget.limits.depth);
  } catch (error) {
    return conclude(source, 'unknown', notInspected(source, reason(error)));
  }
  return inspectAt(source, run, depth);
}

/** A format that gives up leaves what was nested in it, and a reason. */
function attempt(format: Format, source: ByteSource, inspection: Inspection): FormatResult {
  try {
    return format.inspect(source, inspection);
  } catch (error) {
    return notInspected(source, reason(error));
  }
}

function reason(error: unknown): string {
  if (error instanceof LimitReached) return error.message;
  return `could not be read: ${error instanceof Error ? error.message : String(error)}`;
}

function notInspected(source: ByteSource, why: string): FormatResult {
  return {
    findings: [],
    coverage: { bytes: 0, total: source.size, members: 0, of: 1, skipped: [{ member: source.path, why }] },
  };
}

/** Text beside a model is read by nobody's loader; a whole file of it is no model and says so. */
function unrecognised(source: ByteSource, kind: string, depth: number): FormatResult {
  if (kind === 'unknown') return notInspected(source, 'no format recognises the content');
  if (depth === 0) return notInspected(source, `not a model file: ${kind}`);
  return {
    findings: [],
    coverage: { bytes: source.size, total: source.size, members: 1, of: 1, skipped: [] },
  };
}

/** The content is valid in two formats: which one a loader takes is up to the loader, so both are inspected. */
function joined(result: FormatResult, first: Format, other: Format, second: FormatResult): FormatResult {
  const polyglot: InspectionFinding = {
    rule: 'file.polyglot',
    severity: 'medium',
    weight: 'suspicious',
    message: `The content is ${first.name} and ${other.name} at once: two readers see two different files.`,
  };
  return {
    ...result,
    findings: [...result.findings, polyglot, ...second.findings],
    coverage: {
      ...result.coverage,
      bytes: Math.max(result.coverage.bytes, second.coverage.bytes),
      members: result.coverage.members + second.coverage.members,
      of: result.coverage.of + second.coverage.of,
      skipped: [...result.coverage.skipped, ...second.coverage.skipped],
    },
  };
}

interface Gathered {
  findings: InspectionFinding[];
  skipped: { member: string; why: string }[];
  members: number;
  of: number;
}

function gather(into: Gathered, inner: FileInspection): void {
  for (const finding of inner.findings)
    into.findings.push({ ...finding, member: finding.member ?? inner.path });
  if (into.findings.length > 2 * MAX_FINDINGS) into.findings = worst(into.findings);
  for (const skipped of inner.coverage.skipped)
    if (into.skipped.length < MAX_SKIPPED) into.skipped.push(skipped);
  into.members += inner.coverage.members;
  into.of += Math.max(1, inner.coverage.of);
  // Bytes of a member are bytes of its container; what is missing in a member shows in its count.
  const whole = inner.coverage.bytes >= inner.coverage.total && inner.coverage.of > 0;
  if (!whole && inner.coverage.members >= inner.coverage.of) into.of += 1;
}

const ORDER = { unsafe: 0, suspicious: 1, info: 2 } as const;

function worst(findings: readonly InspectionFinding[]): InspectionFinding[] {
  return findings.toSorted((a, b) => ORDER[a.weight] - ORDER[b.weight]).slice(0, MAX_FINDINGS);
}

function conclude(
  source: ByteSource,
  format: string,
  result: FormatResult,
  nested: Gathered = { findings: [], skipped: [], members: 0, of: 0 },
): FileInspection {
  const findings = worst([...result.findings, ...nested.findings]);
  const coverage: Coverage = {
    bytes: Math.min(result.coverage.bytes, result.coverage.total),
    total: result.coverage.total,
    members: result.coverage.members + nested.members,
    of: result.coverage.of + nested.of,
    skipped: [...result.coverage.skipped, ...nested.skipped].slice(0, MAX_SKIPPED),
  };
  return {
    ...result,
    path: source.path,
    format: result.variant === undefined ? format : `${format}/${result.variant}`,
    size: source.size,
    findings,
    coverage,
    verdict: verdictOf(findings, coverage),
  };
}
