/** Our validator beside the JavaScript library of CycloneDX, on seeded mutations: both say the same, save where ours is stricter on purpose. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { expect, test } from 'vitest';
import { random } from '../random.fixture.ts';
import { VECTORS } from '../vectors.fixture.ts';
import { validateBom } from './validate.ts';

const ROOT = join(VECTORS, 'cyclonedx/tools/src/test/resources');
const PEERS = { '1.6': Spec.Version.v1dot6, '1.7': Spec.Version.v1dot7 } as const;

function mutate(text: string, pick: (below: number) => number): unknown {
  const values: unknown[] = [null, [], {}, '', 'a', 0, -1, true, 'https://example.org', 'MIT', [{}], 1.5];
  const root: unknown = JSON.parse(text);
  const changes: (() => void)[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value) && value.length > 0) changes.push(() => value.push(structuredClone(value[0])));
    for (const key of Object.keys(value)) {
      changes.push(() => {
        const kind = pick(3);
        if (kind === 0) Reflect.deleteProperty(value, key);
        else Reflect.set(value, kind === 1 ? key : `${key}x`, values[pick(values.length)]);
      });
      visit(Reflect.get(value, key));
    }
  };
  visit(root);
  changes[pick(changes.length)]?.();
  return root;
}

test.skipIf(!existsSync(ROOT)).each(['1.6', '1.7'] as const)(
  '%s',
  async (version) => {
    const peer = new Validation.JsonValidator(PEERS[version]);
    const seeds = readdirSync(join(ROOT, version))
      .filter((name) => name.startsWith('valid-'))
      .map((name) => readFileSync(join(ROOT, version, name), 'utf8'));
    const pick = random(7);
    const outcomes = { valid: 0, invalid: 0 };
    for (let run = 0; run < 600; run += 1) {
      const value = mutate(seeds[run % seeds.length] ?? '{}', pick);
      const problems = problemsOf(value);
      if (problems === undefined) continue;
      const theirs = await peer.validate(JSON.stringify(value));
      // The library's idea of an e-mail address is RFC 5321's grammar, ours is its usual form.
      const formats = problems.every((message) =>
        /format "idn-email"|must match exactly one schema|must match a schema/.test(message),
      );
      if (problems.length > 0 && formats && theirs === null) continue;
      expect(problems.length === 0, `${JSON.stringify(theirs)} ${problems.join('; ')}`).toBe(theirs === null);
      outcomes[theirs === null ? 'valid' : 'invalid'] += 1;
    }
    expect(outcomes.valid).toBeGreaterThan(50);
    expect(outcomes.invalid).toBeGreaterThan(150);
  },
  60_000,
);

/** Undefined where there is no version to validate by. */
function problemsOf(value: unknown): string[] | undefined {
  try {
    return validateBom(value, 'mutated').problems.map((problem) => problem.message);
  } catch {
    return undefined;
  }
}
