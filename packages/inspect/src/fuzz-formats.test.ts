/** Every reader takes thousands of damaged files: it ends, soon, with a verdict and with a reason where it is not clean. */
import { describe, expect, it } from 'vitest';
import { inspectSource } from './inspect.ts';
import { BytesSource } from './sources.ts';
import { marSamples, modelfileSamples, pythonSamples, torchscriptSamples } from './testing/code.ts';
import { huggingfaceSamples, nemoSamples, skopsSamples } from './testing/configurations.ts';
import { coremlSamples } from './testing/coreml.ts';
import { ggufSamples } from './testing/gguf.ts';
import { hdf5Samples } from './testing/hdf5.ts';
import { jinjaSamples } from './testing/jinja.ts';
import { kerasSamples } from './testing/keras.ts';
import { mutations } from './testing/mutate.ts';
import { onnxSamples } from './testing/onnx.ts';
import { safetensorsSamples } from './testing/safetensors.ts';
import type { Sample, Samples } from './testing/samples.ts';
import { tensorflowSamples } from './testing/tensorflow.ts';
import { tfliteSamples } from './testing/tflite.ts';
import { executableSamples, treeSamples, xmlSamples } from './testing/trees.ts';

const SAMPLES: Readonly<Record<string, Samples>> = {
  safetensors: safetensorsSamples,
  gguf: ggufSamples,
  onnx: onnxSamples,
  tensorflow: tensorflowSamples,
  tflite: tfliteSamples,
  coreml: coremlSamples,
  hdf5: hdf5Samples,
  keras: kerasSamples,
  jinja: jinjaSamples,
  huggingface: huggingfaceSamples,
  skops: skopsSamples,
  nemo: nemoSamples,
  mar: marSamples,
  python: pythonSamples,
  torchscript: torchscriptSamples,
  modelfile: modelfileSamples,
  trees: treeSamples,
  xml: xmlSamples,
  executable: executableSamples,
};
/** Damaged files of each format. */
const ROUNDS = 300;
/** Files of some hundred bytes take less than a millisecond; a reader that hangs takes for ever. */
const SLOWEST = 2000;

describe.each(Object.entries(SAMPLES))('damaged files of %s', (name, samples) => {
  const seeds: Sample[] = [...samples.benign, ...samples.planted].filter(
    ({ bytes }) => bytes.length < 20_000,
  );

  it('end with a verdict and a reason', () => {
    let seed = name.length;
    for (let round = 0; round < ROUNDS; round += 1) {
      const sample = seeds[round % seeds.length];
      const other = seeds[(round * 7 + 1) % seeds.length];
      if (sample === undefined || other === undefined) break;
      seed += 1;
      const bytes = mutations(sample.bytes, other.bytes, seed);
      const from = performance.now();
      const result = inspectSource(new BytesSource(bytes, sample.path));
      const milliseconds = performance.now() - from;
      expect(milliseconds, `${sample.what}, seed ${seed}`).toBeLessThan(SLOWEST);
      expect(['unsafe', 'suspicious', 'clean', 'not_inspected']).toContain(result.verdict);
      if (result.verdict !== 'clean')
        expect(
          result.findings.length + result.coverage.skipped.length,
          `${sample.what}, seed ${seed}`,
        ).toBeGreaterThan(0);
      // A reason is for people: what a program throws at itself is none.
      for (const { why } of result.coverage.skipped)
        expect(why, `${sample.what}, seed ${seed}`).not.toMatch(
          /is not a function|undefined|Cannot read|Maximum call|Invalid (array|typed)|out of memory/i,
        );
    }
  });

  it('end with a verdict wherever they are cut', () => {
    const sample = samples.benign[0] ?? samples.planted[0];
    if (sample === undefined) return;
    for (let length = 0; length < Math.min(sample.bytes.length, 400); length += 1) {
      const result = inspectSource(new BytesSource(sample.bytes.slice(0, length), sample.path));
      expect(['unsafe', 'suspicious', 'clean', 'not_inspected']).toContain(result.verdict);
    }
  });
});
