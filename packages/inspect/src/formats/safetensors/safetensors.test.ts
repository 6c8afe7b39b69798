import { describe } from 'vitest';
import { safetensorsSamples } from '../../testing/safetensors.ts';
import { testSamples } from '../../testing/samples.ts';

describe('safetensors', () => {
  testSamples(safetensorsSamples);
});
