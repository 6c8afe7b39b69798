/** SPDX 3.0 documents by others, read as a CycloneDX bill. Read-only: what CycloneDX has no place for stays in the file. */
import { CustosError } from '@custos/core';
import type { Bom, Component, ComponentType, Dependency } from '../cyclonedx/model.ts';
import type { ComponentData } from '../cyclonedx/model-card.ts';
import { filled } from '../inventory/fields.ts';
import { contactOf } from '../inventory/governance.ts';
import { licenceChoices } from '../inventory/licences.ts';
import { isObject, type JsonObject, objects, text, texts } from '../json/json.ts';
import { hash } from './hashes.ts';
import { PURPOSE } from './words.ts';

const TYPES: ReadonlyMap<string, ComponentType> = new Map(
  Object.entries(PURPOSE).map(([type, purpose]) => [purpose, type as ComponentType]),
);
const PACKAGES: ReadonlySet<string> = new Set([
  'software_Package',
  'ai_AIPackage',
  'dataset_DatasetPackage',
  'software_File',
]);

/** True where a value says that it is SPDX 3 JSON-LD. */
export function isSpdx3(value: unknown): boolean {
  return (
    isObject(value) &&
    texts(value['@context']).some((context) => context.startsWith('https://spdx.org/rdf/3.'))
  );
}

/** @throws CustosError BOM_FORMAT where there is no graph */
export function fromSpdx3(value: unknown, name: string): Bom {
  const graph = isObject(value) && isSpdx3(value) ? objects(value['@graph']) : [];
  if (graph.length === 0)
    throw new CustosError(
      'BOM_FORMAT',
      `${name} is SPDX 3 without elements: "@graph" must be a list of objects.`,
    );
  const elements = new Map(
    graph.flatMap((element) => {
      const id = text(element.spdxId) ?? text(element['@id']);
      return id === undefined ? [] : [[id, element] as const];
    }),
  );
  const relations = graph.filter(
    (element) => element.type === 'Relationship' || element.type === 'LifecycleScopedRelationship',
  );
  const outgoing = new Map<string, JsonObject[]>();
  for (const relation of relations) {
    const from = text(relation.from);
    if (from !== undefined) outgoing.set(from, [...(outgoing.get(from) ?? []), relation]);
  }
  const targets = (id: string, type: string) =>
    (outgoing.get(id) ?? [])
      .filter((relation) => relation.relationshipType === type)
      .flatMap((relation) => texts(relation.to));
  const packages = [...elements].filter(([, element]) => PACKAGES.has(String(element.type)));
  const kept = new Set(packages.map(([id]) => id));
  const creation = graph.find((element) => element.type === 'CreationInfo');
  const root = rootOf(graph, kept);
  const read = ([id, element]: readonly [string, JsonObject]) =>
    componentOf(id, element, elements, (type) => targets(id, type));
  const product = packages.find(([id]) => id === root);
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.7',
    version: 1,
    ...metadataOf(creation, elements, product && read(product)),
    components: packages.filter(([id]) => id !== root).map(read),
    dependencies: packages.map(([id]): Dependency => {
      const dependsOn = [...new Set([...targets(id, 'dependsOn'), ...targets(id, 'contains')])].filter(
        (to) => kept.has(to) && to !== id,
      );
      return { ref: id, ...(dependsOn.length > 0 ? { dependsOn } : {}) };
    }),
  };
}

/** What the bill is about: the first package among the roots of the bill, else of the document. */
function rootOf(graph: readonly JsonObject[], packages: ReadonlySet<string>): string | undefined {
  const roots = ['software_Sbom', 'Bom', 'SpdxDocument'].flatMap((type) =>
    graph.filter((element) => element.type === type).flatMap((element) => texts(element.rootElement)),
  );
  return roots.find((id) => packages.has(id));
}

function metadataOf(
  creation: JsonObject | undefined,
  elements: ReadonlyMap<string, JsonObject>,
  component: Component | undefined,
): Pick<Bom, 'metadata'> {
  const created = text(creation?.created);
  const named = (ids: unknown) => texts(ids).flatMap((id) => text(elements.get(id)?.name) ?? []);
  const authors = named(creation?.createdBy).map(contactOf);
  const tools = named(creation?.createdUsing).map((name) => ({ type: 'application' as const, name }));
  const metadata = filled<NonNullable<Bom['metadata']>>({
    timestamp: created,
    authors: authors.length > 0 ? authors : undefined,
    tools: tools.length > 0 ? { components: tools } : undefined,
    component,
  });
  return metadata ? { metadata } : {};
}

function componentOf(
  id: string,
  element: JsonObject,
  elements: ReadonlyMap<string, JsonObject>,
  targets: (type: string) => readonly string[],
): Component {
  const licences = ['hasConcludedLicense', 'hasDeclaredLicense'].flatMap(targets);
  const expressions = licences.flatMap((one) => {
    const licence = elements.get(one);
    return text(licence?.simplelicensing_licenseExpression) ?? text(licence?.name) ?? [];
  });
  const supplier = text(elements.get(text(element.suppliedBy) ?? '')?.name);
  const version = text(element.software_packageVersion);
  const description = text(element.description);
  const purl = text(element.software_packageUrl) ?? externalPurl(element);
  const hashes = objects(element.verifiedUsing).flatMap(
    (one) => hash(text(one.algorithm), text(one.hashValue)) ?? [],
  );
  const choices = licenceChoices(expressions);
  const download = text(element.software_downloadLocation);
  return {
    type: typeOf(element),
    'bom-ref': id,
    name: text(element.name) ?? id,
    ...(version === undefined ? {} : { version: version.slice(0, 1024) }),
    ...(supplier === undefined ? {} : { supplier: { name: supplier } }),
    ...(description === undefined ? {} : { description }),
    ...(hashes.length > 0 ? { hashes } : {}),
    ...(choices.length > 0 ? { licenses: choices } : {}),
    ...(purl === undefined ? {} : { purl }),
    ...(download === undefined
      ? {}
      : { externalReferences: [{ type: 'distribution', url: encodeURI(download) }] }),
    ...modelOf(element, targets, elements),
    ...dataOf(element),
  };
}

function typeOf(element: JsonObject): ComponentType {
  if (element.type === 'ai_AIPackage') return 'machine-learning-model';
  if (element.type === 'dataset_DatasetPackage') return 'data';
  if (element.type === 'software_File') return 'file';
  return TYPES.get(text(element.software_primaryPurpose) ?? '') ?? 'library';
}

function modelOf(
  element: JsonObject,
  targets: (type: string) => readonly string[],
  elements: ReadonlyMap<string, JsonObject>,
): Pick<Component, 'modelCard' | 'pedigree'> {
  if (element.type !== 'ai_AIPackage') return {};
  const [family, architecture] = texts(element.ai_typeOfModel);
  const datasets = targets('trainedOn').map((ref) => ({ ref }));
  const metrics = objects(element.ai_metric).flatMap((metric) => {
    const type = text(metric.key);
    return type === undefined ? [] : [{ type, value: text(metric.value) ?? '' }];
  });
  const list = (value: unknown) => {
    const found = texts(value);
    return found.length > 0 ? found : undefined;
  };
  const ancestors = targets('descendantOf').map((ref) => ({
    type: 'machine-learning-model' as const,
    name: text(elements.get(ref)?.name) ?? ref,
  }));
  const modelCard = filled<NonNullable<Component['modelCard']>>({
    modelParameters: filled({
      task: texts(element.ai_domain)[0],
      architectureFamily: family,
      modelArchitecture: architecture,
      datasets: datasets.length > 0 ? datasets : undefined,
    }),
    quantitativeAnalysis: metrics.length > 0 ? { performanceMetrics: metrics } : undefined,
    considerations: filled({
      useCases: list(element.ai_informationAboutApplication),
      technicalLimitations: list(element.ai_limitation),
    }),
  });
  return {
    ...(modelCard ? { modelCard } : {}),
    ...(ancestors.length > 0 ? { pedigree: { ancestors } } : {}),
  };
}

function dataOf(element: JsonObject): { data?: readonly ComponentData[] } {
  if (element.type !== 'dataset_DatasetPackage') return {};
  const description = text(element.dataset_dataCollectionProcess) ?? text(element.description);
  const classification = text(element.dataset_confidentialityLevel);
  const name = text(element.name);
  return {
    data: [
      {
        type: 'dataset',
        ...(name === undefined ? {} : { name }),
        ...(classification === undefined ? {} : { classification }),
        ...(description === undefined ? {} : { description }),
      },
    ],
  };
}

function externalPurl(element: JsonObject): string | undefined {
  return objects(element.externalIdentifier)
    .filter((one) => one.externalIdentifierType === 'packageUrl')
    .flatMap((one) => text(one.identifier) ?? [])[0];
}
