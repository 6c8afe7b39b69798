import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectPaths } from '@custos/inspect';
import { expect, test } from 'vitest';
import { renderInspection } from './inspection-summary.ts';

test('what was passed over is shown with its reason, folders of tools with their number', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'custos-summary-'));
  try {
    for (const name of ['.git', 'a/.git', 'node_modules']) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'notes.txt'), 'text');
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(renderInspection(await inspectPaths([folder]), { colour: false }).replaceAll(folder, '')).toBe(
      `not inspected  /pipe  (unknown)
    Not inspected: is a pipe, no file.
1 not inspected. 1 other files are text or pictures. 3 folders of tools were not entered (.git, node_modules).
`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
