/** Every format, in the order in which they are asked. Adding one is a folder in `formats/` and a line here. */

import { lightgbmText } from './formats/boosting/lightgbm-text.ts';
import { xgboostUbjson } from './formats/boosting/ubjson.ts';
import { COMPRESSED } from './formats/compressed/index.ts';
import { coreml } from './formats/coreml/coreml.ts';
import { JSON_FORMATS } from './formats/documents.ts';
import { executable } from './formats/executable/executable.ts';
import { gguf } from './formats/gguf/gguf.ts';
import { hdf5 } from './formats/hdf5/hdf5.ts';
import { jinja } from './formats/jinja/jinja.ts';
import { nemo } from './formats/nemo/nemo.ts';
import { npy } from './formats/numpy/index.ts';
import { modelfile } from './formats/ollama/modelfile.ts';
import { onnx } from './formats/onnx/onnx.ts';
import { POINTERS } from './formats/other/pointer.ts';
import { RECOGNISED } from './formats/other/recognised.ts';
import { pickle, pickleWithoutMagic } from './formats/pickle/index.ts';
import { python } from './formats/python/python.ts';
import { torchscript } from './formats/python/torchscript.ts';
import { safetensors } from './formats/safetensors/safetensors.ts';
import { sevenZip } from './formats/seven-zip/index.ts';
import { tar } from './formats/tar/index.ts';
import { frozenGraph, kerasMetadata, metaGraph, savedModel } from './formats/tensorflow/saved-model.ts';
import { tflite } from './formats/tflite/tflite.ts';
import { longPrologue, openvino, pmml } from './formats/xml/xml.ts';
import { zip } from './formats/zip/index.ts';
import type { Format } from './types.ts';

export const FORMATS: readonly Format[] = [
  ...POINTERS,
  zip,
  pickle,
  npy,
  tar,
  sevenZip,
  ...COMPRESSED,
  safetensors,
  gguf,
  hdf5,
  onnx,
  tflite,
  coreml,
  savedModel,
  metaGraph,
  frozenGraph,
  kerasMetadata,
  xgboostUbjson,
  lightgbmText,
  openvino,
  pmml,
  executable,
  torchscript,
  ...JSON_FORMATS,
  python,
  nemo,
  modelfile,
  jinja,
  longPrologue,
  ...RECOGNISED,
  pickleWithoutMagic,
];
