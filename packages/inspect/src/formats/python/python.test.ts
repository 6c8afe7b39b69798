import { describe } from 'vitest';
import { pythonSamples } from '../../testing/code.ts';
import { testSamples } from '../../testing/samples.ts';

describe('python', () => {
  testSamples(pythonSamples);
});
