/**
 * PyTorch's archives: a pickle beside a folder of storages. Storages that the pickle names are raw numbers and are not
 * read; everything else in the folder is inspected like any member.
 */
import type { Report } from '../../bytes/report.ts';
import { memberPath } from '../../sources.ts';
import type { ByteSource, Inspection } from '../../types.ts';
import { inspectPickles } from '../pickle/index.ts';
import { tryPickle } from '../pickle/trial.ts';
import type { Entry } from './structure.ts';

/** Pickles that have a folder of their own name beside them: `x/data.pkl` and `x/data/0`. */
export function picklesWithStorages(entries: readonly Entry[]): Set<string> {
  const pickles = new Set(entries.filter((one) => one.name.endsWith('.pkl')).map((one) => one.name));
  const found = new Set<string>();
  for (const { name } of entries) {
    const folder = name.slice(0, name.lastIndexOf('/'));
    if (folder !== '' && pickles.has(`${folder}.pkl`)) found.add(`${folder}.pkl`);
  }
  // A checkpoint without tensors is one too.
  for (const name of pickles) if (/(^|\/)data\.pkl$/.test(name)) found.add(name);
  return found;
}

/** @returns bytes of the storages that the pickle names, by member name */
export function inspectStoragePickle(
  archive: ByteSource,
  name: string,
  content: ByteSource,
  inspection: Inspection,
  report: Report,
): Map<string, number> {
  const result = inspectPickles(content, inspection);
  const path = memberPath(archive, name);
  report.merge({
    ...result,
    findings: result.findings.map((one) => ({ ...one, member: one.member ?? path })),
  });
  report.member(Math.max(1, result.coverage.members));
  const folder = name.slice(0, -'.pkl'.length);
  return new Map([...result.storages].map(([key, bytes]) => [`${folder}/${key}`, bytes]));
}

/**
 * Whether a member is a storage that a pickle named, with the name that PyTorch gives: a number. Others are read like any
 * member, and so is what acts as a pickle: somebody may load it as one. A wrong size is told.
 */
export function isStorage(
  { entry, content }: { readonly entry: Entry; readonly content: ByteSource },
  storages: ReadonlyMap<string, number>,
  report: Report,
): boolean {
  const expected = storages.get(entry.name);
  if (expected === undefined || entry.method !== 0 || !/\/\d+$/.test(entry.name)) return false;
  if (tryPickle(content) === 'code') return false;
  if (Number.isNaN(expected) || expected === entry.size) return true;
  report.info(
    'pytorch.storage-size',
    `"${entry.name}" has ${entry.size} bytes where its tensors need ${expected}.`,
    { names: [entry.name] },
  );
  // Tensors may be views of a larger storage.
  return expected <= entry.size;
}
