/** Assessments of everything that comes from outside, each for the version in use. */
import { type Asset, type Content, millis, type PredicateName } from '@custos/core';
import type { CheckContext } from '../../kernel/check-context.ts';
import { controlsActive } from '../../kernel/controls.ts';
import { isCalled } from '../../kernel/coverage.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { isAbout } from '../../kernel/subjects.ts';

type Assessment = Found<'component-assessment'>;

export interface AssessedComponent {
  asset: Asset;
  assessment: Assessment;
}

/** What the helpers here read. */
export const COMPONENT_TYPES = [
  'component-assessment',
  'control-status',
  'inspection',
  'scan-result',
] as const satisfies readonly PredicateName[];

/** External packages, models and datasets of the inventory, each with its newest assessment; a reason for each without. */
export function assessedComponents(c: CheckContext): AssessedComponent[] {
  const external = c.assets('component', 'model', 'dataset').filter((asset) => asset.origin === 'external');
  if (external.length === 0)
    c.unclear(
      'NO_ASSETS',
      'The inventory holds no external component, model or dataset. Next: run `custos assess` over the whole source, or declare them under `assets` in custos.yaml.',
    );
  return external.flatMap((asset) => {
    const assessment = assessmentOf(c, asset);
    return assessment ? [{ asset, assessment }] : [];
  });
}

function assessmentOf(c: CheckContext, asset: Asset): Assessment | undefined {
  if (asset.kind === 'component' && asset.version === undefined && asset.digest === undefined) {
    c.unclear(
      'VERSION_UNKNOWN',
      `${asset.id} has no version, so no assessment can be of it. Next: pin it to an exact version, then assess that.`,
    );
    return undefined;
  }
  const name = asset.version === undefined ? asset.id : `${asset.id} ${asset.version}`;
  return c.newest('component-assessment', {
    where: (content, found) => isCalled(asset, content.component) && isOfVersion(asset, found),
    from: c.duty.roles,
    maxAge: 'component.assessment_days',
    what: `an assessment of ${name}`,
    step: `assess it and record \`component-assessment\` as ${c.duty.roles.join(' or ')}${asset.version === undefined ? '' : ` with version ${asset.version}`}`,
  });
}

/** By version where the reference has one; else by digest; a hosted model without either is known by its name alone. */
function isOfVersion(asset: Asset, assessment: Assessment): boolean {
  if (asset.version !== undefined) return assessment.content.version === asset.version;
  return asset.digest === undefined
    ? assessment.content.version === undefined
    : isAbout(assessment, asset.digest);
}

/** Accepted, with every control it depends on active, and nothing newer speaks against it. */
export function expectAccepted(c: CheckContext, component: AssessedComponent): void {
  const { asset, assessment } = component;
  const { conclusion, controls } = assessment.content;
  c.expect(
    conclusion !== 'rejected',
    'COMPONENT_REJECTED',
    `${asset.id} is in use although its assessment of ${assessment.observedAt} rejected it.`,
  );
  if (conclusion === 'accepted_with_controls') {
    c.expect(
      controls.length > 0,
      'NO_CONTROLS',
      `${asset.id} is accepted with controls, but the assessment names none.`,
    );
    controlsActive(c, controls);
  }
  expectNothingNewer(c, component);
}

function expectNothingNewer(c: CheckContext, { asset, assessment }: AssessedComponent): void {
  const newest = c.latest('inspection', {
    where: (content, found) => isInspectionOf(asset, content, found),
  });
  if (!newest) return;
  c.use(newest);
  if (millis(newest.observedAt) < millis(assessment.observedAt)) return;
  const { verdict } = newest.content;
  c.expect(
    verdict !== 'unsafe',
    'UNSAFE_CONTENT',
    `${asset.id} was found unsafe on ${newest.observedAt}, after its assessment.`,
  );
  if (verdict === 'suspicious')
    c.unclear(
      'SUSPICIOUS_CONTENT',
      `${asset.id} was found suspicious on ${newest.observedAt}, after its assessment. Next: look at the finding and assess it again.`,
    );
}

function isInspectionOf(asset: Asset, content: Content<'inspection'>, found: Found<'inspection'>): boolean {
  return asset.digest === undefined ? isCalled(asset, content.asset) : isAbout(found, asset.digest);
}
