import { describe } from 'vitest';
import { jinjaSamples } from '../../testing/jinja.ts';
import { testSamples } from '../../testing/samples.ts';

describe('jinja', () => {
  testSamples(jinjaSamples);
});
