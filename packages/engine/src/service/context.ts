/** What every use case of the service works with. */
import type { Clock, Digest, Envelope, Specification } from '@custos/core';
import type { ServiceDatabase } from '@custos/store';
import type { Keyring, Signer } from '@custos/trust';

export interface ServiceContext {
  readonly database: ServiceDatabase;
  readonly signer: Signer;
  readonly keyring: Keyring;
  /** Statements by which the signing key was handed over to its successors. */
  readonly handovers?: readonly Envelope[] | undefined;
  readonly clock: Clock;
  readonly specification: Specification;
  readonly specificationDigest: Digest;
}

/** One AI system of one organisation. */
export interface SystemRef {
  readonly organisation: string;
  readonly system: string;
}
