/**
 * Every reader takes thousands of damaged files: it ends, soon, with a verdict and with a reason where it is not clean. Where
 * damage can not have reached the payload, the verdict is not clean.
 */
import { describe, expect, it } from 'vitest';
import { inspectSource } from './inspect.ts';
import { BytesSource } from './sources.ts';
import { tarOf } from './testing/archives.ts';
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
import type { Planted, Sample, Samples } from './testing/samples.ts';
import { tensorflowSamples } from './testing/tensorflow.ts';
import { tfliteSamples } from './testing/tflite.ts';
import { executableSamples, treeSamples, xmlSamples } from './testing/trees.ts';
import { zipOf } from './testing/zip.ts';

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
/** Damaged files of each planted thing. */
const CONTAINER_ROUNDS = 6;
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
      const { coverage, findings, verdict } = result;
      const weighty = findings.filter(({ weight }) => weight !== 'info').length;
      // Clean is every byte and every member, and nothing but remarks.
      const told =
        verdict === 'clean' ? [coverage.bytes, coverage.members, coverage.skipped.length, weighty] : [];
      if (verdict === 'clean')
        expect(told, `${sample.what}, seed ${seed}`).toEqual([bytes.length, coverage.of, 0, 0]);
      else if (verdict === 'not_inspected')
        expect(coverage.skipped.length, `${sample.what}, seed ${seed}`).toBeGreaterThan(0);
      else expect(weighty, `${sample.what}, seed ${seed}`).toBeGreaterThan(0);
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

  const planted = samples.planted.filter(({ bytes }) => bytes.length < 20_000);

  it('are never clean in a damaged archive that has them whole', () => {
    let seed = 0;
    let whole = 0;
    for (const sample of planted) {
      const other = samples.benign[0] ?? sample;
      const member = sample.path.split('/').at(-1) ?? sample.path;
      const pieces = [
        { name: '0', content: other.bytes },
        { name: member, content: sample.bytes },
      ];
      for (const archive of [zipOf(pieces), tarOf(pieces)])
        for (let round = 0; round < CONTAINER_ROUNDS; round += 1) {
          seed += 1;
          const bytes = Buffer.from(mutations(archive, archive, seed));
          if (!hasMember(bytes, member, sample.bytes)) continue;
          whole += 1;
          const { verdict } = inspectSource(new BytesSource(bytes, 'model.bin'));
          expect([verdict, sample.what, seed]).not.toEqual(['clean', sample.what, seed]);
        }
    }
    expect(whole).toBeGreaterThan(planted.length);
  });

  it('keep what stands before the damage', () => {
    let seed = name.length;
    for (const sample of planted) {
      // Of text, what follows can change the meaning of what stands before.
      if (!sample.bytes.includes(0)) continue;
      const needed = prefixWith(sample);
      if (needed >= sample.bytes.length) continue;
      for (let round = 0; round < CONTAINER_ROUNDS; round += 1) {
        seed += 1;
        const tail = mutations(sample.bytes.subarray(needed), sample.bytes, seed);
        const bytes = Buffer.concat([sample.bytes.subarray(0, needed), tail]);
        const { verdict } = inspectSource(new BytesSource(bytes, sample.path));
        expect([verdict, sample.what, seed]).not.toEqual(['clean', sample.what, seed]);
      }
    }
  });
});

/** Whether the content stands in the archive as it was, behind its name: then no damage has reached it. */
function hasMember(archive: Buffer, name: string, content: Uint8Array): boolean {
  const at = archive.indexOf(name);
  return at >= 0 && archive.indexOf(Buffer.from(content), at) >= 0;
}

/** The shortest beginning of the file in which the planted thing is found, as far as halving finds it. */
function prefixWith({ bytes, path, rule }: Planted): number {
  let [none, found] = [0, bytes.length];
  while (found - none > 1) {
    const middle = (none + found) >> 1;
    const { findings } = inspectSource(new BytesSource(bytes.slice(0, middle), path));
    if (findings.some((one) => one.rule === rule)) found = middle;
    else none = middle;
  }
  return found;
}
