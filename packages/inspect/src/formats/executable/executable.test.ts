import { describe } from 'vitest';
import { testSamples } from '../../testing/samples.ts';
import { executableSamples } from '../../testing/trees.ts';

describe('programs', () => {
  testSamples(executableSamples);
});
