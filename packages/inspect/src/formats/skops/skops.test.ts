import { describe } from 'vitest';
import { skopsSamples } from '../../testing/configurations.ts';
import { testSamples } from '../../testing/samples.ts';

describe('skops', () => {
  testSamples(skopsSamples);
});
