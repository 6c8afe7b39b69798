/** What is wrong with a signature or a model, one reason each. A verification collects them; a parser stops at the first. */
import { CustosError } from '@custos/core';

export type ProblemCode =
  /** The bundle is no JSON in UTF-8, too large, too deep, or names a member twice. */
  | 'BUNDLE_UNREADABLE'
  | 'FIELD_MISSING'
  | 'FIELD_UNKNOWN'
  | 'FIELD_INVALID'
  /** The bundle was made with another method (key, certificate, sigstore) than the trust that was given. */
  | 'METHOD_MISMATCH'
  | 'KEY_TYPE'
  | 'UNKNOWN_KEY'
  | 'SIGNATURE_INVALID'
  | 'CERTIFICATE_INVALID'
  | 'CERTIFICATE_UNTRUSTED'
  | 'CERTIFICATE_EXPIRED'
  | 'CERTIFICATE_NOT_YET_VALID'
  | 'CERTIFICATE_USAGE'
  | 'IDENTITY_MISMATCH'
  | 'ISSUER_MISMATCH'
  | 'TRANSPARENCY_LOG'
  | 'TIMESTAMP'
  | 'ROOT_DIGEST'
  | 'RESOURCES_REORDERED'
  | 'RESOURCE_DUPLICATE'
  | 'RESOURCE_NAME'
  | 'SHARD_MISSING'
  | 'SHARD_EXTRA'
  | 'SHARD_OVERLAP'
  | 'FILE_MISSING'
  | 'FILE_EXTRA'
  | 'FILE_CHANGED'
  | 'FILE_UNREADABLE'
  | 'FILE_UNSTABLE'
  | 'FILE_NAME'
  | 'NOT_A_FILE'
  | 'SYMLINK'
  | 'SYMLINK_CYCLE'
  | 'SYMLINK_OUTSIDE'
  | 'DEPRECATED_FORM';

export interface Problem {
  readonly code: ProblemCode;
  /** Path of a file in the model, or of a field in the bundle such as `dsseEnvelope.signatures[0].sig`. */
  readonly where: string;
  readonly message: string;
}

/** A problem that ends the reading. */
export class Rejection extends CustosError {
  readonly problem: Problem;
  constructor(code: ProblemCode, where: string, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
    this.problem = { code, where, message };
  }
}
