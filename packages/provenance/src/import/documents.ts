/**
 * Descriptions of datasets: Croissant, Hugging Face dataset cards, DVC files, OpenLineage events. They say where data came
 * from as a whole, so each of their sources is a row.
 */
import { readFileSync, statSync } from 'node:fs';
import { CustosError } from '@custos/core';
import { parse as parseYaml } from 'yaml';
import { list } from '../croissant/expand.ts';
import { firstText } from '../croissant/text-values.ts';
import { validateCroissant } from '../croissant/validate.ts';
import { depthOf, isObject, type JsonObject, parseJson, text } from '../records/json.ts';
import { timeOf } from './columns.ts';
import { digestOf, type ImportRow } from './row.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_DEPTH = 64;

/** What a description says beside its rows. */
export interface Described {
  readonly rows: readonly ImportRow[];
  readonly name?: string | undefined;
  readonly licence?: string | undefined;
  readonly collector?: string | undefined;
}

/** @throws CustosError INPUT_PATH, INPUT_SIZE */
export function readDocument(path: string): string {
  let size: number;
  try {
    size = statSync(path).size;
    if (size <= MAX_BYTES) return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
    throw new CustosError(
      'INPUT_PATH',
      `${path} can't be read (${code}). Check the path and its permissions.`,
      { cause },
    );
  }
  throw new CustosError(
    'INPUT_SIZE',
    `${path} has ${size} bytes; a description of a dataset has at most 64 MiB.`,
  );
}

/** @throws CustosError CROISSANT_INVALID listing what is wrong */
export function croissantRows(path: string): Described {
  const report = validateCroissant(parseJson(readDocument(path), path));
  const { dataset } = report;
  if (!report.valid || !dataset) {
    const errors = report.issues.filter(({ severity }) => severity === 'error');
    const shown = errors.slice(0, 10).map(({ code, where, message }) => `  ${code} ${where}: ${message}`);
    throw new CustosError(
      'CROISSANT_INVALID',
      `${path} is no valid Croissant description (${errors.length} errors):\n${shown.join('\n')}`,
    );
  }
  const activity = list(dataset['prov:wasGeneratedBy']).find(isObject);
  const time =
    timeOf(literal(activity?.['prov:endedAtTime'])) ??
    timeOf(literal(dataset['rai:dataCollectionTimeFrameEnd'])) ??
    0;
  const files = list(dataset['sc:distribution']).filter(isObject);
  const origins = list(dataset['prov:wasDerivedFrom']).map((item) =>
    isObject(item) ? text(item['@id']) : text(item),
  );
  const agent = list(dataset['prov:wasAttributedTo']).find(isObject);
  const rows = [
    ...files
      .filter((file) => text(file['sc:contentUrl']) !== undefined)
      .map((file) => ({
        url: text(file['sc:contentUrl']),
        ...digestOf(file['sc:sha256'] ?? file['cr:md5']),
      })),
    ...origins.map((url) => ({ url, digest: 0 })),
  ];
  return {
    rows: rows.map((row, i) => ({ ...row, line: i + 1, time })),
    name: firstText(dataset['sc:name']),
    licence: firstText(dataset['sc:license']),
    collector: firstText(
      agent?.['prov:label'] ?? agent?.['sc:name'] ?? objectOf(dataset['sc:creator'])?.['sc:name'],
    ),
  };
}

function literal(value: unknown): unknown {
  return isObject(value) ? value['@value'] : value;
}

function objectOf(value: unknown): JsonObject | undefined {
  return list(value).find(isObject);
}

/** The YAML between the two `---` of a dataset card. @throws CustosError INPUT_CARD */
export function datasetCardRows(path: string): Described {
  const front = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---(\r?\n|$)/.exec(readDocument(path))?.[1];
  const card = front === undefined ? undefined : yamlOf(front, path);
  if (!isObject(card))
    throw new CustosError(
      'INPUT_CARD',
      `${path} has no front matter between two lines of "---". Give a dataset card.`,
    );
  const sources = list(card.source_datasets).filter((item) => item !== 'original');
  const rows = sources.map((item, i) => ({
    line: i + 1,
    url: typeof item === 'string' ? hubAddress(item) : undefined,
    time: 0,
    digest: 0,
  }));
  return {
    rows: rows.length > 0 ? rows : [{ line: 1, url: undefined, time: 0, digest: 0 }],
    name: text(card.pretty_name),
    licence: firstText(card.license),
  };
}

/** `extended|squad` and `org/name` mean a dataset on the hub. */
function hubAddress(source: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(source)) return source;
  return `https://huggingface.co/datasets/${source.replace(/^extended\|/, '')}`;
}

function yamlOf(source: string, path: string): unknown {
  try {
    const value: unknown = parseYaml(source, { maxAliasCount: 100 });
    if (depthOf(value, MAX_DEPTH) >= MAX_DEPTH)
      throw new Error(`it is nested more than ${MAX_DEPTH} levels deep`);
    return value;
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : '';
    throw new CustosError('INPUT_YAML', `${path} is no YAML that can be read: ${why}`, { cause });
  }
}

/** `.dvc` files and `dvc.lock`: dependencies at an address or in another repository, with the digest of what came of them. */
export function dvcRows(path: string): Described {
  const document = yamlOf(readDocument(path), path);
  if (!isObject(document))
    throw new CustosError(
      'INPUT_DVC',
      `${path} is no DVC file: it holds no mapping. Give a .dvc file or dvc.lock.`,
    );
  const stages = isObject(document.stages) ? Object.values(document.stages) : [document];
  if (!stages.some((stage) => isObject(stage) && (Array.isArray(stage.outs) || Array.isArray(stage.deps))))
    throw new CustosError(
      'INPUT_DVC',
      `${path} is no DVC file: it has neither outs nor deps. Give a .dvc file or dvc.lock.`,
    );
  const found = stages.flatMap((stage) => (isObject(stage) ? stageRows(stage) : []));
  return { rows: found.map((row, i) => ({ ...row, line: i + 1 })) };
}

function stageRows(stage: JsonObject): Omit<ImportRow, 'line'>[] {
  const outs = list(stage.outs).filter(isObject);
  const digest = digestOf(outs.length === 1 ? dvcDigest(outs[0]) : undefined);
  const remote = list(stage.deps)
    .filter(isObject)
    .flatMap((dep) => {
      const repository = isObject(dep.repo) ? text(dep.repo.url) : undefined;
      const address = repository ?? text(dep.path);
      return address !== undefined && /^[a-z][a-z0-9+.-]*:/i.test(address)
        ? [{ url: address, time: 0, ...digest }]
        : [];
    });
  // Data that came from nowhere one can name still is data: a row without an address.
  return remote.length > 0
    ? remote
    : outs.map((out) => ({ url: undefined, time: 0, ...digestOf(dvcDigest(out)) }));
}

function dvcDigest(out: JsonObject | undefined): unknown {
  const value = out?.md5 ?? out?.checksum ?? out?.etag;
  return typeof value === 'string' ? value.replace(/\.dir$/, '') : undefined;
}

/** Inputs of completed runs: one event, a list of them, or one a line. @throws CustosError INPUT_LINEAGE */
export function openLineageRows(path: string): Described {
  const events = eventsIn(readDocument(path), path);
  const done = events.filter(({ eventType }) => eventType === 'COMPLETE');
  const rows: ImportRow[] = [];
  for (const event of done)
    for (const input of list(event.inputs).filter(isObject)) {
      const facets = isObject(input.facets) ? input.facets : {};
      const version = isObject(facets.version) ? facets.version.datasetVersion : undefined;
      rows.push({
        line: rows.length + 1,
        url: inputAddress(input, facets),
        time: timeOf(event.eventTime) ?? 0,
        ...digestOf(version),
      });
    }
  return { rows, collector: text(list(done[0]?.producer)[0]) };
}

function eventsIn(source: string, path: string): JsonObject[] {
  const whole = source.trimStart();
  let values: unknown[];
  if (whole.startsWith('[')) values = list(parseJson(source, path));
  else {
    const parts = whole.split('\n').filter((line) => line.trim() !== '');
    const single = parts.length > 1 && !parts[0]?.trimEnd().endsWith('}');
    values = single ? [parseJson(source, path)] : parts.map((line) => parseJson(line, path));
  }
  const events = values.filter(isObject).filter((event) => 'eventType' in event && 'run' in event);
  if (events.length === 0 || depthOf(events, MAX_DEPTH) >= MAX_DEPTH)
    throw new CustosError(
      'INPUT_LINEAGE',
      `${path} holds no OpenLineage run events (eventType, run, inputs). Check the file.`,
    );
  return events;
}

function inputAddress(input: JsonObject, facets: JsonObject): string | undefined {
  const uri = isObject(facets.dataSource) ? text(facets.dataSource.uri) : undefined;
  if (uri !== undefined) return uri;
  const namespace = text(input.namespace);
  const name = text(input.name);
  if (namespace === undefined || name === undefined || !namespace.includes('://')) return undefined;
  return `${namespace.replace(/\/$/, '')}/${name.replace(/^\//, '')}`;
}
