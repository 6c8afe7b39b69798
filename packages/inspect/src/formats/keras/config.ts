/**
 * Keras configurations: `config.json` of a `.keras` file, `model_config` of HDF5, metadata of a SavedModel. A loader
 * makes an object for each entry with a class name, wherever it is nested, and imports the module that the entry names.
 * Source: keras/src/saving/serialization_lib.py (behaviour), and the advisories in vulnerabilities.ts.
 */
import {
  at,
  everyValue,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  parseJson,
  stringAt,
} from '../../bytes/json.ts';
import { Malformed } from '../../bytes/malformed.ts';
import type { Report } from '../../bytes/report.ts';
import { cvesOf } from '../../vulnerabilities.ts';
import { escapes } from '../embedded.ts';
import { BUILTIN_CLASSES } from './builtins.ts';
import { reachingNames } from './bytecode.ts';
import { judge, passesDangerous } from './modules.ts';

/** Where a configuration comes from: loaders of HDF5 have no safe mode, and a SavedModel has its graph as well. */
export type Origin = 'keras' | 'hdf5' | 'saved-model';

/** Texts in texts. */
const DEEPEST = 4;

export function checkKerasConfig(config: Json, report: Report, origin: Origin, depth = 0): void {
  let objects = 0;
  for (const { value, path, key } of everyValue(config)) {
    if (typeof value === 'string') {
      const inner = /^\s*[[{]/.test(value) ? jsonOf(value) : undefined;
      if (inner !== undefined && depth < DEEPEST) checkKerasConfig(inner, report, origin, depth + 1);
      else if (inner !== undefined) report.skip(path, 'is a configuration in a text, nested too deeply');
      if (key === 'function' || key === 'output_shape' || key === 'mask') checkEncoded(value, path, report);
      continue;
    }
    if (!isObject(value)) continue;
    const name = stringAt(value, 'class_name');
    if (name === undefined) continue;
    objects += 1;
    checkObject(value, name, path, report, origin);
  }
  report.member(Math.max(1, objects));
  const architecture = stringAt(config, 'class_name');
  if (architecture !== undefined && depth === 0)
    report.capability({ architecture: stringAt(config, 'config', 'name') ?? architecture });
}

/** Configurations that lie in a text of another. */
function jsonOf(text: string): Json | undefined {
  try {
    return parseJson(new TextEncoder().encode(text), { tick: () => undefined }).value;
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

function checkObject(object: JsonObject, name: string, path: string, report: Report, origin: Origin): void {
  const inner = object.get('config');
  const module = object.get('module');
  const where = `at ${path}`;
  if (name === '__lambda__') checkLambda(at(inner, 'value') ?? inner, where, report, origin);
  else if (name === 'Lambda') checkLambdaLayer(inner, where, report, origin);
  else if (name === 'TorchModuleWrapper')
    report.unsafe(
      'keras.torch-module',
      `The layer TorchModuleWrapper ${where} unpickles a PyTorch module when the model is loaded.`,
      { names: [name] },
    );
  else if (name === 'TFSMLayer') checkExternalModel(inner, where, report);
  else if (name === 'StringLookup' || name === 'IntegerLookup' || name === 'TextVectorization')
    checkVocabulary(inner, name, where, report);
  const target =
    name === 'function' && typeof inner === 'string'
      ? inner
      : name === '__typespec__'
        ? (stringAt(object, 'spec_name') ?? name)
        : name;
  checkTarget(object, target, typeof module === 'string' ? module : null, where, report);
  if (name === 'function') return;
  const registered = stringAt(object, 'registered_name');
  const custom =
    registered !== undefined
      ? registered.includes('>') && !/^keras(?:_\w+)?>/.test(registered)
      : module === undefined && !isBuiltin(name);
  if (custom)
    report.suspicious(
      'keras.custom-object',
      `"${registered ?? name}" ${where} is a class of the model's author: loading it needs code that is not in the file.`,
      { names: [registered ?? name], severity: 'low' },
    );
}

function isBuiltin(name: string): boolean {
  return BUILTIN_CLASSES.has(name) || name.startsWith('__') || /^[a-z_]+$/.test(name);
}

function checkTarget(
  object: JsonObject,
  name: string,
  module: string | null,
  where: string,
  report: Report,
): void {
  const full = module === null ? name : `${module}.${name}`;
  const passed = module === null ? undefined : passesDangerous(module);
  const judgement = passed === undefined ? judge(module, name) : 'dangerous';
  const names = [full];
  if (judgement === 'dangerous')
    report.unsafe('keras.module-code', `The entry ${where} has the loader import and call ${full}.`, {
      names,
    });
  else if (judgement === 'non-modelling')
    report.unsafe(
      'keras.non-modelling-function',
      `The entry ${where} has the loader call ${full}, which fetches, loads, writes or switches protection off.`,
      { names },
    );
  else if (judgement === 'foreign')
    report.suspicious(
      'keras.foreign-module',
      `The entry ${where} has the loader import ${full}: code that is not in the file.`,
      { names, severity: object.get('class_name') === 'function' ? 'high' : 'medium' },
    );
}

function checkLambdaLayer(config: Json | undefined, where: string, report: Report, origin: Origin): void {
  const code = at(config, 'function');
  if (isObject(code)) {
    // The entry of the function itself is judged where it stands; here only what the layer is.
    if (stringAt(code, 'class_name') === '__lambda__' || stringAt(code, 'class_name') === 'function') return;
    checkLambda(at(code, 'config', 'value') ?? at(code, 'config') ?? null, where, report, origin);
  } else checkLambda(code ?? null, where, report, origin);
}

function checkLambda(code: Json | undefined, where: string, report: Report, origin: Origin): void {
  const encoded =
    typeof code === 'string' ? code : isArray(code) ? code[0] : (at(code, 'code') ?? at(code, 'value'));
  if (typeof encoded !== 'string') {
    report.suspicious('keras.lambda', `The Lambda ${where} runs a function of the model's author.`, {
      severity: 'high',
    });
    return;
  }
  const names = reachingNames(encoded);
  const cve = [...cvesOf('keras.lambda-code'), ...(origin === 'hdf5' ? cvesOf('keras.lambda-in-hdf5') : [])];
  const without = origin === 'hdf5' ? ' Loaders of HDF5 do so without asking.' : '';
  if (names === undefined) {
    // A name of a function: it must be known to the loader.
    const named = /^[\w.>]{1,100}$/.test(encoded) && encoded.length < 60;
    if (named)
      report.suspicious('keras.lambda', `The Lambda ${where} calls the function "${encoded}".`, {
        names: [encoded],
      });
    else
      report.unsafe(
        'keras.lambda-code',
        `The Lambda ${where} holds code that can not be looked into.${without}`,
        { cve },
      );
  } else if (names.length > 0)
    report.unsafe(
      'keras.lambda-code',
      `The Lambda ${where} holds Python bytecode that uses ${names.slice(0, 8).join(', ')}.${without}`,
      { names, cve },
    );
  else
    report.suspicious(
      'keras.lambda',
      `The Lambda ${where} holds Python bytecode that a loader runs. Its names only compute.${without}`,
      { severity: 'high' },
    );
}

/** Bytecode that stands where a name is expected. */
function checkEncoded(value: string, path: string, report: Report): void {
  if (value.length < 60) return;
  const names = reachingNames(value);
  if (names !== undefined && names.length > 0)
    report.unsafe(
      'keras.lambda-code',
      `The text at ${path} is Python bytecode that uses ${names.slice(0, 8).join(', ')}.`,
      {
        names,
      },
    );
}

function checkExternalModel(config: Json | undefined, where: string, report: Report): void {
  const file = stringAt(config, 'filepath') ?? '';
  const why = escapes(file);
  if (why === undefined)
    report.suspicious(
      'keras.external-model',
      `The layer TFSMLayer ${where} loads another model, "${file}".`,
      {
        names: [file],
        severity: 'high',
      },
    );
  else
    report.unsafe(
      'keras.external-model',
      `The layer TFSMLayer ${where} loads another model from "${file}", which ${why}.`,
      {
        names: [file],
      },
    );
}

/** A vocabulary is a list; a text in its place is a file to read, or an address to fetch. */
function checkVocabulary(config: Json | undefined, name: string, where: string, report: Report): void {
  const file = stringAt(config, 'vocabulary');
  if (file === undefined || file === '') return;
  const why = escapes(file);
  const message = `The layer ${name} ${where} reads its vocabulary from "${file}"`;
  if (why === undefined) report.suspicious('keras.vocabulary-file', `${message}.`, { names: [file] });
  else report.unsafe('keras.vocabulary-file', `${message}, which ${why}.`, { names: [file] });
}
