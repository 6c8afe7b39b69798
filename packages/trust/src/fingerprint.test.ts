import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from './digest.ts';
import { fingerprint } from './fingerprint.ts';

const use = {
  inputs: ['text' as const],
  outputs: ['text' as const],
  tools: ['search'],
  users: [],
  exposure: 'internal' as const,
  prohibited: [],
};
const declared = { use, thresholds: { max_age: 30 } };
const asset = fc.record({
  kind: fc.constantFrom('model' as const, 'prompt' as const),
  id: fc.string(),
  version: fc.string(),
});

describe('fingerprint', () => {
  it('does not depend on order or repetition', () => {
    fc.assert(
      fc.property(fc.array(asset), (assets) => {
        expect(fingerprint([...assets, ...assets].reverse(), declared)).toBe(fingerprint(assets, declared));
      }),
    );
  });

  it('changes with version, digest, presence, use and thresholds', () => {
    const model = { kind: 'model' as const, id: 'model:a', version: '1' };
    const all = [
      fingerprint([model], declared),
      fingerprint([], declared),
      fingerprint([{ ...model, version: '2' }], declared),
      fingerprint([{ ...model, digest: sha256('weights') }], declared),
      fingerprint([model], { ...declared, thresholds: { max_age: 31 } }),
      fingerprint([model], { ...declared, use: { ...use, tools: [] } }),
      fingerprint([model], { ...declared, use: { ...use, exposure: 'public' } }),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});
