import { describe } from 'vitest';
import { hdf5Samples } from '../../testing/hdf5.ts';
import { testSamples } from '../../testing/samples.ts';

describe('hdf5', () => {
  testSamples(hdf5Samples);
});
