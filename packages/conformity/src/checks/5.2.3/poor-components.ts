/** Poorly documented or unsecured components in use, found by their newest scores, and what was stated of each. */
import type { Asset, PredicateName } from '@custos/core';
import { type CheckContext, list, type Query } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { percent } from '../../kernel/shares.ts';
import { sameComponent, versionInUse } from './same-component.ts';

export const POOR_COMPONENT_TYPES = [
  'component-score',
  'scan-result',
] as const satisfies readonly PredicateName[];

type OfComponent = 'component-score' | 'component-assessment' | 'justification';

/** Components of the inventory below `component.score_share`. Unscored external ones leave an `inconclusive` reason. */
export function poorComponents(c: CheckContext): Asset[] {
  const step =
    'pin what has no version, then score every external component as it is in use (`custos component score`)';
  const external = c.assets('component', 'model', 'dataset').filter((asset) => asset.origin === 'external');
  const byId = new Map(external.map((asset) => [asset.id, asset]));
  const scores = c.every(
    'component-score',
    {
      where: ({ component }, found) => {
        const asset = byId.get(component);
        return asset !== undefined && compare(asset, found) === 'same';
      },
      maxAge: 'component.assessment_days',
      what: 'a component score of a version in use',
      step,
    },
    (content) => content.component,
  );
  if (scores.length === 0) return [];
  const scored = new Map(scores.map(({ content }) => [content.component, content]));
  const unscored = external.filter((asset) => !scored.has(asset.id)).map((asset) => asset.id);
  if (unscored.length > 0)
    c.unclear(
      'NOT_SCORED',
      `Components without a score of the version in use: ${list(unscored)}. Next: ${step}.`,
    );
  const line = c.setting('component.score_share');
  const poor = external.filter((asset) => {
    const score = scored.get(asset.id);
    return score !== undefined && Math.min(score.documentation, score.security) < line;
  });
  if (poor.length === 0)
    c.unclear(
      'NO_POOR_COMPONENT',
      `No scored component is below ${percent(line)}, so nothing shows how one is handled. Next: score the component meant, or withdraw poorly_documented_component in custos.yaml.`,
    );
  return poor;
}

/** The newest justification of a component, for the version in use. Reads `justification`. */
export function justificationOf(c: CheckContext, component: Asset): Found<'justification'> | undefined {
  return newestOf(c, 'justification', component, {
    from: ['system_operator'],
    maxAge: 'documentation.review_days',
    what: `a justification for ${component.id}`,
    step: `justify it as system_operator (\`custos component justify ${component.id}\`)`,
  });
}

/** The newest statement on the version in use; where only others were stated on, a reason that says so. */
export function newestOf<N extends Exclude<OfComponent, 'component-score'>>(
  c: CheckContext,
  name: N,
  component: Asset,
  query: Query<N> & { readonly from: NonNullable<Query<N>['from']> },
): Found<N> | undefined {
  const isAbout = (content: Found<N>['content']) => content.component === component.id;
  const isSame = (content: Found<N>['content'], found: Found<N>) =>
    isAbout(content) && compare(component, found) === 'same';
  const some = c.past(name, { where: isSame, from: query.from }).length > 0;
  const found = c.newest(name, { ...query, where: some ? isSame : isAbout });
  if (!found || some) return found;
  const used = versionInUse(component);
  if (compare(component, found) === 'different')
    c.fail(
      'VERSION_MISMATCH',
      `${capital(query.what)} is not of the version in use (${used}): it is of ${statedVersion(found)}.`,
    );
  else
    c.unclear(
      'VERSION_UNKNOWN',
      `${capital(query.what)} of ${found.observedAt} can't be tied to the version in use (${used}): it is of ${statedVersion(found)}. Next: pin the component where it has no version, then ${query.step}.`,
    );
  return undefined;
}

function compare(asset: Asset, { content, evidence }: Found<OfComponent>) {
  return sameComponent(asset, { version: content.version, subjects: evidence.statement.subject });
}

function statedVersion({ content, evidence }: Found<OfComponent>): string {
  const named = evidence.statement.subject.find(({ name }) => name === content.component)?.digest.sha256;
  if (named !== undefined) return `sha256:${named}`;
  return content.version?.trim() ? `version ${content.version}` : 'no version';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
