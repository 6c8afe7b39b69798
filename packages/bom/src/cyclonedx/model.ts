/**
 * CycloneDX 1.7 (ECMA-424) as plain data. A bill that was read stays the tree that was parsed: what these types do not
 * name is kept all the same, so that import and export lose nothing. 1.4 to 1.6 are subsets, save for deprecated forms.
 */
import type { JsonObject } from '../json/json.ts';
import type { Declarations } from './declarations.ts';
import type { Formula } from './formulation.ts';
import type { ComponentData, DataGovernance, ModelCard } from './model-card.ts';

export const SPEC_VERSIONS = ['1.4', '1.5', '1.6', '1.7'] as const;
export type SpecVersion = (typeof SPEC_VERSIONS)[number];

/** A JSON Signature Format value; kept as it is, never made here. */
export type Signature = JsonObject;

export interface Property {
  readonly name: string;
  readonly value?: string;
}

export interface Hash {
  /** `SHA-256`, `SHA-512`, `BLAKE3`, … */
  readonly alg: string;
  /** Hex. */
  readonly content: string;
}

export interface Contact {
  readonly 'bom-ref'?: string;
  readonly name?: string;
  readonly email?: string;
  readonly phone?: string;
}

export interface Organisation {
  readonly 'bom-ref'?: string;
  readonly name?: string;
  readonly address?: JsonObject;
  readonly url?: readonly string[];
  readonly contact?: readonly Contact[];
}

export interface Attachment {
  readonly contentType?: string;
  readonly encoding?: 'base64';
  readonly content: string;
}

export interface Licence {
  readonly 'bom-ref'?: string;
  /** An SPDX id; `name` for what SPDX does not know. */
  readonly id?: string;
  readonly name?: string;
  readonly acknowledgement?: 'declared' | 'concluded';
  readonly text?: Attachment;
  readonly url?: string;
  readonly licensing?: JsonObject;
  readonly properties?: readonly Property[];
}

export type LicenceChoice =
  | { readonly license: Licence }
  | {
      readonly expression: string;
      readonly acknowledgement?: 'declared' | 'concluded';
      readonly 'bom-ref'?: string;
    };

export interface ExternalReference {
  readonly type: string;
  readonly url: string;
  readonly comment?: string;
  readonly hashes?: readonly Hash[];
  readonly properties?: readonly Property[];
}

export interface Occurrence {
  readonly 'bom-ref'?: string;
  readonly location: string;
  /** From 1 for CycloneDX 1.6 and newer. */
  readonly line?: number;
  readonly offset?: number;
  readonly symbol?: string;
  readonly additionalContext?: string;
}

export interface Evidence {
  readonly identity?: JsonObject | readonly JsonObject[];
  readonly occurrences?: readonly Occurrence[];
  readonly callstack?: JsonObject;
  readonly licenses?: readonly LicenceChoice[];
  readonly copyright?: readonly JsonObject[];
}

export type ComponentType =
  | 'application'
  | 'framework'
  | 'library'
  | 'container'
  | 'platform'
  | 'operating-system'
  | 'device'
  | 'device-driver'
  | 'firmware'
  | 'file'
  | 'machine-learning-model'
  | 'data'
  | 'cryptographic-asset';

export interface Pedigree {
  readonly ancestors?: readonly Component[];
  readonly descendants?: readonly Component[];
  readonly variants?: readonly Component[];
  readonly commits?: readonly JsonObject[];
  readonly patches?: readonly JsonObject[];
  readonly notes?: string;
}

export interface Component {
  readonly type: ComponentType;
  readonly name: string;
  readonly 'mime-type'?: string;
  readonly 'bom-ref'?: string;
  readonly supplier?: Organisation;
  readonly manufacturer?: Organisation;
  readonly authors?: readonly Contact[];
  readonly author?: string;
  readonly publisher?: string;
  readonly group?: string;
  readonly version?: string;
  readonly versionRange?: string;
  /** 1.7: comes from its environment and not with the product, such as a hosted model. */
  readonly isExternal?: boolean;
  readonly description?: string;
  readonly scope?: 'required' | 'optional' | 'excluded';
  readonly hashes?: readonly Hash[];
  readonly licenses?: readonly LicenceChoice[];
  readonly copyright?: string;
  readonly patentAssertions?: readonly JsonObject[];
  readonly cpe?: string;
  readonly purl?: string;
  readonly omniborId?: readonly string[];
  readonly swhid?: readonly string[];
  readonly swid?: JsonObject;
  readonly modified?: boolean;
  readonly pedigree?: Pedigree;
  readonly externalReferences?: readonly ExternalReference[];
  readonly components?: readonly Component[];
  readonly evidence?: Evidence;
  readonly releaseNotes?: JsonObject;
  readonly modelCard?: ModelCard;
  readonly data?: readonly ComponentData[];
  readonly cryptoProperties?: JsonObject;
  readonly properties?: readonly Property[];
  readonly tags?: readonly string[];
  readonly signature?: Signature;
}

export interface ServiceData {
  readonly flow: 'inbound' | 'outbound' | 'bi-directional' | 'unknown';
  readonly classification: string;
  readonly name?: string;
  readonly description?: string;
  readonly governance?: DataGovernance;
  readonly source?: readonly string[];
  readonly destination?: readonly string[];
}

export interface Service {
  readonly name: string;
  readonly 'bom-ref'?: string;
  readonly provider?: Organisation;
  readonly group?: string;
  readonly version?: string;
  readonly description?: string;
  readonly endpoints?: readonly string[];
  readonly authenticated?: boolean;
  readonly 'x-trust-boundary'?: boolean;
  readonly trustZone?: string;
  readonly data?: readonly ServiceData[];
  readonly licenses?: readonly LicenceChoice[];
  readonly externalReferences?: readonly ExternalReference[];
  readonly services?: readonly Service[];
  readonly releaseNotes?: JsonObject;
  readonly properties?: readonly Property[];
  readonly tags?: readonly string[];
  readonly signature?: Signature;
}

export interface Dependency {
  readonly ref: string;
  readonly dependsOn?: readonly string[];
  readonly provides?: readonly string[];
}

export interface Tools {
  readonly components?: readonly Component[];
  readonly services?: readonly Service[];
}

export interface Metadata {
  /** RFC 3339. */
  readonly timestamp?: string;
  readonly lifecycles?: readonly JsonObject[];
  /** A list of objects is the form of 1.4, deprecated since. */
  readonly tools?: Tools | readonly JsonObject[];
  readonly manufacturer?: Organisation;
  readonly authors?: readonly Contact[];
  readonly component?: Component;
  readonly manufacture?: Organisation;
  readonly supplier?: Organisation;
  readonly licenses?: readonly LicenceChoice[];
  readonly properties?: readonly Property[];
  readonly distributionConstraints?: JsonObject;
}

/** 1.7: who says what of the parts that the JSON pointers name. */
export interface Citation {
  readonly 'bom-ref'?: string;
  readonly pointers?: readonly string[];
  readonly expressions?: readonly string[];
  readonly timestamp: string;
  readonly attributedTo?: string;
  readonly process?: string;
  readonly note?: string;
  readonly signature?: Signature;
}

export interface Bom {
  readonly $schema?: string;
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: SpecVersion;
  readonly serialNumber?: string;
  readonly version?: number;
  readonly metadata?: Metadata;
  readonly components?: readonly Component[];
  readonly services?: readonly Service[];
  readonly externalReferences?: readonly ExternalReference[];
  readonly dependencies?: readonly Dependency[];
  readonly compositions?: readonly JsonObject[];
  readonly vulnerabilities?: readonly JsonObject[];
  readonly annotations?: readonly JsonObject[];
  readonly formulation?: readonly Formula[];
  readonly declarations?: Declarations;
  readonly definitions?: JsonObject;
  readonly citations?: readonly Citation[];
  readonly properties?: readonly Property[];
  readonly signature?: Signature;
}
