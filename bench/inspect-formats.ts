/**
 * Inspects every file of some folders and counts the verdicts of each format, with what was found, the bytes a second and the
 * greatest memory. For folders of benign models a line of "unsafe" is a false alarm; for folders of attacks a line of "clean" is
 * a miss.
 *
 *     npx tsx bench/inspect-formats.ts DIRECTORY…
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FileSource, inspectSource } from '@custos/inspect';

const VERDICTS = ['clean', 'not_inspected', 'suspicious', 'unsafe'] as const;

interface Row {
  files: number;
  bytes: number;
  milliseconds: number;
  readonly verdicts: Map<string, number>;
  readonly rules: Map<string, number>;
}

const rows = new Map<string, Row>();
const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
let peak = 0;

for (const directory of process.argv.slice(2))
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = new FileSource(join(entry.parentPath, entry.name));
    const from = performance.now();
    const result = inspectSource(source);
    const milliseconds = performance.now() - from;
    source.close();
    const row: Row = rows.get(result.format) ?? {
      files: 0,
      bytes: 0,
      milliseconds: 0,
      verdicts: new Map(),
      rules: new Map(),
    };
    rows.set(result.format, row);
    row.files += 1;
    row.bytes += result.size;
    row.milliseconds += milliseconds;
    count(row.verdicts, result.verdict);
    for (const rule of new Set(
      result.findings.filter(({ weight }) => weight !== 'info').map(({ rule }) => rule),
    ))
      count(row.rules, rule);
    peak = Math.max(peak, process.memoryUsage.rss());
  }

const cell = (text: string | number, width: number) => String(text).padStart(width);
console.log(
  `${'format'.padEnd(28)}${cell('files', 7)}${VERDICTS.map((verdict) => cell(verdict, 15)).join('')}${cell('MB', 9)}${cell('MB/s', 9)}`,
);
for (const [format, row] of [...rows].sort(([a], [b]) => a.localeCompare(b))) {
  const megabytes = row.bytes / 1e6;
  console.log(
    `${format.padEnd(28)}${cell(row.files, 7)}${VERDICTS.map((verdict) => cell(row.verdicts.get(verdict) ?? 0, 15)).join('')}${cell(megabytes.toFixed(1), 9)}${cell((megabytes / (row.milliseconds / 1000)).toFixed(0), 9)}`,
  );
  const rules = [...row.rules].sort(([, a], [, b]) => b - a).slice(0, 6);
  if (rules.length > 0) console.log(`    ${rules.map(([rule, times]) => `${rule} ×${times}`).join(', ')}`);
}
console.log(`peak memory ${(peak / 1e6).toFixed(0)} MB; node ${process.version}`);
