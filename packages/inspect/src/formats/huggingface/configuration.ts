/**
 * Configuration files beside models of the Hugging Face libraries: they choose classes, name code that runs under
 * `trust_remote_code`, hold chat templates, and list the files that are loaded.
 */
import type { Modality } from '@custos/core';
import { at, everyValue, isArray, isObject, type Json, numberAt, stringAt } from '../../bytes/json.ts';
import type { Report } from '../../bytes/report.ts';
import type { Inspection } from '../../types.ts';
import { capabilityOfTemplate, unique } from '../capability.ts';
import { baseName, type JsonDocument } from '../document.ts';
import { checkEmbeddedText, escapes } from '../embedded.ts';
import { inspectTemplate } from '../jinja/template.ts';
import { judge } from '../keras/modules.ts';
import { capabilityOfArchitecture, capabilityOfPipeline } from './architecture.ts';

const NAMES =
  /^(config|tokenizer_config|tokenizer|generation_config|adapter_config|preprocessor_config|processor_config|chat_template|model_index|modules|special_tokens_map|added_tokens|sentence_bert_config|scheduler_config|image_processor|video_preprocessor_config|config_sentence_transformers|quantize_config|.*\.index)\.json$/;
const KEYS = (
  'model_type architectures auto_map chat_template peft_type transformers_version _diffusers_version weight_map ' +
  'tokenizer_class trust_remote_code pipeline_tag custom_pipelines auto_mapping eos_token_id model_max_length ' +
  'custom_chat_template added_tokens image_processor_type feature_extractor_type processor_class type _class_name'
).split(' ');
const LOOKS = new RegExp(`"(${KEYS.slice(0, 12).join('|')})"\\s*:`);

export const huggingface: JsonDocument = {
  keys: KEYS,
  name: 'huggingface/configuration',
  matches: (text, path) => LOOKS.test(text) || NAMES.test(baseName(path)),
  check(value, report, inspection, source) {
    for (const one of everyValue(value)) checkValue(one.key, one.value, one.path, report, inspection);
    checkModules(value, baseName(source.path), report);
    describe(value, report);
  },
};

function checkValue(key: string, value: Json, path: string, report: Report, inspection: Inspection): void {
  inspection.tick();
  switch (key) {
    case 'auto_map':
      checkAutoMap(value, path, report);
      return;
    case 'custom_pipelines':
      report.suspicious(
        'huggingface.remote-code',
        `The entry ${path} names pipelines whose code lies beside the model.`,
      );
      return;
    case 'trust_remote_code':
      if (value === true)
        report.suspicious(
          'huggingface.trust-remote-code',
          `The entry ${path} asks the loader to run code of the model's author.`,
          { severity: 'high' },
        );
      return;
    case 'chat_template':
      checkTemplates(value, path, report, inspection);
      return;
    case 'weight_map':
      checkFiles(value, path, report);
      return;
    case 'auto_mapping':
      checkLibrary(
        stringAt(value, 'parent_library'),
        stringAt(value, 'base_model_class') ?? '',
        path,
        report,
      );
      return;
    case 'tokenizer_file':
    case 'vocab_file':
    case 'merges_file':
    case 'spm_file':
      if (typeof value === 'string' && /\.\.[/\\]|^[a-z]+:\/\//.test(value))
        report.suspicious('huggingface.file-path', `The entry ${path} names the file "${value}".`, {
          names: [value],
        });
      return;
    default:
      if (typeof value !== 'string' || key === 'content' || value.length <= 16) return;
      // Tools keep templates under keys of their own.
      if (/template/i.test(key) && /\{[{%]/.test(value)) checkTemplates(value, path, report, inspection);
      else checkEmbeddedText(report, value, path);
  }
}

/** `auto_map`: which class of which Python file beside the model (or in another repository) a loader takes. */
function checkAutoMap(value: Json, path: string, report: Report): void {
  const names: string[] = [];
  for (const { value: name } of everyValue(value)) if (typeof name === 'string') names.push(name);
  const elsewhere = names.filter((name) => name.includes('--'));
  report.suspicious(
    'huggingface.remote-code',
    elsewhere.length > 0
      ? `The entry ${path} takes code out of another repository (${elsewhere.join(', ')}), which can change at any time; it runs under trust_remote_code.`
      : `The entry ${path} takes code from beside the model (${names.slice(0, 5).join(', ')}); it runs under trust_remote_code.`,
    { names, severity: elsewhere.length > 0 ? 'high' : 'medium' },
  );
}

/** One template, several with names in a list, or several in an object. */
function checkTemplates(value: Json, path: string, report: Report, inspection: Inspection): void {
  const templates: (readonly [string, string])[] = [];
  if (typeof value === 'string') templates.push([path, value]);
  else if (isArray(value))
    for (const one of value) {
      const template = stringAt(one, 'template');
      if (template !== undefined) templates.push([`${path}.${stringAt(one, 'name') ?? ''}`, template]);
    }
  else if (isObject(value))
    for (const [name, template] of value)
      if (typeof template === 'string') templates.push([`${path}.${name}`, template]);
  for (const [where, template] of templates) {
    const facts = inspectTemplate(report, template, `The chat template ${where}`, inspection);
    if (facts !== undefined) report.capability(capabilityOfTemplate(facts));
  }
}

function checkFiles(value: Json, path: string, report: Report): void {
  const files = new Set<string>();
  for (const { value: file } of everyValue(value)) if (typeof file === 'string') files.add(file);
  for (const file of files) {
    const why = escapes(file);
    if (why !== undefined)
      report.unsafe(
        'huggingface.shard-traversal',
        `The entry ${path} loads weights from "${file}", which ${why}.`,
        {
          names: [file],
        },
      );
    else if (/\.(bin|pt|pth|pkl|ckpt)$/i.test(file))
      report.info(
        'huggingface.pickle-shard',
        `The entry ${path} loads weights from "${file}", which is a pickle.`,
        {
          names: [file],
        },
      );
  }
}

/** A module that a library imports by name. */
function checkLibrary(module: string | undefined, name: string, path: string, report: Report): void {
  if (module === undefined || /^(transformers|diffusers|sentence_transformers|torch|timm)(\.|$)/.test(module))
    return;
  const message = `The entry ${path} has the loader import ${module}.${name}`;
  const names = [`${module}.${name}`];
  if (judge(module, name) === 'dangerous') report.unsafe('huggingface.library', `${message}.`, { names });
  else report.suspicious('huggingface.library', `${message}: code that is not of the libraries.`, { names });
}

/** `model_index.json` of diffusers and `modules.json` of sentence-transformers name classes. */
function checkModules(value: Json, file: string, report: Report): void {
  if (file === 'modules.json' && isArray(value))
    for (const entry of value) {
      const type = stringAt(entry, 'type') ?? '';
      const dot = type.lastIndexOf('.');
      checkLibrary(type.slice(0, dot), type.slice(dot + 1), 'modules.json', report);
      const path = stringAt(entry, 'path');
      const why = path === undefined ? undefined : escapes(path);
      if (path !== undefined && why !== undefined)
        report.unsafe('huggingface.shard-traversal', `modules.json loads "${path}", which ${why}.`, {
          names: [path],
        });
    }
  if (isObject(value) && value.has('_diffusers_version'))
    for (const [key, pair] of value) {
      if (!isArray(pair) || typeof pair[0] !== 'string' || typeof pair[1] !== 'string') continue;
      // The class of a pipeline that stands in a list is a file of the repository.
      checkLibrary(pair[0], pair[1], key, report);
    }
}

const CONTEXT = [
  'max_position_embeddings',
  'n_positions',
  'max_seq_len',
  'max_sequence_length',
  'seq_length',
  'n_ctx',
  'model_max_length',
  'max_seq_length',
];

function describe(value: Json, report: Report): void {
  const architectures = at(value, 'architectures');
  const [first] = isArray(architectures) ? architectures : [];
  const name = typeof first === 'string' ? first : stringAt(value, '_class_name');
  if (name !== undefined) report.capability(capabilityOfArchitecture(name));
  const tag = stringAt(value, 'pipeline_tag');
  if (tag !== undefined) report.capability(capabilityOfPipeline(tag));
  const extra: Modality[] = [];
  if (isObject(at(value, 'vision_config'))) extra.push('image');
  if (isObject(at(value, 'audio_config'))) extra.push('audio');
  if (extra.length > 0) report.capability({ inputs: unique(['text', ...extra]) });
  for (const key of CONTEXT) {
    const length = numberAt(value, key) ?? numberAt(value, 'text_config', key);
    // Tokenizers write 10^30 where they know no limit.
    if (length !== undefined && Number.isSafeInteger(length) && length > 0 && length < 1e9) {
      report.capability({ contextLength: length });
      break;
    }
  }
  const quantisation =
    stringAt(value, 'quantization_config', 'quant_method') ??
    stringAt(value, 'torch_dtype') ??
    stringAt(value, 'dtype');
  const bits = numberAt(value, 'quantization_config', 'bits');
  if (quantisation !== undefined)
    report.capability({ quantisation: bits === undefined ? quantisation : `${quantisation}-${bits}bit` });
  for (const key of [
    '_name_or_path',
    'base_model_name_or_path',
    'model_type',
    'transformers_version',
    'peft_type',
    'license',
  ]) {
    const text = stringAt(value, key);
    if (text !== undefined && text !== '') report.metadata(`config.${key}`, text);
  }
  const total = numberAt(value, 'metadata', 'total_parameters');
  if (total !== undefined) report.capability({ parameters: total });
}
