/**
 * Which duties apply. Each feature is derived from evidence where evidence can decide, else declared, else undecided.
 * Evidence that shows a feature on beats a declaration that it is off; a declaration that it is on is never overruled,
 * so nobody loses a duty by an incomplete scan.
 */
import { type Asset, FEATURES, type Feature, type FeatureState } from '@custos/core';
import type { Facts } from '../kernel/check-context.ts';
import type { EvidenceIndex } from '../kernel/evidence-index.ts';

/** What evidence says of a feature; undefined when it can't tell. */
type Derived = { value: boolean; reason: string } | undefined;

type Derivation = (facts: Facts) => Derived;

const on = (reason: string): Derived => ({ value: true, reason });
const off = (reason: string): Derived => ({ value: false, reason });

function firstAsset(facts: Facts, test: (asset: Asset) => boolean, what: string): Derived {
  const found = facts.inventory.assets.find(test);
  return found ? on(`${found.id} ${what}`) : undefined;
}

function reliable<N extends Parameters<EvidenceIndex['all']>[0]>(facts: Facts, name: N) {
  return facts.index
    .all<N>(name)
    .filter((found) => found.unreliable === undefined && found.observedAt <= facts.now);
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
  external_component_used: (f) =>
    firstAsset(
      f,
      (a) => a.origin === 'external' && ['component', 'model', 'dataset'].includes(a.kind),
      'comes from outside',
    ),
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
    const models = reliable(f, 'model-capability');
    for (const { content } of models) {
      const extra = superfluous(content, f.system.use);
      if (extra.length > 0)
        return on(`${content.model} can ${extra.join(', ')}, which the approved use does not need`);
    }
    return models.length > 0 ? off('no model can do more than the approved use needs') : undefined;
  },
  oversight_is_a_risk_control: (f) => {
    const register = reliable(f, 'risk-register')[0];
    const risk = register?.content.risks.find((item) => item.usesHumanOversight);
    if (risk) return on(`risk ${risk.id} relies on a human in the loop`);
    return register ? off('no risk in the register relies on human oversight') : undefined;
  },
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
    const scores = reliable(f, 'component-score');
    const low = scores.find((item) => Math.min(item.content.documentation, item.content.security) < line);
    if (low) return on(`${low.content.component} scores below ${line}`);
    const external = f.inventory.assets.filter(
      (a) => a.origin === 'external' && ['component', 'model', 'dataset'].includes(a.kind),
    );
    const scored = new Set(scores.map((item) => item.content.component));
    return external.length > 0 && external.every((a) => scored.has(a.id))
      ? off('every external component scores above the line')
      : undefined;
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
    const found = reliable(f, 'unsupported-assets')[0];
    if (!found) return undefined;
    return found.content.assets.length > 0
      ? on(`${found.content.assets[0]?.asset} can't be updated`)
      : off('every asset can be updated');
  },
  ownership_transfer: event('ownership_transfer', 'transfer of ownership'),
  decommissioning: event('decommissioning', 'decommissioning'),
  custodian_in_developer_organisation: (f) => {
    const custodian = f.system.roles.data_custodian[0];
    return custodian ? on(`${custodian} is the declared Data Custodian`) : undefined;
  },
  unresolved_threat_exists: (f) => {
    const model = reliable(f, 'threat-model')[0];
    const register = reliable(f, 'risk-register')[0];
    const threat =
      model?.content.threats.find((item) => item.decision === 'unresolved')?.id ??
      register?.content.risks.find((item) => item.treatment === 'unresolved')?.id;
    if (threat) return on(`${threat} is marked unresolved`);
    return model ? off('the threat model leaves no threat unresolved') : undefined;
  },
  external_party_bears_risk: (f) => {
    const register = reliable(f, 'risk-register')[0];
    const risk = register?.content.risks.find((item) => item.ownerParty === 'external');
    if (risk) return on(`risk ${risk.id} is owned by an external party`);
    return register ? off('every risk is owned inside the organisation') : undefined;
  },
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
  for (const feature of FEATURES)
    states[feature] = decide(facts.system.features[feature], DERIVATIONS[feature]?.(facts), feature);
  return states as Record<Feature, FeatureState>;
}

function decide(declared: boolean | undefined, derived: Derived, feature: Feature): FeatureState {
  if (derived?.value) {
    const state: FeatureState = { value: true, from: 'derived', reason: derived.reason };
    return declared === false
      ? { ...state, contradiction: `custos.yaml declares ${feature}: false, but ${derived.reason}` }
      : state;
  }
  if (declared !== undefined)
    return { value: declared, from: 'declared', reason: `declared in custos.yaml (features.${feature})` };
  if (derived) return { value: false, from: 'derived', reason: derived.reason };
  return {
    value: 'undecided',
    from: 'undecided',
    reason: `neither evidence nor custos.yaml says; declare features.${feature}`,
  };
}
