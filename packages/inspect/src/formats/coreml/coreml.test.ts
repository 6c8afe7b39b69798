import { describe } from 'vitest';
import { coremlSamples } from '../../testing/coreml.ts';
import { testSamples } from '../../testing/samples.ts';

describe('coreml', () => {
  testSamples(coremlSamples);
});
