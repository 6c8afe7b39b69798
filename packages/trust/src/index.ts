/** The one door of @custos/trust: what makes evidence hard to alter unseen. */
export { canonicalize } from './canonical.ts';
export {
  type Checkpoint,
  formatCheckpoint,
  type OpenedCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
} from './checkpoint.ts';
export { digestBytes, digestOf, hashFile, sha256 } from './digest.ts';
export {
  type OpenedEnvelope,
  observationId,
  openEnvelope,
  PAYLOAD_TYPE,
  pae,
  type ReadEnvelope,
  readEnvelope,
  signStatement,
} from './envelope.ts';
export { exportCheckpoint, exportEntry, exportHeader, exportTrailer } from './export-format.ts';
export { fingerprint } from './fingerprint.ts';
export { followHandovers, HANDOVER_PREDICATE } from './handover.ts';
export {
  type KeyFileOptions,
  loadKeyring,
  loadOrCreateSigner,
  loadPublicKeys,
  loadSigner,
  type PublicKeys,
  rotate,
  writePrivateKey,
} from './key-files.ts';
export { KeyEntry, Keyring, type TrustedKey } from './keyring.ts';
export { Act, LedgerEntry, ledgerLeaf } from './ledger-entry.ts';
export { CompactTree, type NodeListener, rootOf } from './merkle/compact-tree.ts';
export { EMPTY_ROOT, leafHash, nodeHash } from './merkle/hash.ts';
export { consistencyProof, type HashReader, type HashSource, inclusionProof } from './merkle/prove.ts';
export { verifyConsistency, verifyInclusion } from './merkle/verify.ts';
export type { ModelTrust } from './model-signing/authenticate.ts';
export {
  BUNDLE_MEDIA_TYPE,
  type ModelBundle,
  parseBundle,
  type SigningMethod,
} from './model-signing/bundle.ts';
export { HASH_TYPES, type HashType } from './model-signing/hash-types.ts';
export type { Problem as ModelProblem, ProblemCode as ModelProblemCode } from './model-signing/problem.ts';
export type { ByteRange, Resource } from './model-signing/resources.ts';
export {
  DEFAULT_SHARD_SIZE,
  type ModelSigner,
  type SignedModel,
  type SignModelOptions,
  signModel,
} from './model-signing/sign-model.ts';
export { parseSignedManifest, type SignedManifest } from './model-signing/statement.ts';
export { parseStrictJson } from './model-signing/strict-json.ts';
export {
  signatureForm,
  type VerifyFileOptions,
  verifySignature,
  verifySignatureBytes,
} from './model-signing/verify-file.ts';
export {
  authenticateModelBundle,
  type ModelVerification,
  readBundleFile,
  type VerifyModelOptions,
  verifyModel,
  verifyModelBundle,
} from './model-signing/verify-model.ts';
export { type OpenedNote, openNote, signNote } from './note.ts';
export {
  createKey,
  DEFAULT_KEY_NAME,
  type NewKey,
  parseVerifier,
  type Signer,
  signerFromPem,
  type Verifier,
} from './signer.ts';
export { type WrappedAttestation, wrapThirdParty } from './third-party.ts';
export {
  type LedgerProblem,
  type LedgerReport,
  type ProblemCode,
  type VerifyExportOptions,
  verifyExport,
} from './verify-export.ts';
