import { describe } from 'vitest';
import { nemoSamples } from '../../testing/configurations.ts';
import { testSamples } from '../../testing/samples.ts';

describe('nemo', () => {
  testSamples(nemoSamples);
});
