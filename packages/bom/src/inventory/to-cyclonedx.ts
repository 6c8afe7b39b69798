/** The bill of materials of a system, from its inventory. Pure: the same input gives the same bytes. */
import type { Asset, Edge } from '@custos/core';
import type { Bom, Component, Dependency, Service, SpecVersion } from '../cyclonedx/model.ts';
import { requireBom } from '../cyclonedx/validate.ts';
import { byText } from '../json/json.ts';
import { annotationsOf } from './annotations.ts';
import { componentOf } from './component.ts';
import { properties } from './fields.ts';
import { formulationOf } from './formulation.ts';
import { contactOf } from './governance.ts';
import type { BomInput } from './input.ts';
import { serialNumberOf } from './serial-number.ts';
import { isService, serviceOf } from './service.ts';

/**
 * Makes a CycloneDX bill: models with model cards, data with governance, services, dependencies, evidence with places.
 * `bom-ref`s are the ids of the assets. The serial number is decided by the content, so the same input is the same bill.
 * @param version `1.7`, or `1.6` for readers that know no newer one
 * @returns a bill that the schema of that version accepts
 * @throws CustosError BOM_INVALID for an inventory that no valid bill can hold
 * @example writeBom(toCycloneDx({ system, assets, edges, findings, timestamp, tool }))
 */
export function toCycloneDx(input: BomInput, version: SpecVersion & ('1.6' | '1.7') = '1.7'): Bom {
  const root = `system:${input.system.id}`;
  const assets = unique(input.assets).filter((asset) => asset.kind !== 'environment');
  const known = new Set(assets.map((asset) => asset.id));
  const edges = input.edges.filter((edge) => known.has(edge.from) && known.has(edge.to));
  const edgesFrom = groupBy(edges, (edge) => edge.from);
  const components: Component[] = [];
  const services: Service[] = [];
  for (const asset of assets)
    if (isService(asset)) services.push(serviceOf(asset));
    else components.push(componentOf(asset, { input, version, edges: edgesFrom.get(asset.id) ?? [], known }));
  const formulation = formulationOf(input, known);
  const annotations = annotationsOf(input, known);
  const content = {
    metadata: metadataOf(input, root),
    ...(components.length > 0 ? { components } : {}),
    ...(services.length > 0 ? { services } : {}),
    dependencies: dependenciesOf(root, assets, edges),
    compositions: [{ aggregate: 'incomplete', assemblies: [root] }],
    ...(annotations.length > 0 ? { annotations } : {}),
    ...(formulation.length > 0 ? { formulation } : {}),
  };
  return requireBom(
    {
      $schema: `http://cyclonedx.org/schema/bom-${version}.schema.json`,
      bomFormat: 'CycloneDX',
      specVersion: version,
      serialNumber: serialNumberOf({ version, ...content }),
      version: 1,
      ...content,
    },
    `the bill of ${input.system.id}`,
  );
}

function metadataOf(input: BomInput, root: string): NonNullable<Bom['metadata']> {
  const { system, tool } = input;
  const authors = [...new Set(system.roles?.developer ?? [])].map(contactOf);
  return {
    timestamp: input.timestamp,
    lifecycles: [{ phase: 'pre-build' }],
    tools: { components: [{ type: 'application', name: tool.name, version: tool.version }] },
    ...(authors.length > 0 ? { authors } : {}),
    component: {
      type: 'application',
      'bom-ref': root,
      name: system.name,
      ...(system.version === undefined ? {} : { version: system.version }),
      ...(system.purpose === undefined ? {} : { description: system.purpose }),
      properties: properties('custos', {
        id: system.id,
        fingerprint: input.fingerprint,
        'use:inputs': system.use?.inputs.join(' '),
        'use:outputs': system.use?.outputs.join(' '),
        'use:exposure': system.use?.exposure,
        'use:users': system.use?.users.join(', '),
        'use:prohibited': system.use?.prohibited.join(', '),
        unknowns: input.unknowns,
      }),
    },
  };
}

/** Every asset has its line, also one that depends on nothing; the system depends on what nothing else does. */
function dependenciesOf(root: string, assets: readonly Asset[], edges: readonly Edge[]): Dependency[] {
  const targets = new Set(edges.map((edge) => edge.to));
  const tops = assets.filter((asset) => !targets.has(asset.id)).map((asset) => asset.id);
  const below = groupBy(edges, (edge) => edge.from);
  const of = (ref: string, to: readonly string[]): Dependency => {
    const dependsOn = [...new Set(to)].filter((other) => other !== ref).sort(byText);
    return { ref, ...(dependsOn.length > 0 ? { dependsOn } : {}) };
  };
  return [
    of(root, tops),
    ...assets.map((asset) =>
      of(
        asset.id,
        (below.get(asset.id) ?? []).map((edge) => edge.to),
      ),
    ),
  ];
}

function unique(assets: readonly Asset[]): Asset[] {
  return [...new Map(assets.map((asset) => [asset.id, asset])).values()].sort((a, b) => byText(a.id, b.id));
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
