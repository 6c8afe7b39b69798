/**
 * Configurations of NeMo, Hydra and OmegaConf: `_target_` names whatever is called with the entries beside it, so that a
 * configuration is a program. YAML that makes Python objects by tags is one too.
 */
import { isAlias, isMap, isScalar, parseAllDocuments, visit } from 'yaml';
import { Malformed } from '../../bytes/malformed.ts';
import { headText, Reader } from '../../bytes/reader.ts';
import { Report } from '../../bytes/report.ts';
import type { Format, Inspection } from '../../types.ts';
import { inspectTemplate } from '../jinja/template.ts';

/** The YAML library builds a tree of some hundred bytes for each value. */
const LONGEST = 512 * 1024;
/** Chat templates in a configuration. */
const TEMPLATE = /\{[{%][\s\S]*(messages?|__)/;
/** Brackets in a row: what the library would read by calling itself. */
const DEEPEST = 100;

const TRUSTED =
  /^(nemo\.(collections|core|utils\.exp_manager|lightning)|nemo_(text_processing|run)|torch\.(nn|optim|distributions|utils\.data\.(DataLoader|distributed))|torchaudio\.(transforms|models|functional)|torchvision\.(transforms|models|ops)|torchmetrics|pytorch_lightning|lightning(_fabric|\.pytorch|\.fabric)?|omegaconf\.(DictConfig|ListConfig)|megatron\.core|transformers\.(models|optimization|AutoTokenizer|AutoConfig)|apex\.optimizers|bitsandbytes\.optim)(\.|$)/;
const DANGEROUS =
  /^(os|posix|nt|subprocess|sys|shutil|socket|ctypes|importlib|runpy|pty|code|codeop|commands|builtins|__builtin__|pickle|_pickle|dill|cloudpickle|joblib|marshal|pip|webbrowser|urllib|requests|http|httpx|multiprocessing|asyncio|platform|timeit|pdb|types|functools|operator|io|pathlib|tempfile|glob|shelve|zipimport|pydoc|inspect)(\.|$)/;
const RUNNING =
  /(^|\.)(eval|exec|compile|system|popen|Popen|check_output|check_call|import_module|__import__|load_library|hub\.load|hub\.load_state_dict_from_url|torch\.load|jit\.load|cpp_extension\.\w+|load_inline|CDLL|loads?_pickle|open|getattr|restore_from|load_from_checkpoint|get_class|get_method|get_object|call|instantiate)$/;

export const nemo: Format = {
  name: 'yaml/configuration',
  lastResort: true,
  recognises(head, { path }) {
    // Any YAML: what a configuration calls may stand behind a long comment.
    return (
      (/\.ya?ml$/i.test(path) && !head.includes(0)) ||
      /^[\s"'-]*_target_["']?\s*:|!!python\/|tag:yaml\.org,2002:python/m.test(headText(head, 65_536))
    );
  },
  inspect(source, inspection) {
    const report = new Report(source.size);
    report.attempt('configuration', () => {
      checkYaml(new Reader(source, inspection).text(source.size, LONGEST), report, inspection);
    });
    return report.result();
  },
};

function checkYaml(text: string, report: Report, inspection: Inspection): void {
  checkDepth(text);
  for (const document of parseAllDocuments(text, {
    logLevel: 'silent',
    uniqueKeys: true,
    strict: true,
    customTags: [],
  })) {
    const [error] = document.errors;
    if (error !== undefined) report.skip('configuration', error.message.split('\n')[0] ?? 'is no YAML');
    visit(document, (key, node) => {
      inspection.tick();
      if (isAlias(node)) return;
      if (isScalar(node) || isMap(node) || typeof node === 'object') checkTag(node, report);
      if (isScalar(node) && key !== 'key' && typeof node.value === 'string' && TEMPLATE.test(node.value))
        inspectTemplate(report, node.value, 'A template in the configuration', inspection);
      if (!isMap(node)) return;
      for (const { key: name, value } of node.items) {
        const key = isScalar(name) ? name.value : undefined;
        const target = isScalar(value) && typeof value.value === 'string' ? value.value : undefined;
        const offset = isScalar(value) ? value.range?.[0] : undefined;
        if (key === '_target_') checkTarget(target, offset, report);
        // Loaders of NeMo and Lightning import what these name; elsewhere they mean other things.
        else if (
          (key === 'target' || key === 'cls' || key === 'class_path') &&
          target !== undefined &&
          isDangerous(target)
        )
          checkTarget(target, offset, report);
      }
    });
  }
  report.member();
}

/** Nesting of brackets and of columns, before a library that calls itself reads them. */
function checkDepth(text: string): void {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
    if (depth > DEEPEST) throw new Malformed(`nested more than ${DEEPEST} deep`);
  }
  for (const [row] of text.matchAll(/^[ \t]*(?:[-?:] ?){20,}/gm))
    if (row.length > 2 * DEEPEST) throw new Malformed(`nested more than ${DEEPEST} deep`);
}

function checkTag(node: unknown, report: Report): void {
  const tag = typeof node === 'object' && node !== null && 'tag' in node ? node.tag : undefined;
  if (typeof tag !== 'string') return;
  const kind = /python\/(.*)/.exec(tag)?.[1];
  if (kind === undefined) return;
  const extra = { names: [tag] };
  if (kind.startsWith('object'))
    report.unsafe(
      'yaml.python-object',
      `The tag ${tag} makes and calls Python objects when the configuration is read.`,
      extra,
    );
  else if (/^(name|module)/.test(kind))
    report.suspicious(
      'yaml.python-name',
      `The tag ${tag} imports Python code when the configuration is read.`,
      extra,
    );
}

function isDangerous(target: string): boolean {
  return /^\w+(\.\w+)+$/.test(target) && (DANGEROUS.test(target) || RUNNING.test(target));
}

function checkTarget(target: string | undefined, offset: number | undefined, report: Report): void {
  const extra = { ...(offset === undefined ? {} : { offset }), names: [target ?? ''] };
  if (target === undefined) report.suspicious('nemo.target', 'An entry "_target_" is no plain text.', extra);
  else if (DANGEROUS.test(target) || RUNNING.test(target))
    report.unsafe('nemo.target-code', `The configuration has the loader call ${target}.`, extra);
  else if (TRUSTED.test(target)) report.member();
  else
    report.suspicious(
      'nemo.target',
      `The configuration has the loader call ${target}, which is not of NeMo or PyTorch.`,
      extra,
    );
}
