/**
 * Pickles: raw, several in a row, of joblib, and in PyTorch's legacy layout. A symbolic machine finds what loading would
 * import and call; nothing is ever unpickled.
 */
import { LimitReached } from '../../limits.ts';
import { memberPath, SliceSource } from '../../sources.ts';
import type { ByteSource, Format, FormatResult, Inspection, InspectionFinding } from '../../types.ts';
import { inspectEmbedded } from './embedded.ts';
import { importFindings, importList } from './findings.ts';
import { type PickleRun, runPickle, startRun } from './scan.ts';
import { hasPickleMagic, tryPickle } from './trial.ts';

/** A file of more pickles than this is something else. */
const MOST_PICKLES = 1_000_000;
/** `torch.save` before 1.6 begins with a pickle of this number. */
const TORCH_MAGIC = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex');

export interface PickleResult extends FormatResult {
  /** Bytes of each storage that PyTorch's persistent ids name, by key. */
  readonly storages: ReadonlyMap<string, number>;
}

/** For content that has no PROTO: asked before other formats where running it would act. */
export const pickle: Format = {
  name: 'pickle',
  recognises: (head, source) => hasPickleMagic(head) || tryPickle(source) === 'code',
  inspect,
};

export const pickleWithoutMagic: Format = {
  name: 'pickle',
  lastResort: true,
  recognises: (head, source) => head.length > 1 && tryPickle(source) !== 'no',
  inspect,
};

function inspect(source: ByteSource, inspection: Inspection): FormatResult {
  const { storages: _, ...result } = inspectPickles(source, inspection);
  return result;
}

export function inspectPickles(source: ByteSource, inspection: Inspection): PickleResult {
  const run = startRun(source, inspection);
  const torch = isTorchLegacy(source);
  let offset = 0;
  const findings: InspectionFinding[] = [];
  const skipped: { member: string; why: string }[] = [];
  let complete = false;
  try {
    while (runPickle(run, offset)) {
      offset = run.end;
      if (torch ? run.pickles === 5 : !hasNext(source, offset)) break;
      if (run.pickles >= MOST_PICKLES) break;
      inspection.tick();
    }
    inspectEmbedded(run, inspection);
    findings.push(...asPlainPickle(run, source, inspection));
    complete = run.broken === undefined && endsWell(run, source, torch, inspection, findings);
  } catch (error) {
    // What was seen until then stays.
    if (!(error instanceof LimitReached)) throw error;
    skipped.push({ member: source.path, why: error.message });
  }
  findings.unshift(...importFindings(run.log));
  if (run.broken !== undefined) {
    findings.push(broken(run));
    skipped.push({ member: source.path, why: `the pickle ${run.broken.message} (at byte ${run.end})` });
  }
  const list = importList(run.log);
  return {
    storages: run.log.storages,
    findings,
    coverage: {
      bytes: complete ? source.size : run.end,
      total: source.size,
      members: run.pickles,
      of: run.pickles + (complete ? 0 : 1),
      skipped,
    },
    ...(torch ? { variant: 'pytorch-legacy' } : run.log.joblib ? { variant: 'joblib' } : {}),
    ...(list === '' ? {} : { metadata: { 'pickle.imports': list } }),
  };
}

function isTorchLegacy(source: ByteSource): boolean {
  return Buffer.compare(source.read(0, TORCH_MAGIC.length), TORCH_MAGIC) === 0;
}

function hasNext(source: ByteSource, offset: number): boolean {
  if (offset >= source.size) return false;
  return hasPickleMagic(source.read(offset, 3)) || tryPickle(source, offset) !== 'no';
}

function broken(run: PickleRun): InspectionFinding {
  return {
    rule: 'pickle.broken',
    severity: 'low',
    weight: 'info',
    message: `The pickle ${run.broken?.message ?? 'is broken'}; loading stops there, after having done what stands before.`,
    offset: run.end,
  };
}

/** What stands behind the last pickle: PyTorch's storages, nothing, or something that is inspected by itself. */
function endsWell(
  run: PickleRun,
  source: ByteSource,
  torch: boolean,
  inspection: Inspection,
  findings: InspectionFinding[],
): boolean {
  const rest = source.size - run.end;
  if (rest === 0) return true;
  if (torch) {
    // A count of eight bytes stands before the bytes of each storage.
    let expected = 0;
    for (const bytes of run.log.storages.values()) expected += 8 + bytes;
    if (expected === rest) return true;
  }
  if (isBlank(source, run.end)) return true;
  findings.push({
    rule: 'pickle.trailing-data',
    severity: 'low',
    weight: 'info',
    message: `${rest} bytes follow the last pickle; its loader does not read them, another may.`,
    offset: run.end,
  });
  inspection.nested(new SliceSource(source, run.end, rest, memberPath(source, `rest@${run.end}`)));
  return true;
}

/** Line feeds and zeros that editors and file systems leave. */
function isBlank(source: ByteSource, offset: number): boolean {
  if (source.size - offset > 4_096) return false;
  return source.read(offset, 4_096).every((byte) => byte === 0 || byte === 10 || byte === 13 || byte === 32);
}

/**
 * joblib's loader jumps over raw arrays; `pickle.load` takes their bytes for opcodes. A file can be harmless to one
 * and harmful to the other, so it is read in both ways.
 */
function asPlainPickle(run: PickleRun, source: ByteSource, inspection: Inspection): InspectionFinding[] {
  if (!run.log.joblib) return [];
  const plain = startRun(source, inspection);
  runPickle(plain, 0, false);
  const known = new Set(run.log.imports.map((one) => one.full));
  // Bytes of numbers name many things by chance and call none of them. Pickles of object arrays count their memo from
  // zero, so that the same opcode means another name when they are read as a part of the whole.
  return importFindings(plain.log).filter(
    (one) =>
      (one.weight === 'unsafe' ||
        (one.message.startsWith('Loading calls') && !run.log.places.has(one.offset ?? -1))) &&
      one.names?.every((name) => !known.has(name) && /^[\w.]+$/.test(name)) === true,
  );
}
