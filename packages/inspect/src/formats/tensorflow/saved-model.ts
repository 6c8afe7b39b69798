/**
 * TensorFlow's SavedModel, checkpoints' `.meta` and frozen graphs. A graph is a program: some of its operations read and
 * write files or call Python. They are looked for in the graph and in every function of its library.
 * Source: tensorflow/core/protobuf/saved_model.proto and meta_graph.proto.
 */
import { parseJson } from '../../bytes/json.ts';
import { fields, int64, lastMessage, type Range, textOf } from '../../bytes/protobuf.ts';
import { Reader } from '../../bytes/reader.ts';
import { Report } from '../../bytes/report.ts';
import type { Format } from '../../types.ts';
import { escapes } from '../embedded.ts';
import { checkKerasConfig } from '../keras/config.ts';
import { checkGraph } from './graph.ts';
import {
  looksLikeGraph,
  looksLikeKerasMetadata,
  looksLikeMetaGraph,
  looksLikeSavedModel,
} from './recognise.ts';

function format(
  name: string,
  recognises: (head: Uint8Array) => boolean,
  read: (reader: Reader, range: Range, report: Report) => void,
): Format {
  return {
    name,
    recognises: (head) => recognises(head),
    inspect(source, inspection) {
      const report = new Report(source.size);
      report.attempt('graph', () => {
        read(new Reader(source, inspection), { start: 0, end: source.size }, report);
        report.member();
      });
      return report.result();
    },
  };
}

export const savedModel: Format = format(
  'tensorflow/saved-model',
  looksLikeSavedModel,
  (reader, range, report) => {
    for (const field of fields(reader, range)) {
      if (field.number === 1 && field.wire === 'varint')
        report.metadata('tensorflow.schema', int64(field.value));
      if (field.number === 2 && field.wire === 'bytes') checkMetaGraph(reader, field, report);
    }
  },
);

export const metaGraph: Format = format('tensorflow/meta-graph', looksLikeMetaGraph, checkMetaGraph);

export const frozenGraph: Format = format('tensorflow/graph', looksLikeGraph, checkGraph);

export const kerasMetadata: Format = format(
  'keras/metadata',
  looksLikeKerasMetadata,
  (reader, range, report) => {
    for (const row of fields(reader, range))
      if (row.wire === 'bytes')
        for (const field of fields(reader, row))
          if (field.number === 5 && field.wire === 'bytes') checkObjectMetadata(reader, field, report);
  },
);

function checkMetaGraph(reader: Reader, range: Range, report: Report): void {
  for (const field of fields(reader, range)) {
    if (field.wire !== 'bytes') continue;
    if (field.number === 1) readInformation(reader, field, report);
    else if (field.number === 2) checkGraph(reader, field, report);
    else if (field.number === 6) checkAsset(reader, field, report);
    else if (field.number === 7) checkObjects(reader, field, report);
  }
}

function readInformation(reader: Reader, range: Range, report: Report): void {
  for (const field of fields(reader, range))
    if (field.number === 5 && field.wire === 'bytes')
      report.metadata('tensorflow.version', textOf(reader, field, 100));
}

/** AssetFileDef: a file name that the loader joins to the model's folder. */
function checkAsset(reader: Reader, range: Range, report: Report): void {
  for (const field of fields(reader, range)) {
    if (field.number !== 2 || field.wire !== 'bytes') continue;
    const name = textOf(reader, field, 4096);
    const why = escapes(name);
    if (why !== undefined)
      report.unsafe('tensorflow.asset-traversal', `The asset "${name}" ${why}: loading the model reads it.`, {
        offset: field.start,
        names: [name],
      });
  }
}

/** SavedObjectGraph: Keras leaves its layers as JSON in the metadata of user objects. */
function checkObjects(reader: Reader, range: Range, report: Report): void {
  for (const node of fields(reader, range)) {
    if (node.number !== 1 || node.wire !== 'bytes') continue;
    const user = lastMessage(reader, node, 4);
    if (user === undefined) continue;
    for (const field of fields(reader, user))
      if (field.number === 3 && field.wire === 'bytes') checkObjectMetadata(reader, field, report);
  }
}

function checkObjectMetadata(reader: Reader, range: Range, report: Report): void {
  const text = textOf(reader, range, 16 * 1024 * 1024);
  if (!text.trimStart().startsWith('{')) return;
  report.attempt('Keras metadata', () => {
    const { value } = parseJson(new TextEncoder().encode(text), reader);
    checkKerasConfig(value, report, 'saved-model');
  });
}
