/** Data named in configuration: training recipes, DVC pipelines and lock files, Croissant descriptions. */
import { ResultBuilder } from '../../builder.ts';
import { isHubId } from '../../data/models.ts';
import { asList, asTable, asText, isTable, LineFinder, parseDocuments, type Table } from '../../data-file.ts';
import { extensionOf, isTestPath, nameOf } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';
import { wordGroup } from '../../words.ts';

const FORMS: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json', '.jsonld', '.toml', '.lock']);
const CROISSANT = /mlcommons\.org\/croissant/;
/** Keys that name a data set, and keys of the entries of a list of data sets. */
const NAME_KEY =
  /^(?:(?:train(?:ing)?|eval(?:uation)?|valid(?:ation)?|test|sft|dpo|rm|ppo|calibration|pretrain(?:ing)?)_?)?(?:datasets?|data_?set_?(?:name|id|path|repo_?id)?|hf_?dataset|dataset_?(?:name|id|path|repo|repo_id|name_or_path)|pretraining_dataset)$/i;
const ENTRY_KEY = /^(?:id|path|name|repo_id|dataset|dataset_name|dataset_id|hf_dataset|hf_hub_url)$/;
const MAP_KEY = /^dataset_mixer$|^dataset_mixture$|^data_?mix(?:er|ture)?$/;
const WORDS = wordGroup('dataset', 'mlcommons.org/croissant');
const MAX_DEPTH = 12;

export const datasetReferences: Scanner = {
  name: 'dataset-references',
  wants: (path) => {
    const extension = extensionOf(path);
    return FORMS.has(extension) && (extension !== '.lock' || nameOf(path) === 'dvc.lock');
  },
  glance: (words, path) => words.has(WORDS) || path.endsWith('dvc.yaml') || path.endsWith('dvc.lock'),
  prefilter: (text, path) =>
    !isTestPath(path) &&
    (/(?:^|\/)dvc\.(?:yaml|lock)$/.test(path) ||
      CROISSANT.test(text) ||
      (/dataset/i.test(text) && holdsHubId(text))),
  scan(file) {
    if (
      file.text === undefined ||
      /(?:^|\/)(?:package(?:-lock)?|tsconfig)\.json$|openapi|schema\.json$|locales?\/|i18n\//.test(file.path)
    )
      return emptyResult();
    const out = new ResultBuilder('dataset-references', file.path);
    const name = nameOf(file.path);
    const lines = new LineFinder(file.text);
    let documents: unknown[];
    try {
      documents = parseDocuments(
        file.text,
        name === 'dvc.lock'
          ? '.yaml'
          : extensionOf(file.path) === '.jsonld'
            ? '.json'
            : extensionOf(file.path),
      );
    } catch (error) {
      const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
      if (CROISSANT.test(file.text) || name.startsWith('dvc.'))
        out.unknown('malformed', `Description of data cannot be read: ${why}`);
      // Other broken files are reported by the configuration scanner.
      return out.result;
    }
    for (const document of documents) {
      if (CROISSANT.test(file.text) && isTable(document)) croissant(document, lines, out);
      else if (name === 'dvc.lock') dvcLock(asTable(document), file.path, lines, out);
      else if (name === 'dvc.yaml') dvcPipeline(asTable(document), file.path, lines, out);
      else recipe(document, '', 0, lines, out);
    }
    return out.result;
  },
};

const HUB_TOKEN = /(?<![\w./-])[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}(?![\w/-])/g;

/** A recipe names data by hub ids; without one it needs no parsing. */
function holdsHubId(text: string): boolean {
  for (const [token] of text.matchAll(HUB_TOKEN)) if (isHubId(token)) return true;
  return false;
}

/** Croissant 1.0/1.1: a schema.org Dataset whose `conformsTo` names the format. */
function croissant(document: Table, lines: LineFinder, out: ResultBuilder): void {
  const type = [document['@type'], document.type].flat().map(String);
  const name = asText(document.name);
  if (name === undefined || !type.some((one) => /(?:^|:|\/)Dataset$/.test(one))) return;
  const licence = asText(asList(document.license)[0]) ?? asText(document.license);
  const url = asText(document.url);
  const version = asText(document.version);
  out.asset(
    {
      kind: 'dataset',
      name,
      ...(version === undefined ? {} : { version }),
      properties: {
        format: 'croissant',
        ...(licence === undefined ? {} : { license: licence }),
        ...(url === undefined ? {} : { url: url.slice(0, 500) }),
      },
      line: lines.line(name),
    },
    'depends_on',
  );
}

/** Data that DVC keeps elsewhere, with the MD5 it knows. Stages' inputs that are programs are left out. */
function dvcLock(document: Table, path: string, lines: LineFinder, out: ResultBuilder): void {
  for (const stage of Object.values(asTable(document.stages)))
    for (const one of [...asList(asTable(stage).deps), ...asList(asTable(stage).outs)]) {
      const place = asText(asTable(one).path);
      if (place !== undefined) kept(place, asText(asTable(one).md5), path, lines, out);
    }
}

function dvcPipeline(document: Table, path: string, lines: LineFinder, out: ResultBuilder): void {
  for (const stage of Object.values(asTable(document.stages)))
    for (const one of [...asList(asTable(stage).deps), ...asList(asTable(stage).outs)]) {
      const place = asText(one) ?? (isTable(one) ? Object.keys(one)[0] : undefined);
      if (place !== undefined) kept(place, undefined, path, lines, out);
    }
}

const PROGRAM = /\.(?:py|ipynb|sh|r|jl|js|ts|ya?ml|toml|json|md|txt|html|png|svg|cfg|sql)$/i;
const MODEL =
  /(?:^|\/)(?:models?|checkpoints?|weights)(?:\/|$|\.)|\.(?:pkl|pt|pth|ckpt|h5|onnx|safetensors|joblib|keras)$/i;

function kept(
  place: string,
  md5: string | undefined,
  path: string,
  lines: LineFinder,
  out: ResultBuilder,
): void {
  if (
    PROGRAM.test(place) ||
    place.includes('${') ||
    /(?:^|\/)(?:src|plots?|metrics?|reports?|evaluation|eval|dvclive)(?:\/|$)/.test(place)
  )
    return;
  const directory = path.slice(0, path.lastIndexOf('/') + 1);
  out.asset(
    {
      kind: MODEL.test(place) ? 'model' : 'dataset',
      name: directory + place.replace(/^\.\//, ''),
      origin: 'own',
      properties: { format: 'dvc', ...(md5 === undefined ? {} : { md5 }) },
      line: lines.line(place),
    },
    'depends_on',
  );
}

/** `dataset_name: squad`, `datasets: [{ path: tatsu-lab/alpaca }]`, `dataset_mixer: { "org/name": 1.0 }`. */
function recipe(value: unknown, key: string, depth: number, lines: LineFinder, out: ResultBuilder): void {
  if (depth > MAX_DEPTH) return;
  if (Array.isArray(value)) {
    for (const one of value) {
      if (typeof one === 'string') {
        if (NAME_KEY.test(key) || MAP_KEY.test(key)) hub(one, lines, out);
      } else if (isTable(one) && (NAME_KEY.test(key) || MAP_KEY.test(key))) entry(one, lines, out);
      else recipe(one, '', depth + 1, lines, out);
    }
    return;
  }
  for (const [name, child] of Object.entries(asTable(value))) {
    if (typeof child === 'string') {
      if (NAME_KEY.test(name)) hub(child, lines, out);
    } else if (MAP_KEY.test(name) && isTable(child)) {
      for (const id of Object.keys(child)) if (isHubId(id)) hub(id, lines, out);
      recipe(child, name, depth + 1, lines, out);
    } else if (NAME_KEY.test(name) && isTable(child)) entry(child, lines, out);
    else recipe(child, name, depth + 1, lines, out);
  }
}

function entry(one: Table, lines: LineFinder, out: ResultBuilder): void {
  for (const [key, value] of Object.entries(one)) {
    if (typeof value === 'string' && ENTRY_KEY.test(key)) hub(value, lines, out);
    else if (typeof value === 'object') recipe(value, key, 1, lines, out);
  }
}

function hub(text: string, lines: LineFinder, out: ResultBuilder): void {
  if (!isHubId(text)) return;
  out.asset(
    {
      kind: 'dataset',
      name: text,
      origin: 'external',
      provider: 'huggingface',
      properties: { floating: true },
      line: lines.line(text),
    },
    'depends_on',
  );
}
