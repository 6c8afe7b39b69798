/**
 * Which duties apply. Each feature is derived from evidence where evidence can decide, else declared, else undecided.
 * Evidence that shows a feature on beats a declaration that it is off; a declaration that it is on is never overruled,
 * so nobody loses a duty by an incomplete scan. Evidence shows a feature off only while it would count for the duty behind
 * it: by somebody with a role that may say it, in force, not too old, about what is in use.
 */
import {
  type Asset,
  type Content,
  FEATURES,
  type Feature,
  type FeatureState,
  millis,
  type PredicateName,
  type Role,
} from '@custos/core';
import { RISK_ROLES } from '../checks/5.1.3/risk-records.ts';
import { sameComponent } from '../checks/5.2.3/same-component.ts';
import { type Facts, hasEnded, intervalOf, list, speaksAs } from '../kernel/check-context.ts';
import { isCalled } from '../kernel/coverage.ts';
import type { Found } from '../kernel/evidence-index.ts';
import { beginOf } from '../kernel/recording.ts';
import { isAbout } from '../kernel/subjects.ts';

/** What evidence says of a feature, `undecided` with why it can't tell; undefined when there is none. */
type Derived = { value: FeatureState['value']; reason: string } | undefined;

type Derivation = (facts: Facts) => Derived;

const on = (reason: string): Derived => ({ value: true, reason });
const off = (reason: string): Derived => ({ value: false, reason });
const open = (reason: string): Derived => ({ value: 'undecided', reason });

function firstAsset(facts: Facts, test: (asset: Asset) => boolean, what: string): Derived {
  const found = facts.inventory.assets.find(test);
  return found ? on(`${found.id} ${what}`) : undefined;
}

function isExternal({ origin, kind }: Asset): boolean {
  return origin === 'external' && ['component', 'model', 'dataset'].includes(kind);
}

/** Evidence that can be relied on and counts by now, newest first; with roles only by somebody who holds one. */
function reliable<N extends PredicateName>(facts: Facts, name: N, from?: readonly Role[]): Found<N>[] {
  return facts.index
    .all<N>(name)
    .filter(
      (found) =>
        found.unreliable === undefined &&
        beginOf(found.evidence) <= millis(facts.now) &&
        (from === undefined || speaksAs(facts.system, found.evidence, from)),
    );
}

/** Why evidence shows nothing off any more: its end has passed, or it is older than the setting allows; undefined in force. */
function lapsed(
  facts: Facts,
  { evidence, observedAt }: Found<PredicateName>,
  maxAge: string,
): string | undefined {
  const { validUntil } = evidence.statement.predicate;
  if (hasEnded(evidence, millis(facts.now))) return `ended on ${validUntil}`;
  return isOld(facts, observedAt, maxAge) ? `is from ${observedAt}, older than ${maxAge} allows` : undefined;
}

function isOld(facts: Facts, at: string, maxAge: string): boolean {
  const interval = intervalOf(facts, maxAge);
  return interval === undefined || millis(at) + interval < millis(facts.now);
}

/** Off by records that are all in force; else it can't be told. */
function offBy(
  facts: Facts,
  reason: string,
  records: readonly (readonly [Found<PredicateName>, string, string])[],
): Derived {
  for (const [found, what, maxAge] of records) {
    const why = lapsed(facts, found, maxAge);
    if (why !== undefined) return open(`${what} that would show it off ${why}`);
  }
  return off(reason);
}

type Register = Found<'risk-register'>;

function registerOf(facts: Facts): Register | undefined {
  return reliable(facts, 'risk-register', RISK_ROLES)[0];
}

/** A register shows nothing off without a risk in it, or when it has not been looked at for long. */
function byRegister(
  facts: Facts,
  test: (risk: Content<'risk-register'>['risks'][number]) => boolean,
  onWhy: string,
  offWhy: string,
): Derived {
  const register = registerOf(facts);
  if (!register) return undefined;
  const risk = register.content.risks.find(test);
  if (risk) return on(`risk ${risk.id} ${onWhy}`);
  if (register.content.risks.length === 0) return open('the risk register is empty');
  if (isOld(facts, register.content.reviewedAt, 'risk.review_days'))
    return open(`the risk register was last reviewed on ${register.content.reviewedAt}`);
  return offBy(facts, offWhy, [[register, 'the risk register', 'risk.review_days']]);
}

function event(kind: 'ownership_transfer' | 'decommissioning', what: string): Derivation {
  return (facts) => {
    const found = reliable(facts, 'lifecycle-event').find((item) => item.content.event === kind);
    return found ? on(`${found.content.id} records ${what}`) : off(`no ${what} is recorded`);
  };
}

function classified(facts: Facts, levels: readonly string[]): Derived {
  const classes = reliable(facts, 'data-classification');
  const found = classes.find((item) => levels.includes(item.content.sensitivity));
  return found ? on(`${found.content.dataset} is classified ${found.content.sensitivity}`) : undefined;
}

function provenance(facts: Facts, visibility: 'public' | 'non_public'): Derived {
  const found = reliable(facts, 'data-provenance').find((item) => item.content.visibility === visibility);
  return found ? on(`${found.content.dataset} is ${visibility.replace('_', '-')} training data`) : undefined;
}

const DERIVATIONS: Partial<Record<Feature, Derivation>> = {
  external_component_used: (f) => firstAsset(f, isExternal, 'comes from outside'),
  external_provider_used: (f) =>
    firstAsset(
      f,
      (a) => a.origin === 'external' && a.provider !== undefined && a.kind !== 'component',
      'is provided from outside',
    ),
  interacts_with_other_systems: (f) =>
    f.system.use.tools.length > 0
      ? on(`the declared use needs tools: ${f.system.use.tools.join(', ')}`)
      : firstAsset(
          f,
          (a) => a.kind === 'tool' || a.kind === 'service',
          'is another system that this one works with',
        ),
  unused_model_functionality: (f) => {
    const models = f.inventory.assets.filter(({ kind }) => kind === 'model');
    const measured = models.map((model) =>
      reliable(f, 'model-capability').find(
        (found) => isCalled(model, found.content.model) && isAbout(found, model.digest ?? f.fingerprint),
      ),
    );
    for (const found of measured) {
      const extra = found ? superfluous(found.content, f.system.use) : [];
      if (extra.length > 0)
        return on(`${found?.content.model} can ${extra.join(', ')}, which the approved use does not need`);
    }
    const known = measured.filter((found) => found !== undefined);
    if (known.length === 0) return undefined;
    const unknown = models.filter((_, at) => measured[at] === undefined).map(({ id }) => id);
    if (unknown.length > 0)
      return open(`nobody measured what these can do as they are in use: ${list(unknown)}`);
    return offBy(
      f,
      'no model can do more than the approved use needs',
      known.map((found) => [found, `the measurement of ${found.content.model}`, 'assessment.review_days']),
    );
  },
  oversight_is_a_risk_control: (f) =>
    byRegister(
      f,
      (risk) => risk.usesHumanOversight,
      'relies on a human in the loop',
      'no risk in the register relies on human oversight',
    ),
  confidential_data_or_weights: (f) => classified(f, ['confidential', 'restricted']),
  api_offered_externally: (f) =>
    f.system.use.exposure === 'internal'
      ? undefined
      : firstAsset(
          f,
          (a) => a.properties?.servesApi === true,
          `serves an API and exposure is ${f.system.use.exposure}`,
        ),
  non_public_training_data: (f) => provenance(f, 'non_public'),
  cloud_service_used: (f) =>
    firstAsset(
      f,
      (a) => a.properties?.cloud === true || (a.kind === 'endpoint' && a.origin === 'external'),
      'is a cloud service',
    ),
  poorly_documented_component: (f) => {
    const line =
      f.system.thresholds['component.score_share'] ?? f.settings.get('component.score_share')?.default ?? 1;
    const external = f.inventory.assets.filter(isExternal);
    const scores = external.map((asset) =>
      reliable(f, 'component-score').find(
        ({ content, evidence }) =>
          content.component === asset.id &&
          sameComponent(asset, { version: content.version, subjects: evidence.statement.subject }) === 'same',
      ),
    );
    const known = scores.filter((found) => found !== undefined);
    const low = known.find(({ content }) => Math.min(content.documentation, content.security) < line);
    if (low) return on(`${low.content.component} scores below ${line}`);
    if (known.length === 0) return undefined;
    const unknown = external.filter((_, at) => scores[at] === undefined).map(({ id }) => id);
    if (unknown.length > 0) return open(`these have no score of the version in use: ${list(unknown)}`);
    return offBy(
      f,
      'every external component scores above the line',
      known.map((found) => [found, `the score of ${found.content.component}`, 'component.assessment_days']),
    );
  },
  third_party_released_model: (f) =>
    firstAsset(f, (a) => a.kind === 'model' && a.origin === 'external', 'is a model of somebody else'),
  components_shared_with_others: (f) =>
    reliable(f, 'published-hashes').length > 0 ? on('hashes of shared components are published') : undefined,
  public_training_data: (f) => provenance(f, 'public'),
  revised_from_feedback: (f) => {
    const found = reliable(f, 'data-validation').find((item) => item.content.purpose === 'feedback_revision');
    return found ? on(`${found.content.run} revised the model from feedback`) : undefined;
  },
  updates_not_possible: (f) => {
    const found = reliable(f, 'unsupported-assets', RISK_ROLES)[0];
    if (!found) return undefined;
    const [first] = found.content.assets;
    if (first) return on(`${first.asset} can't be updated`);
    if (!isAbout(found, f.fingerprint))
      return open('the list of what can not be updated is of another version');
    return offBy(f, 'every asset can be updated', [
      [found, 'the list of what can not be updated', 'inventory.max_age_days'],
    ]);
  },
  ownership_transfer: event('ownership_transfer', 'transfer of ownership'),
  decommissioning: event('decommissioning', 'decommissioning'),
  custodian_in_developer_organisation: (f) => {
    const custodian = f.system.roles.data_custodian[0];
    return custodian ? on(`${custodian} is the declared Data Custodian`) : undefined;
  },
  unresolved_threat_exists: (f) => {
    const model = reliable(f, 'threat-model', RISK_ROLES)[0];
    const register = registerOf(f);
    const threat =
      model?.content.threats.find((item) => item.decision === 'unresolved')?.id ??
      register?.content.risks.find((item) => item.treatment === 'unresolved')?.id;
    if (threat) return on(`${threat} is marked unresolved`);
    if (!model) return undefined;
    if (model.content.threats.length === 0) return open('the threat model is empty');
    return offBy(f, 'the threat model leaves no threat unresolved', [
      [model, 'the threat model', 'documentation.review_days'],
      ...(register ? ([[register, 'the risk register', 'risk.review_days']] as const) : []),
    ]);
  },
  external_party_bears_risk: (f) =>
    byRegister(
      f,
      (risk) => risk.ownerParty === 'external',
      'is owned by an external party',
      'every risk is owned inside the organisation',
    ),
  major_update: (f) => {
    const found = reliable(f, 'lifecycle-event').find((item) => item.content.major === true);
    return found ? on(`${found.content.id} is a major update`) : off('no major update is recorded');
  },
};

/** Functions of a model beyond the approved use, as `modality:` or `tool:` names. */
export function superfluous(
  capability: { inputs: readonly string[]; outputs: readonly string[]; tools: readonly string[] },
  use: { inputs: readonly string[]; outputs: readonly string[]; tools: readonly string[] },
): string[] {
  return [
    ...capability.inputs.filter((m) => !use.inputs.includes(m)).map((m) => `input:${m}`),
    ...capability.outputs.filter((m) => !use.outputs.includes(m)).map((m) => `output:${m}`),
    ...capability.tools.filter((t) => !use.tools.includes(t)).map((t) => `tool:${t}`),
  ].sort();
}

/** The state of every feature. */
export function decideFeatures(facts: Facts): Record<Feature, FeatureState> {
  const states: Partial<Record<Feature, FeatureState>> = {};
  for (const feature of FEATURES) {
    const derive = DERIVATIONS[feature] ?? (() => undefined);
    const state = decide(facts.system.features[feature], derive(facts), feature);
    const without = state.value === true ? [] : switchedOffBy(derive, facts);
    states[feature] =
      without.length === 0 ? state : { ...state, reason: `${state.reason}; ${list(without)}` };
  }
  return states as Record<Feature, FeatureState>;
}

/** Assets that would show the feature on, had nobody decided that they are no AI assets. */
function switchedOffBy(derive: Derivation, facts: Facts): string[] {
  return facts.dismissed.flatMap(({ asset, decision: { evidence, observedAt } }) => {
    const assets = [...facts.inventory.assets, asset];
    if (derive({ ...facts, inventory: { ...facts.inventory, assets } })?.value !== true) return [];
    const who = evidence.statement.predicate.actor?.id ?? 'nobody by name';
    return [`${asset.id} would show it on, but ${who} decided on ${observedAt} that it is no AI asset`];
  });
}

function decide(declared: boolean | undefined, derived: Derived, feature: Feature): FeatureState {
  if (derived?.value === true) {
    const state: FeatureState = { value: true, from: 'derived', reason: derived.reason };
    return declared === false
      ? { ...state, contradiction: `custos.yaml declares ${feature}: false, but ${derived.reason}` }
      : state;
  }
  if (declared !== undefined)
    return { value: declared, from: 'declared', reason: `declared in custos.yaml (features.${feature})` };
  if (derived?.value === false) return { value: false, from: 'derived', reason: derived.reason };
  return {
    value: 'undecided',
    from: 'undecided',
    reason: `${derived?.reason ?? 'neither evidence nor custos.yaml says'}; declare features.${feature}`,
  };
}
