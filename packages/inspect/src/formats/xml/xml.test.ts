import { describe } from 'vitest';
import { testSamples } from '../../testing/samples.ts';
import { xmlSamples } from '../../testing/trees.ts';

describe('xml', () => {
  testSamples(xmlSamples);
});
