/** Which minimum elements stand in a bill, model or data set: one predicate each, over what the bill says. */
import type { Bom, Component } from '../cyclonedx/model.ts';
import { componentsOf, servicesOf } from '../cyclonedx/walk.ts';
import { asObject, isObject, objects, text } from '../json/json.ts';

type Test<T> = (subject: T, facts: BomFacts) => boolean;

/** What predicates need of the whole bill, gathered once. */
export interface BomFacts {
  readonly bom: Bom;
  /** References that something depends on, was trained on, or was made from. */
  readonly usedRefs: ReadonlySet<string>;
  readonly components: readonly Component[];
}

export function factsOf(bom: Bom): BomFacts {
  const components = [...componentsOf(bom)].map(({ value }) => value);
  const usedRefs = new Set((bom.dependencies ?? []).flatMap(({ dependsOn }) => dependsOn ?? []));
  for (const { modelCard } of components)
    for (const dataset of modelCard?.modelParameters?.datasets ?? [])
      if ('ref' in dataset) usedRefs.add(dataset.ref);
  return { bom, usedRefs, components };
}

const some = (list: readonly unknown[] | undefined) => (list?.length ?? 0) > 0;
const said = (value: unknown) => text(value) !== undefined;
const property = (one: Pick<Component, 'properties'> | undefined, pattern: RegExp) =>
  one?.properties?.some(({ name, value }) => pattern.test(name) && said(value)) ?? false;
const refersTo = (list: readonly { type: string }[] | undefined, types: readonly string[]) =>
  list?.some(({ type }) => types.includes(type)) ?? false;
const released = (one: Component | undefined) => said(asObject(one?.releaseNotes).timestamp);
const identified = (one: Component) =>
  said(one.purl) || said(one.cpe) || some(one.swhid) || some(one.omniborId);
const produced = (one: Component) =>
  said(one.supplier?.name) ||
  said(one.manufacturer?.name) ||
  said(one.publisher) ||
  said(one.author) ||
  some(one.authors);

export const BILL: Readonly<Record<string, Test<Bom>>> = {
  'sbom-author': ({ metadata: m }) =>
    some(m?.authors) || said(m?.supplier?.name) || said(m?.manufacturer?.name) || said(m?.manufacture?.name),
  'sbom-version': ({ version }) => version !== undefined,
  'sbom-data-format-name': ({ bomFormat }) => said(bomFormat),
  'sbom-data-format-version': ({ specVersion }) => said(specVersion),
  'sbom-author-signature': ({ signature, externalReferences }) =>
    signature !== undefined || refersTo(externalReferences, ['digital-signature', 'electronic-signature']),
  'sbom-tool-name': (bom) => toolsOf(bom).some((tool) => said(tool.name)),
  'sbom-tool-version': (bom) => toolsOf(bom).some((tool) => said(tool.version)),
  'sbom-generation-context': ({ metadata }) => some(metadata?.lifecycles),
  'sbom-timestamp': ({ metadata }) => said(metadata?.timestamp),
  'sbom-dependency-relationship': ({ dependencies }) =>
    dependencies?.some(({ dependsOn, provides }) => some(dependsOn) || some(provides)) ?? false,
  'system-name': ({ metadata }) => said(metadata?.component?.name),
  'system-components': ({ components, services }) => some(components) || some(services),
  'system-producer': ({ metadata: m }) =>
    (m?.component !== undefined && produced(m.component)) ||
    said(m?.supplier?.name) ||
    said(m?.manufacturer?.name),
  'system-version': ({ metadata }) => said(metadata?.component?.version),
  'system-timestamp': ({ metadata }) => released(metadata?.component),
  'system-data-flow': (bom) => [...servicesOf(bom)].some(({ value }) => some(value.data)),
  'system-data-usage': (bom) =>
    [...servicesOf(bom)].some(({ value }) => value.data?.some((data) => said(data.classification)) ?? false),
  'system-input-output-properties': ({ metadata }) =>
    property(metadata?.component, /(?:^|:)inputs?$/) && property(metadata?.component, /(?:^|:)outputs?$/),
  'system-intended-application-area': ({ metadata }) =>
    said(metadata?.component?.description) || some(metadata?.component?.modelCard?.considerations?.useCases),
  'infrastructure-software': (_, { components }) =>
    components.some(({ type }) =>
      ['library', 'framework', 'container', 'platform', 'operating-system'].includes(type),
    ),
  'infrastructure-hardware': (_, { components }) =>
    components.some(({ type }) => ['device', 'firmware', 'device-driver'].includes(type)),
  'security-controls': ({ declarations, metadata }) =>
    some(declarations?.claims) || some(declarations?.evidence) || property(metadata?.component, /controls?$/),
  'security-compliance': ({ declarations, definitions, externalReferences }) =>
    some(declarations?.attestations) ||
    some(objects(definitions?.standards)) ||
    refersTo(externalReferences, ['certification-report', 'attestation']),
  'cybersecurity-policy': (bom) => anyReference(bom, ['security-contact', 'rfc-9116']),
  'vulnerability-referencing': (bom) =>
    some(bom.vulnerabilities) ||
    anyReference(bom, ['advisories', 'vulnerability-assertion', 'exploitability-statement']),
  'security-metrics': (_, { components }) =>
    components.some((one) =>
      metrics(one).some((type) => /robust|attack|adversar|security|jailbreak|injection/i.test(type)),
    ),
  'operational-performance-kpis': (bom, { components }) =>
    components.some((one) => metrics(one).length > 0) || anyReference(bom, ['quality-metrics']),
};

export const MODEL: Readonly<Record<string, Test<Component>>> = {
  'model-name': ({ name }) => said(name),
  'model-identifier': identified,
  'model-version': ({ version }) => said(version),
  'model-timestamp': released,
  'model-producer': produced,
  'model-description': ({ description }) => said(description),
  'model-hash-value': ({ hashes }) => hashes?.some(({ content }) => said(content)) ?? false,
  'model-hash-algorithm': ({ hashes }) => hashes?.some(({ alg }) => said(alg)) ?? false,
  'model-properties': ({ modelCard }) => {
    const parameters = modelCard?.modelParameters;
    return (
      said(parameters?.task) || said(parameters?.architectureFamily) || said(parameters?.modelArchitecture)
    );
  },
  'model-input-output-properties': ({ modelCard }) =>
    some(modelCard?.modelParameters?.inputs) && some(modelCard?.modelParameters?.outputs),
  'model-training-properties': (model) => {
    const parameters = model.modelCard?.modelParameters;
    return (
      some(parameters?.datasets) || said(parameters?.approach?.type) || property(model.modelCard, /training$/)
    );
  },
  'model-license': ({ licenses }) => some(licenses),
  'model-external-references': ({ externalReferences }) => some(externalReferences),
};

export const DATASET: Readonly<Record<string, Test<Component>>> = {
  'dataset-name': ({ name }) => said(name),
  'dataset-description': ({ description, data }) =>
    said(description) || (data?.some((one) => said(one.description)) ?? false),
  'dataset-content': (one) =>
    (one.data?.some(({ contents }) => isObject(contents)) ?? false) ||
    said(one['mime-type']) ||
    property(one, /format$/),
  'dataset-identifier': (one) =>
    identified(one) || (one.data?.some(({ contents }) => said(contents?.url)) ?? false),
  'dataset-hash': ({ hashes }) => some(hashes),
  'dataset-provenance': (one) =>
    produced(one) ||
    some(one.pedigree?.ancestors) ||
    (one.data?.some(({ governance }) => some(governance?.owners)) ?? false) ||
    refersTo(one.externalReferences, ['source-distribution', 'distribution', 'website']),
  'dataset-statistical-properties': (one) =>
    (one.data?.some(({ graphics }) => graphics !== undefined) ?? false) ||
    property(one, /(?:rows|records|size|bytes)$/),
  'dataset-sensitivity': ({ data }) =>
    data?.some((one) => said(one.classification) || some(one.sensitiveData)) ?? false,
  'dataset-dependency-relationship': (one, { usedRefs }) => usedRefs.has(one['bom-ref'] ?? ''),
  'dataset-license': ({ licenses }) => some(licenses),
};

function metrics(one: Component): string[] {
  return (one.modelCard?.quantitativeAnalysis?.performanceMetrics ?? []).flatMap(
    ({ type }) => text(type) ?? [],
  );
}

function anyReference({ externalReferences, metadata, components }: Bom, types: readonly string[]): boolean {
  return (
    refersTo(externalReferences, types) ||
    refersTo(metadata?.component?.externalReferences, types) ||
    (components?.some((one) => refersTo(one.externalReferences, types)) ?? false)
  );
}

function toolsOf({ metadata }: Bom): readonly { readonly [key: string]: unknown }[] {
  const tools: unknown = metadata?.tools;
  if (Array.isArray(tools)) return objects(tools);
  return isObject(tools) ? [...objects(tools.components), ...objects(tools.services)] : [];
}
