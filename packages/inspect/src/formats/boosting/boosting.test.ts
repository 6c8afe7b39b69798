import { describe } from 'vitest';
import { testSamples } from '../../testing/samples.ts';
import { treeSamples } from '../../testing/trees.ts';

describe('boosted trees', () => {
  testSamples(treeSamples);
});
