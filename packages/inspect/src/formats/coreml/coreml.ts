/**
 * Core ML models (`.mlmodel`, and the one within an `.mlpackage`). Layers and models of its own compute; custom ones are
 * classes of the app that loads the model, and a linked model is another file.
 * Source: the protobuf definitions of coremltools (mlmodel/format).
 */
import { Malformed } from '../../bytes/malformed.ts';
import { fields, int64, lastMessage, type Range, shapeOf, textOf } from '../../bytes/protobuf.ts';
import { Reader } from '../../bytes/reader.ts';
import { Report } from '../../bytes/report.ts';
import type { Format } from '../../types.ts';
import { checkEmbeddedText, escapes } from '../embedded.ts';
import { checkProgram } from './program.ts';

/** Fields of Model that say which kind of model it is. */
const KINDS: ReadonlyMap<number, string> = new Map([
  [200, 'pipelineClassifier'],
  [201, 'pipelineRegressor'],
  [202, 'pipeline'],
  [300, 'glmRegressor'],
  [301, 'supportVectorRegressor'],
  [302, 'treeEnsembleRegressor'],
  [303, 'neuralNetworkRegressor'],
  [304, 'bayesianProbitRegressor'],
  [400, 'glmClassifier'],
  [401, 'supportVectorClassifier'],
  [402, 'treeEnsembleClassifier'],
  [403, 'neuralNetworkClassifier'],
  [404, 'kNearestNeighborsClassifier'],
  [500, 'neuralNetwork'],
  [501, 'itemSimilarityRecommender'],
  [502, 'mlProgram'],
  [555, 'customModel'],
  [556, 'linkedModel'],
  [560, 'classConfidenceThresholding'],
  [600, 'oneHotEncoder'],
  [601, 'imputer'],
  [602, 'featureVectorizer'],
  [603, 'dictVectorizer'],
  [604, 'scaler'],
  [606, 'categoricalMapping'],
  [607, 'normalizer'],
  [609, 'arrayFeatureExtractor'],
  [610, 'nonMaximumSuppression'],
  [900, 'identity'],
  [2000, 'textClassifier'],
  [2001, 'wordTagger'],
  [2002, 'visionFeaturePrint'],
  [2003, 'soundAnalysisPreprocessing'],
  [2004, 'gazetteer'],
  [2005, 'wordEmbedding'],
  [2006, 'audioFeaturePrint'],
  [3000, 'serializedModel'],
]);
/** Pipelines hold models, which may be pipelines. */
const DEEPEST = 16;

export const coreml: Format = {
  name: 'coreml',
  recognises(head) {
    const shape = shapeOf(head);
    const first = shape?.[0];
    if (
      shape === undefined ||
      first?.number !== 1 ||
      first.wire !== 0 ||
      first.length < 1 ||
      first.length > 100
    )
      return false;
    return (
      shape.every(({ number, wire }) =>
        number === 1 || number === 10 ? wire === 0 : wire === 2 && (number === 2 || KINDS.has(number)),
      ) &&
      shape.some(({ number }) => KINDS.has(number) || number === 2) &&
      (shape.some(({ number }) => KINDS.has(number)) || describesModel(head, shape))
    );
  },
  inspect(source, inspection) {
    const report = new Report(source.size);
    report.attempt('model', () => {
      checkModel(new Reader(source, inspection), { start: 0, end: source.size }, report, 0);
    });
    return report.result();
  },
};

/** A long description fills the head, so that the kind of the model lies behind it. */
function describesModel(head: Uint8Array, shape: NonNullable<ReturnType<typeof shapeOf>>): boolean {
  const description = shape.find(({ number }) => number === 2);
  if (description === undefined || description.at + description.length <= head.length) return false;
  const inner = shapeOf(head.subarray(description.at));
  return (
    inner?.every(
      ({ number, wire }) => wire === 2 && [1, 10, 11, 12, 13, 20, 21, 50, 100].includes(number),
    ) === true
  );
}

function checkModel(reader: Reader, range: Range, report: Report, depth: number): void {
  if (depth > DEEPEST) throw new Malformed(`models nested more than ${DEEPEST} deep`, range.start);
  let kind = 0;
  for (const field of fields(reader, range)) {
    if (field.number === 1 && field.wire === 'varint' && depth === 0)
      report.metadata('coreml.specification', int64(field.value));
    if (field.wire !== 'bytes') continue;
    if (field.number === 2) checkDescription(reader, field, report);
    else if (KINDS.has(field.number)) {
      kind = field.number;
      report.metadata('coreml.kind', KINDS.get(kind) ?? '');
      checkKind(reader, field, kind, report, depth);
    } else report.skip(`field ${field.number}`, 'is of no kind of model that is known');
  }
  if (kind === 0) report.skip('model', 'has no kind');
  else report.member();
}

function checkKind(reader: Reader, range: Range, kind: number, report: Report, depth: number): void {
  if (kind >= 200 && kind <= 202) {
    const pipeline = kind === 202 ? range : lastMessage(reader, range, 1);
    if (pipeline === undefined) return;
    for (const field of fields(reader, pipeline))
      if (field.number === 1 && field.wire === 'bytes') checkModel(reader, field, report, depth + 1);
  } else if (kind === 303 || kind === 403 || kind === 500) checkLayers(reader, range, report, 0);
  else if (kind === 502) checkProgram(reader, range, report);
  else if (kind === 555) checkCustom(reader, range, 'custom model', report);
  else if (kind === 556) checkLinked(reader, range, report);
  else if (kind === 3000) report.skip('model', 'is a model in serialised form');
}

/** NeuralNetwork: field 1 are its layers; branches and loops hold networks. */
function checkLayers(reader: Reader, range: Range, report: Report, depth: number): void {
  if (depth > DEEPEST) throw new Malformed(`networks nested more than ${DEEPEST} deep`, range.start);
  for (const layer of fields(reader, range)) {
    if (layer.number !== 1 || layer.wire !== 'bytes') continue;
    report.member();
    for (const field of fields(reader, layer)) {
      if (field.wire !== 'bytes') continue;
      if (field.number === 500) checkCustom(reader, field, 'custom layer', report);
      // Branch: both ways; loop: condition and body.
      if (field.number === 605 || field.number === 615)
        for (const inner of fields(reader, field))
          if (
            inner.wire === 'bytes' &&
            (inner.number === 1 || inner.number === 2 || inner.number === 3 || inner.number === 4)
          )
            report.attempt('branch', () => {
              if (looksLikeNetwork(reader, inner)) checkLayers(reader, inner, report, depth + 1);
            });
    }
  }
}

/** Names of conditions stand beside networks in a loop. */
function looksLikeNetwork(reader: Reader, range: Range): boolean {
  reader.seek(range.start);
  return range.end > range.start && reader.u8() === 0x0a;
}

function checkCustom(reader: Reader, range: Range, what: string, report: Report): void {
  let name = '';
  for (const field of fields(reader, range)) {
    if (field.wire !== 'bytes') continue;
    if (field.number === 10) name = textOf(reader, field, 500);
    else if (field.number === 30 || field.number === 40)
      checkEmbeddedText(report, textOf(reader, field), `a parameter of the ${what} "${name}"`);
  }
  report.suspicious(
    `coreml.${what.replace(' ', '-')}`,
    `The ${what} "${name}" is a class of the app that loads the model: what it does does not stand in the file.`,
    { offset: range.start, names: [name] },
  );
}

function checkLinked(reader: Reader, range: Range, report: Report): void {
  const names: string[] = [];
  const collect = (part: Range, depth: number): void => {
    for (const field of fields(reader, part)) {
      if (field.wire !== 'bytes') continue;
      // LinkedModelFile → StringParameter → the text.
      if (depth === 2) {
        if (field.number === 1) names.push(textOf(reader, field, 4096));
      } else collect(field, depth + 1);
    }
  };
  collect(range, 0);
  const outside = names.find((name) => escapes(name) !== undefined);
  if (outside === undefined)
    report.suspicious(
      'coreml.linked-model',
      `The model is another file: ${names.map((name) => `"${name}"`).join(', ')}.`,
      {
        offset: range.start,
        names,
      },
    );
  else
    report.unsafe(
      'coreml.linked-model-traversal',
      `The model is another file, "${outside}", which ${escapes(outside) ?? ''}.`,
      {
        offset: range.start,
        names,
      },
    );
}

function checkDescription(reader: Reader, range: Range, report: Report): void {
  const metadata = lastMessage(reader, range, 100);
  if (metadata === undefined) return;
  const KEYS: Readonly<Record<number, string>> = {
    1: 'description',
    2: 'version',
    3: 'author',
    4: 'licence',
  };
  for (const field of fields(reader, metadata)) {
    if (field.wire !== 'bytes') continue;
    const key = KEYS[field.number];
    const text = textOf(reader, field);
    if (key !== undefined) report.metadata(`coreml.${key}`, text);
    checkEmbeddedText(report, text, `the metadata${key === undefined ? '' : ` "${key}"`}`);
  }
}
