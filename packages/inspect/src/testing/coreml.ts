import { field, json, message } from './build.ts';
import { cuts, first, type Planted, type Sample, type Samples } from './samples.ts';

const path = 'model.mlmodel';

function model(kind: number, content: Uint8Array, ...description: readonly Uint8Array[]): Uint8Array {
  return message(
    field(1, 5),
    field(2, message(field(1, message(field(1, 'x'))), ...description)),
    field(kind, content),
  );
}

const layer = field(
  1,
  message(field(1, 'relu'), field(2, 'x'), field(3, 'y'), field(130, message(field(10, message())))),
);
const customLayer = field(1, message(field(1, 'c'), field(500, message(field(10, 'EvilLayer')))));

/** A program with one operation whose weight lies in a file. */
function program(type: string, file: string): Uint8Array {
  const blob = field(5, message(field(1, file), field(2, 64)));
  const operation = message(field(1, type), field(5, message(field(1, 'val'), field(2, blob))));
  const block = message(field(3, operation));
  const body = message(field(2, 'CoreML5'), field(3, message(field(1, 'CoreML5'), field(2, block))));
  return message(field(1, 1), field(2, message(field(1, 'main'), field(2, body))));
}

function linked(file: string): Uint8Array {
  return message(field(1, message(field(1, message(field(1, file))))));
}

function manifest(item: string): Uint8Array {
  return json({
    fileFormatVersion: '1.0.0',
    itemInfoEntries: { A: { author: 'com.apple.CoreML', name: 'model.mlmodel', path: item } },
    rootModelIdentifier: 'A',
  });
}

const benign: Sample[] = [
  { what: 'a neural network', path, bytes: model(500, layer) },
  { what: 'a pipeline of a network', path, bytes: model(202, field(1, model(500, layer))) },
  { what: 'a program', path, bytes: model(502, program('const', '@model_path/weights/weight.bin')) },
  { what: 'a package', path: 'm.mlpackage/Manifest.json', bytes: manifest('com.apple.CoreML/model.mlmodel') },
];

const planted: Planted[] = [
  {
    what: 'a custom layer',
    rule: 'coreml.custom-layer',
    verdict: 'suspicious',
    path,
    bytes: model(500, customLayer),
  },
  {
    what: 'a custom layer in a pipeline',
    rule: 'coreml.custom-layer',
    verdict: 'suspicious',
    path,
    bytes: model(202, field(1, model(403, customLayer))),
  },
  {
    what: 'a custom operation of a program',
    rule: 'coreml.custom-layer',
    verdict: 'suspicious',
    path,
    bytes: model(502, program('custom_layer', '@model_path/w.bin')),
  },
  {
    what: 'a custom model',
    rule: 'coreml.custom-model',
    verdict: 'suspicious',
    path,
    bytes: model(555, message(field(10, 'EvilModel'))),
  },
  {
    what: 'a linked model',
    rule: 'coreml.linked-model',
    verdict: 'suspicious',
    path,
    bytes: model(556, linked('other.mlmodelc')),
  },
  {
    what: 'a linked model outside of the folder',
    rule: 'coreml.linked-model-traversal',
    verdict: 'unsafe',
    path,
    bytes: model(556, linked('../../other.mlmodelc')),
  },
  {
    what: 'weights outside of the folder',
    rule: 'coreml.blob-traversal',
    verdict: 'unsafe',
    path,
    bytes: model(502, program('const', '@model_path/../../../etc/passwd')),
  },
  {
    what: 'a package that takes a file from outside',
    rule: 'coreml.package-traversal',
    verdict: 'unsafe',
    path: 'm.mlpackage/Manifest.json',
    bytes: manifest('/etc/passwd'),
  },
  {
    what: 'a script in the author of the model',
    rule: 'text.embedded-code',
    verdict: 'suspicious',
    path,
    bytes: model(500, layer, field(100, message(field(3, '<script>alert(1)</script>')))),
  },
];

export const coremlSamples: Samples = { benign, planted, broken: cuts(first(benign)) };
