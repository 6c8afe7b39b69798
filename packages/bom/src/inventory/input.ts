/**
 * What a bill is made from: the scan's inventory, the declaration, and what documents and headers say of single assets.
 * Plain data, so that whoever read it (scan, inspection, a model card) need not be known here.
 */
import type { Asset, Content, Digest, Edge, Finding, Instant } from '@custos/core';
import type { ModelCardFacts } from '../model-card/model-card.ts';

/** What headers and configuration tell of a model; all fields are absent when unknown. */
export interface ModelFacts {
  readonly architecture?: string;
  readonly architectureFamily?: string;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly toolCalling?: boolean;
  /** Tokens. */
  readonly contextLength?: number;
  readonly parameters?: number;
  readonly quantisation?: string;
}

/** What is known of one asset beyond the scan. */
export interface AssetDetails {
  readonly card?: ModelCardFacts;
  /** Where the card stands, relative to the root. */
  readonly cardPath?: string;
  readonly facts?: ModelFacts;
  /** Named values of the file's header, such as `general.license` of GGUF. */
  readonly metadata?: Readonly<Record<string, string | number | boolean>>;
}

export interface BomSystem {
  readonly id: string;
  readonly name: string;
  readonly version?: string;
  readonly purpose?: string;
  readonly use?: Content<'system-declaration'>['use'];
  readonly roles?: Content<'system-declaration'>['roles'];
}

export interface BomInput {
  readonly system: BomSystem;
  /** Fingerprint of the scanned tree. */
  readonly fingerprint?: Digest;
  readonly assets: readonly Asset[];
  readonly edges: readonly Edge[];
  readonly findings: readonly Finding[];
  /** How many things the scan could not read; they make the bill incomplete. */
  readonly unknowns?: number;
  /** By asset id. */
  readonly details?: ReadonlyMap<string, AssetDetails>;
  /** Steps in the life of the assets, for the formulation. */
  readonly events?: readonly Content<'lifecycle-event'>[];
  readonly timestamp: Instant;
  readonly tool: { readonly name: string; readonly version: string };
}
