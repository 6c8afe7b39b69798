/** One asset that is content (a model, data, a package, a prompt) as a CycloneDX component. */
import { type Asset, type Edge, hexOf } from '@custos/core';
import type {
  Component,
  ComponentType,
  ExternalReference,
  Hash,
  Occurrence,
  SpecVersion,
} from '../cyclonedx/model.ts';
import type { ComponentData } from '../cyclonedx/model-card.ts';
import { texts } from '../json/json.ts';
import { filled, properties } from './fields.ts';
import { governanceOf } from './governance.ts';
import type { AssetDetails, BomInput } from './input.ts';
import { licenceChoices } from './licences.ts';
import { modelFields } from './model-component.ts';
import { isOnHub, packageName, purlOf, supplierOf } from './purl.ts';

export interface ComponentContext {
  readonly input: BomInput;
  readonly version: SpecVersion;
  /** Those that start at the asset. */
  readonly edges: readonly Edge[];
  /** Ids of all assets in the bill. */
  readonly known: ReadonlySet<string>;
}

/** Facts that have a field of their own, or that only the scanner needs. */
const NOT_PROPERTIES: ReadonlySet<string> = new Set(['license', 'hub', 'confidence', 'mimeType']);
const HUB = 'https://huggingface.co/';

export function componentOf(asset: Asset, context: ComponentContext): Component {
  const details = context.input.details?.get(asset.id) ?? {};
  const hosted = asset.kind === 'model' && asset.origin === 'external' && asset.digest === undefined;
  const licences = licenceChoices(licenceNames(asset, details), safeUrl(details.card?.licenceLink));
  const purl = purlOf(asset);
  const supplier = supplierOf(asset);
  const references = externalReferences(asset, details);
  const description = details.card?.description;
  return {
    type: typeOf(asset),
    'bom-ref': asset.id,
    ...(supplier === undefined ? {} : { supplier: { name: supplier } }),
    ...packageName(asset),
    ...(asset.version === undefined ? {} : { version: asset.version.slice(0, 1024) }),
    ...(hosted && context.version === '1.7' ? { isExternal: true } : {}),
    ...(description === undefined ? {} : { description }),
    ...(asset.digest === undefined ? {} : { hashes: hashesOf(asset) }),
    ...(licences.length > 0 ? { licenses: licences } : {}),
    ...(purl === undefined ? {} : { purl }),
    ...(references.length > 0 ? { externalReferences: references } : {}),
    ...(asset.locations.length > 0 ? { evidence: { occurrences: occurrencesOf(asset) } } : {}),
    ...(asset.kind === 'model' ? modelFields(asset, details, context) : {}),
    ...dataOf(asset, context, details),
    properties: componentProperties(asset, details),
  };
}

function typeOf(asset: Asset): ComponentType {
  switch (asset.kind) {
    case 'model':
      return 'machine-learning-model';
    case 'dataset':
    case 'prompt':
    case 'configuration':
      return 'data';
    case 'component':
      return asset.origin === 'own' ? 'application' : 'library';
    default:
      return 'application';
  }
}

/** CycloneDX lets only `data` components carry data. */
function dataOf(
  asset: Asset,
  context: ComponentContext,
  details: AssetDetails,
): { data?: readonly ComponentData[] } {
  if (typeOf(asset) !== 'data') return {};
  const governance = governanceOf(asset, context.input.system);
  const url = isOnHub(asset) ? `${HUB}datasets/${asset.name}` : undefined;
  const classification = asset.properties?.classification;
  return {
    data: [
      {
        type:
          asset.kind === 'dataset'
            ? 'dataset'
            : asset.kind === 'configuration'
              ? 'configuration'
              : 'definition',
        name: asset.name,
        ...(url === undefined ? {} : { contents: { url } }),
        ...(typeof classification === 'string' ? { classification } : {}),
        ...(details.card?.description === undefined ? {} : { description: details.card.description }),
        ...(governance ? { governance } : {}),
      },
    ],
  };
}

function hashesOf(asset: Asset): Hash[] {
  return asset.digest === undefined ? [] : [{ alg: 'SHA-256', content: hexOf(asset.digest) }];
}

/** The card speaks first, then the file's own header. */
function licenceNames(asset: Asset, details: AssetDetails): readonly string[] {
  const { card, metadata } = details;
  if (card && card.licences.length > 0) {
    const own = card.licenceName;
    return own === undefined
      ? card.licences
      : card.licences.map((name) => (/^other$/i.test(name) ? own : name));
  }
  return texts(metadata?.['general.license'] ?? metadata?.license ?? asset.properties?.license);
}

function externalReferences(asset: Asset, details: AssetDetails): ExternalReference[] {
  const page = isOnHub(asset)
    ? `${HUB}${asset.kind === 'dataset' ? 'datasets/' : ''}${asset.name}`
    : undefined;
  const card = details.cardPath;
  return [
    ...(page === undefined ? [] : [{ type: 'distribution', url: page }]),
    ...(card === undefined
      ? []
      : [{ type: asset.kind === 'model' ? 'model-card' : 'documentation', url: encodeURI(card) }]),
  ];
}

function occurrencesOf(asset: Asset): Occurrence[] {
  return asset.locations.map(({ path, line }) => ({
    location: path,
    ...(line === undefined ? {} : { line }),
  }));
}

function componentProperties(asset: Asset, details: AssetDetails): NonNullable<Component['properties']> {
  const facts = Object.fromEntries(
    Object.entries(asset.properties ?? {})
      .filter(([name]) => !NOT_PROPERTIES.has(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return [
    ...properties('custos', { kind: asset.kind, origin: asset.origin, owner: asset.owner }),
    ...properties('custos:fact', facts),
    ...properties('custos:header', filled(sortedMetadata(details)) ?? {}),
  ];
}

function sortedMetadata(details: AssetDetails): Record<string, string | number | boolean> {
  return Object.fromEntries(Object.entries(details.metadata ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A URL that the schema accepts and that no reader can be harmed by. */
function safeUrl(text: string | undefined): string | undefined {
  if (text === undefined || !/^https?:\/\//i.test(text)) return undefined;
  try {
    return new URL(text).href;
  } catch {
    return undefined;
  }
}
