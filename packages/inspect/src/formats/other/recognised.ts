/**
 * Formats that are known by their first bytes and not read: saying their name is more use than "unknown", and their
 * content stays not inspected.
 */

import { shapeOf } from '../../bytes/protobuf.ts';
import { hasMagic, headText } from '../../bytes/reader.ts';
import { Report } from '../../bytes/report.ts';
import type { Format } from '../../types.ts';

function recognised(name: string, recognises: Format['recognises'], why: string): Format {
  return {
    name,
    lastResort: true,
    recognises,
    inspect(source) {
      const report = new Report(source.size);
      report.skip(source.path, why);
      return report.result();
    },
  };
}

const magic =
  (...texts: readonly string[]) =>
  (head: Uint8Array) =>
    texts.some((text) => hasMagic(head, text));

export const RECOGNISED: readonly Format[] = [
  recognised(
    'tensorrt/engine',
    magic('ptrt', 'ftrt'),
    'an engine of TensorRT holds machine code for a GPU and is not read',
  ),
  recognised('catboost', magic('CBM1'), 'models of CatBoost are not read'),
  recognised(
    'xgboost/binary',
    magic('binf'),
    'the old binary form of XGBoost is not read; save the model as JSON or UBJSON',
  ),
  recognised('ggml', magic('lmgg', 'fmgg', 'tjgg', 'algg'), 'the forms of ggml before GGUF are not read'),
  recognised(
    'executorch',
    (head) => hasMagic(head, 'ET', 4) && /^\d\d$/.test(String.fromCharCode(...head.subarray(6, 8))),
    'programs of ExecuTorch are not read',
  ),
  recognised('rknn', magic('RKNN'), 'models for Rockchip processors are not read'),
  recognised(
    'cntk',
    (head) => hasMagic(head, 'B\0C\0N\0\0\0') || hasMagic(head, 'BCNTK'),
    'models of CNTK are not read',
  ),
  recognised('ncnn/param', (head) => /^7767517\r?\n/.test(headText(head, 16)), 'models of ncnn are not read'),
  recognised('mnn', (_, { path }) => /\.mnn$/i.test(path), 'models of MNN are not read'),
  recognised(
    'paddle/program',
    (head, { path }) => /(\.pdmodel|__model__)$/i.test(path) && shapeOf(head) !== undefined,
    'programs of Paddle are not read',
  ),
  recognised(
    'paddle/parameters',
    (_, { path }) => /\.pdi?params$/i.test(path),
    'parameters of Paddle are not read',
  ),
  recognised(
    'tensorflow/checkpoint',
    (_, { path }) => /\.(data-\d{5}-of-\d{5}|ckpt\.index|index)$/i.test(path) && !/\.json$/i.test(path),
    'checkpoints of TensorFlow are rows of numbers without a header and are not read',
  ),
];
