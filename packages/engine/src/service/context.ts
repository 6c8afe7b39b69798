/** What every use case of the service works with. */
import type { Clock, Digest, Specification } from '@custos/core';
import type { ServiceDatabase } from '@custos/store';
import type { Keyring, Signer } from '@custos/trust';

export interface ServiceContext {
  readonly database: ServiceDatabase;
  readonly signer: Signer;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly specification: Specification;
  readonly specificationDigest: Digest;
}

/** One AI system of one organisation. */
export interface SystemRef {
  readonly organisation: string;
  readonly system: string;
}
