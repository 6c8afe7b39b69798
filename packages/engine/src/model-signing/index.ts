/** Signatures of models as evidence, and the page of published hashes. */
export { signaturesOf } from './assess-signatures.ts';
export { describeSigner } from './describe-signer.ts';
export { defaultSignature, existingSignature } from './find-signatures.ts';
export { buildHashPage, HASH_PAGE_FILES } from './hash-page.ts';
export { publishedHashesStatement } from './published-hashes.ts';
export { loadHashPage, parseHashPage, verifyHashList, verifyHashPage } from './read-hash-page.ts';
export { signatureStatements, type VerifiedAt } from './signature-observations.ts';
export { readTrust, readTrustFile, type TrustSource } from './trust-of.ts';
export { renderVerification, verificationJson } from './verification-summary.ts';
