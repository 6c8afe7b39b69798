/** Every duty of EN 304 223 has a check, in a file of its provision, with a case that shows what makes it pass and lose. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHECKS } from '@custos/conformity';
import { loadSpecification } from '@custos/engine';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));
const checks = join(root, 'packages/conformity/src/checks');
const { specification } = await loadSpecification(join(root, 'standard/en-304-223'));
const duties = specification.provisions.flatMap((provision) => provision.duties.map((duty) => duty.id));

/** Folder of a provision: its clause, `5.1.2` of `5.1.2-5.1`. */
function folderOf(provision: string): string {
  return join(checks, provision.slice(0, provision.indexOf('-')));
}

function tested(folder: string): Set<string> {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.test.ts')) : [];
  return new Set(names.flatMap((name) => cases(readFileSync(join(folder, name), 'utf8'))));
}

/** Ids in `dutyCase('5.1.1-1/a', …)`, and those made in a loop over letters. */
function cases(text: string): string[] {
  const plain = [...text.matchAll(/\bdutyCase\(\s*'([^']+)'/g)].map((match) => match[1] ?? '');
  const made = [...text.matchAll(/\bdutyCase\(\s*`([^`$]+)\$\{\w+\}`/g)].flatMap((match) => {
    const loop = text.slice(text.lastIndexOf('for (const', match.index), match.index);
    return [...loop.matchAll(/'([a-z])'/g)].map((letter) => `${match[1]}${letter[1]}`);
  });
  return [...plain, ...made];
}

describe('the duties of EN 304 223', () => {
  it('are 133 in 72 provisions', () => {
    expect(specification.provisions).toHaveLength(72);
    expect(new Set(duties).size).toBe(133);
  });

  it('have a check each, and no check is for anything else', () => {
    expect(duties.filter((id) => !CHECKS.has(id))).toEqual([]);
    expect([...CHECKS.keys()].filter((id) => !duties.includes(id))).toEqual([]);
    expect([...CHECKS].filter(([id, check]) => check.duty !== id || check.wants.size === 0)).toEqual([]);
  });

  it('have one check file for each provision', () => {
    const missing = specification.provisions
      .map((provision) => join(folderOf(provision.id), `${provision.id}.ts`))
      .filter((path) => !existsSync(path));
    expect(missing.map((path) => path.slice(checks.length + 1))).toEqual([]);
  });

  it('have a case each beside their check', () => {
    const folders = new Map(specification.provisions.map((item) => [item.id, tested(folderOf(item.id))]));
    const untested = duties.filter((id) => !folders.get(id.split('/')[0] ?? '')?.has(id));
    expect(untested).toEqual([]);
  });
});
