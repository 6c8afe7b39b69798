/** The vocabularies of SPDX 3.0.1 for what CycloneDX says, where both have a word for the same thing. */
import type { ComponentType } from '../cyclonedx/model.ts';

export const PURPOSE: Readonly<Record<ComponentType, string>> = {
  application: 'application',
  framework: 'framework',
  library: 'library',
  container: 'container',
  platform: 'platform',
  'operating-system': 'operatingSystem',
  device: 'device',
  'device-driver': 'deviceDriver',
  firmware: 'firmware',
  file: 'file',
  'machine-learning-model': 'model',
  data: 'data',
  'cryptographic-asset': 'other',
};

/** Hash algorithms: CycloneDX name → SPDX name. */
export const ALGORITHM: ReadonlyMap<string, string> = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
  ['SHA3-256', 'sha3_256'],
  ['SHA3-384', 'sha3_384'],
  ['SHA3-512', 'sha3_512'],
  ['BLAKE2b-256', 'blake2b256'],
  ['BLAKE2b-384', 'blake2b384'],
  ['BLAKE2b-512', 'blake2b512'],
  ['BLAKE3', 'blake3'],
]);

export const REFERENCE: ReadonlyMap<string, string> = new Map([
  ['vcs', 'vcs'],
  ['issue-tracker', 'issueTracker'],
  ['website', 'altWebPage'],
  ['advisories', 'securityAdvisory'],
  ['documentation', 'documentation'],
  ['model-card', 'documentation'],
  ['distribution', 'altDownloadLocation'],
  ['license', 'license'],
  ['release-notes', 'releaseNotes'],
  ['security-contact', 'securityOther'],
  ['risk-assessment', 'riskAssessment'],
  ['threat-model', 'securityThreatModel'],
  ['build-meta', 'buildMeta'],
]);

/** What a format tells of the data in it. Anything else is `noAssertion`. */
export const DATASET_TYPE: ReadonlyMap<string, string> = new Map([
  ['csv', 'structured'],
  ['tsv', 'structured'],
  ['parquet', 'structured'],
  ['arrow', 'structured'],
  ['feather', 'structured'],
  ['avro', 'structured'],
  ['jsonl', 'structured'],
  ['ndjson', 'structured'],
  ['npy', 'numeric'],
  ['npz', 'numeric'],
]);
