import { describe } from 'vitest';
import { testSamples } from '../../testing/samples.ts';
import { tensorflowSamples } from '../../testing/tensorflow.ts';

describe('tensorflow', () => {
  testSamples(tensorflowSamples);
});
