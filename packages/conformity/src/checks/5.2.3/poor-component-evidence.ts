/** A component below the line among components above it, for the tests of 5.2.3-2, -2.1 and -2.2. */
import type { Content } from '@custos/core';
import { MODEL_DIGEST, type ObserveOptions, observe, scanContent } from '../../testing/world.ts';

export const POOR = 'component:pypi/transformers';
export const MODEL = 'model:org/base-7b';
/** Evidence about the content of the model that is in use. */
export const OF_MODEL: ObserveOptions = { subject: MODEL_DIGEST, subjectName: MODEL };

export function aScore(component: string, share: number, version?: string, options: ObserveOptions = {}) {
  return observe(
    'component-score',
    {
      component,
      ...(version ? { version } : {}),
      documentation: share,
      security: 0.9,
      parts: { licence: true },
    },
    options,
  );
}

export const scores = () => [aScore(POOR, 0.3, '4.50.0'), aScore(MODEL, 0.9, 'r1', OF_MODEL)];

/** Nothing says which version of the poor component is in use. */
export function unpinned() {
  const { assets } = scanContent();
  return observe(
    'scan-result',
    scanContent({
      assets: assets.map(({ version, ...asset }) =>
        asset.id === POOR ? asset : { ...asset, ...(version ? { version } : {}) },
      ),
    }),
  );
}

export function aJustification(more: Partial<Content<'justification'>> = {}, options: ObserveOptions = {}) {
  return observe(
    'justification',
    {
      component: POOR,
      version: '4.50.0',
      rationale: 'No other library reads this tokenizer format',
      controls: ['CTL-1'],
      ...more,
    },
    { role: 'system_operator', age: 5, ...options },
  );
}
