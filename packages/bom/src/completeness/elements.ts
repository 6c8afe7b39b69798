/**
 * The minimum elements of a bill of materials for AI, as data. Source: "Software Bill of Materials for Artificial Intelligence –
 * Minimum Elements", G7 Cybersecurity Working Group, published by the BSI on 2026-05-12
 * (https://www.bsi.bund.de/SharedDocs/Downloads/EN/BSI/KI/SBOM-for-AI_minimum-elements.pdf). Names are of that paper; what each
 * asks is in our words. The paper is guidance: no element is a duty.
 */

export const CLUSTERS = {
  metadata: 'Metadata',
  system: 'System level properties',
  models: 'Models',
  datasets: 'Dataset properties',
  infrastructure: 'Infrastructure',
  security: 'Security properties',
  kpi: 'Key performance indicators',
} as const;
export type Cluster = keyof typeof CLUSTERS;

export interface Element {
  readonly id: string;
  readonly cluster: Cluster;
  readonly name: string;
  /** What must be there, in CycloneDX's words, for somebody who wants to add it. */
  readonly asks: string;
}

function of(
  cluster: Cluster,
  rows: readonly (readonly [id: string, name: string, asks: string])[],
): Element[] {
  return rows.map(([id, name, asks]) => ({ id, cluster, name, asks }));
}

export const ELEMENTS: readonly Element[] = [
  ...of('metadata', [
    ['sbom-author', 'SBOM author', 'who made the bill: metadata.authors, supplier or manufacturer'],
    ['sbom-version', 'SBOM version', 'version of the bill'],
    ['sbom-data-format-name', 'SBOM data format name', 'bomFormat'],
    ['sbom-data-format-version', 'SBOM data format version', 'specVersion'],
    [
      'sbom-author-signature',
      'SBOM author signature',
      'signature inside the bill, or a reference to one beside it',
    ],
    ['sbom-tool-name', 'SBOM tool name', 'name of a tool in metadata.tools'],
    ['sbom-tool-version', 'SBOM tool version', 'version of that tool'],
    ['sbom-generation-context', 'SBOM generation context', 'phase in metadata.lifecycles'],
    ['sbom-timestamp', 'SBOM timestamp', 'metadata.timestamp'],
    ['sbom-dependency-relationship', 'SBOM dependency relationship', 'dependencies between components'],
  ]),
  ...of('system', [
    ['system-name', 'System name', 'name of metadata.component'],
    ['system-components', 'System components', 'components or services'],
    ['system-producer', 'System producer', 'supplier or manufacturer of metadata.component, or of the bill'],
    ['system-version', 'System version', 'version of metadata.component'],
    ['system-timestamp', 'System timestamp', 'release time of metadata.component (releaseNotes.timestamp)'],
    ['system-data-flow', 'System data flow', 'data with a flow at a service'],
    ['system-data-usage', 'System data usage', 'how user data are used: classification of data at services'],
    [
      'system-input-output-properties',
      'System input/output properties',
      'kinds of input and output of the system',
    ],
    [
      'system-intended-application-area',
      'Intended application area',
      'description or use cases of metadata.component',
    ],
  ]),
  ...of('models', [
    ['model-name', 'Model name', 'name'],
    ['model-identifier', 'Model identifier', 'purl, cpe, swhid or omniborId'],
    ['model-version', 'Model version', 'version'],
    ['model-timestamp', 'Model timestamp', 'time of the release (releaseNotes.timestamp)'],
    ['model-producer', 'Model producer', 'supplier, manufacturer, publisher or authors'],
    ['model-description', 'Model description', 'description'],
    ['model-hash-value', 'Model hash value', 'content of a hash'],
    ['model-hash-algorithm', 'Model hash algorithm', 'algorithm of that hash'],
    ['model-properties', 'Model properties', 'task, architecture family or architecture in the model card'],
    [
      'model-input-output-properties',
      'Model input/output properties',
      'inputs and outputs in the model card',
    ],
    [
      'model-training-properties',
      'Model training properties',
      'training data or approach in the model card, or a formulation',
    ],
    ['model-license', 'Model license', 'licenses'],
    ['model-external-references', 'Model external references', 'externalReferences, such as the model card'],
  ]),
  ...of('datasets', [
    ['dataset-name', 'Dataset name', 'name'],
    ['dataset-description', 'Dataset description', 'description'],
    ['dataset-content', 'Dataset content', 'contents, or format and kind of the data'],
    [
      'dataset-identifier',
      'Dataset identifier',
      'purl, swhid, omniborId, or the address that the data are fetched from',
    ],
    ['dataset-hash', 'Dataset hash', 'hashes'],
    [
      'dataset-provenance',
      'Dataset provenance',
      'supplier, owners, pedigree, or a source that the data came from',
    ],
    [
      'dataset-statistical-properties',
      'Dataset statistical properties',
      'graphics, or properties that give sizes and shares',
    ],
    ['dataset-sensitivity', 'Dataset sensitivity', 'classification or sensitiveData'],
    [
      'dataset-dependency-relationship',
      'Dataset dependency relationship',
      'a model or component that depends on it or was trained on it',
    ],
    ['dataset-license', 'Dataset license', 'licenses'],
  ]),
  ...of('infrastructure', [
    [
      'infrastructure-software',
      'Infrastructure software',
      'libraries, frameworks, containers, platforms or operating systems',
    ],
    [
      'infrastructure-hardware',
      'Infrastructure hardware',
      'devices or firmware, or a reference to a hardware bill',
    ],
  ]),
  ...of('security', [
    [
      'security-controls',
      'Security controls',
      'claims or evidence of controls in declarations, or properties that name them',
    ],
    [
      'security-compliance',
      'Security compliance',
      'standards in definitions, attestations in declarations, or a certification report',
    ],
    [
      'cybersecurity-policy',
      'Cybersecurity policy information',
      'a security contact, RFC 9116 file or policy reference',
    ],
    [
      'vulnerability-referencing',
      'Vulnerability referencing',
      'vulnerabilities, or a reference to advisories or a VEX',
    ],
  ]),
  ...of('kpi', [
    ['security-metrics', 'Security metrics', 'performance metrics about robustness or security'],
    [
      'operational-performance-kpis',
      'Operational performance KPIs',
      'performance metrics of a model or quality metrics of the system',
    ],
  ]),
];
