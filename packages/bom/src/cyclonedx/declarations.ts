/** CycloneDX declarations: claims, their evidence, and attestations against requirements. Read and kept, never made here. */
import type { JsonObject } from '../json/json.ts';
import type { Component, ExternalReference, Organisation, Service, Signature } from './model.ts';

export interface Claim {
  readonly 'bom-ref'?: string;
  readonly target?: string;
  readonly predicate?: string;
  readonly mitigationStrategies?: readonly string[];
  readonly reasoning?: string;
  readonly evidence?: readonly string[];
  readonly counterEvidence?: readonly string[];
  readonly externalReferences?: readonly ExternalReference[];
  readonly signature?: Signature;
}

export interface Attestation {
  readonly summary?: string;
  readonly assessor?: string;
  readonly map?: readonly {
    readonly requirement?: string;
    readonly claims?: readonly string[];
    readonly counterClaims?: readonly string[];
    readonly conformance?: JsonObject;
    readonly confidence?: JsonObject;
  }[];
  readonly signature?: Signature;
}

export interface Declarations {
  readonly assessors?: readonly {
    readonly 'bom-ref'?: string;
    readonly thirdParty?: boolean;
    readonly organization?: Organisation;
  }[];
  readonly attestations?: readonly Attestation[];
  readonly claims?: readonly Claim[];
  readonly evidence?: readonly JsonObject[];
  readonly targets?: {
    readonly organizations?: readonly Organisation[];
    readonly components?: readonly Component[];
    readonly services?: readonly Service[];
  };
  readonly affirmation?: JsonObject;
  readonly signature?: Signature;
}
