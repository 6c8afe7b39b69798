/** Poorly documented or unsecured components, found by their newest scores, and the version of each that is in use. */
import type { PredicateName } from '@custos/core';
import { type CheckContext, list } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { percent } from '../../kernel/shares.ts';

export interface PoorComponent {
  id: string;
  version: string | undefined;
}

export const POOR_COMPONENT_TYPES = [
  'component-score',
  'scan-result',
] as const satisfies readonly PredicateName[];

/** Components below `component.score_share`. Unscored external components leave an `inconclusive` reason. */
export function poorComponents(c: CheckContext): PoorComponent[] {
  const step = 'score every external component (`custos component score`)';
  const scores = c.every(
    'component-score',
    { maxAge: 'component.assessment_days', what: 'a component score', step },
    (content) => content.component,
  );
  if (scores.length === 0) return [];
  const external = c.assets('component', 'model', 'dataset').filter((asset) => asset.origin === 'external');
  const versions = new Map(external.map((asset) => [asset.id, asset.version]));
  const current = scores.filter(({ content }) => isCurrent(versions, content));
  const scored = new Set(current.map(({ content }) => content.component));
  const unscored = external.filter((asset) => !scored.has(asset.id)).map((asset) => asset.id);
  if (unscored.length > 0)
    c.unclear(
      'NOT_SCORED',
      `Components without a score of the version in use: ${list(unscored)}. Next: ${step}.`,
    );
  const line = c.setting('component.score_share');
  const poor = current.filter(({ content }) => Math.min(content.documentation, content.security) < line);
  if (poor.length === 0)
    c.unclear(
      'NO_POOR_COMPONENT',
      `No scored component is below ${percent(line)}, so nothing shows how one is handled. Next: score the component meant, or withdraw poorly_documented_component in custos.yaml.`,
    );
  return poor.map(({ content }) => ({
    id: content.component,
    version: versions.get(content.component) ?? content.version,
  }));
}

function isCurrent(
  versions: ReadonlyMap<string, string | undefined>,
  score: { component: string; version?: string | undefined },
): boolean {
  const used = versions.get(score.component);
  return used === undefined || score.version === undefined || score.version === used;
}

/** The newest justification of a component, for the version in use. Reads `justification`. */
export function justificationOf(
  c: CheckContext,
  component: PoorComponent,
): Found<'justification'> | undefined {
  const found = c.newest('justification', {
    where: (content) => content.component === component.id,
    from: ['system_operator'],
    maxAge: 'documentation.review_days',
    what: `a justification for ${component.id}`,
    step: `justify it as system_operator (\`custos component justify ${component.id}\`)`,
  });
  if (!found) return undefined;
  const fits = c.expect(
    found.content.version === component.version,
    'VERSION_MISMATCH',
    `The justification for ${component.id} is about version ${found.content.version ?? '(none)'}; ${component.version ?? 'no version'} is in use.`,
  );
  return fits ? found : undefined;
}
