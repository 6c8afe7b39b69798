/** A bill as SPDX 3.0.1 JSON-LD with the AI and Dataset profiles. Same bill, same bytes. */
import type { Bom, Component, Contact, Service } from '../cyclonedx/model.ts';
import { componentsOf, servicesOf } from '../cyclonedx/walk.ts';
import { isObject, type JsonObject, objects, text } from '../json/json.ts';
import { SpdxGraph } from './graph.ts';
import { aiFields, datasetFields, packageFields, serviceFields } from './package-fields.ts';

/**
 * Writes what SPDX has a place for: packages, models and data sets with their profiles, licences, hashes, people,
 * dependencies, `trainedOn`, `descendantOf`. What it has no place for (places in code, governance) stands in
 * `software_sourceInfo` and in annotations.
 * @param bom valid CycloneDX with a serial number and a timestamp, as `toCycloneDx` gives it
 * @example JSON.stringify(toSpdx3(toCycloneDx(input)))
 */
export function toSpdx3(bom: Bom): JsonObject {
  const graph = new SpdxGraph(bom.serialNumber ?? 'urn:uuid:00000000-0000-8000-8000-000000000000');
  const refs = new Map<string, string>();
  const root = bom.metadata?.component;
  const rootId = root ? addComponent(graph, root, '/metadata/component', refs) : undefined;
  for (const { value, path } of componentsOf(bom)) addComponent(graph, value, path, refs);
  for (const { value, path } of servicesOf(bom)) addService(graph, value, path, refs);
  for (const { value } of componentsOf(bom)) relateModel(graph, value, refs);
  for (const { ref, dependsOn } of bom.dependencies ?? []) {
    const from = refs.get(ref);
    const to = (dependsOn ?? []).flatMap((other) => refs.get(other) ?? []);
    if (from !== undefined) graph.relate(from, 'dependsOn', to, { completeness: 'incomplete' });
  }
  annotate(graph, bom, refs);
  const authors = (bom.metadata?.authors ?? []).flatMap((author) => addPerson(graph, author) ?? []);
  const tools = toolsOf(bom).map((tool) => graph.add(`tool/${tool}`, 'Tool', { name: tool }));
  const createdBy = authors.length > 0 ? authors : [graph.add('agent/unknown', 'Agent', { name: 'unknown' })];
  const content = graph.names();
  const sbom = graph.add('sbom', 'software_Sbom', {
    rootElement: rootId === undefined ? content.slice(0, 1) : [rootId],
    element: content,
    software_sbomType: ['source'],
    profileConformance: ['core', 'software', 'simpleLicensing', 'ai', 'dataset'],
  });
  graph.add('document', 'SpdxDocument', {
    name: root?.name,
    rootElement: [sbom],
    element: [...content, sbom],
    profileConformance: ['core', 'software', 'simpleLicensing', 'ai', 'dataset'],
  });
  return graph.document({
    created: seconds(bom.metadata?.timestamp),
    createdBy,
    ...(tools.length > 0 ? { createdUsing: tools } : {}),
  });
}

function addComponent(
  graph: SpdxGraph,
  component: Component,
  path: string,
  refs: Map<string, string>,
): string {
  const name = component['bom-ref'] ?? path;
  const isDataset = component.type === 'data' && component.data?.[0]?.type === 'dataset';
  const isModel = component.type === 'machine-learning-model';
  const supplier = component.supplier?.name ?? component.manufacturer?.name ?? component.publisher;
  const id = graph.add(
    name,
    isModel ? 'ai_AIPackage' : isDataset ? 'dataset_DatasetPackage' : 'software_Package',
    {
      ...packageFields(component),
      ...(supplier === undefined
        ? {}
        : { suppliedBy: graph.add(`organisation/${supplier}`, 'Organization', { name: supplier }) }),
      originatedBy: (component.authors ?? []).flatMap((author) => addPerson(graph, author) ?? []),
      ...(isModel ? aiFields(component) : {}),
      ...(isDataset ? datasetFields(component) : {}),
    },
  );
  if (component['bom-ref'] !== undefined) refs.set(component['bom-ref'], id);
  const licences = (component.licenses ?? []).map((choice) =>
    'expression' in choice
      ? choice.expression
      : (choice.license.id ?? licenceRef(choice.license.name ?? 'unknown')),
  );
  if (licences.length > 0) {
    const expression =
      licences.length === 1 ? (licences[0] ?? '') : licences.map((one) => `(${one})`).join(' AND ');
    const licence = graph.add(`licence/${expression}`, 'simplelicensing_LicenseExpression', {
      simplelicensing_licenseExpression: expression,
    });
    graph.relate(id, 'hasDeclaredLicense', [licence]);
  }
  return id;
}

/** SPDX 3.0.1 has no class for services; they are packages that nobody ships. */
function addService(graph: SpdxGraph, service: Service, path: string, refs: Map<string, string>): void {
  const provider = service.provider?.name;
  const id = graph.add(service['bom-ref'] ?? path, 'software_Package', {
    ...serviceFields(service),
    ...(provider === undefined
      ? {}
      : { suppliedBy: graph.add(`organisation/${provider}`, 'Organization', { name: provider }) }),
  });
  if (service['bom-ref'] !== undefined) refs.set(service['bom-ref'], id);
}

function relateModel(graph: SpdxGraph, component: Component, refs: ReadonlyMap<string, string>): void {
  const from = refs.get(component['bom-ref'] ?? '');
  if (from === undefined) return;
  const data = (component.modelCard?.modelParameters?.datasets ?? []).flatMap((dataset) => {
    if ('ref' in dataset) return refs.get(dataset.ref) ?? [];
    const name = dataset.name ?? 'unnamed data set';
    return graph.add(`named-dataset/${name}`, 'dataset_DatasetPackage', {
      name,
      dataset_datasetType: ['noAssertion'],
    });
  });
  graph.relate(from, 'trainedOn', data);
  const ancestors = (component.pedigree?.ancestors ?? []).map((ancestor) => {
    const known = refs.get(ancestor['bom-ref'] ?? `model:${ancestor.name}`);
    return known ?? graph.add(`named-model/${ancestor.name}`, 'ai_AIPackage', { name: ancestor.name });
  });
  graph.relate(from, 'descendantOf', ancestors);
}

/** Annotations of the bill, and who answers for which data. */
function annotate(graph: SpdxGraph, bom: Bom, refs: ReadonlyMap<string, string>): void {
  const say = (ref: unknown, statement: string | undefined) => {
    const subject = typeof ref === 'string' ? refs.get(ref) : undefined;
    if (subject !== undefined && statement !== undefined)
      graph.add(`annotation/${String(ref)}/${statement}`, 'Annotation', {
        annotationType: 'other',
        subject,
        statement,
      });
  };
  for (const annotation of objects(bom.annotations))
    for (const ref of Array.isArray(annotation.subjects) ? annotation.subjects : [])
      say(ref, text(annotation.text));
  for (const { value } of componentsOf(bom))
    for (const data of value.data ?? [])
      for (const [role, parties] of Object.entries(data.governance ?? {}))
        for (const party of objects(parties)) {
          const who = isObject(party.contact) ? party.contact : party.organization;
          const name = isObject(who) ? (text(who.email) ?? text(who.name)) : undefined;
          if (name !== undefined) say(value['bom-ref'], `data governance, ${role}: ${name}`);
        }
}

function addPerson(graph: SpdxGraph, contact: Contact): string | undefined {
  const name = contact.name ?? contact.email;
  if (name === undefined) return undefined;
  return graph.add(`person/${name}`, 'Person', {
    name,
    externalIdentifier:
      contact.email === undefined
        ? undefined
        : [{ type: 'ExternalIdentifier', externalIdentifierType: 'email', identifier: contact.email }],
  });
}

function toolsOf(bom: Bom): string[] {
  const tools = bom.metadata?.tools;
  const listed = Array.isArray(tools)
    ? objects(tools)
    : objects(isObject(tools) ? tools.components : undefined);
  return listed.flatMap((tool) => {
    const name = text(tool.name);
    return name === undefined
      ? []
      : [[name, text(tool.version)].filter((part) => part !== undefined).join(' ')];
  });
}

/** SPDX allows custom licences as `LicenseRef-` with letters, digits, dots and hyphens. */
function licenceRef(name: string): string {
  return `LicenseRef-${name.replaceAll(/[^A-Za-z0-9.-]+/g, '-')}`;
}

/** SPDX times have whole seconds, in UTC. */
function seconds(time: string | undefined): string {
  const at = time === undefined ? Number.NaN : Date.parse(time);
  return `${new Date(Number.isNaN(at) ? 0 : at).toISOString().slice(0, 19)}Z`;
}
