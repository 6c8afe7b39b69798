import { describe } from 'vitest';
import { onnxSamples } from '../../testing/onnx.ts';
import { testSamples } from '../../testing/samples.ts';

describe('onnx', () => {
  testSamples(onnxSamples);
});
