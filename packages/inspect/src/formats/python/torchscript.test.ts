import { describe } from 'vitest';
import { torchscriptSamples } from '../../testing/code.ts';
import { testSamples } from '../../testing/samples.ts';

describe('torchscript', () => {
  testSamples(torchscriptSamples);
});
