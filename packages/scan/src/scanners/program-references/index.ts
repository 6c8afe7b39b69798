/** Models and data that programs name in idioms of their libraries: adapters, state of a form, files behind a URL. */
import { ResultBuilder } from '../../builder.ts';
import { isHubId, readModelName } from '../../data/models.ts';
import { extensionOf, isTestPath, lineAt } from '../../paths.ts';
import { blankComments, callsOf } from '../../source-calls.ts';
import { emptyResult, type Scanner } from '../../types.ts';
import { wordGroup } from '../../words.ts';

const PROGRAM = /^\.(?:py|ipynb|[jt]sx?|vue|svelte)$/;
const QUICK =
  /PeftModel|PeftConfig|load_adapter|[mM]odel\]\s*=\s*(?:React\.)?useState|(?:data|dataset|corpus)_?(?:url|uri|file|link|source)|data_?path|read_(?:csv|parquet|json)|hf:\/\//i;
const WORDS = wordGroup(
  'peftmodel',
  'peftconfig',
  'load_adapter',
  'model]',
  'data_path',
  'datapath',
  'hf://',
  'read_csv',
  'read_parquet',
  'read_json',
  ...['data', 'dataset', 'corpus'].flatMap((word) =>
    ['url', 'uri', 'file', 'link', 'source'].flatMap((end) => [word + end, `${word}_${end}`]),
  ),
);
const STATE =
  /\[\s*(\w*[mM]odel)\s*,\s*set\w+\s*\]\s*=\s*(?:React\.)?useState(?:<[^>\n]{1,40}>)?\(\s*["'`]([\w./:@-]{2,100})["'`]/g;
const DATA_URL =
  /\b(?:\w+_)?(?:data|dataset|corpus)_?(?:url|uri|file|link|source)\s*(?::\s*\w+\s*)?=\s*["'](https?:\/\/[^"'\s]{8,400})["']/gi;
const DATA_ID =
  /\b(?:train_|eval_)?data(?:set)?_?(?:path|name|id)?\s*:\s*str\s*=\s*["']([\w.-]+\/[\w.-]+)["']/g;
const READ =
  /\b(?:pd|pandas|pl|polars|dd)\.read_(?:csv|parquet|json)\(\s*f?["'](https?:\/\/[^"'\s]{8,400}|hf:\/\/datasets\/[^"'\s]{3,300})["']/g;
const HUB_FILE = /^(?:https?:\/\/huggingface\.co|hf:\/)\/datasets\/([\w.-]+\/[\w.-]+?)(?:[/@]|$)/;

export const programReferences: Scanner = {
  name: 'program-references',
  wants: (path) => PROGRAM.test(extensionOf(path)),
  // Notebooks are long, and only this scanner would glance at them.
  glance: (words, path) => !isTestPath(path) && (path.endsWith('.ipynb') || words.has(WORDS)),
  prefilter: (text, path) => QUICK.test(text) && !isTestPath(path),
  scan(file) {
    if (file.text === undefined) return emptyResult();
    const out = new ResultBuilder('program-references', file.path);
    const extension = extensionOf(file.path);
    if (extension === '.ipynb') {
      // Cells hold lines as JSON strings; only addresses of data are looked for, which need no syntax.
      places(file.text.replaceAll('\\"', '"'), out);
      return out.result;
    }
    const text = blankComments(file.text, extension === '.py');
    if (extension === '.py') {
      adapters(text, out);
      places(text, out);
      for (const match of text.matchAll(DATA_ID))
        if (isHubId(match[1] ?? '')) data(match[1] ?? '', lineAt(text, match.index), out);
    } else
      for (const match of text.matchAll(STATE)) {
        const model = readModelName(match[2] ?? '');
        if (model?.known === true) out.model(model, lineAt(text, match.index), 0.85);
      }
    return out.result;
  },
};

function places(text: string, out: ResultBuilder): void {
  for (const pattern of [DATA_URL, READ])
    for (const match of text.matchAll(pattern)) data(match[1] ?? '', lineAt(text, match.index), out);
}

/** `PeftModel.from_pretrained(base, "owner/adapter")`, also through a variable of the file. */
function adapters(text: string, out: ResultBuilder): void {
  for (const call of callsOf(
    text,
    'PeftModel\\.from_pretrained|PeftModelForCausalLM\\.from_pretrained|PeftConfig\\.from_pretrained|load_adapter',
  )) {
    for (const argument of call.body.split(',').slice(0, 3)) {
      const word = argument.trim();
      const literal = /^(?:model_id\s*=\s*|adapter\w*\s*=\s*)?["']([\w.-]+\/[\w.-]+)["']$/.exec(word)?.[1];
      const name = literal ?? (/^\w+$/.test(word) ? stringNamed(text, word) : undefined);
      const model = name !== undefined && isHubId(name) ? readModelName(name) : undefined;
      if (model !== undefined) out.model(model, call.line, 0.9);
    }
  }
}

function stringNamed(text: string, variable: string): string | undefined {
  return new RegExp(`(?:^|[\\s(,])${variable}\\s*(?::\\s*str\\s*)?=\\s*["']([\\w.-]+/[\\w.-]+)["']`).exec(
    text,
  )?.[1];
}

/** A file of the hub is the hub's data set; anything else is called by its address. */
function data(place: string, line: number, out: ResultBuilder): void {
  const hub = HUB_FILE.exec(place)?.[1] ?? (place.includes('://') ? undefined : place);
  out.asset(
    {
      kind: 'dataset',
      name: hub ?? place.replace(/[?#].*$/, ''),
      origin: 'external',
      ...(hub === undefined ? {} : { provider: 'huggingface' }),
      properties: { floating: true },
      line,
    },
    'depends_on',
  );
}
