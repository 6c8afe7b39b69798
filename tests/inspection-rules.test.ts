/** Each finding that inspection can make is explained to users, and each vulnerability belongs to a finding that exists. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const formats = join(root, 'packages/inspect/src/formats');
const docs = readdirSync(join(root, 'docs'))
  .filter((name) => /^inspection.*\.md$/.test(name))
  .map((name) => readFileSync(join(root, 'docs', name), 'utf8'))
  .join('\n');

/** Rules that the sources of some folders report. */
function rulesOf(text: string): string[] {
  return [
    ...text.matchAll(/\.(?:unsafe|suspicious|info|add|problem)\(\s*['`]([a-z0-9]+\.[a-z0-9-]+)['`]/g),
  ].map(([, rule = '']) => rule);
}

const sources = readdirSync(formats, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(formats, name), 'utf8'));
const rules = new Set(sources.flatMap(rulesOf));

describe('rules of inspection', () => {
  it('are found in the sources', () => {
    expect(rules.size).toBeGreaterThan(80);
    expect(rules).toContain('gguf.length-lie');
    expect(rulesOf("report.unsafe(\n  'a.b',")).toEqual(['a.b']);
  });

  it.each([...rules].sort())('%s is documented', (rule) => {
    expect(docs).toContain(`\`${rule}\``);
  });

  it('have the vulnerabilities that name them', () => {
    const table = readFileSync(join(root, 'packages/inspect/src/vulnerabilities.ts'), 'utf8');
    const named = [...table.matchAll(/rules: \[([^\]]*)\]/g)].flatMap(
      ([, list = '']) => list.match(/[a-z0-9]+\.[a-z0-9-]+/g) ?? [],
    );
    const all = sources.join('\n');
    expect(named.length).toBeGreaterThan(10);
    for (const rule of named) expect(all, rule).toContain(`'${rule}'`);
  });
});
