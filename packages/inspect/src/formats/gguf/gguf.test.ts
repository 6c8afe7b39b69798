import { describe } from 'vitest';
import { ggufSamples } from '../../testing/gguf.ts';
import { testSamples } from '../../testing/samples.ts';

describe('gguf', () => {
  testSamples(ggufSamples);
});
