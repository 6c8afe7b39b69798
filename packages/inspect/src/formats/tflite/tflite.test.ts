import { describe } from 'vitest';
import { testSamples } from '../../testing/samples.ts';
import { tfliteSamples } from '../../testing/tflite.ts';

describe('tflite', () => {
  testSamples(tfliteSamples);
});
