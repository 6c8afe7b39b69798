import { describe } from 'vitest';
import { marSamples } from '../../testing/code.ts';
import { testSamples } from '../../testing/samples.ts';

describe('mar', () => {
  testSamples(marSamples);
});
