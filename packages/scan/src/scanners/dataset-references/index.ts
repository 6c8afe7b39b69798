/** Data named in configuration: training recipes, DVC pipelines and lock files, Croissant descriptions. */
import { ResultBuilder } from '../../builder.ts';
import { isHubId } from '../../data/models.ts';
import {
  asList,
  asTable,
  asText,
  isTable,
  LineFinder,
  parseDocuments,
  reasonOf,
  type Table,
} from '../../data-file.ts';
import { extensionOf, isTestPath, nameOf } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';
import { wordGroup } from '../../words.ts';

const FORMS: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json', '.jsonld', '.toml', '.lock']);
const CROISSANT = /mlcommons\.org\\?\/croissant/;
/** Every key that names data holds one of these, whatever its case; the prefilters are made of them too. */
const DATA_STEMS: readonly string[] = ['dataset', 'data_set'];
const MIX_STEMS: readonly string[] = ['dataset_mix', 'data_mix', 'datamix'];
const PURPOSES =
  'train|training|eval|evaluation|valid|validation|test|sft|dpo|rm|ppo|calibration|pretrain|pretraining';
/** Keys that name a data set, and keys of the entries of a list of data sets. */
const NAME_KEY = new RegExp(
  `^(?:(?:${PURPOSES})_?)?(?:hf_?)?(?:${DATA_STEMS.join('|')})(?:s|_|_?(?:name|id|path|repo|repo_?id|name_or_path))?$`,
  'i',
);
const MAP_KEY = new RegExp(`^(?:${MIX_STEMS.join('|')})(?:er|ture)?$`, 'i');
const ENTRY_KEY = /^(?:id|path|name|repo_id|dataset|dataset_name|dataset_id|hf_dataset|hf_hub_url)$/;
const NAMES_DATA = new RegExp([...DATA_STEMS, ...MIX_STEMS].join('|'), 'i');
/** Letters that are written as numbers: what they spell is known after parsing. */
const ESCAPED_LETTER = /\\(?:u00[2-7]|x[2-7]|U000000[2-7])/;
/** Signs of a name that are written otherwise: `\/` of JSON, and lines of YAML that go on. */
const ESCAPED_NAME = /\\(?:\/|\r?\n)/;
const WORDS = wordGroup(...DATA_STEMS, ...MIX_STEMS, 'mlcommons.org', '\\u00', '\\x', '\\u000000');
/** Files that describe data, as their names say. */
const DESCRIPTION = /^(?:dvc\.(?:yaml|lock)|dataset_infos?\.json|croissant\.(?:json|jsonld))$/;
const MAX_DEPTH = 60;

export const datasetReferences: Scanner = {
  name: 'dataset-references',
  wants: (path) => {
    const extension = extensionOf(path);
    return FORMS.has(extension) && (extension !== '.lock' || nameOf(path) === 'dvc.lock');
  },
  glance: (words, path) => words.has(WORDS) || DESCRIPTION.test(nameOf(path)),
  prefilter: (text, path) =>
    !isTestPath(path) &&
    (DESCRIPTION.test(nameOf(path)) ||
      CROISSANT.test(text) ||
      ESCAPED_LETTER.test(text) ||
      (NAMES_DATA.test(text) && (holdsHubId(text) || ESCAPED_NAME.test(text)))),
  scan(file) {
    if (
      file.text === undefined ||
      /(?:^|\/)(?:package(?:-lock)?|tsconfig)\.json$|openapi|schema\.json$|locales?\/|i18n\//.test(file.path)
    )
      return emptyResult();
    const out = new ResultBuilder('dataset-references', file.path);
    const name = nameOf(file.path);
    const lines = new LineFinder(file.text);
    const extension = extensionOf(file.path);
    let documents: unknown[];
    try {
      documents = parseDocuments(file.text, FORM_OF[name] ?? FORM_OF[extension] ?? extension);
    } catch (error) {
      // Nothing is known of what is only escaped.
      if (DESCRIPTION.test(name) || CROISSANT.test(file.text) || NAMES_DATA.test(file.text))
        out.unknown('malformed', `Description of data cannot be read: ${reasonOf(error)}`);
      return out.result;
    }
    for (const document of documents) {
      if (name.startsWith('dvc.')) dvc(document, file.path, lines, out);
      else if (CROISSANT.test(file.text) && describesCroissant(document)) croissant(document, lines, out);
      else if (DESCRIPTION.test(name) && !isTable(document)) misshapen(name, out);
      else {
        if (name === 'dataset_info.json') registered(asTable(document), lines, out);
        recipe(document, '', 0, lines, out);
      }
    }
    return out.result;
  },
};

/** Forms that a name or extension does not say. */
const FORM_OF: Readonly<Record<string, string>> = { 'dvc.lock': '.yaml', '.jsonld': '.json' };

function misshapen(what: string, out: ResultBuilder): void {
  out.unknown('malformed', `${what} has an unexpected form; the data that it describes is not known.`);
}

const HUB_TOKEN = /(?<![\w./-])[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}(?![\w/-])/g;

/** A recipe names data by hub ids; without one it needs no parsing. */
function holdsHubId(text: string): boolean {
  for (const [token] of text.matchAll(HUB_TOKEN)) if (isHubId(token)) return true;
  return false;
}

/** Descriptions name their vocabulary in their context, or in what they conform to. */
function describesCroissant(document: unknown): boolean {
  return isTable(document) && ('@context' in document || 'conformsTo' in document);
}

/** Croissant 1.0/1.1: a schema.org Dataset whose `conformsTo` names the format, alone or in a graph. */
function croissant(document: unknown, lines: LineFinder, out: ResultBuilder): void {
  const graph = asList(asTable(document)['@graph']);
  const described = [document, ...graph].map(asTable).filter(isDataset);
  if (described.length === 0) misshapen('Croissant description', out);
  for (const one of described) describe(one, lines, out);
}

function isDataset(one: Table): boolean {
  const types = [one['@type'], one.type].flat().map(String);
  return asText(one.name) !== undefined && types.some((type) => /(?:^|:|\/)Dataset$/.test(type));
}

function describe(document: Table, lines: LineFinder, out: ResultBuilder): void {
  const name = asText(document.name) ?? '';
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

/** Data that DVC keeps elsewhere, in a lock file with the MD5 it knows. Stages' inputs that are programs are left out. */
function dvc(document: unknown, path: string, lines: LineFinder, out: ResultBuilder): void {
  const name = nameOf(path);
  const stages = stagesOf(document, name);
  if (stages === undefined) {
    misshapen(name, out);
    return;
  }
  for (const stage of Object.values(stages)) {
    // `foreach` and `matrix` have the stage below `do`.
    const parts = isTable(stage) ? [stage, asTable(stage.do)] : [];
    const lists = parts
      .flatMap((one) => [one.deps, one.outs])
      .filter((one) => one !== undefined && one !== null);
    if (parts.length === 0 || !lists.every(Array.isArray)) misshapen(name, out);
    for (const one of lists.flatMap(asList)) {
      const table = asTable(one);
      const place = asText(one) ?? asText(table.path) ?? Object.keys(table)[0];
      if (place !== undefined) kept(place, asText(table.md5), path, lines, out);
    }
  }
}

/** A pipeline may be without stages; the first form of the lock file had them at the top. */
function stagesOf(document: unknown, name: string): Table | undefined {
  if (document === null) return {};
  if (!isTable(document)) return undefined;
  const { stages } = document;
  if (stages === undefined) return name === 'dvc.lock' && !('schema' in document) ? document : {};
  return stages === null ? {} : isTable(stages) ? stages : undefined;
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
  if (depth > MAX_DEPTH) {
    if (
      typeof value === 'object' &&
      value !== null &&
      !out.result.unknowns.some((one) => one.code === 'too-deep')
    )
      out.unknown('too-deep', `Nested more than ${MAX_DEPTH} deep; data named below is not known.`);
    return;
  }
  if (Array.isArray(value)) {
    for (const one of value) {
      if (typeof one === 'string') {
        if (NAME_KEY.test(key) || MAP_KEY.test(key)) hub(one, lines, out);
      } else if (isTable(one) && (NAME_KEY.test(key) || MAP_KEY.test(key))) entry(one, depth, lines, out);
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
    } else if (NAME_KEY.test(name) && isTable(child)) entry(child, depth, lines, out);
    else recipe(child, name, depth + 1, lines, out);
  }
}

/** LLaMA-Factory's register: data by a name of one's own, with where it is. */
function registered(register: Table, lines: LineFinder, out: ResultBuilder): void {
  for (const one of Object.values(register)) {
    const place = asText(asTable(one).hf_hub_url);
    if (place !== undefined) hub(place, lines, out);
  }
}

function entry(one: Table, depth: number, lines: LineFinder, out: ResultBuilder): void {
  for (const [key, value] of Object.entries(one)) {
    if (typeof value === 'string' && ENTRY_KEY.test(key)) hub(value, lines, out);
    else if (typeof value === 'object') recipe(value, key, depth + 1, lines, out);
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
