/**
 * Data files that stand where training or reference data stands, column files (Parquet, Arrow, Avro) wherever they
 * stand, and DVC pointers to data kept elsewhere. What the name promises is checked by the first bytes.
 */
import { ResultBuilder } from '../../builder.ts';
import { readLfsPointer } from '../../lfs-pointer.ts';
import { extensionOf, isTestPath } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';

const DATA = /^\.(?:csv|tsv|parquet|jsonl|ndjson|arrow|feather|tfrecord|npy|npz|avro|orc)$/;
/** Formats with a signature of their own (Parquet, Arrow IPC and Feather, Avro, LanceDB): data wherever they stand. */
const COLUMNS = /^\.(?:parquet|arrow|feather|avro|orc)$/;
const MAGIC: readonly (readonly [string, string])[] = [
  ['PAR1', 'parquet'],
  ['PARE', 'parquet'],
  ['ARROW1', 'arrow'],
  ['FEA1', 'feather'],
  ['Obj\x01', 'avro'],
  ['ORC', 'orc'],
];
/** What a model put out, or what was measured of it, is no data that the system was made from. */
const OUTPUT =
  /(?:^|\/)(?:[\w.-]*[-_])?(?:generations?|ratings?|results?|outputs?|predictions?|logs?|runs?|metrics|wandb)(?:[-_][\w.-]*)?\//i;
const DATA_DIRECTORY =
  /(?:^|\/)(?:data|datasets?|corpus|corpora|training|train|training_data|eval|evals|evaluation|raw|processed|samples)\//i;
const DATA_NAME =
  /(?:^|\/)(?:[\w-]*[-_.])?(?:train|training|test|val|valid|validation|eval|dataset|corpus|data|samples|seed_tasks)(?:[-_.][\w-]*)?\.[a-z]+$/i;

export const datasets: Scanner = {
  name: 'datasets',
  reads: 'head',
  wants: (path) =>
    (path.endsWith('.dvc') && !path.includes('.dvc/')) ||
    (COLUMNS.test(extensionOf(path)) && !isTestPath(path)) ||
    (DATA.test(extensionOf(path)) &&
      !OUTPUT.test(path) &&
      !/(?:^|\/)(?:tests|__tests__|fixtures?|snapshots?)\//.test(path) &&
      (DATA_DIRECTORY.test(path) || DATA_NAME.test(path)) &&
      !isTestPath(path.replace(/(?:^|\/)test\//, '/'))),
  scan(file) {
    const out = new ResultBuilder('datasets', file.path);
    if (file.path.endsWith('.dvc')) return pointer(file.path, file.head.toString('utf8'), out);
    if (file.size === 0) return emptyResult();
    const extension = extensionOf(file.path);
    const lfs = readLfsPointer(file.head);
    const format = MAGIC.find(([magic]) => file.head.toString('latin1', 0, 8).startsWith(magic))?.[1];
    if (COLUMNS.test(extension) && format === undefined && lfs === undefined) {
      out.unknown('wrong-magic', `Named ${extension}, but its first bytes say otherwise; not taken as data.`);
      return out.result;
    }
    const digest = lfs === undefined ? file.digest : (`sha256:${lfs.oid}` as const);
    out.asset(
      {
        kind: 'dataset',
        name: file.path,
        origin: 'own',
        ...(digest === undefined ? {} : { digest }),
        properties: {
          format: format ?? extension.slice(1),
          bytes: lfs?.size ?? file.size,
          ...(lfs === undefined ? {} : { lfs: true }),
        },
      },
      'depends_on',
    );
    if (lfs !== undefined)
      out.unknown('not-fetched', 'Git LFS pointer; the file itself was not there to be examined.');
    return out.result;
  },
};

function pointer(path: string, text: string, out: ResultBuilder): ReturnType<typeof emptyResult> {
  // Dependencies have paths too; what the file keeps stands under `outs`.
  const outs = text.slice(Math.max(0, text.search(/^outs:/m)));
  const target = /^\s*(?:-\s+)?path:\s*(\S+)/m.exec(outs)?.[1];
  const md5 = /^\s*(?:-\s+)?md5:\s*([0-9a-f]{32}(?:\.dir)?)/m.exec(outs)?.[1];
  if (target === undefined) {
    out.unknown('malformed', 'DVC file without a path of its output.');
    return out.result;
  }
  const directory = path.slice(0, path.lastIndexOf('/') + 1);
  out.asset(
    {
      kind: 'dataset',
      name: directory + target,
      origin: 'own',
      properties: { format: 'dvc', ...(md5 === undefined ? {} : { md5 }) },
      line: 1,
    },
    'depends_on',
  );
  return out.result;
}
