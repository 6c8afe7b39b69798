/** SPDX 2.2 and 2.3 JSON by others, read as a CycloneDX bill. Read-only. */
import { CustosError } from '@custos/core';
import type { Bom, Component, ComponentType } from '../cyclonedx/model.ts';
import { filled } from '../inventory/fields.ts';
import { licenceChoices } from '../inventory/licences.ts';
import { isObject, type JsonObject, objects, text, texts } from '../json/json.ts';
import { hash } from './hashes.ts';

const TYPES: ReadonlyMap<string, ComponentType> = new Map([
  ['APPLICATION', 'application'],
  ['FRAMEWORK', 'framework'],
  ['LIBRARY', 'library'],
  ['CONTAINER', 'container'],
  ['OPERATING-SYSTEM', 'operating-system'],
  ['DEVICE', 'device'],
  ['FIRMWARE', 'firmware'],
  ['FILE', 'file'],
]);
/** Relationships in which the first depends on the second, and those that say it the other way round. */
const FORWARD = new Set(['DEPENDS_ON', 'CONTAINS', 'DYNAMIC_LINK', 'STATIC_LINK']);
const BACKWARD = new Set(['DEPENDENCY_OF', 'CONTAINED_BY', 'RUNTIME_DEPENDENCY_OF', 'BUILD_DEPENDENCY_OF']);

export function isSpdx2(value: unknown): boolean {
  return isObject(value) && /^SPDX-2\.[23]$/.test(text(value.spdxVersion) ?? '');
}

/** @throws CustosError BOM_FORMAT where there are no packages */
export function fromSpdx23(value: unknown, name: string): Bom {
  if (!isObject(value) || !isSpdx2(value) || !Array.isArray(value.packages ?? []))
    throw new CustosError('BOM_FORMAT', `${name} is no SPDX 2.2 or 2.3: "packages" must be a list.`);
  const components = [
    ...objects(value.packages).map((one, index) => packageOf(one, index)),
    ...objects(value.files).map((one, index) => fileOf(one, index)),
  ];
  const refs = new Set(components.map((component) => component['bom-ref']));
  const dependsOn = dependencies(value, refs);
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.7',
    version: 1,
    ...metadataOf(value),
    components,
    dependencies: [...refs].flatMap((ref) => {
      if (ref === undefined) return [];
      const to = dependsOn.get(ref);
      return [{ ref, ...(to ? { dependsOn: [...to] } : {}) }];
    }),
  };
}

function metadataOf(document: JsonObject): Pick<Bom, 'metadata'> {
  const info = isObject(document.creationInfo) ? document.creationInfo : {};
  const authors: { name: string }[] = [];
  const tools: { type: 'application'; name: string }[] = [];
  for (const creator of texts(info.creators)) {
    const match = /^(Tool|Organization|Person):\s*(.+)$/.exec(creator);
    if (match?.[1] === 'Tool' && match[2]) tools.push({ type: 'application', name: match[2] });
    else if (match?.[2]) authors.push({ name: match[2] });
  }
  const metadata = filled<NonNullable<Bom['metadata']>>({
    timestamp: text(info.created),
    authors: authors.length > 0 ? authors : undefined,
    tools: tools.length > 0 ? { components: tools } : undefined,
    component:
      text(document.name) === undefined ? undefined : { type: 'application', name: String(document.name) },
  });
  return metadata ? { metadata } : {};
}

function packageOf(one: JsonObject, index: number): Component {
  const version = text(one.versionInfo);
  const supplier = party(one.supplier) ?? party(one.originator);
  const description = text(one.description) ?? text(one.summary);
  const purl = objects(one.externalRefs).find((ref) => ref.referenceType === 'purl');
  const locator = text(purl?.referenceLocator);
  const licences = licenceOf(one);
  const hashes = hashesOf(one);
  return {
    type: TYPES.get(text(one.primaryPackagePurpose) ?? '') ?? 'library',
    'bom-ref': text(one.SPDXID) ?? `package/${index}`,
    name: text(one.name) ?? `package ${index + 1}`,
    ...(version === undefined ? {} : { version: version.slice(0, 1024) }),
    ...(supplier === undefined ? {} : { supplier: { name: supplier } }),
    ...(description === undefined ? {} : { description }),
    ...(hashes.length > 0 ? { hashes } : {}),
    ...(licences.length > 0 ? { licenses: licences } : {}),
    ...(locator === undefined ? {} : { purl: locator }),
  };
}

function fileOf(one: JsonObject, index: number): Component {
  const hashes = hashesOf(one);
  return {
    type: 'file',
    'bom-ref': text(one.SPDXID) ?? `file/${index}`,
    name: text(one.fileName) ?? `file ${index + 1}`,
    ...(hashes.length > 0 ? { hashes } : {}),
  };
}

function hashesOf(one: JsonObject): NonNullable<Component['hashes']> {
  return objects(one.checksums).flatMap((sum) => hash(text(sum.algorithm), text(sum.checksumValue)) ?? []);
}

/** SPDX writes `NOASSERTION` and `NONE` for what is not known. */
function said(value: unknown): string | undefined {
  const found = text(value);
  return found === undefined || /^(?:NOASSERTION|NONE)$/.test(found) ? undefined : found;
}

function licenceOf(one: JsonObject): ReturnType<typeof licenceChoices> {
  const licence = said(one.licenseConcluded) ?? said(one.licenseDeclared);
  return licence === undefined ? [] : licenceChoices([licence]);
}

function party(value: unknown): string | undefined {
  return said(value)?.replace(/^(?:Organization|Person):\s*/, '');
}

function dependencies(document: JsonObject, refs: ReadonlySet<string | undefined>): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const relation of objects(document.relationships)) {
    const [a, b] = [text(relation.spdxElementId), text(relation.relatedSpdxElement)];
    const type = text(relation.relationshipType) ?? '';
    const [from, to] = FORWARD.has(type) ? [a, b] : BACKWARD.has(type) ? [b, a] : [];
    if (from === undefined || to === undefined || from === to || !refs.has(from) || !refs.has(to)) continue;
    const known = found.get(from);
    if (known) known.add(to);
    else found.set(from, new Set([to]));
  }
  return found;
}
