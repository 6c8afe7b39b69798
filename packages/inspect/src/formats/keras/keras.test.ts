import { describe } from 'vitest';
import { kerasSamples } from '../../testing/keras.ts';
import { testSamples } from '../../testing/samples.ts';

describe('keras', () => {
  testSamples(kerasSamples);
});
