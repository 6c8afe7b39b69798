/**
 * The ledger export: JSON Lines, every line in RFC 8785 form and ended by \n.
 *
 *   {"format":"custos-ledger-export/1","handovers":[…],"keys":[…],"origin":"…"}           first line
 *   {"envelope":{…},"hash":"…","index":0,"leaf":{"at":"…","id":"sha256:…","kind":"observation"}}  an observation
 *   {"hash":"…","index":1,"leaf":{"act":{…},"at":"…","kind":"act"}}                        an act
 *   {"checkpoint":"…"}                                                                    any number, between entries
 *   {"checkpoint":"…","end":true,"size":2}                                                last line
 *
 * `hash` is the leaf hash in base64. It is what locates an edit: the hashes together make the signed root, so an entry that
 * does not fit its own hash is the one that was altered. Checkpoints between entries bound what an attacker who also
 * rewrites the hashes can hide.
 */
import { Envelope } from '@custos/core';
import { z } from 'zod';
import { canonicalize } from './canonical.ts';
import type { PublicKeys } from './key-files.ts';
import { KeyEntry } from './keyring.ts';
import { LedgerEntry, ledgerLeaf } from './ledger-entry.ts';
import { leafHash } from './merkle/hash.ts';

const EXPORT_FORMAT = 'custos-ledger-export/1';

export const HeaderLine = z.strictObject({
  format: z.literal(EXPORT_FORMAT),
  origin: z.string().min(1),
  keys: z.array(KeyEntry),
  handovers: z.array(Envelope),
});
export type HeaderLine = z.infer<typeof HeaderLine>;

export const EntryLine = z.strictObject({
  index: z.int().min(0),
  hash: z.string(),
  leaf: LedgerEntry,
  envelope: Envelope.optional(),
});
export type EntryLine = z.infer<typeof EntryLine>;

export const CheckpointLine = z.strictObject({ checkpoint: z.string() });
export const TrailerLine = z.strictObject({
  checkpoint: z.string(),
  end: z.literal(true),
  size: z.int().min(0),
});

/** First line. @param keys public keys and hand-overs (`loadPublicKeys`); they inform, they are not trusted by themselves */
export function exportHeader(origin: string, keys: PublicKeys): string {
  return `${canonicalize({ format: EXPORT_FORMAT, origin, keys: keys.keys, handovers: keys.handovers })}\n`;
}

/** One entry. @param envelope of an observation; absent for an act */
export function exportEntry(index: number, entry: LedgerEntry, envelope?: Envelope): string {
  const hash = Buffer.from(leafHash(ledgerLeaf(entry))).toString('base64');
  return `${canonicalize({ hash, index, leaf: entry, ...(envelope === undefined ? {} : { envelope }) })}\n`;
}

/** A signed checkpoint between entries: over exactly the entries before it. */
export function exportCheckpoint(note: string): string {
  return `${canonicalize({ checkpoint: note })}\n`;
}

/** Last line. @param note signed checkpoint over all entries, whose number is `size` */
export function exportTrailer(note: string, size: number): string {
  return `${canonicalize({ checkpoint: note, end: true, size })}\n`;
}
