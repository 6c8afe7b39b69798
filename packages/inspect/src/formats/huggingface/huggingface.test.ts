import { describe } from 'vitest';
import { huggingfaceSamples } from '../../testing/configurations.ts';
import { testSamples } from '../../testing/samples.ts';

describe('huggingface', () => {
  testSamples(huggingfaceSamples);
});
