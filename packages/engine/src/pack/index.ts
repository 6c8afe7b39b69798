/** Evidence packs: one file for an auditor, and its verification. */
export { makePack, type Pack, type PackLedger } from './make-pack.ts';
export { packRefused, type ReceivedPack, receivePack } from './receive-pack.ts';
export { type PackProblem, type PackReport, verifyPack } from './verify-pack.ts';
