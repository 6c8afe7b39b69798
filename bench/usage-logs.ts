/**
 * Lines of log read a second and peak memory, for each form of log, against reading the same bytes and splitting them into
 * lines in one run.
 *
 *   npx tsx bench/usage-logs.ts [LINES]
 */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readUsageLog } from '@custos/scan';

const lines = Number(process.argv[2] ?? 500_000);
const HOSTS = [
  'www.example.org',
  'cdn.example.net',
  'api.openai.com',
  'mail.example.com',
  'claude.ai',
  'api.anthropic.com',
];
const NOW = Date.UTC(2026, 10, 21);

function host(index: number): string {
  // One line in fifty calls an AI service, as in an office.
  return (index % 50 === 0 ? HOSTS[2 + ((index / 50) % 4)] : HOSTS[index % 2]) ?? '';
}

const FORMS: Readonly<Record<string, (index: number) => string>> = {
  squid: (i) =>
    `${1763719200 + i}.120 310 10.0.${i % 250}.7 TCP_TUNNEL/200 4321 CONNECT ${host(i)}:443 - HIER_DIRECT/1.2.3.4 -`,
  csv: (i) =>
    `"Fri Nov 21 10:00:00 2025","u${i % 900}@example.org","HTTPS","${host(i)}/v1","Allowed","x","y","321","4000"`,
  jsonl: (i) =>
    `{"@timestamp":"2025-11-21T10:00:00Z","url":{"domain":"${host(i)}"},"user":{"name":"u${i % 900}"},"network":{"bytes":4321}}`,
  dnsmasq: (i) => `Nov 21 10:00:00 gw dnsmasq[12]: query[A] ${host(i)} from 10.0.${i % 250}.7`,
};

const directory = mkdtempSync(join(tmpdir(), 'custos-bench-'));
try {
  for (const [form, make] of Object.entries(FORMS)) {
    const path = join(directory, form);
    writeFileSync(path, `${Array.from({ length: lines }, (_one, index) => make(index)).join('\n')}\n`);
    const bytes = statSync(path).size;
    const before = performance.now();
    const split = readFileSync(path, 'utf8').split('\n').length;
    const plain = performance.now() - before;
    const started = performance.now();
    const report = await readUsageLog(path, { now: NOW });
    const taken = performance.now() - started;
    if (report.notUnderstood > 0 || report.log !== form || split !== lines + 1)
      throw new Error(`${form} was misread`);
    process.stdout.write(
      `${form.padEnd(8)} ${Math.round(lines / (taken / 1_000)).toLocaleString('en')} lines/s  ${(bytes / 1e3 / taken).toFixed(0)} MB/s  ${(taken / plain).toFixed(1)} × reading and splitting\n`,
    );
  }
  process.stdout.write(
    `peak memory ${Math.round(process.resourceUsage().maxRSS / 1_024)} MB (the generator and the comparison hold the file whole)\n`,
  );
} finally {
  rmSync(directory, { recursive: true, force: true });
}
