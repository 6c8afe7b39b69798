/** Fields of SPDX packages, AI packages and data set packages. */
import type { Component, Property, Service } from '../cyclonedx/model.ts';
import type { JsonObject, JsonValue } from '../json/json.ts';
import { ALGORITHM, DATASET_TYPE, PURPOSE, REFERENCE } from './words.ts';

type Fields = Record<string, JsonValue | undefined>;

export function packageFields(component: Component): Fields {
  const places = (component.evidence?.occurrences ?? []).map(({ location, line }) =>
    line === undefined ? location : `${location}:${line}`,
  );
  const download = component.externalReferences?.find((reference) => reference.type === 'distribution');
  return {
    name: component.group === undefined ? component.name : `${component.group}/${component.name}`,
    description: component.description,
    software_packageVersion: component.version,
    software_packageUrl: component.purl,
    software_primaryPurpose: PURPOSE[component.type],
    software_copyrightText: component.copyright,
    software_downloadLocation: download?.url,
    software_sourceInfo: places.length > 0 ? `found at ${places.join(', ')}` : undefined,
    verifiedUsing: (component.hashes ?? []).map(({ alg, content }) => ({
      type: 'Hash',
      algorithm: ALGORITHM.get(alg) ?? 'other',
      hashValue: content,
    })),
    externalRef: (component.externalReferences ?? [])
      .filter((reference) => reference !== download)
      .map(({ type, url }) => ({
        type: 'ExternalRef',
        externalRefType: REFERENCE.get(type) ?? 'other',
        locator: [url],
      })),
  };
}

export function serviceFields(service: Service): Fields {
  return {
    name: service.name,
    description: service.description,
    summary: 'service',
    software_packageVersion: service.version,
    software_primaryPurpose: 'other',
    externalRef: (service.endpoints ?? []).map((url) => ({
      type: 'ExternalRef',
      externalRefType: 'other',
      locator: [url],
      comment: 'endpoint',
    })),
  };
}

export function aiFields(component: Component): Fields {
  const card = component.modelCard;
  const parameters = card?.modelParameters;
  const considerations = card?.considerations;
  const said = named(card?.properties);
  return {
    ai_typeOfModel: [parameters?.architectureFamily, parameters?.modelArchitecture].filter(
      (one) => one !== undefined,
    ),
    ai_domain: parameters?.task === undefined ? [] : [parameters.task],
    ai_informationAboutTraining: said.get('custos:model:training'),
    ai_informationAboutApplication: considerations?.useCases?.join('\n\n'),
    ai_limitation: considerations?.technicalLimitations?.join('\n\n'),
    ai_hyperparameter: dictionary(
      [...said].filter(([name]) => /:(?:contextLength|parameters|quantisation)$/.test(name)),
    ),
    ai_metric: dictionary(
      (card?.quantitativeAnalysis?.performanceMetrics ?? []).map(({ type, value, slice }) => [
        slice === undefined ? (type ?? 'metric') : `${type ?? 'metric'} (${slice})`,
        value ?? '',
      ]),
    ),
  };
}

export function datasetFields(component: Component): Fields {
  const data = component.data?.[0];
  const format = named(component.properties).get('custos:fact:format');
  const bytes = Number(named(component.properties).get('custos:fact:bytes'));
  return {
    description: component.description ?? data?.description,
    dataset_datasetType: [DATASET_TYPE.get(format ?? '') ?? 'noAssertion'],
    dataset_datasetSize: Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined,
  };
}

function named(properties: readonly Property[] | undefined): Map<string, string> {
  return new Map(
    (properties ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])),
  );
}

function dictionary(entries: readonly (readonly [string, string])[]): JsonObject[] {
  return entries.map(([key, value]) => ({
    type: 'DictionaryEntry',
    key: key.replace(/^custos:model:/, ''),
    value,
  }));
}
