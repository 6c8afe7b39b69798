import { describe } from 'vitest';
import { modelfileSamples } from '../../testing/code.ts';
import { testSamples } from '../../testing/samples.ts';

describe('modelfile', () => {
  testSamples(modelfileSamples);
});
