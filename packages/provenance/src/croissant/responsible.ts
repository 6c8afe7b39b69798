/** The RAI vocabulary (Croissant RAI 1.0) and the PROV-O terms that Croissant 1.1 uses for provenance. */
import { isObject, type JsonObject } from '../records/json.ts';
import { parseTime } from '../records/time.ts';
import { list } from './expand.ts';
import type { Issues } from './issues.ts';

const RAI_TERMS = new Set(
  (
    'dataCollection dataCollectionType dataCollectionMissingData dataCollectionRawData dataCollectionTimeframe ' +
    'dataCollectionTimeFrame dataCollectionTimeFrameStart dataCollectionTimeFrameEnd dataImputationProtocol ' +
    'dataManipulationProtocol dataPreprocessingProtocol dataAnnotationProtocol dataAnnotationPlatform ' +
    'dataAnnotationAnalysis annotationsPerItem annotatorDemographics machineAnnotationTools dataReleaseMaintenancePlan ' +
    'dataReleaseMaintenance personalSensitiveInformation dataSocialImpact dataBiases dataLimitations dataUseCases'
  ).split(' '),
);

const RAI_TIMES = /^rai:dataCollectionTime[Ff]rame/;

export function checkResponsible(root: JsonObject, issues: Issues): void {
  for (const [key, value] of Object.entries(root)) {
    if (!key.startsWith('rai:')) continue;
    if (!RAI_TERMS.has(key.slice(4)))
      issues.warn('RAI_UNKNOWN', 'Dataset', `${key} is no term of Croissant RAI.`);
    for (const item of list(value)) {
      const word = isObject(item) ? item['@value'] : item;
      if (typeof word !== 'string' && !(isObject(item) && '@id' in item) && typeof word !== 'number')
        issues.error('TEXT_EXPECTED', 'Dataset', `${key} must be text, not ${typeof word}.`);
      else if (RAI_TIMES.test(key) && typeof word === 'string' && parseTime(word) === undefined)
        issues.error(
          'TIME_INVALID',
          'Dataset',
          `${key} must be an ISO 8601 date or time, not "${word.slice(0, 40)}".`,
        );
    }
  }
}

/** `prov:…` on any node. */
export function checkProv(node: JsonObject, where: string, issues: Issues): void {
  for (const key of ['prov:wasDerivedFrom', 'prov:wasAttributedTo'])
    for (const item of list(node[key]))
      if (!(typeof item === 'string' && item !== '') && !isObject(item))
        issues.error('PROV_INVALID', where, `${key} must name an entity or agent, by URL or as a node.`);
  for (const item of list(node['prov:wasGeneratedBy'])) {
    if (typeof item === 'string' && item !== '') continue;
    if (!isObject(item)) issues.error('PROV_INVALID', where, 'prov:wasGeneratedBy must name an activity.');
    else checkActivity(item, where, issues);
  }
}

function checkActivity(activity: JsonObject, where: string, issues: Issues): void {
  const times = ['prov:startedAtTime', 'prov:endedAtTime'].map((key) => {
    const value = activity[key];
    const given = isObject(value) ? value['@value'] : value;
    if (given === undefined) return undefined;
    const time = typeof given === 'string' ? parseTime(given) : undefined;
    if (time === undefined) issues.error('TIME_INVALID', where, `${key} must be an xsd:dateTime.`);
    return time;
  });
  const [start, end] = times;
  if (start !== undefined && end !== undefined && end < start)
    issues.error('TIME_INVALID', where, 'prov:endedAtTime lies before prov:startedAtTime.');
}
