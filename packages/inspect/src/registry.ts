/** Every format, in the order in which they are asked. Adding one is a folder in `formats/` and a line here. */

import { COMPRESSED } from './formats/compressed/index.ts';
import { coreml } from './formats/coreml/coreml.ts';
import { gguf } from './formats/gguf/gguf.ts';
import { hdf5 } from './formats/hdf5/hdf5.ts';
import { jinja } from './formats/jinja/jinja.ts';
import { keras } from './formats/keras/keras.ts';
import { npy } from './formats/numpy/index.ts';
import { onnx } from './formats/onnx/onnx.ts';
import { pickle, pickleWithoutMagic } from './formats/pickle/index.ts';
import { safetensors } from './formats/safetensors/safetensors.ts';
import { sevenZip } from './formats/seven-zip/index.ts';
import { tar } from './formats/tar/index.ts';
import { frozenGraph, kerasMetadata, metaGraph, savedModel } from './formats/tensorflow/saved-model.ts';
import { tflite } from './formats/tflite/tflite.ts';
import { zip } from './formats/zip/index.ts';
import type { Format } from './types.ts';

export const FORMATS: readonly Format[] = [
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
  keras,
  jinja,
  pickleWithoutMagic,
];
