/** Trees for tests: files written into a fresh temporary directory, scanned, and told in short words. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { directoryResolver } from '../resolvers/directory.ts';
import { type ScanResult, scan } from '../scan.ts';

export type Files = Record<string, string | Uint8Array>;

export function writeTree(files: Files): string {
  const root = mkdtempSync(join(tmpdir(), 'custos-scan-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

export function scanFiles(files: Files): Promise<ScanResult> {
  return scan(directoryResolver(writeTree(files)));
}

/** Names of the assets of one kind. */
export function names(result: ScanResult, kind: string): string[] {
  return result.assets.filter((one) => one.kind === kind).map((one) => one.name);
}

/** `rule path:line` of every finding. */
export function rules(result: ScanResult): string[] {
  return result.findings.map((one) => `${one.rule} ${one.location.path}:${one.location.line ?? 0}`);
}

/** `code path` of every unknown. */
export function unknowns(result: ScanResult): string[] {
  return result.unknowns.map((one) => `${one.code} ${one.location.path}`);
}
